"""What the running application works with."""

from typing import cast

from flask import current_app, request

from server.archive.archive import Archive
from server.config import Settings
from server.store.answers import Store

# By these names the front passes on, with a request, an error that it met and the store, and gets the route.
ERROR, STORE, ROUTE = "praleska.error", "praleska.store", "praleska.route"


def archive() -> Archive:
    """The archive that is published."""
    return cast(Archive, current_app.extensions["archive"])


def store() -> Store:
    """The store that answers readers' queries; behind the front, as the client of this request sees it."""
    return cast(Store, request.environ.get(STORE) or current_app.extensions["store"])


def settings() -> Settings:
    """The settings of this installation."""
    return cast(Settings, current_app.extensions["settings"])
