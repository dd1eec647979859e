"""What another store may do to us: be slow, break off, say something else; and what we make of it."""

import asyncio
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from server.errors import (
    BadQuery,
    PraleskaError,
    QueryStopped,
    QueryTimeout,
    RefusedQuery,
    StoreUnavailable,
)
from server.store import answers, foreign, syntax
from server.store.answers import Answer, Dataset, Formats, Store
from server.store.embedded import MemoryStore, memory_store
from server.store.relay import Threads
from server.store.remote import ClosedStore, RemoteStore
from server.store.spool import Limits

FORMATS = Formats(answers.JSON, answers.JSON, syntax.N_TRIPLES)
ROWS = b"""{"head": {"vars": ["x"]}, "results": {"bindings": [
{"x": {"type": "literal", "value": "one"}},
{"x": {"type": "literal", "value": "two"}}]}}"""
TRIPLES = b"<x:a> <x:b> <x:c> .\n<x:a> <x:b> <x:d> .\n"
SELECT, CONSTRUCT = "SELECT ?x { ?s ?p ?x }", "CONSTRUCT WHERE { ?s ?p ?o }"
Act = Callable[["Stub"], None]


class Stub(BaseHTTPRequestHandler):
    """Answers every query by `act`."""

    act: Act
    fields: dict[str, list[str]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).fields = parse_qs(body.decode(), keep_blank_values=True)
        type(self).act(self)

    def log_message(self, *_: object) -> None:
        """Be quiet."""

    def say(
        self, body: bytes, media: str = answers.JSON, status: int = 200, length: int | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def stub(act: Act) -> Iterator[tuple[str, type[Stub]]]:
    kind = type("Kind", (Stub,), {"act": staticmethod(act)})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/sparql", kind
        finally:
            server.shutdown()
            thread.join()


def ask(act: Act, text: str = SELECT, formats: Formats = FORMATS, **options: object) -> Answer:
    with stub(act) as (address, _):
        return RemoteStore(address, 2, **options).query(text, formats)  # type: ignore[arg-type]


def silent(stub: Stub) -> None:
    time.sleep(1)


def drip(stub: Stub, piece: bytes) -> None:
    """Something now and then: the time-out of a socket never comes."""
    try:
        for _ in range(40):
            stub.wfile.write(piece)
            stub.wfile.flush()
            time.sleep(0.05)
    except OSError:
        pass


def trickling(stub: Stub, status: int = 200, piece: bytes = b" ", media: str = answers.JSON) -> None:
    stub.send_response(status)
    stub.send_header("Content-Type", media)
    stub.end_headers()
    drip(stub, piece)


def trickling_head(stub: Stub) -> None:
    stub.wfile.write(b"HTTP/1.0 200 OK\r\nX-Long: ")
    drip(stub, b"x")


def trickling_complaint(stub: Stub) -> None:
    trickling(stub, 400)


def refusing(stub: Stub) -> None:
    said = b"Virtuoso 37000 Error SP030: SPARQL compiler, line 7: syntax error\n\nSPARQL query:\nSELECT"
    stub.say(said, "text/plain", 400)


def lines_for_ever(stub: Stub) -> None:
    """Without a length: hung up on, it looks like a whole answer."""
    trickling(stub, 200, TRIPLES, syntax.N_TRIPLES)


@pytest.mark.parametrize("act", [silent, trickling, trickling_head, trickling_complaint, lines_for_ever])
def test_a_slow_store_is_waited_for_until_the_deadline(act: Act) -> None:
    with stub(act) as (address, _):
        begun = time.monotonic()
        with pytest.raises(QueryTimeout) as caught:
            RemoteStore(address, 0.4).query(CONSTRUCT if act is lines_for_ever else SELECT, FORMATS)
        # A guard against a hang, no measurement: the stub itself goes on for a second or two.
        assert time.monotonic() - begun < 0.9
    assert caught.value.seconds == 0.4


def test_a_store_that_hangs_holds_no_thread_for_longer_than_a_query_may_take() -> None:
    """Whatever it sends, and whether or not somebody still waits for the answer."""
    acts = [trickling_head, trickling, trickling_complaint, silent] * 2
    left = iter(acts)

    async def asked(address: str) -> Answer:
        queries = Threads(RemoteStore(address, 0.4), places=len(acts), patience=5)
        hanging = [asyncio.create_task(queries.ask(SELECT, FORMATS)) for _ in acts]
        await asyncio.sleep(0.1)
        for task in hanging[::2]:
            task.cancel()
        ended = await asyncio.gather(*hanging, return_exceptions=True)
        assert {type(error) for error in ended} == {asyncio.CancelledError, QueryTimeout}
        answer = await queries.ask(SELECT, FORMATS)
        assert queries.numbers()["workers_busy"] <= 1
        queries.close()
        return answer

    def act(stub: Stub) -> None:
        next(left, lambda stub: stub.say(ROWS))(stub)

    with stub(act) as (address, _):
        assert asyncio.run(asked(address)).kind == "solutions"


def test_a_handshake_that_does_not_come_is_waited_for_until_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(QueryTimeout):
        RemoteStore(f"https://127.0.0.1:{mute.getsockname()[1]}/", 0.2).query(SELECT, FORMATS)


def test_a_long_complaint_is_not_read_to_its_end() -> None:
    with pytest.raises(BadQuery) as caught:
        ask(lambda stub: stub.say(b"line 7: " + b"nonsense " * 10**6, "text/plain", 400, length=10**9))
    assert caught.value.line == 7


def test_a_line_without_an_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign, "_LONGEST_LINE", 1000)
    monkeypatch.setattr(foreign, "_PIECE", 10)
    with pytest.raises(QueryStopped):
        ask(lambda stub: stub.say(b" " * 10_000 + ROWS), guarded=True)


