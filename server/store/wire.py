"""What crosses the socket between the web process and a worker: frames, and errors as data."""

import inspect
import json
import socket
import struct
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NoReturn

from server import errors
from server.errors import PraleskaError

Reply = tuple[dict[str, Any], bytes]
# A request (header, payload) in, a reply (header, payload) out.
Handler = Callable[[dict[str, Any], bytes], Reply]

_LENGTHS = struct.Struct("!IQ")
# Up to here copying is cheaper than another system call.
_SMALL = 64 * 1024
# So much is read at once; nearly all requests are smaller.
_FIRST = 16 * 1024
_ERRORS: dict[str, type[PraleskaError]] = {
    name: value
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, PraleskaError)
}


class Ready(dict[str, Any]):
    """A header that is sent often: its JSON is made once."""

    def __init__(self, **values: Any) -> None:
        super().__init__(values)
        self.json = json.dumps(values).encode()


def packed(head: bytes, payload: bytes) -> bytes:
    """One frame as bytes; `head` is JSON."""
    return _LENGTHS.pack(len(head), len(payload)) + head + payload


def unpack(data: bytes | bytearray) -> Reply | None:
    """The frame that `data` begins with; None while it is not complete."""
    if len(data) < _LENGTHS.size:
        return None
    head_length, payload_length = _LENGTHS.unpack_from(data)
    start = _LENGTHS.size + head_length
    end = start + payload_length
    if len(data) < end:
        return None
    return _header(bytes(data[_LENGTHS.size : start])), bytes(memoryview(data)[start:end])


def length(data: bytes | bytearray) -> int:
    """Bytes of the frame that `data` begins with, as its own lengths say."""
    head_length, payload_length = _LENGTHS.unpack_from(data)
    return int(_LENGTHS.size + head_length + payload_length)


@lru_cache(maxsize=64)
def _header(head: bytes) -> dict[str, Any]:
    """Most requests and replies have the same few headers; nobody changes them."""
    header: dict[str, Any] = json.loads(head)
    return header


def send(connection: socket.socket, header: dict[str, Any], payload: bytes) -> None:
    """One frame: two lengths, a header in JSON, the payload."""
    head = header.json if isinstance(header, Ready) else json.dumps(header).encode()
    start = _LENGTHS.pack(len(head), len(payload)) + head
    if len(payload) <= _SMALL:
        connection.sendall(start + payload)
    else:
        connection.sendall(start)
        connection.sendall(payload)


def receive(connection: socket.socket) -> Reply | None:
    """The next frame, which nothing follows before it is answered; None when the other side has gone."""
    data = connection.recv(_FIRST)
    while 0 < len(data) < _LENGTHS.size:
        more = connection.recv(_FIRST)
        data = data + more if more else b""
    if not data:
        return None
    wanted = length(data)
    if len(data) < wanted:
        # What was not read is not asked for byte by byte: the rest has its room at once.
        buffer = bytearray(wanted)
        buffer[: len(data)] = data
        if not _fill(connection, memoryview(buffer)[len(data) :]):
            return None
        return unpack(buffer)
    return unpack(data)


def _fill(connection: socket.socket, rest: memoryview) -> bool:
    while rest:
        read = connection.recv_into(rest)
        if not read:
            return False
        rest = rest[read:]
    return True


def pack_error(error: PraleskaError) -> dict[str, Any]:
    """`error` as a header."""
    parameters = inspect.signature(type(error)).parameters
    return {"error": type(error).__name__, "args": {name: getattr(error, name) for name in parameters}}


def raise_error(header: dict[str, Any]) -> NoReturn:
    """Raises the error that `pack_error` made into a header."""
    raise _ERRORS[header["error"]](**header["args"])
