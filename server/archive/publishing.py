"""Puts a release into the store at another address, graph by graph: what must go first, then what is new.

Why so: docs/decisions/011-another-store.md.
"""

import hashlib
import re
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from server.archive.fidelity import spoiled
from server.archive.journal import Journal
from server.archive.publication import Publication, marker, publication
from server.archive.queries import select, stored
from server.archive.releases import ReleaseFolder
from server.errors import PraleskaError, RefusedQuery
from server.store.answers import Store
from server.store.foreign import GUARD
from server.store.updates import Updates

# Servers look at the marker every second or so: until then they ask the store.
NOTICE = 4.0
Progress = Callable[[str, int, int], None]
_IRI = r"<[^<>\"]*>"
_LINE = re.compile(
    rf'({_IRI} {_IRI} (?:{_IRI}|"(?:[^"\\\n]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^{_IRI})?))(?: <([^<>"]*)>)? \.\n'
)

_ODD_LINE = "Line {} of the release has a blank node or is no statement: it cannot be published."
_ODD_DEFAULT = "The default graph of the release is not the sum of graphs."
_NOT_CLEARED = (
    "The default graph cannot be emptied and may hold what is withheld. Empty it, then publish again."
)
_DIFFERENT = "{} graph(s) hold another number of statements than the release, {} among them. Publish again."


