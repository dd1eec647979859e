"""Lists of all things of a class, with the columns that its shape marks as summary."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from rdflib import URIRef

from server.archive.model import Field, Model, TypeShape
from server.archive.names import Names
from server.archive.queries import fill, iri_text, iris_text, rebase, select, stored
from server.archive.records import Link, Listing, ListRow, Text, TypeEntry
from server.archive.vocabulary import EDTF, SH
from server.errors import NotFound
from server.store.answers import Store
from server.store.syntax import Term

PAGE_SIZE = 50
# (thing, property shape) → what stands in that cell.
Cells = dict[tuple[str, str], set[Term]]


class Lister:
    """Menu and lists in one language."""

    def __init__(self, store: Store, model: Model, base: str, language: str) -> None:
        self._store = store
        self._model = model
        self._base = base
        self._names = Names(store, model, base, language)

    def types(self) -> list[TypeEntry]:
        """The classes that have a list, in menu order, with how many things each holds."""
        rows = select(self._store, rebase(stored("types"), self._base))
        counts = {row["type"].value: int(row["count"].value) for row in rows}
        return [self._entry(shape, counts) for shape in self._model.types if shape.listed]

    def _entry(self, shape: TypeShape, counts: dict[str, int]) -> TypeEntry:
        name, description = self._names.label(shape.name), self._names.label(shape.description)
        return TypeEntry(shape.slug, name, description, sum(counts.get(c, 0) for c in self._classes(shape)))

    def _classes(self, shape: TypeShape) -> list[str]:
        """The class and those below it that have no list of their own."""
        own = {other.target for other in self._model.types if other.listed and other is not shape}
        return [c for c in self._model.subclasses(shape.target) if c not in own]

    def listing(self, slug: str, page: int) -> Listing:
        """Page `page` (from 1) of all things of a class. Raises NotFound."""
        shape = next((t for t in self._model.types if t.slug == slug and t.listed), None)
        if shape is None:
            raise NotFound(f"There is no list called {slug}.")
        things = self._members(shape)
        pages = max(1, -(-len(things) // PAGE_SIZE))
        if not 1 <= page <= pages:
            raise NotFound(f"This list ends at page {pages}.")
        date = self._date(shape, things)
        things = self._by_date(things, date) if date else things
        shown = things[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        cells = self._cells(shown, self._columns(shape))
        columns = [c for c in self._columns(shape) if self._tells(c, shown, cells)]
        return Listing(
            slug=slug,
            title=self._names.label(shape.name),
            description=self._names.label(shape.description),
            columns=tuple(self._names.label(column.name) for column in columns),
            rows=tuple(self._rows(shown, columns, cells)),
            total=len(things),
            page=page,
            pages=pages,
            newest_first=date is not None,
        )

    def _columns(self, shape: TypeShape) -> list[Field]:
        """The fields marked for lists, in the order of their groups."""
        places = {group: place for place, (group, _) in enumerate(self._model.groups())}
        marked = [f for f in shape.fields if f.shown and f.summary and not f.unfolded]
        return sorted(marked, key=lambda f: (places.get(f.group or "", len(places)), f.order))

    def _tells(self, column: Field, things: list[str], cells: Cells) -> bool:
        """Whether a column is worth its place: it says more than the titles do, or every record has it, and
        then the titles leave it out."""
        said = [(thing, term.value) for thing in things for term in cells[thing, column.iri]]
        required = self._model.shapes.value(URIRef(column.iri), SH.minCount) is not None
        return bool(said) and (required or any(value not in self._names.told(thing) for thing, value in said))

    def _date(self, shape: TypeShape, things: list[str]) -> Field | None:
        """The column that sorts the list: a date, of things that have names of their own."""
        if not things or self._names.composed(things[0]):
            return None
        kinds = ((f, self._model.shapes.value(URIRef(f.iri), SH.datatype)) for f in self._columns(shape))
        return next((f for f, kind in kinds if kind == EDTF), None)

    def _by_date(self, things: list[str], date: Field) -> list[str]:
        cells = self._cells(things, [date])
        dates = {thing: max((t.value for t in cells[thing, date.iri]), default="") for thing in things}
        return sorted(things, key=lambda thing: dates[thing], reverse=True)

    def _members(self, shape: TypeShape) -> list[str]:
        text = fill(rebase(stored("members"), self._base), type=iris_text(self._classes(shape)))
        things = [row["thing"].value for row in select(self._store, text)]
        self._names.learn(things)
        return sorted(things, key=lambda thing: (self._names.text(thing).value.casefold(), thing))

    def _cells(self, things: list[str], columns: list[Field]) -> Cells:
        found: Cells = defaultdict(set)
        if not things or not columns:
            return found
        named = {column.predicate: column.iri for column in columns if not column.page_only}
        text = fill(rebase(stored("overview"), self._base), subject=iris_text(things))
        for row in select(self._store, text):
            if row["property"].value in named:
                found[row["subject"].value, named[row["property"].value]].add(row["value"])
        self._reached(things, [column for column in columns if column.page_only], found)
        self._names.learn(t.value for values in found.values() for t in values if t.kind == "iri")
        return found

    def _reached(self, things: list[str], columns: list[Field], found: Cells) -> None:
        """Adds what the columns collect by a path, such as a back-link."""
        graph, listed = iri_text(f"{self._base}graph/register"), " ".join(iris_text(things))
        for column in columns:
            pattern = f"VALUES ?thing {{ {listed} }} GRAPH {graph} {{ ?thing {column.path} ?value }}"
            for row in select(self._store, f"SELECT DISTINCT ?thing ?value WHERE {{ {pattern} }}"):
                found[row["thing"].value, column.iri].add(row["value"])

    def _rows(self, things: list[str], columns: list[Field], cells: Cells) -> Iterable[ListRow]:
        claimants = self._claimants(things, {column.predicate for column in columns})
        return (replace(self._row(t, columns, cells), claimants=claimants[t]) for t in things)

    def _claimants(self, things: list[str], properties: set[str | None]) -> dict[str, tuple[Link, ...]]:
        found: dict[str, set[str]] = {thing: set() for thing in things}
        text = fill(rebase(stored("speakers"), self._base), subject=iris_text(things))
        for row in select(self._store, text) if things else []:
            if row["property"].value in properties:
                found[row["subject"].value].add(row["claimant"].value)
        self._names.learn({claimant for claimants in found.values() for claimant in claimants})
        by_name = {thing: sorted(map(self._names.link, iris), key=_name) for thing, iris in found.items()}
        return {thing: tuple(links) for thing, links in by_name.items()}

    def _row(self, thing: str, columns: list[Field], cells: Cells) -> ListRow:
        """One row; a composed title does not repeat what stands in the cells."""
        beside = [term for column in columns for term in cells[thing, column.iri]]
        dated = not any(term.datatype == str(EDTF) for term in beside)
        link, brief = self._names.link(thing), self._names.brief(thing, {t.value for t in beside}, dated)
        title = replace(link, text=brief) if brief else link
        return ListRow(title, tuple(self._cell(cells[thing, column.iri]) for column in columns))

    def _cell(self, values: set[Term]) -> tuple[Link | Text, ...]:
        shown = [link or text for text, link in map(self._names.value, values)]
        return tuple(sorted(shown, key=lambda v: v.value if isinstance(v, Text) else v.text.value))


def _name(link: Link) -> str:
    return link.text.value.casefold()
