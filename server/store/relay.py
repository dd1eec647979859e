"""The way of a reader's query to a worker and back, without a thread: many wait, few run, in fair turns."""

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from typing import Any

from server.errors import PraleskaError, QueryStopped, QueryTimeout, StoreUnavailable
from server.store import wire
from server.store.answers import OWN_DATASET, Answer, Dataset, Formats, Queries, Store
from server.store.embedded import answered, header_of
from server.store.lane import CLOCK_SLACK, DIED, GONE, GRACE, LaneSpec
from server.store.link import Job, Link, Query
from server.store.spool import Limits
from server.store.turns import Turns
from server.store.wire import Reply

# The time of a query counts from when it came: what it waited it has not to run, but this it always has.
_LEAST = 0.1
# How often it is looked whether a worker has outlived its deadline.
_PAUSE = 0.5
_LARGE = 64 * 1024 * 1024
_TOO_LARGE = "The answer is larger than {} bytes; add a LIMIT, or ask at /sparql."


class Relay:
    """Readers' queries to the workers of one lane. For one event loop.

    All of it happens in the moment in which a reply arrives: the next request is sent before anybody looks at
    the reply, so that no worker waits for the event loop.
    """

    def __init__(self, spec: LaneSpec, limits: Limits) -> None:
        self._spec = spec
        self._limits = limits
        self._idle: list[Link] = []
        self._busy: set[Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._alarm: asyncio.TimerHandle | None = None
        self.turns = Turns(spec.workers, spec.seconds)
        # Workers that ended while they answered.
        self.lost = 0

    async def ask(
        self, text: str, formats: Formats, dataset: Dataset = OWN_DATASET, client: bytes = b"", rows: int = 0
    ) -> Answer:
        """See `Queries.ask`."""
        query = Query(text.encode(errors="replace"), formats, dataset, rows)
        job = Job(self, client, query, asyncio.get_running_loop().create_future())
        self.turns.take(job)
        try:
            header, body = await job.future
        except asyncio.CancelledError:
            self._drop(job)
            raise
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

    def send(self, job: Job) -> None:
        """Gives a job that has a place to a worker."""
        while self._idle:
            link = self._idle.pop()
            if link.is_idle():
                self._on(link, job)
                return
        task = asyncio.get_running_loop().create_task(self._send_on_new(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def replied(self, link: Link, reply: Reply) -> None:
        """A worker has answered and is free."""
        job, link.job = link.job, None
        if job is None:
            return
        self._busy.discard(link)
        self._idle.append(link)
        self.turns.leave(job.client)
        if not job.future.done():
            job.future.set_result(reply)

    def lost_link(self, link: Link, error: Exception | None) -> None:
        """A worker has ended, or is gone from here."""
        job, link.job = link.job, None
        self._busy.discard(link)
        if link in self._idle:
            self._idle.remove(link)
        if job is None:
            return
        if isinstance(error, ConnectionError):
            self.send(job)  # reset: it died before it read the request; another is asked
            return
        self.lost += 1
        is_late = time.monotonic() - job.begun >= self._seconds(job) - CLOCK_SLACK
        self._fail(job, QueryTimeout(self._spec.seconds, job.waited) if is_late else QueryStopped(DIED))

    def _seconds(self, job: Job) -> float:
        """How long it may run."""
        return max(self._spec.seconds - job.waited, _LEAST)

    def _on(self, link: Link, job: Job) -> None:
        self._busy.add(link)
        job.start_clock()
        text, *wishes = job.query
        link.ask(job, wire.packed(_head(*wishes, self._limits, self._seconds(job)), text))
        if self._alarm is None:
            self._look_later()

    async def _send_on_new(self, job: Job) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, link = await loop.create_unix_connection(lambda: Link(self), self._spec.socket)
        except OSError:
            self._fail(job, StoreUnavailable(GONE))
            return
        if job.future.done():
            self._idle.append(link)
            self.turns.leave(job.client)
        else:
            self._on(link, job)

    def _fail(self, job: Job, error: PraleskaError) -> None:
        self.turns.leave(job.client)
        job.fail(error)

    def _drop(self, job: Job) -> None:
        """Nobody waits for the reply: out of the queue, or the worker ends."""
        link = job.link
        if self.turns.withdraw(job) or link is None or link.job is not job:
            return
        link.job = None
        self._busy.discard(link)
        self.lost += 1
        link.end()
        self.turns.leave(job.client)

    def _look_later(self) -> None:
        self._alarm = asyncio.get_running_loop().call_later(_PAUSE, self._look)

    def _look(self) -> None:
        """Ends workers that should have ended by themselves."""
        oldest = time.monotonic() - self._spec.seconds - GRACE
        for link in [one for one in self._busy if one.job and one.job.begun < oldest]:
            link.end()
        self._alarm = None
        if self._busy:
            self._look_later()


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
        loop = asyncio.get_running_loop()
        await self.turns.enter(client)
        asked = self._pool.submit(self._store.query, text, formats, dataset, rows or None)
        # A reader who leaves takes the thread not along: the place is free when the store has answered.
        asked.add_done_callback(lambda _: self._left(loop, client))
        return await asyncio.wrap_future(asked)

    def _left(self, loop: asyncio.AbstractEventLoop, client: bytes) -> None:
        with suppress(RuntimeError):  # the service has ended meanwhile
            loop.call_soon_threadsafe(self.turns.leave, client)

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
def _head(formats: Formats, dataset: Dataset, rows: int, limits: Limits, seconds: float) -> bytes:
    return json.dumps({**header_of(formats, dataset, limits, rows), "seconds": seconds}).encode()


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
