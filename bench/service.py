"""Measures the service beside `oxigraph serve` on the same release: answers compared first, then in turns.

    python bench/service.py INSTANCE [--rounds 5] [--seconds 3] [--connections 8]

Three servers hold the same statements: `oxigraph serve` in memory, this service without kept answers, and
this service with them. A round asks each of them for some seconds; the medians of rounds and of their ratios
count. Memory is what all processes of a server need together (PSS: what they share is counted once).
Linux only. The queries of this service run at a low priority: measure on a machine that does nothing else.
"""

import argparse
import os
import random
import re
import select
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import quote

import pyoxigraph as ox

BIN = Path(sys.executable).parent
ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9"
ONTOLOGY = "https://w3id.org/praleska/ontology#"
LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"
KINDS = ("look-up", "page (CONSTRUCT)", "count", "short path", "DESCRIBE")


def mix(nquads: Path, times: int = 60) -> list[str]:
    """The light mix: what pages and small programs ask, about things chosen at random."""
    things = {kind: set() for kind in ("Person", "ClaimSet")}
    pattern = re.compile(rf"(<[^>]+>) <[^>]+#type> <{ONTOLOGY}(Person|ClaimSet)> ")
    with nquads.open(encoding="utf-8") as lines:
        for found in filter(None, map(pattern.match, lines)):
            things[found[2]].add(found[1])
    people, sets = sorted(things["Person"]), sorted(things["ClaimSet"])
    choose = random.Random(5).choice
    queries = []
    for _ in range(times):
        one, graph = choose(people), choose(sets)
        queries += [
            f"SELECT ?p ?o {{ {one} ?p ?o }}",
            f"CONSTRUCT {{ {one} ?p ?o . ?s ?q {one} . ?o <{LABEL}> ?name }} WHERE {{"
            f" {{ {one} ?p ?o OPTIONAL {{ ?o <{LABEL}> ?name }} }} UNION {{ ?s ?q {one} }} }}",
            f"SELECT ?kind (COUNT(*) AS ?n) {{ GRAPH {graph} {{ ?s a ?kind ; ?p ?o }} }} GROUP BY ?kind",
            f"SELECT ?x ?kind ?day {{ ?c ?p {one} . ?x <{ONTOLOGY}inCase> ?c ; a ?kind"
            f" OPTIONAL {{ ?x <{ONTOLOGY}startEdtf> ?day }} }}",
            f"DESCRIBE {one}",
        ]
    return queries


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, **settings: str) -> Iterator[int]:
    """A server and its process id; it is ended with the context."""
    process = subprocess.Popen(
        command, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + 180
        while time.monotonic() < end and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def family(root: int) -> list[int]:
    """A process and all below it."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            parents[int(name)] = int(Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [root]
    for above in found:
        found += [process for process, parent in parents.items() if parent == above]
    return found


def memory(root: int) -> float:
    """MiB of PSS of a process and all below it."""
    total = 0
    for process in family(root):
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
        total += int(re.search(r"(?m)^Pss:\s+(\d+)", text)[1])
    return total / 1024


def request(path: str, query: str) -> bytes:
    return f"GET {path}?query={quote(query)} HTTP/1.1\r\nHost: x\r\nAccept: {ACCEPT}\r\n\r\n".encode()


class Client:
    """Some connections, each of which sends the next request when it has its answer."""

    def __init__(self, port: int, requests: list[bytes]) -> None:
        self.port = port
        self.requests = requests
        self.next = 0

    def rate(self, seconds: float, connections: int) -> float:
        """Answers a second."""
        poll = select.epoll()
        lines = {}
        for _ in range(connections):
            line = socket.create_connection(("127.0.0.1", self.port))
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            poll.register(line.fileno(), select.EPOLLIN)
            lines[line.fileno()] = [line, b""]
            self._send(line)
        done = 0
        begun = time.perf_counter()
        while time.perf_counter() < begun + seconds:
            for number, _ in poll.poll(1):
                line, data = lines[number]
                data += line.recv(1 << 18)
                if complete(data):
                    done += 1
                    data = b""
                    self._send(line)
                lines[number][1] = data
        rate = done / (time.perf_counter() - begun)
        for line, _ in lines.values():
            line.close()
        return rate

    def _send(self, line: socket.socket) -> None:
        line.sendall(self.requests[self.next % len(self.requests)])
        self.next += 1


def complete(data: bytes) -> bool:
    """Whether an answer has arrived as a whole."""
    head, ended, body = data.partition(b"\r\n\r\n")
    if not ended:
        return False
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"not answered: {head[:80]!r}")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    return len(body) >= int(length[1]) if length else body.endswith(b"0\r\n\r\n")


def content(port: int, path: str, query: str) -> object:
    """An answer as what it says, whatever its order."""
    url = f"http://127.0.0.1:{port}{path}?query={quote(query)}"
    with urllib.request.urlopen(
        urllib.request.Request(url, headers={"Accept": ACCEPT}), timeout=60
    ) as answer:
        body, kind = answer.read(), answer.headers.get_content_type()
    if "json" in kind:
        return sorted(str(row) for row in ox.parse_query_results(body, ox.QueryResultsFormat.JSON))
    return set(ox.parse(body, ox.RdfFormat.N_TRIPLES))


def measure(instance: Path, rounds: int, seconds: float, connections: int) -> None:
    nquads = instance / "current" / "praleska.nq"
    queries = mix(nquads)
    with ExitStack() as stack:
        ports = {name: free_port() for name in ("oxigraph", "uncached", "cached")}
        command = [str(BIN / "oxigraph"), "serve", "--bind", f"127.0.0.1:{ports['oxigraph']}"]
        pids = {"oxigraph": stack.enter_context(running(command, ports["oxigraph"]))}
        upload = urllib.request.Request(
            f"http://127.0.0.1:{ports['oxigraph']}/store",
            nquads.read_bytes(),
            {"Content-Type": "application/n-quads"},
        )
        urllib.request.urlopen(upload, timeout=600).close()
        for name, size in (("uncached", "0"), ("cached", "64")):
            serve = [str(BIN / "praleska"), "--instance", str(instance), "serve", "--port", str(ports[name])]
            pids[name] = stack.enter_context(running(serve, ports[name], PRALESKA_CACHE_SIZE=size))
        paths = {"oxigraph": "/query", "uncached": "/sparql", "cached": "/sparql"}
        for query in queries[:100]:
            answers = [content(ports[name], paths[name], query) for name in ports]
            if answers[0] != answers[1] or answers[0] != answers[2]:
                raise SystemExit(f"the answers differ: {query}")
        print(f"100 answers compared: the same. {sum(1 for _ in nquads.open())} statements.")
        clients = {
            name: Client(ports[name], [request(paths[name], query) for query in queries]) for name in ports
        }
        rates: dict[str, list[float]] = {name: [] for name in ports}
        for _ in range(rounds):
            for name, client in clients.items():
                rates[name].append(client.rate(seconds, connections))
        for name in ports:
            ratio = median(ours / other for ours, other in zip(rates[name], rates["oxigraph"], strict=True))
            print(
                f"{name:<10} {median(rates[name]):8.0f}/s   ratio {ratio:5.2f}   "
                f"{memory(pids[name]):6.0f} MiB PSS"
            )
        for index, kind in enumerate(KINDS):
            found = []
            for name in ("uncached", "oxigraph"):
                client = Client(ports[name], clients[name].requests[index :: len(KINDS)])
                found.append(client.rate(seconds, connections))
            print(f"  {kind:<18} uncached ratio {found[0] / found[1]:5.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("instance", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--connections", type=int, default=8)
    given = parser.parse_args()
    measure(given.instance, given.rounds, given.seconds, given.connections)


if __name__ == "__main__":
    main()
