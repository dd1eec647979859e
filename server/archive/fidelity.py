"""Whether another store gives literals back as they are, found out by giving it some."""

import re
from collections.abc import Iterable

from server.archive.queries import fill, iris_text, select, stored
from server.errors import RefusedQuery
from server.store.answers import Store
from server.store.syntax import N_TRIPLES, parse
from server.store.updates import Updates

_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"\^\^<([^<>"]*)> \.\n\Z')
# Other words for the same value, which hurt nobody.
_SAME = {"1": "true", "0": "false"}
_PROBES = 5


def spoiled(lines: Iterable[str], graph: str, store: Store, updates: Updates) -> tuple[str, ...]:
    """The datatypes in these lines of N-Triples that the store spoils; `graph` is free for trying."""
    probes: dict[str, list[str]] = {}
    for line in lines:
        match = _LITERAL.search(line)
        if match and len(found := probes.setdefault(match[1], [])) < _PROBES:
            found.append(line)
    return tuple(sorted(name for name in probes if not _survive(probes[name], graph, store, updates)))


def _survive(lines: list[str], graph: str, store: Store, updates: Updates) -> bool:
    text = "".join(lines)
    try:
        updates.run(f"DROP SILENT GRAPH <{graph}> ;\nINSERT DATA {{ GRAPH <{graph}> {{\n{text}}} }}")
    except RefusedQuery:
        return False
    given = {quad.object for quad in parse(text.encode(), N_TRIPLES, graph)}
    found = {row["value"] for row in select(store, fill(stored("content"), graph=iris_text([graph])))}
    updates.run(f"DROP SILENT GRAPH <{graph}>")
    return given == found or given == {term._replace(value=_SAME.get(term.value, "")) for term in found}
