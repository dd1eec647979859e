"""Answers as a spreadsheet: numbers, days and links as such; text is never taken for a formula."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any, NamedTuple

from xlsxwriter import Workbook

from server.errors import QueryStopped, StoreUnavailable
from server.store.answers import Answer
from server.web.cells import Cell, cell

# So much is written; a spreadsheet of more takes longer than a reader waits.
MOST_ROWS = 20_000
_MOST_CELLS = 100_000
_MOST_BYTES = 64 * 1024 * 1024
# So many are made at once: they take the time of the pages.
_PLACES = BoundedSemaphore(2)
_WAIT = 10.0
# What the format allows: characters of a cell, links of a sheet, characters of a link; digits of a number.
_LONGEST, _MOST_LINKS, _LONGEST_LINK, _DIGITS = 32_767, 65_530, 2_000, 15
# The calendar of spreadsheets is wrong before this day.
_FIRST_DAY = date(1900, 3, 1)
_WIDEST = 60


class Sheet(NamedTuple):
    """A spreadsheet as a file, and the limit at which it was cut, if it was."""

    body: bytes
    cut: str = ""


class Styles(NamedTuple):
    """How cells look."""

    head: Any
    day: Any
    link: Any


def sheet(answer: Answer, about: Sequence[tuple[str, str]] = (), cut: str = "") -> Sheet:
    """The rows of a JSON answer; `about` fills a second sheet, `cut` is said below if rows are missing.

    Raises StoreUnavailable when too many are being made, and QueryStopped for an answer that is too large."""
    if answer.size > _MOST_BYTES:
        raise QueryStopped("The answer is too large for a spreadsheet. Ask for fewer rows, or choose CSV.")
    if not _PLACES.acquire(timeout=_WAIT):
        raise StoreUnavailable("Too many spreadsheets are being made. Try again in a moment, or choose CSV.")
    try:
        return _made(json.loads(answer.unpacked().body), about, cut, answer.cut)
    finally:
        _PLACES.release()


def _made(found: Any, about: Sequence[tuple[str, str]], cut: str, limit: str) -> Sheet:
    columns, bindings = found["head"].get("vars", []), found["results"]["bindings"]
    most = max(1, min(MOST_ROWS, _MOST_CELLS // max(1, len(columns))))
    rows = [[cell(row.get(name)) for name in columns] for row in bindings[:most]]
    limit = limit or ("rows" if len(bindings) > len(rows) else "")
    target = BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        styles = Styles(
            book.add_format({"bold": True}),
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.get_default_url_format(),
        )
        page = book.add_worksheet()
        _fill(page, columns, rows, styles)
        if cut and limit:
            page.write_string(len(rows) + 1, 0, cut, styles.head)
        if about:
            _tell(book.add_worksheet(), about, styles)
    return Sheet(target.getvalue(), limit)


def _fill(page: Any, columns: list[str], rows: list[list[Cell]], styles: Styles) -> None:
    links = iter(range(_MOST_LINKS))
    for place, name in enumerate(columns):
        page.write_string(0, place, _clean(name), styles.head)
        widths = (len(row[place].value) for row in rows[:200])
        page.set_column(place, place, min(_WIDEST, max(len(name), *widths, 8) + 2))
    page.freeze_panes(1, 0)
    for number, row in enumerate(rows, 1):
        for place, one in enumerate(row):
            if one.kind != "none":
                _write(page, (number, place), one, styles, links)


def _write(page: Any, place: tuple[int, int], one: Cell, styles: Styles, links: Iterator[int]) -> None:
    kind = one.datatype.rpartition("#")[2]
    number = one.number
    if number is not None and sum(map(str.isdigit, one.value)) <= _DIGITS:
        page.write_number(*place, number)
    elif kind == "boolean" and one.value in ("true", "false"):
        page.write_boolean(*place, one.value == "true")
    elif kind == "date" and (day := _day(one.value)):
        page.write_datetime(*place, day, styles.day)
    elif _is_link(one) and next(links, None) is not None:
        page.write_url(*place, one.value, styles.link, one.value)
    else:
        page.write_string(*place, _clean(one.value))


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found >= _FIRST_DAY and len(text) == 10 else None


def _is_link(one: Cell) -> bool:
    is_web = one.kind == "uri" and one.value.startswith(("http://", "https://"))
    return is_web and len(one.value) < _LONGEST_LINK and one.value.isascii()


def _clean(text: str) -> str:
    """Text as a cell can hold it."""
    return text.encode("utf-8", "replace").decode("utf-8")[:_LONGEST]


def _tell(page: Any, about: Sequence[tuple[str, str]], styles: Styles) -> None:
    page.set_column(0, 0, 20)
    page.set_column(1, 1, _WIDEST)
    for number, (name, text) in enumerate(about):
        page.write_string(number, 0, _clean(name), styles.head)
        page.write_string(number, 1, _clean(text))
