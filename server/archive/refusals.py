"""Refuses to take back what was withheld, by its identifiers.

The process that checks submissions knows them as salted hashes, and knows nothing else of what is withheld:
if it compared names too, anybody could ask it whether a name is on the list.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from server.archive.findings import Finding
from server.archive.model import Model
from server.archive.rules import finding
from server.store.syntax import Quad, Term

FOLDER, IDS, ID_SALT = "withheld", "ids", "id-salt"


def hash_id(iri: str, base: str, salt: str) -> str:
    """The salted hash of an identifier, whatever the base it is written with."""
    return hashlib.sha256((salt + iri.removeprefix(base)).encode()).hexdigest()


class Refusals:
    """The identifiers that an installation does not take back."""

    def __init__(self, instance: Path | None, base: str) -> None:
        self._base = base
        self._hashes = frozenset(_read(instance, IDS).split())
        self._salt = _read(instance, ID_SALT).strip()

    def speaks_of(self, quads: Iterable[Quad], model: Model) -> Iterator[Finding]:
        """Findings on statements that speak of something withheld; the value is not repeated."""
        for quad in quads if self._hashes else ():
            if any(self._is_withheld(term) for term in quad):
                yield finding(model, "withdrawn", quad.subject.value, quad.predicate.value, None)

    def _is_withheld(self, term: Term | None) -> bool:
        if term is None or term.kind != "iri" or not term.value.startswith(f"{self._base}id/"):
            return False
        return hash_id(term.value, self._base, self._salt) in self._hashes


def _read(instance: Path | None, name: str) -> str:
    path = instance / FOLDER / name if instance else None
    return path.read_text(encoding="ascii") if path and path.exists() else ""
