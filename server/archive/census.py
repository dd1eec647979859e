"""What the build counted of a release, as its own description in the data says."""

from collections.abc import Iterable

from rdflib.namespace import VOID

from server.store.syntax import Quad

_SUBSET = str(VOID.subset)


def shared_graphs(counted: Iterable[Quad]) -> list[str]:
    """The named graphs that are parts of the data set; other parts are only parts of its description."""
    parts = {quad.object.value for quad in counted if quad.predicate.value == _SUBSET}
    return sorted(part for part in parts if "#" not in part)
