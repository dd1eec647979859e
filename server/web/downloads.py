"""What harvesters and monitors ask for: dumps of every kept release, robots.txt, health."""

import re
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, send_file
from markupsafe import Markup

from server.archive.packing import SUFFIX
from server.archive.shelf import GZIP, Dump, Kept, shelf
from server.errors import Gone, NotFound, StoreUnavailable
from server.store.answers import Formats
from server.web import addresses
from server.web.current import archive
from server.web.descriptions import TRIPLES, describe
from server.web.islands import island
from server.web.negotiation import HTML, accept, choose, language, negotiate
from server.web.texts import words

downloads = Blueprint("downloads", __name__)
_JSON = "application/json"
_TYPES = {
    ".nq": "application/n-quads",
    ".trig": "application/trig",
    ".ttl": "text/turtle",
    ".rq": "application/sparql-query",
    # The file is the compressed one, as a program saves it: nothing unpacks it on the way.
    ".gz": GZIP,
    ".json": _JSON,
    ".db": "application/vnd.sqlite3",
}
# No longer than a name of a folder can be.
_RELEASE = re.compile(r"(\d{4,20}-[0-9a-z]{1,64})/(.+)")
_ROBOTS = "User-agent: *\nDisallow: /sparql\nDisallow: /validate\nDisallow: /held\nDisallow: /*?on=\n"


@downloads.get("/dumps/")
def overview() -> Response:
    """Every kept release with its files: a page, JSON, or RDF."""
    wanted = choose(accept(), (HTML, _JSON, *TRIPLES))
    if wanted in (HTML, None):
        return _page()
    if wanted == _JSON:
        response = jsonify(site=addresses.site(), releases=[_told(kept) for kept in _kept()])
        return _validated(response)
    return describe("dumps.ttl", negotiate((_JSON, *TRIPLES)), shelf=_kept(), dataset=dataset())


def _kept() -> list[Kept]:
    return shelf(archive().folder.parent)


def dataset() -> str:
    """The name of the data set, of which each release is a version."""
    return addresses.iri("graph/metadata")


def current() -> list[Dump]:
    """The dumps of the release that is served."""
    return Kept(archive().folder).dumps()


def _page() -> Response:
    lang = language()
    slots = {"shelf": _kept(), "data": _schema_org(lang), "address": addresses.site() + "/dumps/"}
    response = Response(render_template("dumps.html", **slots), content_type=f"{HTML}; charset=utf-8")
    response.headers["Content-Language"] = lang
    response.vary.add("Accept-Language")
    return _validated(response)


def _validated(response: Response) -> Response:
    # A release may be retired after another one is served, so the content itself is what counts.
    response.add_etag()
    response.vary.add("Accept")
    response.make_conditional(request)
    return response


def _told(kept: Kept) -> dict[str, Any]:
    release = kept.release
    return {
        "id": release.id,
        "created": release.created,
        "statements": release.quads,
        "lines": release.lines or None,
        "licence": release.licence,
        "retired": release.retired or None,
        "files": [_file(kept, dump) for dump in kept.dumps()],
    }


def _file(kept: Kept, dump: Dump) -> dict[str, Any]:
    return {
        "url": f"{addresses.site()}/dumps/{kept.release.id}/{dump.name}",
        "media_type": dump.media,
        "compression": dump.packed or None,
        "bytes": dump.size,
        "checksum": {"algorithm": "SHA-256", "value": dump.digest},
    }


def _schema_org(lang: str) -> Markup:
    """The data set for search engines, as text that can stand in a page."""
    release, told = archive().release, words(lang)
    node = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": dataset(),
        "name": f"{told['site']['name']}: {told['home']['title']}",
        "description": told["dumps"]["about"],
        "url": f"{addresses.site()}/dumps/",
        "license": release.licence,
        "version": release.id,
        "dateModified": release.created,
        "isAccessibleForFree": True,
        "inLanguage": ["be", "ru", "en"],
        "distribution": [_download(dump) for dump in current()],
    }
    return island(node)


def _download(dump: Dump) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": dump.name,
        "encodingFormat": dump.packed or dump.media,
        "contentUrl": f"{addresses.site()}/dumps/{archive().release.id}/{dump.name}",
        "contentSize": f"{dump.size} B",
        "identifier": f"sha-256:{dump.digest}",
    }


@downloads.get("/dumps/<path:name>")
def dump(name: str) -> Response:
    """A file of a kept release, or of the one that is served. Raises NotFound, or Gone for a retired one."""
    kept, file = _named(name)
    if kept.release.retired:
        told = f"Release {kept.release.id} was retired on {kept.release.retired}"
        raise Gone(f"{told}: something in it was withheld. /dumps/ lists those that are kept.")
    if file not in kept.names:
        raise NotFound("There is no such file in this release; /dumps/ lists what can be downloaded.")
    return _sent(kept, file)


def _named(name: str) -> tuple[Kept, str]:
    match = _RELEASE.fullmatch(name)
    if not match:
        return Kept(archive().folder), name
    path = archive().folder.parent / match[1]
    if not path.is_dir():
        raise NotFound("There is no such release; /dumps/ lists those that are kept.")
    return Kept(path), match[2]


def _sent(kept: Kept, name: str) -> Response:
    packed = _packed(kept, name)
    tag = kept.sums.get(packed or name, kept.release.sha256)[:32] + ("-packed" if packed else "")
    media = _TYPES.get(Path(name).suffix, "text/plain")
    response = send_file(
        kept.path / (packed or name),
        mimetype=media,
        as_attachment=True,
        download_name=Path(name).name,
        etag=tag,
    )
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    if name + SUFFIX in kept.names:
        response.vary.add("Accept-Encoding")
    # Always ask again: a release may be retired, and then no copy of it should be handed on.
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def _packed(kept: Kept, name: str) -> str:
    """The compressed copy of a file, for whoever unpacks on the way and wants it whole; else empty."""
    wanted = request.accept_encodings.quality("gzip") > 0 and "Range" not in request.headers
    return name + SUFFIX if wanted and name + SUFFIX in kept.names else ""


@downloads.get("/robots.txt")
def robots() -> Response:
    """Pages may be indexed; questions and checks cost too much to be crawled."""
    text = f"{_ROBOTS}Sitemap: {addresses.site()}/sitemap.xml\n"
    return Response(text, content_type="text/plain; charset=utf-8")


@downloads.get("/health")
def health() -> Response:
    """Says that the store answers, and which release it holds."""
    results = "application/sparql-results+json"
    # Not the store of readers' queries: that has others waiting, and is well all the same.
    answer = archive().store.query("ASK {}", Formats(results, results, None))
    if answer.kind != "boolean":
        raise StoreUnavailable("The store gives wrong answers.")
    return jsonify(status="ok", release=archive().release.id)
