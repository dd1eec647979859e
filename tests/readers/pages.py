"""The pages that programs judge: every template in each state (pages.toml), and what the archive has."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from server.archive.archive import Archive

HERE = Path(__file__).parent
TESTS = HERE.parent
LANGUAGES = ("be", "ru", "en")
TEMPLATES = TESTS.parent / "server" / "web" / "templates"
# What other templates take pieces from is no page.
_TAKEN = re.compile(r'{%-? *(?:import|extends|include) "([^"]+)"')
_CLASS = re.compile(r"{([A-Z]\w+)}")


@dataclass(frozen=True)
class Page:
    """One state of a template, and where it can be seen."""

    name: str
    template: str
    path: str
    query: str = ""
    paste: str = ""
    status: int = 200
    site: str = "archive"
    heavy: bool = False

    def address(self, archive: Archive, lang: str) -> str:
        """The path and query on its site."""
        found = _CLASS.sub(lambda match: first(archive, match[1]), self.path).replace("{lang}", lang)
        return found + (f"&query={quote(self.query)}" if self.query else "")

    def pasted(self) -> str:
        """What is written into its form and sent, if anything."""
        return (TESTS / self.paste).read_text("utf-8") if self.paste else ""


@cache
def pages() -> list[Page]:
    """All states."""
    told: list[dict[str, Any]] = tomllib.loads((HERE / "pages.toml").read_text("utf-8"))["pages"]
    return [Page(**one) for one in told]


def cases() -> list[tuple[Page, str]]:
    """One state of each template in all languages, a light one if it has one; the others in one, by turns."""
    firsts = {page.template: page for page in sorted(pages(), key=lambda page: page.heavy, reverse=True)}
    full = [(page, lang) for page in firsts.values() for lang in LANGUAGES]
    others = [page for page in pages() if page is not firsts.get(page.template)]
    return full + [(page, LANGUAGES[number % 3]) for number, page in enumerate(others)]


def full_templates() -> set[str]:
    """The templates that are pages of their own."""
    texts = {path.name: path.read_text("utf-8") for path in TEMPLATES.glob("*.html")}
    return set(texts) - {name for text in texts.values() for name in _TAKEN.findall(text)}


def first(archive: Archive, slug: str) -> str:
    """The name of the first thing in the list of a class."""
    return archive.listing(slug, "en", 1).rows[0].title.path.removeprefix("id/")


def contents(archive: Archive) -> Iterator[str]:
    """The list and the first thing of each class, each question, each overview; `{lang}` is the language."""
    for kind in archive.types("en"):
        yield f"/{{lang}}/list/{kind.slug}"
        if kind.count:
            yield f"/doc/{first(archive, kind.slug)}.{{lang}}.html"
    yield from (f"/queries/{one.slug}?lang={{lang}}" for one in archive.examples("en"))
    yield from (f"/{{lang}}/overview/{one.slug}" for one in archive.overviews.all("en"))
