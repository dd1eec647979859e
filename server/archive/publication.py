"""What the store at another address says of itself: which release it holds, and whether it is complete."""

from typing import NamedTuple

from server.archive.queries import fill, iris_text, select, stored
from server.store.answers import Store

_DCT = "http://purl.org/dc/terms/"
RELEASE, RUN, COMPLETED = f"{_DCT}identifier", f"{_DCT}references", f"{_DCT}issued"
GUARDED = f"{_DCT}replaces"
DEFAULT_GRAPH = "http://www.w3.org/ns/sparql-service-description#defaultGraph"


def marker(base: str) -> str:
    """The graph that says it; nothing else is in it."""
    return f"{base}graph/publication"


class Publication(NamedTuple):
    """The state of a store that `praleska publish` has filled, or is filling."""

    release: str
    # Tells one run of the command from another.
    run: str
    is_complete: bool
    # What a query means that names no graph, where the store has no default graph of its own.
    default_graphs: tuple[str, ...] = ()
    # Types of literals that the store would spoil: there they have another name.
    guarded: tuple[str, ...] = ()

    def lines(self, base: str, now: str) -> list[str]:
        """The same as N-Triples."""
        about = f"<{marker(base)}>"
        said = [(RELEASE, f'"{self.release}"'), (RUN, f"<{self.run}>")]
        said += [(COMPLETED, f'"{now}"')] if self.is_complete else []
        said += [(DEFAULT_GRAPH, f"<{graph}>") for graph in self.default_graphs]
        said += [(GUARDED, f"<{datatype}>") for datatype in self.guarded]
        return [f"{about} <{name}> {value} .\n" for name, value in said]


def publication(store: Store, base: str) -> Publication | None:
    """What the marker in `store` says; None without one: somebody has loaded the release by hand."""
    rows = select(store, fill(stored("content"), graph=iris_text([marker(base)])))
    said: dict[str, list[str]] = {}
    for row in rows:
        said.setdefault(row["property"].value, []).append(row["value"].value)
    if RELEASE not in said:
        return None
    graphs, guarded = (tuple(sorted(said.get(name, ()))) for name in (DEFAULT_GRAPH, GUARDED))
    return Publication(said[RELEASE][0], said.get(RUN, [""])[0], COMPLETED in said, graphs, guarded)
