"""The lists of a release in its index: gathers their values and writes names, cells, orders and filters."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, count

from server.archive.collation import sort_key
from server.archive.columns import Plan, is_date, required
from server.archive.dates import bounds
from server.archive.dates import is_date as is_uncertain
from server.archive.model import Field, Model
from server.archive.names import Names
from server.archive.queries import fill, iris_text, rebase, select, stored
from server.archive.vocabulary import EDTF, XSD
from server.store.answers import Store
from server.store.syntax import Term

# The name of the choice "nothing is recorded".
NOTHING = "-"
OPEN, NEVER = "0000-01-01", "9999-12-31"
# A date that may lie in more years than this is found by from and to, not by its years.
_MOST_YEARS = 5
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
Values = dict[str, list[Term]]


@dataclass(frozen=True)
class Gathered:
    """One list with everything that stands in it."""

    plan: Plan
    things: tuple[str, ...]
    values: dict[str, Values]
    claimants: dict[str, dict[str, set[str]]]

    def mentioned(self) -> Iterator[str]:
        """Every IRI that the list names."""
        yield from self.things
        for values in self.values.values():
            yield from (term.value for terms in values.values() for term in terms if term.kind == "iri")
        for properties in self.claimants.values():
            yield from (iri for claimants in properties.values() for iri in claimants)


def gather(store: Store, model: Model, base: str, plan: Plan, things: list[str]) -> Gathered:
    """Asks for everything that stands in a list: one query a field, and one for who says it."""
    values = {known.iri: _values(store, plan, known, set(things)) for known in plan.fields()}
    return Gathered(plan, tuple(things), values, _claimants(store, base, things))


def _values(store: Store, plan: Plan, known: Field, things: set[str]) -> Values:
    found: Values = defaultdict(list)
    types = " ".join(iris_text(plan.classes))
    pattern = f"VALUES ?type {{ {types} }} ?thing a ?type ; {known.path} ?value"
    for row in select(store, f"SELECT DISTINCT ?thing ?value WHERE {{ {pattern} }}") if things else []:
        if row["thing"].value in things:
            found[row["thing"].value].append(row["value"])
    return {thing: sorted(terms, key=_fixed) for thing, terms in found.items()}


def _fixed(term: Term) -> tuple[str, str, str]:
    return term.value, term.language or "", term.datatype or ""


def _claimants(store: Store, base: str, things: list[str]) -> dict[str, dict[str, set[str]]]:
    """Thing → property → who says what was chosen."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    text = fill(rebase(stored("speakers"), base), subject=iris_text(things))
    for row in select(store, text) if things else []:
        found[row["subject"].value][row["property"].value].add(row["claimant"].value)
    return found


