"""When things began and ended, by the values that the editorial view has chosen: earliest and latest days."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from server.archive.dates import plain_bounds
from server.archive.model import Model
from server.archive.situations import Extent
from server.archive.statements import Statement
from server.store.syntax import Term

# What a property says of the place of a thing in time (the annotation spanPart).
_OPENS, _CLOSES, _CONTINUES = "opens", "closes", "continues"
Bounds = tuple[str, str]


class Extents:
    """Reads the extent of a thing from its statements, and from those of what ends it."""

    def __init__(
        self,
        model: Model,
        chosen: Callable[[str], list[Statement]],
        reported: Callable[[str], str],
        known: Iterable[str],
    ) -> None:
        """`chosen` gives the statements of the editorial view about a thing, `reported` the day by which it
        was surely told of, `known` are all things."""
        self._model = model
        self._chosen = chosen
        self._reported = reported
        self._known = list(known)
        self._spans = model.display.spans
        self._said: dict[str, dict[str, list[Term]]] = {}

    def of(self, iri: str, lasting: bool) -> Extent | None:
        """The extent of `iri`; None when nothing is known of it."""
        lows, highs = self._days(iri, _OPENS)
        first, last = min(lows, default=""), max(highs, default="")
        if not lasting:
            return Extent(first, last, "", "", False) if first or last else None
        early, late = self._end(iri)
        # What went on on a day had begun by then, and had not ended before.
        on_lows, on_highs = self._days(iri, _CONTINUES)
        last = max(min(filter(None, (last, *on_highs)), default=""), first if last or on_highs else "")
        early = max((early, *on_lows))
        early = min(early, late) if late else early
        return Extent(first, last, early, late, True) if first or last or early or late else None

    def ended(self, iri: str) -> list[str]:
        """What the beginning of `iri` puts an end to."""
        closing = self._spans.get(_CLOSES, ())
        return [s.value.value for s in self._chosen(iri) if s.property in closing and s.value.kind == "iri"]

    def dates(self, iri: str) -> set[str]:
        """The properties by which `iri` is said to begin or to go on."""
        roles = (*self._spans.get(_OPENS, ()), *self._spans.get(_CONTINUES, ()))
        return self._values(iri).keys() & roles

    def _values(self, iri: str) -> dict[str, list[Term]]:
        """What was chosen for `iri`, by property."""
        if iri not in self._said:
            found: dict[str, list[Term]] = {}
            self._said[iri] = found
            for said in self._chosen(iri):
                found.setdefault(said.property, []).append(said.value)
        return self._said[iri]

    @cached_property
    def _ended_by(self) -> dict[str, set[str]]:
        """Thing → the things that end it."""
        found: dict[str, set[str]] = {}
        for iri in self._known:
            for other in self.ended(iri):
                found.setdefault(other, set()).add(iri)
        return found

    def _end(self, iri: str) -> Bounds:
        """The bounds of the end; of several things that end it, bounds that leave room for all."""
        lows, highs = self._days(iri, _CLOSES)
        if lows or highs:
            return min(lows, default=""), max(highs, default="")
        ends = [self._beginning(other) for other in self._ended_by.get(iri, ())]
        early, late = [low for low, _ in ends], [high for _, high in ends]
        return (min(early, default="") if all(early) else ""), (max(late, default="") if all(late) else "")

    def _beginning(self, iri: str) -> Bounds:
        """When something happened; without a date it had happened when it was told of."""
        lows, highs = self._days(iri, _OPENS)
        return (min(lows, default=""), max(highs, default="")) if lows or highs else ("", self._reported(iri))

    def _days(self, iri: str, part: str) -> tuple[list[str], list[str]]:
        """The earliest and the latest days of the dates that have this part."""
        pairs = [pair for name in self._spans.get(part, ()) for pair in self._of(iri, name)]
        return [low for low, _ in pairs if low], [high for _, high in pairs if high]

    def _of(self, iri: str, name: str) -> Iterator[Bounds]:
        low, high = self._model.bounds.get(name, ("", ""))
        values = self._values(iri)
        if low:
            yield from ((term.value, "") for term in values.get(low, ()))
            yield from (("", term.value) for term in values.get(high, ()))
        else:
            literals = (term.value for term in values.get(name, ()) if term.kind == "literal")
            yield from (plain_bounds(text) or ("", "") for text in literals)
