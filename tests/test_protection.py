"""Whoever sends too much, too slowly or too little: the others go on, and every answer is whole."""

import csv
import io
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from server.archive.compiling import build
from server.config import Settings
from tests.conftest import silent
from tests.servers import Site, praleska

pytestmark = pytest.mark.slow
SECONDS = 2
PERSON = "dtezg8jwry"
JSON = "application/sparql-results+json"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(STR(?a) < STR(?i)) }"
NUMBERS = " ".join(map(str, range(1000)))
MILLION = f"SELECT ?a ?b {{ VALUES ?a {{ {NUMBERS} }} VALUES ?b {{ {NUMBERS} }} }}"
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def site(real, tmp_path_factory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    settings = {"PRALESKA_QUERY_SECONDS": str(SECONDS), "PRALESKA_PROXIES": "1"}
    with praleska(real.instance, folder, **settings) as running:
        yield running


@pytest.fixture(scope="module")
def patient(real, tmp_path_factory) -> Iterator[Site]:
    with praleska(real.instance, tmp_path_factory.mktemp("site"), PRALESKA_QUERY_SECONDS="60") as running:
        yield running


def connected(site: Site) -> socket.socket:
    return socket.create_connection(("127.0.0.1", urlsplit(site.url).port or 0), timeout=60)


def is_well(site: Site) -> bool:
    pages = [site.ask(path).status for path in ("/en/", f"/doc/{PERSON}.be.html", "/health")]
    return pages == [200] * 3 and site.query("ASK {}").status == 200


def test_fifty_half_sent_bodies_stop_nobody_and_are_sent_away(site) -> None:
    head = "POST {} HTTP/1.1\r\nHost: x\r\nContent-Type: {}\r\nContent-Length: 1000\r\n\r\nhalf"
    kinds = [("/sparql", "application/sparql-query"), ("/validate", "text/turtle"), ("/en/", "text/plain")]
    with ExitStack() as stack:
        lines = [stack.enter_context(connected(site)) for _ in range(50)]
        for number, line in enumerate(lines):
            line.sendall(head.format(*kinds[number % 3]).encode())
        assert is_well(site)
        assert is_well(site)
        for line in lines:
            assert line.recv(65536).startswith(b"HTTP/1.1 408 ")
    assert is_well(site)


def test_half_sent_headers_are_not_waited_for(site) -> None:
    with ExitStack() as stack:
        lines = [stack.enter_context(connected(site)) for _ in range(50)]
        for line in lines:
            line.sendall(b"GET /en/ HTTP/1.1\r\nHost: x\r\n")
        assert is_well(site)
        for line in lines:
            while line.recv(65536):
                pass


def test_fifty_query_bombs_of_one_reader_leave_the_others_their_answers(site) -> None:
    def bomb(_: int) -> int:
        return site.ask("/sparql?" + urlencode({"query": ENDLESS}), JSON, X_Forwarded_For="10.0.0.1").status

    def question(number: int) -> int:
        address = "/sparql?" + urlencode({"query": f"SELECT ({number} AS ?n) {{}}"})
        return site.ask(address, JSON, X_Forwarded_For=f"10.0.0.{2 + number % 3}").status

    with ThreadPoolExecutor(50) as bombs:
        running = [bombs.submit(bomb, number) for number in range(50)]
        time.sleep(0.3)
        others = [question(number) for number in range(20)]
        assert others == [200] * 20
        assert not all(one.done() for one in running)
        assert is_well(site)
        found = [one.result() for one in running]
    assert set(found) == {429, 503, 504}
    assert is_well(site)


def test_a_reader_with_too_many_queries_is_told_when_to_come_back(site) -> None:
    def ask(_: int) -> tuple[int, str | None, str]:
        reply = site.ask("/sparql?" + urlencode({"query": ENDLESS}), JSON, X_Forwarded_For="10.9.9.9")
        return reply.status, reply.headers["Retry-After"], reply.headers.get_content_type()

    with ThreadPoolExecutor(30) as threads:
        replies = list(threads.map(ask, range(30)))
    refused = [reply for reply in replies if reply[0] == 429]
    assert refused
    assert all(int(after or 0) > 0 and kind == "application/problem+json" for _, after, kind in refused)


def test_a_slow_reader_holds_no_worker(patient) -> None:
    request = f"GET /sparql?{urlencode({'query': MILLION})} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n"
    with ExitStack() as stack:
        lines = [stack.enter_context(connected(patient)) for _ in range(4)]
        for line in lines:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.sendall(request.encode())
        heads = [line.recv(200) for line in lines]
        assert all(head.startswith(b"HTTP/1.1 200 ") for head in heads)
        # All four answers lie there unread; there are two workers.
        metrics = patient.ask("/metrics").text
        assert "\npraleska_workers_busy 0\n" in metrics
        assert is_well(patient)


def memory(site: Site) -> int:
    """Bytes of all processes of the server; what they share is counted once."""
    total = 0
    for process in (site.process.pid, *site.children()):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total


@pytest.mark.skipif(not os.path.exists("/proc/self/smaps_rollup"), reason="only Linux tells this")
def test_a_million_rows_arrive_and_need_little_memory(patient) -> None:
    assert is_well(patient)
    before = memory(patient)
    most = [before]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            most.append(memory(patient))

    watching = threading.Thread(target=watch)
    watching.start()
    connection = HTTPConnection(urlsplit(patient.url).netloc, timeout=120)
    query = MILLION.replace("SELECT ?a ?b", f'SELECT ?a ?b ("{"long text " * 12}" AS ?c)')
    connection.request("GET", f"/sparql?{urlencode({'query': query})}", headers={"Accept": "text/csv"})
    answer = connection.getresponse()
    assert answer.headers["Answer-Cut"] is None
    lines = size = 0
    while piece := answer.read(MIB):
        lines += piece.count(b"\n")
        size += len(piece)
        time.sleep(0.002)
    over.set()
    watching.join()
    connection.close()
    assert lines == 1_000_001
    assert size == int(answer.headers["Content-Length"]) > 100 * MIB
    assert max(most) - before < 256 * MIB


@pytest.mark.parametrize("accept", [JSON, "text/csv", "application/sparql-results+xml", "text/turtle"])
def test_two_readers_of_a_large_answer_get_the_same(patient, accept) -> None:
    text = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }" if "turtle" in accept else "SELECT * { ?s ?p ?o }"
    address = "/sparql?" + urlencode({"query": text})
    first, again = patient.ask(address, accept), patient.ask(address, accept)
    assert first.status == again.status == 200
    assert first.body == again.body
    assert len(first.body) > MIB
    assert int(first.headers["Content-Length"]) == len(first.body)
    if accept == JSON:
        assert json.loads(first.body)["results"]
    if accept == "text/csv":
        assert len(list(csv.reader(io.StringIO(first.text, newline="")))) > 1000


