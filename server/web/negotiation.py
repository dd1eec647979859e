"""Which format and which language a request wants (RFC 9110 §12); written once, used everywhere."""

from collections.abc import Iterable, Mapping, Sequence
from math import isnan, nan
from typing import NamedTuple

from flask import request

from server.errors import NotAcceptable
from server.web.texts import LANGUAGES

HTML = "text/html"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# One document address per suffix; on a tie the earlier one wins.
DOCUMENTS = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
    "nq": "application/n-quads",
}
# Names that clients use for a type; they get the type itself.
_ALSO = {
    "application/ld+json": ("application/json",),
    "application/problem+json": ("application/json",),
    "application/sparql-results+json": ("application/json",),
    "application/sparql-results+xml": ("application/xml", "text/xml"),
    "text/turtle": ("application/x-turtle", "application/turtle", "text/n3", "text/rdf+n3"),
    "application/n-triples": ("text/plain",),
    "text/html": ("application/xhtml+xml",),
}
# Values of ?format= and the media types they stand for; a media type stands for itself.
_NAMES = {
    "html": HTML,
    "json": "application/sparql-results+json, application/ld+json, application/json",
    "xml": "application/sparql-results+xml, application/rdf+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "xlsx": XLSX,
    "turtle": "text/turtle",
    "n3": "text/turtle",
    "json-ld": "application/ld+json",
    "ntriples": "application/n-triples",
    "n-triples": "application/n-triples",
    "nquads": "application/n-quads",
    "n-quads": "application/n-quads",
    "rdf+xml": "application/rdf+xml",
    "rdfxml": "application/rdf+xml",
    "rdf/xml": "application/rdf+xml",
    **DOCUMENTS,
}


class Range(NamedTuple):
    """One entry of an Accept header."""

    value: str
    quality: float


def ranges(header: str) -> list[Range]:
    """The entries of an Accept or Accept-Language header; parameters other than `q` are ignored."""
    found = [_range(part) for part in header.split(",")]
    return [entry for entry in found if entry.value]


def _range(part: str) -> Range:
    value, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
    try:
        found = float(quality)
    except ValueError:
        found = nan
    # What is no number, such as "nan" itself, is no wish.
    return Range("", 0.0) if isnan(found) else Range(value, min(max(found, 0.0), 1.0))


def choose(header: str, offers: Sequence[str]) -> str | None:
    """The offer that the header likes best; on a tie one that it names itself, then the first; None if it
    likes none."""
    wanted = ranges(header) or [Range("*/*", 1.0)]
    best = max(offers, key=lambda offer: _liking(offer, wanted))
    return best if _liking(best, wanted)[0] > 0 else None


def _liking(offer: str, wanted: Iterable[Range]) -> tuple[float, int]:
    """How much an offer is liked, by the entry that fits it best, and how well that entry fits."""
    fit, quality = max((_specificity(offer, entry.value), entry.quality) for entry in wanted)
    return (quality, fit) if fit else (0.0, 0)


def _specificity(offer: str, value: str) -> int:
    if value == offer:
        return 4
    if value in _ALSO.get(offer, ()):
        return 3
    if value == offer.split("/")[0] + "/*":
        return 2
    return int(value in ("*/*", "*"))


def accept() -> str:
    """What this request accepts: `format` (or an old client's name for it), else the Accept header."""
    return wish(request.args, ",".join(request.headers.getlist("Accept")))


def wish(fields: Mapping[str, str], header: str) -> str:
    """The same, of the fields and the Accept header of any request."""
    for name in ("format", "output", "results"):
        value = fields.get(name, "").strip().lower()
        if value:
            return _NAMES.get(value, value.replace(" ", "+"))
    return header


def negotiate(offers: Sequence[str]) -> str:
    """The offer for this request. Raises NotAcceptable."""
    found = choose(accept(), offers)
    if found is None:
        raise NotAcceptable(offers)
    return found


def typed(media: str) -> str:
    """A media type as Content-Type says it: text has a charset."""
    return media + ("; charset=utf-8" if media.startswith("text/") else "")


def language() -> str:
    """The language of this request: the address, then `lang`, then Accept-Language, then English."""
    asked = (request.view_args or {}).get("lang") or request.args.get("lang")
    return asked if asked in LANGUAGES else preferred_language(request.headers.get("Accept-Language", ""))


def preferred_language(header: str) -> str:
    """The interface language that an Accept-Language header likes best."""
    likes = [(entry.quality, entry.value.split("-")[0]) for entry in ranges(header)]
    known = [(quality, tag) for quality, tag in likes if tag in LANGUAGES and quality > 0]
    return max(known, key=lambda pair: pair[0])[1] if known else "en"
