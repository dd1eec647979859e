"""Arranges what is known of a thing into sections, rows and values with their sources."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any

from server.archive.dates import plain_bounds
from server.archive.material import Material
from server.archive.model import Field, Texts, TypeShape
from server.archive.names import Names
from server.archive.records import Link, Resource, Row, Section, Source, Text, Value
from server.archive.situations import State
from server.archive.statements import Statement
from server.archive.vocabulary import RDF, XSD
from server.store.syntax import Term

_NEVER = "9999-12-31"
_LAST = "other"
_TYPE, _LANGUAGE = str(RDF.type), str(XSD.language)
Entries = dict[str, list[Resource]]


class Layout:
    """Makes the page of a thing from the material."""

    def __init__(self, names: Names, material: Material) -> None:
        self._names = names
        self._material = material
        self._model = material.model
        # What the page shows at its top; the titles of its entries leave it out.
        self._around: set[str] = set()
        self._page = ""
        # What many rows of a page share is made once.
        self._heads: dict[str, tuple[Text, Text]] = {}
        self._said: dict[Term, tuple[Text, Link | None]] = {}
        self._made: dict[tuple[str, str, int], Row] = {}

    def page(self, iri: str, entries: Entries | None = None) -> Resource:
        """`iri` as a page, with the things that its shape collects and `entries` besides, by group."""
        shape = self._material.shape(iri)
        links = shape.links if shape else ()
        folded = (thing for f in links if not f.unfolded for thing in self._material.related.get(f.iri, []))
        self._page, self._around = iri, {iri, *folded}
        self._said.clear()
        self._made.clear()
        rows = self._rows(iri, shape)
        shown: Entries = defaultdict(list, entries or {})
        for link in links:
            self._collect(link, rows, shown)
        return self._resource(iri, shape, self._sections(rows, shown))

    def entry(self, iri: str) -> Resource:
        """`iri` as one entry of a page, without the rows that only say what page it is on."""
        shape = self._material.shape(iri)
        rows = {
            group: [r for r in found if not self._obvious(r)]
            for group, found in self._rows(iri, shape).items()
        }
        return self._resource(
            iri,
            shape,
            self._sections(rows, {}),
            summary=self._summary(iri, shape) if shape else (),
            extent=self._material.extent(iri),
            state=self._state(iri),
            dated=self._dated(iri, shape) if shape else (),
        )

    def _dated(self, iri: str, shape: TypeShape) -> tuple[Row, ...]:
        """The rows that say when."""
        said = self._material.of(iri)
        names = self._material.extents.dates(iri)
        fields = [f for f in shape.rows if f.predicate in names]
        return tuple(self._row(f, [s for s in said if s.property == f.predicate]) for f in fields)

    def _state(self, iri: str) -> State | None:
        """The situation that `iri` puts somebody in, by the claims that stand; None if there are no words."""
        words = self._names.label(self._material.state(iri))
        claims = self._material.claims(iri)
        if not words.value or not claims:
            return None
        chosen = {(s.property, s.value) for s in self._material.chosen(iri)}
        names = self._material.extents.dates(iri)
        dated = [s for s in claims if s.property in names and (s.property, s.value) in chosen]
        state = State(
            words,
            None,
            "",
            self._sources_of(claims),
            lasting=self._material.lasting(iri),
            ends=tuple(self._material.extents.ended(iri)),
        )
        if dated:
            last = max(_latest(s.value.value) for s in dated)
            said = [s for s in dated if _latest(s.value.value) == last]
            when = self._names.value(said[0].value)[0]
            return replace(state, when=when, latest=last, sources=self._sources_of(said))
        # That something once went on tells nothing of the day of the report; that it happened does.
        return state if state.lasting else _reported(state)

    def _sources_of(self, said: Iterable[Statement]) -> tuple[Source, ...]:
        return self._sources({s.graph for s in said})

    def _sources(self, graphs: set[str]) -> tuple[Source, ...]:
        """Who speaks in some graphs, in order."""
        places = sorted(self._ranks[graph] for graph in graphs if graph in self._ranks)
        return tuple(self._ranked[place] for place in places)

    @cached_property
    def _ranked(self) -> list[Source]:
        return sorted(self._material.sources.values(), key=_in_standing)

    @cached_property
    def _ranks(self) -> dict[str, int]:
        places = {id(source): place for place, source in enumerate(self._ranked)}
        return {graph: places[id(source)] for graph, source in self._material.sources.items()}

    def _obvious(self, row: Row) -> bool:
        return all(value.link and value.link.iri == self._page for value in row.values)

    def _resource(
        self, iri: str, shape: TypeShape | None, sections: Iterable[Section], **more: Any
    ) -> Resource:
        types = self._material.types(iri)
        return Resource(
            iri=iri,
            path=self._names.path(iri),
            title=self._names.text(iri),
            type_name=self._type_name(types, shape),
            type_slug=shape.slug if shape and shape.listed else "",
            sections=tuple(sections),
            brief=self._names.text(iri, self._around, dated=False),
            day=self._material.day(iri),
            parent=self._material.parent(iri),
            types=tuple(types),
            **more,
        )

    def _type_name(self, types: list[str], shape: TypeShape | None) -> Text:
        if types and types[0] not in self._model.labels and shape:
            return self._names.label(shape.name)
        return self._names.text(types[0]) if types else Text("")

    def _summary(self, iri: str, shape: TypeShape) -> tuple[Row, ...]:
        """The rows for one line in an overview, without what the page says anyway."""
        rows = []
        told = [s for s in self._material.of(iri) if s.value.value not in self._around]
        for known in self._in_order(f for f in shape.rows if f.summary or f.in_overview):
            said = [s for s in told if s.property == known.predicate]
            rows += [self._row(known, said)._replace(named=known.in_overview)] if said else []
        return tuple(rows)

    def _in_order(self, fields: Iterable[Field]) -> list[Field]:
        last = self._places[_LAST]
        return sorted(fields, key=lambda f: (self._places.get(f.group or "", last)[0], f.order))

    @cached_property
    def _places(self) -> dict[str, tuple[int, Texts]]:
        """The groups with their order and heading."""
        groups = [*self._model.groups(), (_LAST, {})]
        return {group: (place, label) for place, (group, label) in enumerate(groups)}

    def _rows(self, iri: str, shape: TypeShape | None) -> dict[str, list[Row]]:
        said: dict[str, list[Statement]] = defaultdict(list)
        for statement in self._material.of(iri):
            said[statement.property].append(statement)
        rows: dict[str, list[Row]] = defaultdict(list)
        for known in shape.rows if shape else ():
            statements = said.pop(known.predicate or "", [])
            if statements:
                rows[known.group or _LAST].append(self._row(known, statements))
        for name in sorted(said.keys() - self._model.derived - {_TYPE}):
            rows[_LAST].append(self._plain_row(name, said[name]))
        return rows

    def _row(self, known: Field, statements: list[Statement]) -> Row:
        """The row of a field; of one thing and one field, as many statements are the same."""
        key = statements[0].subject, known.iri, len(statements)
        if key not in self._made:
            self._made[key] = self._new_row(known, statements)
        return self._made[key]

    def _new_row(self, known: Field, statements: list[Statement]) -> Row:
        values = self._values(statements)
        if known.iri in self._model.display.tags:
            values = tuple(v._replace(text=v.text._replace(datatype=_LANGUAGE)) for v in values)
        contested = known.single and len(values) > 1 and not self._meet(known, statements)
        label, description = self._head(known)
        why = self._material.reasons.get((statements[0].subject, known.predicate or ""), "")
        reason = self._names.text(why) if contested and why else Text("")
        return Row(label, description, values, contested, known.predicate or "", reason)

    def _head(self, known: Field) -> tuple[Text, Text]:
        """Label and description of a field."""
        if known.iri not in self._heads:
            self._heads[known.iri] = self._names.label(known.name), self._names.label(known.description)
        return self._heads[known.iri]

    def _meet(self, known: Field, statements: list[Statement]) -> bool:
        """Whether all dates have a day in common: "July" does not contradict "14 July"."""
        low, high = self._model.bounds.get(known.predicate or "", ("", ""))
        if not low:
            spans = [span for s in statements if (span := plain_bounds(s.value.value))]
            firsts, lasts = [first for first, _ in spans], [last for _, last in spans]
            return len(spans) == len(statements) and max(firsts) <= min(lasts)
        claimed = [s for s in statements if not s.graph.startswith(self._material.shared)]
        days = {(s.graph, s.property): s.value.value for s in self._material.of(statements[0].subject)}
        if not all((s.graph, low) in days or (s.graph, high) in days for s in claimed):
            return False
        earliest = max((days.get((s.graph, low), "") for s in claimed), default="")
        return all(earliest <= days.get((s.graph, high), _NEVER) for s in claimed)

    def _plain_row(self, name: str, statements: list[Statement]) -> Row:
        return Row(self._names.text(name), Text(""), self._values(statements), False, name)

    def _values(self, statements: list[Statement]) -> tuple[Value, ...]:
        graphs: dict[Term, set[str]] = defaultdict(set)
        for statement in statements:
            graphs[statement.value].add(statement.graph)
        values = [self._value(term, names) for term, names in graphs.items()]
        if len(values) > 1:
            values.sort(key=lambda v: (not v.preferred, -len(v.sources), v.text.value))
        return tuple(values)

    def _value(self, term: Term, graphs: set[str]) -> Value:
        preferred = any(graph.startswith(self._material.shared) for graph in graphs)
        return Value(*self._told(term), self._sources(graphs), preferred)

    def _told(self, term: Term) -> tuple[Text, Link | None]:
        """Text and link of a value, without what the page says at its top."""
        if term not in self._said:
            text, link = self._names.value(term)
            if link and link.path:
                text = self._names.text(term.value, self._around)
                link = link._replace(text=text)
            self._said[term] = text, link
        return self._said[term]

    def _collect(self, link: Field, rows: dict[str, list[Row]], entries: Entries) -> None:
        things = self._material.related.get(link.iri, [])
        group = link.group or _LAST
        if link.unfolded:
            shown = {entry.iri for entry in entries[group]}
            entries[group] += [self.entry(thing) for thing in sorted(set(things) - shown)]
            entries[group].sort(key=in_time)
        elif things:
            rows[group].append(self._link_row(link, sorted(set(things))))

    def _link_row(self, link: Field, things: list[str]) -> Row:
        named = (self._names.link(t)._replace(text=self._names.text(t, {self._page})) for t in things)
        links = sorted(named, key=lambda item: item.text.value)
        values = tuple(Value(item.text, item, (), True) for item in links)
        return Row(*self._head(link), values, False)

    def _sections(self, rows: dict[str, list[Row]], entries: Entries) -> Iterable[Section]:
        filled = {group for shown in (rows, entries) for group, found in shown.items() if found}
        for group in sorted(filled & self._places.keys(), key=lambda group: self._places[group][0]):
            yield Section(
                self._names.label(self._places[group][1]),
                tuple(rows.get(group, ())),
                tuple(entries.get(group, ())),
                group in self._model.display.folded,
            )


def in_time(entry: Resource) -> tuple[str, bool, str, str]:
    """The key that sorts entries by their day, those with a borrowed one after the others of that day, and
    those without one last and by name."""
    return entry.day or "9999", not entry.dated, entry.title.value.casefold(), entry.iri


def _reported(state: State) -> State:
    """Of an event without a date, what was said last."""
    days = {_latest(s.asserted.value): s.asserted for s in state.sources if s.asserted}
    if not days:
        return state
    last = max(days)
    by = tuple(s for s in state.sources if s.asserted and _latest(s.asserted.value) == last)
    return replace(state, when=days[last], latest=last, sources=by, reported=True)


def _latest(date: str) -> str:
    """The last day that a date allows, as far as that can be told quickly."""
    return (plain_bounds(date) or ("", date))[1]


def _in_standing(source: Source) -> tuple[bool, bool, str, str]:
    """The key that sorts sources: those that stand undisputed first, the earliest of them first."""
    asserted = source.asserted.value if source.asserted else "9999"
    return source.standing is not None, bool(source.disputed_by), asserted, source.claim_set.iri