def test_no_request_fails_and_none_is_mixed_while_releases_change(world, tmp_path) -> None:
    settings = Settings(source=tmp_path / "source", instance=tmp_path / "instance")
    os.symlink(world.source, tmp_path / "source")
    build(settings.source, settings.instance, settings.base, silent)
    first = settings.instance / "current"
    releases = [first.resolve().name]
    stop = threading.Event()
    seen: list[tuple[int, str, str]] = []
    # The store and the page store of one release answer a request, or those of the next one.
    query = "ASK { GRAPH <https://w3id.org/praleska/graph/register> { ?s ?p ?o } }"
    with praleska(settings.instance, tmp_path / "run") as site:

        def reader(number: int) -> None:
            paths = ("/health", "/doc/ontology.ttl", "/en/", "/sparql?" + urlencode({"query": query}))
            while not stop.is_set():
                reply = site.ask(paths[number % 4], "*/*")
                name = reply.json["release"] if not number % 4 else reply.headers["ETag"]
                seen.append((reply.status, str(name), paths[number % 4]))

        threads = [threading.Thread(target=reader, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for number in range(3):
            releases.append(_another(settings.instance, number))
            _wait_for(site, releases[-1])
        stop.set()
        for thread in threads:
            thread.join()
        assert {status for status, _, _ in seen} == {200}
        assert len(seen) > 100
        for _, name, _ in seen:
            assert sum(release in name for release in releases) == 1
        time.sleep(2)
        # The workers of the old releases have gone.
        assert sum("zygote" in command for command in site.children().values()) == 2 + 2 + 2 + 1
        assert "Traceback" not in site.log.read_text()


def _another(instance: Path, number: int) -> str:
    """A copy of the current release under another name, switched to as a build does."""
    import shutil

    before = (instance / "current").resolve()
    manifest = json.loads((before / "manifest.json").read_text())
    name = f"{number + 2:04}-copy"
    shutil.copytree(before, before.parent / name)
    (before.parent / name / "manifest.json").write_text(json.dumps({**manifest, "id": name}))
    draft = instance / ".next"
    draft.symlink_to(Path("releases") / name)
    draft.replace(instance / "current")
    return name


def _wait_for(site: Site, release: str) -> None:
    end = time.monotonic() + 60
    while site.ask("/health").json["release"] != release:
        assert time.monotonic() < end
        time.sleep(0.05)
