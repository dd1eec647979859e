"""`praleska publish`: a release in another store, whole or said not to be, whatever happened on the way."""

import json
import os
import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode

import pytest

from server.archive.compiling import build, withhold
from server.archive.fidelity import spoiled
from server.archive.journal import Journal
from server.archive.publication import Publication, marker, publication
from server.archive.publishing import Contents, Published, Publisher
from server.archive.releases import current
from server.config import Settings
from server.errors import BadSource, PraleskaError, RefusedQuery, StoreUnavailable
from server.store.answers import Formats
from server.store.embedded import memory_store
from server.store.foreign import GUARD
from server.store.remote import RemoteStore
from server.store.syntax import N_QUADS, N_TRIPLES, Quad, parse
from server.store.updates import Updates
from tests.servers import BIN, Site, oxigraph, praleska, virtuoso

FILES = Path(__file__).parent / "archive" / "withheld"
NAME, PERSON = "Zarnica", "w1thhe1d01"
ALL = "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }"
JSON = "application/sparql-results+json"


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


class Kept(NamedTuple):
    """A store at another address."""

    query: str
    update: str
    login: str = ""

    @property
    def store(self) -> RemoteStore:
        return RemoteStore(self.query, 30)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PRALESKA_STORE": self.query,
            "PRALESKA_STORE_UPDATE": self.update,
            "PRALESKA_STORE_LOGIN": self.login,
        }


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    """An empty store that takes updates."""
    nothing = tmp_path / "nothing.nq"
    nothing.touch()
    with oxigraph(nothing) as address:
        yield Kept(address, address.removesuffix("query") + "update")


