"""What other catalogues, monitors and editors read: DCAT-AP 3, VoID, and the prefixes in use."""

from itertools import islice
from typing import Any

from flask import Blueprint, Response, jsonify, request

from server.archive.census import shared_graphs
from server.web import addresses
from server.web.current import archive, settings
from server.web.descriptions import TRIPLES, describe
from server.web.downloads import current, dataset
from server.web.negotiation import accept, choose

catalogue = Blueprint("catalogue", __name__)
# Types of things that examples are taken from, and how many examples.
_EXAMPLES = 3


@catalogue.get("/catalog")
def catalog() -> Response:
    """The catalogue of this archive."""
    publisher = addresses.site() + "/about"
    return describe("catalog.ttl", _wanted(), dumps=current(), dataset=dataset(), publisher=publisher)


@catalogue.get("/.well-known/void")
def void() -> Response:
    """The description of the data set; answers 200 directly, for monitors do not follow redirects."""
    counted = archive().content(dataset())
    slots = {"dumps": current(), "dataset": dataset(), "examples": _examples()}
    return describe("void.ttl", _wanted(), counted, **slots)


def described(accepted: str, limits: dict[str, Any]) -> Response:
    """The description of the query service: its limits, the graphs that it holds, and what was counted."""
    counted = archive().content(dataset())
    slots = {"limits": limits, "dataset": dataset(), "graphs": shared_graphs(counted)}
    return describe("service.ttl", accepted, counted, federation=settings().federation, **slots)


def _examples() -> list[str]:
    types = archive().types("en")[:_EXAMPLES]
    rows = (row for entry in types for row in archive().listing(entry.slug, "en", 1).rows)
    return [row.title.iri for row in islice(rows, _EXAMPLES)]


def _wanted() -> str:
    # A browser gets Turtle too: here an answer is worth more than a refusal.
    return accept() if choose(accept(), TRIPLES) else "text/turtle"


@catalogue.get("/prefixes.json")
def prefixes() -> Response:
    """Prefix and namespace of every vocabulary in use, for editors."""
    response = jsonify(dict(sorted(archive().model.prefixes.items())))
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.add_etag()
    response.make_conditional(request)
    return response
