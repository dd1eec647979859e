"""What stands between the server and the application: bodies, queries, answers that are kept, the log.

What is kept goes out at once. A query takes the short way, without a thread and without Flask. Everything
else, and whatever goes wrong, the application answers in a thread.
"""

import secrets
import time
from hashlib import blake2b
from typing import Any, NamedTuple

from werkzeug.exceptions import HTTPException

from server.config import Settings
from server.errors import PraleskaError, TooLarge
from server.web import outflow, protocol, replies, shelf
from server.web.bridge import Bridge, Given, environment
from server.web.current import ERROR, ROUTE, STORE
from server.web.departures import Departures
from server.web.headers import ALWAYS
from server.web.intake import MOST_SENT, Intake
from server.web.journal import Journal
from server.web.metrics import Counted, Metrics
from server.web.shelf import Page, Shelf
from server.web.shortcut import Question, Reply, Shortcut
from server.web.site import Parts, Site

_MIB = 1024 * 1024
_BODY_SECONDS = 10.0
_THREADS = 16
_QUERIES = "/sparql"
_KEPT = "kept"
_NUMBERS = {**ALWAYS, "Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store"}
_KNOWN = "HTTP_IF_NONE_MATCH"


class Done(NamedTuple):
    """What the log says of a request."""

    status: int
    route: str
    outcome: str = ""


class _Asking(NamedTuple):
    """A request; its headers are here because the server copies them at each look."""

    scope: Any
    headers: Any
    exchange: Any


