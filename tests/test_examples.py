"""Every term and concept has an example; the examples are right, and about nobody real.

Snippets of classes are complete descriptions. They are checked together, like a small archive: what one of
them names, another describes.
"""

import re
from collections import Counter
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, URIRef
from rdflib.term import Literal

from server.archive.checking import Checker, IndexedContext
from server.archive.model import Model, local_name
from server.archive.queries import SOURCE_BASE
from server.archive.vocabulary import LANGUAGES
from server.store.syntax import TURTLE, Quad, Term, parse

ROOT = Path(__file__).parent.parent
PRA = f"{SOURCE_BASE}ontology#"
VOCABULARY = f"{SOURCE_BASE}vocabulary/"
REGISTER = Term("iri", f"{SOURCE_BASE}graph/register")
# Any opaque id: the graph of claims that the snippets are wrapped in, and of its document.
CLAIMS = Term("iri", f"{SOURCE_BASE}id/exc1a1ms00")
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
STANDARDS = (str(RDF), str(RDFS), str(SH), str(OWL))
# Shapes, rules and concepts that exist in examples only say so in their name.
INVENTED = re.compile("[/#-][Ii]nvented")
ONCE_EACH = Counter(LANGUAGES)
PEOPLE = ("Person", "OfficialCapacity")

MODEL = Model.load(ROOT, SOURCE_BASE)
CHECKER = Checker(MODEL)
EXAMPLES = Graph().parse(ROOT / "ontology" / "examples.ttl")
ONTOLOGY = URIRef(PRA.removesuffix("#"))
(PREFIXES,) = map(str, EXAMPLES.objects(ONTOLOGY, SKOS.example))
TERMS = sorted(
    {str(t) for kind in KINDS for t in MODEL.ontology.subjects(RDF.type, kind) if str(t).startswith(PRA)}
)
SNIPPETS = {str(s): str(o) for s, o in EXAMPLES.subject_objects(SKOS.example) if s != ONTOLOGY}
CONCEPTS = sorted(map(str, MODEL.ontology.subjects(RDF.type, SKOS.Concept)))
CLASSES = sorted(t for t in SNIPPETS if (URIRef(t), RDF.type, OWL.Class) in MODEL.ontology)
DESCRIBED = {shape.target: shape for shape in MODEL.types}


def read(term: str) -> list[Quad]:
    """The snippet of `term`, with the prefixes that all share."""
    return parse(f"{PREFIXES}\n{SNIPPETS[term]}".encode(), TURTLE, SOURCE_BASE)


def used(quads: list[Quad]) -> set[str]:
    """Every IRI in the places where a term can stand."""
    return {term.value for quad in quads for term in quad[:3] if term and term.kind == "iri"}


def stub(term: str) -> list[Quad]:
    """The classes of what a snippet describes."""
    return [q._replace(graph=REGISTER) for q in read(term) if q.predicate.value == str(RDF.type)]


def in_claims(term: str) -> list[Quad]:
    """A snippet in a claim set of its own, and the register entry of that."""
    source = [q for q in read(f"{PRA}ClaimSet") if q.subject.value.endswith("/claims")]
    entry = [quad._replace(subject=CLAIMS, graph=REGISTER) for quad in source]
    words = Term("literal", "Example of the words of a source", None, "en")
    entry.append(entry[0]._replace(predicate=Term("iri", f"{PRA}quote"), object=words))
    return [*entry, *stub(term), *(quad._replace(graph=CLAIMS) for quad in read(term))]


def test_each_term_has_one_example() -> None:
    counted = Counter(str(s) for s in EXAMPLES.subjects(SKOS.example))
    assert [term for term in TERMS if counted[term] != 1] == []
    assert set(counted) - {str(ONTOLOGY)} - set(TERMS) == set()


def test_an_example_is_a_plain_string_of_a_few_lines() -> None:
    for term, snippet in SNIPPETS.items():
        value = EXAMPLES.value(URIRef(term), SKOS.example)
        assert isinstance(value, Literal), term
        assert value.language is None, term
        assert 1 <= len(snippet.splitlines()) <= 6, term
        assert "PREFIX" not in snippet.upper(), term


