"""The home page, how to read the archive, and what the templates of all pages share."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Flask, Response

from server.web import addresses, fresh, outline, states, switches, values
from server.web.current import archive
from server.web.negotiation import language
from server.web.telling import Teller
from server.web.texts import LANGUAGES, words

pages = Blueprint("pages", __name__)
# How many records the home page shows of the first list.
_ON_THE_HOME_PAGE = 5
_LANGS = ",".join(LANGUAGES)
_NAMES = {
    "ttl": "Turtle",
    "jsonld": "JSON-LD",
    "nt": "N-Triples",
    "rdf": "RDF/XML",
    "trig": "TriG",
    "nq": "N-Quads",
    "csv": "CSV",
}


def register(app: Flask) -> None:
    """Give the templates their words and filters."""
    app.context_processor(_shared)
    app.add_template_filter(addresses.page)
    app.add_template_filter(addresses.anchor)
    app.add_template_filter(addresses.known_page)
    app.add_template_filter(addresses.short)
    app.add_template_filter(addresses.place)
    outline.register(app)
    states.register(app)
    values.register(app)


def _shared() -> dict[str, Any]:
    lang = language()
    return {
        "t": words(lang),
        "lang": lang,
        "tell": Teller(lang),
        "languages": switches.switches(),
        "twins": switches.twins(),
        "release": archive().release,
        "site": addresses.site(),
        "base": archive().base,
        "format_names": _NAMES,
    }


@pages.get("/")
def start() -> Response:
    """The home page in the reader's language."""
    lang = language()
    return _in_readers_language(fresh.page("home.html", **_home(lang)), f"/{lang}/")


@pages.get(f"/<any({_LANGS}):lang>/")
def home(lang: str) -> Response:
    """The home page in one language."""
    return fresh.page("home.html", **_home(lang))


def _home(lang: str) -> dict[str, Any]:
    types = archive().types(lang)
    first = archive().listing(types[0].slug, lang, 1) if types else None
    first = replace(first, rows=first.rows[:_ON_THE_HOME_PAGE]) if first else None
    return {
        "types": types,
        "first": first,
        "examples": archive().examples(lang),
        "entrances": archive().overviews.entrances(lang),
        "overviews": archive().overviews.listed(lang),
    }


@pages.get(f"/<any({_LANGS}):lang>/about")
def about(lang: str) -> Response:
    """What this is and how to read it."""
    return fresh.page("about.html")


@pages.get("/about")
def publisher() -> Response:
    """The same in the reader's language: the address by which the publisher is named."""
    return _in_readers_language(fresh.page("about.html"), f"/{language()}/about")


def _in_readers_language(response: Response, address: str) -> Response:
    response.headers["Content-Location"] = address
    response.vary.add("Accept-Language")
    return response