def connections(port: int) -> int:
    """The sockets of this process that lead to a port."""
    found = 0
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            if os.readlink(handle).startswith("socket:"):
                with socket.socket(fileno=os.dup(int(handle.name))) as one:
                    found += one.family == socket.AF_INET and one.getpeername()[1] == port
    return found


@pytest.mark.parametrize("act", [lambda stub: stub.say(ROWS), refusing, trickling_head, silent])
def test_no_connection_is_left_open(act: Act) -> None:
    with stub(act) as (address, _):
        with suppress(PraleskaError):
            RemoteStore(address, 0.2).query(SELECT, FORMATS)
        assert connections(int(address.split(":")[2].partition("/")[0])) == 0


def chunked(body: bytes) -> Act:
    """Breaks off where the next chunk would begin."""

    def act(stub: Stub) -> None:
        stub.protocol_version = "HTTP/1.1"
        stub.send_response(200)
        stub.send_header("Content-Type", answers.JSON)
        stub.send_header("Transfer-Encoding", "chunked")
        stub.end_headers()
        stub.wfile.write(f"{len(body):x}\r\n".encode() + body + b"\r\n")
        stub.close_connection = True

    return act


@pytest.mark.parametrize(
    ("act", "text"),
    [
        (lambda stub: stub.say(ROWS[:-60]), SELECT),
        (lambda stub: stub.say(ROWS[:-60], length=len(ROWS)), SELECT),
        (lambda stub: stub.say(TRIPLES, syntax.N_TRIPLES, length=len(TRIPLES) * 2), CONSTRUCT),
        (lambda stub: stub.say(TRIPLES[:30], syntax.N_TRIPLES), CONSTRUCT),
        (lambda stub: stub.say(b""), SELECT),
        (lambda stub: stub.say(b"<html>no</html>"), SELECT),
        (lambda stub: stub.say(b'{"error": "out of memory"}'), SELECT),
        (chunked(ROWS[:-60]), SELECT),
        (chunked(ROWS[:-2]), SELECT),
    ],
)
@pytest.mark.parametrize("media_type", [answers.CSV, answers.JSON])
def test_an_answer_that_breaks_off_is_no_answer(act: Act, text: str, media_type: str) -> None:
    with pytest.raises(QueryStopped):
        ask(act, text, Formats(media_type, answers.JSON, syntax.TURTLE))


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, StoreUnavailable),
        (403, StoreUnavailable),
        (404, StoreUnavailable),
        (406, StoreUnavailable),
        (408, QueryTimeout),
        (500, QueryStopped),
        (502, StoreUnavailable),
        (503, StoreUnavailable),
        (504, QueryTimeout),
    ],
)
def test_a_status_has_its_meaning(status: int, error: type[PraleskaError]) -> None:
    with pytest.raises(error) as caught:
        ask(lambda stub: stub.say(b"secret words", "text/plain", status))
    assert "secret" not in caught.value.message


def test_another_format_is_not_read() -> None:
    with pytest.raises(StoreUnavailable, match="another format"):
        ask(lambda stub: stub.say(b"x\none\n", answers.CSV))


def test_the_embedded_parser_says_where_a_query_is_wrong() -> None:
    with pytest.raises(BadQuery) as caught:
        ask(refusing, "SELECT * {\n ?s ?p }", parser=memory_store(b""))
    assert (caught.value.line, caught.value.column) == (2, 8)


def test_what_is_sparql_but_not_for_the_other_store_is_no_bad_query() -> None:
    with pytest.raises(QueryStopped):
        ask(refusing, SELECT, parser=memory_store(b""))


