"""How things are shown, by the annotations of the ontology and the shapes: read once for a model."""

from collections.abc import Iterable

from rdflib import Graph, URIRef
from rdflib.term import Node

from server.archive.vocabulary import NOTES, SH

# Fields with this sh:pattern hold language tags.
_TAGS = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


class Display:
    """What pages ask of the annotations; all by IRI."""

    def __init__(self, ontology: Graph, shapes: Graph) -> None:
        # Fields whose values are language tags; groups that are shown closed; classes whose things last.
        self.tags = _strings(
            node for node, value in shapes.subject_objects(SH.pattern) if str(value) == _TAGS
        )
        self.folded = _true(shapes, NOTES.folded)
        self.lasting = _true(shapes, NOTES.lasting)
        # Shape → words for the situation that its things put somebody in, by language.
        self.states: dict[str, dict[str, str]] = {}
        for shape, words in shapes.subject_objects(NOTES.state):
            self.states.setdefault(str(shape), {})[str(getattr(words, "language", None) or "")] = str(words)
        # The properties that hold the earliest day of a date; those whose object lends its day.
        self.earliest = _strings(ontology.objects(None, NOTES.lowerBound))
        self.lending = _strings(ontology.subjects(NOTES.dayFrom))
        # What a property says of the place of a thing in time → the properties that do.
        self.spans: dict[str, list[str]] = {}
        for name, part in ontology.subject_objects(NOTES.spanPart):
            self.spans.setdefault(str(part), []).append(str(name))


def _true(graph: Graph, annotation: URIRef) -> frozenset[str]:
    return _strings(node for node, value in graph.subject_objects(annotation) if str(value) == "true")


def _strings(nodes: Iterable[Node]) -> frozenset[str]:
    return frozenset(map(str, nodes))
