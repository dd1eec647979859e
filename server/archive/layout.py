"""Arranges what is known of a thing into sections, rows and values with their sources."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from rdflib import URIRef

from server.archive.model import Field, Model, TypeShape
from server.archive.names import Names, is_type
from server.archive.records import Resource, Row, Section, Source, Text, Value
from server.archive.vocabulary import EDTF, RDF, RDFS, SH, SKOS, XSD
from server.store.syntax import Term

_NEVER = "9999-12-31"
_LAST = "other"
# Fields with this sh:pattern hold language tags.
_TAGS = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
_ABOVE = (str(SKOS.broader), str(RDFS.subClassOf))
Entries = dict[str, list[Resource]]


@dataclass(frozen=True)
class Statement:
    """One statement and the graph that it stands in."""

    subject: str
    property: str
    value: Term
    graph: str


@dataclass
class Material:
    """All that was fetched for one page."""

    model: Model
    shared: str
    sources: dict[str, Source] = field(default_factory=dict)
    related: dict[str, list[str]] = field(default_factory=dict)
    _statements: dict[str, list[Statement]] = field(default_factory=lambda: defaultdict(list))

    def add(self, statements: Iterable[Statement]) -> None:
        """Takes up statements, by subject."""
        for statement in statements:
            self._statements[statement.subject].append(statement)

    def knows(self, iri: str) -> bool:
        """Whether anything is said of `iri`."""
        return iri in self._statements

    def of(self, iri: str) -> list[Statement]:
        """All statements about `iri`."""
        return self._statements.get(iri, [])

    def types(self, iri: str) -> list[str]:
        """The classes of `iri`."""
        return sorted({s.value.value for s in self.of(iri) if is_type(s.property)})

    def shape(self, iri: str) -> TypeShape | None:
        """The shape that `iri` is shown by."""
        return self.model.shape_of(self.types(iri))

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
        """The earliest day that was chosen for `iri`, for sorting; "" if there is none."""
        earliest = {low for low, _ in self.model.bounds.values()}
        chosen = [s for s in self.of(iri) if s.graph.startswith(self.shared)]
        dates = [s for s in chosen if s.property in earliest]
        dates = dates or [s for s in chosen if s.value.datatype == str(EDTF)]
        return min((s.value.value.lstrip("[{./") for s in dates), default="")

    def parent(self, iri: str) -> str:
        """What `iri` stands below in a tree of terms, "" if nothing."""
        above = (s.value.value for s in self.of(iri) if s.property in _ABOVE)
        return min(filter(self.knows, above), default="")


class Layout:
    """Makes the page of a thing from the material."""

    def __init__(self, names: Names, material: Material) -> None:
        self._names = names
        self._material = material
        self._model = material.model
        # What the page shows at its top; the titles of its entries leave it out.
        self._around: set[str] = set()
        self._page = ""

    def page(self, iri: str, entries: Entries | None = None) -> Resource:
        """`iri` as a page, with the things that its shape collects and `entries` besides, by group."""
        shape = self._material.shape(iri)
        links = shape.links() if shape else []
        folded = (thing for f in links if not f.unfolded for thing in self._material.related.get(f.iri, []))
        self._page, self._around = iri, {iri, *folded}
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
        entry = self._resource(iri, shape, self._sections(rows, {}))
        return replace(entry, summary=self._summary(iri, shape) if shape else ())

    def _obvious(self, row: Row) -> bool:
        return all(value.link and value.link.iri == self._page for value in row.values)

    def _resource(self, iri: str, shape: TypeShape | None, sections: Iterable[Section]) -> Resource:
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
        )

    def _type_name(self, types: list[str], shape: TypeShape | None) -> Text:
        if types and types[0] not in self._model.labels and shape:
            return self._names.label(shape.name)
        return self._names.text(types[0]) if types else Text("")

    def _summary(self, iri: str, shape: TypeShape) -> tuple[Row, ...]:
        """The rows for one line in an overview, without what the page says anyway."""
        rows = []
        for known in self._in_order(f for f in shape.rows() if f.summary):
            said = [s for s in self._material.of(iri) if s.property == known.predicate]
            told = [s for s in said if s.value.value not in self._around]
            rows += [self._row(known, told)] if told else []
        return tuple(rows)

    def _in_order(self, fields: Iterable[Field]) -> list[Field]:
        places = {group: place for place, (group, _) in enumerate(self._model.groups())}
        return sorted(fields, key=lambda f: (places.get(f.group or "", len(places)), f.order))

    def _rows(self, iri: str, shape: TypeShape | None) -> dict[str, list[Row]]:
        said: dict[str, list[Statement]] = defaultdict(list)
        for statement in self._material.of(iri):
            said[statement.property].append(statement)
        rows: dict[str, list[Row]] = defaultdict(list)
        for known in shape.rows() if shape else []:
            statements = said.pop(known.predicate or "", [])
            if statements:
                rows[known.group or _LAST].append(self._row(known, statements))
        for name in sorted(set(said) - self._hidden()):
            rows[_LAST].append(self._plain_row(name, said[name]))
        return rows

    def _hidden(self) -> set[str]:
        return {*self._model.derived, str(RDF.type)}

    def _row(self, known: Field, statements: list[Statement]) -> Row:
        values = self._values(statements)
        if str(self._model.shapes.value(URIRef(known.iri), SH.pattern)) == _TAGS:
            values = tuple(replace(v, text=replace(v.text, datatype=str(XSD.language))) for v in values)
        contested = known.single and len(values) > 1 and not self._meet(known, statements)
        return Row(self._names.label(known.name), self._names.label(known.description), values, contested)

    def _meet(self, known: Field, statements: list[Statement]) -> bool:
        """Whether all dates have a day in common: "July" does not contradict "14 July"."""
        low, high = self._model.bounds.get(known.predicate or "", ("", ""))
        if not low:
            return False
        claimed = [s for s in statements if not s.graph.startswith(self._material.shared)]
        days = {(s.graph, s.property): s.value.value for s in self._material.of(statements[0].subject)}
        if not all((s.graph, low) in days or (s.graph, high) in days for s in claimed):
            return False
        earliest = max((days.get((s.graph, low), "") for s in claimed), default="")
        return all(earliest <= days.get((s.graph, high), _NEVER) for s in claimed)

    def _plain_row(self, name: str, statements: list[Statement]) -> Row:
        return Row(self._names.text(name), Text(""), self._values(statements), False)

    def _values(self, statements: list[Statement]) -> tuple[Value, ...]:
        graphs: dict[Term, set[str]] = defaultdict(set)
        for statement in statements:
            graphs[statement.value].add(statement.graph)
        values = [self._value(term, names) for term, names in graphs.items()]
        return tuple(sorted(values, key=lambda v: (not v.preferred, -len(v.sources), v.text.value)))

    def _value(self, term: Term, graphs: set[str]) -> Value:
        text, link = self._names.value(term)
        if link and link.path:
            text = self._names.text(term.value, self._around)
            link = replace(link, text=text)
        sources = sorted((s for g, s in self._material.sources.items() if g in graphs), key=_in_standing)
        preferred = any(graph.startswith(self._material.shared) for graph in graphs)
        return Value(text, link, tuple(sources), preferred)

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
        named = (replace(self._names.link(t), text=self._names.text(t, {self._page})) for t in things)
        links = sorted(named, key=lambda item: item.text.value)
        values = tuple(Value(item.text, item, (), True) for item in links)
        return Row(self._names.label(link.name), self._names.label(link.description), values, False)

    def _sections(self, rows: dict[str, list[Row]], entries: Entries) -> Iterable[Section]:
        known = [*self._model.groups(), (_LAST, {})]
        for group, label in known:
            if rows.get(group) or entries.get(group):
                yield Section(
                    self._names.label(label), tuple(rows.get(group, [])), tuple(entries.get(group, []))
                )


def in_time(entry: Resource) -> tuple[str, str, str]:
    """The key that sorts entries by their day, those without one last and by name."""
    return entry.day or "9999", entry.title.value.casefold(), entry.iri


def _in_standing(source: Source) -> tuple[bool, bool, str, str]:
    """The key that sorts sources: those that stand undisputed first, the earliest of them first."""
    asserted = source.asserted.value if source.asserted else "9999"
    return source.standing is not None, bool(source.disputed_by), asserted, source.claim_set.iri
