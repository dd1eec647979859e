"""The SPARQL 1.1 Graph Store HTTP Protocol at /store, to read: one named graph, or the default graph."""

import re

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from server.archive.queries import fill, iri_text, stored
from server.errors import NotFound
from server.store.answers import Formats
from server.web import replies
from server.web.current import archive, store
from server.web.descriptions import TRIPLES
from server.web.negotiation import negotiate, typed

graphs = Blueprint("graphs", __name__)
_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*")
_BOOLEAN = "application/sparql-results+json"


@graphs.get("/store")
def graph() -> Response:
    """What the graph that `graph` names says, or the default graph. Raises NotFound or NotAcceptable."""
    query, asks = _queries()
    media = negotiate(TRIPLES)
    if asks and b"true" not in store().query(asks, Formats(boolean=_BOOLEAN)).body:
        raise NotFound("There is no such graph in this release.")
    answer = store().query(query, Formats(graph=media))
    response = Response(answer.body, content_type=typed(media))
    if answer.cut:
        response.headers[replies.CUT] = answer.cut
    response.set_etag(f"{archive().release.id}-{media.rpartition('/')[2]}")
    response.vary.add("Accept")
    response.make_conditional(request)
    return response


def _queries() -> tuple[str, str]:
    """The query for the graph, and the one that asks whether it is there (empty: it always is)."""
    names = request.args.getlist("graph")
    if ("default" in request.args) + len(names) != 1:
        raise BadRequest("Exactly one of ?default and ?graph=<IRI> is needed.")
    if not names:
        return stored("default_graph"), ""
    if not _ABSOLUTE_IRI.fullmatch(names[0]):
        raise BadRequest("The name of a graph is an absolute IRI.")
    slot = [iri_text(names[0])]
    return fill(stored("named_graph"), graph=slot), fill(stored("has_graph"), graph=slot)
