"""All that was fetched for one page, by thing."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from server.archive.dates import bounds
from server.archive.extents import Extents
from server.archive.model import Model, Texts, TypeShape
from server.archive.names import is_type
from server.archive.records import Source
from server.archive.situations import Extent
from server.archive.statements import Statement
from server.archive.vocabulary import EDTF, RDFS, SKOS

_EDTF = str(EDTF)
_ABOVE = (str(SKOS.broader), str(RDFS.subClassOf))


@dataclass
class Material:
    """All that was fetched for one page."""

    model: Model
    shared: str
    sources: dict[str, Source] = field(default_factory=dict)
    related: dict[str, list[str]] = field(default_factory=dict)
    # Of what sources differ on: (thing, property) → why a value was preferred.
    reasons: dict[tuple[str, str], str] = field(default_factory=dict)
    _statements: dict[str, list[Statement]] = field(default_factory=lambda: defaultdict(list))
    _chosen: dict[str, list[Statement]] = field(default_factory=dict)
    _shapes: dict[str, TypeShape | None] = field(default_factory=dict)

    def add(self, statements: Iterable[Statement]) -> None:
        """Takes up statements, by subject."""
        for statement in statements:
            self._statements[statement.subject].append(statement)
        self._chosen.clear()
        self._shapes.clear()

    def knows(self, iri: str) -> bool:
        """Whether anything is said of `iri`."""
        return iri in self._statements

    def subjects(self) -> list[str]:
        """Everything that something is said of."""
        return sorted(self._statements)

    def of(self, iri: str) -> list[Statement]:
        """All statements about `iri`."""
        return self._statements.get(iri, [])

    def types(self, iri: str) -> list[str]:
        """The classes of `iri`."""
        return sorted({s.value.value for s in self.of(iri) if is_type(s.property)})

    def shape(self, iri: str) -> TypeShape | None:
        """The shape that `iri` is shown by."""
        if iri not in self._shapes:
            self._shapes[iri] = self.model.shape_of(self.types(iri))
        return self._shapes[iri]

    def claim_sets(self) -> list[str]:
        """The claim sets among the graphs of the statements."""
        graphs = {s.graph for statements in self._statements.values() for s in statements}
        return sorted(graph for graph in graphs if not graph.startswith(self.shared))

    def mentioned(self) -> Iterable[str]:
        """Every IRI that the page will name."""
        yield from self._statements
        for statements in self._statements.values():
            yield from (s.value.value for s in statements if s.value.kind == "iri")
        for things in self.related.values():
            yield from things

    def day(self, iri: str) -> str:
        """The earliest day that was chosen for `iri`, or for what stands for it; "" if there is none."""
        return self._own_day(iri) or self._borrowed_day(self.chosen(iri))

    def _own_day(self, iri: str) -> str:
        chosen = self.chosen(iri)
        dates = [s for s in chosen if s.property in self.model.display.earliest]
        dates = dates or [s for s in chosen if s.value.datatype == _EDTF]
        return min((s.value.value.lstrip("[{./") for s in dates), default="")

    def _borrowed_day(self, chosen: list[Statement]) -> str:
        """The day of what stands for a thing without a date of its own."""
        lent = self.model.display.lending
        others = {s.value.value for s in chosen if s.property in lent and s.value.value != s.subject}
        return min(filter(None, (self._own_day(other) for other in others)), default="")

    def chosen(self, iri: str) -> list[Statement]:
        """The statements about `iri` in the shared graphs."""
        if iri not in self._chosen:
            self._chosen[iri] = [s for s in self.of(iri) if s.graph.startswith(self.shared)]
        return self._chosen[iri]

    def claims(self, iri: str) -> list[Statement]:
        """What claims that stand say of `iri`."""
        return [s for s in self.of(iri) if s.graph in self.sources and not self.sources[s.graph].standing]

    @cached_property
    def extents(self) -> Extents:
        """When the things of the page began and ended; to be asked when all is there."""
        return Extents(self.model, self.chosen, self._reported, self._statements)

    def _reported(self, iri: str) -> str:
        """The day by which a claim that stands told of `iri`, "" if that is not known."""
        found = (self.sources[graph].asserted for graph in {s.graph for s in self.claims(iri)})
        days = (bounds(asserted.value) for asserted in found if asserted)
        return max((pair[1] or "" for pair in days if pair), default="")

    def extent(self, iri: str) -> Extent | None:
        """The extent of `iri`, by what its shape says of it."""
        return self.extents.of(iri, self.lasting(iri))

    def lasting(self, iri: str) -> bool:
        """Whether `iri` lasts from a beginning to an end."""
        shape = self.shape(iri)
        return shape is not None and shape.iri in self.model.display.lasting

    def state(self, iri: str) -> Texts:
        """Words for the situation that `iri` puts somebody in, by language."""
        shape = self.shape(iri)
        return self.model.display.states.get(shape.iri, {}) if shape else {}

    def parent(self, iri: str) -> str:
        """What `iri` stands below in a tree of terms, "" if nothing."""
        above = (s.value.value for s in self.of(iri) if s.property in _ABOVE)
        return min(filter(self.knows, above), default="")
