"""Sends long bodies at the reader's pace: no more than a pipe's content waits for a slow one.

The server has a stream that takes everything at once and keeps it until it is read. But a file it reads piece
by piece, as the reader takes them; so it gets the end of a pipe as if it were a file.
"""

import asyncio
import os
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

Headers = list[tuple[str, str]]
_GZIP = 31
_PIECE = 64 * 1024
# A reader that takes nothing for so many seconds has gone.
PATIENCE = 30.0


def unpacked(body: bytes) -> Iterator[bytes]:
    """The content of gzip bytes, in pieces of some 64 KiB."""
    unpacker = zlib.decompressobj(_GZIP)
    rest = body
    while rest:
        yield unpacker.decompress(rest, _PIECE)
        rest = unpacker.unconsumed_tail
    yield unpacker.flush()


async def pour(exchange: Any, status: int, headers: Headers, pieces: Iterable[bytes]) -> bool:
    """Sends `pieces`; says whether all of them went.

    The headers tell their length, which is more than a pipe holds: by it a reader sees when some are missing,
    and when all are written, the server must have opened its end.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    pipe = _Pipe(reading, writing)
    try:
        exchange.response_file(status, headers, f"/dev/fd/{reading}")
        for piece in pieces:
            await pipe.write(piece)
    except (BrokenPipeError, TimeoutError):
        return False  # the reader has gone, or is too slow
    finally:
        pipe.close()
    return True


class _Pipe:
    def __init__(self, reading: int, writing: int) -> None:
        self._reading: int | None = reading
        self._writing = writing

    async def write(self, piece: bytes) -> None:
        rest = memoryview(piece)
        while rest:
            try:
                rest = rest[os.write(self._writing, rest) :]
            except BlockingIOError:
                await self._writable()
                # Somebody took a piece: the server has opened its own end.
                self._release()

    def close(self) -> None:
        os.close(self._writing)
        self._release()

    def _release(self) -> None:
        if self._reading is not None:
            os.close(self._reading)
            self._reading = None

    async def _writable(self) -> None:
        loop = asyncio.get_running_loop()
        ready = loop.create_future()
        loop.add_writer(self._writing, _settle, ready)
        try:
            async with asyncio.timeout(PATIENCE):
                await ready
        finally:
            loop.remove_writer(self._writing)


def _settle(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)
