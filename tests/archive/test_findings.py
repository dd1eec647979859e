"""Reports: what they say, and that they never repeat the value that they complain about (S20)."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import RDF, SH, Graph

from server.archive.checking import Checker, Context
from server.archive.findings import Finding, Report
from server.archive.queries import SOURCE_BASE
from server.archive.rules import SHAPES
from server.store.syntax import TRIG, Quad, Term, parse

EXAMPLES = Path(__file__).parent.parent / "shapes"
CLASSES = sorted(path.parent for path in EXAMPLES.glob("*/valid"))
# A value that no message contains, and that breaks rules of its own: contact data, mixed letters, no date.
SECRET = "Sаcret-name@example.org +375290000000"
SECRET_IRI = "https://secret.example/vul-Prykladnaya-5"
MARKS = ("cret-name", "375290000000", "secret.example", "Prykladnaya")


def words(findings: list[Finding]) -> str:
    """All that a report says in any of its forms, without the addresses of things."""
    report = Report(tuple(findings), 1)
    forms = [json.dumps(report.as_json(language), ensure_ascii=False) for language in ("be", "ru", "en")]
    forms += [finding.summary(language) for finding in findings for language in ("be", "ru", "en")]
    return "\n".join([*forms, report.as_turtle().decode()])


def planted(quads: list[Quad]) -> Iterator[list[Quad]]:
    """The quads with the secret in every value of a property: in its own type, as text, as an address."""
    for value in (
        lambda term: term._replace(value=SECRET) if term.kind == "literal" else term,
        lambda term: Term("literal", SECRET, None, "be"),
        lambda term: Term("iri", SECRET_IRI),
    ):
        yield [q if q.predicate.value == str(RDF.type) else q._replace(object=value(q.object)) for q in quads]


def longest(folder: Path) -> Path:
    return max(sorted(folder.glob("*.trig")), key=lambda path: path.stat().st_size)


def folder(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", CLASSES, ids=folder)
def test_no_report_and_no_log_repeats_a_faulty_value(
    checker: Checker, known: Context, caplog: pytest.LogCaptureFixture, path: Path
) -> None:
    broken: set[str] = set()
    # The longest good example of a class has most of its fields, and the secret breaks them all.
    for quads in planted(parse(longest(path / "valid").read_bytes(), TRIG, SOURCE_BASE)):
        found = checker.check(quads, known)
        broken |= {finding.shape for finding in found}
        text = words(found) + caplog.text
        assert [mark for mark in MARKS if mark in text] == []
    assert len(broken) > 1


def test_the_secret_breaks_the_rules_on_texts(checker: Checker, known: Context) -> None:
    example = EXAMPLES / "claim-set" / "valid"
    quads = parse(next(example.glob("*.trig")).read_bytes(), TRIG, SOURCE_BASE)
    found = {f.shape.removeprefix(SHAPES) for plant in planted(quads) for f in checker.check(plant, known)}
    assert {"Rule-contactData", "Rule-tagScript", "Rule-edtf"} <= found


FINDING = Finding(
    severity="Violation",
    shape=f"{SHAPES}Rule-edtf",
    messages={"be": "Гэта не дата.", "en": "This is not a date."},
    focus=f"{SOURCE_BASE}id/newnew0000",
    path=f"{SOURCE_BASE}ontology#startEdtf",
    claim_set=f"{SOURCE_BASE}id/newnew0001",
    line=12,
    file="data/claims/example.trig",
    name={"be": "пачатак", "en": "start"},
)


def test_a_summary_is_one_line_with_place_thing_rule_and_sentence() -> None:
    assert FINDING.summary() == (
        "data/claims/example.trig:12: violation: https://w3id.org/praleska/id/newnew0000 "
        "https://w3id.org/praleska/ontology#startEdtf [Rule-edtf] This is not a date."
    )


def test_a_json_finding_has_every_language_and_the_wanted_one() -> None:
    found = FINDING.as_json("be")
    assert (found["message"], found["field"], found["line"]) == ("Гэта не дата.", "пачатак", 12)
    assert found["messages"] == FINDING.messages


def test_only_violations_stop_a_record() -> None:
    warning = Finding("Warning", "x", {"en": "Hm."}, "y")
    assert Report((warning,)).conforms
    assert not Report((warning, FINDING)).conforms
    assert Report((warning, FINDING)).violations == [FINDING]


def test_a_turtle_report_is_a_shacl_report() -> None:
    graph = Graph().parse(data=Report((FINDING,), 3).as_turtle(), format="turtle")
    (report,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert [str(v) for v in graph.objects(report, SH.conforms)] == ["false"]
    (result,) = graph.objects(report, SH.result)
    assert str(graph.value(result, SH.sourceShape)) == FINDING.shape
    assert {str(m) for m in graph.objects(result, SH.resultMessage)} == set(FINDING.messages.values())
    assert graph.value(result, SH.resultSeverity) == SH.Violation
