"""Checks statements against ontology and shapes: the register as one, each claim set alone.

Never the union: two honest sources that contradict each other would look like an error.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple, Protocol

from rdflib import URIRef

from server.archive.constraints import Said
from server.archive.dates import derived
from server.archive.findings import Finding
from server.archive.model import Model, texts
from server.archive.queries import SOURCE_BASE
from server.archive.rules import StatementRules, finding
from server.archive.terms import to_graph
from server.archive.validating import Shapes
from server.archive.vocabulary import RDF, RDFS, SKOS
from server.store.syntax import Quad, Term

_CONTEXT = (str(RDF.type), str(SKOS.inScheme))
# Stands between an IRI and the number of the unit that describes it; no IRI holds it.
_APART = "\u241f"
_NAME_APART = re.compile(rf"(.*){_APART}(\d+)", re.DOTALL)
_Index = dict[str, list[Quad]]


class Context(Protocol):
    """What is already known of the things that a submission names."""

    def describe(self, iris: set[str]) -> Iterable[Quad]:
        """Statements of the register about `iris`."""
        ...


class IndexedContext:
    """The register of all sources, in memory."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._index = _by_subject(quads)

    def describe(self, iris: set[str]) -> Iterable[Quad]:
        """Statements of the sources' register about `iris`."""
        return (quad for iri in sorted(iris) for quad in self._index.get(iri, ()))


class Checker:
    """Holds the shapes ready; checks any number of submissions."""

    def __init__(self, model: Model, base: str = SOURCE_BASE) -> None:
        self._model = model
        self._base = base
        self._register = f"{base}graph/register"
        self._rules = StatementRules(model, base)
        self._shapes = Shapes(model)
        self._stubs = {shape.target: shape.stub() for shape in model.types if shape.claimed}

    def check(self, quads: list[Quad], context: Context) -> list[Finding]:
        """All findings, each once, in the order of graphs and subjects. Default-graph statements
        count as register entries, since plain Turtle cannot name a graph."""
        if not quads:
            return [finding(self._model, "emptySubmission", f"{self._base}id/", None, None)]
        found = list(self._rules.check(quads))
        register = [quad for quad in quads if self._is_register(quad)]
        claims: _Index = defaultdict(list)
        for quad in quads:
            if quad.graph and not self._is_register(quad):
                claims[quad.graph.value].append(quad)
        known = _Known(self._model, quads, register, context)
        found += self._check_register(register, known)
        for claim_set, statements in sorted(claims.items()):
            found += self._check_claims(claim_set, statements, known)
        units = [self._register_unit(register, known)]
        units += [self._claim_unit(claim_set, quads, known) for claim_set, quads in sorted(claims.items())]
        found += self._validate(units, known)
        return unique(found)

    def _is_register(self, quad: Quad) -> bool:
        return quad.graph is None or quad.graph.value == self._register

    def _check_register(self, quads: list[Quad], known: "_Known") -> Iterator[Finding]:
        subjects = sorted({quad.subject.value for quad in quads})
        for subject in subjects:
            if not known.types(subject):
                yield finding(self._model, "untyped", subject, None, None)
        yield from self._claims_in_register(quads, known)
        yield from self._references(quads, None, known)

    def _register_unit(self, quads: list[Quad], known: "_Known") -> "_Unit":
        subjects = {quad.subject.value for quad in quads}
        focus = {subject for subject in subjects if not known.types(subject) & self._stubs.keys()}
        return _Unit(None, [*quads, *known.unchanged(quads, focus)], focus)

    def _claims_in_register(self, quads: list[Quad], known: "_Known") -> Iterator[Finding]:
        for quad in quads:
            claimed = known.types(quad.subject.value) & self._stubs.keys()
            if claimed and not any(quad.predicate.value in self._stubs[name] for name in claimed):
                yield finding(self._model, "claimInRegister", quad.subject.value, quad.predicate.value, None)

    def _check_claims(self, claim_set: str, quads: list[Quad], known: "_Known") -> Iterator[Finding]:
        if not claim_set.startswith(f"{self._base}id/"):
            yield finding(self._model, "foreignGraph", claim_set, None, claim_set)
        elif not known.types(claim_set):
            yield finding(self._model, "undescribedGraph", claim_set, None, claim_set)
        else:
            yield from self._needed(claim_set, quads, known)
        subjects = {quad.subject.value for quad in quads}
        typed = {quad.subject.value for quad in quads if quad.predicate.value == str(RDF.type)}
        for subject in sorted(subjects - typed):
            yield finding(self._model, "untyped", subject, None, claim_set)
        yield from self._references(quads, claim_set, known)

    def _needed(self, claim_set: str, quads: list[Quad], known: "_Known") -> Iterator[Finding]:
        """What the register has to say of a claim set because of the things in it."""
        classes = {quad.object.value for quad in quads if quad.predicate.value == str(RDF.type)}
        needed = {name for kind in classes for name in self._model.needed.get(kind, ())}
        for name in sorted(needed - {quad.predicate.value for quad in known.entry(claim_set)}):
            label = texts(self._model.ontology, URIRef(name), RDFS.label)
            yield replace(finding(self._model, "neededInClaimSet", claim_set, name, None), name=label)

    def _claim_unit(self, claim_set: str, quads: list[Quad], known: "_Known") -> "_Unit":
        subjects = {quad.subject.value for quad in quads}
        entries = [quad for subject in sorted(subjects) for quad in known.entry(subject)]
        return _Unit(claim_set, [*quads, *entries], subjects)

    def _references(self, quads: list[Quad], claim_set: str | None, known: "_Known") -> Iterator[Finding]:
        own = (f"{self._base}id/", f"{SOURCE_BASE}vocabulary/")
        for quad in quads:
            target = quad.object.value
            if quad.object.kind == "iri" and target.startswith(own) and not known.types(target):
                yield finding(
                    self._model, "unknownReference", quad.subject.value, quad.predicate.value, claim_set
                )

    def _validate(self, units: list["_Unit"], known: "_Known") -> list[Finding]:
        """Validates in one run all units that are not surely right; what each describes gets own names, so
        that none meets another."""
        own = [[*unit.quads, *derived(unit.quads, self._model)] for unit in units]
        judged = all(map(self._shapes.screen.can_judge, own))
        quads: list[Quad] = []
        stubs: list[Quad] = []
        for number, (unit, said) in enumerate(zip(units, own, strict=True)):
            if judged and self._shapes.screen.passes(said, unit.focus, known.seen):
                said = [quad for quad in said if quad.subject.value not in unit.focus]
                stubs += (_apart(quad, unit.focus, number) for quad in said)
            else:
                quads += (_apart(quad, unit.focus, number) for quad in said)
                quads += known.context(said)
        found = self._shapes.validate(to_graph([*stubs, *quads])) if quads else ()
        return sorted(_placed(found, units), key=_order)


