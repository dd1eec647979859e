"""The quick tests before the SHACL validator: they may never let pass what the validator would find."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from rdflib import SH, BNode, Graph, Literal, URIRef

from server.archive.checking import Checker, IndexedContext
from server.archive.constraints import Said
from server.archive.findings import Finding
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE
from server.archive.screening import Screen
from server.archive.terms import iri, to_graph
from server.archive.validating import constraints_only
from server.store.syntax import TRIG, Quad, Term, parse

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "tests" / "shapes"
CLASSES = sorted({path.parent.parent.name for path in EXAMPLES.glob("*/valid/*.trig")})
REGISTER = f"{SOURCE_BASE}graph/register"
XSD = "http://www.w3.org/2001/XMLSchema#"
MUTATIONS = 50
VALUES = (
    Term("literal", "a word"),
    Term("literal", ""),
    Term("literal", "слова", None, "be"),
    Term("literal", "word", None, "en"),
    Term("literal", "", None, "en"),
    Term("literal", "w" * 700, None, "en"),
    Term("literal", "Wort", None, "de-Latn"),
    Term("literal", "2021-07-14", f"{XSD}date"),
    Term("literal", "2021-02-30", f"{XSD}date"),
    Term("literal", "2021-07-14", "http://id.loc.gov/datatypes/edtf/EDTF"),
    Term("literal", "1066", "http://id.loc.gov/datatypes/edtf/EDTF"),
    Term("literal", "7", f"{XSD}integer"),
    Term("literal", "-7", f"{XSD}integer"),
    Term("literal", "seven", f"{XSD}integer"),
    Term("literal", "0.0", f"{XSD}decimal"),
    Term("literal", "1.5", f"{XSD}decimal"),
    Term("literal", "1", f"{XSD}boolean"),
    Term("literal", "maybe", f"{XSD}boolean"),
    Term("literal", "P", f"{XSD}duration"),
    Term("literal", "P2Y", f"{XSD}duration"),
    Term("literal", "1970", f"{XSD}gYear"),
    Term("literal", f"{SOURCE_BASE}graph/register"),
    iri("https://example.org/nothing"),
    iri("ftp://example.org/nothing"),
    iri(f"{SOURCE_BASE}vocabulary/standing/current"),
    iri(f"{SOURCE_BASE}vocabulary/regime/pre-trial"),
    iri(f"{SOURCE_BASE}ontology#Person"),
    iri(f"{SOURCE_BASE}id/0000000000"),
)


def read(path: Path) -> list[Quad]:
    return parse(path.read_bytes(), TRIG, SOURCE_BASE)


WORLD = read(EXAMPLES / "context.trig")


class Mutator:
    """Makes many claim sets out of the examples of one class, valid and invalid ones, with one more fault."""

    def __init__(self, name: str, model: Model) -> None:
        self.random = Random(name)
        self.quads = [quad for path in sorted((EXAMPLES / name).glob("*/*.trig")) for quad in read(path)]
        self.predicates = sorted(model.declared)
        things = sorted({quad.subject for quad in (*WORLD, *self.quads)})
        self.values = [*VALUES, *self.random.sample(things, min(len(things), 25))]

    def submission(self) -> list[Quad]:
        """The examples, with a claim set for each mutation."""
        units = list(self._units())
        made = [*units, *(self._spoilt(self.random.choice(units)) for _ in range(MUTATIONS))]
        placed = [quad for number, unit in enumerate(made) for quad in self._placed(unit, number)]
        return [*self.quads, *placed]

    def _units(self) -> Iterator[list[Quad]]:
        """Claim sets as they are, and each thing of the register alone under a new name."""
        graphs: dict[str, list[Quad]] = defaultdict(list)
        entries: dict[str, list[Quad]] = defaultdict(list)
        for quad in self.quads:
            if quad.graph and quad.graph.value != REGISTER:
                graphs[quad.graph.value].append(quad)
            else:
                entries[quad.subject.value].append(quad)
        yield from graphs.values()
        for number, said in enumerate(entries.values()):
            yield [quad._replace(subject=iri(f"{SOURCE_BASE}id/new{number:07}")) for quad in said]

    def _placed(self, unit: list[Quad], number: int) -> Iterator[Quad]:
        return (quad._replace(graph=iri(f"{SOURCE_BASE}id/set{number:07}")) for quad in unit)

    def _spoilt(self, unit: list[Quad]) -> list[Quad]:
        at = self.random.randrange(len(unit))
        quad, value = unit[at], self.random.choice(self.values)
        changed = {
            "drop": [],
            "replace": [quad._replace(object=value)],
            "add": [quad, quad._replace(object=value)],
            "move": [quad._replace(predicate=iri(self.random.choice(self.predicates)))],
            "extend": [quad, Quad(quad.subject, iri(self.random.choice(self.predicates)), value)],
        }
        return [*unit[:at], *changed[self.random.choice(list(changed))], *unit[at + 1 :]]


def findings(checker: Checker, quads: list[Quad]) -> list[Finding]:
    return checker.check(quads, IndexedContext(q for q in WORLD if q.graph and q.graph.value == REGISTER))


@pytest.mark.parametrize("name", CLASSES)
def test_the_validator_finds_nothing_in_what_the_screen_lets_pass(
    name: str, model: Model, checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    quads, passed = Mutator(name, model).submission(), set()
    judge = Screen.passes

    def watched(screen: Screen, said: list[Quad], things: set[str], known: Callable[[str], Said]) -> bool:
        if judge(screen, said, things, known):
            passed.update(quad.graph.value for quad in said if quad.graph)
        return False

    monkeypatch.setattr(Screen, "passes", watched)
    found = [one for one in findings(checker, quads) if "#Rule-" not in one.shape]
    assert [one.summary() for one in found if one.claim_set in passed] == []


def test_the_findings_are_the_same_with_and_without_the_screen(
    model: Model, checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    quads = Mutator("release", model).submission()
    screened = findings(checker, quads)
    monkeypatch.setattr(Screen, "can_judge", lambda *_: False)
    assert screened == findings(checker, quads)


@pytest.fixture
def shapes(model: Model) -> Graph:
    return constraints_only(model.shapes)


def passes(screen: Screen, quads: list[Quad]) -> bool:
    things = {quad.subject.value for quad in quads}
    return screen.can_judge(quads) and screen.passes(quads, things, lambda name: {})


@pytest.fixture
def group() -> list[Quad]:
    """A thing of the register that nothing is wrong with, and that links to nothing."""
    text = """
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    <https://w3id.org/praleska/id/0123456789> a <https://w3id.org/praleska/ontology#ReleaseGroup> ;
      skos:prefLabel "Example group"@en .
    """
    return parse(text.encode(), TRIG, SOURCE_BASE)


def test_nearly_all_shapes_are_understood(model: Model, shapes: Graph) -> None:
    """What is described by the others is checked as well, but slowly."""
    assert len(set(Screen(shapes, model.ontology).not_understood)) <= len(model.types) / 20


def test_what_is_right_passes(model: Model, shapes: Graph, group: list[Quad]) -> None:
    assert passes(Screen(shapes, model.ontology), group)


GROUP = URIRef("https://w3id.org/praleska/shapes#ReleaseGroup")
LABEL = URIRef("https://w3id.org/praleska/shapes#Label-prefLabelShared")


@pytest.mark.parametrize(
    "triple",
    [
        (LABEL, SH.qualifiedMinCount, Literal(1)),
        (LABEL, SH.flags, Literal("i")),
        (LABEL, SH.minCount, Literal(2)),
        (LABEL, SH.nodeKind, SH.BlankNodeOrIRI),
        (GROUP, SH["not"], LABEL),
        (GROUP, SH.sparql, BNode()),
        (GROUP, SH.node, GROUP),
        (GROUP, SH.target, BNode()),
        (URIRef("urn:other"), SH.targetNode, URIRef("urn:thing")),
        (URIRef("urn:other"), SH.parameter, BNode()),
    ],
)
def test_with_a_constraint_that_is_not_known_nothing_passes(
    model: Model, shapes: Graph, group: list[Quad], triple: tuple[URIRef, URIRef, URIRef]
) -> None:
    shapes.remove((triple[0], SH.minCount, None))
    shapes.add(triple)
    assert not passes(Screen(shapes, model.ontology), group)


def test_blank_nodes_and_classes_of_its_own_are_left_to_the_validator(
    model: Model, shapes: Graph, group: list[Quad]
) -> None:
    screen = Screen(shapes, model.ontology)
    assert not passes(screen, [*group, group[0]._replace(object=Term("bnode", "b"))])
    narrower = iri("http://www.w3.org/2000/01/rdf-schema#subClassOf")
    assert not passes(screen, [*group, group[0]._replace(predicate=narrower)])
    # A unit that describes a term of the shapes: the validator would know it by another name.
    assert not passes(screen, [*group, group[1]._replace(subject=group[0].object)])


def test_the_mutations_are_real(model: Model, checker: Checker) -> None:
    """Some claim sets pass and some don't, else the comparison would say nothing."""
    quads = Mutator("detention", model).submission()
    sets = {quad.graph.value for quad in quads if quad.graph and "/id/set" in quad.graph.value}
    spoilt = {found.claim_set for found in findings(checker, quads) if "Rule-" not in found.shape}
    assert 10 < len(spoilt & sets) < len(sets) - 10
    assert to_graph(quads)
