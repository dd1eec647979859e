"""One thing, gathered with everything that is said of it: in the tiny world, whose terms Python never saw."""

import pytest

from server.archive.archive import Archive
from server.archive.queries import SOURCE_BASE
from server.archive.records import Resource, Row
from server.archive.resources import Describer
from server.errors import NotFound
from server.store.answers import OWN_DATASET, Answer, Dataset, Formats

ID = f"{SOURCE_BASE}id/000000000"
NORTH, SOUTH, BLUEBELL, WALKER = (f"{ID}{n}" for n in (1, 2, 3, 4))


def rows(page: Resource) -> dict[str, Row]:
    return {row.name.value: row for section in page.sections for row in section.rows}


def test_a_thing_of_an_unknown_ontology_has_a_page(tiny: Archive) -> None:
    page = tiny.describe(NORTH, "en")
    assert (page.title.value, page.type_name.value, page.type_slug) == ("North Garden", "garden", "Garden")
    assert page.path == "id/0000000001"
    assert rows(page)["area"].values[0].text.value == "120"


def test_a_page_speaks_the_language_of_its_reader(tiny: Archive) -> None:
    page = tiny.describe(NORTH, "be")
    assert page.title.value == "Паўночны сад"
    assert "плошча" in rows(page)


def test_things_that_point_here_are_unfolded_in_the_section_of_their_link(tiny: Archive) -> None:
    growth = next(s for s in tiny.describe(NORTH, "en").sections if s.title.value == "Growth")
    assert [entry.iri for entry in growth.entries] == [BLUEBELL]
    assert {"seen", "colour", "visitors"} <= set(rows(growth.entries[0]))


def test_every_claimed_value_names_claimant_and_document(tiny: Archive) -> None:
    seen = rows(tiny.describe(BLUEBELL, "en"))["seen"]
    said = {v.text.value: [s.claimant.iri for s in v.sources if s.claimant] for v in seen.values}
    assert said == {"2031-04-07": ["https://keeper.example/"], "2031-04": ["https://walker.example/"]}
    documents = {s.document.iri for v in seen.values for s in v.sources if s.document}
    assert documents == {"https://walker.example/notes", "https://keeper.example/book"}


def test_a_value_of_the_register_has_no_sources(tiny: Archive) -> None:
    assert rows(tiny.describe(BLUEBELL, "en"))["garden"].values[0].sources == ()


def test_the_page_of_a_claim_set_shows_what_it_says(tiny: Archive) -> None:
    page = tiny.describe(WALKER, "en")
    content = next(section for section in page.sections if section.title.value == "Content")
    assert [entry.iri for entry in content.entries] == [BLUEBELL]
    (entry,) = content.entries
    assert [value.text.value for value in rows(entry)["seen"].values] == ["2031-04"]
    assert "visitors" not in rows(entry)


@pytest.mark.parametrize(
    "name", ["0000000009", "a>b", "a b", "%zz", "a#b#c", "a{b}", "\\u003E", "a[b]", "\ue000", '"', "\n"]
)
def test_what_nobody_speaks_of_is_not_found(tiny: Archive, name: str) -> None:
    for find in (lambda iri: tiny.describe(iri, "en"), lambda iri: tiny.graph(iri, "text/turtle")):
        with pytest.raises(NotFound):
            find(f"{SOURCE_BASE}id/{name}")


class CountingStore:
    """The store of the tiny world, which counts."""

    def __init__(self, archive: Archive) -> None:
        self.store = archive.store
        self.queries = 0

    def query(self, text: str, formats: Formats, dataset: Dataset = OWN_DATASET) -> Answer:
        """Counts and passes on."""
        self.queries += 1
        return self.store.query(text, formats, dataset)

    def close(self) -> None:
        """Nothing to give back."""


@pytest.mark.parametrize("iri", [NORTH, SOUTH, BLUEBELL])
def test_a_page_takes_few_queries_however_much_is_said(tiny: Archive, iri: str) -> None:
    counting = CountingStore(tiny)
    Describer(counting, tiny.model, tiny.base, "en").describe(iri)
    assert counting.queries <= 6


def test_triple_formats_give_the_description_without_the_claims(tiny: Archive) -> None:
    turtle = tiny.graph(BLUEBELL, "text/turtle").decode()
    assert "garden:Bloom" in turtle
    assert "2031-04-07" in turtle  # what the editorial view chose
    assert '"2031-04"' not in turtle


@pytest.mark.parametrize("media_type", ["application/trig", "application/n-quads"])
def test_quad_formats_give_each_claim_in_its_graph(tiny: Archive, media_type: str) -> None:
    text = tiny.graph(BLUEBELL, media_type).decode()
    assert '"2031-04"^^' in text
    assert WALKER in text


@pytest.mark.parametrize(
    "media_type",
    [
        "text/turtle",
        "application/trig",
        "application/ld+json",
        "application/n-triples",
        "application/rdf+xml",
    ],
)
def test_every_format_tells_of_the_thing(tiny: Archive, media_type: str) -> None:
    assert b"North Garden" in tiny.graph(NORTH, media_type)


def test_a_term_of_the_ontology_has_a_page_too(tiny: Archive) -> None:
    assert tiny.describe("https://garden.example/terms#area", "en").title.value == "area"
