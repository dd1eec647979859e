"""Ontology, vocabularies and shapes in memory: what every page, check and list is made from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from rdflib import Graph, URIRef
from rdflib.term import Node

from server.archive.display import Display
from server.archive.paths import sparql_path
from server.archive.reading import read_ontology, read_prefixes, read_turtle, turtle_files
from server.archive.terms import to_graph
from server.archive.vocabulary import DASH, LANGUAGES, NOTES, OWL, RDF, RDFS, SH, SKOS
from server.errors import BadSource
from server.store.syntax import Quad

Texts = dict[str, str]
_LABELS = (SKOS.prefLabel, RDFS.label, SH.name)
_DECLARING = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)


@dataclass(frozen=True)
class Field:
    """One property shape: a row on pages, a rule for checks."""

    iri: str
    path: str
    predicate: str | None
    name: Texts
    description: Texts
    group: str | None
    order: float
    single: bool
    page_only: bool
    unfolded: bool
    summary: bool
    facet: bool
    shown: bool
    in_stub: bool
    in_overview: bool = False


@dataclass(frozen=True)
class TypeShape:
    """One node shape and the class it describes."""

    iri: str
    target: str
    slug: str
    name: Texts
    description: Texts
    order: float
    listed: bool
    claimed: bool
    names_graph: bool
    protected: bool
    auxiliary: bool
    gone: bool
    needed: frozenset[str] = field(default=frozenset())
    fields: tuple[Field, ...] = field(default=())

    @cached_property
    def rows(self) -> tuple[Field, ...]:
        """The fields that stand for one property each, in display order."""
        return tuple(f for f in self.fields if f.shown and not f.page_only and f.predicate)

    def stub(self) -> set[str]:
        """What the register may say of a thing of the class that claims describe."""
        return {str(RDF.type), *(f.predicate for f in self.fields if f.in_stub and f.predicate)}

    @cached_property
    def links(self) -> tuple[Field, ...]:
        """The fields that collect other things: back-links and longer paths."""
        return tuple(f for f in self.fields if f.shown and (f.page_only or not f.predicate))


class Model:
    """Reads the folders ontology/ and shapes/; names no term of the domain."""

    def __init__(
        self, ontology: Graph, shapes: Graph, quads: Iterable[Quad] = (), prefixes: Texts | None = None
    ) -> None:
        self.ontology = ontology
        self.shapes = shapes
        self.display = Display(ontology, shapes)
        self.quads = tuple(quads)
        self.prefixes = prefixes or {}
        self.types = tuple(sorted(map(self._type, self._node_shapes()), key=lambda t: (t.order, t.slug)))
        self._by_target = {shape.target: shape for shape in self.types}

    @classmethod
    def load(cls, folder: Path, base: str) -> "Model":
        """Reads `folder`/ontology and `folder`/shapes. Raises BadSource with file, line and column."""
        quads = list(read_ontology(folder / "ontology", base))
        shapes = [quad for path in turtle_files(folder / "shapes") for quad in read_turtle(path, base)]
        return cls(to_graph(quads), to_graph(shapes), quads, read_prefixes(folder / "ontology"))

    def _node_shapes(self) -> list[Node]:
        shapes = self.shapes.subjects(RDF.type, SH.NodeShape)
        return [shape for shape in shapes if (shape, SH.targetClass, None) in self.shapes]

    def _type(self, shape: Node) -> TypeShape:
        target = str(self.shapes.value(shape, SH.targetClass))
        fields = [self._field(node) for node in self.shapes.objects(shape, SH.property)]
        return TypeShape(
            iri=str(shape),
            target=target,
            slug=local_name(target),
            name=texts(self.shapes, shape, SH.name) or self.labels.get(target, {}),
            description=texts(self.shapes, shape, SH.description),
            order=self._number(shape),
            listed=self._flag(shape, NOTES.listed),
            claimed=self._flag(shape, NOTES.claimed),
            names_graph=self._flag(shape, NOTES.namesGraph),
            protected=self._flag(shape, NOTES.protected),
            auxiliary=self._flag(shape, NOTES.auxiliary),
            gone=self._flag(shape, NOTES.gone),
            needed=frozenset(map(str, self.shapes.objects(shape, NOTES.needsInClaimSet))),
            fields=tuple(sorted(fields, key=lambda f: (f.order, f.iri))),
        )

    def _field(self, node: Node) -> Field:
        path = self.shapes.value(node, SH.path)
        if path is None:
            raise BadSource(f"The property shape {node} has no sh:path.")
        maximum = self.shapes.value(node, SH.maxCount)
        group = self.shapes.value(node, SH.group)
        return Field(
            iri=str(node),
            path=sparql_path(self.shapes, path),
            predicate=str(path) if isinstance(path, URIRef) else None,
            name=texts(self.shapes, node, SH.name),
            description=texts(self.shapes, node, SH.description),
            group=str(group) if group else None,
            order=self._number(node),
            single=maximum is not None and int(str(maximum)) == 1 and not self._flag(node, NOTES.mayChange),
            page_only=self._flag(node, NOTES.pageOnly),
            unfolded=self.shapes.value(node, DASH.viewer) == DASH.DetailsViewer,
            summary=self._flag(node, NOTES.summary),
            facet=self._flag(node, NOTES.facet),
            shown=group is not None and not self._flag(node, NOTES.derived),
            in_stub=self._flag(node, NOTES.inStub),
            in_overview=self._flag(node, NOTES.inOverview),
        )

    def _flag(self, node: Node, annotation: URIRef) -> bool:
        return str(self.shapes.value(node, annotation)).lower() == "true"

    def _number(self, node: Node) -> float:
        value = self.shapes.value(node, SH.order)
        return float(str(value)) if value is not None else 999.0

    def shape_of(self, types: Iterable[str]) -> TypeShape | None:
        """The shape of the most special class among `types`: exact first, else of a superclass."""
        candidates = list(types)
        while candidates:
            for candidate in candidates:
                if candidate in self._by_target:
                    return self._by_target[candidate]
            candidates = [
                str(s) for c in candidates for s in self.ontology.objects(URIRef(c), RDFS.subClassOf)
            ]
        return None

    def subclasses(self, target: str) -> list[str]:
        """`target` and all classes below it."""
        return sorted(str(c) for c in self.ontology.transitive_subjects(RDFS.subClassOf, URIRef(target)))

    def above(self, target: str) -> list[str]:
        """All classes above `target`, without itself."""
        found = self.ontology.transitive_objects(URIRef(target), RDFS.subClassOf)
        return sorted(str(c) for c in found if str(c) != target)

    @cached_property
    def labels(self) -> dict[str, Texts]:
        """Label by language of every term of ontology, vocabularies and shapes."""
        found: dict[str, Texts] = {}
        for graph in (self.shapes, self.ontology):
            for predicate in _LABELS:
                for node, value in graph.subject_objects(predicate):
                    found.setdefault(str(node), {}).setdefault(
                        str(getattr(value, "language", "")), str(value)
                    )
        return found

    @cached_property
    def declared(self) -> frozenset[str]:
        """Every class and property that data may use."""
        return frozenset(str(t) for kind in _DECLARING for t in self.ontology.subjects(RDF.type, kind))

    def annotations(self) -> set[str]:
        """The properties that steer checks and display, and are never used in data."""
        return {str(p) for p in self.ontology.subjects(RDF.type, OWL.AnnotationProperty)}

    @cached_property
    def bounds(self) -> dict[str, tuple[str, str]]:
        """Property with an EDTF value → the properties of its earliest and latest day."""
        pairs = self.ontology.subject_objects(NOTES.lowerBound)
        return {str(p): (str(low), str(self.ontology.value(p, NOTES.upperBound))) for p, low in pairs}

    @cached_property
    def derived(self) -> frozenset[str]:
        """Properties that only the build may write."""
        return frozenset(bound for pair in self.bounds.values() for bound in pair)

    @cached_property
    def publishable(self) -> frozenset[str]:
        """Properties on the allow-list: nothing else leaves the build."""
        return frozenset(str(p) for p in self.ontology.objects(None, NOTES.publishes))

    @cached_property
    def single(self) -> frozenset[str]:
        """Properties of which one claim set gives at most one value."""
        fields = [f for shape in self.types for f in shape.fields if f.predicate and not f.page_only]
        many = {f.predicate for f in fields if not f.single}
        return frozenset(f.predicate for f in fields if f.predicate and f.predicate not in many)

    @cached_property
    def dependent(self) -> frozenset[str]:
        """Properties whose subject cannot stay when all their objects are withheld."""
        return self._marked(self.ontology, NOTES.dependent)

    @cached_property
    def cuttable(self) -> frozenset[str]:
        """Properties whose text may go while the rest stays."""
        return self._marked(self.ontology, NOTES.mayBeCut)

    @cached_property
    def naming(self) -> frozenset[str]:
        """Properties whose value is a name of the thing."""
        return self._paths(NOTES.naming)

    @cached_property
    def searched(self) -> frozenset[str]:
        """Properties whose words can be searched."""
        return self._paths(NOTES.searched)

    @cached_property
    def identifying(self) -> frozenset[str]:
        """Properties by whose value a thing can be recognised."""
        return self._paths(NOTES.identifying)

    @cached_property
    def auxiliary(self) -> frozenset[str]:
        """Classes whose things stay only while something refers to them."""
        return frozenset(shape.target for shape in self.types if shape.auxiliary)

    def _marked(self, graph: Graph, annotation: URIRef) -> frozenset[str]:
        return frozenset(str(node) for node, value in graph.subject_objects(annotation) if value)

    def _paths(self, annotation: URIRef) -> frozenset[str]:
        marked = self._marked(self.shapes, annotation)
        return frozenset(str(self.shapes.value(URIRef(node), SH.path)) for node in marked)

    @cached_property
    def needed(self) -> dict[str, frozenset[str]]:
        """Class → what the description of a claim set must say when the claim set speaks of its things."""
        shapes = (shape for shape in self.types if shape.needed)
        return {name: shape.needed for shape in shapes for name in self.subclasses(shape.target)}

    def entry(self, iri: str) -> list[Quad]:
        """What ontology and vocabularies say of one of their terms."""
        return self._entries.get(iri, [])

    @cached_property
    def _entries(self) -> dict[str, list[Quad]]:
        found: dict[str, list[Quad]] = {}
        for quad in self.quads:
            found.setdefault(quad.subject.value, []).append(quad)
        return found

    def groups(self) -> list[tuple[str, Texts]]:
        """Section headings in order: (IRI, label by language)."""
        return self._groups

    @cached_property
    def _groups(self) -> list[tuple[str, Texts]]:
        nodes = sorted(self.shapes.subjects(RDF.type, SH.PropertyGroup), key=self._number)
        return [(str(node), texts(self.shapes, node, RDFS.label)) for node in nodes]


def texts(graph: Graph, node: Node, predicate: URIRef) -> Texts:
    """All values of `predicate` by language."""
    return {str(getattr(v, "language", None) or ""): str(v) for v in graph.objects(node, predicate)}


def choose(options: Texts, language: str) -> tuple[str, str]:
    """(text, language) in `language`, else in the first language that has one; ("", "") if none."""
    for candidate in (language, *LANGUAGES):
        if candidate in options:
            return options[candidate], candidate
    return next(((text, tag) for tag, text in sorted(options.items())), ("", ""))


def local_name(iri: str) -> str:
    """What stands after the last # or /."""
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]
