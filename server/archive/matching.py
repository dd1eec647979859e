"""Finds people whose names look alike whatever the alphabet and romanisation: a suggestion, never a merger.

A name becomes the consonants of its words, with letters that one system writes for another's made equal
(т, ц and č; г, х and g; в before a consonant falls out like ў), and whether a word ends in a vowel. It misses
a name sooner than it suggests a wrong one.
"""

import re
from collections.abc import Iterator
from itertools import islice, product

from server.archive.mentions import words
from server.archive.model import Model
from server.archive.queries import fill, iris_text, rebase, select, stored
from server.store.answers import Store

# Sound -> how it is written, case and diacritics aside. What stands nowhere here is a vowel or a sign.
_WRITTEN = {
    "b": "б b",
    "d": "д дз дж d dz dzh",
    "f": "ф f",
    "h": "г х ґ g h kh",
    "k": "к k q",
    "ks": "кс x",
    "l": "л l ł",
    "m": "м m",
    "n": "н n",
    "p": "п p",
    "r": "р r rz",
    "rz": "рж rzh",
    "s": "с ш щ s sh sz sch",
    "t": "т ц ч t c ts tz tc cz tch tsch",
    "v": "в v w",
    "z": "з ж z zh",
}
_SOUNDS = {form: (sound,) for sound, forms in _WRITTEN.items() for form in forms.split()} | {"ch": ("t", "h")}
_LETTERS = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)) + "|.")
_VOWELS = "aeiouyаеоуыэюяіи"
_SILENT_V = re.compile(rf"[вvw](?![{_VOWELS}])")
_OPEN_END = re.compile(r"[aoаоя]$")
_PATRONYMIC = re.compile(r"(?:[аеиоaeiou][вv][иіi](?:ч|ch|c|cz)|[аеоaeou][уўвuvw]н[аa]|[aeou][uvw]na)$")
_FEWEST_SOUNDS = 4
_MOST_READINGS = 8


def alike(store: Store, model: Model, base: str) -> list[tuple[str, str]]:
    """Pairs of people who share a reading of a name. Each is paired with the first of its kind only, so that
    a thousand namesakes make no million of pairs."""
    protected = sorted(shape.target for shape in model.types if shape.protected)
    text = rebase(stored("names"), base)
    rows = select(store, fill(text, type=iris_text(protected), property=iris_text(sorted(model.naming))))
    bearers: dict[str, set[str]] = {}
    for row in rows:
        for reading in readings(row["name"].value):
            bearers.setdefault(reading, set()).add(row["thing"].value)
    return sorted({pair for found in bearers.values() for pair in _pairs(sorted(found))})


def _pairs(things: list[str]) -> Iterator[tuple[str, str]]:
    return ((things[0], other) for other in things[1:])


def readings(name: str) -> set[str]:
    """How a full name may sound, whatever the order of its words; nothing for a single word, or for a name
    too short to tell people apart."""
    parts = _without_patronymic(words(name))
    if len(parts) < 2:
        return set()
    choices = islice(product(*map(_word_readings, parts)), _MOST_READINGS)
    return {" ".join(sorted(c)) for c in choices if sum(map(str.isalpha, "".join(c))) >= _FEWEST_SOUNDS}


def _without_patronymic(parts: list[str]) -> list[str]:
    """The words without the one between given name and surname, or after both."""
    for place in (1, 2) if len(parts) == 3 else ():
        if _PATRONYMIC.search(parts[place]):
            return parts[:place] + parts[place + 1 :]
    return parts


def _word_readings(word: str) -> list[str]:
    """The consonants of a word, and a mark when it ends in a vowel: Prykladau is not Prykladava."""
    sounds = [_SOUNDS.get(letters, ("",)) for letters in _LETTERS.findall(_SILENT_V.sub("", word))]
    end = "'" if _OPEN_END.search(word) else ""
    return sorted({_undoubled("".join(choice)) + end for choice in product(*sounds)})


def _undoubled(text: str) -> str:
    return re.sub(r"(.)\1+", r"\1", text)
