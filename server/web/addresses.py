"""From a thing's name to its IRI, its documents and its page, and back."""

import re
from urllib.parse import quote

from flask import request

from server.archive.queries import SOURCE_BASE
from server.archive.records import Resource
from server.errors import NotFound
from server.web.current import archive, settings

# Characters that no IRI holds (RFC 3987).
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`\ufffd]')
# Names that are no opaque ids. Terms keep their namespace when a release has another base.
_TERMS = ("ontology", "shapes", "vocabulary", "rule")


def iri(name: str) -> str:
    """The canonical IRI of the thing that `/doc/<name>.<suffix>` describes. Raises NotFound."""
    if _NOT_IN_IRI.search(name):
        raise NotFound("There is no such record in this release.")
    if name.split("/")[0] in _TERMS:
        return SOURCE_BASE + name
    return archive().base + (name if name.startswith("graph/") else f"id/{name}")


def thing(name: str) -> str:
    """The path by which a thing is named, and where a client is sent to the document that fits."""
    return f"/{quote(name)}" if name.split("/")[0] in (*_TERMS, "graph") else f"/id/{quote(name)}"


def document(name: str, suffix: str) -> str:
    """The path of one document about a thing; the suffix of a page is like `en.html`."""
    return f"/doc/{quote(name)}.{suffix}"


def page(path: str, lang: str) -> str:
    """The page for the path of a thing: `id/x` becomes `/doc/x.en.html`, `ontology#T` keeps its fragment.

    The file of a release is its own page.
    """
    if path.startswith("dumps/"):
        return f"/{quote(path)}"
    path, mark, fragment = path.partition("#")
    return document(path.removeprefix("id/"), f"{lang}.html") + mark + fragment


def anchor(path: str) -> str:
    """The last part of a path, as the name of a place on a page."""
    return path.rpartition("#")[2].rpartition("/")[2]


def short(value: str) -> str:
    """An IRI for reading: with a prefix, or without the archive's own base."""
    found = [(name, namespace) for name, namespace in archive().model.prefixes.items() if namespace in value]
    for name, namespace in sorted(found, key=lambda pair: -len(pair[1])):
        rest = value.removeprefix(namespace)
        if rest != value and rest and "/" not in rest and "#" not in rest:
            return f"{name}:{rest}"
    return value.removeprefix(archive().base).removeprefix(SOURCE_BASE) or value


def place(entry: Resource) -> str:
    """The name of the place of a term on a page; terms from elsewhere carry their prefix."""
    return anchor(entry.path) if entry.path else short(entry.iri).replace(":", "-")


def known_page(value: str, lang: str) -> str | None:
    """The page of an IRI in a query result, when it is one of ours."""
    for base in (archive().base, SOURCE_BASE):
        if value.startswith(base) and value != base:
            return page(value.removeprefix(base), lang)
    return None


def site() -> str:
    """The address that readers use, without a slash at the end."""
    return (settings().public_url or request.url_root).rstrip("/")