def test_without_a_parser_the_other_store_has_the_word() -> None:
    with pytest.raises(BadQuery) as caught:
        ask(refusing, "SELECT * {\n ?s ?p }")
    assert (caught.value.line, caught.value.message) == (7, "Syntax error.")


def announcing(stub: Stub) -> None:
    stub.send_response(200)
    stub.send_header("Content-Type", answers.JSON)
    stub.send_header("Content-Length", str(len(ROWS)))
    stub.send_header("X-SPARQL-MaxRows", "2")
    stub.end_headers()
    stub.wfile.write(ROWS)


def test_a_cut_of_the_other_store_is_told() -> None:
    answer = ask(announcing, limits=Limits(100, 10_000))
    assert (answer.cut, answer.body.count(b"value")) == ("rows", 2)


def test_a_page_is_not_made_from_a_part() -> None:
    with pytest.raises(QueryStopped, match="limit"):
        ask(announcing)


def virtuosic(stub: Stub) -> None:
    guard = foreign.GUARD.encode()
    kind = b'"type": "typed-literal", "datatype": "http://www.w3.org/2001/XMLSchema#boolean"'
    lines = b'{ "x": { ' + kind + b', "value": "1" }},\n' + b'{ "x": { ' + kind + b', "value": "0" }},\n'
    quoted = json.dumps('"datatype": "http://www.w3.org/2001/XMLSchema#boolean", "value": "1"').encode()
    lines += b'{ "x": { "type": "literal", "value": ' + quoted + b"}},\n"
    lines += b'{ "x": { "type": "typed-literal", "datatype": "' + guard + b'x:year", "value": "P7Y" }}\n' * 1
    stub.say(b'{ "head": { "vars": ["x"] }, "results": { "bindings": [\n' + lines + b"]}}")


def test_what_had_to_be_guarded_comes_back_as_it_was() -> None:
    found = json.loads(ask(virtuosic, guarded=True).body)["results"]["bindings"]
    assert [row["x"]["value"] for row in found[:2]] == ["true", "false"]
    assert found[2]["x"]["value"].endswith('"value": "1"')
    assert (found[3]["x"]["value"], found[3]["x"]["datatype"]) == ("P7Y", "x:year")


def test_much_that_is_guarded_comes_back_whole() -> None:
    line = f'<x:a> <x:b> "P7Y"^^<{foreign.GUARD}x:year> , '
    body = b"".join(f'<x:a{i}> <x:b> "P{i}Y"^^<{foreign.GUARD}x:year> .\n'.encode() for i in range(20_000))
    assert foreign.GUARD in line
    answer = ask(lambda stub: stub.say(body, syntax.N_TRIPLES), CONSTRUCT, guarded=True)
    assert answer.body == body.replace(foreign.GUARD.encode(), b"")


@pytest.mark.parametrize("row", [b"", b'{"__ASK_RETVAL": {"type": "literal", "value": "0"}}'])
def test_an_ask_may_be_answered_with_a_table(row: bytes) -> None:
    body = b'{"head": {"vars": ["__ASK_RETVAL"]}, "results": {"bindings": [%s]}}'
    yes = b'{"__ASK_RETVAL": {"type": "literal", "value": "1"}}'
    for found, expected in ((row, False), (yes, True)):
        answer = ask(lambda stub, said=body % found: stub.say(said), "ASK {}")  # type: ignore[misc]
        assert json.loads(answer.body)["boolean"] is expected


# What is sent.

TABLE = Dataset(("x:shared", "x:register"))


@pytest.mark.parametrize(
    ("own", "dataset", "text", "default", "named", "sent"),
    [
        (None, None, SELECT, [], [], SELECT),
        (TABLE, None, SELECT, ["x:shared", "x:register"], [], SELECT),
        (TABLE, None, "ASK FROM <x:g> {}", [], [], "ASK FROM <x:g> {}"),
        (TABLE, None, "ASK FR\\u004fM <x:g> {}", [], [], "ASK FR\\u004fM <x:g> {}"),
        (
            TABLE,
            None,
            'ASK { ?from ?p "\\u004f from" }',
            ["x:shared", "x:register"],
            [],
            'ASK { ?from ?p "\\u004f from" }',
        ),
        (None, Dataset(("x:a",)), "ASK FROM <x:g> {}", ["x:a"], [], "ASK            {}"),
        (TABLE, Dataset(("x:a",)), "ASK {}", ["x:a"], ["urn:x-praleska:none"], "ASK {}"),
        (TABLE, Dataset(("x:a",), ("x:b",)), "ASK {}", ["x:a"], ["x:b"], "ASK {}"),
        (TABLE, Dataset((), ("x:b",)), "ASK FROM NAMED <x:c> {}", [], ["x:b"], "ASK                  {}"),
    ],
)
def test_the_dataset_is_stated(
    own: Dataset | None, dataset: Dataset | None, text: str, default: list[str], named: list[str], sent: str
) -> None:
    with stub(lambda stub: stub.say(b'{"head": {}, "boolean": true}' if "ASK" in text else ROWS)) as (
        url,
        kind,
    ):
        RemoteStore(url, 2, own=own or Dataset()).query(text, FORMATS, dataset or Dataset())
    assert kind.fields.get("default-graph-uri", []) == default
    assert kind.fields.get("named-graph-uri", []) == named
    assert kind.fields["query"] == [sent]


