"""The client side of a lane: what the web process holds of a group of workers."""

import contextlib
import queue
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from server.errors import QueryStopped, QueryTimeout, StoreUnavailable
from server.store import wire
from server.store.wire import Reply

# How long after its deadline a worker that ought to be dead is still waited for.
GRACE = 5.0
# The kernel's timer starts a little after ours, and never ends early.
CLOCK_SLACK = 0.05

_BUSY = "The service is busy; try again in a moment."
GONE = "The store does not answer."
DIED = "This was stopped: it needed more memory than one request may use, or it broke the engine."


@dataclass(frozen=True)
class LaneSpec:
    """A group of equal workers behind one socket, and what each of their requests may use."""

    socket: str
    workers: int
    seconds: float
    memory_bytes: int
    nice: int = 0


class Lane:
    """Sends requests to the workers of a lane. For many threads of one process."""

    def __init__(self, spec: LaneSpec) -> None:
        self._spec = spec
        # One slot a worker; last in, first out, so that the same workers stay warm.
        self._slots: queue.LifoQueue[socket.socket | None] = queue.LifoQueue()
        for _ in range(spec.workers):
            self._slots.put(None)

    def call(self, header: dict[str, Any], payload: bytes, wait: float) -> Reply:
        """The worker's reply. Raises its error, or QueryTimeout, QueryStopped or StoreUnavailable."""
        connection = self._take(wait)
        kept = None
        try:
            connection, reply = self._exchange(connection, header, payload)
            kept = connection
        finally:
            self._slots.put(kept)
        if "error" in reply[0]:
            wire.raise_error(reply[0])
        return reply

    def close(self) -> None:
        """Closes the connections that are not in use; their workers end."""
        with contextlib.suppress(queue.Empty):
            while True:
                connection = self._slots.get_nowait()
                if connection is not None:
                    connection.close()

    def _take(self, wait: float) -> socket.socket | None:
        try:
            return self._slots.get(timeout=wait) if wait > 0 else self._slots.get_nowait()
        except queue.Empty as error:
            raise StoreUnavailable(_BUSY) from error

    def _exchange(
        self, idle: socket.socket | None, header: dict[str, Any], payload: bytes
    ) -> tuple[socket.socket, Reply]:
        if idle is not None:
            # Reset means that the worker died before it read the request: ask another.
            with contextlib.suppress(ConnectionError), _closing_on_error(idle):
                return idle, self._ask(idle, header, payload)
        fresh = self._connect()
        with _closing_on_error(fresh):
            try:
                return fresh, self._ask(fresh, header, payload)
            except ConnectionError as error:
                raise StoreUnavailable(GONE) from error

    def _ask(self, connection: socket.socket, header: dict[str, Any], payload: bytes) -> Reply:
        start = time.monotonic()
        try:
            wire.send(connection, header, payload)
            reply = wire.receive(connection)
        except TimeoutError:
            reply = None
        if reply is not None:
            return reply
        if time.monotonic() - start >= self._spec.seconds - CLOCK_SLACK:
            raise QueryTimeout(self._spec.seconds)
        raise QueryStopped(DIED)

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(self._spec.seconds + GRACE)
        try:
            connection.connect(self._spec.socket)
            greeting = wire.receive(connection)
        except OSError as error:
            connection.close()
            raise StoreUnavailable(GONE) from error
        if greeting is None:
            connection.close()
            raise StoreUnavailable(GONE)
        return connection


@contextlib.contextmanager
def _closing_on_error(connection: socket.socket) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise
