"""What every store promises, on each of them."""

import csv
import io
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.errors import BadQuery, NotAcceptable, QueryStopped, RefusedQuery, StoreUnavailable
from server.store import answers, syntax
from server.store.answers import Dataset, Formats, Store
from server.store.embedded import EmbeddedStore, memory_store
from server.store.lane import Lane, LaneSpec
from server.store.pool import Pool
from server.store.remote import RemoteStore
from server.store.spool import Limits
from tests import servers

FORMATS = Formats(answers.JSON, answers.JSON, syntax.N_TRIPLES)
PREFIXES = """\
PREFIX ex: <https://example.org/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
BASE = "https://example.org/"
OWN = f"{BASE}default"
G1, G2 = "https://example.org/g1", "https://example.org/g2"
YEARS = PREFIXES + "SELECT ?y { ex:person ex:year ?y } ORDER BY ?y"
NAMED_YEARS = PREFIXES + "SELECT ?g ?y { GRAPH ?g { ex:person ex:year ?y } } ORDER BY ?y"


@pytest.fixture(scope="module")
def memory(nquads: bytes) -> Store:
    return memory_store(nquads, BASE)


@pytest.fixture(scope="module")
def embedded(lane_of: Callable[..., LaneSpec], nquads_file: Path) -> Iterator[Store]:
    spec = lane_of(workers=2)
    with Pool("server.store.embedded:query_handler", [str(nquads_file), BASE], [spec]):
        store = EmbeddedStore(Lane(spec))
        yield store
        store.close()


@pytest.fixture(scope="module")
def remote(oxigraph_server: str) -> Store:
    return RemoteStore(oxigraph_server, 5, base=BASE)


@pytest.fixture(scope="module")
def virtuoso(nquads: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """It has no default graph of its own: here another graph stands for it."""
    with servers.virtuoso(tmp_path_factory.mktemp("virtuoso")) as address:
        for graph, lines in by_graph(nquads).items():
            text = f"INSERT DATA {{ GRAPH <{graph}> {{ {lines} }} }}"
            servers.post_form(f"{address}/sparql", update=text)
        yield RemoteStore(f"{address}/sparql", 5, own=Dataset((OWN,)), parser=memory_store(b""), base=BASE)


def by_graph(nquads: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for quad in syntax.parse(nquads, syntax.N_QUADS, "x:"):
        name = quad.graph.value if quad.graph else OWN
        found[name] = (
            found.get(name, "") + syntax.serialize([quad._replace(graph=None)], syntax.N_TRIPLES).decode()
        )
    return found


@pytest.fixture(params=["memory", "embedded", "remote", pytest.param("virtuoso", marks=pytest.mark.slow)])
def store(request: pytest.FixtureRequest) -> Store:
    found: Store = request.getfixturevalue(request.param)
    return found


def rows(store: Store, text: str, dataset: Dataset = answers.OWN_DATASET) -> list[tuple[str, ...]]:
    document = json.loads(store.query(text, FORMATS, dataset).body)
    names = document["head"]["vars"]
    return [tuple(row[name]["value"] for name in names) for row in document["results"]["bindings"]]


def test_a_select_answers_solutions(store: Store) -> None:
    answer = store.query(PREFIXES + "SELECT ?l { ex:person rdfs:label ?l } ORDER BY ?l", FORMATS)
    assert (answer.kind, answer.media_type) == ("solutions", answers.JSON)
    found = {(b["l"]["value"], b["l"]["xml:lang"]) for b in json.loads(answer.body)["results"]["bindings"]}
    assert found == {("Пэрсона Прыклад", "be"), ("Example Person", "en")}


def test_a_solution_comes_in_csv(store: Store) -> None:
    text = PREFIXES + "SELECT ?l { ex:other rdfs:label ?l }"
    answer = store.query(text, Formats(answers.CSV))
    assert list(csv.reader(io.StringIO(answer.body.decode(), newline=""))) == [
        ["l"],
        ['a "quoted" 🌱, line\nbreak'],
    ]


def test_a_solution_comes_in_tsv(store: Store) -> None:
    answer = store.query(
        PREFIXES + "SELECT ?l { ex:person rdfs:label ?l FILTER(LANG(?l) = 'be') }", Formats(answers.TSV)
    )
    assert answer.body.decode().splitlines() == ["?l", '"Пэрсона Прыклад"@be']


def test_a_solution_comes_in_xml(store: Store) -> None:
    answer = store.query(YEARS.replace("{", "{ GRAPH ?g {").replace("}", "}}"), Formats(answers.XML))
    names = "{http://www.w3.org/2005/sparql-results#}"
    found = [element.text for element in ElementTree.fromstring(answer.body).iter(names + "literal")]
    assert found == ["2020", "2021"]


@pytest.mark.parametrize(("text", "expected"), [("ASK { ?s ?p ?o }", True), ("ASK { ?s ?p 17 }", False)])
def test_an_ask_answers_a_boolean(store: Store, text: str, expected: bool) -> None:
    answer = store.query(text, FORMATS)
    assert (answer.kind, json.loads(answer.body)["boolean"]) == ("boolean", expected)
    xml = store.query(text, Formats(boolean=answers.XML)).body
    assert str(expected).lower().encode() in xml


@pytest.mark.parametrize("media_type", list(syntax.FORMATS))
def test_a_construct_answers_a_graph_in_every_format(store: Store, media_type: str, nquads: bytes) -> None:
    answer = store.query("CONSTRUCT WHERE { ?s ?p ?o }", Formats(graph=media_type))
    assert (answer.kind, answer.media_type) == ("graph", media_type)
    expected = {quad for quad in syntax.parse(nquads, syntax.N_QUADS, "x:") if quad.graph is None}
    assert set(syntax.parse(answer.body, media_type, "https://example.org/")) == expected


def test_a_describe_answers_a_graph(store: Store) -> None:
    answer = store.query("DESCRIBE <https://example.org/person>", FORMATS)
    assert len(answer.body.splitlines()) == 3


def test_the_default_graph_does_not_hold_the_named_ones(store: Store) -> None:
    assert rows(store, YEARS) == []


def test_named_graphs_are_open_to_a_query(store: Store) -> None:
    assert rows(store, NAMED_YEARS) == [(G1, "2020"), (G2, "2021")]


def test_from_makes_a_dataset(store: Store) -> None:
    assert rows(store, YEARS.replace("{", f"FROM <{G2}> {{")) == [("2021",)]


def test_a_dataset_of_the_protocol_replaces_from(store: Store) -> None:
    text = YEARS.replace("{", f"FROM <{G2}> {{")
    assert rows(store, text, Dataset(default_graphs=(G1,))) == [("2020",)]


def test_several_default_graphs_are_merged(store: Store) -> None:
    assert rows(store, YEARS, Dataset(default_graphs=(G1, G2))) == [("2020",), ("2021",)]


def test_a_dataset_names_the_named_graphs(store: Store) -> None:
    assert rows(store, NAMED_YEARS, Dataset(named_graphs=(G2,))) == [(G2, "2021")]
    assert rows(store, YEARS, Dataset(named_graphs=(G2,))) == []


def test_a_dataset_of_default_graphs_has_no_named_graphs(store: Store) -> None:
    assert rows(store, NAMED_YEARS, Dataset(default_graphs=(G1,))) == []


def test_a_graph_that_does_not_exist_is_empty(store: Store) -> None:
    assert rows(store, YEARS, Dataset(default_graphs=("https://example.org/none",))) == []


def test_a_relative_graph_name_is_a_bad_query(store: Store) -> None:
    with pytest.raises(BadQuery):
        store.query(YEARS, FORMATS, Dataset(default_graphs=("not an iri",)))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?y { GRAPH <g1> { <person> <year> ?y } }",
        "SELECT ?y FROM <g1> { <person> <year> ?y }",
        "BASE <https://example.org/x/> SELECT ?y { GRAPH <../g1> { </person> </year> ?y } }",
        "PREFIX : <> SELECT ?y { GRAPH :g1 { :person :year ?y } }",
    ],
)
def test_a_relative_iri_is_meant_from_the_base(
    store: Store, text: str, request: pytest.FixtureRequest
) -> None:
    if "virtuoso" in request.node.name and not text.startswith("SELECT ?y FROM"):
        pytest.skip("Virtuoso 7 takes one BASE, and no relative IRIs in PREFIX and in GRAPH")
    assert rows(store, text) == [("2020",)]
    assert rows(store, text.replace("g1", "g2"), Dataset(named_graphs=(G2,))) in ([("2021",)], [])


def test_unicode_passes_in_both_directions(store: Store) -> None:
    text = 'SELECT ?x { VALUES ?x { "ў🌱\\u0456" "Пэрсона" } }'
    assert rows(store, text) == [("ў🌱і",), ("Пэрсона",)]


def test_an_empty_result_has_its_columns(store: Store) -> None:
    answer = store.query("SELECT ?a ?b { ?a <x:none> ?b }", FORMATS)
    assert json.loads(answer.body) == {"head": {"vars": ["a", "b"]}, "results": {"bindings": []}}
    assert store.query("CONSTRUCT { ?a <x:b> ?b } { ?a <x:none> ?b }", FORMATS).body == b""


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT * WHERE {\n ?s ?p ", 2, 8),
        ("# a comment\nSELECT ?x { ?s ?p ?o } ORDER\nBY", 3, 3),
        ("ASK { ?s ex:p ?o }", 1, 10),
        ("ASK {\n ?s ?p }", 2, 8),
    ],
)
def test_a_syntax_error_has_line_and_column(store: Store, text: str, line: int, column: int) -> None:
    with pytest.raises(BadQuery) as caught:
        store.query(text, FORMATS)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert "U{" not in caught.value.message.upper()


def test_an_undeclared_prefix_is_named(store: Store) -> None:
    with pytest.raises(BadQuery, match="The prefix ex: is not declared"):
        store.query("PREFIX rdfs: <x:> ASK { ?s rdfs:label ?l ; ex:p ?o }", FORMATS)


def test_an_empty_text_is_a_bad_query(store: Store) -> None:
    with pytest.raises(BadQuery):
        store.query("", FORMATS)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "INSERT DATA { <x:a> <x:b> <x:c> }",
        "PREFIX x: <x:> DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://127.0.0.1:9/>",
    ],
)
def test_federation_and_updates_are_refused(store: Store, text: str) -> None:
    with pytest.raises(RefusedQuery):
        store.query(text, FORMATS)


@pytest.mark.parametrize(
    ("text", "formats", "example"),
    [
        ("SELECT * {}", Formats(None, answers.JSON, syntax.TURTLE), answers.CSV),
        ("ASK {}", Formats(answers.CSV, answers.CSV, syntax.TURTLE), answers.XML),
        ("DESCRIBE <x:y>", Formats(answers.JSON, answers.JSON, answers.JSON), syntax.TRIG),
    ],
)
def test_an_answer_without_a_format_is_not_acceptable(
    store: Store, text: str, formats: Formats, example: str
) -> None:
    with pytest.raises(NotAcceptable) as caught:
        store.query(text, formats)
    assert example in caught.value.available


@pytest.fixture(params=["embedded", "remote"])
def narrow(request: pytest.FixtureRequest, pool_of: Callable[..., tuple[Pool, Lane]]) -> Store:
    """A store whose answers may have 200 bytes."""
    if request.param == "remote":
        limits = Limits(1000, 200, may_cut=False)
        return RemoteStore(request.getfixturevalue("oxigraph_server"), 5, limits)
    file = request.getfixturevalue("nquads_file")
    lane = pool_of("server.store.embedded:query_handler", str(file))[1]
    return EmbeddedStore(lane, limits=Limits(1000, 200, may_cut=False))


def test_an_answer_that_is_too_large_is_stopped(narrow: Store) -> None:
    assert narrow.query("ASK {}", FORMATS).body
    with pytest.raises(QueryStopped, match="200 bytes"):
        narrow.query("SELECT * { ?s ?p ?o }", FORMATS)


def test_a_remote_store_that_is_down_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable):
        RemoteStore("http://127.0.0.1:9/query", 1).query("ASK {}", FORMATS)


def test_a_remote_store_at_a_wrong_path_is_unavailable(oxigraph_server: str) -> None:
    with pytest.raises(StoreUnavailable):
        RemoteStore(oxigraph_server + "/none", 1).query("ASK {}", FORMATS)
