"""Overviews for a page: one line an event, what is cited with its words, terms by kind and as a tree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Flask

from server.archive.glossary import Term
from server.archive.records import Link, Resource, Row, Source, Text, Value
from server.web import addresses, timeline
from server.web.values import EDTF

# Texts of several languages with more letters than this are folded down to the reader's own.
_LONG = 60


@dataclass(frozen=True)
class Line:
    """One entry of a page in the overview: when, what, and who says so."""

    entry: Resource
    date: Row | None
    facts: tuple[Row, ...]
    claimants: tuple[Link, ...]
    doubts: tuple[Link, ...]
    differ: bool
    # When it ended, in words, of what lasts.
    until: str = ""


@dataclass(frozen=True)
class Kind:
    """The terms of one kind."""

    name: Text
    nodes: tuple["Node", ...]


@dataclass(frozen=True)
class Node:
    """A term with the narrower ones."""

    entry: Resource
    below: tuple["Node", ...]


def register(app: Flask) -> None:
    """Give the templates their filters."""
    filters = (overview, cited, kinds, entries, own_words, doubts, is_term, dated, undated)
    for found in (*filters, same_source, all_rows, spot, tally, claimants):
        app.add_template_filter(found)


def spot(iri: str) -> str:
    """The name of the place of a term on the page of the ontology: terms of ours go by their own name."""
    name = addresses.short(iri)
    own = "#" in iri and iri.startswith(addresses.iri("ontology"))
    return addresses.anchor(iri) if own else name.replace(":", "-").replace("/", "-")


def tally(found: Sequence[Term]) -> int:
    """How many terms a tree holds."""
    return sum(1 + tally(one.below) for one in found)


def entries(thing: Resource) -> list[Resource]:
    """The unfolded things of a page."""
    return [entry for section in thing.sections for entry in section.entries]


def is_term(entry: Resource) -> bool:
    """Whether an entry is a term of an ontology or vocabulary."""
    return not entry.path.startswith("id/")


def dated(found: Sequence[Resource]) -> list[Resource]:
    """The entries that a day is given of."""
    return [entry for entry in found if entry.day]


def undated(found: Sequence[Resource]) -> list[Resource]:
    """The entries that no day is given of."""
    return [entry for entry in found if not entry.day]


def overview(thing: Resource, lang: str) -> list[Line]:
    """A line for each entry that sources speak of, in order of time; those without a date come last."""
    lines = [_line(entry, lang) for entry in entries(thing) if cited(entry)]
    return sorted(lines, key=lambda line: line.entry.day or "9999")


def _line(entry: Resource, lang: str) -> Line:
    """Of the facts only what the overview has: what nobody upholds stays with the entry."""
    rows = (*entry.dated, *entry.summary, *all_rows(entry))
    date = next((row for row in rows if _is_dated(row)), None)
    told = (r for r in entry.summary if not _is_dated(r) and (r.named or not _told(r, entry.brief)))
    facts = tuple(_in_language(row, lang) for row in told if row.values[0].preferred)
    sources = [source for row in (*([date] if date else ()), *facts) for source in _chosen(row)]
    by = claimants(sources or cited(entry))
    doubted = {link.iri: link for row in facts for link in doubts(row.values[0])}
    differ = any(row.contested for row in facts)
    until = timeline.until(entry.extent, lang) if entry.extent else ""
    return Line(entry, date, facts, by, tuple(doubted.values()), differ, until)


def claimants(sources: Iterable[Source]) -> tuple[Link, ...]:
    """Who says so, each once."""
    return tuple({s.claimant.iri: s.claimant for s in sources if s.claimant}.values())


def _in_language(row: Row, lang: str) -> Row:
    own = tuple(value for value in row.values if value.text.lang == lang and not value.link)
    return row._replace(values=own) if own else row


def all_rows(thing: Resource) -> list[Row]:
    """The rows of a thing, whatever their section."""
    return [row for section in thing.sections for row in section.rows]


def same_source(value: Value, before: Value | None) -> bool:
    """Whether the source that stands first is the one of the value before."""
    firsts = [one.sources[0].claim_set.iri if one and one.sources else None for one in (value, before)]
    return firsts[0] is not None and firsts[0] == firsts[1]


def _is_dated(row: Row) -> bool:
    return row.values[0].text.datatype == EDTF


def _told(row: Row, title: Text) -> bool:
    return row.values[0].text.value in title.value


def _chosen(row: Row) -> tuple[Source, ...]:
    return row.values[0].sources


def cited(thing: Resource) -> list[Source]:
    """Every source of the thing's own rows, once."""
    found = (source for row in all_rows(thing) for value in row.values for source in value.sources)
    return list({source.claim_set.iri: source for source in found}.values())


def own_words(row: Row, lang: str) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """The values to show and those to fold away: long texts in other languages than the reader's."""
    texts = [value.text for value in row.values]
    own = tuple(value for value in row.values if value.text.lang == lang)
    plain = all(text.lang and not value.sources for text, value in zip(texts, row.values, strict=True))
    others = tuple(value for value in row.values if value.text.lang != lang)
    if not own or not plain:
        return row.values, ()
    return (own, others) if max(len(text.value) for text in texts) >= _LONG else (own + others, ())


def doubts(value: Value) -> list[Link]:
    """How a value stands that nobody upholds any more: the standings of its sources; else nothing."""
    standings = [source.standing for source in value.sources]
    if not standings or None in standings:
        return []
    return list({standing.iri: standing for standing in standings if standing}.values())


def kinds(found: Sequence[Resource]) -> list[Kind]:
    """Terms by kind, in the order in which the kinds appear, each as a tree."""
    order = {entry.type_name.value: place for place, entry in reversed(list(enumerate(found)))}

    def key(entry: Resource) -> int:
        return order[entry.type_name.value]

    groups = [list(group) for _, group in groupby(sorted(found, key=key), key=key)]
    return [Kind(group[0].type_name, _tree(group)) for group in groups]


def _tree(found: list[Resource]) -> tuple[Node, ...]:
    here = {entry.iri for entry in found}
    below: dict[str, list[Resource]] = {}
    for entry in sorted(found, key=lambda entry: entry.title.value.casefold()):
        below.setdefault(entry.parent if entry.parent in here else "", []).append(entry)
    return _nodes("", below)


def _nodes(iri: str, below: dict[str, list[Resource]]) -> tuple[Node, ...]:
    # Taken out as they are used, so that a circle in the data ends.
    return tuple(Node(entry, _nodes(entry.iri, below)) for entry in below.pop(iri, []))
