"""Makes the index of a release: numbers its things, and writes names, lists and words."""

import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path

from server.archive.columns import plans, slugs
from server.archive.index import LAST, TABLES
from server.archive.listed import Gathered, ListWriter, gather
from server.archive.model import Model
from server.archive.names import Names
from server.archive.queries import rebase, select, stored
from server.archive.search import texts
from server.archive.vocabulary import LANGUAGES
from server.store.answers import Store


def write_index(path: Path, store: Store, model: Model, base: str) -> None:
    """Writes the index of what `store` holds; the same statements make the same index."""
    listed = _listed(store, model, base)
    found = [gather(store, model, base, plan, listed[plan.shape.slug]) for plan in plans(model)]
    named = Names(store, model, base, LANGUAGES[0])
    everything = sorted({iri for gathered in found for iri in gathered.mentioned()})
    named.learn(everything)
    numbers = {iri: number for number, iri in enumerate(everything, 1)}
    with closing(sqlite3.connect(path)) as index, index:
        index.executescript(TABLES)
        _write_things(index, numbers, found)
        writer = ListWriter(index, model, {lang: named.speaking(lang) for lang in LANGUAGES}, numbers)
        for gathered in found:
            writer.write(gathered)
        writer.write_titles()
        _write_words(index, texts(store, model, base), numbers, found)
        index.executescript(LAST)


def _listed(store: Store, model: Model, base: str) -> dict[str, list[str]]:
    """List → its things. What has several classes stands in the list of the most special one."""
    types: dict[str, list[str]] = defaultdict(list)
    for row in select(store, rebase(stored("kinds"), base)):
        types[row["thing"].value].append(row["type"].value)
    lists, depth = slugs(model), {name: len(model.above(name)) for name in slugs(model)}
    found: dict[str, list[str]] = defaultdict(list)
    for thing in sorted(types):
        known = [name for name in types[thing] if name in lists]
        if known:
            found[lists[max(known, key=lambda name: (depth[name], name))]].append(thing)
    return found


def _write_things(index: sqlite3.Connection, numbers: dict[str, int], found: list[Gathered]) -> None:
    shapes = {thing: gathered.plan.shape for gathered in found for thing in gathered.things}
    for iri, number in numbers.items():
        shape = shapes.get(iri)
        row = (number, iri, shape.slug if shape else "", shape.order if shape else 0)
        index.execute("INSERT INTO thing VALUES (?, ?, ?, ?)", row)


def _write_words(
    index: sqlite3.Connection,
    words: dict[str, tuple[str, str]],
    numbers: dict[str, int],
    found: list[Gathered],
) -> None:
    """Only what has a list can be found."""
    listed = sorted(thing for gathered in found for thing in gathered.things)
    rows = ((numbers[thing], *words[thing]) for thing in listed if thing in words)
    index.executemany("INSERT INTO text (rowid, names, words) VALUES (?, ?, ?)", rows)
