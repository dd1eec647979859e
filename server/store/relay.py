"""The way of a reader's query to a worker and back, without a thread: many wait, few run, in fair turns."""

import asyncio
import json
import select
import time
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any, cast

from server.errors import QueryStopped, QueryTimeout, StoreUnavailable
from server.store import wire
from server.store.answers import OWN_DATASET, Answer, Dataset, Formats, Queries, Store
from server.store.embedded import answered, header_of
from server.store.lane import CLOCK_SLACK, DIED, GONE, GRACE, LaneSpec
from server.store.policy import refuse_federation
from server.store.spool import Limits
from server.store.turns import Turns
from server.store.wire import Reply

# Whoever waits for a query that runs into its deadline waits a little longer than that.
_MORE = 2.0
_LARGE = 64 * 1024 * 1024
_TOO_LARGE = "The answer is larger than {} bytes; add a LIMIT, or ask at /sparql."


class _Link(asyncio.Protocol):
    """One connection, which is one worker; one request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self._poll = select.poll()
        self._reply: asyncio.Future[Reply] | None = None
        self._data = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not `isinstance`: other event loops have transports of their own.
        self.transport = cast(asyncio.Transport, transport)
        self._poll.register(transport.get_extra_info("socket"), select.POLLIN)

    def is_idle(self) -> bool:
        """Whether the worker waits for a request; there is something to read when it has ended."""
        return not self.transport.is_closing() and not self._poll.poll(0)

    def data_received(self, data: bytes) -> None:
        self._data += data
        reply = wire.unpack(self._data)
        if reply is not None:
            self._data = bytearray()
            if self._reply is not None and not self._reply.done():
                self._reply.set_result(reply)

    def connection_lost(self, error: Exception | None) -> None:
        if self._reply is not None and not self._reply.done():
            # Reset means that the worker died before it read the request.
            self._reply.set_exception(error or EOFError())

    async def ask(self, request: bytes, seconds: float) -> Reply:
        loop = asyncio.get_running_loop()
        self._reply = loop.create_future()
        self.transport.write(request)
        alarm = loop.call_later(seconds, self.transport.abort)
        try:
            return await self._reply
        finally:
            alarm.cancel()
            self._reply = None


class Relay:
    """Readers' queries to the workers of one lane. For one event loop."""

    def __init__(self, spec: LaneSpec, limits: Limits) -> None:
        self._spec = spec
        self._limits = limits
        self._idle: list[_Link] = []
        self.turns = Turns(spec.workers, spec.seconds + _MORE)
        # Workers that ended while they answered.
        self.lost = 0

    async def ask(
        self, text: str, formats: Formats, dataset: Dataset = OWN_DATASET, client: bytes = b"", rows: int = 0
    ) -> Answer:
        """See `Queries.ask`."""
        refuse_federation(text)
        head = _head(formats, dataset, self._limits, rows)
        request = wire.packed(head, text.encode(errors="replace"))
        await self.turns.enter(client)
        try:
            header, body = await self._exchange(request)
        finally:
            self.turns.leave(client)
        if "error" in header:
            wire.raise_error(header)
        return answered(header, body)

    def numbers(self) -> dict[str, float]:
        """How busy the workers are."""
        return _numbers(self.turns, self.lost)

    def close(self) -> None:
        """Closes the connections; their workers end."""
        for link in self._idle:
            link.transport.abort()

    async def _exchange(self, request: bytes) -> Reply:
        while self._idle:
            link = self._idle.pop()
            if link.is_idle():
                try:
                    return await self._on(link, request)
                except ConnectionError:
                    continue  # it died before it read the request: ask another
        try:
            return await self._on(await self._connect(), request)
        except ConnectionError as error:
            raise StoreUnavailable(GONE) from error

    async def _on(self, link: _Link, request: bytes) -> Reply:
        start = time.monotonic()
        try:
            reply = await link.ask(request, self._spec.seconds + GRACE)
        except EOFError as error:
            self.lost += 1
            if time.monotonic() - start >= self._spec.seconds - CLOCK_SLACK:
                raise QueryTimeout(self._spec.seconds) from error
            raise QueryStopped(DIED) from error
        except asyncio.CancelledError:
            link.transport.abort()
            raise
        self._idle.append(link)
        return reply

    async def _connect(self) -> _Link:
        loop = asyncio.get_running_loop()
        try:
            _, link = await loop.create_unix_connection(_Link, self._spec.socket)
        except OSError as error:
            raise StoreUnavailable(GONE) from error
        return link


class Threads:
    """Readers' queries to a store that needs a thread for each; the turns are as fair."""

    def __init__(self, store: Store, places: int, patience: float) -> None:
        self._store = store
        self._pool = ThreadPoolExecutor(places, "query")
        self.turns = Turns(places, patience)

    async def ask(
        self, text: str, formats: Formats, dataset: Dataset = OWN_DATASET, client: bytes = b"", rows: int = 0
    ) -> Answer:
        """See `Queries.ask`."""
        await self.turns.enter(client)
        try:
            query = partial(self._store.query, text, formats, dataset, rows or None)
            return await asyncio.get_running_loop().run_in_executor(self._pool, query)
        finally:
            self.turns.leave(client)

    def numbers(self) -> dict[str, float]:
        """How busy the threads are."""
        return _numbers(self.turns, 0)

    def close(self) -> None:
        """Ends the threads when their queries have ended."""
        self._pool.shutdown(wait=False)
        self._store.close()


def _numbers(turns: Turns, lost: int) -> dict[str, float]:
    return {
        "workers_busy": turns.busy,
        "workers_idle": turns.places - turns.busy,
        "workers_restarted_total": lost,
        "queries_waiting": turns.waiting,
    }


@lru_cache(maxsize=256)
def _head(formats: Formats, dataset: Dataset, limits: Limits, rows: int) -> bytes:
    return json.dumps(header_of(formats, dataset, limits, rows)).encode()


class ClientStore:
    """The store as one client sees it from another thread: its queries wait in the same queue.

    Its answers are held in memory in plain bytes: there is none that is large, or cut where it was not asked.
    """

    def __init__(self, queries: Queries, loop: asyncio.AbstractEventLoop, client: bytes) -> None:
        self._queries = queries
        self._loop = loop
        self._client = client

    def query(
        self, text: str, formats: Formats, dataset: Dataset = OWN_DATASET, rows: int | None = None
    ) -> Answer:
        """See `Store.query`."""
        asked: Any = self._queries.ask(text, formats, dataset, self._client, rows or 0)
        answer: Answer = asyncio.run_coroutine_threadsafe(asked, self._loop).result()
        if answer.size > _LARGE or (answer.cut and not rows):
            raise QueryStopped(_TOO_LARGE.format(answer.size))
        return answer.unpacked()

    def close(self) -> None:
        """Nothing to give back."""
