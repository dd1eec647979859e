"""The Graph Store Protocol, read-only."""

import pytest
from rdflib import Dataset, Graph, URIRef
from rdflib.compare import isomorphic

from server.store.answers import Answer
from server.web import graphs

# rdflib's own Dataset calls what it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset\\.:DeprecationWarning")
REGISTER = "https://w3id.org/praleska/graph/register"


@pytest.fixture(scope="module")
def dump(archive):
    with (archive.folder / "praleska.nq").open("rb") as lines:
        found = Dataset()
        found.parse(lines, format="nquads")
    return found


def test_a_named_graph_is_handed_out_as_it_is(client, dump):
    response = client.get("/store", query_string={"graph": REGISTER})
    assert (response.status_code, response.mimetype) == (200, "text/turtle")
    assert isomorphic(Graph().parse(data=response.data), dump.graph(URIRef(REGISTER)))


def test_every_claim_set_can_be_fetched(client, dump):
    names = [str(graph.identifier) for graph in dump.graphs() if "/id/" in str(graph.identifier)]
    assert names
    for name in names:
        response = client.get(
            "/store", query_string={"graph": name}, headers={"Accept": "application/n-triples"}
        )
        assert isomorphic(Graph().parse(data=response.data, format="nt"), dump.graph(URIRef(name)))


def test_the_default_graph_holds_the_register(client, dump):
    found = Graph().parse(data=client.get("/store?default").data)
    assert set(dump.graph(URIRef(REGISTER))) <= set(found)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?default&graph=http://example.org/", 400),
        ("?graph=http://a.example/&graph=http://b.example/", 400),
        ("?graph=http://nothing.example/", 404),
        ("?graph=%3E%20%7B%7D", 400),
    ],
)
def test_what_is_no_graph_is_refused(client, query, status):
    assert client.get(f"/store{query}").status_code == status


@pytest.mark.parametrize("method", ["put", "post", "delete", "patch"])
def test_nothing_can_be_written(client, method):
    response = getattr(client, method)("/store", query_string={"graph": REGISTER})
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_an_unknown_format_is_named(client):
    assert client.get(f"/store?graph={REGISTER}", headers={"Accept": "image/png"}).status_code == 406


def test_a_graph_is_not_sent_again(client):
    tag = client.get(f"/store?graph={REGISTER}").headers["ETag"]
    assert client.get(f"/store?graph={REGISTER}", headers={"If-None-Match": tag}).status_code == 304


def test_a_graph_that_was_cut_says_so(client, monkeypatch):
    class Cut:
        def query(self, text, formats):
            return Answer("graph", formats.graph, b"", "bytes")

    assert "Answer-Cut" not in client.get("/store?default").headers
    monkeypatch.setattr(graphs, "store", Cut)
    assert client.get("/store?default").headers["Answer-Cut"] == "bytes"
