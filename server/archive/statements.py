"""One statement of a page's material."""

from typing import NamedTuple

from server.store.syntax import Term


class Statement(NamedTuple):
    """One statement and the graph that it stands in."""

    subject: str
    property: str
    value: Term
    graph: str
