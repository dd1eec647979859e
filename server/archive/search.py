"""Search in names and words: an index that the build puts into the release, read without SPARQL."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from server.archive.model import Model, TypeShape
from server.archive.names import Names
from server.archive.queries import fill, iris_text, rebase, select, stored
from server.archive.records import Found, FoundRow, TypeEntry
from server.archive.spelling import key, romanised
from server.errors import BadSource
from server.store.answers import Store

INDEX = "search.db"
PAGE_SIZE = 25
# More words than anybody looks for at once; each costs time.
_MOST_WORDS = 12
_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE thing (number INTEGER PRIMARY KEY, iri TEXT NOT NULL, slug TEXT NOT NULL, place REAL NOT NULL);
CREATE VIRTUAL TABLE text USING fts5(names, words, tokenize = 'unicode61 remove_diacritics 2', prefix = '3');
"""
# Kinds of things in the order of the menu; of one kind, a name weighs more than a word of a text.
_RANK = "place, bm25(text, 10.0, 1.0), iri"
_FROM = "FROM text JOIN thing ON thing.number = text.rowid WHERE text MATCH ?"
_COUNT = f"SELECT slug, COUNT(*) {_FROM} GROUP BY slug"
_EXCERPT = "snippet(text, 1, '', '', ' … ', 24)"
_FIND = f"SELECT iri, slug, {_EXCERPT} {_FROM} AND (? = '' OR slug = ?) ORDER BY {_RANK} LIMIT ? OFFSET ?"


@dataclass(frozen=True)
class Hit:
    """One thing that fits; `excerpt` are the words around the place, empty when only the name fits."""

    iri: str
    slug: str
    excerpt: str


@dataclass(frozen=True)
class Hits:
    """One page of what was found, and how many there are by kind of thing, whatever kind was asked for."""

    shown: tuple[Hit, ...]
    counts: dict[str, int]


def write_index(path: Path, store: Store, model: Model, base: str) -> None:
    """Writes the index of what `store` holds; the same statements make the same index."""
    names = _texts(store, model.naming, base)
    words = _texts(store, model.searched, base)
    shapes = _shapes(store, model, base)
    things = sorted((names.keys() | words.keys()) & shapes.keys())
    with closing(sqlite3.connect(path)) as index, index:
        index.executescript(_TABLES)
        numbered = list(enumerate(things, 1))
        places = ((n, t, shapes[t].slug, shapes[t].order) for n, t in numbered)
        index.executemany("INSERT INTO thing VALUES (?, ?, ?, ?)", places)
        rows = ((number, _names(names[t]), "\n".join(sorted(words[t]))) for number, t in numbered)
        index.executemany("INSERT INTO text (rowid, names, words) VALUES (?, ?, ?)", rows)
        index.execute("INSERT INTO text (text) VALUES ('optimize')")


def _texts(store: Store, properties: Iterable[str], base: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    text = fill(rebase(stored("searched"), base), property=iris_text(sorted(properties)))
    for row in select(store, text):
        found[row["thing"].value].add(row["text"].value)
    return found


def _shapes(store: Store, model: Model, base: str) -> dict[str, TypeShape]:
    """The shape of every thing that has a list of its own."""
    types: dict[str, list[str]] = defaultdict(list)
    for row in select(store, rebase(stored("kinds"), base)):
        types[row["thing"].value].append(row["type"].value)
    shapes = {thing: model.shape_of(sorted(kinds)) for thing, kinds in types.items()}
    return {thing: shape for thing, shape in shapes.items() if shape and shape.listed}


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
        self._path = path

    def _opened(self) -> sqlite3.Connection:
        if not self._path.is_file():
            raise BadSource(f"{self._path} is missing; run `praleska build` again.")
        return sqlite3.connect(f"{self._path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)

    def find(self, text: str, slug: str = "", start: int = 0, count: int = PAGE_SIZE) -> Hits:
        """The things that fit `text`, of the class `slug` if given. Raises BadSource without an index."""
        with closing(self._opened()) as index:
            for wanted in _patterns(text):
                counts = dict(index.execute(_COUNT, (wanted,)))
                if counts:
                    rows = index.execute(_FIND, (wanted, slug, slug, count, start))
                    return Hits(tuple(Hit(*row) for row in rows), counts)
        return Hits((), {})


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

    def __init__(self, store: Store, model: Model, base: str, language: str) -> None:
        self._names = Names(store, model, base, language)
        self._shapes = {shape.slug: shape for shape in model.types}
        self._labels = model.labels

    def found(self, finder: Finder, text: str, slug: str, page: int) -> Found:
        """Page `page` (from 1) of the things that fit `text`, of one class if `slug` is given."""
        hits = finder.find(text, slug, (page - 1) * PAGE_SIZE, PAGE_SIZE)
        self._names.learn(hit.iri for hit in hits.shown)
        total = hits.counts.get(slug, 0) if slug else sum(hits.counts.values())
        pages = max(1, -(-total // PAGE_SIZE))
        return Found(
            text, slug, tuple(map(self._row, hits.shown)), self._kinds(hits.counts), total, page, pages
        )

    def _row(self, hit: Hit) -> FoundRow:
        kind = self._names.label(self._labels.get(self._shapes[hit.slug].target, {}))
        return FoundRow(self._names.link(hit.iri), kind, hit.excerpt)

    def _kinds(self, counts: dict[str, int]) -> tuple[TypeEntry, ...]:
        shapes = sorted((self._shapes[slug] for slug in counts), key=lambda shape: shape.order)
        label = self._names.label
        return tuple(TypeEntry(s.slug, label(s.name), label(s.description), counts[s.slug]) for s in shapes)
