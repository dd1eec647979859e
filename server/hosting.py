"""Inside the web server's process: the application on the workers that `serve` started, later on newer."""

import asyncio
import gc
import json
import multiprocessing
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from server import create_app
from server.archive.archive import Archive
from server.config import Settings
from server.errors import PraleskaError
from server.generations import MIB, PAGE_SECONDS
from server.offering import Offer
from server.serving import PLAN
from server.store.answers import ANSWER_ROWS, Dataset, Queries, Store
from server.store.embedded import EmbeddedStore
from server.store.lane import Lane, LaneSpec
from server.store.relay import ClientStore, Relay, Threads
from server.store.remote import ClosedStore, RemoteStore
from server.store.spool import WHOLE, Limits
from server.web.front import Front
from server.web.site import Parts, Site

_CHECK_WAIT = 10.0
# Queries that another store is asked at once.
_REMOTE_PLACES = 8
_PAUSE = 0.5


class Plan(NamedTuple):
    """Which workers serve which release."""

    number: int
    settings: Settings
    offer: Offer
    lanes: dict[str, LaneSpec]
    done: Path

    @classmethod
    def read(cls) -> "Plan":
        """What `serve` has published last."""
        plan = json.loads(Path(os.environ[PLAN]).read_text(encoding="utf-8"))
        values: dict[str, Any] = plan["settings"]
        paths = {name: Path(values[name]) for name in ("source", "instance")}
        lanes = {name: LaneSpec(**lane) for name, lane in plan["lanes"].items()}
        offer = Offer(
            Path(plan["release"]), tuple(plan["default_graphs"]), plan["refusal"], plan["is_guarded"]
        )
        return cls(plan["number"], Settings(**{**values, **paths}), offer, lanes, Path(plan["done"]))


def application() -> "Application":
    """For the web server."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    made = Application(Plan.read())
    _settle()
    return made


class Application:
    """What the web server calls (RSGI): the front, and a look for newer releases now and then."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._front = Front(plan.settings, assemble(plan, self._store_of))
        self._loop: asyncio.AbstractEventLoop
        self._watch: asyncio.Task[None]

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._watch = loop.create_task(self._follow())

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._watch.cancel()
        self._front.close()

    async def __rsgi__(self, scope: Any, exchange: Any) -> None:
        await self._front.serve(scope, exchange)

    def _store_of(self, queries: Queries, client: bytes) -> Store:
        return ClientStore(queries, self._loop, client)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(_PAUSE)
            # The file is replaced at once, and goes when the service ends.
            with suppress(FileNotFoundError):
                plan = Plan.read()
                if plan.number != self._plan.number:
                    await self._change_to(plan)

    async def _change_to(self, plan: Plan) -> None:
        try:
            site = await asyncio.to_thread(assemble, plan, self._store_of)
        except (PraleskaError, OSError) as error:
            # This look for releases must go on: the next one may be served.
            print(f"The new release is not served: {error}", flush=True)
        else:
            self._front.switch(site)
            _settle()
        self._plan = plan


def assemble(plan: Plan, store_of: Callable[[Queries, bytes], Store]) -> Site:
    """The application on started workers: pages and readers' queries do not share them."""
    settings = plan.settings
    lanes = {name: Lane(lane) for name, lane in plan.lanes.items()}
    check = lanes["check"]
    archive = Archive(
        plan.offer.folder,
        _page_store(plan, lanes),
        settings.base,
        lambda head, data: check.call(head, data, _CHECK_WAIT),
    )
    queries = _queries(plan, lanes)

    def close() -> None:
        for part in (queries, archive.store, *lanes.values()):
            part.close()
        plan.done.touch()

    app = create_app(settings, archive)
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)  # compiled now, and not when the first reader wants it
    release = archive.release
    return Site(Parts(release.id, release.created, app.wsgi_app, queries, store_of, queries.numbers, close))


def _page_store(plan: Plan, lanes: dict[str, Lane]) -> Store:
    if plan.settings.store == "embedded":
        return EmbeddedStore(lanes["page"], wait=PAGE_SECONDS)
    return _another(plan, lanes, PAGE_SECONDS, WHOLE)


def _queries(plan: Plan, lanes: dict[str, Lane]) -> Relay | Threads:
    settings = plan.settings
    limits = Limits(ANSWER_ROWS, settings.answer_size * MIB)
    if settings.store == "embedded":
        return Relay(plan.lanes["query"], limits)
    store = _another(plan, lanes, settings.query_seconds, limits)
    return Threads(store, _REMOTE_PLACES, settings.query_seconds)


def _another(plan: Plan, lanes: dict[str, Lane], seconds: float, limits: Limits) -> Store:
    """The store at another address, unless it holds something else just now."""
    if plan.offer.refusal:
        return ClosedStore(plan.offer.refusal)
    return RemoteStore(
        plan.settings.store,
        seconds,
        limits,
        Dataset(plan.offer.default_graphs),
        allowed=tuple(plan.settings.federation.split()),
        parser=EmbeddedStore(lanes["parse"]),
        guarded=plan.offer.is_guarded,
        base=plan.settings.base,
    )


def _settle() -> None:
    """Takes what lives as long as a release out of the search for garbage, which holds up all readers."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _end_with_parent() -> None:
    """A web process whose parent was killed has no workers left to ask."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
