"""What stands before the application: the short way gives what the long way gives."""

import asyncio
import gzip
import json
import os
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest

from server import create_app
from server.errors import QueryTimeout, StoreUnavailable, TooMany
from server.store.answers import OWN_DATASET, Answer
from server.web import front as front_module
from server.web.front import Front
from server.web.site import Parts, Site

SELECT = "SELECT ?s ?o WHERE { ?s ?p ?o } ORDER BY ?s ?o LIMIT 3"
JSON = "application/sparql-results+json"
DIRECT = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
SECRET = "203.0.113.77"


class Headers(dict[str, str]):
    def get_all(self, name: str) -> list[str]:
        return [self[name]] if name in self else []


class Exchange:
    """The server's side of one request, as far as the front uses it."""

    def __init__(self, parts: list[bytes], pause: float) -> None:
        self.parts, self.pause = parts, pause
        # Seconds until the reader leaves.
        self.stays = 3600.0
        self.status, self.body = 0, b""
        self.headers: dict[str, str] = {}
        self.reading: asyncio.Task[None] | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            await asyncio.sleep(self.pause)
            yield part

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.response_bytes(status, headers, b"")

    def response_str(self, status: int, headers: list[tuple[str, str]], body: str) -> None:
        self.response_bytes(status, headers, body.encode())

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        assert not self.status
        self.status, self.body = status, body
        self.headers = {name.lower(): value for name, value in headers}

    def response_file(self, status: int, headers: list[tuple[str, str]], path: str) -> None:
        self.response_bytes(status, headers, b"")
        descriptor = os.open(path, os.O_RDONLY)

        def drain() -> None:
            with open(descriptor, "rb") as file:
                self.body = file.read()

        self.reading = asyncio.ensure_future(asyncio.to_thread(drain))

    @property
    def text(self) -> str:
        return self.body.decode()

    async def client_disconnect(self) -> None:
        await asyncio.sleep(self.stays)