class ListWriter:
    """Writes lists into an index, one after the other."""

    def __init__(
        self, index: sqlite3.Connection, model: Model, names: dict[str, Names], numbers: dict[str, int]
    ) -> None:
        self._index = index
        self._model = model
        self._names = names
        self._numbers = numbers
        self._fields, self._choices = count(1), count(1)
        self._briefs: dict[str, tuple[set[str], bool]] = {}

    def write(self, found: Gathered) -> None:
        """One list: its fields, cells, orders, choices and claimants."""
        shown = [f for f in found.plan.columns if self._tells(f, found)]
        newest = self._newest(found, shown)
        title = self._field(found, None, shown)
        self._order(title, found.things, self._title_key)
        fields = {known.iri: self._field(found, known, shown) for known in found.plan.fields()}
        for known in found.plan.fields():
            number, values = fields[known.iri], found.values[known.iri]
            if known in shown:
                self._cells(number, values)
                self._order(number, found.things, partial(self._value_key, values))
            if known.facet:
                self._narrow(number, known, found.things, values)
        self._insert(
            "list", [(found.plan.shape.slug, len(found.things), fields[newest.iri] if newest else 0)]
        )
        self._speakers(found, {known.predicate for known in shown})
        self._remember(found, shown)

    def _insert(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        for row in rows:
            self._index.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)

    def _tells(self, column: Field, found: Gathered) -> bool:
        """Whether a column is worth its place: it says more than the titles do, or every record has it, and
        then the titles leave it out."""
        said = found.values[column.iri]
        told = next(iter(self._names.values())).told
        more = any(term.value not in told(thing) for thing, terms in said.items() for term in terms)
        return bool(said) and (required(self._model, column) or more)

    def _newest(self, found: Gathered, shown: list[Field]) -> Field | None:
        """The column that sorts the list at first: a date, of things that have names of their own."""
        if not found.things or next(iter(self._names.values())).composed(found.things[0]):
            return None
        return next((known for known in shown if is_date(self._model, known)), None)

    def _field(self, found: Gathered, known: Field | None, shown: list[Field]) -> int:
        number = next(self._fields)
        terms = [t for ts in found.values[known.iri].values() for t in ts] if known else []
        linked, dated = any(t.kind == "iri" for t in terms), any(map(is_uncertain, terms))
        filters = bool(known and known.facet)
        row = (
            number,
            found.plan.shape.slug,
            known.iri if known else "",
            known in shown,
            linked,
            filters,
            dated,
        )
        self._insert("field", [row])
        return number

    def _cells(self, field: int, values: Values) -> None:
        for thing in sorted(values):
            rows = (
                (self._numbers[thing], field, n, *self._stored(term)) for n, term in enumerate(values[thing])
            )
            self._insert("cell", rows)

    def _stored(self, term: Term) -> tuple[int | None, str, str, str]:
        """A value as a thing with a number, or as text with its language and datatype."""
        if term.kind == "iri":
            return self._numbers[term.value], "", "", ""
        return None, term.value, term.language or "", term.datatype or ""

    def _order(self, field: int, things: tuple[str, ...], key: Callable[[str, str], str | None]) -> None:
        """The place of every thing by one field, in each language; those without a value come last."""
        for lang in self._names:
            keys = {thing: key(thing, lang) for thing in things}
            ordered = sorted((key is None, key or "", thing) for thing, key in keys.items())
            rows = ((field, lang, empty, n, self._numbers[t]) for n, (empty, _, t) in enumerate(ordered))
            self._insert("position", rows)

    def _title_key(self, thing: str, lang: str) -> str:
        return sort_key(self._names[lang].text(thing).value, lang)

    def _value_key(self, values: Values, thing: str, lang: str) -> str | None:
        terms = values.get(thing, [])
        return min((_sorting(term, self._names[lang], lang) for term in terms), default=None)

    def _narrow(self, field: int, known: Field, things: tuple[str, ...], values: Values) -> None:
        """The choices of a filter with the things that have them; a date is chosen by its years."""
        holders: dict[str, set[int]] = defaultdict(set)
        # Values that addresses name alike (a word in two languages) are one choice, called as the first.
        called: dict[str, Term | None] = {}
        for thing in things:
            terms = values.get(thing, [])
            for name, term in chain.from_iterable(map(self._named, terms)):
                called.setdefault(name, term)
                holders[name].add(self._numbers[thing])
            if not terms and not required(self._model, known):
                called[NOTHING] = None
                holders[NOTHING].add(self._numbers[thing])
            self._insert("span", sorted((field, self._numbers[thing], *span) for span in _spans(terms)))
        for name, marked in sorted(holders.items(), key=lambda item: (-len(item[1]), item[0])):
            number = next(self._choices)
            self._insert("choice", [(number, field, name, *self._choice(called[name]), len(marked))])
            self._insert("mark", ((number, thing) for thing in sorted(marked)))

    def _choice(self, term: Term | None) -> tuple[int | None, str, str, str]:
        return self._stored(term) if term else (None, "", "", "")

    def _named(self, term: Term) -> Iterator[tuple[str, Term]]:
        """How addresses name a value: a thing of ours by its path, a literal, a date by its years."""
        if is_uncertain(term):
            yield from ((year, Term("literal", year, str(XSD.gYear), None)) for year in _years(term.value))
        elif term.kind == "iri":
            yield next(iter(self._names.values())).path(term.value) or term.value, term
        else:
            yield term.value, term

    def _speakers(self, found: Gathered, properties: set[str | None]) -> None:
        for thing in found.things:
            said = found.claimants.get(thing, {})
            claimants = {iri for name, iris in said.items() if name in properties for iri in iris}
            rows = ((self._numbers[thing], self._numbers[iri]) for iri in sorted(claimants))
            self._insert("speaker", rows)

    def _remember(self, found: Gathered, shown: list[Field]) -> None:
        """What stands beside each title: titles leave it out."""
        for thing in found.things:
            beside = [term for known in shown for term in found.values[known.iri].get(thing, [])]
            dated = not any(term.datatype == str(EDTF) for term in beside)
            self._briefs[thing] = {term.value for term in beside}, dated

    def write_titles(self) -> None:
        """What everything is called, and what the lists call it."""
        for iri, number in self._numbers.items():
            for lang, names in self._names.items():
                link, brief = names.link(iri).text, None
                if iri in self._briefs:
                    brief = names.brief(iri, *self._briefs[iri])
                self._insert(
                    "title",
                    [(number, lang, link.value, link.lang, link.when, brief.value if brief else None)],
                )


def _sorting(term: Term, names: Names, lang: str) -> str:
    if is_uncertain(term):
        low, high = bounds(term.value) or (None, None)
        return f"{low or high or term.value} {term.value}"
    if term.kind == "literal" and _NUMBER.fullmatch(term.value):
        return term.value.partition(".")[0].zfill(20) + term.value
    return sort_key(names.value(term)[0].value, lang)


def _spans(terms: Iterable[Term]) -> set[tuple[str, str]]:
    found = (bounds(term.value) for term in terms if is_uncertain(term))
    return {(span[0] or OPEN, span[1] or NEVER) for span in found if span}


def _years(date: str) -> list[str]:
    low, high = bounds(date) or (None, None)
    years = range(int(low[:4]), int(high[:4]) + 1) if low and high else range(0)
    return [f"{year:04}" for year in years] if len(years) <= _MOST_YEARS else []
