"""The feed of what was recorded last: new claim sets by their addresses, and the release that they are in."""

from datetime import datetime

from flask import Blueprint, Response, render_template

from server.archive.directory import Directory
from server.web import fresh
from server.web.current import archive
from server.web.negotiation import language

changes = Blueprint("changes", __name__)
_ATOM = "application/atom+xml; charset=utf-8"


@changes.get("/changes.atom")
def atom() -> Response:
    """The feed for readers of feeds."""
    lang = language()
    entries = Directory(archive().store, archive().base).recorded()
    updated = datetime.fromisoformat(archive().release.created).isoformat()
    response = Response(render_template("changes.xml", entries=entries, updated=updated), content_type=_ATOM)
    response.headers["Content-Language"] = lang
    response.vary.add("Accept-Language")
    return fresh.dated(response, f"changes-{lang}")
