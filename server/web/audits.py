"""What does not agree in the archive: the warnings of its rules, as pages, as JSON and as a SHACL report."""

from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from server.archive.reporting import JSON_FILE, TURTLE_FILE
from server.errors import NotFound
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
    return _fresh(Response(path.read_bytes(), content_type=media), suffix)


@audits.get(f"/<any({_LANGS}):lang>/warnings")
def overview(lang: str) -> Response:
    """Every rule, with the first of what it found."""
    return _page("warnings.html", lang, groups=archive().warnings(lang))


@audits.get(f"/<any({_LANGS}):lang>/warnings/<slug>")
def of_rule(lang: str, slug: str) -> Response:
    """What one rule found, by page."""
    number = request.args.get("page", "1")
    if not number.isdecimal() or len(number) > 9:
        raise NotFound("There is no such page of warnings.")
    return _page("warnings_of.html", lang, group=archive().warnings_of(slug, lang, int(number)))


def _page(template: str, lang: str, **slots: Any) -> Response:
    response = Response(render_template(template, **slots), content_type=f"{HTML}; charset=utf-8")
    response.headers["Content-Language"] = lang
    return _fresh(response, f"{lang}-{current_app.extensions['stamp']}")


def _fresh(response: Response, variant: str) -> Response:
    response.set_etag(f"{archive().release.id}-warnings-{variant}")
    # Always ask again: a withdrawn record must not live on in caches.
    response.headers["Cache-Control"] = "public, no-cache"
    response.make_conditional(request)
    return response
