"""Puts the processes together: workers for queries, pages and checks first, then the web server."""

import json
import multiprocessing
import os
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from math import ceil
from pathlib import Path
from typing import Any

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from server import create_app
from server.archive.archive import Archive
from server.archive.releases import ReleaseFolder, current
from server.config import Settings
from server.errors import PraleskaError
from server.store.answers import Store
from server.store.embedded import EmbeddedStore
from server.store.lane import Lane, LaneSpec
from server.store.pool import Pool
from server.store.remote import RemoteStore

_MIB = 1024 * 1024
# Tells the web server's process which lanes were started for it.
_PLAN = "PRALESKA_PLAN"
_THREADS = 16
_QUERY_NICENESS = 10
_PAGE_SECONDS = 20.0
_CHECK_MEMORY = 512
_CHECK_WAIT = 10.0
Lanes = dict[str, LaneSpec]


def serve(settings: Settings, announce: Callable[[], None]) -> None:
    """Serves the current release until it is told to stop; calls `announce` when all is in place.

    Raises PraleskaError when there is no release, or when the address is taken.
    """
    folder = current(settings.instance)
    _try_address(settings.host, settings.port)
    # A forked web process would hold the pipes by which the workers notice that this one has gone.
    multiprocessing.set_start_method("spawn", force=True)
    with workers(settings, folder) as lanes:
        os.environ[_PLAN] = _plan(settings, folder, lanes)
        server = Granian(
            "server.serving:application",
            factory=True,
            address=settings.host,
            port=settings.port,
            interface=Interfaces.WSGI,
            blocking_threads=_THREADS,
            log_access=False,
            # It warns of many threads; most of ours only wait for a worker process.
            log_level=LogLevels.error,
            # A query may still be answered; a client that sends half a request must not hold up the end.
            workers_kill_timeout=ceil(settings.query_seconds) + 1,
        )
        announce()
        server.serve()


def _try_address(host: str, port: int) -> None:
    # The web server lets others listen at its port: a second one would answer every other request.
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, port), family=family).close()
    except (OSError, OverflowError) as error:
        reason = str(error.args[-1]).partition(" (")[0].rstrip(".")
        raise PraleskaError(f"Cannot listen on port {port} of {host}: {reason}.") from error


@contextmanager
def workers(settings: Settings, folder: ReleaseFolder) -> Iterator[Lanes]:
    """Starts the worker processes; they end with the context."""
    with ExitStack() as stack:
        sockets = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="praleska-")))
        lanes = {"check": _check_lane(settings, sockets)}
        checker = ("server.archive.submissions:check_handler", [str(folder.path), settings.base])
        stack.enter_context(Pool(*checker, [lanes["check"]]))
        if settings.store == "embedded":
            lanes |= _query_lanes(settings, sockets)
            arguments = [str(folder.nquads), settings.answer_size * _MIB]
            queries = ("server.store.embedded:query_handler", arguments)
            stack.enter_context(Pool(*queries, [lanes["query"], lanes["page"]]))
        yield lanes


def _check_lane(settings: Settings, sockets: Path) -> LaneSpec:
    memory = _CHECK_MEMORY * _MIB
    return LaneSpec(str(sockets / "check"), 1, settings.check_seconds, memory, _QUERY_NICENESS)


def _query_lanes(settings: Settings, sockets: Path) -> Lanes:
    memory = settings.query_memory * _MIB
    seconds, count = settings.query_seconds, settings.query_workers
    return {
        "query": LaneSpec(str(sockets / "query"), count, seconds, memory, _QUERY_NICENESS),
        "page": LaneSpec(str(sockets / "page"), settings.page_workers, _PAGE_SECONDS, memory),
    }


def _plan(settings: Settings, folder: ReleaseFolder, lanes: Lanes) -> str:
    values = {name: str(v) if isinstance(v, Path) else v for name, v in asdict(settings).items()}
    return json.dumps(
        {
            "settings": values,
            "release": str(folder.path),
            "lanes": {name: asdict(lane) for name, lane in lanes.items()},
        }
    )


def application() -> Flask:
    """The web application inside the server's process, on the lanes that `serve` started."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    plan = json.loads(os.environ[_PLAN])
    values: dict[str, Any] = plan["settings"]
    settings = Settings(**{**values, "source": Path(values["source"]), "instance": Path(values["instance"])})
    lanes = {name: Lane(LaneSpec(**lane)) for name, lane in plan["lanes"].items()}
    return assemble(settings, ReleaseFolder(Path(plan["release"])), lanes)


def _end_with_parent() -> None:
    """A web process whose parent was killed has no workers left to ask."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def assemble(settings: Settings, folder: ReleaseFolder, lanes: dict[str, Lane]) -> Flask:
    """The application on started lanes: pages and readers' queries do not share workers."""
    store: Store = _store(settings, lanes, "page", _PAGE_SECONDS)
    queries = _store(settings, lanes, "query", settings.query_seconds)
    check = lanes["check"]
    archive = Archive(folder, store, settings.base, lambda head, data: check.call(head, data, _CHECK_WAIT))
    return create_app(settings, archive, queries)


def _store(settings: Settings, lanes: dict[str, Lane], name: str, seconds: float) -> Store:
    if settings.store == "embedded":
        return EmbeddedStore(lanes[name], wait=seconds)
    return RemoteStore(settings.store, seconds)