class _Unit(NamedTuple):
    """What is validated alone: a claim set, or the register (None)."""

    claim_set: str | None
    quads: list[Quad]
    focus: set[str]


def _placed(found: Iterable[Finding], units: list[_Unit]) -> Iterator[Finding]:
    """The findings on things that a unit describes, under their own names."""
    for one in found:
        if apart := _NAME_APART.fullmatch(one.focus):
            yield replace(one, focus=apart[1], claim_set=units[int(apart[2])].claim_set)


def _order(found: Finding) -> tuple[str, str, str, str]:
    return found.claim_set or "", found.focus, found.path or "", found.shape


def _apart(quad: Quad, described: set[str], number: int) -> Quad:
    return quad._replace(
        subject=_renamed(quad.subject, described, number), object=_renamed(quad.object, described, number)
    )


def _renamed(term: Term, described: set[str], number: int) -> Term:
    named = term.kind == "iri" and term.value in described
    return term._replace(value=f"{term.value}{_APART}{number}") if named else term


class _Known:
    """What submission, archive and ontology together say of the things that are named."""

    def __init__(self, model: Model, quads: list[Quad], register: list[Quad], context: Context) -> None:
        named = {term.value for quad in quads for term in _terms(quad) if term.kind == "iri"}
        entries = list(context.describe(named))
        further = {quad.object.value for quad in entries if quad.object.kind == "iri"} - named
        self._model = model
        self._seen: dict[str, dict[str, list[Term]]] = {}
        self._index = _by_subject(dict.fromkeys([*register, *entries, *context.describe(further)]))

    def entry(self, iri: str) -> list[Quad]:
        """The register entry of a thing."""
        return self._index.get(iri, [])

    def unchanged(self, quads: list[Quad], subjects: set[str]) -> Iterator[Quad]:
        """What the register says of `subjects` beside the fields that `quads` give anew."""
        given = {(quad.subject.value, quad.predicate.value) for quad in quads}
        for quad in (quad for subject in subjects for quad in self.entry(subject)):
            if (quad.subject.value, quad.predicate.value) not in given:
                yield quad

    def types(self, iri: str) -> set[str]:
        """The classes of a thing; empty when nobody describes it."""
        return {value.value for value in self.seen(iri).get(str(RDF.type), ())}

    def seen(self, iri: str) -> Said:
        """Class and scheme of a thing."""
        found = self._seen.get(iri)
        if found is None:
            found = self._seen[iri] = {}
            for quad in (*self.entry(iri), *self._model.entry(iri)):
                if quad.predicate.value in _CONTEXT:
                    found.setdefault(quad.predicate.value, []).append(quad.object)
        return found

    def context(self, quads: list[Quad]) -> Iterator[Quad]:
        """Class and scheme of everything that `quads` name."""
        for iri in {quad.object.value for quad in quads if quad.object.kind == "iri"}:
            yield from (quad for quad in self.entry(iri) if quad.predicate.value in _CONTEXT)
            yield from (q for q in self._model.entry(iri) if q.predicate.value in _CONTEXT)


def _terms(quad: Quad) -> Iterator[Term]:
    yield quad.subject
    yield quad.object
    if quad.graph:
        yield quad.graph


def _by_subject(quads: Iterable[Quad]) -> _Index:
    index: _Index = defaultdict(list)
    for quad in quads:
        index[quad.subject.value].append(quad)
    return dict(index)


def unique(found: Iterable[Finding]) -> list[Finding]:
    """Each fault once."""
    return list({(f.claim_set, f.focus, f.path, f.shape): f for f in found}.values())
