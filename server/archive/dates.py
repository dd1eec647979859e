"""Uncertain dates (EDTF) and the earliest and latest day that each allows."""

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


@lru_cache(maxsize=4096)
def bounds(text: str) -> Bounds | None:
    """(earliest, latest) day as YYYY-MM-DD, None for an open or unknown end; None when `text` is not
    EDTF, or outside the years that a calendar day can name."""
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
