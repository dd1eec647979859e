"""The order of names by the alphabet of each language."""

from itertools import permutations

import pytest

from server.archive.collation import sort_key
from server.archive.vocabulary import LANGUAGES

ORDERED = [
    (
        "be",
        ["Елка", "Ёлка", "Жук", "Зіма", "Іван", "Йота", "Узор", "Ўзор", "Фабрыка", "Шум", "Яма", "Example"],
    ),
    ("be", ["Уа", "Уў", "Ўа"]),
    ("ru", ["Еж", "Ёж", "Елкин", "Ёлкин", "Жук", "Example"]),
    ("en", ["Lukas", "Łukasz", "Mast", "Sava", "Šimon", "Яма"]),
    ("en", ["2 things", "Article 9", "Article 10", "Article 100", "Article 342, part 2"]),
]


@pytest.mark.parametrize(("language", "names"), ORDERED)
def test_names_stand_as_in_a_dictionary(language: str, names: list[str]) -> None:
    shuffled = [*names[1::2], *names[::2]]
    assert sorted(shuffled, key=lambda name: sort_key(name, language)) == names


@pytest.mark.parametrize("language", LANGUAGES)
def test_signs_around_words_do_not_move_a_name(language: str) -> None:
    names = ["Абба", "«Вясна»", "Гарод"]
    for shuffled in permutations(names):
        assert sorted(shuffled, key=lambda name: sort_key(name, language)) == names


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["", " ", "«»", "'", "\x00", "😀", "ß", "ﬁ", "ـ", "0", "0" * 500, "١٢"])
def test_every_text_has_a_key_of_its_own(language: str, text: str) -> None:
    assert sort_key(text, language) == sort_key(text, language)
    assert sort_key(text, language) != sort_key(f"{text}x", language)
