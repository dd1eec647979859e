"""Names that nobody bears: words for samples and drafts with endings of surnames."""

from random import Random
from typing import NamedTuple

# Belarusian, Russian, Belarusian in Latin letters, English.
_GIVEN = (
    ("Узорак", "Узорок", "Uzorak", "Uzorak"),
    ("Прыклад", "Пример", "Pryklad", "Pryklad"),
    ("Макет", "Макет", "Makiet", "Maket"),
    ("Эскіз", "Эскиз", "Eskiz", "Eskiz"),
    ("Проба", "Проба", "Proba", "Proba"),
    ("Мадэль", "Модель", "Madel", "Madel"),
    ("Схема", "Схема", "Schiema", "Skhema"),
    ("Копія", "Копия", "Kopija", "Kopiya"),
)
_STEMS = (
    ("Прыклад", "Пример", "Pryklad", "Pryklad"),
    ("Узор", "Образц", "Uzor", "Uzor"),
    ("Выдум", "Вымысл", "Vydum", "Vydum"),
    ("Няісн", "Несущ", "Niaisn", "Niaisn"),
    ("Тэст", "Тест", "Test", "Test"),
    ("Чарнав", "Чернов", "Čarnav", "Charnav"),
)
_ENDINGS = (
    ("скі", "ский", "ski", "ski"),
    ("віч", "вич", "vič", "vich"),
    ("нка", "нко", "nka", "nka"),
    ("ня", "ня", "nia", "nia"),
    ("лік", "лик", "lik", "lik"),
    ("чук", "чук", "čuk", "chuk"),
)
_CONSONANTS = tuple(zip("бвдклмнпрст", "бвдклмнпрст", "bvdklmnprst", "bvdklmnprst", strict=True))
_VOWELS = tuple(zip("аоу", "аоу", "aou", "aou", strict=True))
_PLACES = (
    ("Узорск", "Образцовск", "Uzorsk", "Exampletown"),
    ("Прыкладава", "Примерово", "Prykladava", "Samplebury"),
    ("Макетна", "Макетно", "Makietna", "Mockford"),
    ("Эскізавічы", "Эскизовичи", "Eskizavičy", "Draftham"),
    ("Пробнае", "Пробное", "Probnaje", "Trialton"),
)


class Name(NamedTuple):
    """One name in two scripts and three languages."""

    be: str
    ru: str
    latin: str
    en: str


def person(random: Random) -> Name:
    """Given name and surname."""
    given = random.choice(_GIVEN)
    stem, ending = random.choice(_STEMS), random.choice(_ENDINGS)
    syllables = [random.choice(kind) for kind in (_CONSONANTS, _VOWELS, _CONSONANTS, _VOWELS)]
    parts = [stem, *syllables, ending]
    return Name(*(f"{given[i]} {''.join(part[i] for part in parts)}" for i in range(4)))


def place(number: int) -> Name:
    """A town that is on no map."""
    return Name(*_PLACES[number % len(_PLACES)])


def misspelt(text: str, random: Random) -> str:
    """The text with two neighbouring letters of its last word exchanged."""
    at = len(text) - random.randint(2, 4)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
