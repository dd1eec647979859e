"""What a bad request, a signal or a lost store does to the running service: nothing to anybody else."""

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest

from server.archive.releases import current
from tests.servers import BIN, Reply, Site, alive, oxigraph, praleska

SECONDS = 2
PERSON = "dtezg8jwry"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(STR(?a) < STR(?i)) }"
LOGGED = {"time", "method", "route", "status", "ms", "outcome"}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def site(real, tmp_path_factory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    with praleska(real.instance, folder, PRALESKA_QUERY_SECONDS=str(SECONDS)) as running:
        yield running


def problem(reply: Reply) -> dict[str, object]:
    assert reply.headers.get_content_type() == "application/problem+json"
    found: dict[str, object] = reply.json
    assert found["status"] == reply.status
    assert "Traceback" not in reply.text
    return found


def in_background(act: Callable[[], Reply]) -> tuple[threading.Thread, list[Reply]]:
    replies: list[Reply] = []

    def run() -> None:
        # A server that ends may hang up.
        with suppress(OSError, HTTPException):
            replies.append(act())

    thread = threading.Thread(target=run)
    thread.start()
    return thread, replies


def well(site: Site) -> bool:
    return bool(site.query("ASK {}").json["boolean"]) and site.ask("/en/").status == 200


def test_a_malformed_query_is_400_with_its_place(site) -> None:
    reply = site.query("SELECT * {\n  ?s ?p ?o .\n  oops }")
    found = problem(reply)
    assert (reply.status, found["line"]) == (400, 3)
    # The engine may look a word ahead.
    assert found["column"] in range(3, 10)
    assert "line 3, column" in str(found["detail"])


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "LOAD <http://127.0.0.1:9/>",
        "DELETE WHERE { ?s ?p ?o }",
    ],
)
def test_federation_and_updates_are_refused(site, text) -> None:
    assert problem(site.query(text))["status"] in (400, 403)
    if "SERVICE" in text:
        assert site.query(text).status == 403


def test_an_endless_query_is_stopped_while_others_go_on(site) -> None:
    began = time.monotonic()
    thread, replies = in_background(lambda: site.query(ENDLESS))
    others = []
    while thread.is_alive() and time.monotonic() < began + 30:
        start = time.monotonic()
        assert well(site)
        others.append(time.monotonic() - start)
    thread.join()
    found = problem(replies[0])
    assert (replies[0].status, found["seconds"]) == (504, SECONDS)
    assert f"{SECONDS} seconds" in str(found["detail"])
    # A query and a page, many times, each much quicker than the endless one.
    assert len(others) >= 3
    assert sorted(others)[len(others) // 2] < SECONDS / 2


def test_pages_answer_while_all_query_workers_are_busy(site) -> None:
    busy = [in_background(lambda: site.query(ENDLESS)) for _ in range(4)]
    time.sleep(0.3)
    start = time.monotonic()
    pages = [site.ask(path).status for path in ("/en/", f"/doc/{PERSON}.en.html", "/ru/list/Person")]
    took = time.monotonic() - start
    for thread, _ in busy:
        thread.join(60)
    assert pages == [200, 200, 200]
    assert took < SECONDS * 2
    assert {replies[0].status for _, replies in busy} <= {503, 504}
    assert well(site)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * " + "{" * 20_000 + "}" * 20_000,
        "SELECT * { ?s ?p ?o FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }",
        "SELECT * { ?s " + "/".join(["<x:y>"] * 20_000) + " ?o }",
    ],
    ids=["groups", "brackets", "path"],
)
def test_a_query_nested_too_deep_ends_only_its_worker(site, text) -> None:
    for _ in range(3):
        body = urlencode({"query": text}).encode()
        reply = site.ask("/sparql", "application/json", "POST", body, Content_Type=FORM)
        assert reply.status in (200, 400, 500, 504)
        assert "Traceback" not in reply.text
    assert well(site)


def test_an_answer_too_large_is_cut_and_says_so_or_is_an_error(real, tmp_path) -> None:
    with praleska(real.instance, tmp_path, PRALESKA_ANSWER_SIZE="1") as small:
        text = "SELECT * { GRAPH ?g { ?s ?p ?o } }"
        reply = small.query(text)
        assert (reply.status, reply.headers["Answer-Cut"]) == (200, "bytes")
        assert reply.json["cut"]["limit"] == 2**20
        assert len(reply.json["results"]["bindings"]) > 1000
        for media in ("application/sparql-results+json", "text/csv"):
            assert 2**19 < len(small.query(text, media).body) < 2**20 + 1000
        page = small.query(text, "text/html")
        assert "Only the first part is shown" in page.text
        assert well(small)


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("text/turtle", b"<a:b> <c:d>\n  oops ."),
        ("application/trig", b"<a:b> {\n <c:d> <e:f> ]"),
        ("application/n-quads", b"<a:b> <c:d> <e:f> .\n<a:b> oops"),
        ("application/ld+json", b'{"@id": \n oops}'),
        ("application/rdf+xml", b"<rdf:RDF>\n  <oops>"),
    ],
)
def test_a_malformed_upload_is_400_with_its_place(site, media, body) -> None:
    reply = site.ask("/validate", "application/json", "POST", body, Content_Type=media)
    found = problem(reply)
    assert reply.status == 400
    assert found["line"] in (1, 2)
    assert isinstance(found["column"], int)


