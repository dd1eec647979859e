"""Whose query is next: clients take turns, and one that asks slow questions leaves a place to the others."""

import asyncio
import time
from collections import deque
from typing import Any

from server.errors import PraleskaError, StoreUnavailable, TooMany

# A client whose query took longer than this is slow for a while.
_SLOW = 1.0
_SLOW_FOR = 30.0
# Queries that one client may have waiting, and all together.
_OF_ONE = 20
_OF_ALL = 1000
# How often it is looked who has waited too long: a timer for each query would cost more than its turn.
_PAUSE = 0.25

_YOURS = "You have {} queries waiting here; wait for their answers before you send more."
_BUSY = "The service is busy; try again in a moment."


class Ticket:
    """A query of `client` that wants a place."""

    __slots__ = ("client", "due", "future")

    def __init__(self, client: bytes, future: "asyncio.Future[Any]") -> None:
        self.client = client
        self.future = future
        self.due = 0.0

    def start(self) -> None:
        """It has a place now."""
        self.future.set_result(None)

    def fail(self, error: PraleskaError) -> None:
        """It gets none."""
        if not self.future.done():
            self.future.set_exception(error)


class Turns:
    """Places for a few queries at a time. Clients are opaque bytes, forgotten when they have gone.

    For one event loop; nothing in here is for several threads.
    """

    def __init__(self, places: int, patience: float) -> None:
        """`patience`: how many seconds a query waits for a place, or a moment more."""
        self.places = places
        self._patience = patience
        # When the queries of a client that run now were begun.
        self._running: dict[bytes, list[float]] = {}
        self._queues: dict[bytes, deque[Ticket]] = {}
        # When each of these clients was served last, as a running number.
        self._served: dict[bytes, int] = {}
        self._count = 0
        self._slow_until: dict[bytes, float] = {}
        self._alarm: asyncio.TimerHandle | None = None
        self.busy = 0
        self.waiting = 0

    async def enter(self, client: bytes) -> None:
        """Returns when `client` has a place. Raises TooMany or StoreUnavailable."""
        ticket = Ticket(client, asyncio.get_running_loop().create_future())
        self.take(ticket)
        try:
            await ticket.future
        except BaseException:
            if not self.withdraw(ticket) and _has_place(ticket.future):
                self.leave(client)
            raise

    def take(self, ticket: Ticket) -> None:
        """Starts `ticket`, now or when it is its turn. Raises TooMany or StoreUnavailable."""
        now = time.monotonic()
        if not self.waiting and self._may_run(ticket.client, now):
            self._begin(ticket, now)
        else:
            self._enqueue(ticket, now)

    def leave(self, client: bytes) -> None:
        """Gives the place back, to whoever is next."""
        now = time.monotonic()
        begun = self._running[client].pop(0)
        if not self._running[client]:
            del self._running[client]
        if now - begun > _SLOW:
            self._slow_until[client] = now + _SLOW_FOR
        self.busy -= 1
        if self._queues:
            self._admit(now)
        self._forget(client)
        if not self.busy and self._slow_until:
            self._slow_until = {name: end for name, end in self._slow_until.items() if end > now}

    def withdraw(self, ticket: Ticket) -> bool:
        """Takes `ticket` out of the queue; says whether it was there."""
        queue = self._queues.get(ticket.client)
        if queue is None or ticket not in queue:
            return False
        queue.remove(ticket)
        self._left_queue(ticket.client)
        self._forget(ticket.client)
        return True

    def _may_run(self, client: bytes, now: float) -> bool:
        if self.busy >= self.places:
            return False
        running = self._running.get(client)
        if not running or self.places == 1:
            return True
        slow = now - running[0] > _SLOW or self._slow_until.get(client, 0.0) > now
        return not slow or len(running) < self.places - 1

    def _begin(self, ticket: Ticket, now: float) -> None:
        client = ticket.client
        self.busy += 1
        self._served[client] = self._count = self._count + 1
        self._running.setdefault(client, []).append(now)
        ticket.start()

    def _enqueue(self, ticket: Ticket, now: float) -> None:
        queue = self._queues.get(ticket.client)
        if queue is not None and len(queue) >= _OF_ONE:
            raise TooMany(_YOURS.format(len(queue)))
        if self.waiting >= _OF_ALL:
            raise StoreUnavailable(_BUSY)
        if queue is None:
            queue = self._queues[ticket.client] = deque()
        ticket.due = now + self._patience
        queue.append(ticket)
        self.waiting += 1
        if self.busy < self.places:
            self._admit(now)
        if self._alarm is None:
            self._look_later()

    def _admit(self, now: float) -> None:
        """Gives free places away, each to the client that was served longest ago."""
        while self._queues and self.busy < self.places:
            ready = [client for client in self._queues if self._may_run(client, now)]
            if not ready:
                return
            client = min(ready, key=lambda one: self._served.get(one, 0)) if len(ready) > 1 else ready[0]
            ticket = self._queues[client].popleft()
            self._left_queue(client)
            if not ticket.future.done():
                self._begin(ticket, now)

    def _left_queue(self, client: bytes) -> None:
        self.waiting -= 1
        if not self._queues[client]:
            del self._queues[client]

    def _forget(self, client: bytes) -> None:
        if client not in self._queues and client not in self._running:
            self._served.pop(client, None)

    def _look_later(self) -> None:
        pause = min(_PAUSE, self._patience / 10)
        self._alarm = asyncio.get_running_loop().call_later(pause, self._look)

    def _look(self) -> None:
        """Ends the waiting of those who have waited too long; in a queue, the first is the oldest."""
        now = time.monotonic()
        for client, queue in list(self._queues.items()):
            while queue and queue[0].due <= now:
                queue.popleft().fail(StoreUnavailable(_BUSY))
                self._left_queue(client)
            self._forget(client)
        self._alarm = None
        if self.waiting:
            self._look_later()


def _has_place(future: "asyncio.Future[None]") -> bool:
    return future.done() and not future.cancelled() and not future.exception()
