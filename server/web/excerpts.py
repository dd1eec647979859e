"""The line of a reader's own text that a message is about, for the page that the text came from."""

from typing import NamedTuple

_WIDEST = 160


class Excerpt(NamedTuple):
    """One line, cut around the place that is meant; `at` is empty where no column is known."""

    line: int
    before: str
    at: str
    after: str


def excerpt(text: str, line: int | None, column: int | None = None) -> Excerpt | None:
    """Line `line` of `text`, both counted from 1; None where there is none."""
    lines = text.splitlines()
    if not line or line > len(lines):
        return None
    found = lines[line - 1]
    if not column:
        return Excerpt(line, _cut(found.strip()), "", "")
    place = min(column - 1, len(found))
    before, at, after = found[:place], found[place : place + 1] or " ", found[place + 1 :]
    return Excerpt(line, before[-_WIDEST // 2 :], at, after[: _WIDEST // 2])


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
