"""The index of a release, and what it finds."""

import pytest

from server.archive.index import INDEX
from server.archive.indexing import write_index
from server.archive.search import Finder
from server.errors import StoreUnavailable

PERSON = "Person"


@pytest.fixture(scope="module")
def folder(archive, tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    write_index(folder / INDEX, archive.store, archive.model, archive.base)
    return folder


@pytest.fixture(scope="module")
def finder(folder):
    return Finder(folder / INDEX)


def titles(archive, hits):
    return [archive.describe(hit.iri, "be").title.value for hit in hits.shown]


@pytest.mark.parametrize(
    "text", ["Пэрсона Прыклад", "Persona Pryklad", "ПЭРСОНА", "piersona prykład", "pers"]
)
def test_a_person_is_found_in_any_spelling(archive, finder, text):
    assert "Пэрсона Прыклад" in titles(archive, finder.find(text, PERSON))


def test_the_name_that_fits_exactly_comes_first(archive, finder):
    assert titles(archive, finder.find("Second Example"))[0].startswith("Другая")


def test_a_word_too_many_still_finds_the_name(archive, finder):
    assert "Пэрсона Прыклад" in titles(archive, finder.find("Persona Pryklad Neviadoma", PERSON))


def test_words_of_a_source_are_found_with_their_place(finder):
    hits = finder.find("волі")
    assert [hit.slug for hit in hits.shown] == ["ClaimSet"]
    assert "волі" in hits.shown[0].excerpt


def test_counts_are_of_all_kinds_and_the_page_is_of_one(finder):
    everything, people = finder.find("Example"), finder.find("Example", PERSON)
    assert everything.counts == people.counts
    assert {hit.slug for hit in people.shown} == {PERSON}
    assert len(people.shown) == people.counts[PERSON] < sum(people.counts.values())


def test_pages_are_parts_of_the_whole(finder):
    everything = finder.find("Example", count=1000).shown
    pages = [finder.find("Example", start=start, count=3).shown for start in range(0, len(everything), 3)]
    assert [hit for page in pages for hit in page] == list(everything)
    assert len(everything) == sum(finder.find("Example").counts.values())


TYPED = """"|*|names:x|a AND|NEAR(a b)|-x|\x00|'; DROP TABLE thing; --|{}()[]^:|неіснуючаеслова|\ud800|😀"""


@pytest.mark.parametrize("text", ["", " ", "x" * 10_000, "a " * 5_000, *TYPED.split("|")])
def test_nothing_that_is_typed_breaks_a_search(finder, text):
    hits = finder.find(text)
    assert len(hits.shown) <= 25


def test_the_same_statements_make_the_same_index(archive, folder, tmp_path):
    write_index(tmp_path / INDEX, archive.store, archive.model, archive.base)
    assert (tmp_path / INDEX).read_bytes() == (folder / INDEX).read_bytes()


def test_the_index_cannot_be_written(finder, folder):
    before = (folder / INDEX).read_bytes()
    finder.find("Example")
    assert (folder / INDEX).read_bytes() == before
    assert [path.name for path in folder.iterdir()] == [INDEX]


def test_a_release_that_is_emptied_while_it_is_served_asks_for_a_moment(tmp_path):
    with pytest.raises(StoreUnavailable, match="in a moment"):
        Finder(tmp_path / INDEX).find("Example")
