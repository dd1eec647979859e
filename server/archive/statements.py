"""One statement of a page's material."""

from dataclasses import dataclass

from server.store.syntax import Term


@dataclass(frozen=True)
class Statement:
    """One statement and the graph that it stands in."""

    subject: str
    property: str
    value: Term
    graph: str
