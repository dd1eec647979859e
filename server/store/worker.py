"""A worker: one connection, one request at a time, each ended by the kernel at its deadline."""

import contextlib
import os
import resource
import select
import signal
import socket
import sys
import traceback
from collections.abc import Sequence
from typing import Any

from server.errors import PraleskaError, QueryStopped
from server.store import wire
from server.store.lane import LaneSpec
from server.store.wire import Handler, Reply

_MEMORY = "This was stopped: it needed more memory than one request may use."
_FAILED = "This was stopped by an error in the service."


def work(handler: Handler, spec: LaneSpec, listeners: Sequence[socket.socket], own: int, leash: int) -> None:
    """The life of a worker; `leash` is a pipe that closes when the zygote has ended."""
    os.nice(spec.nice)
    connection = _accept(listeners[own], leash)
    for listener in listeners:
        listener.close()
    os.close(leash)
    if connection is not None:
        with contextlib.suppress(ConnectionError):  # the reader of a reply may go at any time
            # By its number the other side can end it before its deadline.
            wire.send(connection, {"process": os.getpid()}, b"")
            _confine(spec.memory_bytes)
            _serve(connection, handler, spec.seconds)


def _accept(listener: socket.socket, leash: int) -> socket.socket | None:
    while True:
        ready, _, _ = select.select([listener.fileno(), leash], [], [])
        if leash in ready:
            return None
        try:
            connection, _ = listener.accept()
        except BlockingIOError:
            continue  # another worker was quicker
        connection.setblocking(True)
        return connection


def _confine(memory_bytes: int) -> None:
    _limit(resource.RLIMIT_CORE, 0)
    size = _address_space()
    if size is not None:
        _limit(resource.RLIMIT_AS, size + memory_bytes)
    # Last: from here on no file and no socket can be opened, by root neither.
    _limit(resource.RLIMIT_NOFILE, 0)


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (allowed, allowed))


def _address_space() -> int | None:
    """Bytes of address space in use; None where the system does not tell (and does not limit) it."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return None


def _serve(connection: socket.socket, handler: Handler, seconds: float) -> None:
    # The default action ends the process, whatever native code is doing.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    while (request := wire.receive(connection)) is not None:
        signal.setitimer(signal.ITIMER_REAL, request[0].get("seconds", seconds))
        try:
            header, payload = _reply(handler, *request)
        except MemoryError:
            # What is left of the heap is not worth keeping: a fresh worker comes.
            wire.send(connection, wire.pack_error(QueryStopped(_MEMORY)), b"")
            return
        signal.setitimer(signal.ITIMER_REAL, 0)
        wire.send(connection, header, payload)


def _reply(handler: Handler, header: dict[str, Any], payload: bytes) -> Reply:
    try:
        return handler(header, payload)
    except PraleskaError as error:
        return wire.pack_error(error), b""
    except MemoryError:
        raise
    except Exception as error:
        report(error)
        return wire.pack_error(QueryStopped(_FAILED)), b""


def report(error: Exception) -> None:
    """Writes down the kind and the place of an error; its message may hold what a reader sent."""
    print(f"worker: {type(error).__name__}", file=sys.stderr)
    traceback.print_tb(error.__traceback__)
