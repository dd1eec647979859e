"""Evaluates a query on the embedded engine."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from server.errors import BadQuery, QueryStopped, StoreUnavailable
from server.store import answers
from server.store.answers import Answer, Dataset, Formats, Kind
from server.store.complaints import bad_query
from server.store.spool import FullError, Limits, Spool

_SOLUTIONS = {
    answers.JSON: ox.QueryResultsFormat.JSON,
    answers.XML: ox.QueryResultsFormat.XML,
    answers.CSV: ox.QueryResultsFormat.CSV,
    answers.TSV: ox.QueryResultsFormat.TSV,
}
_GRAPHS = {media_type: ox.RdfFormat.from_media_type(media_type) for media_type in answers.GRAPH_FORMATS}

_Result = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
Loaded = ox.Store
Written = _Result | ox.QuadParser


def load(nquads: bytes | Path) -> ox.Store:
    """A store in memory. Raises StoreUnavailable when there is not a whole file of N-Quads.

    `bulk_load` is ten times faster than `load`."""
    store = ox.Store()
    # A heap of its own: in the holes that loading leaves in a heap, each query would look for room, which
    # takes twice as long, and a forked worker would copy the pages around them.
    with ThreadPoolExecutor(1) as thread:
        loaded = thread.submit(_load, store, nquads)
    name = "The data" if isinstance(nquads, bytes) else str(nquads)
    try:
        loaded.result()
    except OSError as error:
        raise StoreUnavailable(f"{name} cannot be read: {error}") from error
    except SyntaxError as error:
        # The parser's message repeats parts of the data.
        raise StoreUnavailable(f"{name} cannot be read: line {error.lineno} is no statement.") from None
    return store


def _load(store: ox.Store, nquads: bytes | Path) -> None:
    if isinstance(nquads, bytes):
        store.bulk_load(nquads, ox.RdfFormat.N_QUADS)
    else:
        store.bulk_load(path=nquads, format=ox.RdfFormat.N_QUADS)


def extend(store: ox.Store, nquads: bytes) -> None:
    """Loads more into a store in memory."""
    store.bulk_load(nquads, ox.RdfFormat.N_QUADS)


def evaluate(
    store: ox.Store,
    text: str,
    formats: Formats,
    dataset: Dataset,
    limits: Limits | None = None,
    base: str = "",
) -> Answer:
    """The answer to `text`, whose relative IRIs are meant from `base`.

    Raises BadQuery, NotAcceptable or QueryStopped."""
    try:
        result = _run(store, text, dataset, base or None)
        kind = _kind(result)
        media_type = formats.of(kind)
        if limits is None:
            return Answer(kind, media_type, _serialized(result, media_type, None))
        return written(result, kind, media_type, limits)
    except SyntaxError as error:
        raise bad_query(str(error.msg), text) from error
    except (OSError, RuntimeError, ValueError) as error:
        # The engine's message may hold parts of the query or of the data: it goes no further.
        raise QueryStopped("The query failed while it was running.") from error


def _run(store: ox.Store, text: str, dataset: Dataset, base: str | None) -> _Result:
    if not dataset:
        # Measured: naming the store's own graphs makes scans 2 to 5 times slower.
        return store.query(text, base_iri=base)
    return store.query(
        text,
        base_iri=base,
        default_graph=_nodes(dataset.default_graphs),  # type: ignore[arg-type]
        named_graphs=_nodes(dataset.named_graphs),  # type: ignore[arg-type]
    )


def _nodes(graphs: tuple[str, ...]) -> list[ox.NamedNode]:
    try:
        return [ox.NamedNode(graph) for graph in graphs]
    except ValueError as error:
        raise BadQuery("The name of a graph is not an absolute IRI.") from error


def _kind(result: _Result) -> Kind:
    if isinstance(result, ox.QueryBoolean):
        return "boolean"
    return "graph" if isinstance(result, ox.QueryTriples) else "solutions"


def written(result: Written, kind: Kind, media_type: str, limits: Limits) -> Answer:
    """The answer that holds `result`, as far as the limits allow. Raises QueryStopped."""
    spool = Spool(media_type, limits)
    try:
        _serialized(result, media_type, spool)
        spool.finish()
    except FullError:
        spool.cut()
    return Answer(kind, media_type, spool.body(), spool.reached, spool.packed)


def _serialized(result: Written, media_type: str, output: Spool | None) -> bytes:
    # Any object with `write` will do for the engine.
    file: Any = output
    if isinstance(result, ox.QueryTriples):
        return result.serialize(file, _GRAPHS[media_type]) or b""
    if isinstance(result, ox.QuerySolutions | ox.QueryBoolean):
        return result.serialize(file, _SOLUTIONS[media_type]) or b""
    return ox.serialize(result, file, _GRAPHS[media_type]) or b""