@pytest.fixture(scope="module")
def master(world: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("master")
    shutil.copytree(world.source, folder / "source")
    shutil.copy(FILES / "extra.trig", folder / "source" / "data" / "claims" / "example")
    settings = replace(world, source=folder / "source", instance=folder / "instance")
    build(settings.source, settings.instance, settings.base, silent)
    return settings


@pytest.fixture
def made(master: Settings, tmp_path: Path) -> Settings:
    """An instance over the invented world and a person who will be withheld."""
    folder = tmp_path / "made"
    shutil.copytree(master.instance.parent, folder, symlinks=True)
    return replace(master, source=folder / "source", instance=folder / "instance")


def publisher(kept: Kept, settings: Settings, updates: Updates | None = None) -> Publisher:
    updates = updates or Updates(kept.update, kept.login)
    journal = settings.instance / "published.jsonl"
    found = Publisher(kept.store, updates, settings.base, journal, silent)
    found.notice = 0
    return found


def publish(kept: Kept, settings: Settings, updates: Updates | None = None) -> Published:
    return publisher(kept, settings, updates).publish(current(settings.instance))


def held(kept: Kept, settings: Settings) -> tuple[set[Quad], set[Quad]]:
    """The statements of the archive in the named graphs of a store, and those in its default graph."""
    rows = json.loads(kept.store.query(ALL, Formats(JSON)).body)["results"]["bindings"]
    lines = kept.store.query("CONSTRUCT WHERE { ?s ?p ?o }", Formats(graph=N_TRIPLES)).body
    named = set()
    for row in rows:
        if row["g"]["value"].startswith(settings.base) and row["g"]["value"] != marker(settings.base):
            text = " ".join(_term(row[name]) for name in "spog")
            named |= set(parse(f"{text} .\n".encode(), N_QUADS, "x:"))
    return named, set(parse(lines, N_TRIPLES, "x:"))


def _term(value: dict[str, str]) -> str:
    if value["type"] == "uri":
        return f"<{value['value']}>"
    text = json.dumps(value["value"], ensure_ascii=False)
    kind = f"^^<{value['datatype']}>" if "datatype" in value else ""
    return text + (f"@{value['xml:lang']}" if "xml:lang" in value else kind)


def wanted(settings: Settings) -> tuple[set[Quad], set[Quad]]:
    quads = set(parse(current(settings.instance).nquads.read_bytes(), N_QUADS, "x:"))
    named = {quad for quad in quads if quad.graph is not None}
    return named, quads - named


def test_a_store_holds_the_release_and_says_so(kept: Kept, made: Settings) -> None:
    done = publish(kept, made)
    release = current(made.instance).manifest.id
    assert (done.removed, done.unchanged, done.has_default) == (0, 0, True)
    assert held(kept, made) == wanted(made)
    assert done.statements == len(wanted(made)[0])
    state = publication(kept.store, made.base)
    assert state
    assert (state.release, state.is_complete, state.default_graphs) == (release, True, ())


def test_a_second_time_nothing_is_written(kept: Kept, made: Settings) -> None:
    first = publish(kept, made)

    class Reading(Updates):
        def run(self, text: str) -> None:
            raise AssertionError("something was written")

    second = publish(kept, made, Reading(kept.update))
    assert (second.removed, second.written, second.unchanged) == (0, 0, first.written)


class Stopping(Updates):
    """Writes to a store until it has seen `most` updates that are no trials."""

    def __init__(self, address: str, most: int) -> None:
        super().__init__(address)
        self.left = most
        self.texts: list[str] = []

    def run(self, text: str) -> None:
        if "-probe>" not in text:
            self.texts.append(text)
            self.left -= 1
            if self.left < 0:
                raise StoreUnavailable("Pulled the plug.")
        super().run(text)


@pytest.mark.parametrize("most", [0, 1, 4])
def test_an_interruption_is_marked_and_made_good(kept: Kept, made: Settings, most: int) -> None:
    before = publication(kept.store, made.base)
    with pytest.raises(StoreUnavailable):
        publish(kept, made, Stopping(kept.update, most))
    state = publication(kept.store, made.base)
    assert state == before if most == 0 else (state and not state.is_complete)
    publish(kept, made)
    assert held(kept, made) == wanted(made)
    state = publication(kept.store, made.base)
    assert state
    assert state.is_complete


def test_what_was_written_is_not_written_again(kept: Kept, made: Settings) -> None:
    with pytest.raises(StoreUnavailable):
        publish(kept, made, Stopping(kept.update, 6))
    done = publish(kept, made)
    assert done.unchanged > 0
    assert held(kept, made) == wanted(made)


def test_nothing_is_left_of_a_withheld_person_and_that_goes_first(kept: Kept, made: Settings) -> None:
    publish(kept, made)
    thing = f"{made.base}id/{PERSON}"
    hers = {
        q for q in held(kept, made)[0] if thing in (q.subject.value, q.object.value) or NAME in q.object.value
    }
    assert hers
    withhold(made.source, made.instance, made.base, thing, "request", silent)
    watched = Stopping(kept.update, 10**6)
    done = publish(kept, made, watched)
    assert done.removed > 0
    assert done.unchanged > done.written
    assert held(kept, made) == wanted(made)
    stones = {q for q in held(kept, made)[0] if thing in (q.subject.value, q.object.value)}
    assert {quad.graph.value for quad in stones if quad.graph} == {f"{made.base}graph/tombstones"}
    everything = kept.store.query(ALL, Formats("text/csv")).body.decode()
    assert NAME not in everything
    assert PERSON not in (made.instance / "published.jsonl").read_text()
    # After the marker: first the default graph and all graphs that change, then what is new.
    kinds = [text.split()[0] for text in watched.texts[1:-1]]
    assert kinds == sorted(kinds, key=["CLEAR", "DROP", "INSERT", "ADD"].index)


def test_a_withheld_person_is_gone_even_if_nothing_else_succeeds(kept: Kept, made: Settings) -> None:
    publish(kept, made)
    withhold(made.source, made.instance, made.base, f"{made.base}id/{PERSON}", "request", silent)
    with pytest.raises(StoreUnavailable):
        # The marker, the default graph, and one request for the other graphs.
        publish(kept, made, Stopping(kept.update, 3))
    everything = kept.store.query(ALL, Formats("text/csv")).body.decode()
    assert NAME not in everything
    assert NAME not in kept.store.query("SELECT * { ?s ?p ?o }", Formats("text/csv")).body.decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    "damage",
    [
        "DROP ALL",
        "DELETE WHERE {{ GRAPH <{base}graph/register> {{ ?s a ?o }} }}",
        "INSERT DATA {{ GRAPH <{base}id/0000000000> {{ <x:a> <x:b> <x:c> }} }}",
        "DELETE WHERE {{ GRAPH <{base}graph/publication> {{ ?s ?p ?o }} }}",
    ],
)
def test_a_store_that_others_have_changed_is_mended(kept: Kept, made: Settings, damage: str) -> None:
    publish(kept, made)
    Updates(kept.update).run(damage.format(base=made.base))
    publish(kept, made)
    assert held(kept, made) == wanted(made)


