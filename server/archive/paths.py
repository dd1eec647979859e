"""SHACL property paths as SPARQL 1.1 property paths."""

from rdflib import Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from server.archive.vocabulary import SH
from server.errors import BadSource

_SUFFIXES = {SH.zeroOrOnePath: "?", SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+"}


def sparql_path(shapes: Graph, path: Node) -> str:
    """The path at `path` in `shapes` as SPARQL text. Raises BadSource on an unknown form."""
    if isinstance(path, URIRef):
        return path.n3()
    inverse = shapes.value(path, SH.inversePath)
    if inverse is not None:
        return f"^{sparql_path(shapes, inverse)}"
    alternatives = shapes.value(path, SH.alternativePath)
    if alternatives is not None:
        return _joined(shapes, alternatives, "|")
    for predicate, suffix in _SUFFIXES.items():
        inner = shapes.value(path, predicate)
        if inner is not None:
            return f"({sparql_path(shapes, inner)}){suffix}"
    return _joined(shapes, path, "/")


def _joined(shapes: Graph, items: Node, separator: str) -> str:
    steps = [sparql_path(shapes, item) for item in Collection(shapes, items)]
    if not steps:
        raise BadSource("A shape has an sh:path that is not a property path.")
    return f"({separator.join(steps)})"
