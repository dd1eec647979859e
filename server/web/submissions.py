"""A check for submitters: RDF in, a report out; nothing is kept."""

import json
from io import BytesIO
from typing import Any, NamedTuple

import flask
from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from server.archive.findings import VIOLATION, Finding, Report
from server.errors import BadSyntax, NotAcceptable, TooLarge
from server.web.current import archive
from server.web.excerpts import Excerpt, excerpt
from server.web.intake import MOST_UPLOADED
from server.web.negotiation import DOCUMENTS, HTML, choose, language


class Request(flask.Request):
    """Uploads stay in memory: not even a temporary file is written."""

    def _get_file_stream(self, *given: Any, **named: Any) -> BytesIO:
        return BytesIO()


submissions = Blueprint("submissions", __name__)
_JSON, _TURTLE = "application/json", "text/turtle"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_ENDINGS = {**DOCUMENTS, "json": DOCUMENTS["jsonld"], "xml": DOCUMENTS["rdf"], "nquads": DOCUMENTS["nq"]}
_SUFFIXES = {media: suffix for suffix, media in DOCUMENTS.items()}
_ECHOED = 200_000
_MIB = 1024 * 1024


class Upload(NamedTuple):
    """What somebody wants checked."""

    data: bytes
    media_type: str


class Place(NamedTuple):
    """One place that breaks a rule, with the reader's own line."""

    finding: Finding
    excerpt: Excerpt | None


class Group(NamedTuple):
    """All places that break one rule."""

    first: Finding
    places: list[Place]


@submissions.get("/validate")
def form() -> Response:
    """The page with the form."""
    return _page(200)


@submissions.post("/validate")
def check() -> Response:
    """The report about the body, or about the pasted or uploaded text."""
    by_form = request.mimetype in _FORMS
    wanted = _wanted(by_form)
    upload = _from_form() if by_form else _from_body()
    try:
        report = archive().check(upload.data, upload.media_type)
    except BadSyntax as error:
        if wanted != HTML:
            raise
        text = upload.data.decode("utf-8", "replace")
        return _page(400, error=error, excerpt=excerpt(text, error.line, error.column), **_echo(upload))
    return _respond(report, wanted, upload)


def _wanted(by_form: bool) -> str:
    offers = (HTML, _JSON, _TURTLE) if by_form else (_JSON, _TURTLE, HTML)
    header = request.headers.get("Accept", "")
    # `format` in a form is the format of the upload, so only the header counts here.
    wanted = choose(header, offers)
    if wanted is None:
        raise NotAcceptable(offers)
    return wanted


def _respond(report: Report, wanted: str, upload: Upload) -> Response:
    if wanted == HTML:
        shown = {} if _is_quiet(report) else _echo(upload)
        response = _page(200, report=report, groups=_grouped(report, upload), **shown)
    elif wanted == _TURTLE:
        response = Response(report.as_turtle(), content_type=f"{_TURTLE}; charset=utf-8")
    else:
        text = json.dumps(report.as_json(language()), ensure_ascii=False)
        response = Response(text + "\n", content_type=_JSON)
    response.vary.update(("Accept", "Accept-Language"))
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_quiet(report: Report) -> bool:
    """Whether the text holds something that must not be repeated."""
    return any(finding.quiet for finding in report.findings)


def _grouped(report: Report, upload: Upload) -> list[Group]:
    """The findings by rule, what breaks one first; each place with its line of the text."""
    text = upload.data.decode("utf-8", "replace")
    groups: dict[tuple[str, str, str], Group] = {}
    quiet = _is_quiet(report)
    for one in sorted(report.findings, key=lambda f: (f.severity != VIOLATION, f.line or 0)):
        key = (one.severity, one.shape, json.dumps(one.messages, sort_keys=True))
        line = None if quiet else excerpt(text, one.line)
        groups.setdefault(key, Group(one, [])).places.append(Place(one, line))
    return list(groups.values())


def _echo(upload: Upload) -> dict[str, Any]:
    """What the form shows again, so that a mistake can be mended in place, in any of the languages."""
    pasted = upload.data.decode("utf-8", "replace") if len(upload.data) < _ECHOED else ""
    chosen = _SUFFIXES[upload.media_type]
    return {
        "pasted": pasted,
        "chosen": chosen,
        "sent": [("data", pasted), ("format", chosen)] if pasted else (),
    }


def _from_body() -> Upload:
    media = request.mimetype
    if media not in DOCUMENTS.values():
        raise UnsupportedMediaType("Send one of: " + ", ".join(DOCUMENTS.values()) + ".")
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType("The charset is UTF-8.")
    return _sized(request.get_data(cache=False), media)


def _from_form() -> Upload:
    file = request.files.get("file")
    name = (file.filename or "") if file else ""
    data = file.read() if file and name else request.form.get("data", "").encode("utf-8")
    if not data.strip():
        raise BadRequest("Paste some RDF or choose a file.")
    return _sized(data, _chosen(request.form.get("format", ""), name))


def _chosen(choice: str, filename: str) -> str:
    ending = choice or filename.rpartition(".")[2].lower()
    if not choice and not filename:
        return _TURTLE
    if ending not in _ENDINGS:
        raise UnsupportedMediaType("Choose a format: " + ", ".join(DOCUMENTS) + ".")
    return _ENDINGS[ending]


def _sized(data: bytes, media: str) -> Upload:
    if len(data) > MOST_UPLOADED:
        raise TooLarge(MOST_UPLOADED)
    return Upload(data, media)


def _page(status: int, **slots: Any) -> Response:
    limit = MOST_UPLOADED // _MIB
    page = render_template("validate.html", formats=DOCUMENTS, limit=limit, **slots)
    response = make_response(page, status)
    response.headers["Content-Language"] = language()
    response.vary.update(("Accept", "Accept-Language"))
    return response
