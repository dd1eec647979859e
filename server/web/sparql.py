"""The SPARQL 1.1 Protocol at /sparql, and its service description; the page for people is in workbench."""

from flask import Blueprint, Response, request

from server.errors import NotAcceptable
from server.store.answers import JSON, OWN_DATASET, Answer, Dataset, Formats
from server.web import addresses, protocol, replies, sheets, workbench
from server.web.catalogue import described
from server.web.current import archive, store
from server.web.negotiation import HTML, XLSX, choose, language
from server.web.protocol import GRAPH, SOLUTIONS, Asked
from server.web.texts import words

sparql = Blueprint("sparql", __name__)


@sparql.route("/sparql", methods=["GET", "POST", "QUERY"])
def protocol_() -> Response:
    """One address for queries, for the description of the service and for the query page."""
    asked = protocol.read(_head(), _body)
    if asked.text is None:
        response = _introduce(asked.accept)
    elif asked.for_people:
        response = workbench.page(asked, asked.text)
    elif asked.for_sheet:
        response = _sheet(asked, asked.text)
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
    # Kept, so that `request.values` has what a form says besides the query.
    return request.get_data(cache=True)


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


def _sheet(asked: Asked, text: str) -> Response:
    etag = sheet_tag(text, asked.dataset)
    if replies.is_known(etag, request.headers.get("If-None-Match", "")):
        return Response(status=304, headers=replies.unchanged(etag))
    answer = store().query(text, Formats(JSON), asked.dataset, rows=sheets.MOST_ROWS)
    response = sheet(answer, text)
    response.headers.update(replies.unchanged(etag))
    return response


def sheet_tag(text: str, dataset: Dataset = OWN_DATASET) -> str:
    """What names a spreadsheet for caches: there are words of the reader's language in it."""
    digest = replies.digest(text, Formats(XLSX), dataset)
    return replies.tag(archive().release.id, digest and f"{digest}-{language()}")


def sheet(answer: Answer, text: str, name: str = "praleska") -> Response:
    """An answer in JSON as a spreadsheet to save, with what it is in words."""
    told = words(language())
    about = (
        (told["site"]["name"], told["site"]["release"].format(id=archive().release.id)),
        (told["query"]["source"], f"{addresses.site()}/sparql"),
        (told["site"]["licence"], archive().release.licence),
        (told["query"]["title"], text),
    )
    made = sheets.sheet(answer, about, told["query"]["cut_here"])
    response = Response(made.body, content_type=XLSX)
    if made.cut:
        response.headers[replies.CUT] = made.cut
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response.headers["Content-Language"] = language()
    response.vary.add("Accept-Language")
    return response


def _introduce(accepted: str) -> Response:
    """No query: the page for a browser, the service description for a machine."""
    if choose(accepted, (*GRAPH[:4], HTML)) == HTML:
        return workbench.blank()
    return described(accepted, workbench.limits())
