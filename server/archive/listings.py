"""Lists of all things of a class, with the columns that its shape marks as summary."""

from collections import defaultdict
from collections.abc import Iterable

from server.archive.model import Field, Model, TypeShape
from server.archive.names import Names
from server.archive.queries import fill, iris_text, rebase, select, stored
from server.archive.records import Link, Listing, ListRow, Text, TypeEntry
from server.errors import NotFound
from server.store.answers import Store
from server.store.syntax import Term

PAGE_SIZE = 50


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
        things = self._sorted(shape)
        pages = max(1, -(-len(things) // PAGE_SIZE))
        if not 1 <= page <= pages:
            raise NotFound(f"This list ends at page {pages}.")
        columns = [f for f in shape.rows() if f.summary]
        return Listing(
            slug=slug,
            title=self._names.label(shape.name),
            description=self._names.label(shape.description),
            columns=tuple(self._names.label(column.name) for column in columns),
            rows=tuple(self._rows(things[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], columns)),
            total=len(things),
            page=page,
            pages=pages,
        )

    def _sorted(self, shape: TypeShape) -> list[str]:
        text = fill(rebase(stored("members"), self._base), type=iris_text(self._classes(shape)))
        things = [row["thing"].value for row in select(self._store, text)]
        self._names.learn(things)
        return sorted(things, key=lambda thing: (self._names.text(thing).value.casefold(), thing))

    def _rows(self, things: list[str], columns: list[Field]) -> Iterable[ListRow]:
        if not things:
            return []
        text = fill(rebase(stored("overview"), self._base), subject=iris_text(things))
        found: dict[tuple[str, str], set[Term]] = defaultdict(set)
        for row in select(self._store, text):
            found[row["subject"].value, row["property"].value].add(row["value"])
        self._names.learn(t.value for values in found.values() for t in values if t.kind == "iri")
        return [self._row(thing, columns, found) for thing in things]

    def _row(self, thing: str, columns: list[Field], found: dict[tuple[str, str], set[Term]]) -> ListRow:
        cells = (self._cell(found[thing, column.predicate or ""]) for column in columns)
        return ListRow(self._names.link(thing), tuple(cells))

    def _cell(self, values: set[Term]) -> tuple[Link | Text, ...]:
        shown = [link or text for text, link in map(self._names.value, values)]
        return tuple(sorted(shown, key=lambda v: v.value if isinstance(v, Text) else v.text.value))
