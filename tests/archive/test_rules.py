"""The rules on single statements, each with a table of texts."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.archive.model import Model
from server.archive.queries import SOURCE_BASE
from server.archive.rules import StatementRules, finding
from server.errors import BadSource
from server.store.syntax import Quad, Term

THING = Term("iri", f"{SOURCE_BASE}id/newnew0000")
NOTE = Term("iri", f"{SOURCE_BASE}ontology#note")


@pytest.fixture(scope="module")
def rules(model: Model) -> StatementRules:
    return StatementRules(model, SOURCE_BASE)


def broken(
    rules: StatementRules, text: str, language: str | None = "en", datatype: str | None = None
) -> set[str]:
    quad = Quad(THING, NOTE, Term("literal", text, datatype, language), None)
    return {found.shape.rpartition("#Rule-")[2] for found in rules.check([quad])}


CONTACTS = [
    # telephones
    "+375 29 000-00-00",
    "+375(29)0000000",
    "тэл. +375290000000",
    "80290000000",
    "8 029 000-00-00",
    "8 (029) 000 00 00",
    "375 29 000 00 00",
    "375 290 000 000",
    "+370 5 000 0000",
    "000-00-00",
    "Call 029 0000000 after 2021-07-14",
    "https://chat.example/+375290000000",
    # mail
    "somebody@example.org",
    "some.body+x@mail.example.org",
    "пішыце на somebody@example.org, калі ласка",
    # passport and identity card, typed in either alphabet
    "MP0000000",
    "МР0000000",
    "MP 0000000",
    "0000000A000PB0",
    # streets and flats
    "вул. Прыкладная, 5",
    "ул.Примерная 5",
    "пр-т Прыкладаў 7",
    "дом 5, кв. 12",
]
HARMLESS = [
    # dates and years
    "14 July 2021",
    "2021-07-14",
    "from 2021-07-14 to 2022-10-07",
    "2021-07-14 2022-10-07 2023-03-03",
    "14.07.2021, 15.07.2021 and 16.07.2021",
    "14-07-2021 15-07-2021",
    "2019 2020 2021 2022",
    "2019-2020, 2020-2021",
    "in 2020 1 500 people, in 2021 1 600 people",
    # sums and counts
    "1 000 000 000 roubles",
    "123 456 789",
    "a fine of 111000 roubles",
    "185000 BYN (75000 USD)",
    "250 people, 123 of them on 13 December 2025",
    # provisions
    "Article 342, part 2",
    "Articles 228-4, 342-1 and 361-4",
    "228 (4), 342 (1), 243 (2), 293 (1)",
    "арт. 130, 203-1, 342, 361, 361-1, 361-4",
    # addresses in the web
    "see https://society.example/2021/07/14/123456789.html",
    "https://news.example/article-1234567890",
    # words
    "вуліца, на якой стаіць суд",
    "10 кв. метраў",
    "ten o'clock @ the court",
    "IK9, SIZO1, WGAD/2013/39",
    "№ 12-3456",
]


@pytest.mark.parametrize("text", CONTACTS)
def test_contact_data_are_found(rules: StatementRules, text: str) -> None:
    assert "contactData" in broken(rules, text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_contact_data_is_let_through(rules: StatementRules, text: str) -> None:
    assert "contactData" not in broken(rules, text)


WORDS = st.text(st.sampled_from("абвabc .,:;()«»/-"), max_size=30)


@settings(max_examples=100, deadline=None)
@given(before=WORDS, after=WORDS)
def test_contact_data_are_found_in_the_middle_of_any_text(
    rules: StatementRules, before: str, after: str
) -> None:
    assert "contactData" in broken(rules, f"{before} +375 29 000-00-00 {after}")


SCRIPTS = [
    ("Слова", "be", True),
    ("Слова", "en", False),
    ("Word", "en", True),
    ("Word", "ru", True),  # one foreign word is a name
    ("These are five whole words", "ru", False),
    ("Пра гэта паведамляюць FIDH і Human Rights Watch", "be", True),
    ("Slova", "be-Latn", True),
    ("Слова", "be-Latn", False),
    ("Słowo", "pl", True),
    ("Słowo i słowa, proszę bardzo", "be", False),
    ("Слово", "uk", True),
    ("Павeл", "ru", False),  # a Latin e
    ("Pavеl", "en", False),  # a Cyrillic е
    ("COVID-хворы", "be", True),
    ("п'еса", "be", True),
    ("342-1 (2)", "be", True),
    ("", "be", True),
    ("Οδός", "el", True),
]


@pytest.mark.parametrize(("text", "language", "fits"), SCRIPTS)
def test_letters_have_to_fit_the_language_tag(
    rules: StatementRules, text: str, language: str, fits: bool
) -> None:
    assert ("tagScript" not in broken(rules, text, language)) is fits


def test_a_text_without_a_language_may_have_any_letters(rules: StatementRules) -> None:
    assert "tagScript" not in broken(rules, "Павeл", None)


def test_typed_values_are_no_prose(rules: StatementRules) -> None:
    assert broken(rules, "80290000000", None, "http://www.w3.org/2001/XMLSchema#integer") == set()


@pytest.mark.parametrize(
    ("name", "opaque"),
    [
        ("7k3v9m2p4q", True),
        ("0000000000", True),
        ("7k3v9m2p4", False),
        ("7k3v9m2p4q1", False),
        ("7K3V9M2P4Q", False),
        ("7k3v9m2pil", False),
        ("7k3v9m2pou", False),
        ("example/person", False),
        ("", False),
    ],
)
def test_an_identifier_is_ten_letters_that_say_nothing(
    rules: StatementRules, name: str, opaque: bool
) -> None:
    quad = Quad(THING, NOTE, Term("iri", f"{SOURCE_BASE}id/{name}"), None)
    assert ("opaqueId" in {f.shape.rpartition("-")[2] for f in rules.check([quad])}) is not opaque


def test_a_rule_without_a_sentence_is_a_broken_source(model: Model) -> None:
    with pytest.raises(BadSource, match=re.escape("Rule-unheardOf")):
        finding(model, "unheardOf", THING.value, None, None)
