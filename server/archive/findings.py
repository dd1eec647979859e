"""What a check found: one finding per fault, and the report in JSON and as a SHACL graph."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rdflib import Graph, Literal, URIRef

from server.archive.model import Texts, choose
from server.archive.vocabulary import NOTES, RDF, SH

VIOLATION = "Violation"


@dataclass(frozen=True)
class Finding:
    """One fault: which rule, where, and a sentence in each language. Never holds the faulty value."""

    severity: str
    shape: str
    messages: Texts
    focus: str
    path: str | None = None
    claim_set: str | None = None
    line: int | None = None
    file: str | None = None
    name: Texts | None = None
    # What breaks the rule is not shown again, not even to whoever sent it.
    quiet: bool = False

    def at(self, line: int | None, file: str | None = None) -> "Finding":
        """The same finding with its place."""
        return replace(self, line=line, file=file)

    def sentence(self, language: str) -> str:
        """The message in one language."""
        return choose(self.messages, language)[0]

    def summary(self, language: str = "en") -> str:
        """One line for a terminal: place, thing, rule, sentence."""
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        rule = self.shape.rsplit("#", 1)[-1]
        about = f"{self.focus} [{rule}]" if not self.path else f"{self.focus} {self.path} [{rule}]"
        return f"{place or '-'}: {self.severity.lower()}: {about} {self.sentence(language)}"

    def as_json(self, language: str) -> dict[str, Any]:
        """A JSON object; `message` is in the wanted language, `messages` has all."""
        return {
            "severity": self.severity,
            "rule": self.shape,
            "message": self.sentence(language),
            "messages": self.messages,
            "field": choose(self.name, language)[0] if self.name else None,
            "focus": self.focus,
            "path": self.path,
            "claimSet": self.claim_set,
            "line": self.line,
            "file": self.file,
        }


@dataclass(frozen=True)
class Report:
    """All findings on one submission or on all sources."""

    findings: tuple[Finding, ...]
    statements: int = 0

    @property
    def conforms(self) -> bool:
        """True when nothing worse than a warning was found."""
        return not self.violations

    @property
    def violations(self) -> Sequence[Finding]:
        """The findings that stop a record."""
        return [finding for finding in self.findings if finding.severity == VIOLATION]

    def as_json(self, language: str) -> dict[str, Any]:
        """The report as a JSON object."""
        return {
            "conforms": self.conforms,
            "statements": self.statements,
            "findings": [finding.as_json(language) for finding in self.findings],
        }

    def as_turtle(self) -> bytes:
        """The report as sh:ValidationReport, messages in all languages."""
        graph = Graph()
        graph.bind("sh", SH)
        graph.bind("pra", NOTES)
        report = URIRef("urn:praleska:report")
        graph.add((report, RDF.type, SH.ValidationReport))
        graph.add((report, SH.conforms, Literal(self.conforms)))
        for number, finding in enumerate(self.findings, 1):
            result = URIRef(f"urn:praleska:report:{number}")
            graph.add((report, SH.result, result))
            for predicate, value in _result(finding):
                graph.add((result, predicate, value))
        return graph.serialize(format="turtle", encoding="utf-8")


def _result(finding: Finding) -> Iterable[tuple[URIRef, URIRef | Literal]]:
    yield RDF.type, SH.ValidationResult
    yield SH.resultSeverity, SH[finding.severity]
    yield SH.sourceShape, URIRef(finding.shape)
    yield SH.focusNode, URIRef(finding.focus)
    if finding.path:
        yield SH.resultPath, URIRef(finding.path)
    if finding.claim_set:
        yield NOTES.inClaimSet, URIRef(finding.claim_set)
    if finding.line is not None:
        yield NOTES.line, Literal(finding.line)
    for language, message in sorted(finding.messages.items()):
        yield SH.resultMessage, Literal(message, lang=language or None)
