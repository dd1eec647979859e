"""Bar charts: one row of text and bars for each label, from top to bottom."""

from typing import Any

from server.web import texts
from server.web.cells import Cell, Grid
from server.web.drawings import (
    MOST_SERIES,
    Drawing,
    Key,
    Shape,
    box,
    figure,
    letter,
    look,
    short,
    stroke,
    words,
)

_MOST = 60
_LONGEST = 72
# Pixels of a label, of a bar, and between two labels; the percent that bars may take, numbers stand behind.
_LABEL, _BAR, _GAP, _WIDE = 20, 18, 8, 76.0


def bars(grid: Grid) -> Drawing | None:
    """The first numbers of each row as bars; the other columns name them."""
    counted = _counted(grid)
    if not counted:
        return None
    names = [place for place in range(len(grid.columns)) if place not in counted]
    rows = list(zip(grid.labels(names), *(map(_number, grid.column(n)) for n in counted), strict=True))
    told = texts.words(grid.lang)["chart"]
    series = tuple(Key(letter(n), grid.columns[c], look(n)) for n, c in enumerate(counted))
    step = _LABEL + _BAR * len(counted) + _GAP
    return Drawing(
        "bar",
        step * len(rows[:_MOST]),
        tuple(_shapes(rows[:_MOST], step, grid.lang)),
        _described(rows, [grid.columns[c] for c in counted], told, grid.lang),
        series if len(series) > 1 else (),
        told["cut"].format(drawn=_MOST, all=len(rows)) if len(rows) > _MOST else "",
    )


def _counted(grid: Grid) -> list[int]:
    """The columns that are drawn. Where all hold numbers (years and counts), the first one names the rows."""
    texts_ = grid.texts()
    return (grid.numbers if texts_ else grid.numbers[1:])[:MOST_SERIES]


def _number(cell: Cell) -> float | None:
    return cell.number


def _shapes(rows: list[Any], step: int, lang: str) -> list[Shape]:
    numbers = [value for _, *values in rows for value in values if value is not None]
    # The rows that are drawn may be those without a number.
    low, high = min([0.0, *numbers]), max([0.0, *numbers])
    scale = _WIDE / ((high - low) or 1.0)
    zero = -low * scale
    found = [stroke((zero, 0), (zero, step * len(rows)), "axis")] if low < 0 else []
    for row, (label, *values) in enumerate(rows):
        found.append(words(0, row * step + 14, short(label, _LONGEST), "label"))
        for place, value in enumerate(values):
            if value is not None:
                top = row * step + _LABEL + place * _BAR
                mark = figure(value, lang) + (f" {letter(place)}" if len(values) > 1 else "")
                start, end = sorted((zero, zero + value * scale))
                found += [box(start, top, end - start, _BAR - 4, look(place))]
                found += [words(end, top + _BAR - 7, mark, "figure", right=6)]
    return found


def _described(rows: list[Any], names: list[str], told: dict[str, str], lang: str) -> str:
    """The chart in a few words: how many labels, the longest bar and the shortest, of all series."""
    bars = told["bar"].format(labels=len(rows), columns=", ".join(names))
    sized = sorted(_named(rows, names), key=lambda bar: -bar[1])
    if len(sized) < 2:
        return bars
    (most, high), (least, low) = sized[0], sized[-1]
    return f"{bars} " + told["extremes"].format(
        most=most, high=figure(high, lang), least=least, low=figure(low, lang)
    )


def _named(rows: list[Any], names: list[str]) -> list[tuple[str, float]]:
    """Each bar by its label, and by its series where there are several."""
    return [
        (f"{label} ({name})" if len(names) > 1 else label, value)
        for label, *values in rows
        for name, value in zip(names, values, strict=True)
        if value is not None
    ]