@pytest.mark.parametrize("stale", ["", "<x:a> <x:b> <x:c>"])
def test_a_default_graph_that_is_not_emptied_is_noticed(kept: Kept, made: Settings, stale: str) -> None:
    """A store that refuses all that touches it has none, unless there is something in it."""

    class Refusing(Updates):
        def run(self, text: str) -> None:
            if "DEFAULT" in text:
                raise RefusedQuery("No.")
            super().run(text)

    Updates(kept.update).run(f"INSERT DATA {{ {stale} }}")
    if stale:
        with pytest.raises(PraleskaError, match="cannot be emptied"):
            publish(kept, made, Refusing(kept.update))
    else:
        assert not publish(kept, made, Refusing(kept.update)).has_default
    state = publication(kept.store, made.base)
    assert state
    assert state.is_complete is not bool(stale)
    publish(kept, made)
    assert stale or held(kept, made)[0] == wanted(made)[0]


def test_what_is_not_of_the_archive_stays(kept: Kept, made: Settings) -> None:
    Updates(kept.update).run("INSERT DATA { GRAPH <https://example.org/g> { <x:a> <x:b> <x:c> } }")
    publish(kept, made)
    rows = kept.store.query(ALL.replace("?g ", "", 1).replace("?g", "<https://example.org/g>"), Formats(JSON))
    assert len(json.loads(rows.body)["results"]["bindings"]) == 1


def test_a_store_that_loses_statements_is_not_called_complete(kept: Kept, made: Settings) -> None:
    class Losing(Updates):
        def run(self, text: str) -> None:
            lines = text.splitlines(keepends=True)
            is_data = text.startswith("INSERT") and "-probe>" not in text
            super().run("".join(lines[:2] + lines[3:]) if is_data and len(lines) > 9 else text)

    with pytest.raises(PraleskaError, match="another number of statements"):
        publish(kept, made, Losing(kept.update))
    state = publication(kept.store, made.base)
    assert state
    assert not state.is_complete
    publish(kept, made)
    assert held(kept, made) == wanted(made)


def test_the_notes_of_another_run_are_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    Journal(path, "urn:uuid:1", {"x:a": "1"}).note({"x:b": "2"})
    assert Journal.read(path, "urn:uuid:2").digests == {}
    assert Journal.read(path, "").digests == {}
    assert Journal.read(tmp_path / "none", "urn:uuid:1").digests == {}


def test_notes_survive_a_process_that_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    journal = Journal(path, "urn:uuid:1", {"x:a": "1", "x:c": "3"})
    journal.note({"x:b": "2"})
    journal.forget(["x:a"])
    with path.open("a") as file:
        file.write('["x:d", "4')
    assert Journal.read(path, "urn:uuid:1").digests == {"x:a": "", "x:b": "2", "x:c": "3"}


@pytest.mark.parametrize("line", ["_:b <x:p> <x:o> <x:g> .\n", "<x:s> <x:p> _:b .\n", "nonsense\n", "\n"])
def test_a_release_with_blank_nodes_is_not_published(tmp_path: Path, line: str) -> None:
    file = tmp_path / "odd.nq"
    file.write_text("<x:s> <x:p> <x:o> <x:g> .\n" + line)
    with pytest.raises(PraleskaError, match="Line 2"):
        Contents.read(file, "x:")


def test_a_default_graph_must_be_the_sum_of_graphs(tmp_path: Path) -> None:
    file = tmp_path / "odd.nq"
    file.write_text("<x:s> <x:p> <x:o> .\n<x:s> <x:p> <x:q> <x:graph/a> .\n")
    with pytest.raises(PraleskaError, match="sum"):
        Contents.read(file, "x:")
    file.write_text("<x:s> <x:p> <x:o> .\n<x:s> <x:p> <x:o> <x:id/a> .\n<x:s> <x:p> <x:o> <x:graph/a> .\n")
    assert Contents.read(file, "x:").shared == ("x:graph/a",)


