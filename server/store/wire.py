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
_ERRORS: dict[str, type[PraleskaError]] = {
    name: value
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, PraleskaError)
}


def packed(head: bytes, payload: bytes) -> bytes:
    """One frame as bytes; `head` is JSON."""
    return _LENGTHS.pack(len(head), len(payload)) + head + payload


def unpack(data: bytearray) -> Reply | None:
    """The frame that `data` holds; None while it is not complete."""
    if len(data) < _LENGTHS.size:
        return None
    head_length, payload_length = _LENGTHS.unpack_from(data)
    start = _LENGTHS.size + head_length
    if len(data) < start + payload_length:
        return None
    return _header(bytes(data[_LENGTHS.size : start])), bytes(memoryview(data)[start:])


@lru_cache(maxsize=64)
def _header(head: bytes) -> dict[str, Any]:
    """Most requests and replies have the same few headers; nobody changes them."""
    header: dict[str, Any] = json.loads(head)
    return header


def send(connection: socket.socket, header: dict[str, Any], payload: bytes) -> None:
    """One frame: two lengths, a header in JSON, the payload."""
    head = json.dumps(header).encode()
    start = _LENGTHS.pack(len(head), len(payload)) + head
    if len(payload) <= _SMALL:
        connection.sendall(start + payload)
    else:
        connection.sendall(start)
        connection.sendall(payload)


def receive(connection: socket.socket) -> Reply | None:
    """The next frame; None when the other side has gone."""
    lengths = _receive(connection, _LENGTHS.size)
    if lengths is None:
        return None
    head_length, payload_length = _LENGTHS.unpack(lengths)
    small = payload_length <= _SMALL
    head = _receive(connection, head_length + (payload_length if small else 0))
    payload = b"" if small else _receive(connection, payload_length)
    if head is None or payload is None:
        return None
    return _header(head[:head_length]), head[head_length:] or payload


def _receive(connection: socket.socket, length: int) -> bytes | None:
    data = connection.recv(length) if length else b""
    if len(data) == length:
        return data
    buffer = bytearray(length)
    buffer[: len(data)] = data
    return bytes(buffer) if _fill(connection, memoryview(buffer)[len(data) :]) else None


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