class _Memory:
    """What is kept of one release. What began on another one is put into that one's."""

    def __init__(self, most_bytes: int) -> None:
        self.answers = Shortcut(most_bytes // 2)
        self.pages = Shelf(most_bytes // 2)


class Front:
    """Serves a site by the server's protocol, which is RSGI. For one event loop."""

    def __init__(self, settings: Settings, site: Site) -> None:
        self.site = site
        self.metrics = Metrics()
        self._most_bytes = settings.cache_size * _MIB
        self._memory = _Memory(self._most_bytes)
        self._intake = Intake(_BODY_SECONDS, MOST_SENT)
        self._bridge = Bridge(_THREADS)
        self._journal = Journal()
        self._departures = Departures()
        self._proxies = settings.proxies
        # Clients are told apart, but no address is kept: the key dies with the process.
        self._salt = secrets.token_bytes(16)

    def switch(self, site: Site) -> None:
        """From now on requests go to `site`; those that have begun end where they are."""
        before, self.site = self.site, site
        # What the new release withholds must not stay in memory either.
        self._memory = _Memory(self._most_bytes)
        before.retire()

    def close(self) -> None:
        """To be called when no request comes any more."""
        self._journal.write()
        self._bridge.close()

    async def serve(self, scope: Any, exchange: Any) -> None:
        """One request."""
        begun = time.perf_counter()
        done = Done(500, "-")
        try:
            asking = _Asking(scope, scope.headers, exchange)
            done = self._at_once(asking) or await self._slowly(asking)
        finally:
            seconds = time.perf_counter() - begun
            self.metrics.requests[done.status] += 1
            self._journal.note(scope.method, done.route, done.status, seconds, done.outcome)

    def _at_once(self, asking: _Asking) -> Done | None:
        """What is kept, is sent without waiting for anything."""
        scope, headers, _ = asking
        if scope.method != "GET":
            return None
        if scope.path == _QUERIES:
            return self._query_at_once(asking)
        if not shelf.is_askable("GET", headers):
            return None
        page = self._memory.pages.find(scope, headers)
        return _sent_page(page, asking, _KEPT) if page else None

    def _query_at_once(self, asking: _Asking) -> Done | None:
        scope, headers, _ = asking
        answers, release = self._memory.answers, self.site.parts.release
        question = answers.read_before(scope.query_string, headers)
        if question is None:
            return None
        reply = self._kept_reply(answers, question, release, headers.get("if-none-match", ""))
        return _sent(reply, asking) if reply else None

    def _kept_reply(self, answers: Shortcut, question: Question, release: str, known: str) -> Reply | None:
        kept = answers.kept_reply(question, release, known)
        self.metrics.hits += kept is not None and kept.was_kept
        return kept

    async def _slowly(self, asking: _Asking) -> Done:
        # Both are of one release, also when another one comes meanwhile.
        memory = self._memory
        with self.site as parts:
            return await self._serve(parts, memory, asking)

    async def _serve(self, parts: Parts, memory: _Memory, asking: _Asking) -> Done:
        scope, headers, exchange = asking
        path = scope.path
        if path == "/metrics" and scope.method == "GET":
            exchange.response_str(200, list(_NUMBERS.items()), self.metrics.text(self._gauges()))
            return Done(200, path)
        error: Exception | None = None
        body = b""
        try:
            body = await self._body(headers, exchange)
            if path == _QUERIES:
                reply = await self._reply(parts, memory.answers, asking, body)
                if reply is not None:
                    return _sent(reply, asking) or await _poured(reply, exchange)
        except (HTTPException, PraleskaError) as found:
            error = found
        environ = environment(scope, body)
        queries = Counted(parts.queries, self.metrics, self._departures, exchange)
        environ |= {ERROR: error, STORE: parts.store_of(queries, self._client(scope))}
        if error is None and shelf.is_askable(scope.method, headers):
            return await self._page(parts, memory.pages, environ, asking)
        given = await self._bridge.call(parts.application, environ, lambda given: given)
        return await _passed_on(given, asking, environ.get(ROUTE, "-"))

    async def _body(self, headers: Any, exchange: Any) -> bytes:
        length = headers.get("content-length", "0")
        if length == "0" and "transfer-encoding" not in headers:
            return b""
        if length.isdecimal() and int(length) > self._intake.most_bytes:
            raise TooLarge(self._intake.most_bytes)
        return await self._intake.read(exchange)

    async def _reply(self, parts: Parts, answers: Shortcut, asking: _Asking, body: bytes) -> Reply | None:
        scope, headers, exchange = asking
        is_get = scope.method == "GET"
        question = answers.read_before(scope.query_string, headers) if is_get else None
        if question is None:
            question = answers.question(_head(scope, headers), body)
            if question is None:
                return None
            known = headers.get("if-none-match", "") if scope.method in ("GET", "HEAD") else ""
            kept = self._kept_reply(answers, question, parts.release, known)
            if kept is not None:
                return kept
        queries = Counted(parts.queries, self.metrics, self._departures, exchange)
        self.metrics.misses += 1
        return await answers.reply(question, parts.release, queries, self._client(scope))

    async def _page(self, parts: Parts, pages: Shelf, environ: dict[str, Any], asking: _Asking) -> Done:
        """A page is made whole, whatever of it this reader has: the next one may have nothing."""
        known = environ.pop(_KNOWN, "")

        def paged(given: Given) -> tuple[Given, Page | None]:
            return given, shelf.page_of(given, environ.get(ROUTE, "-"))

        given, page = await self._bridge.call(parts.application, environ, paged)
        if page is None:
            return await _passed_on(given, asking, environ.get(ROUTE, "-"), known)
        pages.put(asking.scope, asking.headers, page)
        return _sent_page(page, asking)

    def _client(self, scope: Any) -> bytes:
        """Who asks, as bytes that say nothing to anybody else."""
        address = scope.client.rpartition(":")[0]
        if self._proxies:
            passed = scope.headers.get("x-forwarded-for", "").replace(",", " ").split()
            address = passed[-self._proxies] if len(passed) >= self._proxies else address
        if ":" in address:
            # One household or one data centre has a whole network of the new addresses.
            address = ":".join(address.strip("[]").split(":")[:4])
        return blake2b(address.encode("utf-8", "replace"), key=self._salt, digest_size=8).digest()

    def _gauges(self) -> dict[str, float]:
        memory = self._memory
        return {
            "cache_hits_total": self.metrics.hits,
            "cache_misses_total": self.metrics.misses,
            "cache_bytes": memory.answers.kept.bytes + memory.pages.kept.bytes,
            **self.site.numbers(),
        }


def _head(scope: Any, headers: Any) -> protocol.Head:
    accepted = ",".join(headers.get_all("accept"))
    return protocol.Head(scope.method, scope.query_string.encode(), accepted, headers.get("content-type", ""))


def _sent(reply: Reply, asking: _Asking) -> Done | None:
    """Sends what is small or packed; None: it has to be unpacked on its way."""
    _, headers, exchange = asking
    answer = reply.answer
    if answer is None:
        exchange.response_empty(304, reply.headers)
        return Done(304, _QUERIES, "unchanged")
    if asking.scope.method == "HEAD":
        exchange.response_empty(200, [*reply.headers, ("Content-Length", str(answer.size))])
    elif not answer.packed:
        exchange.response_bytes(200, reply.headers, answer.body)
    elif "gzip" in headers.get("accept-encoding", ""):
        exchange.response_bytes(200, [*reply.headers, ("Content-Encoding", "gzip")], answer.body)
    else:
        return None
    return Done(200, _QUERIES, _outcome(reply))


async def _poured(reply: Reply, exchange: Any) -> Done:
    answer = reply.answer
    assert answer is not None
    headers = [*reply.headers, ("Content-Length", str(answer.size))]
    whole = await outflow.pour(exchange, 200, headers, outflow.unpacked(answer.body))
    return Done(200, _QUERIES, _outcome(reply) if whole else "left")


def _outcome(reply: Reply) -> str:
    return _KEPT if reply.was_kept else reply.answer.cut and "cut" if reply.answer else ""


def _sent_page(page: Page, asking: _Asking, outcome: str = "") -> Done:
    known = asking.headers.get("if-none-match", "")
    unchanged = shelf.unchanged(page, known) if known else None
    if unchanged is not None:
        asking.exchange.response_empty(304, unchanged)
        return Done(304, page.route, "unchanged")
    form = shelf.chosen(page, asking.headers)
    asking.exchange.response_bytes(page.status, form.headers, form.body)
    return Done(page.status, page.route, outcome)


async def _passed_on(given: Given, asking: _Asking, route: str, known: str = "") -> Done:
    """Sends what the application said; `known` is what it was not told that the reader has."""
    exchange = asking.exchange
    if known and given.status == 200 and replies.is_known(dict(given.headers).get("ETag", ""), known):
        given.close()
        headers = [(name, value) for name, value in given.headers if name.lower() != "content-length"]
        exchange.response_empty(304, headers)
        return Done(304, route, "unchanged")
    if asking.scope.method == "HEAD":
        given.close()
        exchange.response_empty(given.status, given.headers)
    elif given.is_long:
        await outflow.pour(exchange, given.status, given.headers, given.pieces)
        given.close()
    else:
        exchange.response_bytes(given.status, given.headers, given.body())
    return Done(given.status, route)
