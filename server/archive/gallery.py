"""The gallery: queries in `.rq` files whose first lines carry a title in each language."""

import re
from pathlib import Path

from server.archive.model import choose
from server.archive.queries import rebase
from server.archive.records import Example, Text

_TITLE = re.compile(r"^#\+ title@([a-z]{2}): *(.+)$", re.MULTILINE)


def examples(folder: Path, language: str, base: str) -> list[Example]:
    """Every query of `folder`, by file name."""
    return [_example(path, language, base) for path in sorted(folder.glob("*.rq"))]


def _example(path: Path, language: str, base: str) -> Example:
    text = path.read_text(encoding="utf-8")
    title, found = choose(dict(_TITLE.findall(text)), language)
    return Example(path.stem, Text(title or path.stem, found), rebase(text, base))
