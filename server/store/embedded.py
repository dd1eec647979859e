"""The embedded engine behind the store protocol: in this process, or in a pool of killable workers."""

from pathlib import Path
from typing import Any

from server.store import engine
from server.store.answers import OWN_DATASET, Answer, Dataset, Formats
from server.store.lane import Lane
from server.store.policy import refuse_federation
from server.store.wire import Handler, Reply


class MemoryStore:
    """A store in this process, without any limit: for the build, the command line and tests."""

    def __init__(self, nquads: bytes | Path) -> None:
        self._store = engine.load(nquads)

    def query(self, text: str, formats: Formats, dataset: Dataset = OWN_DATASET) -> Answer:
        """See `Store.query`."""
        refuse_federation(text)
        return engine.evaluate(self._store, text, formats, dataset)

    def close(self) -> None:
        """Nothing to give back."""


def memory_store(nquads: bytes | Path) -> MemoryStore:
    """A store of these N-Quads (or of the file that holds them)."""
    return MemoryStore(nquads)


class EmbeddedStore:
    """A store in the workers of one lane; `wait` is how many seconds a query queues for a free one."""

    def __init__(self, lane: Lane, wait: float = 1.0) -> None:
        self._lane = lane
        self._wait = wait

    def query(self, text: str, formats: Formats, dataset: Dataset = OWN_DATASET) -> Answer:
        """See `Store.query`."""
        refuse_federation(text)
        header = {
            "formats": [formats.solutions, formats.boolean, formats.graph],
            "dataset": [dataset.default_graphs, dataset.named_graphs],
        }
        # A lone surrogate is no character; SPARQL has no use for it.
        reply, body = self._lane.call(header, text.encode(errors="replace"), self._wait)
        return Answer(reply["kind"], reply["media_type"], body)

    def close(self) -> None:
        """Ends the connections, and with them their workers."""
        self._lane.close()


def query_handler(nquads: str, max_bytes: int) -> Handler:
    """For the zygote: loads the file `nquads` once and answers what `EmbeddedStore` sends."""
    store = engine.load(Path(nquads))

    def answer(header: dict[str, Any], payload: bytes) -> Reply:
        dataset = Dataset(*map(tuple, header["dataset"]))
        found = engine.evaluate(store, payload.decode(), Formats(*header["formats"]), dataset, max_bytes)
        return {"kind": found.kind, "media_type": found.media_type}, found.body

    return answer
