"""Praleska: a linked open data publishing service; `create_app` puts its parts together."""

from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from server.config import Settings

if TYPE_CHECKING:
    from flask import Flask

    from server.archive.archive import Archive
    from server.store.answers import Store

_WEB = Path(__file__).parent / "web"
# Modules of server/web with a blueprint of their own name.
_BLUEPRINTS = (
    "pages",
    "documents",
    "held",
    "changes",
    "sitemap",
    "listings",
    "sparql",
    "submissions",
    "downloads",
    "catalogue",
    "graphs",
    "search",
    "withdrawals",
    "audits",
    "scripts",
    "gallery",
    "overviews",
    "examples",
    "openapi",
)


def create_app(
    settings: Settings | None = None, archive: "Archive | None" = None, store: "Store | None" = None
) -> "Flask":
    """The application for one release. `store` answers readers' queries; without it the archive's does."""
    # Query workers import this package too: Flask is loaded only where pages are made.
    from flask import Flask

    from server.web.intake import MOST_SENT
    from server.web.submissions import Request

    settings = settings or Settings.load()
    archive = archive or _open(settings)
    app = Flask("server.web", root_path=str(_WEB))
    app.request_class = Request
    app.extensions |= {"settings": settings, "archive": archive, "store": store or archive.store}
    app.extensions["stamp"] = _stamp()
    app.config |= {"MAX_FORM_MEMORY_SIZE": MOST_SENT, "MAX_CONTENT_LENGTH": MOST_SENT}
    _register(app)
    return app


def _open(settings: Settings) -> "Archive":
    from server.archive.archive import Archive

    return Archive.open(settings)


def _register(app: "Flask") -> None:
    from server.web import headers, pages, problems, statics, withdrawals

    for name in _BLUEPRINTS:
        app.register_blueprint(getattr(import_module(f"server.web.{name}"), name))
    for module in (pages, headers, problems, statics, withdrawals):
        module.register(app)


def _stamp() -> str:
    """Changes with the look and the words of the pages; part of their ETag."""
    kinds = (".html", ".toml", ".css", ".js", ".py")
    found = (path for path in _WEB.rglob("*") if path.suffix in kinds)
    # What npm brought for building the editor is no part of the pages.
    files = sorted(path for path in found if path.is_file() and "node_modules" not in path.parts)
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:8]