class Contents(NamedTuple):
    """A release as graphs, each with its lines of N-Triples."""

    graphs: dict[str, list[str]]
    # Those that make up the default graph, and how many statements it has.
    shared: tuple[str, ...]
    default_size: int

    @classmethod
    def read(cls, path: Path, base: str) -> "Contents":
        """What the N-Quads in `path` hold. Raises PraleskaError."""
        graphs: dict[str, list[str]] = {}
        default: set[str] = set()
        with path.open(encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                match = _LINE.fullmatch(line)
                if match is None:
                    raise PraleskaError(_ODD_LINE.format(number))
                triple = f"{match[1]} .\n"
                if match[2] is None:
                    default.add(triple)
                else:
                    graphs.setdefault(match[2], []).append(triple)
        # A claim set may happen to say only what the editorial view says too.
        names = sorted(name for name in graphs if name.startswith(f"{base}graph/"))
        shared = tuple(name for name in names if default.issuperset(graphs[name]))
        if default != {line for name in shared for line in graphs[name]}:
            raise PraleskaError(_ODD_DEFAULT)
        return cls(graphs, shared, len(default))

    @property
    def size(self) -> int:
        """Statements in all graphs."""
        return sum(map(len, self.graphs.values()))

    def lines(self) -> Iterator[str]:
        """All statements."""
        return chain.from_iterable(self.graphs.values())

    def guarding(self, datatypes: tuple[str, ...]) -> "Contents":
        """The same with other names for some types of literals."""
        if not datatypes:
            return self
        pattern = re.compile(rf'"\^\^<({"|".join(map(re.escape, datatypes))})> \.\n\Z')
        other = rf'"^^<{GUARD}\1> .\n'
        graphs = {name: [pattern.sub(other, line) for line in lines] for name, lines in self.graphs.items()}
        return self._replace(graphs=graphs)

    def digests(self) -> dict[str, str]:
        """What tells a graph from an earlier state of it."""
        return {
            name: hashlib.sha256("".join(lines).encode()).hexdigest() for name, lines in self.graphs.items()
        }


class Work(NamedTuple):
    """The graphs that a store has as they should be, those to be written, and those that are too many."""

    same: list[str]
    changed: list[str]
    obsolete: list[str]


class Published(NamedTuple):
    """What was done."""

    removed: int
    written: int
    unchanged: int
    statements: int
    has_default: bool


class Publisher:
    """Brings `store` to a release by `updates`; `path` is where it notes how far it has come."""

    def __init__(self, store: Store, updates: Updates, base: str, path: Path, progress: Progress) -> None:
        self._store = store
        self._updates = updates
        self._base = base
        self._path = path
        self._progress = progress
        self.notice = NOTICE

    def publish(self, release: ReleaseFolder) -> Published:
        """Raises PraleskaError; whatever stops it, the next run goes on from there."""
        before = publication(self._store, self._base)
        contents = Contents.read(release.nquads, self._base)
        journal = Journal.read(self._path, before.run if before else "")
        if before and before.is_complete and before.release == release.manifest.id:
            work = self._work(contents.guarding(before.guarded), journal)
            if not work.obsolete and not work.changed:
                return Published(0, 0, len(work.same), contents.size, not before.default_graphs)
        state = Publication(release.manifest.id, f"urn:uuid:{uuid.uuid4()}", is_complete=False)
        # What is known stays known until it is touched.
        journal = Journal(self._path, state.run, journal.digests)
        self._mark(state)
        time.sleep(self.notice)
        probe = f"{marker(self._base)}-probe"
        guarded = spoiled(contents.lines(), probe, self._store, self._updates)
        return self._change(state._replace(guarded=guarded), contents.guarding(guarded), journal)

    def _work(self, contents: Contents, journal: Journal) -> Work:
        held, wanted = self._held(), contents.digests()
        same = {
            name
            for name, digest in wanted.items()
            if journal.digests.get(name) == digest and held.get(name) == len(contents.graphs[name])
        }
        obsolete = (held.keys() | journal.digests.keys()) - wanted.keys()
        return Work(sorted(same), sorted(wanted.keys() - same), sorted(obsolete))

    def _change(self, state: Publication, contents: Contents, journal: Journal) -> Published:
        work, digests = self._work(contents, journal), contents.digests()
        self._remove([*work.obsolete, *work.changed], journal)
        self._fill({graph: contents.graphs[graph] for graph in work.changed}, digests, journal)
        has_default = self._fill_default(contents)
        self._compare(contents, journal)
        shared = () if has_default else contents.shared
        Journal(self._path, state.run, digests)
        self._mark(state._replace(is_complete=True, default_graphs=shared))
        obsolete, changed, same = map(len, (work.obsolete, work.changed, work.same))
        return Published(obsolete, changed, same, contents.size, has_default)

    def _mark(self, state: Publication) -> None:
        graph = marker(self._base)
        lines = state.lines(self._base, datetime.now(UTC).isoformat(timespec="seconds"))
        self._updates.run(
            f"DROP SILENT GRAPH <{graph}> ;\nINSERT DATA {{ GRAPH <{graph}> {{\n{''.join(lines)}}} }}"
        )

    def _held(self) -> dict[str, int]:
        """How many statements each graph of the archive has in the store."""
        rows = select(self._store, stored("graph_sizes"))
        sizes = {row["graph"].value: int(row["count"].value) for row in rows}
        own = marker(self._base)
        return {name: size for name, size in sizes.items() if name.startswith(self._base) and name != own}

    def _remove(self, graphs: list[str], journal: Journal) -> None:
        # First of all what is not named: withheld things may stand there too.
        self._try_default("CLEAR SILENT DEFAULT")
        done = 0
        journal.forget(graphs)
        for some in self._updates.drop(graphs):
            done += len(some)
            self._progress("remove", done, len(graphs))

    def _fill(self, graphs: dict[str, list[str]], digests: dict[str, str], journal: Journal) -> None:
        done = 0
        for some in self._updates.insert(graphs.items()):
            journal.note({name: digests[name] for name in some})
            done += len(some)
            self._progress("fill", done, len(graphs))

    def _fill_default(self, contents: Contents) -> bool:
        """Whether the store has a default graph of its own; it holds what `shared` graphs hold."""
        if self._share(contents.shared) and self._count("default_size") == contents.default_size:
            return True
        # It is the sum of all graphs, and needs nothing of its own. What cannot be cleared might be neither.
        is_clear = self._try_default("CLEAR SILENT DEFAULT")
        if not is_clear and self._count("default_size") not in (0, *self._sums()):
            raise PraleskaError(_NOT_CLEARED)
        return False

    def _sums(self) -> tuple[int, int]:
        """How many statements all graphs hold, counted once each, and (as Virtuoso does) once a graph."""
        sizes = select(self._store, stored("graph_sizes"))
        return self._count("all_size"), sum(int(row["count"].value) for row in sizes)

    def _share(self, graphs: tuple[str, ...]) -> bool:
        for done, graph in enumerate(graphs, 1):
            if not self._try_default(f"ADD GRAPH <{graph}> TO DEFAULT"):
                return False
            self._progress("share", done, len(graphs))
        return True

    def _count(self, name: str) -> int:
        return int(select(self._store, stored(name))[0]["count"].value)

    def _try_default(self, text: str) -> bool:
        try:
            self._updates.run(text)
        except RefusedQuery:
            return False
        return True

    def _compare(self, contents: Contents, journal: Journal) -> None:
        wanted = {name: len(lines) for name, lines in contents.graphs.items()}
        held = self._held()
        wrong = sorted(name for name in wanted.keys() | held.keys() if wanted.get(name) != held.get(name))
        if wrong:
            journal.forget(wrong)
            raise PraleskaError(_DIFFERENT.format(len(wrong), wrong[0]))
