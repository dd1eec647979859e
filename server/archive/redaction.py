"""Takes things out of the statements of a release, with all that depends on them or names them.

What depends on what stands in the ontology (pra:dependent): a case on its person, a detention on its case,
a claim set on its document. The result is what the sources would say had they never known the thing.
"""

from collections import defaultdict

from server.archive.mentions import Names
from server.archive.model import Model
from server.archive.vocabulary import RDF
from server.store.syntax import Quad, Term

_TYPE = str(RDF.type)


class Redaction:
    """Works out what has to go when `withheld` things go, and texts with `names`."""

    def __init__(
        self, quads: list[Quad], model: Model, withheld: set[str], register: str, names: Names | None = None
    ) -> None:
        self._model = model
        self._register = register
        self._quads = quads
        self._names = names or Names()
        self._owners = self._dependencies()
        self._types = {q.subject.value: q.object.value for q in quads if q.predicate.value == _TYPE}
        # The texts of ontology and vocabularies are about nobody.
        self._shared = register.removesuffix(register.rpartition("/")[2])
        self.gone = set(withheld)

    def run(self) -> list[Quad]:
        """The statements that stay; `gone` then holds every thing that went."""
        while True:
            self.follow()
            more_names = self._names.add(self.labels())
            before = len(self.gone)
            self.gone |= self._naming() | self._emptied() | self._unused()
            if len(self.gone) == before and not more_names:
                return [quad for quad in self._staying() if not self._cut(quad)]

    def follow(self) -> set[str]:
        """A thing goes when all that one of its dependent properties points at has gone."""
        grown = True
        while grown:
            more = {subject for (subject, _), owners in self._owners.items() if owners <= self.gone}
            grown = not more <= self.gone
            self.gone |= more
        return self.gone

    def _dependencies(self) -> dict[tuple[str, str], set[str]]:
        owners: dict[tuple[str, str], set[str]] = defaultdict(set)
        for quad in self._quads:
            if quad.predicate.value in self._model.dependent and quad.object.kind == "iri":
                owners[quad.subject.value, quad.predicate.value].add(quad.object.value)
        return owners

    def _staying(self) -> list[Quad]:
        return [quad for quad in self._quads if not any(_value(term) in self.gone for term in quad)]

    def labels(self) -> set[str]:
        """The names of the people that have gone."""
        return {
            quad.object.value
            for quad in self._quads
            if quad.subject.value in self.gone
            and quad.predicate.value in self._model.naming
            and self._is_named(quad.subject.value)
        }

    def _is_named(self, iri: str) -> bool:
        """Whether the name of a thing is what must not be read: people, not their cases or documents."""
        shape = self._model.shape_of([self._types[iri]]) if iri in self._types else None
        return shape is not None and shape.protected

    def _naming(self) -> set[str]:
        """Things with a text that names somebody who has gone, and that can't be cut."""
        return {
            quad.subject.value
            for quad in self._staying()
            if quad.predicate.value not in self._model.cuttable and self._mentions(quad)
        }

    def _cut(self, quad: Quad) -> bool:
        return quad.predicate.value in self._model.cuttable and self._mentions(quad)

    def _mentions(self, quad: Quad) -> bool:
        if quad.object.kind != "literal" or quad.object.datatype or self._is_software(quad):
            return False
        return self._names.mentioned(quad.object.value)

    def _is_software(self, quad: Quad) -> bool:
        graph = quad.graph.value if quad.graph else self._register
        return graph != self._register and graph.startswith(self._shared)

    def _emptied(self) -> set[str]:
        """Claim sets of which nothing but classes is left."""
        left = {q.graph.value for q in self._staying() if q.graph and q.predicate.value != _TYPE}
        claim_sets = {q.graph.value for q in self._quads if q.graph}
        return {g for g in claim_sets - left if not g.startswith(self._shared)}

    def _unused(self) -> set[str]:
        """Things of classes that are kept only for others, when none is left that uses them."""
        staying = self._staying()
        used = {quad.object.value for quad in staying if quad.object.kind == "iri"}
        before = {quad.object.value for quad in self._quads if quad.object.kind == "iri"}
        return {i for i in before - used if self._types.get(i) in self._model.auxiliary}


def _value(term: Term | None) -> str:
    return term.value if term else ""
