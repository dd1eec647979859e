"""Answers with the validators by which they can be asked for again: they change with the release."""

from datetime import UTC, datetime
from typing import Any

from flask import Response, current_app, render_template, request

from server.web.current import archive
from server.web.negotiation import HTML, language


def page(template: str, variant: str = "", **slots: Any) -> Response:
    """A page in the reader's language; `variant` tells pages of one template apart that differ in more."""
    lang = language()
    response = Response(render_template(template, **slots), content_type=f"{HTML}; charset=utf-8")
    response.headers["Content-Language"] = lang
    return dated(response, f"html-{lang}-{stamp()}{variant}")


def begun(variant: str, lang: str) -> Response:
    """An answer that has only its validators yet; where the reader has it (304), nothing need be made."""
    response = Response()
    response.headers["Content-Language"] = lang
    return dated(response, f"{variant}-{lang}-{stamp()}")


def stamp() -> str:
    """Changes with the look and the words of the pages."""
    return str(current_app.extensions["stamp"])


def dated(response: Response, variant: str) -> Response:
    """The validators of an answer: they change with the release, the format and the language."""
    release = archive().release
    response.set_etag(f"{release.id}-{variant}")
    response.last_modified = _moment(release.created)
    # Always ask again: a withdrawn record must not live on in caches.
    response.headers["Cache-Control"] = "public, no-cache"
    response.make_conditional(request)
    return response


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
