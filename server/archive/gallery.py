"""The gallery: queries in `.rq` files whose first lines tell readers and pages what they ask.

`#+ title@en:` and `#+ explanation@en:` (other languages alike), `#+ group:` as in `gallery.toml`,
`#+ features:` separated by commas, `#+ chart: bar ?label ?value`, `#+ undrawn: ?label text` for rows that the
chart leaves out (a total would dwarf the others), and for each parameter
`#+ parameter NAME@en:` and `#+ picker NAME:`; its default is what `VALUES ?NAME { … }` in the query holds.
"""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.archive.model import Texts, choose
from server.archive.queries import SOURCE_BASE, rebase
from server.archive.records import Text
from server.errors import BadSource, NotFound

CHARTS = ("bar", "line", "timeline", "network")
_LINE = re.compile(r"^#\+ (\w+)(?: (\w+))?(?:@([a-z]{2}))?: *(\S.*?) *$", re.MULTILINE)
_HEADER = re.compile(r"^#\+.*\n", re.MULTILINE)
# What stands before the first word that tells what a query answers with: remarks and declarations.
_VERB = re.compile(r"(?:\s|#.*|(?:PREFIX\s+\S*|BASE)\s*<[^>]*>)*(\w+)", re.IGNORECASE)
_VERBS = ("select", "ask", "construct", "describe")
_FILE = "gallery.toml"
Head = dict[tuple[str, str], dict[str, str]]
NOTHING = Text("")


@dataclass(frozen=True)
class Chart:
    """How the rows of a query can be drawn: the kind of chart, and the columns in its order."""

    kind: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Parameter:
    """What a reader may choose in a query; `picker` names the way to choose, `default` is SPARQL text."""

    name: str
    label: Text
    picker: str
    default: str


@dataclass(frozen=True)
class Example:
    """A query of the gallery; `verb` is its first word: select, ask, construct or describe."""

    slug: str
    title: Text
    text: str
    explanation: Text = NOTHING
    features: tuple[str, ...] = ()
    chart: Chart | None = None
    parameters: tuple[Parameter, ...] = ()
    group: str = ""
    verb: str = "select"
    # A column and what stands there in the rows that the chart leaves out.
    undrawn: tuple[str, str] = ("", "")

    @property
    def kind(self) -> str:
        """What it answers with: solutions, boolean or graph."""
        return {"select": "solutions", "ask": "boolean"}.get(self.verb, "graph")


@dataclass(frozen=True)
class ExampleGroup:
    """Queries of the gallery that stand together."""

    slug: str
    title: Text
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Frame:
    """What `gallery.toml` says: the titles of the groups in order, and the classes that pickers offer."""

    groups: dict[str, Texts] = field(default_factory=dict)
    pickers: dict[str, tuple[str, ...]] = field(default_factory=dict)


def frame(folder: Path) -> Frame:
    """The frame of the queries in `folder`; an empty one where there is none. Raises BadSource."""
    path = folder / _FILE
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSource(f"{_FILE}: {error}.") from error
    pickers = {name: tuple(classes) for name, classes in found.get("pickers", {}).items()}
    return Frame(found.get("groups", {}), pickers)


def examples(folder: Path, language: str, base: str) -> list[Example]:
    """Every query of `folder`, by file name."""
    return [example(path, language, base) for path in sorted(folder.glob("*.rq"))]


def example(path: Path, language: str, base: str = SOURCE_BASE) -> Example:
    """The query of one file."""
    text = rebase(path.read_text(encoding="utf-8"), base)
    head = _head(text)
    # Readers see the title and the explanation beside the query; its file keeps all languages.
    body = _HEADER.sub("", text)
    return Example(
        path.stem,
        _worded(head, ("title", ""), language, path.stem),
        body,
        _worded(head, ("explanation", ""), language),
        tuple(part.strip() for part in _plain(head, "features").split(",") if part.strip()),
        read_chart(_plain(head, "chart")),
        tuple(_parameter(head, name, text, language) for kind, name in head if kind == "parameter"),
        _plain(head, "group"),
        _verb(body),
        _undrawn(_plain(head, "undrawn")),
    )


def _verb(body: str) -> str:
    found = _VERB.match(body)
    return found[1].lower() if found and found[1].lower() in _VERBS else "select"


def _head(text: str) -> Head:
    """What the `#+` lines say: (key, name of the parameter) -> language -> text."""
    head: Head = {}
    for key, name, tag, value in _LINE.findall(text):
        head.setdefault((key, name), {})[tag] = value
    return head


def _worded(head: Head, key: tuple[str, str], language: str, otherwise: str = "") -> Text:
    value, found = choose(head.get(key, {}), language)
    return Text(value or otherwise, found)


def _plain(head: Head, key: str, name: str = "") -> str:
    return head.get((key, name), {}).get("", "")


def read_chart(text: str) -> Chart | None:
    """The chart that `bar ?label ?value` names; without columns to draw there is none."""
    words = text.split()
    return Chart(words[0], tuple(word.lstrip("?") for word in words[1:])) if words[1:] else None


def _undrawn(text: str) -> tuple[str, str]:
    column, _, value = text.partition(" ")
    return column.lstrip("?"), value


def _parameter(head: Head, name: str, text: str, language: str) -> Parameter:
    slot = re.search(rf"VALUES \?{name} {{ *([^}}]*?) *}}", text)
    label = _worded(head, ("parameter", name), language, name)
    return Parameter(name, label, _plain(head, "picker", name) or "text", slot[1] if slot else "")


class Gallery:
    """The queries of one release; its files are read once a language."""

    def __init__(self, folder: Path, base: str) -> None:
        self._folder = folder
        self._base = base
        self._examples: dict[str, list[Example]] = {}
        self.frame = frame(folder)

    def examples(self, language: str) -> list[Example]:
        """All queries, in one language."""
        if language not in self._examples:
            self._examples[language] = examples(self._folder, language, self._base)
        return self._examples[language]

    def example(self, slug: str, language: str) -> Example:
        """One query. Raises NotFound."""
        found = next((one for one in self.examples(language) if one.slug == slug), None)
        if found is None:
            raise NotFound(f"There is no question called {slug}.")
        return found

    def groups(self, language: str) -> list[ExampleGroup]:
        """The queries by group; those of none come last, without a title."""
        titles = {slug: Text(*choose(texts, language)) for slug, texts in self.frame.groups.items()}
        titles[""] = Text("")
        found = [ExampleGroup(slug, title, self._members(slug, language)) for slug, title in titles.items()]
        return [group for group in found if group.examples]

    def _members(self, slug: str, language: str) -> tuple[Example, ...]:
        known = self.frame.groups
        all_ = self.examples(language)
        return tuple(one for one in all_ if (one.group if one.group in known else "") == slug)
