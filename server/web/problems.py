"""Errors as an answer: problem+json (RFC 9457) for machines, a page with the same content for readers."""

import json
import traceback
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException

from server import errors
from server.web.current import ERROR, ROUTE
from server.web.negotiation import HTML, accept, choose, language
from server.web.texts import words

PROBLEM = "application/problem+json"
# 400 is kept for text that is not SPARQL or RDF; a run that failed has another status.
STATUS: dict[type[errors.PraleskaError], int] = {
    errors.BadSyntax: 400,
    errors.BadQuery: 400,
    errors.BadValue: 400,
    errors.RefusedQuery: 403,
    errors.NotFound: 404,
    errors.NotAcceptable: 406,
    errors.Gone: 410,
    errors.TooLarge: 413,
    errors.TooMany: 429,
    errors.QueryStopped: 500,
    errors.StoreUnavailable: 503,
    errors.QueryTimeout: 504,
    errors.PraleskaError: 500,
}
_MEMBERS = ("line", "column", "available", "seconds", "limit", "parameter", "allowed", "choices")
# What went wrong inside is for the log only.
_SILENT = (errors.BadSource, errors.BuildFailed)


def register(app: Flask) -> None:
    """Answer every error in one of the two forms."""
    app.before_request(_meet_front)
    app.register_error_handler(errors.PraleskaError, _known)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _unexpected)
    app.after_request(_moved)


def advice(status: int, error: str, lang: str) -> str:
    """What the reader can do about it; nothing where nobody knows."""
    # An error inside has the same status as a query that was stopped, and is not the reader's to mend.
    is_mendable = status != 500 or error == errors.QueryStopped.__name__
    return str(words(lang)["problem"].get(f"do{status}", "")) if is_mendable else ""


def _meet_front() -> None:
    """Tells the front the route, for its log, and goes on with an error that it met."""
    request.environ[ROUTE] = str(request.url_rule or "-")
    error = request.environ.get(ERROR)
    if error is not None:
        raise error


def status_of(error: errors.PraleskaError) -> int:
    """The status for an error: that of the nearest class in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def _known(error: errors.PraleskaError) -> Response:
    detail = "" if isinstance(error, _SILENT) else str(error)
    response = answer(status_of(error), detail, _members(error))
    response.headers.update(patience(error))
    return response


def patience(error: errors.PraleskaError) -> dict[str, str]:
    """When to come back, as a header; nothing where that would not help."""
    return {"Retry-After": "5"} if isinstance(error, (errors.StoreUnavailable, errors.TooMany)) else {}


def _members(error: errors.PraleskaError) -> dict[str, Any]:
    found = {name: getattr(error, name, None) for name in _MEMBERS}
    return {"error": type(error).__name__} | {k: v for k, v in found.items() if v is not None}


def _of_http(error: HTTPException) -> Response:
    response = answer(error.code or 500, error.description or "", {})
    kept = {k: v for k, v in error.get_headers() if k.lower() in ("allow", "location", "retry-after")}
    response.headers.update(kept)
    return response


def _moved(response: Response) -> Response:
    """Where the router found another spelling: which scheme and host the reader sees, only a proxy knows."""
    if response.status_code != 308 or not response.location:
        return response
    found = urlsplit(response.location)
    path = "/" + found.path.lstrip("/")
    return make_response(redirect(f"{path}?{found.query}" if found.query else path, 308))


def _unexpected(error: Exception) -> Response:
    # The message may hold a reader's text, so only the kind and the place are logged.
    place = "".join(traceback.format_tb(error.__traceback__))
    current_app.logger.error("%s in %s\n%s", type(error).__name__, request.endpoint, place)
    return answer(500, "", {})


def answer(status: int, detail: str, members: dict[str, Any], spoken: str = "en") -> Response:
    """The problem in the form that fits; `spoken` is the language of the detail."""
    lang = language()
    title = words(lang)["problem"].get(f"s{status}", words(lang)["problem"]["other"])
    hint = advice(status, members.get("error", ""), lang)
    if choose(accept(), (PROBLEM, HTML)) == HTML:
        slots = {"heading": title, "status": status, "detail": detail, "spoken": spoken, "advice": hint}
        page = render_template("problem.html", **slots)
        response = make_response(page, status)
    else:
        more = members | {"advice": hint} if hint else members
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail} | more
        response = Response(json.dumps(body, ensure_ascii=False) + "\n", status, content_type=PROBLEM)
    response.headers["Content-Language"] = lang
    response.vary.update(("Accept", "Accept-Language"))
    return response
