"""Descriptions of the service and of the data set: Turtle templates with the release's numbers."""

from itertools import islice
from typing import Any

from flask import Response, render_template, request

from server.errors import NotAcceptable
from server.store.syntax import parse, serialize
from server.web import addresses
from server.web.current import archive
from server.web.negotiation import DOCUMENTS, choose

TRIPLES = tuple(media for suffix, media in DOCUMENTS.items() if suffix not in ("trig", "nq"))


def describe(template: str, accepted: str, **slots: Any) -> Response:
    """A description in the accepted RDF format. Raises NotAcceptable."""
    media = choose(accepted, TRIPLES)
    if media is None:
        raise NotAcceptable(TRIPLES)
    turtle = render_template(template, **_slots(), **slots).encode("utf-8")
    body = turtle if media == "text/turtle" else _convert(turtle, media)
    charset = "; charset=utf-8" if media.startswith("text/") else ""
    response = Response(body, content_type=media + charset)
    response.set_etag(f"{archive().release.id}-{template}-{media.split('/')[1]}")
    response.vary.add("Accept")
    response.make_conditional(request)
    return response


def _convert(turtle: bytes, media: str) -> bytes:
    return serialize(parse(turtle, "text/turtle", addresses.site()), media, {})


def _slots() -> dict[str, Any]:
    types = archive().types("en")
    rows = (row for entry in types[:3] for row in archive().listing(entry.slug, "en", 1).rows)
    return {
        "ontology": addresses.iri("ontology"),
        "types": types,
        "examples": [row.title.iri for row in islice(rows, 3)],
    }
