"""Filters of a list: which things fit, how many would stay, and what the choices are called."""

import re
import sqlite3
from collections.abc import Callable
from typing import NamedTuple

from server.archive.columns import parameter
from server.archive.dates import bounds
from server.archive.listed import NEVER, NOTHING, OPEN
from server.archive.model import Field, Model
from server.archive.names import Names
from server.archive.records import Asked, Choice, DateRange, Facet, Narrowed, Text
from server.archive.stretches import POSSIBLY, SURELY, Stretches
from server.errors import BadValue

_PLAIN = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
# How many choices a page shows of a filter at first, and at most.
_FEW, _MANY = 8, 500
_MOST_FILTERS = 50
_CHOICE = "choice.name, choice.target, choice.text, choice.tag, choice.datatype"
# A thing may have several dates.
_POSSIBLY = "SELECT DISTINCT thing FROM span WHERE field = ? AND low <= ? AND high >= ?"
_SURELY = "SELECT DISTINCT thing FROM span WHERE field = ? AND high <= ? AND low >= ?"


class Column(NamedTuple):
    """One field of a list as the index knows it."""

    number: int
    shape: str
    shown: bool
    linked: bool
    filter: bool
    dated: bool

    @property
    def name(self) -> str:
        """How addresses call it."""
        return parameter(self.shape)


# A SELECT of the numbers of things, with its values.
Part = tuple[str, tuple[object, ...]]
Titles = Callable[[int | None, str, str, str], tuple[str, Text]]


def columns(index: sqlite3.Connection, slug: str) -> list[Column]:
    """The fields of a list; the first is its name."""
    rows = index.execute(
        "SELECT number, shape, shown, linked, filter, dated FROM field WHERE slug = ? ORDER BY number",
        (slug,),
    )
    return [Column(*row) for row in rows]


class Selection:
    """The things of one list that fit what a reader asked for."""

    def __init__(
        self, index: sqlite3.Connection, fields: list[Column], asked: Asked, within: Part | None = None
    ) -> None:
        """`within` selects the things to begin with; without it all of the list."""
        self._index = index
        self._asked = asked
        self._filters = {field.name: field for field in fields if field.filter}
        self._dated = next((field for field in fields if field.filter and field.dated), None)
        self._stretches = Stretches(index, self._dated.number) if self._dated else None
        self._lasting = self._stretches is not None and self._stretches.known
        self._parts = [within] if within else []
        self._parts += [self._marked(*pair) for pair in _few(asked.narrowed)]
        self.narrowed = self._choose()

    def _marked(self, name: str, value: str) -> Part:
        if name not in self._filters:
            raise BadValue("This list has no such filter.", name, "unknown", sorted(self._filters))
        found = self._index.execute(
            "SELECT number FROM choice WHERE field = ? AND name = ?", (self._filters[name].number, value)
        ).fetchone()
        return "SELECT thing FROM mark WHERE choice = ?", (found[0] if found else -1,)

    def _choose(self) -> bool:
        """Puts the numbers of what fits into a table of this connection; False when everything does."""
        parts = [*self._parts, *self._between(self._asked.surely)]
        if not parts:
            return False
        self._index.execute("CREATE TEMP TABLE chosen (thing INTEGER PRIMARY KEY)")
        text = " INTERSECT ".join(part for part, _ in parts)
        values = [value for _, found in parts for value in found]
        self._index.execute(f"INSERT INTO chosen {text}", values)
        return True

    def _between(self, surely: bool) -> list[Part]:
        if not (self._asked.low or self._asked.high):
            return []
        if self._dated is None:
            raise BadValue("This list has no dates to narrow it by.", "from", "unknown")
        if self._asked.during and not self._lasting:
            raise BadValue("Nothing in this list goes on for a time.", "when", "unknown")
        low, high = _day("from", self._asked.low, 0) or OPEN, _day("to", self._asked.high, 1) or NEVER
        began, went_on = (_SURELY, SURELY) if surely else (_POSSIBLY, POSSIBLY)
        return [(went_on if self._asked.during else began, (self._dated.number, high, low))]

    def count(self) -> int:
        """How many things fit."""
        return int(self._index.execute("SELECT COUNT(*) FROM chosen").fetchone()[0])

    def dates(self, label: Callable[[Column], Text]) -> DateRange | None:
        """The dates of the list, and how many fit surely and possibly."""
        if self._dated is None:
            return None
        asked = self._asked
        given = bool(asked.low or asked.high)
        certain, possible = (self._within(surely) if given else 0 for surely in (True, False))
        return DateRange(
            label(self._dated),
            asked.low,
            asked.high,
            asked.surely,
            certain,
            possible,
            self._lasting,
            asked.during,
        )

    def marks(self, things: list[int]) -> tuple[set[int], set[int]]:
        """Which of some things only may lie between the dates, and of which no end is known."""
        sure = self._between(True)
        if not sure or not things:
            return set(), set()
        (text, values), *_ = sure
        marks = ",".join("?" * len(things))
        rows = self._index.execute(f"{text} AND thing IN ({marks})", (*values, *things))
        endless = self._stretches.endless(things) if self._asked.during and self._stretches else set()
        return set(things) - {thing for (thing,) in rows}, endless

    def _within(self, surely: bool) -> int:
        parts = [*self._parts, *self._between(surely)]
        text = " INTERSECT ".join(part for part, _ in parts)
        values = [value for _, found in parts for value in found]
        return int(self._index.execute(f"SELECT COUNT(*) FROM ({text})", values).fetchone()[0])


