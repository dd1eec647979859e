"""How statements become sections, rows and values."""

import pytest

from server.archive.archive import Archive
from server.archive.layout import Layout, Material, Statement
from server.archive.names import Names
from server.archive.queries import SOURCE_BASE
from server.archive.records import Link, Source, Text
from server.archive.vocabulary import RDF
from server.store.syntax import Term

GARDEN = "https://garden.example/terms#"
SHARED = f"{SOURCE_BASE}graph/"
REGISTER, EDITORIAL = f"{SHARED}register", f"{SHARED}editorial"
BLOOM, FIRST, SECOND = (f"{SOURCE_BASE}id/abcdefgh0{n}" for n in (1, 2, 3))


def literal(value: str) -> Term:
    return Term("literal", value)


def source(claim_set: str) -> Source:
    return Source(Link(claim_set, Text(claim_set)), None, None, None, None, None, (), ())


class Page:
    """A page made of hand-written statements about one thing."""

    def __init__(self, archive: Archive, kind: str) -> None:
        self.material = Material(archive.model, SHARED)
        self.names = Names(archive.store, archive.model, SOURCE_BASE, "en")
        self.say(str(RDF.type), Term("iri", f"{GARDEN}{kind}"), REGISTER)

    def say(self, name: str, value: Term, graph: str, subject: str = BLOOM) -> None:
        """One more statement."""
        self.material.add([Statement(subject, name, value, graph)])
        self.material.sources = {g: source(g) for g in self.material.claim_sets()}

    def row(self, name: str) -> list[tuple[str, int, bool]]:
        """(text, number of sources, preferred) of each value of a row."""
        found = Layout(self.names, self.material).page(BLOOM)
        row = next(row for section in found.sections for row in section.rows if row.name.value == name)
        return [(value.text.value, len(value.sources), value.preferred) for value in row.values]

    def contested(self, name: str) -> bool:
        """Whether a row says that its sources differ."""
        found = Layout(self.names, self.material).page(BLOOM)
        return next(row.contested for s in found.sections for row in s.rows if row.name.value == name)


@pytest.fixture
def bloom(tiny: Archive) -> Page:
    return Page(tiny, "Bloom")


def test_the_chosen_value_stands_first_with_all_its_sources(bloom: Page) -> None:
    for graph in (FIRST, EDITORIAL):
        bloom.say(f"{GARDEN}seenOn", literal("2031-05"), graph)
    bloom.say(f"{GARDEN}seenOn", literal("2031-04"), SECOND)
    assert bloom.row("seen") == [("2031-05", 1, True), ("2031-04", 1, False)]


def test_values_that_lost_are_sorted_by_how_many_say_so(bloom: Page) -> None:
    bloom.say(f"{GARDEN}seenOn", literal("2031-01"), FIRST)
    for graph in (FIRST, SECOND):
        bloom.say(f"{GARDEN}seenOn", literal("2031-02"), graph)
    assert bloom.row("seen") == [("2031-02", 2, False), ("2031-01", 1, False)]


def test_two_values_of_a_single_field_are_contested(bloom: Page) -> None:
    bloom.say(f"{GARDEN}seenOn", literal("2031-01"), FIRST)
    assert not bloom.contested("seen")
    bloom.say(f"{GARDEN}seenOn", literal("2031-02"), SECOND)
    assert bloom.contested("seen")


def test_two_values_of_a_field_with_many_are_not_contested(bloom: Page) -> None:
    bloom.say(f"{GARDEN}visitor", literal("Aunt Example"), FIRST)
    bloom.say(f"{GARDEN}visitor", literal("Uncle Example"), SECOND)
    assert not bloom.contested("visitors")


def test_what_no_shape_shows_comes_last_under_the_name_of_its_property(bloom: Page) -> None:
    bloom.say(f"{GARDEN}area", literal("7"), REGISTER)
    bloom.say(f"{GARDEN}colour", literal("blue"), REGISTER)
    sections = Layout(bloom.names, bloom.material).page(BLOOM).sections
    assert [[row.name.value for row in section.rows] for section in sections] == [["colour"], ["area"]]


def test_the_class_and_computed_bounds_are_not_rows(bloom: Page) -> None:
    bloom.say(f"{GARDEN}seenFrom", literal("2031-04-01"), FIRST)
    assert Layout(bloom.names, bloom.material).page(BLOOM).sections == ()


def test_entries_are_in_order_of_time_and_undated_ones_last(tiny: Archive) -> None:
    page = Page(tiny, "Garden")
    link = tiny.model.types[0].links[0]
    days = {FIRST: "2031-05-01", SECOND: "2031-04-01", f"{SOURCE_BASE}id/abcdefgh00": None}
    for thing, day in days.items():
        page.say(f"{GARDEN}inGarden", Term("iri", BLOOM), REGISTER, thing)
        if day:
            page.say(f"{GARDEN}seenFrom", literal(day), REGISTER, thing)
    page.material.related = {link.iri: list(days)}
    (section,) = Layout(page.names, page.material).page(BLOOM).sections
    assert [entry.iri for entry in section.entries] == [SECOND, FIRST, f"{SOURCE_BASE}id/abcdefgh00"]
