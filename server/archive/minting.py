"""Mints opaque identifiers, and keeps the aliases that make source files readable.

Sources call a thing by an alias, a Turtle prefix with an empty local name:
`@prefix bond: <…/id/7k3v9m2p4q> .` then `bond: a pra:Person .` One alias is one thing in all of data/.
"""

import re
import secrets
from collections.abc import Iterable
from pathlib import Path

from server.archive.queries import SOURCE_BASE
from server.errors import BadSource

# Crockford's base 32: no letter that looks like a digit.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 10
_DECLARED = re.compile(rf"(?m)^@prefix\s+([a-z][a-z0-9-]*):\s+<({re.escape(SOURCE_BASE)}id/[0-9a-z]+)>\s*\.")
_ANY_PREFIX = re.compile(r"(?m)^@prefix\s+([A-Za-z][\w-]*):[^\n]*\n")
_NOT_CODE = re.compile(
    r'"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\\n])*"|<[^>\s]*>|#[^\n]*'
    r"|'''(?:\\.|[^\\])*?'''|'(?:\\.|[^'\\\n])*'",
    re.DOTALL,
)
_USED = re.compile(r"(?<![\w:\-<\"@])([a-z][a-z0-9-]*):(?=[\s;,.)\]}])")


def mint(taken: Iterable[str]) -> str:
    """A new IRI that is not among `taken`."""
    used = set(taken)
    while True:
        iri = f"{SOURCE_BASE}id/" + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if iri not in used:
            return iri


def aliases(folder: Path) -> dict[str, str]:
    """Alias → IRI over all source files. Raises BadSource when one alias means two things."""
    found: dict[str, str] = {}
    for path in sorted([*folder.rglob("*.ttl"), *folder.rglob("*.trig")]):
        for alias, iri in _DECLARED.findall(path.read_text(encoding="utf-8")):
            if found.setdefault(alias, iri) != iri:
                raise BadSource(f"{path}: the alias {alias} stands for another thing elsewhere.")
    return found


def declare_aliases(path: Path, known: dict[str, str]) -> list[str]:
    """Adds the missing @prefix lines of one file, minting what `known` lacks; returns the new aliases."""
    text = path.read_text(encoding="utf-8")
    declared = set(_ANY_PREFIX.findall(text))
    missing = sorted(set(_USED.findall(_NOT_CODE.sub(" ", text))) - declared)
    new = [alias for alias in missing if alias not in known]
    for alias in new:
        known[alias] = mint(known.values())
    lines = "".join(f"@prefix {alias}: <{known[alias]}> .\n" for alias in missing)
    last = max((found.end() for found in _ANY_PREFIX.finditer(text)), default=0)
    path.write_text(text[:last] + lines + text[last:], encoding="utf-8")
    return new
