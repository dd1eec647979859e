"""Checks on single statements, made before the shapes: their sentences stand in shapes/rules.ttl."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from rdflib import URIRef

from server.archive.dates import bounds, is_date
from server.archive.findings import VIOLATION, Finding
from server.archive.model import Model, texts
from server.archive.vocabulary import NOTES, RDF, SH, SHAPES
from server.errors import BadSource
from server.store.syntax import Quad, Term

_OPAQUE = re.compile(r"id/[0-9a-hjkmnp-tv-z]{10}")
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = 5
_CYRILLIC_TAGS = ("be", "ru", "uk", "bg", "sr", "mk")
_CONTACTS = (
    re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}"),
    # Numbers of telephones with their country, and of passports and identity cards, in Latin or Cyrillic.
    re.compile(r"\+\d(?:[\s().-]*\d){8,}"),
    re.compile(r"\b[A-ZА-Я]{2}\s?\d{7}\b|\b\d{7}[A-ZА-Я]\d{3}[A-ZА-Я]{2}\d\b"),
    re.compile(r"(?i)\b(?:(?:вул|ул)\.\s*\w|пр-т\.?\s*\w|кв\.\s*\d)"),
)
# What has many digits too: web addresses, dates, years, and sums in groups of three (but not 375 29 …).
_NUMBERS = re.compile(
    r"https?://\S+|\b\d{4}-\d\d(?:-\d\d)?\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{4}\b"
    r"|(?<!\d[\s-])\b(?!375)[1-9]\d{0,2}(?:\s\d{3})+\b(?![\s-]\d)|\b(?:19|20)\d\d\b"
)
_TELEPHONE = re.compile(r"\b\d(?:[\s()-]*\d){8,}\b|\b\d{3}-\d\d-\d\d\b")


def finding(model: Model, rule: str, focus: str, path: str | None, claim_set: str | None) -> Finding:
    """A finding of one of the software's own rules, with its sentences from the shapes."""
    shape = URIRef(f"{SHAPES}Rule-{rule}")
    messages = texts(model.shapes, shape, SH.message)
    if not messages:
        raise BadSource(f"shapes/rules.ttl has no message for Rule-{rule}.")
    severity = str(model.shapes.value(shape, SH.severity) or VIOLATION).rsplit("#", 1)[-1]
    quiet = (shape, NOTES.notShown, None) in model.shapes
    return Finding(severity, str(shape), messages, focus, path, claim_set, quiet=quiet)


class StatementRules:
    """The rules that look at one statement at a time."""

    def __init__(self, model: Model, base: str) -> None:
        self._model = model
        self._base = base
        self._rules: dict[str, Callable[[Quad], bool]] = {
            "blankNode": lambda quad: "bnode" in (quad.subject.kind, quad.object.kind),
            "undeclaredTerm": self._undeclared,
            "derivedInSource": lambda quad: quad.predicate.value in model.derived,
            "notPublishable": self._unpublishable,
            "opaqueId": lambda quad: any(map(self._readable_id, _iris(quad))),
            "edtf": lambda quad: is_date(quad.object) and bounds(quad.object.value) is None,
            "tagScript": lambda quad: _wrong_script(quad.object),
            "contactData": lambda quad: _has_contact(quad.object),
        }

    def check(self, quads: Iterable[Quad]) -> Iterator[Finding]:
        """Every broken rule of every statement."""
        for quad in quads:
            graph = quad.graph.value if quad.graph else None
            claim_set = graph if graph and not graph.startswith(f"{self._base}graph/") else None
            for name, broken in self._rules.items():
                if broken(quad):
                    yield finding(self._model, name, quad.subject.value, quad.predicate.value, claim_set)

    def _undeclared(self, quad: Quad) -> bool:
        terms = [quad.predicate.value]
        if quad.predicate.value == str(RDF.type):
            terms.append(quad.object.value)
        return any(term not in self._model.declared for term in terms)

    def _unpublishable(self, quad: Quad) -> bool:
        name = quad.predicate.value
        return name in self._model.declared and name not in self._model.publishable

    def _readable_id(self, iri: str) -> bool:
        return iri.startswith(f"{self._base}id/") and not _OPAQUE.fullmatch(iri.removeprefix(self._base))


def _iris(quad: Quad) -> Iterator[str]:
    return (term.value for term in (quad.subject, quad.object) if term.kind == "iri")


def _wrong_script(term: Term) -> bool:
    if not term.language:
        return False
    words = _WORD.findall(term.value)
    cyrillic = sum(map(_is_cyrillic, "".join(words)))
    latin = sum(map(_is_latin, "".join(words)))
    primary, *subtags = term.language.lower().split("-")
    expects_cyrillic = primary in _CYRILLIC_TAGS and "latn" not in subtags
    # Names of media and campaigns stay Latin in Cyrillic text; whole sentences do not.
    foreign = latin > cyrillic and len(words) >= _SENTENCE
    wrong = foreign if expects_cyrillic else cyrillic > latin
    return wrong or any(any(map(_is_cyrillic, word)) and any(map(_is_latin, word)) for word in words)


@cache
def _is_cyrillic(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("CYRILLIC")


@cache
def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN")


def _has_contact(term: Term) -> bool:
    prose = term.kind == "literal" and term.datatype is None
    if not prose:
        return False
    # A full stop keeps apart what stood on both sides of what is taken out.
    rest = _NUMBERS.sub(".", term.value)
    return bool(_TELEPHONE.search(rest)) or any(pattern.search(term.value) for pattern in _CONTACTS)
