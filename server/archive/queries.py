"""Stored queries: `.rq` files that run unchanged in any SPARQL tool, and the one rule that fills them.

A file holds `VALUES ?name { … }` with example content; `fill` puts the wanted terms there instead.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, partial
from pathlib import Path
from urllib.parse import quote

from server.archive.rows import rows
from server.errors import BadSource
from server.store.answers import JSON, TSV, Formats, Store
from server.store.syntax import Term

# The base that all sources are written with; a setting may replace it in a release.
SOURCE_BASE = "https://w3id.org/praleska/"
_FOLDER = Path(__file__).parent / "queries"
_ROWS = Formats(solutions=TSV, boolean=JSON)
_NOT_IN_IRI = re.compile(
    r"%(?![0-9A-Fa-f]{2})|[^\w\-.~:/?#@!$&'()*+,;=%\xa0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd]"
)
Row = dict[str, Term]


@cache
def stored(name: str) -> str:
    """The text of queries/<name>.rq."""
    return (_FOLDER / f"{name}.rq").read_text(encoding="utf-8")


def rebase(text: str, base: str) -> str:
    """A query text for a release with another base; terms and vocabularies keep theirs."""
    if base == SOURCE_BASE:
        return text
    for part in ("id/", "graph/"):
        text = text.replace(f"{SOURCE_BASE}{part}", f"{base}{part}")
    return text


def fill(text: str, **slots: Iterable[str]) -> str:
    """`text` with the terms of each `VALUES ?slot { }` replaced; terms are SPARQL text (see `iri_text`)."""
    # In one pass: what is put in is not searched for the next slot, whatever it says.
    terms = {name: " ".join(listed) for name, listed in slots.items()}
    names = "|".join(terms)
    pattern = re.compile(rf"(VALUES\s+(?:\?({names})|\(\?({names})\b[^)]*\))\s*\{{)[^}}]*\}}")
    missing = terms.keys() - {found[2] or found[3] for found in pattern.finditer(text)}
    if missing:
        raise BadSource(f"The query has no VALUES ?{min(missing)}.")
    return pattern.sub(partial(_filled, terms), text) if terms else text


def _filled(terms: dict[str, str], found: re.Match[str]) -> str:
    return f"{found[1]} {terms[found[2] or found[3]]} }}"


def iri_text(iri: str) -> str:
    """`<iri>`, with everything that may not stand in an IRI percent-encoded."""
    # Not as \u003E: SPARQL decodes such escapes before it parses (§19.2), so they protect nothing.
    address, mark, fragment = iri.partition("#")
    return f"<{_encoded(address)}{mark}{_encoded(fragment).replace('#', '%23')}>"


def _encoded(text: str) -> str:
    return _NOT_IN_IRI.sub(lambda found: quote(found[0], safe="", errors="replace"), text)


def iris_text(iris: Iterable[str]) -> Iterator[str]:
    """Each IRI as SPARQL text."""
    return (iri_text(iri) for iri in iris)


def select(store: Store, text: str) -> list[Row]:
    """Rows of a SELECT, each a dict of the bound variables."""
    return rows(store.query(text, _ROWS).body)
