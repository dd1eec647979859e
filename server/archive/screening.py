"""Tells which units surely have no fault, so that the SHACL validator need not see them.

The validator stays the authority: whatever is not surely right goes to it, and so does everything that is
described by a shape with a constraint which is not known here. The tests hold both to each other.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from rdflib import Graph, URIRef
from rdflib.term import Node

from server.archive.constraints import Said, Surroundings, Test, are_ordered, term_of, value_test
from server.archive.vocabulary import RDF, RDFS, SH, SKOS
from server.store.syntax import Quad, Term

_TYPE = str(RDF.type)
# What is known of a thing outside a unit is its class and its scheme, no more.
_SEEN = {(str(RDF.type),), (str(SKOS.inScheme),)}
# These say nothing by themselves, or are read together with another.
_SILENT = {SH.path, SH.severity, SH.ignoredProperties, SH.targetClass, SH.targetSubjectsOf}
_WHOLE = {SH.minCount, SH.maxCount, SH.hasValue, SH.equals, SH.uniqueLang, SH.lessThanOrEquals}
_NESTED = {SH.minCount, SH.hasValue}
# Targets and constraints that reach beyond one shape: with any of them, nothing is sure.
_FOREIGN = (SH.target, SH.targetNode, SH.targetObjectsOf, SH.parameter, SH.js, SH.rule)


class UnknownShapeError(Exception):
    """A constraint, a target or a path that is not known here."""


@dataclass
class _Property:
    """A property shape: the properties that its path joins, and what it asks of their values."""

    # Alternatives, each a sequence of properties.
    paths: tuple[tuple[str, ...], ...]
    least: int = 0
    most: int | None = None
    has: list[Term] = field(default_factory=list)
    equals: list[str] = field(default_factory=list)
    not_after: list[str] = field(default_factory=list)
    unique_languages: bool = False
    tests: list[Test] = field(default_factory=list)

    def asks_always(self) -> bool:
        """Whether it can be broken by what is not said."""
        return bool(self.least or self.has or self.equals)

    def holds(self, said: Said, around: Surroundings) -> bool:
        """Whether this surely is true of a thing of which `said` is said."""
        values: set[Term] = set()
        for path in self.paths:
            found = around.at_end(said, path)
            if found is None:
                return False
            values.update(found)
        if len(values) < self.least or (self.most is not None and len(values) > self.most):
            return False
        each = all(test(value, around) for value in values for test in self.tests)
        return each and self._together(values, said)

    def _together(self, values: set[Term], said: Said) -> bool:
        if self.unique_languages:
            languages = [value.language.lower() for value in values if value.language]
            if len(languages) != len(set(languages)):
                return False
        ends = [end for name in self.not_after for end in said.get(name, ())]
        return (
            values.issuperset(self.has)
            and all(values == set(said.get(name, ())) for name in self.equals)
            and all(are_ordered(value, end) for value in values for end in ends)
        )


@dataclass
class _Shape:
    """A node shape, its property shapes sorted by what can break them."""

    allowed: frozenset[str] | None
    tests: list[Test]
    always: list[_Property]
    by_path: dict[str, list[_Property]]

    def holds(self, thing: Term, said: Said, around: Surroundings) -> bool:
        """Whether a thing surely conforms."""
        if self.allowed is not None and not self.allowed.issuperset(said):
            return False
        given = [shape for name in said for shape in self.by_path.get(name, ())]
        return all(shape.holds(said, around) for shape in (*self.always, *given)) and all(
            test(thing, around) for test in self.tests
        )


class _Targets(NamedTuple):
    classes: dict[str, list[_Shape | None]]
    subjects: dict[str, list[_Shape | None]]


class Screen:
    """The shapes as quick tests, made once; None stands for a shape that is not understood."""

    def __init__(self, shapes: Graph, ontology: Graph) -> None:
        self._shapes = shapes
        self._superclasses = _superclasses(ontology)
        self.not_understood: list[str] = []
        self._usable = not _reach_further(shapes)
        self._targets = _Targets(self._targeted(SH.targetClass), self._targeted(SH.targetSubjectsOf))
        self._constants = {str(node) for triple in shapes for node in triple if isinstance(node, URIRef)}
        self._for_classes = cache(self._shapes_for)

    def _targeted(self, predicate: URIRef) -> dict[str, list[_Shape | None]]:
        found: dict[str, list[_Shape | None]] = defaultdict(list)
        for node, target in self._shapes.subject_objects(predicate):
            found[str(target)].append(self._understood(node))
        return found

    def _understood(self, node: Node) -> _Shape | None:
        try:
            return _compile(self._shapes, node)
        except UnknownShapeError:
            self.not_understood.append(str(node))
            return None

    def _shapes_for(self, classes: frozenset[str]) -> list[_Shape | None]:
        names = {wider for name in classes for wider in (name, *self._superclasses.get(name, ()))}
        return [shape for name in sorted(names) for shape in self._targets.classes.get(name, ())]

    def can_judge(self, quads: Iterable[Quad]) -> bool:
        """Whether statements are such that the judgement on one unit can't depend on another."""
        return self._usable and not any(
            quad.predicate.value == str(RDFS.subClassOf) or "bnode" in (quad.subject.kind, quad.object.kind)
            for quad in quads
        )

    def passes(self, quads: Iterable[Quad], things: set[str], known: Callable[[str], Said]) -> bool:
        """Whether nothing is wrong with the `things` that `quads` describe."""
        if not self._constants.isdisjoint(things):
            return False
        described: dict[str, dict[str, list[Term]]] = {thing: {} for thing in things}
        for quad in quads:
            if quad.subject.value in described:
                described[quad.subject.value].setdefault(quad.predicate.value, []).append(quad.object)
        around = Surroundings(described, known, self._superclasses)
        return all(self._conforms(thing, said, around) for thing, said in described.items())

    def _conforms(self, thing: str, said: Said, around: Surroundings) -> bool:
        classes = frozenset(value.value for value in said.get(_TYPE, ()))
        if not classes.isdisjoint(around.described):
            return False
        by_subject = [shape for name in said for shape in self._targets.subjects.get(name, ())]
        node = Term("iri", thing)
        shapes = (*self._for_classes(classes), *by_subject)
        return all(shape is not None and shape.holds(node, said, around) for shape in shapes)


