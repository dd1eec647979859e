"""VoID, dumps, robots, health."""

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, VOID


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/rdf+xml", "application/n-triples"])
def test_void_answers_directly_and_is_true(client, archive, accept):
    response = client.get("/.well-known/void", headers={"Accept": accept})
    assert response.status_code == 200
    formats = {"text/turtle": "turtle", "application/rdf+xml": "xml", "application/n-triples": "nt"}
    graph = Graph().parse(data=response.data, format=formats[response.mimetype])
    dataset = graph.value(predicate=RDF.type, object=VOID.Dataset)
    assert int(graph.value(dataset, VOID.triples)) == archive.release.quads
    assert graph.value(dataset, VOID.sparqlEndpoint) == URIRef("http://localhost/sparql")
    dumps = {str(dump) for dump in graph.objects(dataset, VOID.dataDump)}
    assert dumps == {"http://localhost/dumps/praleska.nq", "http://localhost/dumps/praleska.trig"}
    assert len(list(graph.objects(dataset, VOID.classPartition))) == len(archive.types("en"))


def test_void_is_not_sent_again(client):
    tag = client.get("/.well-known/void").headers["ETag"]
    assert client.get("/.well-known/void", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("praleska.nq", "application/n-quads"),
        ("praleska.trig", "application/trig"),
        ("SHA256SUMS", "text/plain"),
    ],
)
def test_a_dump_is_served_with_its_type(client, archive, name, media):
    with client.get(f"/dumps/{name}") as response:
        assert (response.status_code, response.mimetype) == (200, media)
        assert response.data == (archive.folder / name).read_bytes()


@pytest.mark.parametrize("name", ["nothing.nq", "../current/praleska.nq", "%2e%2e/x", "/etc/passwd"])
def test_nothing_else_is_served(client, name):
    assert client.get(f"/dumps/{name}").status_code in (308, 404)


def test_robots_keep_away_from_questions(client):
    assert "Disallow: /sparql" in client.get("/robots.txt").text


def test_health_names_the_release(client, archive):
    assert client.get("/health").get_json() == {"status": "ok", "release": archive.release.id}
