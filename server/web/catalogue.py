"""What other catalogues, monitors and editors read: DCAT-AP 3, VoID, and the prefixes in use."""

from typing import NamedTuple

from flask import Blueprint, Response, jsonify

from server.archive.releases import SUMS
from server.web import addresses
from server.web.current import archive
from server.web.descriptions import TRIPLES, describe
from server.web.negotiation import accept, choose

catalogue = Blueprint("catalogue", __name__)
_MEDIA = {"nq": "application/n-quads", "trig": "application/trig"}


class Dump(NamedTuple):
    """One file that holds the whole release; `packed` is the media type of its compression, or empty."""

    name: str
    media: str
    packed: str
    size: int
    digest: str


@catalogue.get("/catalog")
def catalog() -> Response:
    """The catalogue of this archive."""
    return describe(
        "catalog.ttl", _wanted(), dumps=dumps(), dataset=_dataset(), publisher=addresses.site() + "/about"
    )


@catalogue.get("/.well-known/void")
def void() -> Response:
    """The description of the data set; answers 200 directly, for monitors do not follow redirects."""
    counted = archive().content(_dataset())
    return describe("void.ttl", _wanted(), counted, dumps=dumps(), dataset=_dataset())


def _wanted() -> str:
    # A browser gets Turtle too: here an answer is worth more than a refusal.
    return accept() if choose(accept(), TRIPLES) else "text/turtle"


def _dataset() -> str:
    return addresses.iri("graph/metadata")


def dumps() -> list[Dump]:
    """The dumps of the current release, with their size and SHA-256."""
    lines = (archive().folder / SUMS).read_text(encoding="utf-8").splitlines()
    sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    return [_dump(name, sums[name]) for name in archive().release.files if _media(name)]


def _media(name: str) -> str:
    return _MEDIA.get(name.removesuffix(".gz").rpartition(".")[2], "")


def _dump(name: str, digest: str) -> Dump:
    packed = "application/gzip" if name.endswith(".gz") else ""
    return Dump(name, _media(name), packed, (archive().folder / name).stat().st_size, digest)


@catalogue.get("/prefixes.json")
def prefixes() -> Response:
    """Prefix and namespace of every vocabulary in use, for editors."""
    response = jsonify(dict(sorted(archive().model.prefixes.items())))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
