"""The order of names: keys that sort by code point as an alphabet of alphabets.toml sorts."""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "alphabets.toml"
# Digits stay as they are and stand before all letters; other scripts stay too and come last.
_FIRST_LETTER = 0x100
_RUN = re.compile(r"[0-9]+")
# Numbers up to twelve digits sort by their size: Article 9 before Article 10.
_DIGITS = 12


def sort_key(text: str, language: str) -> str:
    """What sorts `text` among others; equal texts only have equal keys."""
    letters, also = _alphabet(language), _also()
    plain = "".join(also.get(letter, letter) for letter in text.casefold())
    spelled = "".join(letters.get(letter) or _base(letter, letters) for letter in plain)
    words = " ".join(spelled.split())
    return "\0".join((_RUN.sub(_padded, words), text.casefold(), text))


def _padded(run: re.Match[str]) -> str:
    return run[0].lstrip("0").zfill(_DIGITS)


def _base(letter: str, letters: dict[str, str]) -> str:
    """A letter without its mark; a space for a dash and the like; nothing for other signs."""
    parts = unicodedata.normalize("NFKD", letter)
    known = "".join(letters.get(part, part if part.isalnum() else "") for part in parts)
    if known:
        return known
    parted = letter.isspace() or unicodedata.category(letter) in ("Pd", "Po", "Ps")
    return " " if parted and letter != "'" else ""


@cache
def _alphabet(language: str) -> dict[str, str]:
    """Letter → the sign that stands for its place."""
    tables = _tables()
    own = tables[language]
    places = [place for script in own["scripts"] for place in (own | tables["shared"])[script].split()]
    return {letter: chr(_FIRST_LETTER + n) for n, place in enumerate(places) for letter in place}


@cache
def _also() -> dict[str, str]:
    found: dict[str, str] = _tables()["shared"]["also"]
    return found


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
