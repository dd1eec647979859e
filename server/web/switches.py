"""This page in the other languages: addresses for readers, and full ones for search engines."""

from urllib.parse import quote, urlencode

from flask import request, url_for

from server.web import addresses
from server.web.texts import LANGUAGES, words

# Pages in the reader's language, and the same page in one language.
_SAME = {"pages.start": "pages.home", "pages.publisher": "pages.about"}
# What a page was asked besides its language is no part of its address.
_ASKED = ("lang", "on")
Switch = tuple[str, str, str]


def switches() -> list[Switch]:
    """For each language its tag, its own name, and this page's address in it."""
    return [(tag, words(tag)["language"], _address(tag, ("lang",))) for tag in LANGUAGES]


def twins() -> list[tuple[str, str]]:
    """The languages of this page with their full addresses, and the address that fits the reader."""
    if request.method not in ("GET", "HEAD"):
        return []
    site = addresses.site()
    found = {tag: site + _address(tag, _ASKED) for tag in LANGUAGES}
    own = _for_everybody()
    return [*found.items(), ("x-default", site + own if own else found["en"])]


def _for_everybody() -> str:
    """The path that leads to this page in the reader's language; empty where there is none."""
    endpoint, named = _endpoint(), (request.view_args or {}).get("name")
    if endpoint == "documents.page" and named:
        return addresses.thing(named)
    return {"pages.home": "/", "pages.about": "/about"}.get(endpoint, "")


def _endpoint() -> str:
    found = request.endpoint or "pages.home"
    return _SAME.get(found, found)


def _address(tag: str, without: tuple[str, ...]) -> str:
    """The path of this page in a language, with what else the address asks for."""
    endpoint, views = _endpoint(), request.view_args or {}
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] not in without]
    if "lang" in views or endpoint in ("pages.home", "pages.about"):
        # Only what the route knows: `url_for` takes other names, such as `_external`, for its own.
        path = url_for(endpoint, **{**views, "lang": tag})
    else:
        path = quote(request.path)
        pairs.append(("lang", tag))
    if request.endpoint is None or request.method not in ("GET", "HEAD"):
        pairs = [pair for pair in pairs if pair == ("lang", tag)]
    return f"{path}?{urlencode(pairs)}" if pairs else path
