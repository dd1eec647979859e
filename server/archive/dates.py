"""Uncertain dates (EDTF) and the earliest and latest day that each allows."""

import math
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from server.archive.model import Model
from server.archive.terms import iri
from server.archive.vocabulary import EDTF, XSD
from server.store.syntax import Quad, Term

Bounds = tuple[str | None, str | None]


@lru_cache(maxsize=4096)
def bounds(text: str) -> Bounds | None:
    """(earliest, latest) day as YYYY-MM-DD, None for an open end; None when `text` is not EDTF."""
    from edtf import parse_edtf  # slow to import, and the server has no need of it
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        date = parse_edtf(text)
    except EDTFParseException:
        return None
    return _day(date.lower_strict()), _day(date.upper_strict())


def _day(moment: Any) -> str | None:
    if isinstance(moment, float) and math.isinf(moment):
        return None
    return f"{moment.tm_year:04d}-{moment.tm_mon:02d}-{moment.tm_mday:02d}"


def is_date(term: Term) -> bool:
    """Whether a term is an uncertain date."""
    return term.kind == "literal" and term.datatype == str(EDTF)


def derived(quads: Iterable[Quad], model: Model) -> Iterator[Quad]:
    """The bounds that follow from the dates in `quads`, each in the graph of its date."""
    for quad in quads:
        pair = model.bounds.get(quad.predicate.value)
        days = bounds(quad.object.value) if pair and is_date(quad.object) else None
        for name, day in zip(pair or (), days or (), strict=False):
            if day:
                value = Term("literal", day, str(XSD.date), None)
                yield quad._replace(predicate=iri(name), object=value)
