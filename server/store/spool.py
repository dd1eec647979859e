"""Takes an answer as the engine writes it: within its limits, packed when it is large, whole when it ends.

An answer is sent only when it is known how it ends: so a cut is announced before the first byte in every
format, a query that is stopped gets an error and not half a document, and a slow reader holds no worker.
"""

import zlib
from dataclasses import dataclass

from server.errors import QueryStopped
from server.store.cuts import Cutter

# An answer is looked at, and packed, in pieces of this size.
_PIECE = 256 * 1024
# From here on an answer is packed: to a tenth, at some 100 MB a second.
_LARGE = 1024 * 1024
# Packed bytes that one answer may have.
_MOST_PACKED = 48 * 1024 * 1024
_GZIP = 31
_TOO_LARGE = "The answer is larger than {} bytes; add a LIMIT."


@dataclass(frozen=True)
class Limits:
    """How large an answer may become, and what then: it is cut, or there is none."""

    rows: int
    size: int
    may_cut: bool = True
    may_pack: bool = True


# What the pages ask for is needed whole, and is held in memory in plain bytes.
WHOLE = Limits(rows=10**9, size=64 * 1024 * 1024, may_cut=False, may_pack=False)


class FullError(Exception):
    """Ends the engine's work: nothing more is wanted."""


class Spool:
    """A file for the engine to write to; `finish` gives what it holds."""

    # Most answers are small: they need none of these.
    _cutter: Cutter | None = None
    _packer: "zlib._Compress | None" = None
    _size = 0

    def __init__(self, media_type: str, limits: Limits) -> None:
        self._limits = limits
        self._media_type = media_type
        self._pending = bytearray()
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Raises FullError at a limit, QueryStopped when the answer may not be cut."""
        self._pending += data
        if len(self._pending) >= _PIECE:
            self._settle()
        return len(data)

    def flush(self) -> None:
        """Part of what a file is; there is nothing to do."""

    def finish(self) -> None:
        """To be called when the engine has written everything."""
        # A row has a byte at least: most answers are too small to be cut.
        if self._size + len(self._pending) > min(self._limits.rows, self._limits.size):
            self._settle()
        self._keep(bytes(self._pending))

    def cut(self) -> None:
        """To be called after FullError: closes the document."""
        assert self._cutter is not None
        self._keep(self._cutter.ending())

    @property
    def reached(self) -> str:
        """The limit at which the answer was cut: "rows", "bytes" or nothing."""
        return self._cutter.reached if self._cutter else ""

    @property
    def packed(self) -> bool:
        """Whether `body` is gzip."""
        return self._packer is not None

    def body(self) -> bytes:
        """The document; to be called once, at the end."""
        if self._packer:
            self._parts.append(self._packer.flush())
        return b"".join(self._parts) if len(self._parts) > 1 else self._parts[0]

    def _settle(self) -> None:
        if self._cutter is None:
            self._cutter = Cutter(self._media_type, self._limits.rows, self._limits.size)
        end = self._cutter.fitting(self._pending)
        if self._cutter.reached and (not self._limits.may_cut or not self._size + end):
            raise QueryStopped(_TOO_LARGE.format(self._limits.size))
        if end:
            self._keep(bytes(self._pending[:end]))
            del self._pending[:end]
        if self._packer and sum(map(len, self._parts)) > _MOST_PACKED:
            self._cutter.reached = "bytes"
        if self.reached:
            raise FullError

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._packer is None and self._limits.may_pack and self._size > _LARGE:
            self._packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
            data = b"".join((*self._parts, data))
            self._parts = []
        self._parts.append(self._packer.compress(data) if self._packer else data)
