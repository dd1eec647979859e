"""Reads the bodies of requests: with a deadline, within a size, and before anybody starts to work on them."""

import asyncio
from typing import Any

from werkzeug.exceptions import RequestTimeout, ServiceUnavailable

from server.errors import TooLarge

# The largest upload to the checker, and what a form may add to it.
MOST_UPLOADED = 4 * 1024 * 1024
MOST_SENT = MOST_UPLOADED + 65_536
# Bytes of bodies that may be under way at one time.
_MOST_AT_ONCE = 128 * 1024 * 1024
_SLOW = "The body of the request did not arrive within {:g} seconds."
_BUSY = "Too many bodies are under way; try again in a moment."


class Intake:
    """What the clients of one server send; each body may take `seconds` and have `most_bytes`."""

    def __init__(self, seconds: float, most_bytes: int) -> None:
        self._seconds = seconds
        self.most_bytes = most_bytes
        self._under_way = 0

    async def read(self, body: Any) -> bytes:
        """The body, from its chunks. Raises RequestTimeout, TooLarge or ServiceUnavailable."""
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._seconds):
                async for part in body:
                    size += len(part)
                    self._under_way += len(part)
                    self._check(size)
                    parts.append(bytes(part))
        except TimeoutError as error:
            raise RequestTimeout(_SLOW.format(self._seconds)) from error
        finally:
            self._under_way -= size
        return b"".join(parts)

    def _check(self, size: int) -> None:
        if size > self.most_bytes:
            raise TooLarge(self.most_bytes)
        if self._under_way > _MOST_AT_ONCE:
            raise ServiceUnavailable(_BUSY)
