"""Shapes in words: what the description of a thing holds, how often, and where each term is expected."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from server.archive.model import Field, Model, texts
from server.archive.names import Names
from server.archive.records import Link, Text
from server.archive.vocabulary import NOTES, SH


@dataclass(frozen=True)
class Rule:
    """One property of a shape: what it expects, how often, and the message when that is not so."""

    name: Text
    properties: tuple[Link, ...]
    definition: Text
    message: Text
    expected: tuple[Link, ...]
    least: int
    most: int | None


@dataclass(frozen=True)
class Part:
    """The rules that pages show in one section."""

    title: Text
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Shape:
    """What a good description of the things of a class holds."""

    claimed: bool
    parts: tuple[Part, ...]
    checks: tuple[Rule, ...]
    derived: tuple[Link, ...]
    collected: tuple[Text, ...]
    wider: tuple[Link, ...]


@dataclass(frozen=True)
class Use:
    """A field, the class whose things have it, and the vocabularies that its values come from."""

    owner: Link
    name: Text
    schemes: tuple[Link, ...]


class Rulebook:
    """Reads the shapes for readers, in one language."""

    def __init__(self, model: Model, names: Names) -> None:
        self._model = model
        self._shapes = model.shapes
        self._names = names
        self._described = {shape.target: shape for shape in model.types}
        self._fields = {shape.target: shape.fields for shape in model.types}
        self._fields |= {c: fields for c in self._undescribed() if (fields := self._common(c))}
        self._uses = self._index()

    def shape(self, target: str) -> Shape | None:
        """What a class asks of its things besides what wider classes ask, by the sections of pages."""
        if target not in self._fields:
            return None
        fields = self._own(target)
        checked = [f for f in fields if not f.page_only]
        derived = [f for f in checked if self._is(f, NOTES.derived)]
        loose = [f for f in checked if f.group is None and f not in derived]
        return Shape(
            claimed=all(self._described[c].claimed for c in self._narrower(target)),
            parts=tuple(self._parts(f for f in checked if f.group and f not in derived)),
            checks=tuple(map(self._rule, loose)),
            derived=tuple(link for f in derived for link in self._properties(f)),
            collected=tuple(self._names.label(f.name) for f in fields if f.page_only and f.shown),
            wider=tuple(map(self._names.link, self._wider(target))),
        )

    def _undescribed(self) -> set[str]:
        """The classes of ours that have no shape, but narrower ones that do."""
        above = {c for target in self._described for c in self._model.above(target)}
        return {c for c in above - set(self._described) if self._names.path(c)}

    def _common(self, target: str) -> tuple[Field, ...]:
        """The fields of all narrower classes: what a class without a shape asks of its things."""
        first, *others = (self._described[c].fields for c in self._narrower(target))
        return tuple(f for f in first if all(f in fields for fields in others)) if others else ()

    def _narrower(self, target: str) -> list[str]:
        return [c for c in self._model.subclasses(target) if c in self._described]

    def _own(self, target: str) -> list[Field]:
        wider = {f.iri for c in self._wider(target) for f in self._fields[c]}
        return [f for f in self._fields[target] if f.iri not in wider]

    def uses(self, term: str) -> tuple[Use, ...]:
        """The fields that hold a property, or whose values are things of a class or concepts of a scheme."""
        return tuple(self._uses.get(term, ()))

    def _index(self) -> dict[str, list[Use]]:
        found: dict[str, dict[Use, None]] = defaultdict(dict)
        for target in sorted(self._fields):
            for known in self._own(target):
                if not known.page_only:
                    schemes = tuple(map(self._names.link, self._schemes(known)))
                    use = Use(self._names.link(target), self._names.label(known.name), schemes)
                    for link in (*self._properties(known), *self._expected(known)):
                        found[link.iri][use] = None
        return {term: list(uses) for term, uses in found.items()}

    def _wider(self, target: str) -> list[str]:
        """The classes above whose rules hold too."""
        return sorted(c for c in self._model.above(target) if c in self._fields)

    def _parts(self, fields: Iterable[Field]) -> Iterator[Part]:
        grouped: dict[str, list[Field]] = defaultdict(list)
        for known in fields:
            grouped[known.group or ""].append(known)
        for group, title in self._model.groups():
            if group in grouped:
                yield Part(self._names.label(title), tuple(map(self._rule, grouped[group])))

    def _rule(self, known: Field) -> Rule:
        return Rule(
            name=self._names.label(known.name),
            properties=tuple(self._properties(known)),
            definition=self._names.label(known.description),
            message=self._names.label(texts(self._shapes, URIRef(known.iri), SH.message)),
            expected=tuple(self._expected(known)),
            least=self._count(known, SH.minCount) or 0,
            most=self._count(known, SH.maxCount),
        )

    def _is(self, known: Field, mark: URIRef) -> bool:
        return str(self._shapes.value(URIRef(known.iri), mark)).lower() == "true"

    def _count(self, known: Field, bound: URIRef) -> int | None:
        value = self._shapes.value(URIRef(known.iri), bound)
        return int(str(value)) if value is not None else None

    def _properties(self, known: Field) -> Iterator[Link]:
        """The properties that the path of a field names."""
        path = self._shapes.value(URIRef(known.iri), SH.path)
        return (self._names.link(str(step)) for step in self._steps(path))

    def _steps(self, path: Node | None) -> Iterator[URIRef]:
        if isinstance(path, URIRef):
            yield path
        elif path is not None:
            for alternatives in self._shapes.objects(path, SH.alternativePath):
                for step in Collection(self._shapes, alternatives):
                    yield from self._steps(step)

    def _expected(self, known: Field) -> Iterator[Link]:
        """The scheme, classes or datatypes of the values; nothing where any address will do."""
        found = self._schemes(known) or sorted(map(str, self._kinds(URIRef(known.iri))))
        return map(self._names.link, found)

    def _schemes(self, known: Field) -> list[str]:
        return sorted(map(str, self._shapes.objects(URIRef(known.iri), NOTES.scheme)))

    def _kinds(self, node: Node) -> Iterator[Node]:
        for predicate in (SH["class"], SH.datatype):
            yield from self._shapes.objects(node, predicate)
        for choice in self._shapes.objects(node, SH["or"]):
            for one in Collection(self._shapes, choice):
                yield from self._kinds(one)
