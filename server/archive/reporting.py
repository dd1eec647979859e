"""What the rules over the archive found, as files of a release: JSON, and a SHACL report in Turtle."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from server.archive.audits import Outcome, Remark, shown
from server.archive.terms import iri
from server.archive.vocabulary import NOTES, RDF, SH, XSD
from server.store.syntax import TURTLE, Quad, Term, serialize

JSON_FILE = "reports/warnings.json"
TURTLE_FILE = "reports/warnings.ttl"
_REPORT = "urn:praleska:report"
_PREFIXES = {"sh": str(SH), "pra": str(NOTES)}


def write_reports(folder: Path, outcomes: list[Outcome]) -> None:
    """Writes both files; the same release makes the same bytes."""
    (folder / JSON_FILE).parent.mkdir(exist_ok=True)
    (folder / JSON_FILE).write_text(as_json(outcomes), encoding="utf-8")
    (folder / TURTLE_FILE).write_bytes(as_turtle(outcomes))


def as_json(outcomes: list[Outcome]) -> str:
    """The rules with how much each found, then the findings."""
    # It conforms: a warning never blocks.
    report = {
        "conforms": True,
        "rules": [_rule(outcome) for outcome in outcomes],
        "findings": [remark.as_json("en") for outcome in outcomes for remark in outcome.remarks],
    }
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def _rule(outcome: Outcome) -> dict[str, Any]:
    rule = outcome.rule
    return {
        "rule": rule.iri,
        "number": rule.number,
        "severity": rule.severity,
        "name": rule.name,
        "description": rule.description,
        "message": rule.messages,
        "count": outcome.count,
        "shown": len(outcome.remarks),
        "query": rule.query,
    }


def as_turtle(outcomes: list[Outcome]) -> bytes:
    """The findings as sh:ValidationReport."""
    remarks = [remark for outcome in outcomes for remark in outcome.remarks]
    report = iri(_REPORT)
    quads = [
        _quad(report, RDF.type, iri(str(SH.ValidationReport))),
        _quad(report, SH.conforms, Term("literal", "true", str(XSD.boolean), None)),
    ]
    quads += (_quad(report, SH.result, _address(remark)) for remark in remarks)
    quads += (_quad(_address(remark), *pair) for remark in remarks for pair in _result(remark))
    return serialize(quads, TURTLE, _PREFIXES)


def _quad(subject: Term, name: object, value: Term) -> Quad:
    return Quad(subject, iri(str(name)), value, None)


def _address(remark: Remark) -> Term:
    return iri(f"{_REPORT}:{remark.id}")


def _result(remark: Remark) -> Iterator[tuple[object, Term]]:
    yield RDF.type, iri(str(SH.ValidationResult))
    yield SH.resultSeverity, iri(str(SH[remark.severity]))
    yield SH.sourceShape, iri(remark.shape)
    yield SH.focusNode, iri(remark.focus)
    if remark.path:
        yield SH.resultPath, iri(remark.path)
    yield from ((NOTES.inClaimSet, iri(claim_set)) for claim_set in remark.claim_sets)
    yield from ((SH.value, term) for term in _shown_values(remark))
    for language, message in sorted(remark.messages.items()):
        yield SH.resultMessage, Term("literal", message, None, language)


def _shown_values(remark: Remark) -> Iterable[Term]:
    """What the message speaks of beside focus and path, without text."""
    others = (term for name, term in sorted(remark.values.items()) if name not in ("this", "path"))
    return (term for term in others if shown(term) == term.value)
