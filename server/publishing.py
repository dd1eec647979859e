"""`praleska publish`: the current release into the store that the settings name."""

from collections.abc import Callable

from server.archive.publishing import Published, Publisher
from server.archive.releases import current, exclusive
from server.config import Settings
from server.errors import BadSource
from server.store.remote import RemoteStore
from server.store.updates import Updates

# Counting a large archive may take a while.
_SECONDS = 300.0
_JOURNAL = "published.jsonl"


def publish(settings: Settings, progress: Callable[[str, int, int], None]) -> tuple[str, Published]:
    """The id of the release, and what was done. Raises PraleskaError."""
    if settings.store == "embedded" or not settings.store_update:
        raise BadSource(
            "Set PRALESKA_STORE and PRALESKA_STORE_UPDATE: the addresses for queries and updates."
        )
    updates = Updates(settings.store_update, settings.store_login)
    store = RemoteStore(settings.store, _SECONDS)
    with exclusive(settings.instance):
        release = current(settings.instance)
        journal = settings.instance / _JOURNAL
        publisher = Publisher(store, updates, settings.base, journal, progress)
        return release.manifest.id, publisher.publish(release)
