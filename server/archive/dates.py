"""Uncertain dates (EDTF) and the earliest and latest day that each allows."""

import calendar
import math
import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from server.archive.model import Model
from server.archive.terms import iri
from server.archive.vocabulary import EDTF, XSD
from server.store.syntax import Quad, Term

_NEVER = "9999-12-31"
Bounds = tuple[str | None, str | None]
_UNKNOWN_END = re.compile(r"^(?=/)|(?<=/)$")
_PLAIN = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-([0-9]{2}))?)?[~?%]?")


@lru_cache(maxsize=65536)
def bounds(text: str) -> Bounds | None:
    """(earliest, latest) day as YYYY-MM-DD, None for an open or unknown end; None when `text` is not
    EDTF, or outside the years that a calendar day can name."""
    # The parser needs ten milliseconds for a date; nearly all dates are plain ones.
    return plain_bounds(text) or parsed_bounds(text)


def plain_bounds(text: str) -> tuple[str, str] | None:
    """The same for a plain year, month or day, or a stretch of two; None for all else."""
    first, slash, last = text.partition("/")
    low, high = _plain(first), _plain(last if slash else first)
    return (low[0], high[1]) if low and high else None


def _plain(text: str) -> tuple[str, str] | None:
    """The first and the last day of a plain year, month or day."""
    found = _PLAIN.fullmatch(text)
    if not found or found[1] == "0000":
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    last = calendar.monthrange(year or 1, month or 12)[1]
    if day is not None and not 1 <= day <= last:
        return None
    return f"{year:04}-{month or 1:02}-{day or 1:02}", f"{year:04}-{month or 12:02}-{day or last:02}"


def parsed_bounds(text: str) -> Bounds | None:
    """The same by the parser, for every kind of EDTF."""
    from edtf import parse_edtf  # slow to import, and the server has no need of it

    try:
        # For an unknown end the parser would make up a day, ten years off.
        found = parse_edtf(_UNKNOWN_END.sub("..", text))
        days = _day(found.lower_strict()), _day(found.upper_strict())
    except Exception:  # the parser meets malformed text with errors of many kinds
        return None
    # A date that any day fits says nothing.
    return days if any(days) else None


def _day(moment: Any) -> str | None:
    if isinstance(moment, float) and math.isinf(moment):
        return None
    return date(moment.tm_year, moment.tm_mon, moment.tm_mday).isoformat()


def is_date(term: Term) -> bool:
    """Whether a term is an uncertain date."""
    return term.kind == "literal" and term.datatype == str(EDTF)


def have_a_day_in_common(terms: Iterable[Term]) -> bool:
    """Whether all terms are dates that can mean the same day: "July" and "14 July" can."""
    values = list(terms)
    spans = [bounds(term.value) if is_date(term) else None for term in values]
    if not all(spans):
        return False
    latest_start = max((span[0] or "" for span in spans if span), default="")
    return all(latest_start <= (span[1] or _NEVER) for span in spans if span)


def derived(quads: Iterable[Quad], model: Model) -> Iterator[Quad]:
    """The bounds that follow from the dates in `quads`, each in the graph of its date."""
    for quad in quads:
        pair = model.bounds.get(quad.predicate.value)
        days = bounds(quad.object.value) if pair and is_date(quad.object) else None
        for name, day in zip(pair or (), days or (), strict=False):
            if day:
                value = Term("literal", day, str(XSD.date), None)
                yield quad._replace(predicate=iri(name), object=value)