class Spoiling(Updates):
    """Holds what it is given; it does not know durations, and has its own words for yes and no."""

    def __init__(self, refuses: bool) -> None:
        self.store = memory_store(b"")
        self.refuses = refuses

    def run(self, text: str) -> None:
        if self.refuses and "#duration" in text:
            raise RefusedQuery("No.")
        lines = "".join(line for line in text.splitlines(keepends=True) if line.startswith("<"))
        lines = lines.replace('"P7Y"^^', '"84"^^').replace('"true"', '"1"').replace(" .\n", " <x:try> .\n")
        self.store = memory_store(lines.encode())
        self.query = self.store.query


@pytest.mark.parametrize("refuses", [True, False])
def test_spoiled_literals_are_noticed_and_guarded(refuses: bool) -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    lines = [
        f'<x:a> <x:b> "{text}"^^<{xsd}{kind}> .\n'
        for kind, text in [("duration", "P7Y"), ("boolean", "true"), ("date", "2021-01-01"), ("integer", "1")]
    ]
    other = Spoiling(refuses)
    assert spoiled(lines, "x:try", other, other) == (f"{xsd}duration",)  # type: ignore[arg-type]
    contents = Contents({"x:g": lines}, (), 0).guarding((f"{xsd}duration",))
    assert contents.graphs["x:g"][0] == f'<x:a> <x:b> "P7Y"^^<{GUARD}{xsd}duration> .\n'
    assert contents.graphs["x:g"][1:] == lines[1:]


def test_the_marker_says_what_it_was_told(tmp_path: Path) -> None:
    state = Publication("0007-abc", "urn:uuid:1", True, ("x:a", "x:b"), ("x:duration",))
    lines = [line.replace(" .\n", f" <{marker('x:')}> .\n") for line in state.lines("x:", "2026-01-02")]
    assert publication(memory_store("".join(lines).encode()), "x:") == state
    assert publication(memory_store(b""), "x:") is None


# Passwords.


