"""Files of the pages: one whose address tells its content is fetched once, any other is asked for again."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, current_app, request

_FOREVER = "public, max-age=31536000, immutable"
_AGAIN = "public, no-cache"


def register(app: Flask) -> None:
    """Give the templates the addresses of files, and the files their time to live."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = None
    app.add_template_global(address, "static_file")
    app.after_request(_date)


def address(name: str) -> str:
    """The address of a file, which changes with its content."""
    return f"/static/{name}?{_stamp(_folder() / name)}"


def _date(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        path = _folder() / (request.view_args or {})["filename"]
        # An old page may ask for the old file: what it gets now is not to be kept by that name.
        is_named = request.query_string.decode("latin-1") == _stamp(path)
        response.headers["Cache-Control"] = _FOREVER if is_named else _AGAIN
    return response


def _folder() -> Path:
    return Path(str(current_app.static_folder))


@cache
def _stamp(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:8]
