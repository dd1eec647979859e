"""VoID, the DCAT catalogue, and the prefixes."""

import hashlib

import pytest
from rdflib import Dataset, Graph, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, VOID

# rdflib's own Dataset calls what it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset\\.:DeprecationWarning")
SPDX = Namespace("http://spdx.org/rdf/terms#")
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
    assert graph.value(dataset, VOID.sparqlEndpoint) == URIRef("http://localhost/sparql")
    dumps = {str(dump) for dump in graph.objects(dataset, VOID.dataDump)}
    assert dumps == {"http://localhost/dumps/praleska.nq", "http://localhost/dumps/praleska.trig"}


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
    assert len(found) == 2
    for distribution, checksum in found:
        data = (archive.folder / str(distribution).rpartition("/")[2]).read_bytes()
        value = graph.value(checksum, SPDX.checksumValue)
        assert value.n3().split('"')[1].lower() == hashlib.sha256(data).hexdigest()
        assert int(graph.value(distribution, DCAT.byteSize)) == len(data)


def test_prefixes_are_those_of_the_model(client, archive):
    assert client.get("/prefixes.json").get_json() == archive.model.prefixes
