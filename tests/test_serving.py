"""The running service: a real `praleska serve` over the real archive, asked by real clients."""

import gzip
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import GET, JSON, POST, TURTLE, SPARQLWrapper

from server.web.negotiation import DOCUMENTS
from tests.servers import BIN, Site, praleska

ROOT = Path(__file__).parent.parent
PERSON, CASE, CLAIMS = "dtezg8jwry", "54xxskj31h", "n8555tt82s"
DETENTION = "sz4yph7hfe"
BASE = "https://w3id.org/praleska/"
TRIPLES = ("ttl", "nt", "rdf", "jsonld")
QUADS = ("trig", "nq")
COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH <https://w3id.org/praleska/graph/register> { ?s ?p ?o } }"
# rdflib warns of its own use of these.
pytestmark = [
    pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Dataset\\.:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def site(real, tmp_path_factory, request) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    with praleska(real.instance, folder, PRALESKA_QUERY_SECONDS="2") as running:
        reporter = request.config.pluginmanager.get_plugin("terminalreporter")
        if reporter:
            reporter.write_line(f"praleska serve answers after {running.seconds:.1f} s (wanted: under 5 s)")
        yield running


def quads(body: bytes, suffix: str) -> set[ox.Quad]:
    formats = {
        "ttl": ox.RdfFormat.TURTLE,
        "nt": ox.RdfFormat.N_TRIPLES,
        "rdf": ox.RdfFormat.RDF_XML,
        "jsonld": ox.RdfFormat.JSON_LD,
        "trig": ox.RdfFormat.TRIG,
        "nq": ox.RdfFormat.N_QUADS,
    }
    return set(ox.parse(body, formats[suffix]))


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/en/", "Praleska"),
        ("/ru/list/Person", "Валентин Стефанович"),
        (f"/doc/{PERSON}.be.html", "Валянцін Стэфановіч"),
        (f"/doc/{CASE}.en.html", "Case of Valiantsin Stefanovic, from 2021"),
        (f"/doc/{CLAIMS}.en.html", "He was detained in July 2021"),
        ("/en/about", "Praleska"),
        ("/doc/ontology.ru.html", "Набор утверждений"),
        ("/.well-known/void", "void:Dataset"),
        ("/dumps/praleska.nq", f"<{BASE}id/{PERSON}>"),
        ("/health", "ok"),
    ],
)
def test_a_page_is_there(site, path, word) -> None:
    reply = site.ask(path, "text/html, */*;q=0.1")
    assert reply.status == 200
    assert word.casefold() in reply.text.casefold()
    assert "Set-Cookie" not in reply.headers


@pytest.mark.parametrize("suffix", DOCUMENTS)
def test_a_thing_leads_to_its_document_in_the_wanted_format(site, suffix) -> None:
    first = site.ask(f"/id/{PERSON}", DOCUMENTS[suffix])
    assert first.status == 303
    assert first.headers["Location"].endswith(f"/doc/{PERSON}.{suffix}")
    second = site.ask(f"/doc/{PERSON}.{suffix}", DOCUMENTS[suffix])
    assert (second.status, second.headers.get_content_type()) == (200, DOCUMENTS[suffix])
    assert quads(second.body, suffix)


def test_a_browser_is_led_to_the_page_in_its_language(site) -> None:
    reply = site.ask(f"/id/{PERSON}", "text/html,*/*;q=0.8", Accept_Language="ru, en;q=0.5")
    assert (reply.status, reply.headers["Location"]) == (303, f"/doc/{PERSON}.ru.html")


@pytest.mark.parametrize("name", [PERSON, CASE, CLAIMS, DETENTION])
def test_all_formats_say_the_same(site, name) -> None:
    bodies = {suffix: site.ask(f"/doc/{name}.{suffix}").body for suffix in (*TRIPLES, *QUADS)}
    wanted = quads(bodies["ttl"], "ttl")
    assert wanted
    assert all(quads(bodies[suffix], suffix) == wanted for suffix in TRIPLES)
    of_rdflib = [
        rdflib.Graph().parse(data=bodies[suffix], format=kind)
        for suffix, kind in (("ttl", "turtle"), ("nt", "nt"), ("rdf", "xml"), ("jsonld", "json-ld"))
    ]
    assert all(isomorphic(of_rdflib[0], other) for other in of_rdflib[1:])
    for suffix in QUADS:
        every = quads(bodies[suffix], suffix)
        assert {quad for quad in every if isinstance(quad.graph_name, ox.DefaultGraph)} == wanted
    assert quads(bodies["trig"], "trig") == quads(bodies["nq"], "nq")


@pytest.mark.parametrize("suffix", QUADS)
def test_quad_formats_hold_the_claims(site, suffix) -> None:
    graphs = {quad.graph_name for quad in quads(site.ask(f"/doc/{DETENTION}.{suffix}").body, suffix)}
    assert ox.NamedNode(f"{BASE}id/{CLAIMS}") in graphs
    assert len(graphs) > 5


@pytest.mark.parametrize("path", ["/doc/0000000000.ttl", "/doc/0000000000.en.html", "/en/list/Nothing", "/x"])
def test_what_is_not_there_is_404(site, path) -> None:
    assert site.ask(path).status == 404
    assert site.ask("/doc/0000000000.ttl", "application/json").headers.get_content_type() == (
        "application/problem+json"
    )


