"""The addresses of all things, by parts, and of what was recorded last: for crawlers and harvesters."""

from typing import NamedTuple

from server.archive.queries import rebase, select, stored
from server.store.answers import Store


class Recorded(NamedTuple):
    """A claim set, and the day on which it was recorded."""

    iri: str
    day: str


class Directory:
    """Asks one release for its things."""

    def __init__(self, store: Store, base: str) -> None:
        self._store = store
        self._base = base

    def size(self) -> int:
        """How many things there are."""
        return int(select(self._store, rebase(stored("things_count"), self._base))[0]["count"].value)

    def part(self, number: int, length: int) -> list[str]:
        """The IRIs of one part of them; the first part has the number 0."""
        text = f"{rebase(stored('things'), self._base)} LIMIT {length} OFFSET {number * length}"
        return [row["thing"].value for row in select(self._store, text)]

    def recorded(self) -> list[Recorded]:
        """The claim sets that were recorded last, newest first."""
        rows = select(self._store, rebase(stored("recorded"), self._base))
        return [Recorded(row["thing"].value, row["day"].value) for row in rows]
