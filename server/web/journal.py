"""The log: a line of JSON for each request. It names the route and never what is asked or by whom."""

import asyncio
import json
import sys
import time
from functools import lru_cache

_METHODS = frozenset({"GET", "HEAD", "POST", "QUERY", "OPTIONS", "PUT", "DELETE", "PATCH"})
# Lines are written together, so that a request does not wait for the terminal.
_PAUSE = 0.25


class Journal:
    """Writes to standard output, a little later."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def note(self, method: str, route: str, status: int, seconds: float, outcome: str = "") -> None:
        """Remembers one request; to be called in the event loop."""
        if not self._lines:
            asyncio.get_running_loop().call_later(_PAUSE, self.write)
        # A method that nobody knows may hold a reader's words.
        known = method if method in _METHODS else "other"
        more = f', "outcome": "{outcome}"' if outcome else ""
        self._lines.append(
            f'{{"time": "{_moment(int(time.time()))}", "method": "{known}", "route": {_quoted(route)}, '
            f'"status": {status}, "ms": {seconds * 1000:.1f}{more}}}\n'
        )

    def write(self) -> None:
        """Writes what was remembered."""
        lines, self._lines = self._lines, []
        sys.stdout.write("".join(lines))
        sys.stdout.flush()


@lru_cache(maxsize=2)
def _moment(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


@lru_cache(maxsize=256)
def _quoted(route: str) -> str:
    return json.dumps(route)
