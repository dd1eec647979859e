"""The answer of a query for the query page: a table with names in the reader's language, or RDF text."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from server.archive.model import local_name
from server.archive.names import Names
from server.archive.records import Text
from server.errors import PraleskaError, QueryStopped
from server.store.answers import Answer
from server.store.syntax import TURTLE, Quad, Term, parse, serialize
from server.web.cells import Cell, cell
from server.web.current import archive

# The page shows so many rows; the other formats have all.
MOST_ROWS = 500
_MOST_TEXT = 200_000
# A page of more cells, or with longer texts, is of no use; larger answers are not read for a page at all.
_MOST_CELLS = 20_000
_LONGEST = 2_000
_MOST_BYTES = 16 * 1024 * 1024
# So many IRIs of one answer are looked up for their names.
_MOST_NAMES = 1500
Rows = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Shown:
    """What the page shows: a table, a yes or no, or RDF, as text and as a table of its statements."""

    kind: str
    columns: tuple[str, ...] = ()
    rows: Rows = ()
    total: int = 0
    truth: bool = False
    text: str = ""
    cut: bool = False

    @property
    def tags(self) -> tuple[str, ...]:
        """For each column what all its literals have in common: "@be", a datatype, or nothing."""
        return tuple(_common(cells) for cells in zip(*self.rows, strict=True)) if self.rows else ()


def tag(of: Cell) -> str:
    """The language or the datatype of a literal."""
    return f"@{of.lang}" if of.lang else of.datatype


def _common(cells: Iterable[Cell]) -> str:
    found = {tag(one) for one in cells if one.kind != "none"}
    return found.pop() if len(found) == 1 else ""


def shown(answer: Answer, lang: str) -> Shown:
    """The page's view of an answer in JSON or Turtle. Raises QueryStopped for one that no page can show."""
    if answer.size > _MOST_BYTES:
        raise QueryStopped(
            "The answer is too large for a page. Ask for fewer or shorter values, or download it."
        )
    answer = answer.unpacked()
    if answer.kind == "graph":
        return _graph(answer, lang)
    found = json.loads(answer.body)
    if answer.kind == "boolean":
        return Shown("boolean", truth=bool(found["boolean"]))
    table = _table(found["head"].get("vars", []), found["results"]["bindings"], lang)
    return replace(table, cut=True) if answer.cut else table


def _table(columns: list[str], bindings: list[dict[str, Any]], lang: str) -> Shown:
    most = max(1, min(MOST_ROWS, _MOST_CELLS // max(1, len(columns))))
    rows = tuple(tuple(_short(cell(row.get(name))) for name in columns) for row in bindings[:most])
    cut = len(bindings) > most
    return Shown("solutions", tuple(columns), named(rows, lang), len(bindings), cut=cut)


def _graph(answer: Answer, lang: str) -> Shown:
    quads = parse(answer.body, TURTLE, archive().base)
    text = serialize(quads, TURTLE, _in_use(quads)).decode("utf-8")
    terms = [(quad.subject, quad.predicate, quad.object) for quad in quads[:MOST_ROWS]]
    rows = tuple(tuple(map(_of_term, statement)) for statement in terms)
    cut = bool(answer.cut) or len(text) > _MOST_TEXT or len(quads) > MOST_ROWS
    columns = ("subject", "property", "value")
    return Shown("graph", columns, named(rows, lang), len(quads), text=text[:_MOST_TEXT], cut=cut)


def _in_use(quads: list[Quad]) -> dict[str, str]:
    """The prefixes that make the text shorter."""
    iris = {term.value for quad in quads for term in quad[:3] if term.kind == "iri"}
    prefixes = archive().model.prefixes.items()
    return {name: start for name, start in prefixes if any(iri.startswith(start) for iri in iris)}


def _of_term(term: Term) -> Cell:
    kind = "uri" if term.kind == "iri" else term.kind
    return _short(Cell(kind, term.value, term.language or "", term.datatype or ""))


def _short(one: Cell) -> Cell:
    """Without the end of a long text, which a page has no room for."""
    is_long = one.kind == "literal" and len(one.value) > _LONGEST
    return replace(one, value=one.value[:_LONGEST] + "…") if is_long else one


def named(rows: Rows, lang: str) -> Rows:
    """The rows with the names of our IRIs and of the terms in use, looked up in one query."""
    iris = {one.value: None for row in rows for one in row if one.kind == "uri"}
    names = Names(archive().store, archive().model, archive().base, lang)
    try:
        names.learn(list(iris)[:_MOST_NAMES])
    except PraleskaError:
        return rows  # the answer is worth more than its names
    found = {iri: _name(names, iri) for iri in iris}
    return tuple(tuple(_with_name(one, found) for one in row) for row in rows)


def _name(names: Names, iri: str) -> Text | None:
    is_term = iri in archive().model.labels
    if not names.path(iri) and not is_term:
        return None
    text = names.text(iri)
    # The end of an IRI is what a thing without a name is called; that is none.
    return text if is_term or text.value != local_name(iri) else None


def _with_name(one: Cell, found: dict[str, Text | None]) -> Cell:
    name = found.get(one.value) if one.kind == "uri" else None
    return replace(one, name=name) if name else one
