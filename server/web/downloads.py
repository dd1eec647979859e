"""What harvesters and monitors ask for: dumps of the current release, robots.txt, health."""

from flask import Blueprint, Response, jsonify, send_file

from server.archive.releases import SUMS
from server.errors import NotFound, StoreUnavailable
from server.store.answers import Formats
from server.web.current import archive

downloads = Blueprint("downloads", __name__)
_TYPES = {
    ".nq": "application/n-quads",
    ".trig": "application/trig",
    ".ttl": "text/turtle",
    ".rq": "application/sparql-query",
    ".gz": "application/gzip",
    ".json": "application/json",
}
# What a reader needs to check a download.
_LISTS = (SUMS, "manifest.json")
_ROBOTS = "User-agent: *\nDisallow: /sparql\nDisallow: /validate\n"


@downloads.get("/dumps/<path:name>")
def dump(name: str) -> Response:
    """A file of the current release."""
    if name not in (*archive().release.files, *_LISTS):
        raise NotFound("There is no such file in this release.")
    path = archive().folder / name
    response = send_file(path, mimetype=_TYPES.get(path.suffix, "text/plain"), as_attachment=True)
    response.headers["Cache-Control"] = "public, no-cache"
    return response


@downloads.get("/robots.txt")
def robots() -> Response:
    """Pages may be indexed; questions and checks cost too much to be crawled."""
    return Response(_ROBOTS, content_type="text/plain; charset=utf-8")


@downloads.get("/health")
def health() -> Response:
    """Says that the store answers, and which release it holds."""
    results = "application/sparql-results+json"
    # Not the store of readers' queries: that has others waiting, and is well all the same.
    answer = archive().store.query("ASK {}", Formats(results, results, None))
    if answer.kind != "boolean":
        raise StoreUnavailable("The store gives wrong answers.")
    return jsonify(status="ok", release=archive().release.id)
