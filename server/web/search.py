"""The search page, and the same answer as JSON for programs and pickers."""

from flask import Blueprint, Response, jsonify, render_template, request

from server.archive.records import Found, FoundRow
from server.errors import NotFound
from server.web import addresses
from server.web.current import archive
from server.web.negotiation import HTML, language, negotiate

search = Blueprint("search", __name__)
_JSON = "application/json"
# Characters of a search; nobody types more.
_LONGEST = 300


@search.get("/search")
def page() -> Response:
    """What fits `q`, of the class `type` if it is given; HTML or JSON."""
    lang = language()
    text = request.args.get("q", "").strip()[:_LONGEST]
    number = request.args.get("page", "1")
    if not number.isdecimal() or not 0 < len(number) < 7 or int(number) < 1:
        raise NotFound("There is no such page of this answer.")
    found = archive().search(text, lang, request.args.get("type", "")[:_LONGEST], int(number))
    if found.page > found.pages:
        raise NotFound(f"This answer ends at page {found.pages}.")
    response = _json(found) if negotiate((HTML, _JSON)) == _JSON else _html(found, lang)
    response.headers["Content-Language"] = lang
    # What somebody looks for is nobody else's business: no cache keeps it.
    response.headers["Cache-Control"] = "no-store"
    response.vary.update(("Accept", "Accept-Language"))
    return response


def _html(found: Found, lang: str) -> Response:
    return Response(render_template("search.html", found=found), content_type=f"{HTML}; charset=utf-8")


def _json(found: Found) -> Response:
    return jsonify(
        query=found.text,
        total=found.total,
        page=found.page,
        pages=found.pages,
        types=[{"type": kind.slug, "name": kind.name.value, "count": kind.count} for kind in found.kinds],
        results=[_result(row) for row in found.rows],
    )


def _result(row: FoundRow) -> dict[str, str]:
    return {
        "iri": row.link.iri,
        "name": row.link.text.value,
        "language": row.link.text.lang,
        "kind": row.kind.value,
        "excerpt": row.excerpt,
        "page": addresses.site() + addresses.page(row.link.path, language()),
    }
