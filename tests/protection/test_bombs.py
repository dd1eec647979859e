"""Eighty bombs and sixty disguises at fifty connections: the others go on, and nothing has to be mended."""

import contextlib
import csv
import io
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

import pyoxigraph
import pytest

from tests.protection.bombs import bombs
from tests.servers import Reply, Site, praleska

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.path.exists("/proc/self/smaps_rollup"), reason="only Linux tells the memory"),
]
SECONDS, MEMORY, WORKERS = 1, 256, 2
CONNECTIONS = 50
MIB = 1024 * 1024
PROBLEM = "application/problem+json"
ACCEPTS = (
    "application/sparql-results+json, text/turtle",
    "application/sparql-results+xml, application/n-triples",
    "text/csv, application/rdf+xml, application/sparql-results+json;q=0.5",
    "text/tab-separated-values, application/n-triples, application/sparql-results+json;q=0.5",
)
csv.field_size_limit(16 * MIB)
DISGUISES = Path(__file__).parent / "disguises.tsv"


@pytest.fixture(scope="module")
def site(real, tmp_path_factory) -> Iterator[Site]:
    settings = {
        "PRALESKA_QUERY_SECONDS": str(SECONDS),
        "PRALESKA_QUERY_MEMORY": str(MEMORY),
        "PRALESKA_QUERY_WORKERS": str(WORKERS),
        # Such answers are held here, many at once.
        "PRALESKA_ANSWER_SIZE": "8",
        "PRALESKA_PROXIES": "1",
    }
    with praleska(real.instance, tmp_path_factory.mktemp("bombs"), **settings) as running:
        yield running


def memory(site: Site) -> int:
    """Bytes of all processes of the server; what they share is counted once."""
    total = 0
    for process in (site.process.pid, *site.children()):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                total += int(line.split()[1]) * 1024 if line.startswith("Pss:") else 0
    return total


def lasting(site: Site) -> set[int]:
    """The processes that must not end: all but the workers of queries, which are replaced."""
    commands = site.children()
    return {number for number, line in commands.items() if "zygote" in line} & set(_parents(site))


def _parents(site: Site) -> set[int]:
    """Processes that have children of their own, and children of the server itself."""
    found = {site.process.pid}
    for number in site.children():
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{number}/stat").read_text()
            above = int(text.rpartition(")")[2].split()[1])
            found.add(above)
            if above == site.process.pid:
                found.add(number)
    return found


def whole(reply: Reply) -> str:
    """Parses an answer to its end; its outcome."""
    kind = reply.headers.get_content_type()
    if reply.status != 200:
        assert kind == PROBLEM, reply.status
        told = json.loads(reply.body)
        assert told["status"] == reply.status
        assert told["title"]
        assert "Traceback" not in reply.text
    elif kind.endswith("+json"):
        json.loads(reply.body)
    elif kind.endswith("results+xml"):
        ElementTree.fromstring(reply.body)
    elif kind == "text/csv":
        assert len({len(row) for row in csv.reader(io.StringIO(reply.text, newline=""))} - {0}) <= 1
    elif kind == "text/tab-separated-values":
        assert len({line.count("\t") for line in reply.text.splitlines() if line}) <= 1
    else:
        form = pyoxigraph.RdfFormat.from_media_type(kind)
        for _ in pyoxigraph.parse(reply.body, format=form):
            pass
    return f"{reply.status}{' cut' if reply.headers['Answer-Cut'] else ''}"


def send(site: Site, number: int, text: str) -> Reply:
    accept = ACCEPTS[number % len(ACCEPTS)]
    headers = {"Content_Type": "application/sparql-query", "X_Forwarded_For": f"10.0.{number % 25}.1"}
    return site.ask("/sparql", accept, "POST", text.encode(), **headers)


def detonate(site: Site, number: int, text: str) -> tuple[Reply | None, float]:
    """Sends a bomb until a worker has had it; the last answer, and how long the slowest one took."""
    slowest = 0.0
    for _ in range(60):
        began = time.monotonic()
        # A body that is too large may be refused before it was sent.
        with contextlib.suppress(ConnectionError):
            reply = send(site, number, text)
            slowest = max(slowest, time.monotonic() - began)
            if reply.status not in (429, 503):
                return reply, slowest
            assert int(reply.headers["Retry-After"]) > 0
            time.sleep(0.5)
    return None, slowest


@contextlib.contextmanager
def nuisances(site: Site) -> Iterator[None]:
    """Five half-sent bodies, five half-sent headers and five readers of an answer who do not read."""
    port = urlsplit(site.url).port or 0
    numbers = " ".join(map(str, range(400)))
    large = f"SELECT * {{ VALUES ?a {{ {numbers} }} VALUES ?b {{ {numbers} }} }}"
    kind = "Content-Type: application/sparql-query"
    half = f"POST /sparql HTTP/1.1\r\nHost: x\r\n{kind}\r\nContent-Length: 999\r\n\r\nASK"
    asking = f"GET /sparql?{urlencode({'query': large})} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n"
    with ExitStack() as stack:
        for text in (half, "GET /en/ HTTP/1.1\r\nHost: x\r\n", asking) * 5:
            line = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.sendall(text.encode())
        yield


