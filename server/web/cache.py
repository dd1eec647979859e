"""Answers that are kept to be given again, the least used going first, within a number of bytes."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")
# What an entry needs beside its bytes, about.
_OVERHEAD = 600


class Cache(Generic[Value]):
    """For one thread. The key holds all that the value depends on, so nothing in here grows old."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._entries: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        """What is kept for `key`."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: Hashable, value: Value, size: int) -> None:
        """Keeps `value`, unless it would push out more than a quarter of all."""
        size += _OVERHEAD
        if size > self.most_bytes // 4 or key in self._entries:
            return
        self._entries[key] = (value, size)
        self.bytes += size
        while self.bytes > self.most_bytes:
            _, (_, freed) = self._entries.popitem(last=False)
            self.bytes -= freed

    def clear(self) -> None:
        """Forgets everything."""
        self._entries.clear()
        self.bytes = 0
