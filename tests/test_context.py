"""The JSON-LD context: it covers the ontology and carries a sample there and back."""

import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.compare import isomorphic

FOLDER = Path(__file__).parent.parent / "ontology"
OWN = Graph().parse(FOLDER / "praleska.ttl")
REUSED = Graph().parse(FOLDER / "reused.ttl")
CONTEXT = json.loads((FOLDER / "context.jsonld").read_text("utf-8"))["@context"]
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)


def own(kind: URIRef) -> list[URIRef]:
    return sorted(term for term in OWN.subjects(RDF.type, kind) if isinstance(term, URIRef))


def expand(name: str) -> str:
    prefix, _, rest = name.partition(":")
    return f"{CONTEXT[prefix]}{rest}"


def test_the_context_covers_every_term() -> None:
    entries = [str(entry["@id"] if isinstance(entry, dict) else entry) for entry in CONTEXT.values()]
    covered = {expand(entry) for entry in entries if re.match("[a-z]+:(?!//)", entry)}
    terms = {
        str(term) for kind in KINDS for graph in (OWN, REUSED) for term in graph.subjects(RDF.type, kind)
    }
    assert CONTEXT["type"] == "@type"
    assert terms - covered == {str(RDF.type)}


@pytest.mark.parametrize("term", own(OWL.ObjectProperty))
def test_object_properties_take_addresses(term: URIRef) -> None:
    name = term.rpartition("#")[2]
    assert CONTEXT[name] == {"@id": f"pra:{name}", "@type": "@id"}


@pytest.mark.parametrize("term", own(OWL.DatatypeProperty))
def test_datatype_properties_take_their_datatype(term: URIRef) -> None:
    entry = CONTEXT[term.rpartition("#")[2]]
    (datatype,) = (str(value) for value in OWN.objects(term, RDFS.range))
    if datatype == str(RDF.langString):
        assert entry["@container"] == ["@language", "@set"]
    elif not datatype.endswith("#string"):
        assert expand(entry["@type"]) == datatype


SAMPLE = {
    "id": "https://w3id.org/praleska/id/0000000001",
    "type": "Release",
    "ends": "https://w3id.org/praleska/id/0000000002",
    "startEdtf": "2021-07~",
    "legalBasis": "vocabulary:legal-basis/pardon",
    "departure": {
        "id": "https://w3id.org/praleska/id/0000000003",
        "type": "ForcedDeparture",
        "completed": False,
        "prefLabel": {"en": "Departure of Example Person", "be": "Выезд Пэрсоны Прыклад"},
    },
}

SAMPLE_IN_TURTLE = """
@prefix pra: <https://w3id.org/praleska/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix id: <https://w3id.org/praleska/id/> .
id:0000000001 a pra:Release ; pra:ends id:0000000002 ; pra:startEdtf "2021-07~"^^edtf:EDTF ;
    pra:legalBasis <https://w3id.org/praleska/vocabulary/legal-basis/pardon> ; pra:departure id:0000000003 .
id:0000000003 a pra:ForcedDeparture ; pra:completed false ;
    skos:prefLabel "Departure of Example Person"@en , "Выезд Пэрсоны Прыклад"@be .
"""


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
def test_a_sample_goes_through_the_context_and_back() -> None:
    text = json.dumps({"@context": CONTEXT, **SAMPLE})
    expected = Graph().parse(data=SAMPLE_IN_TURTLE, format="turtle")
    first = Graph().parse(data=text, format="json-ld")
    assert isomorphic(first, expected)
    again = first.serialize(format="json-ld", context=CONTEXT)
    assert isomorphic(Graph().parse(data=again, format="json-ld"), expected)


def test_the_second_parser_reads_the_context_alike() -> None:
    text = json.dumps({"@context": CONTEXT, **SAMPLE})
    quads = set(ox.parse(text.encode(), format=ox.RdfFormat.JSON_LD))
    assert quads == set(ox.parse(SAMPLE_IN_TURTLE.encode(), format=ox.RdfFormat.TURTLE))
