"""Finds triple patterns that no GRAPH encloses: they mean different things on different stores."""

from collections.abc import Iterator

from pyparsing import ParseResults
from rdflib.plugins.sparql.parserutils import CompValue


def outside_graph(node: object) -> Iterator[str]:
    """Every block of triple patterns that no GRAPH encloses."""
    if isinstance(node, CompValue):
        if node.name == "GraphGraphPattern":
            return
        if node.name == "TriplesBlock":
            yield str(dict(node))
        yield from (found for part in dict.values(node) for found in outside_graph(part))
    elif isinstance(node, (list, ParseResults)):
        yield from (found for part in node for found in outside_graph(part))
