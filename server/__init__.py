"""Praleska: a linked open data publishing service; `create_app` puts its parts together."""

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from server.config import Settings

if TYPE_CHECKING:
    from flask import Flask

    from server.archive.archive import Archive
    from server.store.answers import Store

_MIB = 1024 * 1024
_WEB = Path(__file__).parent / "web"


def create_app(
    settings: Settings | None = None, archive: "Archive | None" = None, store: "Store | None" = None
) -> "Flask":
    """The application for one release. `store` answers readers' queries; without it the archive's does."""
    # Query workers import this package too: Flask is loaded only where pages are made.
    from flask import Flask

    from server.web.submissions import Request

    settings = settings or Settings.load()
    archive = archive or _open(settings)
    app = Flask("server.web", root_path=str(_WEB))
    app.request_class = Request
    app.extensions |= {"settings": settings, "archive": archive, "store": store or archive.store}
    app.extensions["stamp"] = _stamp()
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.upload_size * _MIB + 65_536
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"]
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600
    _register(app)
    return app


def _open(settings: Settings) -> "Archive":
    from server.archive.archive import Archive

    return Archive.open(settings)


def _register(app: "Flask") -> None:
    from server.web import (
        audits,
        catalogue,
        downloads,
        graphs,
        headers,
        pages,
        problems,
        search,
        sparql,
        submissions,
        withdrawals,
    )

    for blueprint in (
        pages.pages,
        sparql.sparql,
        submissions.submissions,
        downloads.downloads,
        catalogue.catalogue,
        graphs.graphs,
        search.search,
        withdrawals.withdrawals,
        audits.audits,
    ):
        app.register_blueprint(blueprint)
    pages.register(app)
    headers.register(app)
    problems.register(app)
    withdrawals.register(app)


def _stamp() -> str:
    """Changes with the look and the words of the pages; part of their ETag."""
    files = sorted(path for path in _WEB.rglob("*") if path.suffix in (".html", ".toml", ".css", ".py"))
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:8]
