"""Measures pages and documents beside what does nothing, and beside `oxigraph serve` on the same release.

A round asks each for some seconds; the medians of the ratios within a round count. Linux only.
"""

import random
import re
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import quote

import click
import servers
from build import MILLION
from load import Load, check_tool, load
from measuring import table
from servers import Server
from service import instance_in

_CACHE = 64
_THINGS = 60
_HELLO = """\
import sys
from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
app = Flask(__name__)
@app.get("/")
def hello():
    return "Hello, world!"
if __name__ == "__main__":
    Granian("hello:app", port=int(sys.argv[1]), interface=Interfaces.WSGI, log_level=LogLevels.error).serve()
"""
_PERSON = re.compile(r"<([^>]+/id/([^>]+))> <[^>]+#type> <[^>]+#Person> <[^>]+/register> \.")
_NAME = re.compile(r'<[^>]+/id/[^>]+> <[^>]+#prefLabel> "(\w+) [^"]+"@ru <[^>]+/register> \.')


class Asked(NamedTuple):
    """A line of the table: what is asked of whom, and beside which line, with which ratio in mind."""

    name: str
    server: Server
    targets: list[str]
    headers: dict[str, str]
    beside: str = ""
    aim: str = ""


@contextmanager
def hello(folder: Path) -> Iterator[Server]:
    """Flask with one route, on the same web server."""
    (folder / "hello.py").write_text(_HELLO)
    port = servers.free_port()
    with servers.started("hello", [sys.executable, "hello.py", str(port)], port, "/", folder) as server:
        yield server


def lines(instance: Path, place: Path, stack: ExitStack) -> list[Asked]:
    """What is measured, on servers that run."""
    nquads = instance / "current" / "praleska.nq"
    people, names = _sample(nquads)
    flask = stack.enter_context(hello(place))
    oxigraph = stack.enter_context(servers.oxigraph(nquads))
    made = stack.enter_context(servers.praleska("made each time", instance, 0))
    kept = stack.enter_context(servers.praleska("kept", instance, _CACHE))
    describes = [f"{oxigraph.path}?query={quote(f'DESCRIBE <{iri}>')}" for iri, _ in people]
    turtle = [f"/doc/{name}.ttl" for _, name in people]
    html = [f"/doc/{name}.en.html" for _, name in people]
    searches = [f"/search?q={quote(name)}&lang=en" for name in names]
    describe, route = "DESCRIBE, `oxigraph serve`", "Flask, one route"
    for path in turtle + html:
        _tag(kept, path)
    known = {"If-None-Match": _tag(kept, html[0])}
    packed = {"Accept-Encoding": "gzip"}
    return [
        Asked(route, flask, ["/"], {}),
        Asked(describe, oxigraph, describes, {"Accept": "text/turtle"}),
        Asked("Turtle, made", made, turtle, {}, describe, "at least 0.17"),
        Asked("page, made", made, html, {}, describe, "at least 0.125"),
        Asked("Turtle, kept", kept, turtle, {}, describe),
        Asked("page, kept and packed", kept, html, packed, route),
        Asked("304 of a page", kept, html[:1], known, route, "at least 0.5"),
        Asked("search, one at a time", made, searches, {"Accept": "text/html"}, "", "p50 under 20 ms"),
    ]


def _sample(nquads: Path) -> tuple[list[tuple[str, str]], list[str]]:
    people, names = [], set()
    with nquads.open(encoding="utf-8") as quads:
        for line in quads:
            if found := _PERSON.match(line):
                people.append((found[1], found[2]))
            elif found := _NAME.match(line):
                names.add(found[1])
    rng = random.Random(5)
    return rng.sample(people, min(_THINGS, len(people))), rng.sample(sorted(names), min(_THINGS, len(names)))


def _tag(server: Server, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=60) as answer:
        return str(answer.headers["ETag"])


def measure(asked: list[Asked], times: int, seconds: float) -> dict[str, list[Load]]:
    """The load of each line in each round."""
    measured: dict[str, list[Load]] = {one.name: [] for one in asked}
    for _ in range(times):
        for one in asked:
            connections = 1 if "one at a time" in one.name else 8
            measured[one.name].append(load(one.server.port, one.targets, one.headers, seconds, connections))
    return measured


def report(asked: list[Asked], measured: dict[str, list[Load]]) -> str:
    """The table."""
    rows = []
    for one in asked:
        loads = measured[one.name]
        rate, middle, last, failed = (median(numbers) for numbers in zip(*loads, strict=True))
        cells = [f"{rate:,.0f}", f"{middle:.2f}", f"{last:.1f}", f"{failed:.0f}"]
        others = measured.get(one.beside, [])
        ratios = [ours.rate / other.rate for ours, other in zip(loads, others, strict=False)]
        against = f"{median(ratios):.2f} of {one.beside}" if ratios else ""
        rows.append([one.name, *cells, against, one.aim])
    return table(["what", "requests/s", "p50 ms", "p99 ms", "failed", "ratio", "aim"], rows)


@click.command()
@click.argument("instance", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--persons", default=MILLION, show_default=True, help="Invented people, without INSTANCE.")
@click.option("--times", default=5, show_default=True, help="Rounds.")
@click.option("--seconds", default=2.0, show_default=True, help="Of each line in each round.")
def main(instance: Path | None, persons: int, times: int, seconds: float) -> None:
    """Print a table in Markdown, of a release in INSTANCE or of a new one of invented people."""
    check_tool()
    with tempfile.TemporaryDirectory(prefix="praleska-bench-") as folder, ExitStack() as stack:
        place = Path(folder)
        asked = lines(instance or instance_in(place, persons), place, stack)
        click.echo(report(asked, measure(asked, times, seconds)))


if __name__ == "__main__":
    main()
