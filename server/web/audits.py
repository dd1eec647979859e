"""What does not agree in the archive: the warnings of its rules, as pages, as JSON and as a SHACL report."""

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from server.archive.reporting import JSON_FILE, TURTLE_FILE
from server.errors import NotFound
from server.web import fresh, listings
from server.web.current import archive
from server.web.negotiation import HTML, language, negotiate
from server.web.texts import LANGUAGES

audits = Blueprint("audits", __name__)
_LANGS = ",".join(LANGUAGES)
_JSON, _TURTLE = "application/json", "text/turtle"
_FILES = {"json": (_JSON, JSON_FILE), "ttl": (f"{_TURTLE}; charset=utf-8", TURTLE_FILE)}


@audits.get("/warnings")
def start() -> ResponseReturnValue:
    """To the form that fits: a page, or the report."""
    offer = negotiate((HTML, _JSON, _TURTLE))
    targets = {_JSON: "/warnings.json", _TURTLE: "/warnings.ttl"}
    response = redirect(targets.get(offer, f"/{language()}/warnings"), 303, Response)
    response.vary.update(("Accept", "Accept-Language"))
    return response


@audits.get(f"/warnings.<any({','.join(_FILES)}):suffix>")
def report(suffix: str) -> Response:
    """The whole report in one format."""
    media, name = _FILES[suffix]
    path = archive().folder / name
    if not path.exists():
        raise NotFound("This release has no report of warnings.")
    return fresh.dated(Response(path.read_bytes(), content_type=media), f"warnings-{suffix}")


@audits.get(f"/<any({_LANGS}):lang>/warnings")
def overview(lang: str) -> Response:
    """Every rule, with the first of what it found."""
    return fresh.page("warnings.html", groups=archive().warnings(lang))


@audits.get(f"/<any({_LANGS}):lang>/warnings/<slug>")
def of_rule(lang: str, slug: str) -> Response:
    """What one rule found, by page."""
    number = listings.number(request.args.get("page", "1"))
    return fresh.page("warnings_of.html", group=archive().warnings_of(slug, lang, number))
