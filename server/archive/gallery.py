"""The gallery: queries in `.rq` files whose first lines tell readers and pages what they ask.

`#+ title@en:` and `#+ explanation@en:` (other languages alike), `#+ features:` separated by commas,
`#+ chart: bar ?label ?value`, and for each parameter `#+ parameter NAME@en:` and `#+ picker NAME:`;
its default is what `VALUES ?NAME { … }` in the query holds.
"""

import re
from pathlib import Path

from server.archive.model import choose
from server.archive.queries import rebase
from server.archive.records import Chart, Example, Parameter, Text

_LINE = re.compile(r"^#\+ (\w+)(?: (\w+))?(?:@([a-z]{2}))?: *(\S.*?) *$", re.MULTILINE)
_HEADER = re.compile(r"^#\+.*\n", re.MULTILINE)
Head = dict[tuple[str, str], dict[str, str]]


def examples(folder: Path, language: str, base: str) -> list[Example]:
    """Every query of `folder`, by file name."""
    return [_example(path, language, base) for path in sorted(folder.glob("*.rq"))]


def _example(path: Path, language: str, base: str) -> Example:
    text = rebase(path.read_text(encoding="utf-8"), base)
    head = _head(text)
    return Example(
        path.stem,
        _worded(head, ("title", ""), language, path.stem),
        # Readers see the title and the explanation beside the query; its file keeps all languages.
        _HEADER.sub("", text),
        _worded(head, ("explanation", ""), language),
        tuple(part.strip() for part in _plain(head, "features").split(",") if part.strip()),
        _chart(_plain(head, "chart").split()),
        tuple(_parameter(head, name, text, language) for kind, name in head if kind == "parameter"),
    )


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


def _chart(words: list[str]) -> Chart | None:
    """The chart that the words name; a query without columns to draw has none."""
    return Chart(words[0], tuple(word.lstrip("?") for word in words[1:])) if words[1:] else None


def _parameter(head: Head, name: str, text: str, language: str) -> Parameter:
    slot = re.search(rf"VALUES \?{name} {{ *([^}}]*?) *}}", text)
    label = _worded(head, ("parameter", name), language, name)
    return Parameter(name, label, _plain(head, "picker", name) or "text", slot[1] if slot else "")