def test_a_type_that_does_not_exist_is_406(site) -> None:
    for path in (f"/id/{PERSON}", "/sparql?query=ASK%7B%7D"):
        reply = site.ask(path, "image/png")
        assert reply.status == 406
        assert "text/turtle" in reply.text


@pytest.mark.parametrize("method", [GET, POST])
def test_sparqlwrapper_gets_right_answers(site, method) -> None:
    client = SPARQLWrapper(f"{site.url}/sparql")
    client.setMethod(method)
    client.setReturnFormat(JSON)
    client.setQuery(COUNT)
    count = int(client.queryAndConvert()["results"]["bindings"][0]["n"]["value"])
    assert count > 1000
    client.setQuery(f"ASK {{ <{BASE}id/{PERSON}> a <{BASE}ontology#Person> }}")
    assert client.queryAndConvert()["boolean"] is True
    client.setReturnFormat(TURTLE)
    client.setQuery(f"CONSTRUCT WHERE {{ <{BASE}id/{PERSON}> ?p ?o }}")
    graph = rdflib.Graph().parse(data=client.queryAndConvert(), format="turtle")
    assert (
        rdflib.URIRef(f"{BASE}id/{PERSON}"),
        rdflib.RDF.type,
        rdflib.URIRef(f"{BASE}ontology#Person"),
    ) in (graph)


def test_rdflib_reads_a_thing_by_its_address_and_queries_as_a_store(site) -> None:
    person = rdflib.URIRef(f"{BASE}id/{PERSON}")
    graph = rdflib.Graph().parse(f"{site.url}/id/{PERSON}")
    names = set(graph.objects(person, rdflib.SKOS.prefLabel))
    assert rdflib.Literal("Валянцін Стэфановіч", lang="be") in names
    store = rdflib.Graph(SPARQLStore(f"{site.url}/sparql"))
    assert set(store.objects(person, rdflib.SKOS.prefLabel)) == names
    store.close()


def readme_blocks() -> list[str]:
    text = (ROOT / "README.md").read_text("utf-8")
    found = re.findall(r"(?ms)^```(\w*)\n(.*?)^```$", text)
    return [body for kind, body in found if kind == "python" or body.startswith("curl")]


@pytest.mark.parametrize("block", readme_blocks())
def test_what_the_readme_shows_works(site, tmp_path, block) -> None:
    (tmp_path / "data").symlink_to(ROOT / "data")
    (tmp_path / ".venv").symlink_to(BIN.parent)
    shutil.copy(ROOT / "tests" / "shapes" / "person" / "valid" / "named.trig", tmp_path / "record.trig")
    text = block.replace("http://localhost:5000", site.url)
    assert text != block
    program = [BIN / "python", "-W", "error", "-"] if "import" in text else ["bash", "-e"]
    if program[0] == "bash" and not shutil.which("curl"):
        pytest.skip("curl is not installed")
    done = subprocess.run(program, input=text, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert done.stdout.count("\n") >= 1
    assert '"status"' not in done.stdout


def test_the_readme_has_such_blocks() -> None:
    assert len(readme_blocks()) >= 3


def test_a_dump_is_what_the_release_holds(site, real) -> None:
    reply = site.ask("/dumps/praleska.nq", Accept_Encoding="gzip")
    packed = reply.headers.get("Content-Encoding") == "gzip"
    body = gzip.decompress(reply.body) if packed else reply.body
    assert body == (real.instance / "current" / "praleska.nq").read_bytes()


NUMBERS = " ".join(map(str, range(1000)))
ENDLESS = "SELECT (COUNT(*) AS ?n) {" + "".join(f"VALUES ?v{i} {{{NUMBERS}}}" for i in range(6)) + "}"


def begin(site: Site, query: str, accept: str) -> socket.socket:
    """A connection on which a query was sent, and nothing read."""
    address = urlsplit(site.url)
    line = socket.create_connection((address.hostname, address.port))
    head = f"GET /sparql?{urlencode({'query': query})} HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\n\r\n"
    line.sendall(head.encode())
    return line


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/html"])
def test_the_queries_of_readers_who_left_are_ended(real, tmp_path, accept) -> None:
    # Longer than the test may take: only their ending frees the places.
    with praleska(real.instance, tmp_path, PRALESKA_QUERY_SECONDS="100") as site:
        lines = [begin(site, ENDLESS, accept) for _ in range(20)]
        wait_for(site, "workers_busy", lambda number: number > 0)
        for line in lines:
            line.close()
        wait_for(site, "workers_busy", lambda number: number == 0)
        assert numbers(site)["queries_waiting"] == 0
        assert [site.query(COUNT).status for _ in range(5)] == [200] * 5


def numbers(site: Site) -> dict[str, float]:
    lines = re.findall(r"(?m)^praleska_(\w+) (\S+)$", site.ask("/metrics").text)
    return {name: float(value) for name, value in lines}


def wait_for(site: Site, name: str, is_right: Callable[[float], bool]) -> None:
    end = time.monotonic() + 30
    while not is_right(numbers(site)[name]):
        assert time.monotonic() < end, numbers(site)
        time.sleep(0.05)