def _reach_further(shapes: Graph) -> bool:
    classes = (None, RDF.type, RDFS.Class) in shapes or (None, RDFS.subClassOf, None) in shapes
    return classes or any((None, name, None) in shapes for name in _FOREIGN)


def _superclasses(ontology: Graph) -> dict[str, frozenset[str]]:
    narrower = set(ontology.subjects(RDFS.subClassOf))
    return {
        str(name): frozenset(map(str, ontology.transitive_objects(name, RDFS.subClassOf)))
        for name in narrower
    }


def _compile(shapes: Graph, node: Node, around: tuple[Node, ...] = ()) -> _Shape:
    """A node shape. Raises UnknownShapeError."""
    if node in around or (node, SH.path, None) in shapes:
        raise UnknownShapeError(str(node))
    inner = (*around, node)
    parts = [_property(shapes, part, inner) for part in shapes.objects(node, SH.property)]
    skipped = {SH.property, SH.closed}
    tests = [
        test for name, value in _asked(shapes, node, skipped) for test in [_test(shapes, name, value, inner)]
    ]
    always = [part for part in parts if part.asks_always()]
    by_path: dict[str, list[_Property]] = defaultdict(list)
    for part in parts:
        for path in part.paths if not part.asks_always() else ():
            by_path[path[0]].append(part)
    return _Shape(_allowed(shapes, node, bool(around)), tests, always, by_path)


def _asked(shapes: Graph, node: Node, skipped: set[URIRef]) -> Iterable[tuple[URIRef, Node]]:
    for name, value in shapes.predicate_objects(node):
        if isinstance(name, URIRef) and str(name).startswith(str(SH)) and name not in _SILENT | skipped:
            yield name, value


def _allowed(shapes: Graph, node: Node, nested: bool) -> frozenset[str] | None:
    closed = shapes.value(node, SH.closed)
    if closed is None or str(closed) == "false":
        return None
    if nested:
        raise UnknownShapeError(str(node))
    ignored = [name for head in shapes.objects(node, SH.ignoredProperties) for name in shapes.items(head)]
    paths = [path for part in shapes.objects(node, SH.property) for path in shapes.objects(part, SH.path)]
    return frozenset(str(name) for name in (*ignored, *paths) if isinstance(name, URIRef))


def _property(shapes: Graph, node: Node, around: tuple[Node, ...]) -> _Property:
    found = _Property(_paths(shapes, node))
    nested = len(around) > 1
    for name, value in _asked(shapes, node, set()):
        if nested and (name not in _NESTED or not set(found.paths) <= _SEEN):
            # More may be known of a value than is seen here; only what more knowledge can't break is sure.
            raise UnknownShapeError(str(node))
        if name in _WHOLE:
            _whole(found, name, value)
        else:
            found.tests.append(_test(shapes, name, value, around))
    return found


def _paths(shapes: Graph, node: Node) -> tuple[tuple[str, ...], ...]:
    path = shapes.value(node, SH.path)
    either = shapes.value(path, SH.alternativePath) if path is not None else None
    paths = [path] if either is None else list(shapes.items(either))
    return tuple(_steps(shapes, path) for path in paths if path is not None)


def _steps(shapes: Graph, path: Node) -> tuple[str, ...]:
    steps = [path] if isinstance(path, URIRef) else list(shapes.items(path))
    if not steps or not all(isinstance(step, URIRef) for step in steps):
        raise UnknownShapeError(str(path))
    return tuple(map(str, steps))


def _whole(found: _Property, name: URIRef, value: Node) -> None:
    """A constraint on all values together."""
    if name == SH.minCount:
        found.least = int(str(value))
        if found.least > 1:
            # Values that differ in the case of their language tag count once for the validator.
            raise UnknownShapeError(str(value))
    elif name == SH.maxCount:
        found.most = int(str(value))
    elif name == SH.hasValue:
        found.has.append(term_of(value))
    elif name == SH.equals:
        found.equals.append(str(value))
    elif name == SH.uniqueLang:
        found.unique_languages = str(value) != "false"
    else:
        found.not_after.append(str(value))


def _test(shapes: Graph, name: URIRef, value: Node, around: tuple[Node, ...]) -> Test:
    if name == SH.node:
        return _conforming(_compile(shapes, value, around))
    if name == SH["or"]:
        options = [_conforming(_compile(shapes, option, around)) for option in shapes.items(value)]
        return lambda term, seen: any(option(term, seen) for option in options)
    test = value_test(shapes, name, value)
    if test is None:
        raise UnknownShapeError(str(name))
    return test


def _conforming(shape: _Shape) -> Test:
    return lambda term, around: shape.holds(term, around.of(term), around)
