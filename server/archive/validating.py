"""Runs the SHACL validator on a graph, with the shapes made ready once."""

from collections.abc import Iterator

from pyshacl import ShapesGraph, Validator
from pyshacl.graph_abstraction import DataGraph
from rdflib import Graph, URIRef
from rdflib.term import Node

from server.archive.findings import Finding
from server.archive.model import Model, texts
from server.archive.screening import Screen
from server.archive.vocabulary import DASH, NOTES, RDF, RDFS, SH

_WORDS = (SH.name, SH.description, SH.message, SH.order, SH.group, RDFS.label)
_MARKS = (str(NOTES), str(DASH))


class Shapes:
    """The shapes of a model, ready to validate any number of graphs."""

    def __init__(self, model: Model) -> None:
        self._model = model
        bare = constraints_only(model.shapes)
        self.screen = Screen(bare, model.ontology)
        self._shapes = ShapesGraph(bare)
        self._hierarchy = [
            (s, p, o) for s, p, o in model.ontology.triples((None, RDFS.subClassOf, None)) if s != o
        ]

    def validate(self, graph: Graph) -> Iterator[Finding]:
        """A finding for each result; `graph` gets the class hierarchy added."""
        for triple in self._hierarchy:
            graph.add(triple)
        # The validator takes a shapes graph to parse; the parsed one replaces it (pinned by a test).
        validator = Validator(DataGraph.from_rdflib(graph), shacl_graph=Graph(), options={"inplace": True})
        validator.shacl_graph = self._shapes
        _, report, _ = validator.run()  # type: ignore[no-untyped-call]
        for result in report.subjects(RDF.type, SH.ValidationResult):
            yield self._finding(report, result)

    def _finding(self, report: Graph, result: Node) -> Finding:
        shape = report.value(result, SH.sourceShape) or SH.Shape
        path = report.value(result, SH.resultPath)
        # The validator's own words are no substitute for a missing message: they may repeat the value.
        messages = texts(self._model.shapes, shape, SH.message) or {"en": "This breaks the named rule."}
        return Finding(
            severity=str(report.value(result, SH.resultSeverity)).rsplit("#", 1)[-1],
            shape=str(shape),
            messages=messages,
            focus=str(report.value(result, SH.focusNode)),
            path=str(path) if isinstance(path, URIRef) else None,
            name=texts(self._model.shapes, shape, SH.name) or None,
        )


def constraints_only(shapes: Graph) -> Graph:
    """The shapes without words and marks and without what only pages need.

    The validator compares every predicate of a shape with every kind of constraint, on every visit:
    without these it needs about half the time, and the results are the same.
    """
    page_only = set(shapes.subjects(NOTES.pageOnly, None))
    bare = Graph()
    for subject, predicate, value in shapes:
        if subject in page_only or value in page_only or predicate in _WORDS:
            continue
        if not str(predicate).startswith(_MARKS):
            bare.add((subject, predicate, value))
    return bare
