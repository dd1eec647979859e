"""The withhold list of an installation: what is taken out of its releases and may not come back.

It lives in the instance folder, readable by its owner only: tombstones by IRI, since harvesters must learn
what to delete, and salted hashes of names, addresses and identifiers, so that the list betrays nobody and
works on when the record has left the sources.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from server.archive.findings import Finding
from server.archive.mentions import Names, fold, forms
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE, fill, iri_text, stored
from server.archive.redaction import Redaction
from server.archive.refusals import FOLDER, ID_SALT, IDS, hash_id
from server.archive.rules import finding
from server.archive.terms import iri
from server.errors import BadSource
from server.store.answers import Formats
from server.store.embedded import memory_store
from server.store.syntax import N_TRIPLES, Quad, parse

_REASONS = f"{SOURCE_BASE}vocabulary/withdrawal-reason/"
_PENDING = "pending"


@dataclass(frozen=True)
class Tombstone:
    """What is published of a withheld thing: its IRI, since when, and the class of reason."""

    iri: str
    date: str
    reason: str


@dataclass(frozen=True)
class Traces:
    """By what a withheld thing can be recognised: `own` texts (its names, and its addresses elsewhere),
    `names` that no text may hold, and the `ids` of all that went with it."""

    own: tuple[str, ...]
    names: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


class WithholdList:
    """Reads and extends the list of one installation."""

    def __init__(self, instance: Path) -> None:
        self._folder = instance / FOLDER

    def tombstones(self) -> list[Tombstone]:
        """Everything withheld by order, oldest first."""
        return [Tombstone(**json.loads(line)) for line in self._lines("tombstones.jsonl")]

    def names(self) -> Names:
        """The names that no text may hold."""
        hashes = self._lines("names")
        return Names(hashes, self._hash) if hashes else Names()

    def add(self, thing: str, reason: str, traces: Traces) -> None:
        """Withholds `thing`; of its traces only hashes are kept."""
        self._append_new(_PENDING, [thing])
        if thing in {stone.iri for stone in self.tombstones()}:
            return
        self._append_new("hashes", map(self._hash, map(fold, traces.own)))
        self._append_new("names", (self._hash(form) for name in traces.names for form in forms(name)))
        salt = self._secret(ID_SALT)
        self._append_new(IDS, (hash_id(iri, SOURCE_BASE, salt) for iri in (thing, *traces.ids)))
        stone = Tombstone(thing, date.today().isoformat(), reason)
        self._append("tombstones.jsonl", [json.dumps(asdict(stone))])

    def pending(self) -> list[str]:
        """What may still stand in kept releases, since no build has come to its end."""
        return self._lines(_PENDING)

    def settle(self) -> None:
        """No kept release holds any of it now."""
        (self._folder / _PENDING).unlink(missing_ok=True)

    def returning(self, quads: Iterable[Quad], model: Model, withheld: set[str]) -> Iterator[Finding]:
        """Findings on things that carry a name or an address of something withheld, under another IRI."""
        known = set(self._lines("hashes"))
        for quad in quads if known else ():
            text = identifying_text(quad, model)
            if text and quad.subject.value not in withheld and self._hash(fold(text)) in known:
                yield finding(model, "withdrawn", quad.subject.value, quad.predicate.value, None)

    def _hash(self, text: str) -> str:
        return hashlib.sha256((self._salt + text).encode()).hexdigest()

    @cached_property
    def _salt(self) -> str:
        return self._secret("salt")

    def _secret(self, name: str) -> str:
        """A salt of this installation, made when it is first needed."""
        path = self._folder / name
        if not path.exists():
            self._append(name, [secrets.token_hex(32)])
        return path.read_text(encoding="ascii").strip()

    def _lines(self, name: str) -> list[str]:
        path = self._folder / name
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def _append_new(self, name: str, lines: Iterable[str]) -> None:
        self._append(name, sorted(set(lines) - set(self._lines(name))))

    def _append(self, name: str, lines: list[str]) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._folder / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(descriptor)


def traces_of(thing: str, quads: list[Quad], model: Model) -> Traces:
    """By what `thing` can be recognised; no ids when nothing is said of it."""
    own = [quad for quad in quads if quad.subject.value == thing]
    redaction = Redaction(quads, model, {thing}, f"{SOURCE_BASE}graph/register")
    return Traces(
        own=tuple(text for quad in own if (text := identifying_text(quad, model))),
        ids=tuple(sorted(redaction.follow())) if own else (),
        names=tuple(sorted(redaction.labels())),
    )


def identifying_text(quad: Quad, model: Model) -> str | None:
    """A name, or the address of a record elsewhere, of a thing whose name is protected."""
    name = quad.predicate.value
    return quad.object.value if name in model.naming or name in model.identifying else None


def reason_iri(reason: str, model: Model) -> str:
    """The concept for a reason given as a word. Raises BadSource that lists the words there are."""
    known = sorted(name for name in model.labels if name.startswith(_REASONS))
    if _REASONS + reason not in known:
        words = ", ".join(name.removeprefix(_REASONS) for name in known)
        raise BadSource(f"There is no reason called {reason}; choose one of: {words}.")
    return _REASONS + reason


def tombstone_quads(stones: Iterable[Tombstone]) -> list[Quad]:
    """The tombstones as a graph of the release."""
    rows = [f'({iri_text(stone.iri)} "{stone.date}" {iri_text(stone.reason)})' for stone in stones]
    answer = memory_store(b"").query(fill(stored("tombstones"), thing=rows), Formats(graph=N_TRIPLES))
    graph = iri(f"{SOURCE_BASE}graph/tombstones")
    return [quad._replace(graph=graph) for quad in parse(answer.body, N_TRIPLES, SOURCE_BASE)]
