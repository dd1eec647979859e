"""The ontology itself: every term explained in three languages, neutral, publishable and declared once."""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from rdflib import Graph

FOLDER = Path(__file__).parent.parent / "ontology"
PRA = "https://w3id.org/praleska/ontology#"
VOCABULARY = "https://w3id.org/praleska/vocabulary/"
OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
ONCE_EACH = Counter({"be": 1, "ru": 1, "en": 1})
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
DCT = "http://purl.org/dc/terms/"

TERM_FILES = [FOLDER / "praleska.ttl", FOLDER / "reused.ttl"]
SCHEME_FILES = sorted((FOLDER / "vocabularies").glob("*.ttl"))
FILES = sorted(FOLDER.glob("*.ttl")) + SCHEME_FILES

GUILT = re.compile("committed|criminal|crime|guilty|offender|extremist|terrorist", re.IGNORECASE)
EVALUATIVE = re.compile("arbitrary|fabricated|politically|political-?prisoner", re.IGNORECASE)
EVALUATIVE_SCHEMES = {"status", "assessment", "pattern", "criterion"}
# Concepts that quote the words of others; their labels must name whose words these are.
QUOTED = re.compile("by the authorities|by the court|the claimant calls")
# A name of a branch of law, not a judgement about anybody.
BRANCH_OF_LAW = f"{VOCABULARY}context-kind/code-of-criminal-law"
EMPTY: set[str] = set()

FOREIGN_LETTERS = {"be": "[иИщЩъЪ]", "ru": "[іІўЎ]", "en": "[Ѐ-ӿ]"}
CYRILLIC = re.compile("[Ѐ-ӿ]")
MIXED_WORD = re.compile(r"[Ѐ-ӿ][^\W\d_]*[A-Za-z]|[A-Za-z][^\W\d_]*[Ѐ-ӿ]")


class Statement(NamedTuple):
    """One triple as plain strings: what the tests below need to know of it."""

    subject: str
    predicate: str
    object: str
    language: str | None
    is_literal: bool
    has_blank: bool


def statement(quad: ox.Quad) -> Statement:
    subject, predicate, value = quad.subject, quad.predicate, quad.object
    assert not isinstance(subject, ox.Triple)
    assert not isinstance(value, ox.Triple)
    blank = isinstance(subject, ox.BlankNode) or isinstance(value, ox.BlankNode)
    literal = isinstance(value, ox.Literal)
    language = value.language if isinstance(value, ox.Literal) else None
    return Statement(subject.value, predicate.value, value.value, language, literal, blank)


CONTENT = {path: [statement(quad) for quad in ox.parse(path=str(path))] for path in FILES}
Graphs = list[Statement]


def merged(paths: list[Path]) -> Graphs:
    return [one for path in paths for one in CONTENT[path]]


OWN = merged([FOLDER / "praleska.ttl"])
TERMS = merged(TERM_FILES)
SCHEMES = merged(SCHEME_FILES)


def things(graph: Graphs, kind: str) -> list[str]:
    return sorted(one.subject for one in graph if one.predicate == f"{RDF}type" and one.object == kind)


def values(graph: Graphs, subject: str, predicate: str) -> list[Statement]:
    return [one for one in graph if one.subject == subject and one.predicate == predicate]


def iris(graph: Graphs, subject: str, predicate: str) -> set[str]:
    return {one.object for one in values(graph, subject, predicate)}


def languages(graph: Graphs, subject: str, predicate: str) -> Counter[str]:
    return Counter(str(one.language) for one in values(graph, subject, predicate))


def local_name(term: str) -> str:
    return re.split("[/#]", term)[-1]


CLASSES = things(OWN, f"{OWL}Class")
PROPERTIES = things(OWN, f"{OWL}ObjectProperty") + things(OWN, f"{OWL}DatatypeProperty")
ANNOTATIONS = things(OWN, f"{OWL}AnnotationProperty")
OWN_TERMS = CLASSES + PROPERTIES + ANNOTATIONS
REUSED = sorted({one.subject for one in CONTENT[FOLDER / "reused.ttl"]})
CONCEPTS = things(SCHEMES, f"{SKOS}Concept")
CONCEPT_SCHEMES = things(SCHEMES, f"{SKOS}ConceptScheme")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_both_parsers_read_the_same_statements(path: Path) -> None:
    assert len(Graph().parse(path, format="turtle")) == len(CONTENT[path])


