"""What crawlers read: the addresses of all pages, which name nobody."""

from math import ceil

from flask import Blueprint, Response, render_template

from server.archive.directory import Directory
from server.errors import NotFound
from server.web import addresses, fresh
from server.web.current import archive
from server.web.texts import LANGUAGES

sitemap = Blueprint("sitemap", __name__)
_XML = "application/xml; charset=utf-8"
# A file may list 50,000 addresses; each thing has a page in every language.
LENGTH = 50_000 // len(LANGUAGES)


@sitemap.get("/sitemap.xml")
def index() -> Response:
    """All pages, or the list of the files that list them."""
    parts = ceil(_directory().size() / LENGTH)
    if parts <= 1:
        return part(0)
    text = render_template("sitemap_index.xml", parts=range(parts))
    return fresh.dated(Response(text, content_type=_XML), "sitemap-index")


@sitemap.get("/sitemap-<int:number>.xml")
def part(number: int) -> Response:
    """One of these files; the first one has the general pages too."""
    things = _directory().part(number, LENGTH)
    if not things:
        raise NotFound("There is no such part of the sitemap.")
    base = archive().base
    names = [thing.removeprefix(base).removeprefix("id/") for thing in things if thing.startswith(base)]
    general = _general() if number == 0 else []
    text = render_template("sitemap.xml", general=general, documents=[_pages(name) for name in names])
    return fresh.dated(Response(text, content_type=_XML), f"sitemap-{number}")


def _general() -> list[str]:
    return [f"/{lang}/{name}" for lang in LANGUAGES for name in ("", "about")]


def _pages(name: str) -> list[str]:
    return [addresses.document(name, f"{lang}.html") for lang in LANGUAGES]


def _directory() -> Directory:
    return Directory(archive().store, archive().base)
