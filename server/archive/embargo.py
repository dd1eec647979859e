"""Decides what of the restricted records may go out on a day, and what has to stay.

A claim set goes out when the date or the event that it waits for has come; of the register, only what such
claim sets need, and nothing that the public register describes itself. Which properties hold a claim set
back, tell an age or give consent is marked in the ontology.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from rdflib import URIRef

from server.archive.dates import bounds, is_date
from server.archive.model import Model
from server.archive.redaction import Redaction
from server.archive.support import unsupported
from server.archive.vocabulary import NOTES, RDF
from server.store.syntax import Quad

_TYPE = str(RDF.type)
_YEARS = re.compile(r"P(\d+)Y")
_Values = dict[str, set[str]]


class Moment(NamedTuple):
    """When a build is made, and what has happened by then."""

    day: date
    happened: frozenset[str]


class Opening(NamedTuple):
    """What goes out, and the things of the public register that should not be in it at all."""

    quads: list[Quad]
    refused: frozenset[str]


class Embargo:
    """Knows the public sources and the moment; opens restricted statements."""

    def __init__(self, public: list[Quad], model: Model, register: str, moment: Moment) -> None:
        self._public = public
        self._model = model
        self._register = register
        self._moment = moment
        self._known = {quad.subject.value for quad in public if self._is_register(quad)}

    def open(self, restricted: list[Quad]) -> Opening:
        """The statements of `restricted` that may go out now."""
        ready = self._ready(restricted)
        back = self._claim_sets(restricted) - ready
        candidates = [quad for quad in restricted if self._may_go(quad, ready)]
        back |= self._without_condition(candidates) | self._young(restricted, candidates)
        everything = [*self._public, *candidates]
        back |= unsupported(everything, self._model)
        # Whoever is named in the restricted register only, and not needed now, is not named at all.
        hidden = self._described(restricted) - self._known - self._needed(self._without(candidates, back))
        open_quads = self._without(candidates, back | hidden)
        needed = self._needed(open_quads)
        out = [q for q in open_quads if not self._is_register(q) or q.subject.value in needed]
        return Opening(out, frozenset(back & self._known))

    def _is_register(self, quad: Quad) -> bool:
        return quad.graph is not None and quad.graph.value == self._register

    def _described(self, quads: list[Quad]) -> set[str]:
        return {quad.subject.value for quad in quads if self._is_register(quad)}

    def _claim_sets(self, quads: list[Quad]) -> set[str]:
        """All claim sets, also those that are described but say nothing."""
        graphs = {quad.graph.value for quad in quads if quad.graph and not self._is_register(quad)}
        typed = (quad for quad in quads if quad.predicate.value == _TYPE)
        shapes = ((quad.subject.value, self._model.shape_of([quad.object.value])) for quad in typed)
        return graphs | {subject for subject, shape in shapes if shape and shape.names_graph}

    def _ready(self, quads: list[Quad]) -> set[str]:
        """The claim sets that wait for something, and for nothing more that has not come."""
        waiting = marked(self._model, NOTES.embargo)
        waits: dict[str, list[bool]] = defaultdict(list)
        for quad in quads:
            if self._is_register(quad) and quad.predicate.value in waiting:
                waits[quad.subject.value].append(self._has_come(quad))
        return {claim_set for claim_set, came in waits.items() if all(came)}

    def _has_come(self, quad: Quad) -> bool:
        if quad.object.kind == "iri":
            return quad.object.value in self._moment.happened
        return quad.object.value <= self._moment.day.isoformat()

    def _may_go(self, quad: Quad, ready: set[str]) -> bool:
        """Claims of ready claim sets, and register entries of what the public register does not describe."""
        if quad.predicate.value in marked(self._model, NOTES.restricted):
            return False
        if self._is_register(quad):
            return quad.subject.value not in self._known
        return quad.graph is not None and quad.graph.value in ready

    def _without_condition(self, quads: list[Quad]) -> set[str]:
        """Things of classes that need a property to be true, in a claim set that does not say so."""
        needs = {
            str(kind): str(name) for kind, name in self._model.ontology.subject_objects(NOTES.publishedIf)
        }
        true = {(q.graph, q.subject.value, q.predicate.value) for q in quads if q.object.value == "true"}
        return {
            quad.subject.value
            for quad in quads
            if not self._is_register(quad)
            and quad.predicate.value == _TYPE
            and quad.object.value in needs
            and (quad.graph, quad.subject.value, needs[quad.object.value]) not in true
        }

    def _young(self, restricted: list[Quad], candidates: list[Quad]) -> set[str]:
        """People who were under age when something happened to them, and have not agreed since."""
        agreed = {
            quad.subject.value
            for quad in restricted
            if quad.predicate.value in marked(self._model, NOTES.waivesAge) and quad.object.value == "true"
        }
        found = set()
        for person, adult in self._of_age(restricted):
            was_adult = self._first_day(person, candidates) >= adult.isoformat()
            if not was_adult and not (person in agreed and self._moment.day >= adult):
                found.add(person)
        return found

    def _of_age(self, quads: list[Quad]) -> Iterable[tuple[str, date]]:
        """When each person whose birth is known came of age."""
        ages = {str(name): str(age) for name, age in self._model.ontology.subject_objects(NOTES.adultAfter)}
        for quad in quads:
            years = _YEARS.fullmatch(ages.get(quad.predicate.value, ""))
            if years:
                yield quad.subject.value, _later(date.fromisoformat(quad.object.value), int(years[1]))

    def _first_day(self, person: str, candidates: list[Quad]) -> str:
        """The earliest day of what happened to a person; of an unknown day, one in childhood."""
        quads = [*self._public, *candidates]
        theirs = dependents(quads, self._model, person)
        dated = [q for q in quads if q.subject.value in theirs and is_date(q.object)]
        spans = [bounds(q.object.value) for q in dated if q.predicate.value in self._model.bounds]
        return min(((span[0] or "") for span in spans if span), default="")

    def _without(self, quads: list[Quad], gone: set[str]) -> list[Quad]:
        return Redaction(quads, self._model, gone, self._register).run()

    def _needed(self, quads: list[Quad]) -> set[str]:
        """What the claims among `quads` name, and what the register entries of that name in turn."""
        links: _Values = defaultdict(set)
        found: set[str] = set()
        for quad in quads:
            if self._is_register(quad):
                links[quad.subject.value].add(quad.object.value)
            elif quad.graph:
                found |= {quad.graph.value, quad.subject.value, quad.object.value}
        grown = found
        while grown:
            grown = {other for thing in grown for other in links.get(thing, ())} - found
            found |= grown
        return found


def dependents(quads: list[Quad], model: Model, thing: str) -> set[str]:
    """All that depends on `thing`, with what depends on that."""
    owned: _Values = defaultdict(set)
    for quad in quads:
        if quad.predicate.value in model.dependent:
            owned[quad.object.value].add(quad.subject.value)
    found, grown = {thing}, {thing}
    while grown:
        grown = {other for one in grown for other in owned.get(one, ())} - found
        found |= grown
    return found


def marked(model: Model, annotation: URIRef) -> frozenset[str]:
    """The terms that carry an annotation with the value true."""
    pairs = model.ontology.subject_objects(annotation)
    return frozenset(str(term) for term, value in pairs if str(value).lower() == "true")


def _later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # born on 29 February
        return date(day.year + years, 3, 1)
