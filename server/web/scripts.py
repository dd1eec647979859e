"""The SPARQL editor of the query page, where it was built; without it the page has a plain text field."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, Response, current_app, jsonify, request

from server.archive.completions import completions as found
from server.web import statics
from server.web.current import archive

_FILES = ("yasqe.min.js", "start.js", "yasqe.min.css", "editor.css")

scripts = Blueprint("scripts", __name__)


class Files(NamedTuple):
    """The addresses of the editor's files."""

    scripts: tuple[str, ...]
    styles: tuple[str, ...]


def files() -> Files | None:
    """The addresses of the editor; None when it was not built."""
    if not _is_built(Path(str(current_app.static_folder)) / "editor"):
        return None
    addresses = tuple(statics.address(f"editor/{name}") for name in _FILES)
    return Files(addresses[:2], addresses[2:])


@cache
def _is_built(folder: Path) -> bool:
    return all((folder / name).is_file() for name in _FILES)


@scripts.get("/completions.json")
def completions() -> Response:
    """The classes and properties in use, for editors that complete what is typed."""
    response = jsonify(found(archive().model))
    response.set_etag(f"{archive().release.id}-completions")
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.make_conditional(request)
    return response
