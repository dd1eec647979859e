"""One key for many spellings: how a name sounds, in whatever script and system of romanisation it stands.

Names of the field circulate in Belarusian, Russian, Łacinka, the passport system, Polish, German and more.
Their consonants stay; vowels, soft signs and letters for one sound differ. The key finds, it never decides.
"""

import re
from functools import lru_cache

from anyascii import anyascii

# Letters that systems of romanisation use for one sound. g and h, z and zh, s and sh, c and ch fall together,
# for one language or system has the one, the next the other.
_SOUNDS = {
    **dict.fromkeys(("shch", "szcz", "scz", "sch", "sc", "sh", "sz"), "s"),
    **dict.fromkeys(("tsch", "tch", "tsh", "ch", "cz", "ts", "tz", "c"), "t"),
    **dict.fromkeys(("kh", "g"), "h"),
    **dict.fromkeys(("dsch", "zh", "rz"), "z"),
    "dz": "d",
    "ph": "f",
    "ck": "k",
    "q": "k",
    "x": "ks",
    "w": "v",
}
_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_WORD = re.compile(r"[a-z0-9]+")
_SOFT = str.maketrans("", "", "'`?")
# Уладзімір, Владимир: the first letter is a consonant in one language and a vowel in the other.
_FIRST = re.compile(r"^[uw](?=[bcdfghklmnprstz])")
_VOWELS = re.compile(r"[aeiouyj]+")
_DOUBLED = re.compile(r"(.)\1+")


def romanised(text: str) -> list[str]:
    """The words of `text` in lower-case ASCII letters and digits."""
    return _WORD.findall(anyascii(text).translate(_SOFT).lower())


@lru_cache(65_536)
def key(word: str) -> str:
    """The key of a romanised word: its consonants, and one mark for a vowel at its beginning."""
    word = _FIRST.sub("v", word)
    head = "a" if re.match(r"j?[aeiouy]", word) else ""
    sounds = _SOUND.sub(lambda found: _SOUNDS[found[0]], word)
    return head + _DOUBLED.sub(r"\1", _VOWELS.sub("", sounds)) or word
