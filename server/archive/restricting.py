"""Restricted records: claim sets that wait for a day or an event, and what only curators may know.

They have the form of the claims files, and lie encrypted in the vault of an installation. A build that has
the key takes in what may go out by then; without the key they do not exist.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from rdflib import URIRef

from server.archive.checking import Checker, IndexedContext, unique
from server.archive.embargo import Embargo, Moment, marked
from server.archive.findings import VIOLATION, Finding
from server.archive.model import Model
from server.archive.refusals import Refusals
from server.archive.rules import finding
from server.archive.sources import REGISTER, SourceFile, read_source, syntax_finding
from server.archive.vault import Vault
from server.archive.vocabulary import NOTES, SHAPES
from server.errors import BuildFailed
from server.store.syntax import TRIG, Quad

_UNPUBLISHED = f"{SHAPES}Rule-notPublishable"


@dataclass(frozen=True)
class Waiting:
    """A restricted file as it may be listed: no names, only for what its claim sets wait."""

    name: str
    claim_sets: int
    waits_for: tuple[str, ...]


class Restricted:
    """The restricted records of an installation, beside its public sources."""

    def __init__(self, vault: Vault, public: list[SourceFile], model: Model) -> None:
        self._vault = vault
        self._model = model
        self._public = [quad for file in public for quad in file.quads]
        self._waiting = marked(model, NOTES.embargo)

    def files(self) -> list[SourceFile]:
        """What lies in the vault, decrypted; nothing without a key."""
        names = self._vault.names() if self._vault.can_open else []
        return [read_source(f"restricted/{name}", self._vault.read(name), TRIG) for name in names]

    def quads(self) -> list[Quad]:
        """Everything that the files say."""
        return [quad for file in self.files() for quad in file.quads]

    def add(self, data: bytes, name: str, refusals: Refusals) -> str:
        """Stores a file, and returns the name it got there. Raises BuildFailed when a check fails."""
        found = self._check(read_source(name, data, TRIG), refusals)
        if found:
            raise BuildFailed([each.summary() for each in found])
        return self._vault.add(data)

    def _check(self, file: SourceFile, refusals: Refusals) -> list[Finding]:
        """What is wrong with a file, apart from what only holds for the public."""
        if file.broken:
            return [syntax_finding(self._model, file.name, file.broken)]
        known = IndexedContext(_register(chain(self._public, self.quads())))
        found = Checker(self._model).check(list(file.quads), known)
        found = unique(chain(refusals.speaks_of(file.quads, self._model), found, self._unready(file)))
        return [file.placed(each) for each in found if each.severity == VIOLATION and self._counts(each)]

    def _counts(self, found: Finding) -> bool:
        public_only = (URIRef(found.shape), NOTES.publicOnly, None) in self._model.shapes
        kept_here = found.shape == _UNPUBLISHED and found.path in marked(self._model, NOTES.restricted)
        return not public_only and not kept_here

    def _unready(self, file: SourceFile) -> Iterator[Finding]:
        """Claim sets that would replace public ones without anybody noticing."""
        public = {quad.graph.value for quad in self._public if quad.graph} - {REGISTER}
        for graph in {quad.graph.value for quad in file.quads if quad.graph} & public:
            yield finding(self._model, "restrictedThing", graph, None, graph)

    def waiting(self) -> Iterator[Waiting]:
        """Each file, without names."""
        for file in self.files():
            graphs = {quad.graph.value for quad in file.quads if quad.graph} - {REGISTER}
            waits = {quad.object.value for quad in file.quads if quad.predicate.value in self._waiting}
            yield Waiting(file.name.rpartition("/")[2], len(graphs), tuple(sorted(waits)))

    def opened(self, day: date) -> list[Quad]:
        """What goes out on `day`. Raises BuildFailed when it breaks a rule of public records, or when the
        public sources hold what may not go out."""
        restricted = self.quads()
        if not restricted:
            return []
        moment = Moment(day, frozenset(entry.event for entry in self._vault.happened()))
        opening = Embargo(self._public, self._model, REGISTER, moment).open(restricted)
        found = [finding(self._model, "restrictedThing", thing, None, None) for thing in opening.refused]
        if opening.quads:
            found += Checker(self._model).check(opening.quads, IndexedContext(_register(self._public)))
        broken = [replace(each, file="restricted") for each in found if each.severity == VIOLATION]
        if broken:
            raise BuildFailed([each.summary() for each in broken])
        return opening.quads


def _register(quads: Iterable[Quad]) -> Iterator[Quad]:
    return (quad for quad in quads if quad.graph and quad.graph.value == REGISTER)
