"""Descriptions of the service and of the data set: Turtle templates with the release's numbers."""

from collections.abc import Sequence
from typing import Any

from flask import Response, render_template, request

from server.errors import NotAcceptable
from server.store.syntax import Quad, parse, serialize
from server.web import addresses
from server.web.current import archive
from server.web.negotiation import DOCUMENTS, choose, typed

TRIPLES = tuple(media for suffix, media in DOCUMENTS.items() if suffix not in ("trig", "nq"))


def describe(template: str, accepted: str, counted: Sequence[Quad] = (), **slots: Any) -> Response:
    """A description in the accepted RDF format, with what the build counted. Raises NotAcceptable."""
    media = choose(accepted, TRIPLES)
    if media is None:
        raise NotAcceptable(TRIPLES)
    turtle = render_template(template, ontology=addresses.iri("ontology"), **slots).encode("utf-8")
    body = turtle if media == "text/turtle" and not counted else _convert(turtle, counted, media)
    response = Response(body, content_type=typed(media))
    # Of the content itself: it also depends on the address by which the site is read.
    response.add_etag()
    response.vary.add("Accept")
    response.make_conditional(request)
    return response


def _convert(turtle: bytes, counted: Sequence[Quad], media: str) -> bytes:
    said = parse(turtle, "text/turtle", addresses.site())
    # The page knows the numbers and texts of the release better than the build did; links add up.
    known = {(quad.subject, quad.predicate) for quad in said if quad.object.kind == "literal"}
    there = set(said)
    bare = (Quad(quad.subject, quad.predicate, quad.object, None) for quad in counted)
    more = [quad for quad in bare if (quad.subject, quad.predicate) not in known and quad not in there]
    return serialize(said + more, media, archive().model.prefixes)
