"""The worker processes of each release that is served; those of a new one start beside the old ones."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from server.archive.releases import ReleaseFolder
from server.config import Settings
from server.errors import PraleskaError
from server.offering import Offer, offered
from server.store.lane import LaneSpec
from server.store.pool import Pool

MIB = 1024 * 1024
PAGE_SECONDS = 20.0
_QUERY_NICENESS = 10
_PAGE_WORKERS = 2
_CHECK_SECONDS, _CHECK_MEMORY = 30.0, 512
_PARSE_SECONDS, _PARSE_MEMORY = 1.0, 256
# How often it is looked whether there is a new release, and whether an old one has no readers left.
_PAUSE = 0.5
Lanes = dict[str, LaneSpec]


class Generation(NamedTuple):
    """The workers of one release."""

    number: int
    offer: Offer
    lanes: Lanes
    # This file appears when nobody needs the workers any more.
    done: Path
    processes: ExitStack


class Generations:
    """Starts the workers of the current release and follows it when it changes."""

    def __init__(self, settings: Settings, sockets: Path, publish: Callable[[Generation], None]) -> None:
        """`publish` tells the web server's process which workers to use."""
        self._settings = settings
        self._sockets = sockets
        self._publish = publish
        self._living: list[Generation] = []
        self._stopping = threading.Event()
        self._last = 0

    def start(self, offer: Offer) -> None:
        """Starts workers for a release and makes it known. Raises PraleskaError when it cannot be served."""
        self._last += 1
        place = self._sockets / str(self._last)
        place.mkdir()
        with ExitStack() as stack:
            lanes = _start(self._settings, offer.folder, place, stack)
            generation = Generation(self._last, offer, lanes, place / "done", stack.pop_all())
        self._living.append(generation)
        self._publish(generation)

    @contextmanager
    def following(self, first: Offer) -> Iterator[None]:
        """Starts with one release and looks for newer ones in a thread; all workers end with the context."""
        thread = threading.Thread(target=self._follow, daemon=True)
        try:
            self.start(first)
            thread.start()
            yield
        finally:
            self._stopping.set()
            if thread.is_alive():
                thread.join()
            for generation in self._living:
                generation.processes.close()

    def _follow(self) -> None:
        refused: Offer | None = None
        told = ""
        while not self._stopping.wait(_PAUSE):
            self._end_done()
            try:
                offer = offered(self._settings, self._living[-1].offer)
                if offer not in (self._living[-1].offer, refused):
                    refused = offer
                    self.start(offer)
            except (PraleskaError, OSError) as error:
                # Once, and not twice a second.
                if str(error) != told:
                    told = str(error)
                    print(f"The new release is not served: {error}", flush=True)

    def _end_done(self) -> None:
        for generation in [one for one in self._living[:-1] if one.done.exists()]:
            self._living.remove(generation)
            generation.processes.close()


def _start(settings: Settings, folder: ReleaseFolder, place: Path, processes: ExitStack) -> Lanes:
    lanes = {"check": _check_lane(place)}
    known = [str(folder.path), settings.base, str(settings.instance)]
    checker = ("server.archive.submissions:check_handler", known)
    # Each takes seconds to start, so both start at once.
    pools = [processes.enter_context(Pool(*checker, [lanes["check"]], ready=False))]
    if settings.store == "embedded":
        lanes |= _query_lanes(settings, place)
        queries = ("server.store.embedded:query_handler", [str(folder.nquads), settings.base])
        pools.append(processes.enter_context(Pool(*queries, [lanes["query"], lanes["page"]], ready=False)))
    else:
        lanes["parse"] = _parse_lane(place)
        parser = ("server.store.embedded:parse_handler", [settings.base])
        pools.append(processes.enter_context(Pool(*parser, [lanes["parse"]], ready=False)))
    for pool in pools:
        pool.wait_until_ready()
    return lanes


def _check_lane(place: Path) -> LaneSpec:
    memory = _CHECK_MEMORY * MIB
    return LaneSpec(str(place / "check"), 1, _CHECK_SECONDS, memory, _QUERY_NICENESS)


def _parse_lane(place: Path) -> LaneSpec:
    """Not every store says where in a query it stumbled: the embedded engine does, and needs no data."""
    return LaneSpec(str(place / "parse"), 1, _PARSE_SECONDS, _PARSE_MEMORY * MIB, _QUERY_NICENESS)


def _query_lanes(settings: Settings, place: Path) -> Lanes:
    memory = settings.query_memory * MIB
    seconds, count = settings.query_seconds, settings.query_workers
    return {
        "query": LaneSpec(str(place / "query"), count, seconds, memory, _QUERY_NICENESS),
        "page": LaneSpec(str(place / "page"), _PAGE_WORKERS, PAGE_SECONDS, memory),
    }
