"""Every example in tests/shapes/: drop a file into valid/ or invalid/ and it is a test.

An invalid file begins with `# violates: shape:Detention-regime` and must yield exactly those findings.
"""

from pathlib import Path

import pytest
from rdflib import OWL, RDF, SH, URIRef

from server.archive.checking import Checker, IndexedContext
from server.archive.model import Model, texts
from server.archive.queries import SOURCE_BASE
from server.archive.vocabulary import LANGUAGES, NOTES, SHAPES
from server.store.syntax import TRIG, Quad, parse

ROOT = Path(__file__).parent.parent
EXAMPLES = Path(__file__).parent / "shapes"
VALID = sorted(EXAMPLES.glob("*/valid/*.trig"))
INVALID = sorted(EXAMPLES.glob("*/invalid/*.trig"))
MODEL = Model.load(ROOT, SOURCE_BASE)
OWN = [t for t in MODEL.types if t.target.startswith(SOURCE_BASE)]
CHECKER = Checker(MODEL)
TARGETS = (SH.targetClass, SH.targetSubjectsOf)


def read(path: Path) -> list[Quad]:
    return parse(path.read_bytes(), TRIG, SOURCE_BASE)


CONTEXT = IndexedContext(
    q for q in read(EXAMPLES / "context.trig") if q.graph and "register" in q.graph.value
)


def expected(path: Path) -> set[str]:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# violates: "), f"{path} does not say what it violates"
    return {name.replace("shape:", SHAPES) for name in first.removeprefix("# violates: ").split()}


def name(path: Path) -> str:
    return f"{path.parent.parent.name}/{path.stem}"


def test_the_shared_context_of_the_examples_is_valid() -> None:
    assert CHECKER.check(read(EXAMPLES / "context.trig"), IndexedContext([])) == []


@pytest.mark.parametrize("path", VALID, ids=name)
def test_a_valid_example_has_no_finding(path: Path) -> None:
    assert [finding.summary() for finding in CHECKER.check(read(path), CONTEXT)] == []


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_an_invalid_example_breaks_just_the_shapes_that_it_names(path: Path) -> None:
    assert {finding.shape for finding in CHECKER.check(read(path), CONTEXT)} == expected(path)


def constrained_shapes() -> list[URIRef]:
    # Shapes for pages check nothing; what the build derives, a submission cannot get wrong.
    exempt = {s for mark in (NOTES.pageOnly, NOTES.derived) for s in MODEL.shapes.subjects(mark)}
    shapes = set(MODEL.shapes.subjects(RDF.type, SH.PropertyShape)) - exempt
    return sorted(s for s in shapes if isinstance(s, URIRef) and (s, SH.message, None) in MODEL.shapes)


def test_every_constrained_property_shape_has_an_invalid_example() -> None:
    named = {shape for path in INVALID for shape in expected(path)}
    inner = {str(s) for s in constrained_shapes() if "ConceptOf-" in s}
    assert {str(shape) for shape in constrained_shapes()} - named - inner == set()


def test_every_class_has_a_valid_example() -> None:
    folders = {path.parent.parent.name for path in VALID}
    slugs = {"".join("-" + c.lower() if c.isupper() else c for c in t.slug).strip("-") for t in OWN}
    assert slugs - folders == set()


@pytest.mark.parametrize("shape", [t.iri for t in MODEL.types])
def test_a_node_shape_speaks_three_languages(shape: str) -> None:
    for predicate in (SH.name, SH.description):
        assert set(LANGUAGES) <= set(texts(MODEL.shapes, URIRef(shape), predicate)), predicate


@pytest.mark.parametrize("shape", constrained_shapes())
def test_a_property_shape_speaks_three_languages(shape: URIRef) -> None:
    assert set(texts(MODEL.shapes, shape, SH.message)) == set(LANGUAGES)


def test_property_shapes_are_named() -> None:
    unnamed = [p for p in MODEL.shapes.objects(None, SH.property) if not isinstance(p, URIRef)]
    assert unnamed == []


def test_shapes_use_declared_terms_only() -> None:
    paths = {p for p in MODEL.shapes.objects(None, SH.path) if isinstance(p, URIRef)}
    classes = {c for kind in (SH.targetClass, SH["class"]) for c in MODEL.shapes.objects(None, kind)}
    used = {str(term) for term in paths | classes if not term.startswith(str(OWL))}
    assert used - MODEL.declared == set()