class Watch:
    """Looks at memory and has somebody read pages all the while."""

    def __init__(self, site: Site) -> None:
        self._site, self._over = site, threading.Event()
        self.most = memory(site)
        self.times: list[float] = []
        self.errors: list[str] = []
        self._weigher = threading.Thread(target=self._weigh)

    def _weigh(self) -> None:
        while not self._over.wait(0.2):
            self.most = max(self.most, memory(self._site))

    def __enter__(self) -> "Watch":
        command = [sys.executable, "-m", "tests.protection.reading", self._site.url]
        self._reader = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._weigher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._weigher.join()
        told = json.loads(self._reader.communicate(timeout=90)[0])
        self.times, self.errors = told["times"], told["errors"]


def test_eighty_bombs_at_fifty_connections(site, record_property) -> None:
    before, family = memory(site), lasting(site)
    assert family
    every = bombs()
    assert len(every) == 80
    with nuisances(site), Watch(site) as watch, ThreadPoolExecutor(CONNECTIONS) as threads:
        running = [threads.submit(detonate, site, number, text) for number, (_, text) in enumerate(every)]
        found = {name: one.result() for (name, _), one in zip(every, running, strict=True)}
    # Not before: whoever parses answers does not see in time that another one comes.
    ended = {name: whole(reply) if reply else "busy" for name, (reply, _) in found.items()}
    outcomes = Counter(ended.values())
    pages = statistics.quantiles(watch.times, n=20)
    figures = {
        "outcomes": dict(outcomes),
        "pages": len(watch.times),
        "pages p50 ms": round(statistics.median(watch.times) * 1000),
        "pages p95 ms": round(pages[18] * 1000),
        "slowest answer s": round(max(took for _, took in found.values()), 2),
        "memory before MiB": before // MIB,
        "memory at most MiB": watch.most // MIB,
    }
    record_property("figures", figures)
    print("\n", figures)
    assert watch.errors == []
    assert not outcomes["busy"], [name for name, outcome in ended.items() if outcome == "busy"]
    assert set(outcomes) <= {"200", "200 cut", "400", "413", "500", "504"}
    assert outcomes["504"] > 10
    # Each worker may use its limit beyond the data; the web process holds bodies and answers.
    assert watch.most - before < (WORKERS * MEMORY + 256) * MIB
    is_well_again(site, family)


def is_well_again(site: Site, family: set[int]) -> None:
    """Nobody has restarted anything, and all workers are there."""
    assert site.process.poll() is None
    assert family <= lasting(site)
    end = time.monotonic() + 30
    while f"\npraleska_workers_idle {WORKERS}\n" not in site.ask("/metrics").text:
        assert time.monotonic() < end
        time.sleep(0.2)
    assert site.query("ASK {}").json["boolean"] is True
    assert "Traceback" not in site.log.read_text()


def disguises(address: str) -> Iterator[tuple[str, str]]:
    """What may become of a query, and the query."""
    for line in DISGUISES.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            expected, text = line.split("\t")
            yield expected, text.replace("ADDRESS", address).replace("␤", "\n").replace("␍", "\r")


def test_no_disguise_reaches_another_server(site) -> None:
    family = lasting(site)
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(CONNECTIONS) as threads:
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        every = list(disguises(address))
        assert len(every) >= 60

        def try_out(number: int) -> None:
            expected, text = every[number % len(every)]
            form = urlencode({"query": text, "default-graph-uri": address} if number % 3 else {"query": text})
            ways = ("GET", f"/sparql?{form}", b""), ("POST", "/sparql", form.encode())
            method, path, body = ways[number % 2]
            headers = {"Content_Type": "application/x-www-form-urlencoded"} if body else {}
            client = f"10.1.{number % 40}.1"
            for _ in range(20):
                reply = site.ask(path, ACCEPTS[0], method, body, X_Forwarded_For=client, **headers)
                whole(reply)
                if reply.status not in (429, 503):
                    break
                time.sleep(0.2)
            assert reply.status in ((400, 403) if expected == "no" else (200, 400, 403)), text
            if expected == "own" and reply.status == 200:
                assert b"root:" not in reply.body
            if reply.status == 403:
                assert len(json.loads(reply.body)["detail"]) > 60, "it does not say what to do instead"

        list(threads.map(try_out, range(6 * len(every))))
        with pytest.raises(BlockingIOError):
            listener.accept()
    is_well_again(site, family)
