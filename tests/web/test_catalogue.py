"""VoID, the DCAT catalogue, and the prefixes."""

import hashlib
import json
import re
from dataclasses import replace

import pytest
from rdflib import Dataset, Graph, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, VOID

from server import create_app
from server.archive.queries import stored as stored_query
from server.store.answers import Formats

# rdflib's own Dataset calls what it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset\\.:DeprecationWarning")
SPDX = Namespace("http://spdx.org/rdf/terms#")
JSON = "application/sparql-results+json"
COUNT_LINKS = """SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <%s> ?o }
  FILTER(isIRI(?o) && REPLACE(STR(?o), "[^/#]*$", "") = "%s") }"""
FORMATS = {"text/turtle": "turtle", "application/rdf+xml": "xml", "application/n-triples": "nt"}
ACCEPTS = ["*/*", "text/html", "application/rdf+xml", "application/n-triples"]


def described(client, path, accept):
    response = client.get(path, headers={"Accept": accept})
    assert response.status_code == 200
    return Graph().parse(data=response.data, format=FORMATS[response.mimetype])


@pytest.mark.parametrize("accept", ACCEPTS)
def test_void_answers_directly_and_is_true(client, archive, accept):
    graph = described(client, "/.well-known/void", accept)
    dataset = next(graph.subjects(VOID.sparqlEndpoint))
    assert [int(count) for count in graph.objects(dataset, VOID.triples)] == [archive.release.quads]
    assert int(graph.value(dataset, VOID.entities)) > 10
    assert graph.value(dataset, VOID.sparqlEndpoint) == URIRef("http://localhost/sparql")
    dumps = {str(dump) for dump in graph.objects(dataset, VOID.dataDump)}
    names = ("praleska.nq", "praleska.trig", "praleska.nq.gz", "praleska.trig.gz")
    assert dumps == {f"http://localhost/dumps/{name}" for name in names}


def test_void_counts_the_lines_of_the_dump_and_the_default_graph(client, archive):
    graph = described(client, "/.well-known/void", "text/turtle")
    here = "http://localhost/.well-known/void"
    lines = (archive.folder / "praleska.nq").read_bytes().splitlines()
    assert int(graph.value(URIRef(f"{here}#dumps"), VOID.triples)) == len(lines)
    stored = json.loads(archive.store.query(stored_query("default_size"), Formats(JSON)).body)
    size = int(stored["results"]["bindings"][0]["count"]["value"])
    assert int(graph.value(URIRef(f"{here}#default-graph"), VOID.triples)) == size
    # Monitors ask for the first one.
    turtle = client.get("/.well-known/void").text
    assert re.search(r"void:dataDump <([^>]+)>", turtle)[1] == "http://localhost/dumps/praleska.nq"


def test_void_counts_each_shared_graph(client, archive):
    graph = described(client, "/.well-known/void", "text/turtle")
    dataset = next(graph.subjects(VOID.sparqlEndpoint))
    parts = [part for part in graph.objects(dataset, VOID.subset) if "#" not in part]
    assert len(parts) > 10
    for part in parts:
        assert int(graph.value(part, VOID.triples)) == archive.size(str(part)), part


def test_void_names_the_vocabularies_that_ours_links_to(client, archive):
    graph = described(client, "/.well-known/void", "text/turtle")
    linksets = list(graph.subjects(RDF.type, VOID.Linkset))
    assert linksets
    for linkset in linksets:
        space = str(graph.value(graph.value(linkset, VOID.objectsTarget), VOID.uriSpace))
        asked = COUNT_LINKS % (graph.value(linkset, VOID.linkPredicate), space)
        found = json.loads(archive.store.query(asked, Formats(JSON)).body)["results"]["bindings"]
        assert found[0]["n"]["value"] == str(graph.value(linkset, VOID.triples))
        assert not space.startswith(archive.base)


def test_void_counts_each_class_and_property(client, archive):
    graph = described(client, "/.well-known/void", "text/turtle")
    dump = Dataset(default_union=True)
    with (archive.folder / "praleska.nq").open("rb") as lines:
        dump.parse(lines, format="nquads")
    # The default graph repeats what named graphs say.
    dump.remove_graph(URIRef("urn:x-rdflib:default"))
    own = URIRef("https://w3id.org/praleska/ontology#")
    parts = {part: name for part, name in graph.subject_objects(VOID.property) if name.startswith(own)}
    assert parts
    for part, name in parts.items():
        uses = {(s, o, g) for s, _, o, g in dump.quads((None, name, None, None)) if g}
        assert int(graph.value(part, VOID.triples)) == len(uses), name
    assert len(list(graph.objects(None, VOID.classPartition))) > 10


def test_void_is_not_sent_again(client):
    tag = client.get("/.well-known/void").headers["ETag"]
    assert client.get("/.well-known/void", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("accept", ACCEPTS)
def test_the_catalogue_leads_to_the_data(client, accept):
    graph = described(client, "/catalog", accept)
    dataset = graph.value(predicate=RDF.type, object=DCAT.Dataset)
    assert graph.value(predicate=DCAT.dataset, object=dataset) == URIRef("http://localhost/catalog")
    for address in graph.objects(None, DCAT.downloadURL):
        with client.get(str(address).removeprefix("http://localhost")) as response:
            assert response.status_code == 200
    endpoints = {str(endpoint) for endpoint in graph.objects(None, DCAT.endpointURL)}
    assert endpoints == {"http://localhost/sparql", "http://localhost/store"}
    assert graph.value(dataset, DCTERMS.license)


def test_checksums_and_sizes_of_the_catalogue_are_true(client, archive):
    graph = described(client, "/catalog", "text/turtle")
    found = list(graph.subject_objects(SPDX.checksum))
    assert len(found) == 4
    for distribution, checksum in found:
        data = (archive.folder / str(distribution).rpartition("/")[2]).read_bytes()
        value = graph.value(checksum, SPDX.checksumValue)
        assert value.n3().split('"')[1].lower() == hashlib.sha256(data).hexdigest()
        assert int(graph.value(distribution, DCAT.byteSize)) == len(data)


def test_prefixes_are_those_of_the_model(client, archive):
    assert client.get("/prefixes.json").get_json() == archive.model.prefixes


SD = Namespace("http://www.w3.org/ns/sparql-service-description#")


def test_the_service_description_leads_to_the_counts_of_the_data_set(client, archive):
    graph = described(client, "/sparql", "text/turtle")
    service = graph.value(predicate=RDF.type, object=SD.Service)
    assert graph.value(service, SD.endpoint) == URIRef("http://localhost/sparql")
    dataset = graph.value(service, SD.defaultDataset)
    assert int(graph.value(dataset, VOID.triples)) == archive.release.quads
    assert len(list(graph.objects(dataset, VOID.propertyPartition))) > 10
    named = {graph.value(entry, SD.name) for entry in graph.objects(dataset, SD.namedGraph)}
    assert {str(name) for name in named} >= {
        f"{archive.base}graph/{name}" for name in ("register", "editorial")
    }
    default = graph.value(dataset, SD.defaultGraph)
    assert int(graph.value(default, VOID.triples)) == archive.release.lines - archive.release.quads


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void", "/catalog", "/dumps/"])
def test_addresses_are_those_that_readers_use(world, archive, path):
    """Behind a proxy, nothing leads to the address at which the service itself listens."""
    public = create_app(replace(world, public_url="https://archive.example/"), archive).test_client()
    response = public.get(path, headers={"Accept": "text/turtle", "Host": "127.0.0.1:5000"})
    assert "https://archive.example/" in response.text
    assert "127.0.0.1" not in response.text
    assert "localhost" not in response.text
