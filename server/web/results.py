"""The answer of a query as a table for the query page."""

import json
from dataclasses import dataclass, replace
from typing import Any

from server.store.answers import Answer

# The page shows so many rows; the other formats have all.
MOST_ROWS = 500
_MOST_TEXT = 200_000


@dataclass(frozen=True)
class Cell:
    """One term: an IRI, a blank node, a literal with its language tag or datatype, or nothing."""

    kind: str
    value: str
    lang: str = ""
    datatype: str = ""


@dataclass(frozen=True)
class Shown:
    """What the page shows: a table, a yes or no, or RDF text."""

    kind: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    total: int = 0
    truth: bool = False
    text: str = ""
    cut: bool = False


def shown(answer: Answer) -> Shown:
    """The page's view of an answer in JSON or Turtle."""
    if answer.kind == "graph":
        text = answer.body.decode("utf-8")
        return Shown("graph", text=text[:_MOST_TEXT], cut=bool(answer.cut) or len(text) > _MOST_TEXT)
    found = json.loads(answer.body)
    if answer.kind == "boolean":
        return Shown("boolean", truth=bool(found["boolean"]))
    table = _table(found["head"].get("vars", []), found["results"]["bindings"])
    return replace(table, cut=True) if answer.cut else table


def _table(columns: list[str], bindings: list[dict[str, Any]]) -> Shown:
    rows = tuple(tuple(_cell(row.get(name)) for name in columns) for row in bindings[:MOST_ROWS])
    return Shown("solutions", tuple(columns), rows, len(bindings), cut=len(bindings) > MOST_ROWS)


def _cell(term: dict[str, Any] | None) -> Cell:
    if term is None:
        return Cell("none", "")
    value = str(term["value"])
    return Cell(str(term["type"]), value, str(term.get("xml:lang", "")), str(term.get("datatype", "")))
