"""The search page, and the same answer as JSON for programs and pickers."""

from dataclasses import replace

from flask import Blueprint, Response, jsonify, render_template, request

from server.archive.records import Asked, Found, FoundRow
from server.archive.search import PAGE_SIZE
from server.errors import NotFound
from server.web import addresses, listings
from server.web.current import archive
from server.web.negotiation import HTML, language, negotiate

search = Blueprint("search", __name__)
_JSON = "application/json"
# Characters of a search; nobody types more.
_LONGEST = 300


@search.get("/search")
def page() -> Response:
    """What fits `q`, of the class `type` if it is given, and then narrowed like its list; HTML or JSON."""
    lang = language()
    text, slug = request.args.get("q", "").strip()[:_LONGEST], request.args.get("type", "")[:_LONGEST]
    wanted = listings.asked(PAGE_SIZE, ("q", "type"))
    if not slug:
        # Only the filters of one list mean something.
        wanted = replace(wanted, narrowed=(), low="", high="")
    found = archive().search(text, lang, slug, wanted)
    if not 0 < found.page <= found.pages:
        raise NotFound(f"This answer ends at page {found.pages}.")
    response = _json(found, lang) if negotiate((HTML, _JSON)) == _JSON else _html(found, lang, wanted)
    response.headers["Content-Language"] = lang
    # What somebody looks for is nobody else's business: no cache keeps it.
    response.headers["Cache-Control"] = "no-store"
    response.vary.update(("Accept", "Accept-Language"))
    return response


def _html(found: Found, lang: str, wanted: Asked) -> Response:
    kept = (("q", found.text), ("type", found.slug), ("lang", lang))
    here = listings.Here("/search", wanted, tuple(pair for pair in kept if pair[1]))
    page = render_template("search.html", found=found, here=here, size=PAGE_SIZE)
    return Response(page, content_type=f"{HTML}; charset=utf-8")


def _json(found: Found, lang: str) -> Response:
    return jsonify(
        query=found.text,
        total=found.total,
        page=found.page,
        pages=found.pages,
        types=[{"type": kind.slug, "name": kind.name.value, "count": kind.count} for kind in found.kinds],
        filters=listings.filters(found.narrowed),
        facets=listings.facets(found.facets, lang),
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
