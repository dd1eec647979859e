"""One release as it is served: its application, its queries, and who is still at it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from server.store.answers import Queries, Store
from server.web.bridge import Application


@dataclass(frozen=True)
class Parts:
    """What a site is made of."""

    release: str
    created: str
    application: Application
    queries: Queries
    # The store as one client sees it, for the threads of the application.
    store_of: Callable[[Queries, bytes], Store]
    # How busy the workers are.
    numbers: Callable[[], dict[str, float]]
    # To be called when nobody is left.
    close: Callable[[], None]


class Site:
    """Requests that began on a site end on it, also when another one has taken its place."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._users = 0
        self._is_retired = False

    def __enter__(self) -> Parts:
        self._users += 1
        return self.parts

    def __exit__(self, *_: object) -> None:
        self._users -= 1
        self._end()

    def retire(self) -> None:
        """No request comes any more."""
        self._is_retired = True
        self._end()

    def _end(self) -> None:
        if self._is_retired and not self._users:
            self._is_retired = False
            self.parts.close()

    def numbers(self) -> dict[str, float]:
        """What the metrics say of this site now."""
        created = datetime.fromisoformat(self.parts.created)
        if created.tzinfo is None:
            created = created.replace(tzinfo=UTC)
        age = (datetime.now(UTC) - created).total_seconds()
        return {"release_age_seconds": age, **self.parts.numbers()}
