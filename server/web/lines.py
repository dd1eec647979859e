"""Line charts: numbers over time, or over another number."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from math import floor, log10
from typing import NamedTuple

from server.web import texts
from server.web.cells import Cell, Grid
from server.web.drawings import (
    MOST_SERIES,
    Drawing,
    Key,
    Shape,
    dot,
    figure,
    letter,
    look,
    stroke,
    words,
)

_MOST = 300
# Pixels from one letter to the next.
_APART = 13
_TOP, _BOTTOM, _HEIGHT = 18.0, 228.0, 256
_LEFT, _RIGHT = 13.0, 95.0
Point = tuple[float, float]
Series = dict[str, list[Point]]


class Frame(NamedTuple):
    """From values to places."""

    low_x: float
    high_x: float
    low_y: float
    high_y: float

    def place(self, point: Point) -> Point:
        """Percent across, pixels down."""
        across = (point[0] - self.low_x) / ((self.high_x - self.low_x) or 1.0)
        up = (point[1] - self.low_y) / ((self.high_y - self.low_y) or 1.0)
        return _LEFT + across * (_RIGHT - _LEFT), _BOTTOM - up * (_BOTTOM - _TOP)


def lines(grid: Grid) -> Drawing | None:
    """The numbers of each row over its date, or over its first number; a column of text tells lines apart."""
    across = next(iter(grid.dates or grid.numbers), None)
    counted = [place for place in grid.numbers if place != across]
    if across is None or not counted:
        return None
    series = _series(grid, across, counted)
    drawn = dict(list(series.items())[:MOST_SERIES])
    points = [point for found in drawn.values() for point in found]
    if len({x for x, _ in points}) < 2:
        return None
    ticks = _ticks(min(0.0, *(y for _, y in points)), max(0.0, *(y for _, y in points)))
    xs = [x for x, _ in points]
    frame = Frame(min(xs), max(xs), ticks[0], ticks[-1])
    is_time = across in grid.dates
    return Drawing(
        "line",
        _HEIGHT,
        (*_axes(frame, ticks, is_time, grid.lang), *_paths(drawn, frame)),
        _described(drawn, frame, grid, across),
        tuple(Key(letter(n), name, look(n)) for n, name in enumerate(drawn)) if len(drawn) > 1 else (),
        _note(series, drawn, len(grid.rows), grid.lang),
    )


def _series(grid: Grid, across: int, counted: list[int]) -> Series:
    """Name -> points from left to right; all names of the rows when only one column is counted."""
    split = [place for place in grid.texts() if place != across]
    found: Series = {}
    for row, cells in enumerate(grid.rows[:_MOST]):
        x = _across(cells[across])
        for place in counted:
            y = cells[place].number
            several = len(counted) == 1 and split
            name = grid.rows[row][split[0]].read(grid.lang) if several else grid.columns[place]
            if x is not None and y is not None:
                found.setdefault(name, []).append((x, y))
    return {name: sorted(points) for name, points in found.items()}


def _across(cell: Cell) -> float | None:
    """The place of a cell on the axis: its number, or the middle of the days that it can mean."""
    days = cell.days
    if days and days[0] and days[1]:
        return sum(date.fromisoformat(text).toordinal() for text in days) / 2
    return None if days else cell.number


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers from `low` to `high`, some four steps."""
    rough = ((high - low) or 1.0) / 4
    size = 10.0 ** floor(log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough * 0.999)
    first, last = floor(low / step), -floor(-high / step)
    return [step * n for n in range(first, max(last, first + 1) + 1)]


def _axes(frame: Frame, ticks: list[float], is_time: bool, lang: str) -> Iterable[Shape]:
    for tick in ticks:
        height = frame.place((frame.low_x, tick))[1]
        yield stroke((0, height), (100, height), "axis" if tick == 0 else "grid")
        yield words(0, height - 4, figure(tick, lang), "figure")
    middle = (frame.low_x + frame.high_x) / 2
    if not is_time and frame.low_x.is_integer() and frame.high_x.is_integer():
        middle = float(round(middle))
    for x, anchor in ((frame.low_x, "start"), (middle, "middle"), (frame.high_x, "end")):
        place = frame.place((x, 0))[0]
        if anchor != "middle" or frame.low_x < x < frame.high_x:
            yield words(place, _HEIGHT - 8, _named(x, frame, is_time, lang), "figure", anchor)


def _named(x: float, frame: Frame, is_time: bool, lang: str) -> str:
    """What stands below a place of the axis: a day, for long stretches a year, or a number."""
    if is_time:
        found = date.fromordinal(round(x))
        long = frame.high_x - frame.low_x > 3 * 366
        return str(found.year) if long else found.isoformat()
    # Years are whole numbers too, and have no mark between thousands.
    return f"{x:.0f}" if frame.low_x >= 1000 and frame.high_x < 3000 else figure(x, lang)


def _paths(drawn: Series, frame: Frame) -> Iterable[Shape]:
    ends = []
    for n, points in enumerate(drawn.values()):
        places = [frame.place(point) for point in points]
        yield from (stroke(*pair, f"path {look(n)}") for pair in pairwise(places))
        yield from (dot(*place, 2.5, look(n)) for place in places)
        ends.append((places[-1], letter(n)))
    if len(drawn) > 1:
        yield from _letters(ends)


def _letters(ends: list[tuple[Point, str]]) -> Iterable[Shape]:
    """The mark of each line at its end, and none upon another."""
    free = 0.0
    for (x, y), mark in sorted(ends, key=lambda end: end[0][1]):
        y = max(y + 4, free)
        free = y + _APART
        yield words(x, y, mark, "label", right=6)


def _described(drawn: Series, frame: Frame, grid: Grid, across: int) -> str:
    told = texts.words(grid.lang)["chart"]
    is_time = across in grid.dates
    ends = [_named(x, frame, is_time, grid.lang) for x in (frame.low_x, frame.high_x)]
    ys = [y for points in drawn.values() for _, y in points]
    return str(
        told["line"].format(
            columns=", ".join(drawn),
            first=ends[0],
            last=ends[1],
            low=figure(min(ys), grid.lang),
            high=figure(max(ys), grid.lang),
        )
    )


def _note(series: Series, drawn: Series, rows: int, lang: str) -> str:
    told = texts.words(lang)["chart"]
    found = [told["cut"].format(drawn=_MOST, all=rows)] if rows > _MOST else []
    if len(series) > len(drawn):
        found.append(told["fewer"].format(drawn=len(drawn), all=len(series)))
    return " ".join(found)