def test_a_refused_query_is_not_sent_on() -> None:
    with stub(silent) as (address, kind), pytest.raises(RefusedQuery):
        RemoteStore(address, 1).query("SELECT * { SERVICE <x:y> {} }", FORMATS)
    assert not hasattr(kind, "fields")


def test_an_allowed_service_is_asked_by_the_other_store(oxigraph_server: str) -> None:
    text = "SELECT ?x {{ SERVICE <{}> {{ <https://example.org/person> <https://example.org/knows> ?x }} }}"
    store = RemoteStore(oxigraph_server, 10, allowed=(oxigraph_server,))
    found = json.loads(store.query(text.format(oxigraph_server), FORMATS).body)["results"]["bindings"]
    assert [row["x"]["value"] for row in found] == ["https://example.org/other"]
    for wrong in (oxigraph_server + "/", oxigraph_server.replace("127.0.0.1", "localhost")):
        with pytest.raises(RefusedQuery):
            store.query(text.format(wrong), FORMATS)


def test_a_closed_store_says_why() -> None:
    with pytest.raises(StoreUnavailable, match="taking in"):
        ClosedStore("It is taking in a release.").query(SELECT, FORMATS)


# Cuts, beside those of the embedded engine.

MANY = "".join(f'<x:s{i:03}> <x:p> "Радок {i}, \\"з двукоссем\\"\\n" <x:g> .\n' for i in range(200)).encode()
WIDE = "SELECT ?s ?o { GRAPH ?g { ?s ?p ?o } } ORDER BY ?s"
GRAPH = "CONSTRUCT { ?s ?p ?o } { GRAPH ?g { ?s ?p ?o } } ORDER BY ?s"


class Shortened(MemoryStore):
    """The embedded engine with limits."""

    def __init__(self, nquads: bytes, limits: Limits) -> None:
        super().__init__(nquads)
        self._limits = limits

    def query(
        self, text: str, formats: Formats, dataset: Dataset = answers.OWN_DATASET, rows: int | None = None
    ) -> Answer:
        from server.store import engine

        return engine.evaluate(self._store, text, formats, dataset, self._limits)


def passing_on(store: Store) -> Act:
    def act(stub: Stub) -> None:
        media = stub.headers["Accept"]
        answer = store.query(stub.fields["query"][0], Formats(media, media, media))
        stub.say(answer.body, media)

    return act


@pytest.mark.parametrize("limits", [Limits(7, 10_000), Limits(10_000, 900)], ids=["rows", "bytes"])
@pytest.mark.parametrize(
    ("text", "media_type"),
    [(WIDE, media) for media in answers.SOLUTION_FORMATS] + [(GRAPH, media) for media in syntax.FORMATS],
)
def test_a_cut_is_made_and_told_as_by_the_embedded_engine(text: str, media_type: str, limits: Limits) -> None:
    formats = Formats(media_type, answers.JSON, media_type)
    here = Shortened(MANY, limits).query(text, formats)
    with stub(passing_on(memory_store(MANY))) as (address, _):
        there = RemoteStore(address, 5, limits).query(text, formats)
    assert there.cut == here.cut != ""
    assert there.body == here.body
    if media_type in syntax.FORMATS:
        assert 0 < len(syntax.parse(there.body, media_type, "x:")) < 200


def test_few_rows_are_given_where_few_are_wanted() -> None:
    with stub(passing_on(memory_store(MANY))) as (address, _):
        answer = RemoteStore(address, 5, Limits(1000, 10**6)).query(WIDE, FORMATS, rows=3)
    assert (len(json.loads(answer.body)["results"]["bindings"]), answer.cut) == (3, "rows")


def test_a_large_answer_is_packed() -> None:
    lines = b"".join(f"<x:s{i}> <x:p> <x:o{i}> <x:g> .\n".encode() for i in range(40_000))
    with stub(passing_on(memory_store(lines))) as (address, _):
        answer = RemoteStore(address, 10, Limits(10**6, 10**8)).query(
            WIDE.replace("ORDER BY ?s", ""), FORMATS
        )
    assert answer.packed
    assert len(json.loads(answer.unpacked().body)["results"]["bindings"]) == 40_000