def test_the_ontology_says_its_version_and_licence() -> None:
    header = PRA.rstrip("#")
    (version,) = values(OWN, header, f"{OWL}versionInfo")
    assert iris(OWN, header, f"{OWL}versionIRI") == {f"{header}/{version.object}"}
    assert iris(OWN, header, f"{DCT}license") == {LICENCE}
    assert languages(OWN, header, f"{DCT}title") == ONCE_EACH


def test_own_terms_are_explained_in_three_languages() -> None:
    for term in OWN_TERMS:
        assert languages(OWN, term, f"{RDFS}label") == ONCE_EACH, term
        assert languages(OWN, term, f"{SKOS}definition") == ONCE_EACH, term
        assert iris(OWN, term, f"{RDFS}isDefinedBy") == {PRA.rstrip("#")}, term


def test_reused_terms_have_labels_and_notes_in_three_languages() -> None:
    for term in REUSED:
        assert not term.startswith(PRA)
        assert languages(TERMS, term, f"{RDFS}label") == ONCE_EACH, term
        assert languages(TERMS, term, f"{SKOS}scopeNote") == ONCE_EACH, term


def test_concepts_and_schemes_are_explained_in_three_languages() -> None:
    for term in CONCEPTS + CONCEPT_SCHEMES:
        assert languages(SCHEMES, term, f"{SKOS}prefLabel") == ONCE_EACH, term
        assert languages(SCHEMES, term, f"{SKOS}definition") == ONCE_EACH, term


def test_letters_fit_the_language() -> None:
    for one in (one for one in merged(FILES) if one.language):
        assert not re.search(FOREIGN_LETTERS[str(one.language)], one.object), one.object
        assert not MIXED_WORD.search(one.object), one.object
        if one.language != "en":
            assert CYRILLIC.search(one.object), one.object


def test_letter_checks_catch_what_they_should() -> None:
    assert re.search(FOREIGN_LETTERS["be"], "вясна и лета")
    assert re.search(FOREIGN_LETTERS["ru"], "вясна і лета")
    assert MIXED_WORD.search("Пaвел")


def test_no_two_classes_share_a_label() -> None:
    classes = things(TERMS, f"{OWL}Class")
    labels = Counter(one[2:4] for name in classes for one in values(TERMS, name, f"{RDFS}label"))
    assert [label for label, count in labels.items() if count > 1] == []


def test_no_two_concepts_of_a_scheme_share_a_name() -> None:
    for path in SCHEME_FILES:
        names = Counter(one[2:4] for one in CONTENT[path] if one.predicate == f"{SKOS}prefLabel")
        assert [name for name, count in names.items() if count > 1] == [], path.name


def test_names_of_terms_hold_no_words_of_guilt_and_no_evaluation() -> None:
    for term in OWN_TERMS:
        assert not GUILT.search(local_name(term)), term
        assert not EVALUATIVE.search(local_name(term)), term


def test_no_property_leads_from_a_person_to_a_provision() -> None:
    people = {f"{PRA}{name}" for name in ("Person", "Agent", "OfficialCapacity", "Organisation", "Case")}
    law = {f"{PRA}{name}" for name in ("Provision", "ProvisionVersion", "Code")}
    for term in PROPERTIES:
        to_law = iris(OWN, term, f"{RDFS}range") & law
        assert not (to_law and iris(OWN, term, f"{RDFS}domain") & people), term
        # A property into the law must say that it starts from an act of those who accuse, judge or search.
        acts = {f"{PRA}{name}" for name in ("Accusation", "Verdict", "Search")}
        assert not to_law or iris(OWN, term, f"{RDFS}domain") <= acts, term
        assert not to_law or iris(OWN, term, f"{RDFS}domain"), term


def english_name(concept: str) -> str:
    labels = values(SCHEMES, concept, f"{SKOS}prefLabel")
    return next(one.object for one in labels if one.language == "en")


def test_concepts_with_words_of_guilt_name_who_says_so() -> None:
    for concept in CONCEPTS:
        if concept != BRANCH_OF_LAW and GUILT.search(local_name(concept)):
            assert QUOTED.search(english_name(concept)), concept


def test_evaluative_words_stay_in_their_schemes() -> None:
    for concept in CONCEPTS:
        scheme, name = concept.removeprefix(VOCABULARY).split("/")
        if scheme not in EVALUATIVE_SCHEMES and EVALUATIVE.search(name):
            assert QUOTED.search(english_name(concept)), concept