def _few(narrowed: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The filters, if they are no more than one query takes. Raises BadValue."""
    if len(narrowed) > _MOST_FILTERS:
        raise BadValue(f"A list can be narrowed {_MOST_FILTERS} times.", narrowed[-1][0][:40], "many")
    return narrowed


def _day(name: str, text: str, end: int) -> str | None:
    """The first (0) or the last (1) day of a year, month or day. Raises BadValue."""
    # Nothing but plain dates: the parser of others is slow.
    found = (None, None) if not text else bounds(text) if _PLAIN.fullmatch(text) else None
    if found is None:
        raise BadValue("This is not a date.", name, "not a date", ("2021", "2021-07", "2021-07-14"))
    return found[end]


class Facets:
    """The filters of a list in one language."""

    def __init__(self, index: sqlite3.Connection, model: Model, names: Names, titles: Titles) -> None:
        self._index = index
        self._names = names
        self._titles = titles
        self._known = {known.iri: known for shape in model.types for known in shape.fields}

    def label(self, field: Column) -> Text:
        """What a field is called."""
        return self._names.label(self._known[field.shape].name)

    def known(self, field: Column) -> Field:
        """The field as its shape describes it."""
        return self._known[field.shape]

    def of(self, fields: list[Column], asked: Asked, total: int, narrowed: bool) -> tuple[Facet, ...]:
        """The filters that tell things apart, the `total` that are shown now."""
        counts = self._counts() if narrowed else None
        found = (self._facet(field, asked, counts) for field in fields if field.filter)
        return tuple(facet for facet in found if any(0 < c.count < total for c in facet.choices))

    def _counts(self) -> dict[int, int]:
        text = (
            "SELECT choice, COUNT(*) FROM chosen CROSS JOIN mark ON mark.thing = chosen.thing GROUP BY choice"
        )
        return dict(self._index.execute(text))

    def _facet(self, field: Column, asked: Asked, counts: dict[int, int] | None) -> Facet:
        chosen = {value for name, value in asked.narrowed if name == field.name}
        rows = self._index.execute(
            f"SELECT number, count, {_CHOICE} FROM choice WHERE field = ? ORDER BY number", (field.number,)
        ).fetchall()
        found = [
            (counts.get(number, 0) if counts is not None else count, *row) for number, count, *row in rows
        ]
        found = [row for row in found if row[0] and row[1] not in chosen]
        # Years in their order; what is not recorded comes last.
        found.sort(key=lambda row: (row[1] == NOTHING, "" if field.dated else -row[0], row[1]))
        if field.dated:
            found = [r for r in found if r[1] != NOTHING][::-1] + [r for r in found if r[1] == NOTHING]
        most = _MANY if asked.whole == field.name else _FEW
        choices = tuple(self._choice(*row) for row in found[:most])
        description = self._names.label(self.known(field).description)
        return Facet(field.name, self.label(field), description, choices, len(found))

    def _choice(
        self, count: int, name: str, target: int | None, text: str, tag: str, datatype: str
    ) -> Choice:
        iri, label = self._titles(target, text, tag, datatype)
        return Choice(name, label, count, iri)

    def narrowed(self, fields: list[Column], asked: Asked) -> tuple[Narrowed, ...]:
        """The filters in force, in the order in which they were chosen."""
        by_name = {field.name: field for field in fields if field.filter}
        return tuple(self._narrowed(by_name[name], value) for name, value in asked.narrowed)

    def _narrowed(self, field: Column, value: str) -> Narrowed:
        row = self._index.execute(
            f"SELECT count, {_CHOICE} FROM choice WHERE field = ? AND name = ?", (field.number, value)
        ).fetchone()
        choice = self._choice(*row) if row else Choice(value, Text(value), 0)
        return Narrowed(field.name, self.label(field), choice)
