"""Overviews of one thing: asked of everything at once while a release is made, and read for each page."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from server.archive.gallery import Example, example, frame
from server.archive.index import opened
from server.archive.model import Model
from server.archive.names import Names
from server.archive.overviews import Overview, Overviews
from server.archive.parameters import ANY
from server.archive.queries import Row, fill, iri_text, select, stored
from server.archive.records import Text
from server.archive.vocabulary import LANGUAGES
from server.store.answers import Store
from server.store.syntax import Term

# A page shows so many rows; the question has all.
MOST_ROWS = 60


@dataclass(frozen=True)
class Panel:
    """One overview of one thing: its first rows, how many there are, and names for the IRIs in them."""

    overview: Overview
    rows: tuple[Row, ...]
    total: int
    names: dict[str, Text]


def write_panels(path: Path, store: Store, model: Model, base: str, queries: Path) -> None:
    """Adds to an index the overviews of every thing of a release whose stored questions are in `queries`."""
    found = {
        one.slug: dict(_answers(store, model, base, queries, one))
        for one in Overviews(queries).panels(LANGUAGES[0])
    }
    kept = {
        (slug, thing): rows[:MOST_ROWS] for slug, things in found.items() for thing, rows in things.items()
    }
    with closing(sqlite3.connect(path)) as index, index:
        for (slug, thing), rows in sorted(kept.items()):
            line = (slug, thing, len(found[slug][thing]), json.dumps(rows, ensure_ascii=False))
            index.execute("INSERT INTO panel VALUES (?, ?, ?, ?)", line)
        index.executemany(
            "INSERT INTO panel_name VALUES (?, ?, ?, ?, ?)", _named(store, model, base, kept.values())
        )


def _answers(
    store: Store, model: Model, base: str, queries: Path, one: Overview
) -> Iterator[tuple[str, list[Row]]]:
    """Thing → its rows, of the things that the question may be asked about, without what does not count."""
    question = example(queries / f"{one.question}.rq", LANGUAGES[0], base)
    things = _things(store, model, base, _slugs(queries, question, one.about))
    found: dict[str, list[Row]] = defaultdict(list)
    # Of everything at once: most of the work is the same for each thing.
    for row in select(store, fill(question.text, **{one.about: [ANY]})):
        about = row.pop(one.about, None)
        if about and about.value in things and _counts(row, one):
            found[about.value].append(row)
    yield from found.items()


def _slugs(queries: Path, question: Example, about: str) -> tuple[str, ...]:
    """The classes that a parameter offers."""
    pickers = {parameter.name: parameter.picker for parameter in question.parameters}
    return frame(queries).pickers.get(pickers.get(about, ""), ())


def _things(store: Store, model: Model, base: str, slugs: tuple[str, ...]) -> set[str]:
    types = [iri_text(shape.target) for shape in model.types if shape.slug in slugs]
    return {row["thing"].value for row in select(store, fill(stored("typed"), type=types))}


def _counts(row: Row, one: Overview) -> bool:
    return all(name in row and row[name].value in texts for name, texts in one.only.items())


def _named(store: Store, model: Model, base: str, answers: Iterable[list[Row]]) -> Iterator[tuple[str, ...]]:
    """What everything in the rows is called, in each language."""
    terms = (term for rows in answers for row in rows for term in row.values())
    iris = sorted({term.value for term in terms if term.kind == "iri"})
    names = Names(store, model, base, LANGUAGES[0])
    names.learn(iris)
    for lang in LANGUAGES:
        speaking = names.speaking(lang)
        for iri in iris:
            text = speaking.link(iri).text
            yield iri, lang, text.value, text.lang, text.when


class Panels:
    """Reads the overviews of the things of one release."""

    def __init__(self, path: Path, queries: Path, model: Model) -> None:
        self._path = path
        self._queries = queries
        self._model = model
        self._known: dict[str, dict[str, Overview]] = {}

    @cached_property
    def _classes(self) -> set[str]:
        """The classes whose things may have one: most pages need not look."""
        found = Overviews(self._queries).panels(LANGUAGES[0])
        asked = ((example(self._queries / f"{one.question}.rq", LANGUAGES[0]), one.about) for one in found)
        slugs = {slug for question, about in asked for slug in _slugs(self._queries, question, about)}
        return {shape.target for shape in self._model.types if shape.slug in slugs}

    def _panels(self, language: str) -> dict[str, Overview]:
        if language not in self._known:
            self._known[language] = {one.slug: one for one in Overviews(self._queries).panels(language)}
        return self._known[language]

    def of(self, iri: str, types: Iterable[str], language: str) -> list[Panel]:
        """The overviews of `iri` that have something to show, in the order of their file."""
        if self._classes.isdisjoint(types):
            return []
        known = self._panels(language)
        with closing(opened(self._path)) as index:
            rows = _read(index, iri)
            order = [slug for slug in known if slug in rows]
            return [_panel(index, known[slug], *rows[slug], language) for slug in order]


def _read(index: sqlite3.Connection, iri: str) -> dict[str, tuple[int, str]]:
    """Overview → how many rows there are, and the first of them."""
    rows = index.execute("SELECT slug, total, lines FROM panel WHERE thing = ?", (iri,))
    return {slug: (total, lines) for slug, total, lines in rows}


def _panel(index: sqlite3.Connection, one: Overview, total: int, lines: str, language: str) -> Panel:
    rows = tuple({name: Term(*term) for name, term in row.items()} for row in json.loads(lines))
    iris = sorted({term.value for row in rows for term in row.values() if term.kind == "iri"})
    marks = ",".join("?" * len(iris))
    found = index.execute(
        f"SELECT iri, text, tag, moment FROM panel_name WHERE lang = ? AND iri IN ({marks})",
        (language, *iris),
    )
    return Panel(one, rows, total, {iri: Text(text, tag, when=moment) for iri, text, tag, moment in found})
