"""Overviews of one thing on its page: made with the release, so that they cost the page no query."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from server.archive.overviews import Overview
from server.archive.panels import Panel
from server.archive.records import Resource, Text
from server.store.syntax import Term
from server.web.cells import Cell
from server.web.current import archive
from server.web.drawings import Drawing
from server.web.gallery import drawn
from server.web.overviews import Line, lines
from server.web.results import Shown


@dataclass(frozen=True)
class Shelf:
    """One overview as a page shows it; `query` is the address of the question about this thing alone."""

    overview: Overview
    query: str
    drawing: Drawing | None
    lines: tuple[Line, ...]
    # So many of all rows were read; rows that look alike are one line.
    rows: int
    total: int


def panels(thing: Resource, lang: str) -> list[Shelf]:
    """The overviews that stand on the page of a thing."""
    found = archive().panels.of(thing.iri, thing.types, lang)
    return [_shelf(panel, thing.path, lang) for panel in found]


def _shelf(panel: Panel, path: str, lang: str) -> Shelf:
    told = {name for row in panel.rows for name in row}
    # A column without a single value says nothing here.
    heads = {name: text for name, text in panel.overview.heads.items() if name in told}
    about = replace(panel.overview, heads=heads)
    given = {"lang": lang, about.about: path}
    result = _shown(panel)
    return Shelf(
        about,
        f"/queries/{about.question}?{urlencode(given, safe='/')}",
        _drawing(about, result, lang),
        tuple(lines(about, result, lang)),
        len(panel.rows),
        panel.total,
    )


def _drawing(about: Overview, result: Shown, lang: str) -> Drawing | None:
    """The chart of the rows that have everything it shows: half a comparison is none."""
    wanted = about.chart.columns if about.chart else ()
    if not set(wanted) <= set(result.columns):
        return None
    places = [result.columns.index(name) for name in wanted]
    rows = tuple(row for row in result.rows if all(row[place].kind != "none" for place in places))
    heads = {name: text.value for name, text in about.heads.items()}
    return drawn(about.chart, ("", ""), replace(result, rows=rows), lang, heads)


def _shown(panel: Panel) -> Shown:
    """The rows as the page of a question has them."""
    columns = tuple({name: None for row in panel.rows for name in row} | dict.fromkeys(panel.overview.heads))
    rows = (tuple(_cell(row.get(name), panel) for name in columns) for row in panel.rows)
    return Shown("solutions", columns, tuple(rows), panel.total)


def _cell(term: Term | None, panel: Panel) -> Cell:
    if term is None:
        return Cell("none", "")
    kind = "uri" if term.kind == "iri" else term.kind
    found = Cell(kind, term.value, term.language or "", term.datatype or "", panel.names.get(term.value))
    return _worded(found, panel.overview.values)


def _worded(cell: Cell, words: Mapping[str, Text]) -> Cell:
    """The cell in the words that the overviews have for what a query calls it."""
    known = words.get(cell.value) if cell.kind == "literal" else None
    return replace(cell, value=known.value) if known else cell
