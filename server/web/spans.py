"""Timelines of a table: each row is a span in time, or a day."""

from collections.abc import Sequence

from server.web import texts, timeline
from server.web.cells import Cell, Grid
from server.web.drawings import Drawing
from server.web.timeline import Span

_MOST = 100


def spans(grid: Grid) -> Drawing | None:
    """The first column of dates as beginnings, the second as ends; the first other column names the rows."""
    names = [place for place in range(len(grid.columns)) if place not in grid.dates + grid.numbers]
    if not grid.dates or not names:
        return None
    rows = zip(grid.read(names[0]), grid.rows, strict=True)
    found = [_span(label, [row[place] for place in grid.dates[:2]]) for label, row in rows]
    known = [span for span in found if span]
    drawn = timeline.drawn(known[:_MOST], grid.lang)
    if not drawn:
        return None
    told = texts.words(grid.lang)["chart"]
    return Drawing(
        "timeline",
        drawn.height,
        (),
        told["timeline"].format(rows=len(known[:_MOST])),
        note=_note(len(known), len(found) - len(known), told),
        timeline=drawn,
    )


def _note(dated: int, undated: int, told: dict[str, str]) -> str:
    cut = told["cut"].format(drawn=_MOST, all=dated) if dated > _MOST else ""
    return " ".join(filter(None, (cut, told["undated"].format(count=undated) if undated else "")))


def _span(label: str, cells: Sequence[Cell]) -> Span | None:
    """The span of one row; None where it names no day."""
    days = [cell.days or ("", "") for cell in cells]
    if not any(map(any, days)):
        return None
    end = days[1] if len(days) > 1 else ("", "")
    return Span(label, "", *days[0], *end, lasting=len(days) > 1)
