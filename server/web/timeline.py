"""A timeline as the page draws it: what is certain, what is possible, and where an end is not known."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from server.archive.situations import Extent
from server.web import values
from server.web.texts import words

# Room for the marks at both ends, in per cent of the width.
_MARGIN = 2.0
_LANE, _AXIS = 36, 22
# So many years have their number below the axis; more would not fit on a small telephone.
_LABELS = 6
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_LONGEST = 44


@dataclass(frozen=True)
class Span:
    """Something in time, by its earliest and latest days (ISO, "" where unknown); what does not last has
    only a start. Spans with one label share a lane."""

    label: str
    href: str = ""
    start_min: str = ""
    start_max: str = ""
    end_min: str = ""
    end_max: str = ""
    lasting: bool = False


@dataclass(frozen=True)
class Part:
    """A stretch of a lane in per cent of the width; it is `sure`, or else only possible."""

    x: float
    width: float
    sure: bool


@dataclass(frozen=True)
class Mark:
    """One span: its parts, or a dot; `before` and `after` where it has no known end."""

    words: str
    parts: tuple[Part, ...] = ()
    dot: float | None = None
    before: bool = False
    after: bool = False


@dataclass(frozen=True)
class Lane:
    """All spans with one label, at a height."""

    label: str
    full: str
    y: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Drawing:
    """A timeline in per cent and pixels; `ticks` are the beginnings of years, some of them with a number."""

    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, str], ...]
    height: int
    has_maybe: bool
    has_open: bool


class _Axis:
    """Whole years from the first known day to the last."""

    def __init__(self, days: Sequence[date]) -> None:
        self.first = min(day.year for day in days)
        self.last = max(day.year for day in days)
        self._start = date(self.first, 1, 1).toordinal()
        self._length = date(self.last, 12, 31).toordinal() + 1 - self._start

    def x(self, ordinal: float) -> float:
        """The place of a day, in per cent."""
        share = (ordinal - self._start) / self._length
        return round(_MARGIN + share * (100 - 2 * _MARGIN), 2)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """The beginning of each year, with its number where there is room."""
        years = range(self.first, self.last + 1)
        step = next((s for s in _STEPS if len(years) <= s * _LABELS), _STEPS[-1])
        tall = max(1, step // 5) if step > 1 else 1
        numbers = {year: "" if year % step else str(year) for year in years if year % tall == 0}
        return tuple((self.x(date(year, 1, 1).toordinal()), text) for year, text in numbers.items())


def drawn(spans: Iterable[Span], lang: str, until: str = "") -> Drawing | None:
    """The timeline of `spans`, reaching at least to the day `until`; None if no day is known."""
    known = [(span, _days(span)) for span in spans]
    known = [(span, days) for span, days in known if any(days)]
    if not known:
        return None
    end = _day(until)
    axis = _Axis([day for _, days in known for day in days if day] + ([end] if end else []))
    lanes: dict[str, list[Mark]] = {}
    for span, days in known:
        lanes.setdefault(span.label, []).append(_mark(span, days, axis, lang))
    marks = [mark for found in lanes.values() for mark in found]
    return Drawing(
        tuple(_lane(label, place, found) for place, (label, found) in enumerate(lanes.items())),
        axis.ticks(),
        _LANE * len(lanes) + _AXIS,
        any(not part.sure for mark in marks for part in mark.parts),
        any(mark.before or mark.after for mark in marks),
    )


def _lane(label: str, place: int, marks: list[Mark]) -> Lane:
    short = label if len(label) <= _LONGEST else label[: _LONGEST - 1].rstrip() + "…"
    return Lane(short, label, place * _LANE, tuple(marks))


_Days = tuple[date | None, date | None, date | None, date | None]


def _days(span: Span) -> _Days:
    """The four days; those of an order that cannot be are taken the other way round."""
    first, last = _ordered(_day(span.start_min), _day(span.start_max))
    early, late = _ordered(_day(span.end_min), _day(span.end_max)) if span.lasting else (None, None)
    return first, last, early, late


def _ordered(low: date | None, high: date | None) -> tuple[date | None, date | None]:
    return (high, low) if low and high and low > high else (low, high)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _mark(span: Span, days: _Days, axis: _Axis, lang: str) -> Mark:
    first, last, early, late = days
    said = said_of(span, lang)
    if not span.lasting:
        if first and first == last:
            return Mark(said, dot=axis.x(first.toordinal() + 0.5))
        return Mark(said, (_part(axis, first, last, False),), before=not first, after=not last)
    parts = _parts(axis, first, last, early, late)
    return Mark(said, parts, before=not first, after=not late)


def _parts(
    axis: _Axis, first: date | None, last: date | None, early: date | None, late: date | None
) -> tuple[Part, ...]:
    """What lies between the latest start and the earliest end is certain, what lies around it possible."""
    if not last or not early or last > early:
        return (_part(axis, first, late, False),)
    around = []
    if first != last:
        around.append(_part(axis, first, last, False))
    if early != late:
        around.append(_part(axis, early, late, False))
    return (*around, _part(axis, last, early, True))


def _part(axis: _Axis, start: date | None, end: date | None, sure: bool) -> Part:
    left = axis.x(start.toordinal()) if start else 0.0
    right = axis.x(end.toordinal() + 1) if end else 100.0
    # A day in many years must still be seen.
    return Part(left, round(max(right - left, 0.6), 2), sure)


def said_of(span: Span, lang: str) -> str:
    """The dates of a span in words."""
    texts = words(lang)["timeline"]
    start = _between(span.start_min, span.start_max, lang)
    if not span.lasting:
        return start
    end = _between(span.end_min, span.end_max, lang)
    if start and end:
        return str(texts["from_to"].format(start=start, end=end))
    if start:
        return str(texts["from"].format(start=start))
    return str(texts["to"].format(end=end)) if end else ""


def until(extent: Extent, lang: str) -> str:
    """When something that lasts ended, in words; "" for all else."""
    texts = words(lang)["state"]
    if not extent.lasting:
        return ""
    end = _between(extent.end_min, extent.end_max, lang)
    return str(texts["until"].format(end=end) if end else texts["open"])


def _between(low: str, high: str, lang: str) -> str:
    if not low and not high:
        return ""
    return values.day(_whole(low, high) or f"{low or '..'}/{high or '..'}", lang)


def _whole(low: str, high: str) -> str:
    """The day, month or year that two bounds make up; "" if they make up none."""
    first = _day(low)
    if low == high:
        return low
    if first and first.day == 1 and high.startswith(low[:7]) and int(high[8:]) == _length_of(first):
        return low[:7]
    return low[:4] if low.endswith("-01-01") and high == f"{low[:4]}-12-31" else ""


def _length_of(month: date) -> int:
    return calendar.monthrange(month.year, month.month)[1]