class Counting:
    """The store of the invented world, asynchronous; `fail` is raised instead of an answer."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.asked: list[str] = []
        self.clients: list[bytes] = []
        self.fail: Exception | None = None

    async def ask(
        self, text: str, formats: Any, dataset: Any = OWN_DATASET, client: bytes = b"", rows: int = 0
    ) -> Answer:
        self.asked.append(text)
        self.clients.append(client)
        if self.fail:
            raise self.fail
        answer: Answer = self.store.query(text, formats, dataset)
        if "PACK" in text:
            body = answer.body * 30_000
            return Answer(answer.kind, answer.media_type, gzip.compress(body), "rows", True)
        return answer


@pytest.fixture(scope="module")
def application(world, archive):
    return create_app(world, archive)


@pytest.fixture
def queries(archive) -> Counting:
    return Counting(archive.store)


@pytest.fixture
def front(world, archive, application, queries) -> Front:
    return Front(world, Site(parts(archive, application, queries)))


def parts(archive: Any, application: Any, queries: Counting, release: str = "") -> Parts:
    def close() -> None:
        queries.asked.append("closed")

    created = archive.release.created
    name = release or archive.release.id
    store = archive.store
    return Parts(name, created, application.wsgi_app, queries, lambda *_: store, dict, close)


def send(
    front: Front, method: str, address: str, body: Any = b"", pause: float = 0.0, **headers: str
) -> Exchange:
    """One request; underscores in the names of headers stand for hyphens."""
    path, _, query = address.partition("?")
    given = Headers(
        {"host": "localhost"} | {name.replace("_", "-").lower(): value for name, value in headers.items()}
    )
    chunks = body if isinstance(body, list) else [body] if body else []
    if chunks:
        given.setdefault("content-length", str(sum(map(len, chunks))))
    scope = SimpleNamespace(
        proto="http", method=method, path=path, query_string=query, headers=given, scheme="http",
        http_version="1.1", server="127.0.0.1:80", client=f"{SECRET}:5",
    )  # fmt: skip
    exchange = Exchange(chunks, pause)

    async def act() -> None:
        await front.serve(scope, exchange)
        if exchange.reading:
            await exchange.reading

    asyncio.run(act())
    return exchange


def get(front: Front, query: str, accept: str = JSON, method: str = "GET", **headers: str) -> Exchange:
    return send(front, method, "/sparql?" + urlencode({"query": query}), accept=accept, **headers)


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        (SELECT, JSON),
        (SELECT, "text/csv"),
        (SELECT, "application/sparql-results+xml"),
        ("ASK {}", "*/*"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 5", "text/turtle"),
        ("SELECT", JSON),
        ("SELECT * { SERVICE <http://x.example/> {} }", JSON),
        (SELECT, "image/png"),
        (SELECT, "text/html"),
        ("ASK {}", "text/csv"),
    ],
)
def test_the_short_way_answers_as_the_application_does(front, application, query, accept) -> None:
    ours = get(front, query, accept)
    address = "/sparql?" + urlencode({"query": query})
    theirs = application.test_client().get(address, headers={"Accept": accept})
    assert (ours.status, ours.body) == (theirs.status_code, theirs.data)
    same = ("content-type", "content-security-policy", "access-control-allow-origin", "accept-query", "etag")
    assert {n: ours.headers.get(n) for n in same} == {n: theirs.headers.get(n) for n in same}


def test_an_answer_is_kept_and_given_again_however_it_is_asked(front, queries) -> None:
    answers = [
        get(front, SELECT),
        get(front, SELECT),
        send(front, "POST", "/sparql", urlencode({"query": SELECT}).encode(), accept=JSON, content_type=FORM),
        send(
            front, "QUERY", "/sparql", SELECT.encode(), accept=JSON, content_type="application/sparql-query"
        ),
    ]
    assert queries.asked == [SELECT]
    assert len({answer.body for answer in answers}) == 1
    assert len({tuple(answer.headers.items()) for answer in answers}) == 1


def test_another_format_dataset_or_release_is_another_answer(front, queries, archive, application) -> None:
    get(front, SELECT)
    get(front, SELECT, "text/csv")
    send(front, "GET", "/sparql?" + urlencode({"query": SELECT, "default-graph-uri": "x:y"}), accept=JSON)
    assert len(queries.asked) == 3
    before = get(front, SELECT)
    front.switch(Site(parts(archive, application, queries, "0002-other")))
    after = get(front, SELECT, if_none_match=before.headers["etag"])
    assert after.status == 200
    assert after.headers["etag"] != before.headers["etag"]


def test_no_answer_of_an_old_release_stays_in_memory(front, queries, archive, application) -> None:
    get(front, SELECT)
    kept = send(front, "GET", "/metrics").body
    assert b"praleska_cache_bytes 0\n" not in kept
    front.switch(Site(parts(archive, application, queries, "0002-other")))
    assert b"praleska_cache_bytes 0\n" in send(front, "GET", "/metrics").body


@pytest.mark.parametrize("name", ["RAND()", "NOW()", "UUID()", "STRUUID()", "rand ()", "\\u0052AND()"])
def test_what_differs_each_time_is_asked_each_time(front, queries, name) -> None:
    found = [get(front, f"SELECT ({name} AS ?x) {{}}") for _ in range(2)]
    assert len(queries.asked) == 2
    assert all("etag" not in one.headers for one in found)


def test_what_is_very_long_is_asked_each_time(front, queries) -> None:
    long = f"SELECT * {{}} #{70_000 * 'x'}"
    found = [send(front, "POST", "/sparql", long.encode(), content_type=DIRECT) for _ in range(2)]
    assert [one.status for one in found] == [200, 200]
    assert len(queries.asked) == 2


@pytest.mark.parametrize("error", [QueryTimeout(2.0), StoreUnavailable("Busy."), TooMany("Wait.")])
def test_an_error_is_told_and_not_kept(front, queries, error) -> None:
    queries.fail = error
    failed = get(front, SELECT)
    assert failed.status in (429, 503, 504)
    assert failed.headers["content-type"] == "application/problem+json"
    assert ("retry-after" in failed.headers) is (failed.status != 504)
    queries.fail = None
    assert get(front, SELECT).status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_reader_who_has_the_answer_gets_none(front, queries, method) -> None:
    etag = get(front, SELECT).headers["etag"]
    for known in (etag, etag.removeprefix("W/"), f'"x", {etag}', "*"):
        again = get(front, SELECT, method=method, if_none_match=known)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert get(front, SELECT, if_none_match='"other"').status == 200
    assert len(queries.asked) == 1


def test_head_tells_the_length_and_sends_nothing(front) -> None:
    got, head = get(front, SELECT), get(front, SELECT, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(got.body))


def test_a_large_answer_is_sent_packed_to_who_can_and_in_plain_to_others(front) -> None:
    query = "SELECT ?PACK {} LIMIT 1"
    plain = get(front, query)
    packed = get(front, query, accept_encoding="br, gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert int(plain.headers["content-length"]) == len(plain.body) > 1_000_000
    assert plain.headers["answer-cut"] == packed.headers["answer-cut"] == "rows"


def test_the_cache_has_a_limit(world, archive, application, queries) -> None:
    small = Front(world, Site(parts(archive, application, queries)))
    for number in range(300):
        get(small, f'SELECT ("{number}{"x" * 10_000}" AS ?n) {{}}')
    kept = small._memory.answers.kept
    kept.most_bytes = 500_000
    for number in range(300):
        get(small, f'SELECT ("{number}{"y" * 10_000}" AS ?n) {{}}')
    assert kept.bytes <= 500_000
    get(small, f'SELECT ("{"z" * 300_000}" AS ?n) {{}}')
    assert get(small, f'SELECT ("{"z" * 300_000}" AS ?n) {{}}').status == 200
    assert queries.asked[-1] == queries.asked[-2]


@pytest.mark.parametrize(
    "address", ["/en/", "/doc/exm9s346q3.ttl", "/nowhere", "/id/exm9s346q3", "/static/style.css", "/sparql"]
)
def test_everything_else_is_the_applications(front, application, address) -> None:
    ours = send(front, "GET", address, accept="*/*")
    theirs = application.test_client().get(address, headers={"Accept": "*/*"})
    assert (ours.status, ours.body) == (theirs.status_code, theirs.data)
    assert ours.headers.get("location") == theirs.headers.get("location")
    theirs.close()


PAGE, DATA = "/doc/exm9s346q3.en.html", "/doc/exm9s346q3.ttl"


class Watched:
    """An application that notes what it is asked."""

    def __init__(self, application: Any) -> None:
        self.inner = application.wsgi_app
        self.asked: list[str] = []

    def wsgi_app(self, environ: dict[str, Any], start: Any) -> Any:
        self.asked.append(environ["PATH_INFO"])
        return self.inner(environ, start)


@pytest.fixture
def watched(world, archive, application, queries) -> tuple[Front, Watched]:
    inner = Watched(application)
    return Front(world, Site(parts(archive, inner, queries))), inner


@pytest.mark.parametrize("address", [PAGE, DATA, "/en/about", "/static/style.css"])
def test_a_page_is_made_once_and_given_again_in_both_forms(watched, address) -> None:
    front, application = watched
    plain, packed = send(front, "GET", address), send(front, "GET", address, accept_encoding="br, gzip")
    assert gzip.decompress(packed.body) == plain.body == send(front, "GET", address).body
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["vary"]
    assert plain.headers["etag"] != packed.headers["etag"]
    assert len(application.asked) == 1


@pytest.mark.parametrize("encoding", ["", "gzip"])
@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize("address", [PAGE, DATA, "/en/", "/.well-known/void"])
def test_who_has_either_form_of_a_page_gets_no_other(world, watched, address, encoding, is_kept) -> None:
    front, application = watched
    etags = [send(front, "GET", address, accept_encoding=form).headers["etag"] for form in ("", "gzip")]
    if not is_kept:
        front.switch(front.site)
    for etag in (*etags, f'"x", {etags[0]}', "*"):
        again = send(front, "GET", address, accept_encoding=encoding, if_none_match=etag)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] in etags
        assert "cache-control" in again.headers
    assert len(application.asked) == (1 if is_kept else 2)
    assert send(front, "GET", address, if_none_match='"other"').status == 200


def test_a_name_leads_each_reader_to_another_document(watched) -> None:
    front, application = watched
    wishes = [("text/html", "ru"), ("text/html", "be"), ("text/turtle", "be"), ("text/html", "ru")]
    found = [send(front, "GET", "/id/exm9s346q3", accept=a, accept_language=b) for a, b in wishes]
    assert [one.headers["location"].rpartition("q3.")[2] for one in found] == [
        "ru.html", "be.html", "ttl", "ru.html",
    ]  # fmt: skip
    assert len(application.asked) == 3


def test_a_page_with_links_to_one_host_is_not_given_to_another(watched) -> None:
    front, application = watched
    hosts = ["a.example", "b.example", "a.example"]
    links = [send(front, "GET", PAGE, host=host).headers["link"] for host in hosts]
    assert ["b.example" in link for link in links] == [False, True, False]
    assert len(application.asked) == 2


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/doc/0000000000.ttl", {}),
        ("/search?q=x", {}),
        ("/health", {}),
        (PAGE, {"if_modified_since": "Mon, 01 Jan 2001 00:00:00 GMT"}),
        ("/dumps/praleska.nq", {"range": "bytes=0-9"}),
        (PAGE, {"method": "HEAD"}),
    ],
)
def test_what_is_no_page_is_asked_each_time(watched, address, headers) -> None:
    front, application = watched
    method = headers.pop("method", "GET")
    for _ in range(2):
        send(front, method, address, **headers)
    assert len(application.asked) == 2


def test_no_page_of_an_old_release_is_given_after_the_switch(world, watched, archive, queries) -> None:
    front, _ = watched
    etag = send(front, "GET", PAGE).headers["etag"]

    class Without:
        @staticmethod
        def wsgi_app(environ: dict[str, Any], start: Any) -> Any:
            start("410 Gone", [("Content-Type", "text/plain")])
            return [b"gone"]

    front.switch(Site(parts(archive, Without(), queries, "0002-other")))
    assert send(front, "GET", PAGE).status == 410
    assert send(front, "GET", PAGE, if_none_match=etag).status == 410


def test_a_page_that_was_made_during_the_switch_is_not_kept_for_the_new_release(
    world, archive, application, queries
) -> None:
    front: Front

    class Switching:
        @staticmethod
        def wsgi_app(environ: dict[str, Any], start: Any) -> Any:
            front.switch(Site(parts(archive, application, queries, "0002-new")))
            start("200 OK", [("Content-Type", "text/plain"), ("ETag", '"old"')])
            return [b"what the new release withholds"]

    front = Front(world, Site(parts(archive, Switching(), queries, "0001-old")))
    assert send(front, "GET", "/doc/0000000000.ttl").status == 200
    assert send(front, "GET", "/doc/0000000000.ttl").status == 404


def test_pages_that_are_kept_have_a_limit(world, watched) -> None:
    front, _ = watched
    kept = front._memory.pages.kept
    kept.most_bytes = 200_000
    for number in range(100):
        assert send(front, "GET", f"/en/about?n={number}&{'x' * 2000}").status == 200
    assert 0 < kept.bytes <= 200_000


def test_a_reader_who_leaves_ends_the_query(front, queries) -> None:
    gone: list[str] = []

    async def scene() -> None:
        async def ask(*_: Any) -> Answer:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                gone.append("ended")
                raise
            raise AssertionError

        queries.ask = ask
        scope = SimpleNamespace(
            proto="http", method="GET", path="/sparql", query_string="query=ASK%7B%7D", headers=Headers(),
            scheme="http", http_version="1.1", server="127.0.0.1:80", client="x:1",
        )  # fmt: skip
        exchange = Exchange([], 0)
        exchange.stays = 0.2
        await front.serve(scope, exchange)
        assert exchange.status == 503

    asyncio.run(scene())
    assert gone == ["ended"]
    assert front.metrics.queries == {"left": 1}


def test_a_body_that_does_not_come_is_not_waited_for(front) -> None:
    front._intake._seconds = 0.1
    late = send(front, "POST", "/sparql", [b"query=", b"ASK", b"%7B%7D"], 0.06, content_type=FORM)
    assert late.status == 408
    assert late.headers["content-type"] == "application/problem+json"
    assert front._intake._under_way == 0


@pytest.mark.parametrize("length", ["9999999999", "5"])
def test_a_body_that_is_too_long_is_not_read_on(front, length) -> None:
    body = [b"x" * 1_000_000] * 9
    reply = send(front, "POST", "/validate", body, content_type="text/turtle", content_length=length)
    assert reply.status == 413
    assert front._intake._under_way == 0


def test_the_numbers_are_told(front, queries) -> None:
    get(front, SELECT)
    get(front, SELECT)
    get(front, "SELECT")
    queries.fail = QueryTimeout(1.0)
    get(front, "ASK { ?a ?b ?c }")
    text = send(front, "GET", "/metrics").text
    for line in (
        'praleska_queries_total{outcome="answered"} 1',
        'praleska_queries_total{outcome="refused"} 1',
        'praleska_queries_total{outcome="timeout"} 1',
        'praleska_requests_total{status="200"} 2',
        'praleska_query_seconds_bucket{le="+Inf"} 3',
        "praleska_cache_hits_total 1",
    ):
        assert f"\n{line}\n" in text
    assert "praleska_release_age_seconds" in text


def test_the_log_is_json_without_names_and_words(front, capfd) -> None:
    get(front, "SELECT ?secretword {}")
    send(front, "GET", "/en/?x=secretword", accept="text/html", user_agent="secretword")
    send(front, "GET", "/secretword")
    send(front, "SECRETWORD", "/sparql")
    front.close()
    out = capfd.readouterr().out
    records = [json.loads(line) for line in out.splitlines()]
    assert [record["status"] for record in records] == [200, 200, 404, 405]
    assert [record["method"] for record in records] == ["GET", "GET", "GET", "other"]
    assert "secretword" not in out.lower()
    assert SECRET not in out


def test_clients_are_told_apart_by_what_says_nothing(world, archive, application, queries) -> None:
    from dataclasses import replace

    def client(settings: Any, **headers: str) -> bytes:
        front = Front(settings, Site(parts(archive, application, queries)))
        front._salt = b"salt"
        send(front, "GET", "/sparql?query=SELECT+(RAND()+AS+%3Fx)%7B%7D", **headers)
        return queries.clients[-1]

    alone = client(world)
    assert SECRET.encode() not in alone
    assert client(world, x_forwarded_for="198.51.100.1") == alone
    proxied = replace(world, proxies=1)
    first, second = (client(proxied, x_forwarded_for=f"10.0.0.9, 198.51.100.{n}") for n in (1, 2))
    assert len({alone, first, second}) == 3
    assert client(proxied, x_forwarded_for="10.0.0.1, 198.51.100.1") == first
    assert client(proxied) == alone


def test_requests_end_on_the_release_on_which_they_began(world, archive, application) -> None:
    old, new = Counting(archive.store), Counting(archive.store)

    async def scene() -> None:
        gate = asyncio.Event()
        ask = old.ask

        async def slowly(*given: Any) -> Answer:
            await gate.wait()
            return await ask(*given)

        old.ask = slowly  # type: ignore[method-assign]
        front = Front(world, Site(parts(archive, application, old, "0001-old")))
        scope = SimpleNamespace(
            method="GET", path="/sparql", query_string="query=ASK%7B%7D", headers=Headers(), client="x:1"
        )
        first, second = Exchange([], 0), Exchange([], 0)
        begun = asyncio.create_task(front.serve(scope, first))
        await asyncio.sleep(0)
        front.switch(Site(parts(archive, application, new, "0002-new")))
        await front.serve(scope, second)
        assert "0002-new" in second.headers["etag"]
        assert old.asked == []
        gate.set()
        await begun
        assert "0001-old" in first.headers["etag"]
        assert old.asked == ["ASK{}", "closed"]
        assert new.asked == ["ASK{}"]

    asyncio.run(scene())


def test_a_fault_in_the_front_is_an_answer(front, monkeypatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(front_module, "environment", broken)
    with pytest.raises(RuntimeError):
        send(front, "GET", "/en/")
    assert front.metrics.requests == {500: 1}
