"""What SHACL's constraints ask of one value, as far as that can be told without doubt.

A test answers True only when the validator would surely find nothing; in every doubt it answers False.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from server.archive.vocabulary import RDF, SH, XSD
from server.store.syntax import Term

Said = Mapping[str, Collection[Term]]
_TYPE = str(RDF.type)
_WHOLE, _DECIMAL = re.compile(r"-?\d{1,18}"), re.compile(r"-?\d{1,18}(?:\.\d{1,18})?")
_DURATION = re.compile(r"P(?=\d)(?:\d{1,4}Y)?(?:\d{1,4}M)?(?:\d{1,5}D)?")
_DAY = re.compile(r"[1-9]\d{3}-\d\d-\d\d")
_MOMENT = re.compile(r"[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)?")
_NUMBERS = frozenset({str(XSD.integer), str(XSD.decimal)})
# Other datatypes of these namespaces have rules of their own for what may be written.
_STANDARD = "http://www.w3.org/"


class Surroundings(NamedTuple):
    """What can be seen from a thing: all that its unit says, and what is known of things elsewhere."""

    described: Mapping[str, Said]
    known: Callable[[str], Said]
    superclasses: Mapping[str, frozenset[str]]

    def of(self, term: Term) -> Said:
        """What is said of a value."""
        if term.kind == "literal":
            return {}
        inside = self.described.get(term.value)
        return self.known(term.value) if inside is None else inside

    def at_end(self, said: Said, path: Sequence[str]) -> list[Term] | None:
        """The values at the end of a path; None when it leads over things of which too little is known."""
        values = list(said.get(path[0], ()))
        for step in path[1:]:
            if any(value.kind == "iri" and value.value not in self.described for value in values):
                return None
            values = [found for value in values for found in self.of(value).get(step, ())]
        return values

    def classes(self, term: Term) -> set[str]:
        """The classes of a value, with all wider ones."""
        own = [value.value for value in self.of(term).get(_TYPE, ())]
        return {wider for name in own for wider in (name, *self.superclasses.get(name, ()))}


Test = Callable[[Term, Surroundings], bool]


def term_of(node: Node) -> Term:
    """A node of the shapes as a plain term."""
    if isinstance(node, URIRef):
        return Term("iri", str(node))
    if isinstance(node, Literal):
        datatype = str(node.datatype) if node.datatype and node.datatype != XSD.string else None
        return Term("literal", str(node), datatype, node.language)
    return Term("bnode", str(node))


def value_test(shapes: Graph, predicate: URIRef, parameter: Node) -> Test | None:
    """The test for one constraint on single values; None for a constraint that is not known here."""
    make = _TESTS.get(predicate)
    return make(shapes, parameter) if make else None


def _class(_: Graph, parameter: Node) -> Test:
    wanted = str(parameter)
    return lambda value, around: wanted in around.classes(value)


def _node_kind(_: Graph, parameter: Node) -> Test | None:
    kind = {SH.IRI: "iri", SH.Literal: "literal"}.get(parameter)  # type: ignore[call-overload]
    return (lambda value, _: value.kind == kind) if kind else None


def _datatype(_: Graph, parameter: Node) -> Test | None:
    name = str(parameter)
    if name == str(XSD.string):
        return lambda value, _: value.kind == "literal" and not value.datatype and not value.language
    if name == str(RDF.langString):
        return lambda value, _: bool(value.language)
    well_formed = _WRITTEN.get(name)
    if well_formed is None and name.startswith(_STANDARD):
        return None
    return lambda value, _: value.datatype == name and (well_formed is None or well_formed(value.value))


def _is_day(text: str) -> bool:
    return bool(_DAY.fullmatch(text)) and _reads(date.fromisoformat, text)


def _is_moment(text: str) -> bool:
    return bool(_MOMENT.fullmatch(text)) and _reads(datetime.fromisoformat, text)


def _reads(reader: Callable[[str], object], text: str) -> bool:
    try:
        reader(text)
    except ValueError:
        return False
    return True


def _length(least: bool) -> Callable[[Graph, Node], Test]:
    def make(_: Graph, parameter: Node) -> Test:
        limit = int(str(parameter))

        def test(value: Term, around: Surroundings) -> bool:
            length = len(value.value)
            return _is_text(value, around) and (length >= limit if least else length <= limit)

        return test

    return make


def _pattern(_: Graph, parameter: Node) -> Test:
    pattern = re.compile(str(parameter))
    return lambda value, around: _is_text(value, around) and bool(pattern.search(value.value))


def _is_text(value: Term, around: Surroundings) -> bool:
    # The things of a unit are renamed for the validator: their IRIs are longer there.
    return value.kind == "literal" or (value.kind == "iri" and value.value not in around.described)


def _language_in(shapes: Graph, parameter: Node) -> Test:
    tags = {str(tag).lower() for tag in shapes.items(parameter)}
    return lambda value, _: (value.language or "").lower() in tags


def _in(shapes: Graph, parameter: Node) -> Test:
    values = {term_of(node) for node in shapes.items(parameter)}
    return lambda value, _: value in values


def _more_than(equal: bool) -> Callable[[Graph, Node], Test | None]:
    def make(_: Graph, parameter: Node) -> Test | None:
        limit = _number(term_of(parameter))
        if limit is None:
            return None

        def test(value: Term, _: Surroundings) -> bool:
            number = _number(value)
            return number is not None and (number >= limit if equal else number > limit)

        return test

    return make


def _number(term: Term) -> Decimal | None:
    plain = term.datatype in _NUMBERS and _WRITTEN[term.datatype](term.value)
    return Decimal(term.value) if plain else None


def are_ordered(first: Term, second: Term) -> bool:
    """Whether both are days, and the second is not before the first."""
    days = {first.datatype, second.datatype} == {str(XSD.date)}
    return days and _is_day(first.value) and _is_day(second.value) and first.value <= second.value


_WRITTEN: dict[str | None, Callable[[str], bool]] = {
    str(XSD.boolean): lambda text: text in ("true", "false"),
    str(XSD.integer): lambda text: bool(_WHOLE.fullmatch(text)),
    str(XSD.decimal): lambda text: bool(_DECIMAL.fullmatch(text)),
    str(XSD.date): _is_day,
    str(XSD.dateTime): _is_moment,
    str(XSD.gYear): lambda text: bool(re.fullmatch(r"[1-9]\d{3}", text)),
    str(XSD.duration): lambda text: bool(_DURATION.fullmatch(text)),
}
_TESTS: dict[URIRef, Callable[[Graph, Node], Test | None]] = {
    SH["class"]: _class,
    SH.nodeKind: _node_kind,
    SH.datatype: _datatype,
    SH.minLength: _length(True),
    SH.maxLength: _length(False),
    SH.pattern: _pattern,
    SH.languageIn: _language_in,
    SH["in"]: _in,
    SH.minExclusive: _more_than(False),
    SH.minInclusive: _more_than(True),
}
