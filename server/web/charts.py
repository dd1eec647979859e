"""Charts of a table, made here: templates/charts.html shows them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from server.web.bars import bars
from server.web.cells import Cell, Grid
from server.web.drawings import Drawing
from server.web.lines import lines
from server.web.networks import networks
from server.web.spans import spans
from server.web.texts import words

_MAKERS: dict[str, Callable[[Grid], Drawing | None]] = {
    "bar": bars,
    "line": lines,
    "timeline": spans,
    "network": networks,
}
KINDS = tuple(_MAKERS)


def draw(
    kind: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], lang: str, goes_on: bool = False
) -> Drawing | None:
    """The rows as a chart of one of KINDS; None when they hold nothing that it can show.

    `goes_on` says that the answer has more rows than these."""
    maker = _MAKERS.get(kind)
    drawing = maker(Grid(columns, rows, lang)) if maker and rows else None
    if not drawing or not goes_on:
        return drawing
    said = words(lang)["chart"]["goes_on"]
    return replace(drawing, note=f"{drawing.note} {said}".strip())


def fitting(columns: Sequence[str], rows: Sequence[Sequence[Cell]], lang: str) -> list[str]:
    """The kinds of chart that are worth an offer, by a quick look at the columns."""
    grid = Grid(columns, rows, lang)
    found = {
        "bar": bool(grid.numbers) and len(columns) > 1,
        "line": _runs(grid),
        "timeline": bool(grid.dates) and len(columns) > len({*grid.dates, *grid.numbers}),
        "network": len(grid.things) > 1,
    }
    return [kind for kind in KINDS if found[kind]] if rows else []


def _runs(grid: Grid) -> bool:
    """Whether numbers run over dates, or over the number that a row begins with."""
    across = next(iter(grid.dates or grid.numbers[:1]), -1)
    if not grid.dates and across != 0:
        return False  # a number behind the name of its row is no place on an axis
    several = len({cell.value for cell in grid.column(across)}) > 1
    return several and any(place != across for place in grid.numbers)
