"""Interface words: one TOML file a language, the same keys in all."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("be", "ru", "en")
_FOLDER = Path(__file__).parent / "texts"


@cache
def words(lang: str) -> dict[str, Any]:
    """All words of one language, by section."""
    return tomllib.loads((_FOLDER / f"{lang}.toml").read_text(encoding="utf-8"))


def keys(table: dict[str, Any], prefix: str = "") -> set[str]:
    """The dotted keys of a table of words."""
    found: set[str] = set()
    for key, value in table.items():
        found |= keys(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key}
    return found
