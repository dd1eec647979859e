"""The feed of withdrawals, by which harvesters learn what to delete: as Atom and as JSON."""

from contextlib import suppress
from datetime import datetime

from flask import Blueprint, Flask, Response, jsonify, render_template, request

from server.archive.records import Withdrawn
from server.errors import Gone, PraleskaError
from server.web import addresses, problems, values
from server.web.current import archive
from server.web.negotiation import DOCUMENTS, language, typed
from server.web.texts import words

withdrawals = Blueprint("withdrawals", __name__)
_ATOM = "application/atom+xml; charset=utf-8"


@withdrawals.get("/withdrawals.atom")
def atom() -> Response:
    """The feed for readers of feeds."""
    entries = archive().withdrawals(language())
    feed = render_template("withdrawals.xml", entries=entries, updated=_updated(entries))
    return _fresh(Response(feed, content_type=_ATOM))


@withdrawals.get("/withdrawals.json")
def listed() -> Response:
    """The same for programs."""
    entries = archive().withdrawals(language())
    rows = [{"id": e.iri, "date": e.date, "reason": e.reason, "label": e.label} for e in entries]
    return _fresh(jsonify(about=addresses.iri("graph/tombstones"), updated=_updated(entries), withdrawn=rows))


def register(app: Flask) -> None:
    """Answer for what was withheld: since when, and the class of reason."""
    app.register_error_handler(Gone, _gone)


def _gone(error: Gone) -> Response:
    lang, named = language(), request.view_args or {}
    iri = addresses.iri(named["name"]) if "name" in named else ""
    entry = _entry(iri, lang)
    if entry is None:
        return problems.answer(410, str(error), {"error": type(error).__name__})
    if "suffix" in named:
        media = DOCUMENTS[named["suffix"]]
        return Response(archive().tombstone(iri, media), 410, content_type=typed(media))
    said = words(lang)["withdrawals"]["entry"].format(date=values.day(entry.date, lang), reason=entry.label)
    members = {"error": type(error).__name__, "date": entry.date, "reason": entry.reason}
    return problems.answer(410, said, members, spoken=lang)


def _entry(iri: str, lang: str) -> Withdrawn | None:
    """What the list says of `iri`; None also when the store does not answer this second question."""
    with suppress(PraleskaError):
        return next((each for each in archive().withdrawals(lang) if each.iri == iri), None)
    return None


def _updated(entries: list[Withdrawn]) -> str:
    """The day of the newest entry; of an empty feed, the moment of the release."""
    if entries:
        return f"{entries[0].date}T00:00:00Z"
    return datetime.fromisoformat(archive().release.created).isoformat()


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Content-Language"] = language()
    response.vary.add("Accept-Language")
    response.add_etag()
    response.make_conditional(request)
    return response
