"""FAIR Signposting: the links of a document, for its header, its page and the link set (RFC 9264)."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from flask import Response

from server.web import addresses
from server.web.current import archive
from server.web.negotiation import CSV, DOCUMENTS, HTML
from server.web.texts import LANGUAGES

LINKSET = "application/linkset+json"
_PAGE = "https://schema.org/AboutPage"


class Pointer(NamedTuple):
    """One link: where to, in which relation, and what one gets there."""

    target: str
    rel: str
    type: str = ""
    hreflang: str = ""

    def header(self) -> str:
        """The link as a value of the header."""
        more = "".join(f'; {name}="{value}"' for name, value in self._more())
        return f'<{self.target}>; rel="{self.rel}"{more}'

    def member(self) -> dict[str, Any]:
        """The link in a link set."""
        found: dict[str, Any] = {"href": self.target} | dict(self._more())
        return found | ({"hreflang": [self.hreflang]} if self.hreflang else {})

    def _more(self) -> list[tuple[str, str]]:
        return [(n, v) for n, v in (("type", self.type), ("hreflang", self.hreflang)) if v]


def variants() -> list[tuple[str, str, str]]:
    """Suffix, media type and language of every document about a thing."""
    data = [(suffix, media, "") for suffix, media in (*DOCUMENTS.items(), ("csv", CSV))]
    return data + [(f"{tag}.html", HTML, tag) for tag in LANGUAGES]


def pointers(name: str, own: str, types: Iterable[str] = ()) -> list[Pointer]:
    """The links of the document `own` about the thing with a name; a page tells the classes of its thing."""
    site, stem = addresses.site(), _at(name, "")
    found = [
        Pointer(stem + suffix, "canonical" if suffix == own else "alternate", media, tag)
        for suffix, media, tag in variants()
    ]
    found.append(Pointer(addresses.iri(name), "cite-as"))
    found += [Pointer(stem + suffix, "describedby", DOCUMENTS[suffix]) for suffix in ("ttl", "jsonld")]
    if own.endswith(".html"):
        found += [Pointer(stem + "trig", "item", DOCUMENTS["trig"])]
        found += [Pointer(kind, "type") for kind in (_PAGE, *types)]
    found.append(Pointer(archive().release.licence, "license"))
    found.append(Pointer(f"{site}/about", "author"))
    found.append(Pointer(f"{site}/.well-known/void", "collection", "text/turtle"))
    found.append(Pointer(stem + "linkset.json", "linkset", LINKSET))
    return found


def _at(name: str, suffix: str) -> str:
    return addresses.site() + addresses.document(name, suffix)


def add(response: Response, name: str, own: str, types: Iterable[str] = ()) -> None:
    """Put the links, and where this document stands, into the header."""
    response.headers["Content-Location"] = addresses.document(name, own)
    for pointer in pointers(name, own, types):
        response.headers.add("Link", pointer.header())


def linkset(name: str, types: Iterable[str]) -> str:
    """The links of all documents about a thing."""
    kinds = tuple(types)
    contexts = [_context(name, suffix, kinds) for suffix, _, _ in variants()]
    return json.dumps({"linkset": contexts}, ensure_ascii=False, indent=1) + "\n"


def _context(name: str, suffix: str, types: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {"anchor": _at(name, suffix)}
    for pointer in pointers(name, suffix, types):
        found.setdefault(pointer.rel, []).append(pointer.member())
    return found
