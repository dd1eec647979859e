"""Between the store's plain quads and rdflib's graphs."""

import logging
from collections.abc import Iterable

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from server.store.syntax import Quad, Term

# rdflib logs what it cannot convert, with the value: texts of strangers don't belong in a log.
logging.getLogger("rdflib").setLevel(logging.CRITICAL)


def to_rdflib(term: Term) -> Node:
    """The same term for rdflib; literals keep their written form."""
    if term.kind == "iri":
        return URIRef(term.value)
    if term.kind == "bnode":
        return BNode(term.value)
    if term.language:
        return Literal(term.value, lang=term.language)
    return Literal(term.value, datatype=URIRef(term.datatype) if term.datatype else None, normalize=False)


def to_graph(quads: Iterable[Quad]) -> Graph:
    """One rdflib graph of all statements, whatever their named graph."""
    graph = Graph()
    for quad in quads:
        graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    return graph


def iri(value: str) -> Term:
    """An IRI as a term."""
    return Term("iri", value, None, None)
