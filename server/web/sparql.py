"""The SPARQL 1.1 Protocol at /sparql, its service description, and the query page for people."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from server.errors import NotAcceptable, PraleskaError
from server.store.answers import Formats
from server.web import problems, protocol, replies
from server.web.current import archive, settings, store
from server.web.descriptions import describe
from server.web.excerpts import excerpt
from server.web.negotiation import HTML, choose, language
from server.web.protocol import BOOLEAN, GRAPH, SOLUTIONS, Asked
from server.web.results import MOST_ROWS, Shown, shown

sparql = Blueprint("sparql", __name__)


@sparql.route("/sparql", methods=["GET", "POST", "QUERY"])
def protocol_() -> Response:
    """One address for queries, for the description of the service and for the query page."""
    asked = protocol.read(_head(), _body)
    if asked.text is None:
        response = _introduce(asked.accept)
    elif asked.for_people:
        response = _page(asked, asked.text)
    else:
        response = _answer(asked, asked.text)
    response.headers["Accept-Query"] = protocol.QUERY
    response.vary.update(("Accept", "Accept-Language"))
    return response


def _head() -> protocol.Head:
    accepted = ",".join(request.headers.getlist("Accept"))
    return protocol.Head(
        request.method, request.query_string, accepted, request.headers.get("Content-Type", "")
    )


def _body() -> bytes:
    request.max_content_length = protocol.LONGEST
    return request.get_data(cache=False)


def _answer(asked: Asked, text: str) -> Response:
    if asked.formats == Formats():
        raise NotAcceptable((*SOLUTIONS, *GRAPH, HTML))
    etag = ""
    if request.method in ("GET", "HEAD"):
        etag = replies.tag(archive().release.id, replies.digest(text, asked.formats, asked.dataset))
    if replies.is_known(etag, request.headers.get("If-None-Match", "")):
        return Response(status=304, headers=replies.unchanged(etag))
    answer = store().query(text, asked.formats, asked.dataset)
    return Response(answer.body, headers=replies.headers(answer, etag))


def _introduce(accepted: str) -> Response:
    """No query: the page for a browser, the service description for a machine."""
    if choose(accepted, (*GRAPH[:4], HTML)) == HTML:
        return _rendered(None, None, None)
    return describe("service.ttl", accepted, limits=limits())


def _page(asked: Asked, text: str) -> Response:
    formats = Formats(SOLUTIONS[0], BOOLEAN[0], GRAPH[0])
    try:
        answer = store().query(text, formats, asked.dataset, rows=MOST_ROWS)
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
        advice=problems.advice(problems.status_of(error), type(error).__name__, lang) if error else "",
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
        "rows": settings().answer_rows,
    }
