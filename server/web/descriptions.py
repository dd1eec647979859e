"""Descriptions of the service and of the data set: Turtle templates with the release's numbers."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from flask import Response, render_template, request

from server.errors import NotAcceptable
from server.store.syntax import Quad, parse, serialize
from server.web import addresses
from server.web.current import archive
from server.web.negotiation import DOCUMENTS, choose

TRIPLES = tuple(media for suffix, media in DOCUMENTS.items() if suffix not in ("trig", "nq"))


def describe(template: str, accepted: str, counted: Sequence[Quad] = (), **slots: Any) -> Response:
    """A description in the accepted RDF format, with what the build counted. Raises NotAcceptable."""
    media = choose(accepted, TRIPLES)
    if media is None:
        raise NotAcceptable(TRIPLES)
    turtle = render_template(template, **_slots(), **slots).encode("utf-8")
    body = turtle if media == "text/turtle" and not counted else _convert(turtle, counted, media)
    charset = "; charset=utf-8" if media.startswith("text/") else ""
    response = Response(body, content_type=media + charset)
    response.set_etag(f"{archive().release.id}-{template}-{media.split('/')[1]}")
    response.vary.add("Accept")
    response.make_conditional(request)
    return response


def _convert(turtle: bytes, counted: Sequence[Quad], media: str) -> bytes:
    said = parse(turtle, "text/turtle", addresses.site())
    # The page knows the release and its addresses better than the build did.
    known = {(quad.subject, quad.predicate) for quad in said}
    more = [quad for quad in counted if (quad.subject, quad.predicate) not in known]
    return serialize(said + more, media, archive().model.prefixes)


def _slots() -> dict[str, Any]:
    types = archive().types("en")
    rows = (row for entry in types[:3] for row in archive().listing(entry.slug, "en", 1).rows)
    return {
        "ontology": addresses.iri("ontology"),
        "examples": [row.title.iri for row in islice(rows, 3)],
    }
