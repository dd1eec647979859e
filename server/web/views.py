"""Which way an answer is looked at: as a table, as a chart, as text."""

import re
from typing import NamedTuple

from server.web import charts
from server.web.drawings import Drawing
from server.web.results import Rows, Shown

TABLE, TEXT, MAP = "table", "text", "map"
# `#defaultView:BarChart` in a query, as the Wikidata Query Service has it.
_DEFAULT = re.compile(r"^\s*#\s*defaultView\s*:\s*(\w+)", re.MULTILINE | re.IGNORECASE)
_NAMES = {
    "table": TABLE,
    "barchart": "bar",
    "bubblechart": "bar",
    "linechart": "line",
    "areachart": "line",
    "timeline": "timeline",
    "graph": "network",
    "map": MAP,
}


class View(NamedTuple):
    """The way that is shown, the ways there are, and whether another one was asked for in vain."""

    name: str
    offered: tuple[str, ...]
    drawing: Drawing | None = None
    # The view that was asked for and does not fit the answer.
    missed: str = ""


def view(result: Shown, query: str, asked: str, lang: str) -> View:
    """`asked` comes from the address and wins over the comment in the query."""
    wanted = asked or _default(query)
    columns, rows = _drawable(result)
    plain = (TEXT, TABLE) if result.kind == "graph" else (TABLE,)
    drawing = charts.draw(wanted, columns, rows, lang, result.cut)
    offered = (*plain, *charts.fitting(columns, rows, lang))
    if drawing and wanted not in offered:
        offered += (wanted,)
    name = wanted if drawing or wanted in plain else plain[0]
    return View(name, offered, drawing, wanted if wanted and wanted != name else "")


def _default(query: str) -> str:
    found = _DEFAULT.search(query)
    return _NAMES.get(found[1].lower(), found[1]) if found else ""


def _drawable(result: Shown) -> tuple[tuple[str, ...], Rows]:
    """The columns for a chart; of statements their ends, where both are things."""
    if result.kind != "graph":
        return result.columns, result.rows
    ends = tuple((row[0], row[2]) for row in result.rows if row[2].kind != "literal")
    return (result.columns[0], result.columns[2]) if result.columns else (), ends
