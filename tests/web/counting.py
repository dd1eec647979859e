"""A store that counts what it is asked."""

from typing import Any


class Counting:
    """A store that counts the questions."""

    def __init__(self, store: Any) -> None:
        self._store, self.count = store, 0

    def query(self, *arguments: Any, **more: Any) -> Any:
        self.count += 1
        return self._store.query(*arguments, **more)
