"""The rules over a whole release, in shapes/archive.ttl: they find what does not agree, and only warn.

A rule is a query. ?this is what a warning is about, ?path the property, ?claim_set and ?…_claim_set the claim
sets concerned, and the rest fills the message. Rows that differ in claim sets alone are one warning.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from rdflib import URIRef

from server.archive.findings import Finding
from server.archive.matching import alike
from server.archive.model import Model, Texts, local_name, texts
from server.archive.queries import Row, fill, iri_text, rebase, select
from server.archive.vocabulary import EDTF, SH, SKOS, XSD
from server.store.answers import Store
from server.store.syntax import Term

# A report keeps so many warnings of one rule, counts all, and carries the query that gives the rest.
MOST = 1000
_BATCH = 500
_CLAIMS = "claim_set"
_SLOT = re.compile(r"VALUES\s+\(\?this\s+\?namesake\)")
_PLACE = re.compile(r"\{\?(\w+)\}")
# Literals that may stand in a message. Text never does: it could be what must not be shown.
_SAFE = {str(kind) for kind in (EDTF, XSD.date, XSD.gYear, XSD.integer, XSD.decimal, XSD.duration)}


@dataclass(frozen=True)
class ArchiveRule:
    """One rule: its number, its words, and its query over a release of one base."""

    iri: str
    number: str
    order: float
    severity: str
    name: Texts
    description: Texts
    messages: Texts
    query: str

    @property
    def slug(self) -> str:
        """The name of the rule in addresses."""
        return local_name(self.iri)


@dataclass(frozen=True)
class Remark(Finding):
    """What one rule found in one place; `values` are what its message speaks of."""

    id: str = ""
    claim_sets: tuple[str, ...] = ()
    values: dict[str, Term] = field(default_factory=dict)

    def as_json(self, language: str) -> dict[str, Any]:
        """A JSON object, with everything that a page needs to write the sentence with links."""
        values = {name: [term.kind, shown(term), term.datatype or ""] for name, term in self.values.items()}
        own = {"id": self.id, "claimSets": list(self.claim_sets), "values": values}
        return super().as_json(language) | own


@dataclass(frozen=True)
class Outcome:
    """What one rule found: how much in all, and the first of it."""

    rule: ArchiveRule
    count: int
    remarks: tuple[Remark, ...]


def rules(model: Model, base: str) -> list[ArchiveRule]:
    """The rules over the archive, by number."""
    found = (_rule(model, URIRef(str(node)), base) for node in model.shapes.subjects(SH.select, None))
    return sorted(found, key=lambda rule: (rule.order, rule.iri))


def _rule(model: Model, node: URIRef, base: str) -> ArchiveRule:
    graph = model.shapes
    return ArchiveRule(
        iri=str(node),
        number=str(graph.value(node, SKOS.notation) or local_name(str(node))),
        order=float(str(graph.value(node, SH.order) or 999)),
        severity=local_name(str(graph.value(node, SH.severity) or SH.Warning)),
        name=texts(graph, node, SH.name),
        description=texts(graph, node, SH.description),
        messages=texts(graph, node, SH.message),
        query=rebase(str(graph.value(node, SH.select)).strip() + "\n", base),
    )


def audit(store: Store, model: Model, base: str, most: int = MOST) -> list[Outcome]:
    """What each rule finds in the release that `store` holds."""
    return [_outcome(rule, _rows(store, rule, model, base), most) for rule in rules(model, base)]


def _rows(store: Store, rule: ArchiveRule, model: Model, base: str) -> Iterator[Row]:
    if not _SLOT.search(rule.query):
        yield from select(store, rule.query)
        return
    pairs = alike(store, model, base)
    for start in range(0, len(pairs), _BATCH):
        lines = [f"({iri_text(one)} {iri_text(other)})" for one, other in pairs[start : start + _BATCH]]
        yield from select(store, fill(rule.query, this=lines))


def _outcome(rule: ArchiveRule, rows: Iterable[Row], most: int) -> Outcome:
    claims: dict[tuple[tuple[str, Term], ...], set[str]] = {}
    for row in rows:
        key = tuple(sorted((name, term) for name, term in row.items() if not name.endswith(_CLAIMS)))
        own = {term.value for name, term in row.items() if name.endswith(_CLAIMS)}
        claims.setdefault(key, set()).update(own)
    first = sorted(claims, key=lambda key: [(name, tuple(map(str, term))) for name, term in key])[:most]
    return Outcome(rule, len(claims), tuple(_remark(rule, dict(key), sorted(claims[key])) for key in first))


def _remark(rule: ArchiveRule, values: dict[str, Term], claim_sets: list[str]) -> Remark:
    path = values.get("path")
    key = "\n".join([rule.slug, *(f"{name} {term.value}" for name, term in sorted(values.items()))])
    return Remark(
        severity=rule.severity,
        shape=rule.iri,
        messages={tag: _sentence(text, values) for tag, text in rule.messages.items()},
        focus=values["this"].value,
        path=path.value if path else None,
        claim_set=claim_sets[0] if claim_sets else None,
        name=rule.name,
        id=hashlib.sha256(key.encode()).hexdigest()[:12],
        claim_sets=tuple(claim_sets),
        values=values,
    )


def _sentence(template: str, values: dict[str, Term]) -> str:
    return _PLACE.sub(lambda place: shown(values[place[1]]) if place[1] in values else "…", template)


def shown(term: Term) -> str:
    """A value as it may stand in a message: an address, a date, a number; never text."""
    return term.value if term.kind == "iri" or term.datatype in _SAFE else "…"


def parts(template: str) -> list[tuple[str, str]]:
    """A message cut at its places: the text before each, and the name that stands there ("" at the end)."""
    pieces = _PLACE.split(template)
    return list(zip(pieces[::2], [*pieces[1::2], ""], strict=True))
