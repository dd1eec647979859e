"""Lists of all things of a class, with the columns that its shape marks, from the index of a release."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from server.archive.facets import Column, Facets, Selection, columns
from server.archive.index import opened
from server.archive.model import Model, TypeShape
from server.archive.names import Names
from server.archive.records import Asked, Link, Listing, ListRow, Text, TypeEntry
from server.errors import BadValue, NotFound

PAGE_SIZE = Asked.size
# How addresses call the name of a thing, as a column.
TITLE = "name"
Cell = Link | Text


class Lister:
    """Menu and lists in one language."""

    def __init__(self, path: Path, model: Model, names: Names, language: str) -> None:
        self._path = path
        self._model = model
        self._names = names
        self._language = language

    def types(self) -> list[TypeEntry]:
        """The classes that have a list, in menu order, with how many things each holds."""
        with closing(opened(self._path)) as index:
            counts = dict(index.execute("SELECT slug, count FROM list"))
        return [self._entry(shape, counts) for shape in self._model.types if shape.listed]

    def _entry(self, shape: TypeShape, counts: dict[str, int]) -> TypeEntry:
        label = self._names.label
        return TypeEntry(shape.slug, label(shape.name), label(shape.description), counts.get(shape.slug, 0))

    def listing(self, slug: str, asked: Asked) -> Listing:
        """One page of a list. Raises NotFound."""
        shape = next((t for t in self._model.types if t.slug == slug and t.listed), None)
        if shape is None:
            raise NotFound("There is no such list.")
        with closing(opened(self._path)) as index:
            return _Page(index, self._model, self._names, self._language, asked).listing(shape)


class Reader:
    """Reads names of things from an index, in one language."""

    def __init__(self, index: sqlite3.Connection, names: Names, language: str) -> None:
        self._index = index
        self._names = names
        self._language = language

    def links(self, numbers: Iterable[int], brief: bool = False) -> dict[int, Link]:
        """Things by their numbers; `brief` leaves out what stands beside the name in its list."""
        wanted = sorted(set(numbers))
        marks = ",".join("?" * len(wanted))
        rows = self._index.execute(
            "SELECT number, iri, title.text, tag, moment, brief FROM thing JOIN title ON title.thing = number"
            f" WHERE lang = ? AND number IN ({marks})",
            (self._language, *wanted),
        )
        return {number: self._link(iri, *row, short=brief) for number, iri, *row in rows}

    def _link(self, iri: str, text: str, tag: str, moment: str, brief: str | None, *, short: bool) -> Link:
        text = brief if short and brief else text
        return Link(iri, Text(text, tag, when=moment if moment in text else ""), self._names.path(iri))

    def value(self, target: int | None, text: str, tag: str, datatype: str) -> tuple[str, Text]:
        """The IRI, "" for a text, and what a value is called."""
        if target is None:
            return "", Text(text, tag, datatype)
        link = self.links([target])[target]
        return link.iri, link.text


class _Page:
    """Makes one page of one list."""

    def __init__(
        self, index: sqlite3.Connection, model: Model, names: Names, language: str, asked: Asked
    ) -> None:
        self._index = index
        self._names = names
        self._language = language
        self._asked = asked
        self._reader = Reader(index, names, language)
        self._facets = Facets(index, model, names, self._reader.value)

    def listing(self, shape: TypeShape) -> Listing:
        """The page that was asked for. Raises NotFound when the list ends before it."""
        fields = columns(self._index, shape.slug)
        count, newest = self._index.execute(
            "SELECT count, newest FROM list WHERE slug = ?", (shape.slug,)
        ).fetchone()
        selection = Selection(self._index, fields, self._asked)
        total = selection.count() if selection.narrowed else count
        pages = max(1, -(-total // self._asked.size))
        if not 1 <= self._asked.page <= pages:
            raise NotFound(f"This list ends at page {pages}.")
        sort = self._asked.sort or self._first(fields, newest)
        shown = [field for field in fields if field.shown]
        return Listing(
            slug=shape.slug,
            title=self._names.label(shape.name),
            description=self._names.label(shape.description),
            columns=tuple(map(self._facets.label, shown)),
            rows=tuple(self._rows(self._things(fields, sort, selection.narrowed), shown, selection)),
            total=total,
            page=self._asked.page,
            pages=pages,
            newest_first=bool(newest) and not self._asked.sort,
            names=tuple(field.name for field in shown),
            linked=tuple(field.linked for field in shown),
            sort=sort,
            facets=self._facets.of(fields, self._asked, total, selection.narrowed),
            narrowed=self._facets.narrowed(fields, self._asked),
            dates=selection.dates(self._facets.label),
        )

    def _first(self, fields: list[Column], newest: int) -> str:
        """The order of a list when nobody asks for another."""
        dated = next((field.name for field in fields if field.number == newest), "")
        return f"-{dated}" if dated else TITLE

    def _things(self, fields: list[Column], sort: str, narrowed: bool) -> list[int]:
        names = {TITLE: fields[0].number} | {f.name: f.number for f in fields if f.shown}
        if sort.removeprefix("-") not in names:
            raise BadValue("This list has no such column.", "sort", "unknown", sorted(names))
        way = "DESC" if sort.startswith("-") else "ASC"
        only = "AND thing IN (SELECT thing FROM chosen)" if narrowed else ""
        rows = self._index.execute(
            f"SELECT thing FROM position WHERE field = ? AND lang = ? {only}"
            f" ORDER BY empty, number {way} LIMIT ? OFFSET ?",
            (
                names[sort.removeprefix("-")],
                self._language,
                self._asked.size,
                self._asked.size * (self._asked.page - 1),
            ),
        )
        return [thing for (thing,) in rows]

    def _rows(self, things: list[int], shown: list[Column], selection: Selection) -> Iterable[ListRow]:
        cells, speakers = self._cells(things), self._speakers(things)
        possible, endless = selection.marks(things)
        titles = self._reader.links(things, brief=True)
        for thing in things:
            row = tuple(tuple(sorted(cells[thing, f.number], key=_text)) for f in shown)
            by = tuple(sorted(speakers[thing], key=_name))
            yield ListRow(titles[thing], row, by, thing in possible, thing in endless)

    def _cells(self, things: list[int]) -> dict[tuple[int, int], list[Cell]]:
        rows = self._about("SELECT thing, field, target, text, tag, datatype FROM cell", things)
        links = self._reader.links(target for _, _, target, *_ in rows if target)
        found: dict[tuple[int, int], list[Cell]] = defaultdict(list)
        for thing, field, target, text, tag, datatype in rows:
            found[thing, field].append(links[target] if target else Text(text, tag, datatype))
        return found

    def _speakers(self, things: list[int]) -> dict[int, list[Link]]:
        rows = self._about("SELECT thing, claimant FROM speaker", things)
        links = self._reader.links(claimant for _, claimant in rows)
        found: dict[int, list[Link]] = defaultdict(list)
        for thing, claimant in rows:
            found[thing].append(links[claimant])
        return found

    def _about(self, text: str, things: list[int]) -> list[tuple[Any, ...]]:
        marks = ",".join("?" * len(things))
        return self._index.execute(f"{text} WHERE thing IN ({marks})", things).fetchall()


def _text(value: Cell) -> str:
    return value.value if isinstance(value, Text) else value.text.value


def _name(link: Link) -> str:
    return link.text.value.casefold()
