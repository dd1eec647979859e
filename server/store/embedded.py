"""The embedded engine behind the store protocol: in this process, or in a pool of killable workers."""

import json
from dataclasses import astuple, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from server.store import engine
from server.store.answers import OWN_DATASET, Answer, Dataset, Formats
from server.store.lane import Lane
from server.store.policy import refuse_federation
from server.store.spool import WHOLE, Limits
from server.store.wire import Handler, Ready, Reply


class MemoryStore:
    """A store in this process, without any limit: for the build, the command line and tests."""

    def __init__(self, nquads: bytes | Path, base: str = "") -> None:
        self._store = engine.load(nquads)
        self._base = base

    def add(self, nquads: bytes) -> None:
        """Takes in more statements."""
        engine.extend(self._store, nquads)

    def query(
        self, text: str, formats: Formats, dataset: Dataset = OWN_DATASET, rows: int | None = None
    ) -> Answer:
        """See `Store.query`."""
        refuse_federation(text)
        limits = replace(WHOLE, rows=rows, may_cut=True) if rows else None
        return engine.evaluate(self._store, text, formats, dataset, limits, self._base)

    def close(self) -> None:
        """Nothing to give back."""


def memory_store(nquads: bytes | Path, base: str = "") -> MemoryStore:
    """A store of these N-Quads (or of the file that holds them); `base` is for relative IRIs in queries."""
    return MemoryStore(nquads, base)


def header_of(formats: Formats, dataset: Dataset, limits: Limits, rows: int | None = None) -> dict[str, Any]:
    """What a worker needs to know beside the text: the same words for the same wishes, which it remembers."""
    limits = replace(limits, rows=min(rows or limits.rows, limits.rows))
    return {"how": json.dumps([astuple(formats), astuple(dataset), astuple(limits)])}


@lru_cache(maxsize=256)
def _wishes(how: str) -> tuple[Formats, Dataset, Limits]:
    formats, dataset, limits = json.loads(how)
    return Formats(*formats), Dataset(*map(tuple, dataset)), Limits(*limits)


@lru_cache(maxsize=64)
def _about(kind: str, media_type: str, cut: str, packed: bool) -> Ready:
    return Ready(kind=kind, media_type=media_type, cut=cut, packed=packed)


def answered(header: dict[str, Any], body: bytes) -> Answer:
    """The answer that a worker sent."""
    return Answer(header["kind"], header["media_type"], body, header["cut"], header["packed"])


class EmbeddedStore:
    """A store in the workers of one lane; `wait` is how many seconds a query queues for a free one."""

    def __init__(self, lane: Lane, wait: float = 1.0, limits: Limits = WHOLE) -> None:
        self._lane = lane
        self._wait = wait
        self._limits = limits

    def query(
        self, text: str, formats: Formats, dataset: Dataset = OWN_DATASET, rows: int | None = None
    ) -> Answer:
        """See `Store.query`."""
        header = header_of(formats, dataset, self._limits, rows)
        # A lone surrogate is no character; SPARQL has no use for it.
        return answered(*self._lane.call(header, text.encode(errors="replace"), self._wait)).unpacked()

    def close(self) -> None:
        """Ends the connections, and with them their workers."""
        self._lane.close()


def query_handler(nquads: str, base: str = "") -> Handler:
    """For the zygote: loads the file `nquads` once and answers what `EmbeddedStore` and `Relay` send."""
    answer = _answering(engine.load(Path(nquads)), base)

    def answer_readers(header: dict[str, Any], payload: bytes) -> Reply:
        # Here it has a deadline: a long text takes long to look through.
        refuse_federation(payload.decode())
        return answer(header, payload)

    return answer_readers


def parse_handler(base: str) -> Handler:
    """The same without data: it can tell where a query is wrong."""
    return _answering(engine.load(b""), base)


def _answering(store: engine.Loaded, base: str) -> Handler:
    def answer(header: dict[str, Any], payload: bytes) -> Reply:
        found = engine.evaluate(store, payload.decode(), *_wishes(header["how"]), base)
        return _about(found.kind, found.media_type, found.cut, found.packed), found.body

    return answer
