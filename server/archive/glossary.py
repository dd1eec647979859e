"""The model as a document: every class with its shape, every property, every vocabulary, and their links."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from rdflib import DCTERMS, URIRef
from rdflib.term import Literal, Node

from server.archive.model import Model, texts
from server.archive.names import Names
from server.archive.records import Link, Text
from server.archive.rulebook import Rulebook, Shape, Use
from server.archive.vocabulary import OWL, RDF, RDFS, SKOS

_PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
_ABOVE = (SKOS.broader, RDFS.subClassOf)
_DEFINING = (SKOS.definition, SKOS.scopeNote)
_MAPPING = (SKOS.closeMatch, SKOS.exactMatch, SKOS.relatedMatch, SKOS.broadMatch, SKOS.narrowMatch)
_ALIGNING = (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.seeAlso, *_MAPPING)
# Said in a place of its own, or by the place where the term stands.
_ELSEWHERE = {
    *(RDF.type, RDFS.label, RDFS.isDefinedBy, *_DEFINING, SKOS.example, SKOS.notation),
    *(SKOS.prefLabel, SKOS.inScheme, SKOS.topConceptOf, SKOS.hasTopConcept),
}
Key = Callable[["Term"], tuple[float, str]]


@dataclass(frozen=True)
class Fact:
    """A property of a term, with its values."""

    name: Text
    values: tuple[Link, ...]


@dataclass(frozen=True)
class Term:
    """A term as it is explained to a reader."""

    link: Link
    definitions: tuple[Text, ...]
    notations: tuple[Text, ...]
    examples: tuple[Text, ...]
    facts: tuple[Fact, ...]
    aligned: tuple[Fact, ...]
    uses: tuple[Use, ...]
    shape: Shape | None = None
    below: tuple["Term", ...] = ()

    @property
    def code(self) -> tuple[Text, ...]:
        """The examples that are written in no language of people."""
        return tuple(text for text in self.examples if not text.lang)

    @property
    def sentences(self) -> tuple[Text, ...]:
        """The examples in words."""
        return tuple(text for text in self.examples if text.lang)


@dataclass(frozen=True)
class Chapter:
    """Terms of one kind, as a tree, and how many they are."""

    title: Text
    terms: tuple[Term, ...]
    count: int


@dataclass(frozen=True)
class Document:
    """The whole model in one language."""

    title: Text
    description: Text
    version: str
    # What all examples in code begin with.
    prefixes: tuple[Text, ...]
    classes: Chapter
    properties: tuple[Chapter, ...]
    vocabularies: Chapter
    foreign: Chapter


class Glossary:
    """Reads ontology and shapes for readers, in one language."""

    def __init__(self, model: Model, names: Names) -> None:
        self._model = model
        self._graph = model.ontology
        self._names = names
        self._rules = Rulebook(model, names)
        self._orders = {shape.target: shape.order for shape in model.types}

    @cached_property
    def document(self) -> Document:
        """Everything that the model declares."""
        noted = {str(term) for term in self._graph.subjects(SKOS.scopeNote)}
        own = {term for term in self._model.declared if self._names.path(term)}
        head = min(s for s in self._graph.subjects(RDF.type, OWL.Ontology) if isinstance(s, URIRef))
        return Document(
            title=self._said(head, DCTERMS.title) or self._names.text(head),
            description=self._said(head, DCTERMS.description) or Text(""),
            version=str(self._graph.value(head, OWL.versionInfo) or ""),
            prefixes=tuple(self._examples(head)),
            classes=self._chapter(OWL.Class, own, self._in_order),
            properties=tuple(self._chapter(kind, own, _by_name) for kind in _PROPERTIES),
            vocabularies=self._chapter(SKOS.ConceptScheme, None, _by_name),
            foreign=self._listed(Text(""), (self._model.declared | noted) - own, _by_name),
        )

    def term(self, iri: str) -> Term:
        """What is said of one term, and where it is used."""
        node = URIRef(iri)
        return Term(
            link=self._names.link(iri),
            definitions=tuple(filter(None, (self._said(node, predicate) for predicate in _DEFINING))),
            notations=tuple(self._literals(node, SKOS.notation)),
            examples=tuple(self._examples(node)),
            facts=tuple(self._facts(node)),
            aligned=tuple(self._aligned(node)),
            uses=self.uses(iri),
            shape=self._rules.shape(iri) if self._names.path(iri) else None,
        )

    def uses(self, iri: str) -> tuple[Use, ...]:
        """The fields that expect a term; those of a concept are the fields of its scheme."""
        schemes = (str(scheme) for scheme in self._graph.objects(URIRef(iri), SKOS.inScheme))
        return tuple(use for name in (iri, *schemes) for use in self._rules.uses(name))

    def _chapter(self, kind: URIRef, within: set[str] | None, key: Key) -> Chapter:
        found = {str(term) for term in self._graph.subjects(RDF.type, kind)}
        shape = self._model.shape_of([str(kind)])
        title = self._names.label(shape.name) if shape else self._names.text(str(kind))
        return self._listed(title, found if within is None else found & within, key)

    def _listed(self, title: Text, found: Iterable[str], key: Key) -> Chapter:
        terms = {iri: self.term(iri) for iri in found}
        return Chapter(title, self._tree(terms, key), len(terms))

    def _tree(self, terms: dict[str, Term], key: Key) -> tuple[Term, ...]:
        below: dict[str, list[str]] = {}
        for iri in terms:
            below.setdefault(self._above(iri, terms), []).append(iri)
        return self._branch("", terms, below, key)

    def _branch(
        self, top: str, terms: dict[str, Term], below: dict[str, list[str]], key: Key
    ) -> tuple[Term, ...]:
        # Taken out as they are used, so that a circle ends.
        found = [
            replace(terms[iri], below=self._branch(iri, terms, below, key) or self._concepts(iri))
            for iri in below.pop(top, [])
        ]
        return tuple(sorted(found, key=key))

    def _above(self, iri: str, terms: dict[str, Term]) -> str:
        wider = (str(o) for predicate in _ABOVE for o in self._graph.objects(URIRef(iri), predicate))
        return min((one for one in wider if one in terms), default="")

    def _concepts(self, scheme: str) -> tuple[Term, ...]:
        terms = {str(c): self.term(str(c)) for c in self._graph.subjects(SKOS.inScheme, URIRef(scheme))}
        return self._tree(terms, _by_name) if terms else ()

    def _in_order(self, term: Term) -> tuple[float, str]:
        """Where its shape puts a class; one without a shape stands where its first narrower class would."""
        own = self._orders.get(term.link.iri, 999.0)
        return min(own, *(self._in_order(one)[0] for one in term.below), 999.0), _by_name(term)[1]

    def _said(self, node: Node, predicate: URIRef) -> Text | None:
        text = self._names.label(texts(self._graph, node, predicate))
        return text if text.value else None

    def _literals(self, node: Node, predicate: URIRef) -> Iterator[Text]:
        yield from (Text(str(value)) for value in sorted(map(str, self._graph.objects(node, predicate))))

    def _examples(self, node: Node) -> Iterator[Text]:
        """Code in any language, sentences in the reader's."""
        found = texts(self._graph, node, SKOS.example)
        plain = [o for o in self._graph.objects(node, SKOS.example) if not getattr(o, "language", None)]
        yield from (Text(value) for value in sorted(map(str, plain)))
        spoken = {tag: text for tag, text in found.items() if tag}
        if spoken:
            yield self._names.label(spoken)

    def _facts(self, node: Node) -> Iterator[Fact]:
        said = set(self._graph.predicates(node)) - _ELSEWHERE
        for predicate in sorted(said, key=str):
            values = [o for o in self._graph.objects(node, predicate) if not self._is_away(predicate, o)]
            if values and self._model.labels.get(str(predicate)):
                yield self._fact(predicate, values)

    def _aligned(self, node: Node) -> Iterator[Fact]:
        for predicate in _ALIGNING:
            values = [o for o in self._graph.objects(node, predicate) if self._is_away(predicate, o)]
            if values:
                yield self._fact(predicate, values)

    def _is_away(self, predicate: Node, value: Node) -> bool:
        return predicate in _ALIGNING and isinstance(value, URIRef) and not self._names.path(str(value))

    def _fact(self, predicate: Node, values: list[Node]) -> Fact:
        links = (self._value(value) for value in sorted(values, key=str))
        return Fact(self._names.text(str(predicate)), tuple(links))

    def _value(self, value: Node) -> Link:
        """A value as a link; one without an address where it is a literal."""
        if isinstance(value, Literal):
            return Link("", Text(str(value), value.language or "", str(value.datatype or "")))
        return self._names.link(str(value))


def _by_name(term: Term) -> tuple[float, str]:
    return 0.0, term.link.text.value.casefold()
