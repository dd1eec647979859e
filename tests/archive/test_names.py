"""What things are called."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from server.archive.archive import Archive
from server.archive.model import Model
from server.archive.names import Known, Names
from server.archive.queries import SOURCE_BASE
from server.store.answers import Answer
from server.store.embedded import memory_store
from server.store.syntax import TRIG, Term, canonical_nquads, parse

ID = f"{SOURCE_BASE}id/"
THING = f"{ID}newnew0000"
GARDEN_NORTH = f"{ID}0000000001"
Naming = Callable[..., Names]


@pytest.fixture
def naming(model: Model, prefixes: str) -> Naming:
    """Names over a store that holds just the given TriG."""

    def make(text: str, language: str = "en", base: str = SOURCE_BASE) -> Names:
        quads = parse((prefixes + text).encode(), TRIG, SOURCE_BASE)
        names = Names(memory_store(canonical_nquads(quads)), model, base, language)
        names.learn([THING])
        return names

    return make


LABELS = {"be": '"Прыклад"@be', "ru": '"Пример"@ru', "en": '"Example"@en', "pl": '"Przykład"@pl'}


@pytest.mark.parametrize(
    ("given", "wanted", "found"),
    [
        ("be ru en", "en", "Example"),
        ("be ru", "en", "Прыклад"),
        ("ru en", "be", "Пример"),
        ("en pl", "be", "Example"),
        ("pl", "be", "Przykład"),
    ],
)
def test_a_name_falls_back_to_be_then_ru_then_en(naming: Naming, given: str, wanted: str, found: str) -> None:
    labels = " , ".join(LABELS[tag] for tag in given.split())
    names = naming(f"graph:register {{ ex-new: a pra:Person ; skos:prefLabel {labels} . }}", wanted)
    assert names.text(THING).value == found


def test_a_title_serves_as_a_name(naming: Naming) -> None:
    names = naming('graph:register { ex-new: a pra:Document ; dct:title "A report"@en . }')
    assert names.text(THING).value == "A report"


EVENT = """
graph:register { ex-new: a pra:Detention ; pra:inCase ex-case: . ex-case: skos:prefLabel "Example case"@en . }
graph:editorial { ex-new: pra:startEdtf "2031-02-01"^^edtf:EDTF ; pra:stage stage:charge . }
graph:vocabulary-stage { stage:charge skos:prefLabel "before trial"@en . }
"""


def test_a_thing_without_a_name_is_called_by_its_class_date_kind_and_case(naming: Naming) -> None:
    title = naming(EVENT).text(THING).value
    assert re.fullmatch(r"(?i)detention\W+2031-02-01\W+before trial\W+Example case", title)


def test_a_composed_title_is_in_the_language_of_the_reader(naming: Naming) -> None:
    assert naming(EVENT, "be").text(THING).lang == "be"


def test_a_claim_set_is_called_by_who_says_it_and_where(naming: Naming) -> None:
    names = naming(
        """graph:register {
          ex-new: a pra:ClaimSet ; pra:claimant ex-org: ; prov:hadPrimarySource ex-doc: .
          ex-org: skos:prefLabel "Example Society"@en . ex-doc: dct:title "A report"@en . }"""
    )
    assert re.fullmatch(r"(?i)claim set\W+Example Society\W+A report", names.text(THING).value)


def test_a_thing_of_which_nothing_is_known_is_called_by_the_end_of_its_address(naming: Naming) -> None:
    assert naming("").text(THING).value == "newnew0000"


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        (THING, "id/newnew0000"),
        (f"{SOURCE_BASE}vocabulary/regime/pre-trial", "vocabulary/regime/pre-trial"),
        ("https://elsewhere.example/id/newnew0000", ""),
        ("http://w3id.org/praleska/id/newnew0000", ""),
    ],
)
def test_only_our_own_addresses_have_a_path(naming: Naming, iri: str, path: str) -> None:
    link = naming("").link(iri)
    assert (link.path, link.external) == (path, not path)


def test_under_another_base_things_and_terms_still_have_paths(naming: Naming) -> None:
    names = naming("", base="https://mirror.example/")
    assert names.path("https://mirror.example/id/newnew0000") == "id/newnew0000"
    assert names.path(f"{SOURCE_BASE}ontology#Person") == "ontology#Person"


def test_a_foreign_address_is_shown_whole(naming: Naming) -> None:
    assert naming("").link("https://elsewhere.example/a/b").text.value == "https://elsewhere.example/a/b"


def test_a_literal_keeps_its_language_and_datatype(naming: Naming) -> None:
    names = naming("")
    text, link = names.value(Term("literal", "слова", None, "be"))
    assert (text.value, text.lang, link) == ("слова", "be", None)
    number, _ = names.value(Term("literal", "7", "http://www.w3.org/2001/XMLSchema#integer"))
    assert number.datatype.endswith("#integer")


def test_what_was_learnt_is_not_asked_for_again(tiny: Archive) -> None:
    asked: list[str] = []

    class Watched:
        """Tells what it was asked."""

        def query(self, text: str, *more: Any) -> Answer:
            asked.append(text)
            return tiny.store.query(text, *more)

        def close(self) -> None:
            """Nothing to give back."""

    known = Known()
    for language in ("en", "be", "en"):
        names = Names(Watched(), tiny.model, tiny.base, language, known)
        names.learn([GARDEN_NORTH, f"{ID}nothing000"])
    assert len(asked) == 1
    assert names.link(GARDEN_NORTH).text.value == "North Garden"
    assert names.link(f"{ID}nothing000").text.value == "nothing000"


def test_names_are_remembered_within_a_limit(tiny: Archive) -> None:
    known = Known(most=3)
    for number in range(10):
        names = Names(tiny.store, tiny.model, tiny.base, "en", known)
        names.learn([GARDEN_NORTH, f"{ID}nothing00{number}"])
        assert names.text(GARDEN_NORTH).value == "North Garden"
        assert sum(1 for n in range(10) if known.of([f"{ID}nothing00{n}"])) <= 3


def test_a_link_gets_its_name_as_soon_as_that_is_learnt(tiny: Archive) -> None:
    names = Names(tiny.store, tiny.model, tiny.base, "en")
    assert names.link(GARDEN_NORTH).text.value == "0000000001"
    names.learn([GARDEN_NORTH])
    assert names.link(GARDEN_NORTH).text.value == "North Garden"


def test_another_release_knows_nothing_of_the_names_of_this_one(tiny: Archive, archive: Archive) -> None:
    tiny.describe(GARDEN_NORTH, "en")
    assert tiny._known.of([GARDEN_NORTH])
    assert not archive._known.of([GARDEN_NORTH])
