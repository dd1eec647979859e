"""What the running application works with."""

from typing import cast

from flask import current_app

from server.archive.archive import Archive
from server.config import Settings
from server.store.answers import Store


def archive() -> Archive:
    """The archive that is published."""
    return cast(Archive, current_app.extensions["archive"])


def store() -> Store:
    """The store that answers readers' queries."""
    return cast(Store, current_app.extensions["store"])


def settings() -> Settings:
    """The settings of this installation."""
    return cast(Settings, current_app.extensions["settings"])
