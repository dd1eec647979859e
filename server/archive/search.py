"""Search in names and words: an index that the build puts into the release, read without SPARQL."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from server.archive.facets import Facets, Selection, columns
from server.archive.index import opened
from server.archive.listings import Reader
from server.archive.model import Model
from server.archive.names import Names
from server.archive.queries import fill, iris_text, rebase, select, stored
from server.archive.records import Asked, Found, FoundRow, Text, TypeEntry
from server.archive.spelling import key, romanised
from server.store.answers import Store

PAGE_SIZE = 25
# More words than anybody looks for at once; each costs time.
_MOST_WORDS = 12
# Of more hits no choices are counted: that would take longer than the search.
_MOST_FACETED = 20_000
# Kinds of things in the order of the menu; of one kind, a name weighs more than a word of a text.
_RANK = "place, bm25(text, 10.0, 1.0), iri"
_FROM = "FROM text JOIN thing ON thing.number = text.rowid WHERE text MATCH ?"
_COUNT = f"SELECT slug, COUNT(*) {_FROM} GROUP BY slug"
_EXCERPT = "snippet(text, 1, '', '', ' … ', 24)"
_FIND = f"SELECT number, iri, slug, {_EXCERPT} {_FROM}{{only}} ORDER BY {_RANK} LIMIT ? OFFSET ?"
_OF_A_KIND = f"SELECT number {_FROM} AND slug = ?"


@dataclass(frozen=True)
class Hit:
    """One thing that fits; `excerpt` are the words around the place, empty when only the name fits."""

    number: int
    iri: str
    slug: str
    excerpt: str


@dataclass(frozen=True)
class Hits:
    """One page of what was found, and how many there are by kind of thing, whatever kind was asked for."""

    shown: tuple[Hit, ...]
    counts: dict[str, int]


def texts(store: Store, model: Model, base: str) -> dict[str, tuple[str, str]]:
    """What can be searched: thing → its names in all spellings, and the words of its texts."""
    names = _texts(store, model.naming, base)
    words = _texts(store, model.searched, base)
    return {
        t: (_names(names.get(t, ())), "\n".join(sorted(words.get(t, ()))))
        for t in names.keys() | words.keys()
    }


def _texts(store: Store, properties: Iterable[str], base: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    text = fill(rebase(stored("searched"), base), property=iris_text(sorted(properties)))
    for row in select(store, text):
        found[row["thing"].value].add(row["text"].value)
    return found


def _names(texts: Iterable[str]) -> str:
    """The words of all names as they are romanised, and their keys."""
    spelled = sorted(set(chain.from_iterable(map(romanised, texts))))
    return " ".join([*spelled, *sorted({_key(word) for word in spelled})])


def _key(word: str) -> str:
    # A key must not look like a word or like the beginning of one.
    return f"key0{key(word)}"


class Finder:
    """Answers searches from the index of one release."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def find(self, text: str, slug: str = "", start: int = 0, count: int = PAGE_SIZE) -> Hits:
        """The things that fit `text`, of the class `slug` if given. Raises StoreUnavailable."""
        with closing(opened(self.path)) as index:
            wanted, counts = fitting(index, text)
            only, values = (" AND slug = ?", (slug,)) if slug else ("", ())
            return Hits(tuple(hits(index, wanted, only, values, start, count)), counts)


def fitting(index: sqlite3.Connection, text: str) -> tuple[str, dict[str, int]]:
    """The first way to look for `text` that finds something, and how many things of each kind it finds."""
    for wanted in _patterns(text):
        counts = dict(index.execute(_COUNT, (wanted,)))
        if counts:
            return wanted, counts
    return "", {}


def hits(
    index: sqlite3.Connection, wanted: str, only: str, values: Sequence[object], start: int, count: int
) -> Iterator[Hit]:
    """What fits, the best first; `only` is a further condition."""
    rows = index.execute(_FIND.format(only=only), (wanted, *values, count, start)) if wanted else ()
    return (Hit(*row) for row in rows)


def _patterns(text: str) -> Iterator[str]:
    """FTS5 expressions to try one after the other: all words of the search, then any of them as a name."""
    names = romanised(text)[:_MOST_WORDS]
    words = "".join(c if c.isalnum() else " " for c in text).split()[:_MOST_WORDS] or names
    if names:
        said = " AND ".join(f'"{word}"*' for word in words)
        yield f"(names : ({' AND '.join(map(_name, names))})) OR (words : ({said}))"
        yield f"names : ({' OR '.join(map(_name, names))})"


def _name(word: str) -> str:
    return f'("{word}"* OR "{_key(word)}")'


class Search:
    """Searches one release in one language."""

    def __init__(self, model: Model, names: Names, language: str) -> None:
        self._model = model
        self._names = names
        self._language = language
        self._shapes = {shape.slug: shape for shape in model.types}

    def found(self, finder: Finder, text: str, slug: str, asked: Asked) -> Found:
        """A page of what fits `text`, of one class if `slug` is given, and then narrowed like a list."""
        with closing(opened(finder.path)) as index:
            wanted, counts = fitting(index, text)
            if slug in counts:
                return self._of_a_kind(index, text, wanted, slug, counts, asked)
            total = 0 if slug else sum(counts.values())
            rows = () if slug else self._rows(index, wanted, "", (), asked)
            return Found(
                text, slug, tuple(rows), self._kinds(counts), total, asked.page, _pages(total, asked)
            )

    def _of_a_kind(
        self,
        index: sqlite3.Connection,
        text: str,
        wanted: str,
        slug: str,
        counts: dict[str, int],
        asked: Asked,
    ) -> Found:
        fields = columns(index, slug)
        facets = Facets(index, self._model, self._names, Reader(index, self._names, self._language).value)
        selection = Selection(index, fields, asked, (_OF_A_KIND, (wanted, slug)))
        total = selection.count()
        rows = self._rows(index, wanted, " AND number IN (SELECT thing FROM chosen)", (), asked)
        return Found(
            text, slug, tuple(rows), self._kinds(counts), total, asked.page, _pages(total, asked),
            facets=facets.of(fields, asked, total, True) if total <= _MOST_FACETED else (),
            narrowed=facets.narrowed(fields, asked),
            dates=selection.dates(facets.label),
        )  # fmt: skip

    def _rows(
        self, index: sqlite3.Connection, wanted: str, only: str, values: Sequence[object], asked: Asked
    ) -> list[FoundRow]:
        start = (asked.page - 1) * asked.size
        shown = list(hits(index, wanted, only, values, start, asked.size))
        links = Reader(index, self._names, self._language).links(hit.number for hit in shown)
        return [FoundRow(links[hit.number], self._kind(hit.slug), hit.excerpt) for hit in shown]

    def _kind(self, slug: str) -> Text:
        return self._names.label(self._model.labels.get(self._shapes[slug].target, {}))

    def _kinds(self, counts: dict[str, int]) -> tuple[TypeEntry, ...]:
        shapes = sorted((self._shapes[slug] for slug in counts), key=lambda shape: shape.order)
        label = self._names.label
        return tuple(TypeEntry(s.slug, label(s.name), label(s.description), counts[s.slug]) for s in shapes)


def _pages(total: int, asked: Asked) -> int:
    return max(1, -(-total // asked.size))