@contextmanager
def guarded(answers: Callable[[BaseHTTPRequestHandler, str], int]) -> Iterator[str]:
    class Guard(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status = answers(self, parse_qs(body)["update"][0])
            self.send_response(status)
            if status == 401:
                self.send_header("WWW-Authenticate", 'Basic realm="store"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Guard) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/update"
        finally:
            server.shutdown()
            thread.join()


def test_a_store_that_asks_gets_the_login_and_no_other(tmp_path: Path) -> None:
    login = tmp_path / "login"
    login.write_text("editor:s3cret:word\n")
    seen: list[str | None] = []

    def answers(request: BaseHTTPRequestHandler, text: str) -> int:
        seen.append(request.headers["Authorization"])
        return 204 if seen[-1] == "Basic ZWRpdG9yOnMzY3JldDp3b3Jk" else 401

    with guarded(answers) as address:
        Updates(address, str(login)).run("DROP ALL")
        login.write_text("editor:wrong")
        with pytest.raises(StoreUnavailable, match="does not let") as caught:
            Updates(address, str(login)).run("DROP ALL")
    assert seen[:2] == [None, "Basic ZWRpdG9yOnMzY3JldDp3b3Jk"]
    assert "wrong" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("text", [b"", b"nobody", b"a:b\nc:d", b"nobody:\xff\xfe"])
def test_a_login_is_one_line(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "login").write_bytes(text)
    with pytest.raises(BadSource, match="user:password") as caught:
        Updates("http://127.0.0.1:9/", str(tmp_path / "login"))
    assert "nobody" not in caught.value.message


def command(settings: Settings, **environment: str) -> "subprocess.CompletedProcess[str]":
    line = [BIN / "praleska", "--instance", settings.instance, "publish"]
    return subprocess.run(line, env=os.environ | environment, capture_output=True, text=True, timeout=120)


def test_an_address_with_a_password_is_refused_and_not_repeated(world: Settings) -> None:
    done = command(
        world,
        PRALESKA_STORE="http://127.0.0.1:9/query",
        PRALESKA_STORE_UPDATE="http://editor:s3cret@127.0.0.1:9/update",
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert "file" in done.stderr
    assert "s3cret" not in done.stderr


def test_without_another_store_there_is_nothing_to_publish_to(world: Settings) -> None:
    done = command(world)
    assert done.returncode == 3
    assert "PRALESKA_STORE_UPDATE" in done.stderr


def test_a_store_that_is_down_is_one_line(world: Settings) -> None:
    done = command(world, PRALESKA_STORE="http://127.0.0.1:9/q", PRALESKA_STORE_UPDATE="http://127.0.0.1:9/u")
    assert done.returncode == 3
    assert done.stderr == "praleska: The store at the other address does not answer.\n"


# The command and the service, as they run.


@contextmanager
def stalling(address: str, most: int) -> Iterator[tuple[str, threading.Event]]:
    """A way to a store on which the update number `most` never gets an answer."""
    stalled = threading.Event()
    count = iter(range(10**6))

    def answers(request: BaseHTTPRequestHandler, text: str) -> int:
        if next(count) >= most:
            stalled.set()
            time.sleep(3)
        with suppress(urllib.error.HTTPError):
            urllib.request.urlopen(address, urlencode({"update": text}).encode(), 60).close()
            return 204
        return 400

    with guarded(answers) as way:
        yield way, stalled


@pytest.mark.slow
def test_a_command_that_is_killed_in_the_middle_is_run_again(kept: Kept, made: Settings) -> None:
    line = [BIN / "praleska", "--instance", made.instance, "publish"]
    with stalling(kept.update, 30) as (way, stalled):
        environment = os.environ | kept._replace(update=way).environment
        process = subprocess.Popen(
            line, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert stalled.wait(60)
        process.kill()
        process.wait()
    state = publication(kept.store, made.base)
    assert state
    assert not state.is_complete
    done = command(made, **kept.environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Published 0001-")
    assert held(kept, made) == wanted(made)


def follows(site: Site, status: int, word: str = "") -> bool:
    """Whether the service gets there, within the time that it takes to see a change."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        reply = site.ask("/health")
        if reply.status == status and word in reply.text:
            return True
        time.sleep(0.1)
    return False


def mark(kept: Kept, settings: Settings, state: Publication) -> None:
    graph = marker(settings.base)
    lines = "".join(state.lines(settings.base, "2026-01-02T03:04:05"))
    Updates(kept.update).run(f"DROP SILENT GRAPH <{graph}> ; INSERT DATA {{ GRAPH <{graph}> {{ {lines} }} }}")


@pytest.mark.slow
def test_the_service_serves_what_the_store_holds_or_says_why_not(
    kept: Kept, made: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    publish(kept, made)
    state = publication(kept.store, made.base)
    assert state
    count = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{made.base}graph/register> {{ ?s ?p ?o }} }}"
    # A short path: the address of a socket has 107 characters at most.
    folder = tmp_path_factory.mktemp("site")
    with praleska(made.instance, folder, "--store", kept.query) as site:
        assert follows(site, 200, state.release)
        etag = site.query(count).headers["ETag"]
        mark(kept, made, state._replace(is_complete=False))
        assert follows(site, 503, "taking in a release")
        # Lists and search ask no store, and are of one release.
        for path in (f"/doc/{PERSON}.en.html", f"/doc/{PERSON}.nt"):
            reply = site.ask(path, "text/html")
            assert (reply.status, NAME in reply.text) == (503, False), path
        reply = site.query(count)
        assert (reply.status, bool(reply.headers["Retry-After"])) == (503, True)
        mark(kept, made, state._replace(release="0099-elsewhere"))
        assert follows(site, 503, "0099-elsewhere")
        mark(kept, made, state)
        assert follows(site, 200, state.release)
        assert site.query(count).headers["ETag"] == etag
        # A person is withheld here, and the other store does not know it yet.
        withhold(made.source, made.instance, made.base, f"{made.base}id/{PERSON}", "request", silent)
        assert follows(site, 503, "praleska publish")
        assert NAME not in site.query("SELECT ?o { GRAPH ?g { ?s ?p ?o } }", "text/csv").text
        for path in ("/en/", "/en/list/Person", f"/search?q={NAME}", f"/doc/{PERSON}.en.html"):
            assert f">{NAME}" not in site.ask(path, "text/html").text
        assert command(made, **kept.environment).returncode == 0
        assert follows(site, 200, current(made.instance).manifest.id)
        assert NAME not in site.query("SELECT ?o { GRAPH ?g { ?s ?p ?o } }", "text/csv").text
        assert site.ask(f"/doc/{PERSON}.en.html").status == 410
        assert "Traceback" not in site.log.read_text()


# Virtuoso, which has no default graph, spoils durations and says 1 for true.


@pytest.fixture(scope="module")
def big(real: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Kept, Settings]]:
    """The real archive in Virtuoso."""
    folder = tmp_path_factory.mktemp("virtuoso")
    with virtuoso(folder) as address:
        login = folder / "login"
        login.write_text("dba:dba\n")
        kept = Kept(f"{address}/sparql", f"{address}/sparql-auth", str(login))
        wrong = folder / "wrong"
        wrong.write_text("dba:s3cret")
        refused = command(real, **kept._replace(login=str(wrong)).environment)
        assert (refused.returncode, "s3cret" in refused.stderr) == (3, False)
        assert "does not let" in refused.stderr
        done = command(real, **kept.environment)
        assert done.returncode == 0, done.stderr
        assert "without a default graph of its own" in done.stdout
        yield kept, real


@pytest.mark.slow
def test_the_pages_are_the_same_on_virtuoso(big: tuple[Kept, Settings], tmp_path: Path) -> None:
    kept, settings = big
    things = sorted(
        {q.subject.value for q in wanted(settings)[0] if f"{settings.base}id/" in q.subject.value}
    )
    names = [iri.removeprefix(f"{settings.base}id/") for iri in things[::80]]
    paths = [f"/doc/{name}.{suffix}" for name in names for suffix in ("en.html", "nt", "nq")]
    paths += ["/en/", "/be/list/Person", "/en/warnings", "/search?q=viasna", "/doc/ontology.ru.html"]
    with (
        praleska(settings.instance, tmp_path / "a") as here,
        praleska(settings.instance, tmp_path / "b", "--store", kept.query) as there,
    ):
        assert follows(there, 200, "0001-")
        for path in paths:
            one, other = here.ask(path), there.ask(path)
            assert one.status == other.status == 200, path
            assert lines(one.text, here) == lines(other.text, there), path
        everything = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
        one, other = (site.query(everything, "application/n-triples") for site in (here, there))
        assert lines(one.text, here) == lines(other.text, there)
        broken = there.query("SELECT * {\n ?s ?p }")
        assert (broken.status, broken.json["line"], broken.json["column"]) == (400, 2, 8)


def lines(text: str, site: Site) -> list[str]:
    return sorted(text.replace(site.url, "").splitlines())


@pytest.mark.slow
def test_a_withheld_person_is_gone_from_virtuoso(made: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "virtuoso"
    folder.mkdir()
    with virtuoso(folder) as address:
        kept = Kept(f"{address}/sparql", f"{address}/sparql")
        with pytest.raises(StoreUnavailable):
            publish(kept, made, Stopping(kept.update, 5))
        assert not publish(kept, made).has_default
        assert NAME in kept.store.query(ALL, Formats("text/csv")).body.decode()
        withhold(made.source, made.instance, made.base, f"{made.base}id/{PERSON}", "request", silent)
        assert publish(kept, made).removed > 0
        assert NAME not in kept.store.query(ALL, Formats("text/csv")).body.decode()
        state = publication(kept.store, made.base)
        assert state
        assert all((state.is_complete, state.default_graphs, state.guarded))
        store = RemoteStore(kept.query, 30, guarded=True)
        found = json.loads(store.query(ALL, Formats(JSON)).body)["results"]["bindings"]
        named = [row for row in found if row["g"]["value"].startswith(made.base)]
        named = [row for row in named if row["g"]["value"] != marker(made.base)]
        there = {f"{' '.join(_term(row[name]) for name in 'spog')} .\n" for row in named}
        assert set(parse("".join(there).encode(), N_QUADS, "x:")) == wanted(made)[0]