def test_nothing_of_an_upload_or_a_query_is_kept(site, real) -> None:
    secret = f"Zx{secrets.token_hex(12)}"
    turtle = f'<https://people.example/{secret}> <http://www.w3.org/2000/01/rdf-schema#label> "{secret}" .'
    part = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{secret}.ttl"\r\n\r\n{turtle}\r\n'
    padding = "# filler\n" * 100_000
    form = f'{part}--x\r\nContent-Disposition: form-data; name="data"\r\n\r\n{padding}\r\n--x--\r\n'.encode()
    assert (
        site.ask("/validate", "application/json", "POST", turtle.encode(), Content_Type="text/turtle").status
        == 200
    )
    multipart = "multipart/form-data; boundary=x"
    assert site.ask("/validate", "application/json", "POST", form, Content_Type=multipart).status == 200
    broken = f"{turtle} oops"
    assert (
        site.ask("/validate", "text/html", "POST", broken.encode(), Content_Type="text/turtle").status == 400
    )
    site.query(f'SELECT * {{ ?s ?p "{secret}" }}')
    site.query(f'SELECT * {{ ?s ?p "{secret} }}')
    assert files_with(secret, site.sockets, real.instance, site.log.parent) == []
    # The plan tells the web server's process where the workers are.
    assert [path.name for path in site.sockets.rglob("*") if path.is_file()] == ["plan"]


def files_with(secret: str, *folders: Path) -> list[Path]:
    every = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in every if secret.encode() in path.read_bytes() or secret in path.name]


def test_the_log_names_no_reader_and_no_query(site) -> None:
    site.query("SELECT * { ?marker ?p ?o } LIMIT 1")
    site.ask(
        "/en/?marker=1",
        User_Agent="marker/1",
        X_Forwarded_For="203.0.113.9",
        Referer="https://marker.example",
    )
    time.sleep(0.5)
    lines = site.log.read_text().splitlines()
    records = [json.loads(line) for line in lines if line.startswith("{")]
    told = [line for line in lines if not line.startswith(("{", "The query page has a plain text field"))]
    assert len(told) == 4
    assert all(re.match(r"http://localhost:\d+/\S* +\w", line) for line in told)
    assert {key for record in records for key in record} == LOGGED
    routes = {record["route"] for record in records}
    assert {"/sparql", "/validate", "/<any(be,ru,en):lang>/"} <= routes
    log = "\n".join(lines)
    assert not re.search(r"127\.0\.0\.1|203\.0\.113\.9|marker|COUNT|oops|dtezg8jwry", log)


@contextmanager
def idle(site: Site) -> Iterator[None]:
    """A client that sends half a request and then nothing."""
    with socket.create_connection(("127.0.0.1", int(site.url.rpartition(":")[2]))) as connection:
        connection.sendall(b"GET /en/ HTTP/1.1\r\n")
        yield


@pytest.mark.parametrize("how", ["SIGTERM", "SIGINT to all, as Ctrl-C sends it", "SIGKILL"])
def test_all_processes_end_with_the_server(real, tmp_path, how) -> None:
    number = getattr(signal, how.split()[0])
    stuck = idle if how == "SIGTERM" else nullcontext
    with praleska(real.instance, tmp_path, PRALESKA_QUERY_SECONDS="1") as site, stuck(site):
        family = site.children()
        assert len(family) >= 7
        thread, _ = in_background(lambda: site.query(ENDLESS))
        time.sleep(0.3)
        send = os.killpg if " " in how else os.kill
        send(site.process.pid, number)
        code = site.process.wait(15)
        end = time.monotonic() + 10
        while alive(family) and time.monotonic() < end:
            time.sleep(0.05)
        assert alive(family) == []
        thread.join(10)
    assert code == (-signal.SIGKILL if how == "SIGKILL" else 0)
    if how != "SIGKILL":
        assert list(site.sockets.iterdir()) == []
        assert "Traceback" not in site.log.read_text()


def test_a_port_in_use_is_one_line(site, real) -> None:
    port = site.url.rpartition(":")[2]
    command = [BIN / "praleska", "--instance", real.instance, "serve", "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"praleska: Cannot listen on port {port} of 127.0.0.1: Address already in use.\n"


# The whole site on another store.


def seen(reply: Reply, site: Site) -> str:
    assert reply.status == 200
    return reply.text.replace(site.url, "")


def test_the_whole_site_runs_on_another_store_and_says_when_it_is_gone(site, real, tmp_path) -> None:
    nquads = current(real.instance).nquads
    upload = (Path(__file__).parent / "shapes" / "person" / "valid" / "named.trig").read_bytes()
    stores = ExitStack()
    store = stores.enter_context(oxigraph(nquads))
    with stores, praleska(real.instance, tmp_path, "--store", store) as other:
        assert not [c for c in other.children().values() if "query_handler" in c]
        for path in ("/en/", f"/doc/{PERSON}.be.html", "/en/list/Case", "/doc/n8555tt82s.ru.html"):
            assert seen(other.ask(path), other) == seen(site.ask(path), site)
        path = f"/doc/{PERSON}.nt"
        assert sorted(other.ask(path).body.splitlines()) == sorted(site.ask(path).body.splitlines())
        assert other.query("SELECT * { ?s ?p").status == 400
        count = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
        assert other.query(count).json == site.query(count).json
        trig = "application/trig"
        report = other.ask("/validate", "application/json", "POST", upload, Content_Type=trig)
        assert report.status == 200
        assert (
            report.json == site.ask("/validate", "application/json", "POST", upload, Content_Type=trig).json
        )
        stores.close()
        # Lists ask no store, and pages that were given before are kept.
        gone = [other.ask(path, "text/html") for path in (f"/doc/{PERSON}.en.html", "/health")]
        for reply in (*gone, other.query("ASK {}")):
            assert reply.status == 503
            assert reply.headers["Retry-After"]
            assert "Traceback" not in reply.text
        assert "Traceback" not in other.log.read_text()
