"""What lasts, for lists that are narrowed by dates: from when to when each thing went on, in the index."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from server.archive.columns import Plan, plans
from server.archive.dates import bounds
from server.archive.extents import Extents
from server.archive.listed import NEVER, OPEN
from server.archive.model import Model
from server.archive.queries import fill, iri_text, iris_text, rebase, select, stored
from server.archive.situations import Extent
from server.archive.statements import Statement
from server.archive.vocabulary import NOTES
from server.store.answers import Store

# What is surely, or may be, met by the days from ? to ?: fields, the last of them and the first.
POSSIBLY = "SELECT thing FROM stretch WHERE field = ? AND start_min <= ? AND end_max >= ?"
SURELY = "SELECT thing FROM stretch WHERE field = ? AND start_max <= ? AND end_min >= ?"


def write_stretches(path: Path, store: Store, model: Model, base: str) -> None:
    """Adds to an index when the things of its lists began and ended, of those classes that last."""
    lasting = [plan for plan in plans(model) if plan.shape.iri in model.display.lasting]
    with closing(sqlite3.connect(path)) as index, index:
        extents = _extents(store, model, base)
        for plan in lasting:
            index.executemany("INSERT INTO stretch VALUES (?, ?, ?, ?, ?, ?)", _rows(index, plan, extents))


def _rows(index: sqlite3.Connection, plan: Plan, extents: Extents) -> Iterator[tuple[object, ...]]:
    """Of a list without dates to narrow it by, none."""
    field = index.execute(
        "SELECT number FROM field WHERE slug = ? AND filter AND dated ORDER BY number", (plan.shape.slug,)
    ).fetchone()
    things = index.execute("SELECT number, iri FROM thing WHERE slug = ? ORDER BY number", (plan.shape.slug,))
    for number, iri in things.fetchall() if field else ():
        when = extents.of(iri, True)
        if when:
            yield field[0], number, *_filled(when)


def _filled(when: Extent) -> tuple[str, str, str, str]:
    """The bounds, with the widest in the place of what is not known."""
    return when.start_min or OPEN, when.start_max or NEVER, when.end_min or OPEN, when.end_max or NEVER


def _extents(store: Store, model: Model, base: str) -> Extents:
    """The extents of everything, as pages have them."""
    known = _statements(store, model, base)
    # What ends something and bears no date had happened when it was told of.
    ending = sorted(thing for thing, said in known.items() if any(s.value.kind == "iri" for s in said))
    told = _told(store, base, ending)
    return Extents(model, lambda iri: known.get(iri, []), lambda iri: told.get(iri, ""), known)


def _statements(store: Store, model: Model, base: str) -> dict[str, list[Statement]]:
    dates = [str(name) for name in model.ontology.subjects(NOTES.spanPart)]
    names = {*dates, *(bound for name in dates for bound in model.bounds.get(name, ()))}
    text = fill(rebase(stored("spans"), base), property=map(iri_text, sorted(names)))
    found: dict[str, list[Statement]] = defaultdict(list)
    for row in select(store, text):
        thing = row["thing"].value
        found[thing].append(Statement(thing, row["property"].value, row["value"], ""))
    return found


def _told(store: Store, base: str, things: Iterable[str]) -> dict[str, str]:
    """Thing → the last day on which it was told of."""
    found: dict[str, str] = {}
    for row in select(store, fill(rebase(stored("told"), base), thing=iris_text(things))):
        last = (bounds(row["asserted"].value) or ("", ""))[1] or ""
        found[row["thing"].value] = max(found.get(row["thing"].value, ""), last)
    return found


class Stretches:
    """Reads which things of one list went on between two days."""

    def __init__(self, index: sqlite3.Connection, field: int) -> None:
        self._index = index
        self._field = field

    @property
    def known(self) -> bool:
        """Whether the things of the list last."""
        rows = self._index.execute("SELECT 1 FROM stretch WHERE field = ? LIMIT 1", (self._field,))
        return rows.fetchone() is not None

    def endless(self, things: list[int]) -> set[int]:
        """Those of which nobody has told an end."""
        marks = ",".join("?" * len(things))
        text = f"SELECT thing FROM stretch WHERE field = ? AND end_max = ? AND thing IN ({marks})"
        return {thing for (thing,) in self._index.execute(text, (self._field, NEVER, *things))}
