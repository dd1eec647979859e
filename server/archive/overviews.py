"""The overviews, and the entrances of the home page, as `overviews.toml` describes them."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.archive.gallery import Chart, example, read_chart
from server.archive.model import Texts, choose
from server.archive.records import Text
from server.archive.vocabulary import LANGUAGES
from server.errors import NotFound

_FILE = "overviews.toml"
# What each entry needs.
_NEEDED = {
    "overviews": ("slug", "question", "title", "line", "columns"),
    "panels": ("slug", "question", "about", "title", "line", "columns"),
    "entrances": ("path", "title", "line"),
}


@dataclass(frozen=True)
class Entrance:
    """One way in from the home page; `path` has a place for the language."""

    path: str
    title: Text
    line: Text


@dataclass(frozen=True)
class Overview:
    """One question of the gallery, shown for readers who did not ask it."""

    slug: str
    question: str
    title: Text
    line: Text
    # Name of a column → what it is called.
    heads: dict[str, Text]
    chart: Chart | None = None
    # Column → the values of the rows that count here.
    only: dict[str, list[str]] = field(default_factory=dict)
    # Column → the address of the list behind its numbers.
    lists: dict[str, str] = field(default_factory=dict)
    # The columns of a part and of its whole.
    whole: tuple[str, ...] = ()
    # Parameter of the question → the text for it.
    given: dict[str, str] = field(default_factory=dict)
    # What the query writes → what readers see.
    values: dict[str, Text] = field(default_factory=dict)
    # Of a panel: the column, and the parameter, that holds the thing on whose page it stands.
    about: str = ""


class Overviews:
    """All of one release; without the file there are none."""

    def __init__(self, folder: Path) -> None:
        path = folder / _FILE
        self._found: dict[str, Any] = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}

    def entrances(self, language: str) -> list[Entrance]:
        """The ways in, in order."""
        return [
            Entrance(found["path"], _text(found["title"], language), _text(found["line"], language))
            for found in self._found.get("entrances", ())
        ]

    def all(self, language: str) -> list[Overview]:
        """The overviews, in order, with those that only an entrance leads to."""
        return self._all("overviews", language)

    def panels(self, language: str) -> list[Overview]:
        """The overviews of one thing, in order."""
        return self._all("panels", language)

    def _all(self, table: str, language: str) -> list[Overview]:
        heads, values = self._words("heads", language), self._words("values", language)
        return [_overview(found, heads, values, language) for found in self._found.get(table, ())]

    def listed(self, language: str) -> list[Overview]:
        """The overviews that lists name."""
        shown = {found["slug"] for found in self._found.get("overviews", ()) if found.get("listed", True)}
        return [found for found in self.all(language) if found.slug in shown]

    def one(self, slug: str, language: str) -> Overview:
        """One overview. Raises NotFound."""
        for found in self.all(language):
            if found.slug == slug:
                return found
        raise NotFound(f"There is no overview called {slug}.")

    def _words(self, table: str, language: str) -> dict[str, Text]:
        return {name: _text(texts, language) for name, texts in self._found.get(table, {}).items()}


def faults_of(folder: Path) -> Iterator[str]:
    """A sentence on each fault of the file."""
    try:
        found = tomllib.loads((folder / _FILE).read_text("utf-8")) if (folder / _FILE).is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        yield f"{_FILE}: {error}."
        return
    for table, needed in _NEEDED.items():
        for number, entry in enumerate(found.get(table, ()), 1):
            missing = [key for key in needed if not entry.get(key)]
            if missing:
                yield f"{_FILE}: number {number} of {table} has no {', '.join(missing)}."
            elif "question" in needed:
                yield from _question_faults(folder, entry)


def _question_faults(folder: Path, entry: dict[str, Any]) -> Iterator[str]:
    path, about = folder / f"{entry['question']}.rq", entry.get("about", "")
    if not path.is_file():
        yield f"{_FILE}: {entry['slug']} shows {entry['question']}, which is no question."
    elif about and about not in {one.name for one in example(path, LANGUAGES[0]).parameters}:
        yield f"{_FILE}: {entry['slug']} is about {about}, which is no parameter of {entry['question']}."


def _overview(
    found: dict[str, Any], heads: dict[str, Text], values: dict[str, Text], language: str
) -> Overview:
    heads = heads | {name: _text(texts, language) for name, texts in found.get("heads", {}).items()}
    return Overview(
        found["slug"],
        found["question"],
        _text(found["title"], language),
        _text(found["line"], language),
        {name: heads.get(name, Text(name)) for name in found["columns"]},
        read_chart(found.get("chart", "")),
        found.get("only", {}),
        found.get("lists", {}),
        tuple(found.get("whole", ())),
        found.get("given", {}),
        values,
        found.get("about", ""),
    )


def _text(texts: Texts, language: str) -> Text:
    return Text(*choose(texts, language))
