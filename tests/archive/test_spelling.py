"""Spellings of one name have one key; other names have others."""

import pytest

from server.archive.spelling import key, romanised

# Invented people; each line is one name in several scripts and systems of romanisation.
SAME = [
    "Прыкладовіч Прикладович Prykladovič Prykladovich Prykladowicz Prikladowitsch",
    "Узоршчык Узорщик Uzoršczyk Uzorshchyk",
    "Валянціна Валентина Valancina Valiantsina Valentina Walentina",
    "Уладзіслава Владислава Uładzisłava Uladzislava Vladislava Wladyslawa",
]


def keys(text):
    return [key(word) for word in romanised(text)]


@pytest.mark.parametrize("spellings", SAME)
def test_spellings_of_one_name_have_one_key(spellings):
    assert len(set(keys(spellings))) == 1, keys(spellings)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Прыклад", "Узор"), ("Марына", "Марфа"), ("Прикладович", "Прикладов"), ("Example", "Person")],
)
def test_different_names_have_different_keys(one, other):
    assert keys(one) != keys(other)


@pytest.mark.parametrize("text", ["", "   ", "!?-—", "''", "\x00", "؟"])
def test_what_is_no_word_has_no_key(text):
    assert keys(text) == []


@pytest.mark.parametrize("text", ["Пры'клад", "Прыкладʼ", "ПРЫКЛАД", "прыклад", "pryklad", "Prykład"])
def test_case_apostrophes_and_marks_do_not_count(text):
    assert keys(text) == keys("Прыклад")


@pytest.mark.parametrize("word", ["aeiou", "іе", "ў", "я", "y"])
def test_a_word_of_vowels_keeps_a_key(word):
    assert all(keys(word))


def test_numbers_stay():
    assert romanised("Артыкул 342, частка 2") == ["artykul", "342", "chastka", "2"]
