"""The statements about a thing as CSV (RFC 4180), which every spreadsheet opens."""

import csv
import io
from collections.abc import Iterable

from server.store.syntax import Quad

_HEAD = ("subject", "property", "value", "language", "datatype", "graph")


def table(quads: Iterable[Quad]) -> str:
    """A row for each statement; `graph` is the claim set, empty for what the shared graphs say."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_HEAD)
    writer.writerows(sorted(map(_row, quads)))
    return out.getvalue()


def _row(quad: Quad) -> tuple[str, ...]:
    value = quad.object
    graph = quad.graph.value if quad.graph else ""
    return (
        quad.subject.value,
        quad.predicate.value,
        value.value,
        value.language or "",
        value.datatype or "",
        graph,
    )
