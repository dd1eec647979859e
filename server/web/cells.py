"""One cell of an answer: what it is, and what it says as a number or as a day."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.archive.dates import bounds
from server.archive.model import local_name
from server.archive.records import Text
from server.web import values

XSD = values.XSD
NUMBERS = frozenset(
    f"{XSD}{name}"
    for name in (
        "integer", "decimal", "double", "float", "long", "int", "short", "byte", "nonNegativeInteger",
        "positiveInteger", "nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt",
        "unsignedShort", "unsignedByte",
    )
)  # fmt: skip
_DAYS = frozenset((f"{XSD}date", f"{XSD}dateTime", f"{XSD}gYear", f"{XSD}gYearMonth", values.EDTF))
# Queries hand out parts of dates as plain strings.
_PLAIN_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?[~?%]?")


@dataclass(frozen=True)
class Cell:
    """One term: an IRI, a blank node, a literal with its language tag or datatype, or nothing."""

    kind: str
    value: str
    lang: str = ""
    datatype: str = ""
    # What an IRI is called in the reader's language, where that is known.
    name: Text | None = None

    @property
    def number(self) -> float | None:
        """The number that this is, if it is a finite one."""
        if self.datatype not in NUMBERS:
            return None
        try:
            found = float(self.value)
        except ValueError:
            return None
        return found if math.isfinite(found) else None

    @property
    def days(self) -> tuple[str, str] | None:
        """The first and the last day that this can mean ("" for an open end), if it is a date."""
        is_plain = self.kind == "literal" and not self.datatype.removeprefix(f"{XSD}string")
        if self.datatype not in _DAYS and not (is_plain and _PLAIN_DAY.fullmatch(self.value)):
            return None
        found = bounds(self.value.partition("T")[0] if self.datatype == f"{XSD}dateTime" else self.value)
        return (found[0] or "", found[1] or "") if found else None

    def read(self, lang: str) -> str:
        """The words for it."""
        if self.kind == "none":
            return "—"
        if self.kind == "uri":
            return self.name.value if self.name else local_name(self.value) or self.value
        return (
            self.value
            if self.number is not None
            else values.readable(Text(self.value, "", self.datatype), lang)
        )


NOTHING = Cell("none", "")


def cell(term: Mapping[str, Any] | None) -> Cell:
    """The cell for a term of SPARQL's JSON."""
    if term is None:
        return NOTHING
    kind = "literal" if term["type"] == "typed-literal" else str(term["type"])
    return Cell(kind, str(term["value"]), str(term.get("xml:lang", "")), str(term.get("datatype", "")))


class Grid:
    """The cells of a table, by column."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence[Cell]], lang: str) -> None:
        self.columns = columns
        self.rows = rows
        self.lang = lang
        self._cells = [list(cells) for cells in zip(*rows, strict=True)]
        self.numbers = self._those(lambda cell: cell.number is not None)
        self.dates = self._those(lambda cell: cell.days is not None)
        self.things = self._those(lambda cell: cell.kind in ("uri", "bnode"))

    def _those(self, fits: Callable[[Cell], bool]) -> list[int]:
        """The columns whose cells all fit; empty cells do not count."""
        filled = [[cell for cell in cells if cell.kind != "none"] for cells in self._cells]
        return [place for place, cells in enumerate(filled) if cells and all(map(fits, cells))]

    def texts(self) -> list[int]:
        """The columns that hold no numbers."""
        return [place for place in range(len(self.columns)) if place not in self.numbers]

    def read(self, place: int) -> list[str]:
        """The words of a column."""
        return [cell.read(self.lang) for cell in self._cells[place]]

    def column(self, place: int) -> list[Cell]:
        """The cells of a column."""
        return self._cells[place]

    def labels(self, places: Sequence[int]) -> list[str]:
        """The words of the first column; of as many as it takes to tell the rows apart."""
        found = [""] * len(self.rows)
        for place in places:
            read = zip(found, self.read(place), strict=True)
            found = [f"{before} · {text}" if before else text for before, text in read]
            if len(set(found)) == len(found):
                return found
        return self.read(places[0])
