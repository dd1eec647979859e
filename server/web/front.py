"""What stands between the server and the application: bodies, queries, answers that are kept, the log.

A query takes the short way, without a thread and without Flask. Everything else, and whatever goes wrong, the
application answers in a thread.
"""

import secrets
import time
from collections.abc import Callable
from functools import partial
from hashlib import blake2b
from typing import Any, NamedTuple

from werkzeug.exceptions import HTTPException

from server.config import Settings
from server.errors import PraleskaError, TooLarge
from server.web import outflow, protocol
from server.web.bridge import Bridge, environment
from server.web.current import ERROR, ROUTE, STORE
from server.web.headers import ALWAYS
from server.web.intake import Intake
from server.web.journal import Journal
from server.web.metrics import Counted, Metrics
from server.web.shortcut import Reply, Shortcut
from server.web.site import Parts, Site

_MIB = 1024 * 1024
_BODY_SECONDS = 10.0
_THREADS = 16
_NUMBERS = {**ALWAYS, "Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store"}


class Done(NamedTuple):
    """What the log says of a request."""

    status: int
    route: str
    outcome: str = ""


class _Asking(NamedTuple):
    """A request; its headers are here because the server copies them at each look."""

    scope: Any
    headers: Any
    client: Callable[[], bytes]


class Front:
    """Serves a site by the server's protocol, which is RSGI. For one event loop."""

    def __init__(self, settings: Settings, site: Site) -> None:
        self.site = site
        self.metrics = Metrics()
        self._shortcut = Shortcut(settings.cache_size * _MIB)
        self._intake = Intake(_BODY_SECONDS, settings.upload_size * _MIB + 65_536)
        self._bridge = Bridge(_THREADS)
        self._journal = Journal()
        self._proxies = settings.proxies
        # Clients are told apart, but no address is kept: the key dies with the process.
        self._salt = secrets.token_bytes(16)

    def switch(self, site: Site) -> None:
        """From now on requests go to `site`; those that have begun end where they are."""
        before, self.site = self.site, site
        # What the new release withholds must not stay in memory either.
        self._shortcut.kept.clear()
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
            with self.site as parts:
                done = await self._serve(parts, scope, exchange)
        finally:
            seconds = time.perf_counter() - begun
            self.metrics.requests[done.status] += 1
            self._journal.note(scope.method, done.route, done.status, seconds, done.outcome)

    async def _serve(self, parts: Parts, scope: Any, exchange: Any) -> Done:
        path, headers = scope.path, scope.headers
        if path == "/metrics" and scope.method == "GET":
            exchange.response_str(200, list(_NUMBERS.items()), self.metrics.text(self._gauges()))
            return Done(200, path)
        asking = _Asking(scope, headers, partial(self._client, scope))
        error: Exception | None = None
        body = b""
        try:
            body = await self._body(headers, exchange)
            if path == "/sparql":
                reply = await self._reply(parts, asking, body)
                if reply is not None:
                    return await _send(reply, asking, exchange)
        except (HTTPException, PraleskaError) as found:
            error = found
        environ = environment(scope, body)
        queries = Counted(parts.queries, self.metrics)
        environ |= {ERROR: error, STORE: parts.store_of(queries, asking.client())}
        return await self._apply(parts, environ, exchange)

    async def _body(self, headers: Any, exchange: Any) -> bytes:
        length = headers.get("content-length", "0")
        if length == "0" and "transfer-encoding" not in headers:
            return b""
        if length.isdecimal() and int(length) > self._intake.most_bytes:
            raise TooLarge(self._intake.most_bytes)
        return await self._intake.read(exchange)

    async def _reply(self, parts: Parts, asking: _Asking, body: bytes) -> Reply | None:
        scope, headers = asking.scope, asking.headers
        method = scope.method
        accepted = ",".join(headers.get_all("accept"))
        kind = headers.get("content-type", "")
        question = self._shortcut.question(
            protocol.Head(method, scope.query_string.encode(), accepted, kind), body
        )
        if question is None:
            return None
        known = headers.get("if-none-match", "") if method in ("GET", "HEAD") else ""
        kept = self._shortcut.kept_reply(question, parts.release, known)
        if kept is not None:
            return kept
        queries = Counted(parts.queries, self.metrics)
        return await self._shortcut.reply(question, parts.release, queries, asking.client())

    async def _apply(self, parts: Parts, environ: dict[str, Any], exchange: Any) -> Done:
        given = await self._bridge.call(parts.application, environ)
        if environ["REQUEST_METHOD"] == "HEAD":
            given.close()
            exchange.response_empty(given.status, given.headers)
        elif given.is_long:
            await outflow.pour(exchange, given.status, given.headers, given.pieces)
            given.close()
        else:
            exchange.response_bytes(given.status, given.headers, given.body())
        return Done(given.status, environ.get(ROUTE, "-"))

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
        shortcut = self._shortcut
        return {
            "cache_hits_total": shortcut.hits,
            "cache_misses_total": shortcut.misses,
            "cache_bytes": shortcut.kept.bytes,
            **self.site.numbers(),
        }


async def _send(reply: Reply, asking: _Asking, exchange: Any) -> Done:
    answer = reply.answer
    if answer is None:
        exchange.response_empty(304, reply.headers)
        return Done(304, "/sparql", "unchanged")
    outcome = "kept" if reply.was_kept else answer.cut and "cut"
    if asking.scope.method == "HEAD":
        exchange.response_empty(200, [*reply.headers, ("Content-Length", str(answer.size))])
    elif not answer.packed:
        exchange.response_bytes(200, reply.headers, answer.body)
    elif "gzip" in asking.headers.get("accept-encoding", ""):
        exchange.response_bytes(200, [*reply.headers, ("Content-Encoding", "gzip")], answer.body)
    else:
        headers = [*reply.headers, ("Content-Length", str(answer.size))]
        whole = await outflow.pour(exchange, 200, headers, outflow.unpacked(answer.body))
        outcome = outcome if whole else "left"
    return Done(200, "/sparql", outcome)
