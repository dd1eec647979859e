"""`praleska serve` on a store at another address: for readers the same service, whatever the store does."""

import json
import os
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from server.config import Settings
from server.store.answers import GRAPH_FORMATS
from server.store.syntax import parse
from tests.servers import BIN, START, Reply, Site, oxigraph, praleska

SECONDS = 2
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
TABLE = "application/sparql-results+json"
SAME_HEADERS = ("Content-Type", "Vary", "Cache-Control", "Access-Control-Allow-Origin", "Answer-Cut", "Allow")
Trick = Callable[["Between"], None]
# Three servers start.
pytestmark = pytest.mark.slow


class Between(BaseHTTPRequestHandler):
    """Passes queries on to a store, but for those with the name of a trick in a comment."""

    store = ""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        text = parse_qs(body.decode())["query"][0]
        name = text.partition("#trick ")[2].split("\n")[0]
        with suppress(OSError):
            if name in TRICKS:
                TRICKS[name](self)
            else:
                self.pass_on(body)

    def pass_on(self, body: bytes) -> None:
        headers = {name: self.headers[name] for name in ("Accept", "Content-Type")}
        try:
            with urllib.request.urlopen(
                urllib.request.Request(self.store, body, headers), timeout=START
            ) as reply:
                self.say(reply.read(), reply.headers["Content-Type"], reply.status)
        except HTTPError as error:
            with error:
                self.say(error.read(), "text/plain", error.code)

    def say(self, body: bytes, media: str = TABLE, status: int = 200, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Be quiet."""


def hang(it: Between) -> None:
    time.sleep(3 * SECONDS)


def drip(it: Between) -> None:
    it.say(b'{"head": {"vars": []}, ', length=10**6)
    for _ in range(30 * SECONDS):
        it.wfile.write(b" ")
        time.sleep(0.1)


TRICKS: dict[str, Trick] = {
    "hang": hang,
    "drip": drip,
    "garbage": lambda it: it.say(bytes(range(256)) * 10),
    "html": lambda it: it.say(b"<!doctype html><title>Example</title>", "text/html"),
    "half": lambda it: it.say(b'{"head": {"vars": ["x"]}, "results": {"bindings": [', length=10**4),
    "error": lambda it: it.say(b"secret words", "text/plain", 500),
    "gateway": lambda it: it.say(b"secret words", "text/html", 502),
    "nothing": lambda it: it.connection.close(),
}
# Status of the answer to a reader, and whether trying again helps.
MEANINGS = {
    "hang": (504, False),
    "drip": (504, False),
    "garbage": (500, False),
    "html": (503, True),
    "half": (500, False),
    "error": (500, False),
    "gateway": (503, True),
    "nothing": (503, True),
}


@contextmanager
def between(store: str) -> Iterator[str]:
    """The address of a way to the store on which tricks are played."""
    kind = type("Way", (Between,), {"store": store})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/query"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def there(world: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The invented world, served from another store."""
    folder = tmp_path_factory.mktemp("there")
    nothing = folder / "nothing.nq"
    nothing.touch()
    with oxigraph(nothing) as store, between(store) as way:
        settings = {"PRALESKA_STORE": store, "PRALESKA_STORE_UPDATE": store.removesuffix("query") + "update"}
        command = [str(BIN / "praleska"), "--instance", str(world.instance), "publish"]
        subprocess.run(command, env=os.environ | settings, check=True, capture_output=True)
        with served(world.instance, folder, PRALESKA_STORE=way) as site:
            yield site


@pytest.fixture(scope="module")
def here(world: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same, served from the embedded store."""
    with served(world.instance, tmp_path_factory.mktemp("here")) as site:
        yield site


@contextmanager
def served(instance: Path, folder: Path, **settings: str) -> Iterator[Site]:
    limits = {"PRALESKA_QUERY_SECONDS": str(SECONDS), "PRALESKA_ANSWER_SIZE": "1"}
    with praleska(instance, folder / "site", port=0, **limits, **settings) as site:
        end = time.monotonic() + START
        while site.ask("/health").status != 200 and time.monotonic() < end:
            time.sleep(0.1)
        yield site


REGISTER = "https://w3id.org/praleska/graph/register"
SELECT = "SELECT ?s ?o { ?s a ?o } ORDER BY ?s ?o LIMIT 20"
CONSTRUCT = "CONSTRUCT { ?s a ?o } { ?s a ?o }"
ANY = [
    *((SELECT, kind) for kind in ("json", "xml", "csv", "tsv")),
    *(("ASK { ?s ?p ?o }", kind) for kind in ("json", "xml")),
    *((CONSTRUCT, kind) for kind in ("turtle", "ntriples", "rdfxml", "jsonld")),
    ("DESCRIBE <https://w3id.org/praleska/ontology#Person>", "ntriples"),
]


def same(one: Reply, other: Reply) -> None:
    assert one.status == other.status
    for name in SAME_HEADERS:
        found = [sorted((reply.headers[name] or "").split(", ")) for reply in (one, other)]
        assert found[0] == found[1], name
    assert _content(one) == _content(other)


def _content(reply: Reply) -> Any:
    """What a body says, whatever its order."""
    media = reply.headers.get_content_type()
    if media == "application/problem+json":
        return {name: value for name, value in reply.json.items() if name != "instance"}
    if media in GRAPH_FORMATS and reply.status == 200:
        return set(parse(reply.body, media, "x:"))
    return reply.body


@pytest.mark.parametrize(("text", "kind"), ANY)
def test_every_format_is_the_same(here: Site, there: Site, text: str, kind: str) -> None:
    path = "/sparql?" + urlencode({"query": text, "format": kind})
    replies = [site.ask(path) for site in (here, there)]
    assert replies[0].status == 200
    assert len(replies[0].body) > 10
    same(*replies)


@pytest.mark.parametrize(
    ("method", "path", "body", "media"),
    [
        ("HEAD", "/sparql?" + urlencode({"query": SELECT}), "", ""),
        ("POST", "/sparql", urlencode({"query": SELECT}), FORM),
        ("POST", "/sparql", SELECT, DIRECT),
        ("QUERY", "/sparql", SELECT, DIRECT),
        ("POST", "/sparql?default-graph-uri=" + REGISTER, SELECT, DIRECT),
        ("POST", "/sparql?default-graph-uri=urn:x-example:none", SELECT, DIRECT),
        (
            "POST",
            "/sparql?named-graph-uri=" + REGISTER,
            "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }",
            DIRECT,
        ),
        ("POST", "/sparql", f"SELECT (COUNT(*) AS ?n) FROM <{REGISTER}> {{ ?s ?p ?o }}", DIRECT),
        ("POST", "/sparql", "SELECT * {\n ?s ?p }", DIRECT),
        ("POST", "/sparql", "", DIRECT),
        ("POST", "/sparql", "DELETE WHERE { ?s ?p ?o }", DIRECT),
        ("POST", "/sparql", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", DIRECT),
        ("POST", "/sparql", SELECT, "text/plain"),
        ("PUT", "/sparql", SELECT, DIRECT),
        ("OPTIONS", "/sparql", "", ""),
    ],
)
def test_every_way_to_ask_is_the_same(
    here: Site, there: Site, method: str, path: str, body: str, media: str
) -> None:
    headers = {"Content_Type": media} if media else {}
    one, other = (site.ask(path, "*/*", method, body.encode(), **headers) for site in (here, there))
    same(one, other)


def test_a_large_answer_is_cut_at_the_same_size_and_says_so(here: Site, there: Site) -> None:
    text = "SELECT ?a ?b { GRAPH ?g { ?a ?p ?o } GRAPH ?h { ?b ?q ?r } } LIMIT 100000"
    for site in (here, there):
        reply = site.query(text)
        assert (reply.status, reply.headers["Answer-Cut"], reply.json["cut"]["unit"]) == (
            200,
            "bytes",
            "bytes",
        )
        assert 2**19 < len(reply.body) < 2**21


@pytest.mark.parametrize("name", TRICKS)
def test_a_broken_store_is_said_to_be_one(there: Site, name: str) -> None:
    began = time.monotonic()
    reply = there.query(f"#trick {name}\nSELECT ?x {{ ?x ?p ?o }}")
    assert time.monotonic() - began < SECONDS + 5
    assert reply.headers.get_content_type() == "application/problem+json"
    status, again = MEANINGS[name]
    assert (reply.status, reply.json["status"], "Retry-After" in reply.headers) == (status, status, again)
    assert not any(word in reply.text for word in ("secret", "Traceback", "127.0.0.1"))
    # Nobody else notices.
    assert there.query("ASK {}").json["boolean"] is True


def test_readers_who_leave_do_not_keep_others_out(there: Site) -> None:
    leaving = []
    for number in range(16):
        connection = HTTPConnection(urlsplit(there.url).netloc, timeout=START)
        query = f"#trick hang\nSELECT ?x{number} {{ ?x{number} ?p ?o }}"
        connection.request("GET", "/sparql?" + urlencode({"query": query}))
        leaving.append(connection)
    time.sleep(0.5)
    for connection in leaving:
        connection.close()
    assert json.loads(there.query("ASK { ?s ?p ?o }").body)["boolean"] is True
    assert there.ask("/health").status == 200
