"""Finds names in texts, knowing the names only as hashes.

The list of what is withheld has to work after its names have left the sources, and must betray nobody.
So texts are cut into runs of words, and each run is hashed and looked up. The last word may go on: that is
how a name is declined.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

_WORD = re.compile(r"\w+")
# Shorter surnames stand at the beginning of too many other words.
_SHORTEST_SURNAME = 4
_LONGEST_NAME = 5
_BEGINNING = 3
Digest = Callable[[str], str]


def fold(text: str) -> str:
    """Text without case and diacritics."""
    marks = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in marks if not unicodedata.combining(c)).split())


def words(text: str) -> list[str]:
    """The folded words of a text."""
    return _WORD.findall(fold(text))


def forms(label: str) -> Iterator[str]:
    """What to look for when a label must not be read: its surname, or the whole where that is short."""
    surname = " ".join(words(label.split()[-1])) if label.split() else ""
    found = surname if len(surname) >= _SHORTEST_SURNAME else " ".join(words(label)[:_LONGEST_NAME])
    if found:
        yield found
        yield _mark(found)


def _mark(text: str) -> str:
    """Tells at once, with the first letters of a word, whether a name may begin there."""
    return f"^{text.split()[0][:_BEGINNING]}"


class Names:
    """Names that must not be read: `hashes` of some, and the labels that are added."""

    def __init__(self, hashes: Iterable[str] = (), digest: Digest = str) -> None:
        self._digest = digest
        self._hashes = set(hashes)
        self._seen: dict[str, bool] = {}

    def add(self, labels: Iterable[str]) -> bool:
        """Adds names; whether any of them is new."""
        new = {self._digest(form) for label in labels for form in forms(label)} - self._hashes
        self._hashes |= new
        if new:
            self._seen.clear()
        return bool(new)

    def mentioned(self, text: str) -> bool:
        """Whether one of the names stands in `text`."""
        if not self._hashes:
            return False
        if text not in self._seen:
            parts = words(text)
            self._seen[text] = any(self._begins(parts[place:]) for place in range(len(parts)))
        return self._seen[text]

    def _begins(self, parts: list[str]) -> bool:
        """Whether a run of words begins with a name."""
        if not self._knows(_mark(parts[0])):
            return False
        runs = (parts[:length] for length in range(1, min(len(parts), _LONGEST_NAME) + 1))
        return any(self._knows(form) for run in runs for form in _declined(run))

    def _knows(self, form: str) -> bool:
        return self._digest(form) in self._hashes


def _declined(run: list[str]) -> Iterator[str]:
    """The run itself, and with its last word cut short."""
    *head, last = run
    shortest = 1 if head else _SHORTEST_SURNAME
    return (" ".join([*head, last[:length]]) for length in range(shortest, len(last) + 1))