def test_the_shared_prefixes_are_the_ones_that_the_ontology_uses() -> None:
    declared = dict(re.findall(r"^PREFIX ([\w-]+): <([^>]+)>$", PREFIXES, re.MULTILINE))
    assert len(declared) == len(PREFIXES.splitlines())
    schemes = {str(s) for s in MODEL.ontology.subjects(RDF.type, SKOS.ConceptScheme)}
    assert {f"{scheme}/" for scheme in schemes} <= set(declared.values())
    for prefix, namespace in declared.items():
        if namespace.startswith(VOCABULARY) and prefix != "voc":
            assert namespace == f"{VOCABULARY}{prefix}/"
        elif prefix in MODEL.prefixes:
            assert namespace == MODEL.prefixes[prefix]


@pytest.mark.parametrize("term", sorted(SNIPPETS), ids=local_name)
def test_a_snippet_is_turtle_that_shows_its_term(term: str) -> None:
    quads = read(term)
    assert term in used(quads)
    assert not any("bnode" in (quad.subject.kind, quad.object.kind) for quad in quads)


@pytest.mark.parametrize("term", sorted(SNIPPETS), ids=local_name)
def test_a_snippet_uses_declared_terms_only(term: str) -> None:
    names = used(read(term))
    ours = {name for name in names if name.startswith(SOURCE_BASE) and not INVENTED.search(name)}
    assert ours <= {str(s) for graph in (MODEL.ontology, MODEL.shapes) for s in graph.subjects()}
    predicates = {quad.predicate.value for quad in read(term)}
    assert {name for name in predicates if not name.startswith(STANDARDS)} <= MODEL.declared


def context() -> IndexedContext:
    """The register of the story that the snippets tell."""
    return IndexedContext(quad for term in SNIPPETS for quad in stub(term))


@pytest.mark.parametrize("term", [t for t in CLASSES if t in DESCRIBED], ids=local_name)
def test_the_snippet_of_a_class_conforms_to_its_shape(term: str) -> None:
    claimed = DESCRIBED[term].claimed
    quads = in_claims(term) if claimed else [q._replace(graph=REGISTER) for q in read(term)]
    found = [one.summary() for one in CHECKER.check(quads, context())]
    assert found == []


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda iri: iri.removeprefix(VOCABULARY))
def test_a_concept_has_an_example_in_each_language(concept: str) -> None:
    examples = list(MODEL.ontology.objects(URIRef(concept), SKOS.example))
    assert Counter(getattr(one, "language", None) for one in examples) == ONCE_EACH
    assert all(25 < len(one) < 200 for one in map(str, examples))
    # A sentence, or words that are quoted as a whole.
    assert all(re.search("[.!?»”]$", str(one)) for one in examples)
    names = set(map(str, MODEL.ontology.objects(URIRef(concept), SKOS.prefLabel)))
    assert not names & set(map(str, examples))


def test_no_two_concepts_share_an_example() -> None:
    texts = Counter(str(o) for c in CONCEPTS for o in MODEL.ontology.objects(URIRef(c), SKOS.example))
    assert [text for text, count in texts.items() if count > 1] == []


def real_names() -> set[str]:
    """The longer words of the names of all people in the archive."""
    register = [q for path in sorted((ROOT / "data" / "register").glob("*.ttl")) for q in Graph().parse(path)]
    people = {s for s, p, o in register if p == RDF.type and local_name(str(o)) in PEOPLE}
    labels = [str(o) for s, p, o in register if s in people and isinstance(o, Literal)]
    return {word for label in labels for word in re.findall(r"\w{5,}", label.split(",")[0])}


def test_no_example_names_a_real_person() -> None:
    names = real_names()
    assert len(names) > 100
    examples = list(map(str, MODEL.ontology.objects(None, SKOS.example)))
    said = {word for example in examples for word in re.findall(r"\w{5,}", example)}
    assert said & names == set()
