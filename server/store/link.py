"""One connection to a worker, for an event loop: what is sent on it, what comes back, and how it is ended."""

import asyncio
import contextlib
import os
import select
import signal
import time
from typing import Any, NamedTuple, Protocol, cast

from server.store import wire
from server.store.answers import Dataset, Formats
from server.store.turns import Ticket
from server.store.wire import Reply


class Owner(Protocol):
    """Who gives jobs to connections."""

    def send(self, job: "Job") -> None:
        """The job has a place now."""
        ...

    def replied(self, link: "Link", reply: Reply) -> None:
        """The worker has answered its job."""
        ...

    def lost_link(self, link: "Link", error: Exception | None) -> None:
        """The connection has ended."""
        ...


class Query(NamedTuple):
    """What is asked, and how it is to be answered."""

    text: bytes
    formats: Formats
    dataset: Dataset
    rows: int


class Job(Ticket):
    """A query on its way; its future is for the reply."""

    __slots__ = ("begun", "came", "link", "owner", "query", "waited")

    def __init__(self, owner: "Owner", client: bytes, query: Query, future: "asyncio.Future[Any]") -> None:
        super().__init__(client, future)
        self.owner = owner
        self.query = query
        self.link: Link | None = None
        self.came = time.monotonic()
        self.begun = self.waited = 0.0

    def start_clock(self) -> None:
        """A worker has it from now on."""
        self.begun = time.monotonic()
        # In tenths, and nearly always none: so requests are alike.
        self.waited = round(self.begun - self.came, 1)

    def start(self) -> None:
        self.owner.send(self)


class Link(asyncio.Protocol):
    """One connection, which is one worker; one request at a time."""

    def __init__(self, owner: "Owner") -> None:
        self.transport: asyncio.Transport
        self.job: Job | None = None
        self._owner = owner
        self._poll = select.poll()
        self._data = bytearray()
        # By this the worker can be ended, and never another process that has its number by then.
        self._worker: int | None = None
        self._is_greeted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not `isinstance`: other event loops have transports of their own.
        self.transport = cast(asyncio.Transport, transport)
        self._poll.register(transport.get_extra_info("socket"), select.POLLIN)

    def is_idle(self) -> bool:
        """Whether the worker waits for a request; there is something to read when it has ended."""
        return not self.transport.is_closing() and not (self._is_greeted and self._poll.poll(0))

    def ask(self, job: Job, request: bytes) -> None:
        self.job, job.link = job, self
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._data:
            self._data += data
            self._take(self._data)
        else:
            # Nearly always all of it comes at once.
            self._take(data)

    def _take(self, data: bytes | bytearray) -> None:
        reply = wire.unpack(data)
        if reply is None:
            self._data = bytearray(data) if data is not self._data else self._data
            return
        self._data = bytearray()
        if self._is_greeted:
            self._owner.replied(self, reply)
        else:
            self._is_greeted = True
            self._worker = _handle(reply[0]["process"])
            self._take(data[wire.length(data) :])

    def connection_lost(self, error: Exception | None) -> None:
        if self._worker is not None:
            os.close(self._worker)
            self._worker = None
        self._owner.lost_link(self, error)

    def end(self) -> None:
        """Ends the worker, whatever it is doing."""
        if self._worker is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._worker, signal.SIGKILL)
        self.transport.abort()


def _handle(process: int) -> int | None:
    """A descriptor for a process; None where there is no such thing, or it has ended."""
    try:
        return os.pidfd_open(process)
    except (AttributeError, OSError):
        return None
