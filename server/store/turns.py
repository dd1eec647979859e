"""Whose query is next: clients take turns, and one that asks slow questions leaves a place to the others."""

import asyncio
import time
from collections import deque

from server.errors import StoreUnavailable, TooMany

# A client whose query took longer than this is slow for a while.
_SLOW = 1.0
_SLOW_FOR = 30.0
# Queries that one client may have waiting, and all together.
_OF_ONE = 20
_OF_ALL = 1000

_YOURS = "You have {} queries waiting here; wait for their answers before you send more."
_BUSY = "The service is busy; try again in a moment."


class Turns:
    """Places for a few queries at a time. Clients are opaque bytes, forgotten when they have gone.

    For one event loop; nothing in here is for several threads.
    """

    def __init__(self, places: int, patience: float) -> None:
        """`patience`: how many seconds a query waits for a place."""
        self.places = places
        self._patience = patience
        # When the queries of a client that run now were begun.
        self._running: dict[bytes, list[float]] = {}
        self._queues: dict[bytes, deque[asyncio.Future[None]]] = {}
        # When each of these clients was served last, as a running number.
        self._served: dict[bytes, int] = {}
        self._count = 0
        self._slow_until: dict[bytes, float] = {}
        self.busy = 0
        self.waiting = 0

    async def enter(self, client: bytes) -> None:
        """Returns when `client` has a place. Raises TooMany or StoreUnavailable."""
        if not self.waiting and self._may_run(client, time.monotonic()):
            self._begin(client)
            return
        future = self._enqueue(client)
        alarm = asyncio.get_running_loop().call_later(self._patience, _give_up, future)
        try:
            await future
        except BaseException:
            self._withdraw(client, future)
            raise
        finally:
            alarm.cancel()

    def leave(self, client: bytes) -> None:
        """Gives the place back, to whoever is next."""
        now = time.monotonic()
        begun = self._running[client].pop(0)
        if not self._running[client]:
            del self._running[client]
        if now - begun > _SLOW:
            self._slow_until[client] = now + _SLOW_FOR
        self.busy -= 1
        self._admit(now)
        self._forget(client)
        if not self.busy:
            self._slow_until = {name: end for name, end in self._slow_until.items() if end > now}

    def _may_run(self, client: bytes, now: float) -> bool:
        if self.busy >= self.places:
            return False
        running = self._running.get(client)
        if not running or self.places == 1:
            return True
        slow = now - running[0] > _SLOW or self._slow_until.get(client, 0.0) > now
        return not slow or len(running) < self.places - 1

    def _begin(self, client: bytes) -> None:
        self.busy += 1
        self._served[client] = self._count = self._count + 1
        self._running.setdefault(client, []).append(time.monotonic())

    def _enqueue(self, client: bytes) -> "asyncio.Future[None]":
        queue = self._queues.get(client)
        if queue is not None and len(queue) >= _OF_ONE:
            raise TooMany(_YOURS.format(len(queue)))
        if self.waiting >= _OF_ALL:
            raise StoreUnavailable(_BUSY)
        if queue is None:
            queue = self._queues[client] = deque()
        future = asyncio.get_running_loop().create_future()
        queue.append(future)
        self.waiting += 1
        self._admit(time.monotonic())
        return future

    def _admit(self, now: float) -> None:
        """Gives free places away, each to the client that was served longest ago."""
        while self._queues and self.busy < self.places:
            ready = [client for client in self._queues if self._may_run(client, now)]
            if not ready:
                return
            client = min(ready, key=lambda one: self._served.get(one, 0))
            future = self._queues[client].popleft()
            self._left_queue(client)
            if not future.done():
                self._begin(client)
                future.set_result(None)

    def _left_queue(self, client: bytes) -> None:
        self.waiting -= 1
        if not self._queues[client]:
            del self._queues[client]

    def _forget(self, client: bytes) -> None:
        if client not in self._queues and client not in self._running:
            self._served.pop(client, None)

    def _withdraw(self, client: bytes, future: "asyncio.Future[None]") -> None:
        """The client does not wait any longer: out of the queue, or the place goes back."""
        queue = self._queues.get(client)
        if queue is not None and future in queue:
            queue.remove(future)
            self._left_queue(client)
            self._forget(client)
        elif future.done() and not future.cancelled() and not future.exception():
            self.leave(client)


def _give_up(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_exception(StoreUnavailable(_BUSY))