@pytest.mark.parametrize("path", SCHEME_FILES, ids=lambda path: path.stem)
def test_a_scheme_file_holds_its_own_scheme_only(path: Path) -> None:
    scheme = VOCABULARY + path.stem
    graph = CONTENT[path]
    concepts = things(graph, f"{SKOS}Concept")
    assert things(graph, f"{SKOS}ConceptScheme") == [scheme]
    assert {one.subject for one in graph} == {scheme, *concepts}
    for concept in concepts:
        assert re.fullmatch(re.escape(scheme) + r"/[A-Za-z0-9-]+", concept), concept
        assert iris(graph, concept, f"{SKOS}inScheme") == {scheme}, concept


@pytest.mark.parametrize("path", SCHEME_FILES, ids=lambda path: path.stem)
def test_a_concept_is_a_top_concept_or_has_a_broader_one(path: Path) -> None:
    scheme = VOCABULARY + path.stem
    graph = CONTENT[path]
    concepts = things(graph, f"{SKOS}Concept")
    top = iris(graph, scheme, f"{SKOS}hasTopConcept")
    assert top <= set(concepts)
    for concept in concepts:
        broader = iris(graph, concept, f"{SKOS}broader")
        assert broader <= set(concepts), concept
        assert (concept in top) != bool(broader), concept
        assert iris(graph, concept, f"{SKOS}topConceptOf") == ({scheme} if concept in top else EMPTY), concept


def test_patterns_are_typed_as_patterns() -> None:
    patterns = things(SCHEMES, f"{PRA}Pattern")
    assert patterns == [concept for concept in CONCEPTS if concept.startswith(f"{VOCABULARY}pattern/")]


def test_there_are_no_blank_nodes_and_nothing_is_same_as_another() -> None:
    for one in merged(FILES):
        assert not one.has_blank, one
        assert one.predicate != f"{OWL}sameAs", one


def test_each_term_is_declared_once_in_one_file() -> None:
    files = TERM_FILES + SCHEME_FILES
    types = Counter(one.subject for one in merged(files) if one.predicate == f"{RDF}type")
    places = Counter(subject for path in files for subject in {one.subject for one in CONTENT[path]})
    doubly_typed = set(things(SCHEMES, f"{PRA}Pattern"))
    assert {term for term, count in types.items() if count > 1} == doubly_typed
    assert {term for term, count in places.items() if count > 1} == EMPTY


def test_own_terms_that_are_mentioned_exist() -> None:
    known = {*OWN_TERMS, *CONCEPTS, *CONCEPT_SCHEMES}
    for one in merged(FILES):
        for term in one[:2] if one.is_literal else one[:3]:
            assert term in known or not term.startswith((PRA, VOCABULARY)), one


def test_bounds_belong_to_edtf_properties_and_are_dates() -> None:
    bounded = [term for term in PROPERTIES if values(OWN, term, f"{PRA}lowerBound")]
    names = ["assertedOn", "endEdtf", "lastSignOfLife", "ongoingOn", "startEdtf"]
    assert [local_name(term) for term in bounded] == names
    for term in bounded:
        assert iris(OWN, term, f"{RDFS}range") == {"http://id.loc.gov/datatypes/edtf/EDTF"}
        for bound in iris(OWN, term, f"{PRA}lowerBound") | iris(OWN, term, f"{PRA}upperBound"):
            assert iris(OWN, bound, f"{RDFS}range") == {"http://www.w3.org/2001/XMLSchema#date"}


def test_every_property_may_be_published_unless_it_is_restricted() -> None:
    allowed = {
        one.object for one in CONTENT[FOLDER / "publishable.ttl"] if one.predicate == f"{PRA}publishes"
    }
    restricted = {one.subject for one in OWN if one.predicate == f"{PRA}restricted"}
    assert {local_name(term) for term in restricted} == {
        "notBefore",
        "untilEvent",
        "birthDate",
        "consentToPublish",
    }
    assert set(PROPERTIES) - restricted <= allowed
    assert restricted & allowed == EMPTY
    assert set(things(TERMS, f"{RDF}Property")) <= allowed
    assert {one.predicate for one in merged(FILES)} <= allowed


def test_alignments_only_point_from_own_terms_to_foreign_ones() -> None:
    links = {f"{RDFS}subClassOf", f"{RDFS}subPropertyOf", f"{SKOS}closeMatch"}
    for one in CONTENT[FOLDER / "alignments.ttl"]:
        assert one.subject in OWN_TERMS
        assert one.predicate in links
        assert not one.object.startswith(PRA)
