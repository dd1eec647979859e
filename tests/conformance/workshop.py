"""A throw-away service for suites that bring their own data: our front and engine, and a door to write.

The door, /update, exists here only: the public service has no code that could open it.
usage: python -m tests.conformance.workshop INSTANCE PORT
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from server import create_app
from server.archive.archive import Archive
from server.config import Settings
from server.store.answers import OWN_DATASET, Answer, Dataset, Formats, Queries, Store
from server.store.engine import evaluate
from server.store.policy import refuse_federation
from server.store.relay import ClientStore, Threads
from server.store.spool import Limits
from server.web.front import Front
from server.web.site import Parts, Site

INSTANCE = "PRALESKA_WORKSHOP"
DOOR = "/update"
_LIMITS = Limits(rows=100_000, size=64 * 1024 * 1024)


class Bench:
    """A store that can be written; it is read as the workers of the service read theirs."""

    def __init__(self) -> None:
        self._store = ox.Store()

    def update(self, text: str) -> None:
        self._store.update(text)

    def query(
        self, text: str, formats: Formats, dataset: Dataset = OWN_DATASET, rows: int | None = None
    ) -> Answer:
        refuse_federation(text)
        return evaluate(self._store, text, formats, dataset, _LIMITS)

    def close(self) -> None:
        pass


class Workshop:
    """What the web server calls: the front of the service, and beside it the door."""

    def __init__(self, settings: Settings) -> None:
        self._loop: asyncio.AbstractEventLoop
        self._bench = Bench()
        archive = Archive.open(settings)
        queries = Threads(self._bench, 2, 10.0)
        application = create_app(settings, archive).wsgi_app
        parts = Parts("none", archive.release.created, application, queries, self._of, dict, queries.close)
        self._front = Front(settings, Site(parts))

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def _of(self, queries: Queries, client: bytes) -> Store:
        return ClientStore(queries, self._loop, client)

    async def __rsgi__(self, scope: Any, exchange: Any) -> None:
        if scope.path != DOOR:
            await self._front.serve(scope, exchange)
            return
        try:
            self._bench.update((await exchange()).decode())
            exchange.response_empty(204, [])
        except (SyntaxError, ValueError, OSError) as error:
            exchange.response_str(400, [("Content-Type", "text/plain; charset=utf-8")], str(error))


def application() -> Workshop:
    """For the web server. Nothing is kept: the same question has another answer over other data."""
    return Workshop(Settings(instance=Path(os.environ[INSTANCE]), cache_size=0))


def main() -> None:
    os.environ[INSTANCE] = sys.argv[1]
    Granian(
        "tests.conformance.workshop:application",
        factory=True,
        port=int(sys.argv[2]),
        interface=Interfaces.RSGI,
        log_level=LogLevels.error,
    ).serve()


if __name__ == "__main__":
    main()
