"""The SPARQL 1.1 Protocol at /sparql, its service description, and the query page for people."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from server.errors import NotAcceptable, PraleskaError, RefusedQuery
from server.store.answers import Dataset, Formats
from server.web import problems
from server.web.current import archive, settings, store
from server.web.descriptions import describe
from server.web.excerpts import excerpt
from server.web.negotiation import HTML, accept, choose, language
from server.web.results import Shown, shown

sparql = Blueprint("sparql", __name__)
SOLUTIONS = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
BOOLEAN = SOLUTIONS[:2]
GRAPH = (
    "text/turtle",
    "application/n-triples",
    "application/ld+json",
    "application/rdf+xml",
    "application/trig",
    "application/n-quads",
)
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*")
# Bytes of a query; the engine's parser is safe with more, but nobody writes more.
_LONGEST = 1024 * 1024
Fields = dict[str, list[str]]


class Asked(NamedTuple):
    """One request of the protocol; `text` is None where nothing is asked."""

    text: str | None
    dataset: Dataset
    accept: str


@sparql.route("/sparql", methods=["GET", "POST", "QUERY"])
def protocol() -> Response:
    """One address for queries, for the description of the service and for the query page."""
    asked = _read()
    if asked.text is None:
        response = _introduce(asked.accept)
    elif choose(asked.accept, (*SOLUTIONS, *GRAPH, HTML)) == HTML:
        response = _page(asked)
    else:
        response = _answer(asked)
    response.headers["Accept-Query"] = _QUERY
    response.vary.update(("Accept", "Accept-Language"))
    return response


def _read() -> Asked:
    address = _fields(request.query_string)
    if request.method in ("GET", "HEAD"):
        return _asked(address, None)
    body = _body()
    if request.mimetype == _FORM:
        fields = _fields(body)
        if "query" in address:
            raise BadRequest("The query belongs into the body or into the address, not into both.")
        return _required(_asked({**address, **fields}, None))
    if "query" in address:
        raise BadRequest("Exactly one query is needed: there is one in the address and one in the body.")
    return _asked(address, _utf8(body))


def _body() -> bytes:
    """The body, when its media type is one of the protocol's (SPARQL Protocol §2.1)."""
    if request.mimetype == _UPDATE:
        raise RefusedQuery("This service is read-only: updates are not accepted.")
    if request.mimetype not in (_FORM, _QUERY):
        raise UnsupportedMediaType(f"Send the query as {_QUERY} or as {_FORM}.")
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType("The charset of a query is UTF-8.")
    request.max_content_length = _LONGEST
    return request.get_data(cache=False)


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The query is not UTF-8 (byte {error.start}).") from error


def _fields(encoded: bytes) -> Fields:
    try:
        return parse_qs(encoded.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=200)
    except ValueError as error:
        raise BadRequest("The parameters are not UTF-8 in percent-encoding, or too many.") from error


def _required(asked: Asked) -> Asked:
    if asked.text is None:
        raise BadRequest("Exactly one query is needed: the parameter is called query.")
    return asked


def _asked(fields: Fields, text: str | None) -> Asked:
    if "update" in fields:
        raise RefusedQuery("This service is read-only: updates are not accepted.")
    queries = fields.get("query", []) if text is None else [text]
    if len(queries) > 1:
        raise BadRequest("Exactly one query is needed.")
    first: Mapping[str, str] = {name: values[0] for name, values in fields.items()}
    return Asked(queries[0] if queries else None, _dataset(fields), accept(first))


def _dataset(fields: Fields) -> Dataset:
    default, named = (tuple(fields.get(f"{kind}-graph-uri", ())) for kind in ("default", "named"))
    if not all(_ABSOLUTE_IRI.fullmatch(graph) for graph in default + named):
        raise BadRequest("default-graph-uri and named-graph-uri are absolute IRIs.")
    return Dataset(default, named)


def _answer(asked: Asked) -> Response:
    formats = Formats(*(choose(asked.accept, offers) for offers in (SOLUTIONS, BOOLEAN, GRAPH)))
    if formats == Formats():
        raise NotAcceptable((*SOLUTIONS, *GRAPH, HTML))
    answer = store().query(asked.text or "", formats, asked.dataset)
    charset = "; charset=utf-8" if answer.media_type.startswith("text/") else ""
    return Response(answer.body, content_type=answer.media_type + charset)


def _introduce(accepted: str) -> Response:
    """No query: the page for a browser, the service description for a machine."""
    if choose(accepted, (*GRAPH[:4], HTML)) == HTML:
        return _rendered(None, None, None)
    return describe("service.ttl", accepted, limits=limits())


def _page(asked: Asked) -> Response:
    formats = Formats(SOLUTIONS[0], BOOLEAN[0], GRAPH[0])
    try:
        answer = store().query(asked.text or "", formats, asked.dataset)
    except PraleskaError as error:
        return _rendered(asked, None, error)
    return _rendered(asked, shown(answer), None)


def _rendered(asked: Asked | None, result: Shown | None, error: PraleskaError | None) -> Response:
    lang = language()
    place = (getattr(error, "line", None), getattr(error, "column", None))
    page = render_template(
        "query.html",
        asked=asked,
        result=result,
        error=error,
        excerpt=excerpt(asked.text or "", *place) if asked else None,
        examples=archive().examples(lang),
        limits=limits(),
    )
    response = make_response(page, problems.status_of(error) if error else 200)
    response.headers["Content-Language"] = lang
    return response


def limits() -> dict[str, Any]:
    """What a query may use, as said on the page and in the service description."""
    return {
        "seconds": f"{settings().query_seconds:g}",
        "memory": settings().query_memory,
        "size": settings().answer_size,
    }
