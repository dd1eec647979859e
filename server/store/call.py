"""One request to another server, which ends at its deadline in whatever state it is."""

import socket
import time
from contextlib import suppress
from functools import partial
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from threading import Timer
from typing import Any
from urllib.request import HTTPHandler, HTTPSHandler, Request, build_opener


class Call:
    """Closes its connection after `seconds`, whoever waits for it: while it is made, in the head of the
    answer, in its body. A time-out of a socket would begin anew with each byte.
    """

    def __init__(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        self._alarm = Timer(seconds, self._hang_up)
        self._lines: list[socket.socket] = []

    def __enter__(self) -> "Call":
        self._alarm.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._alarm.cancel()
        for line in self._lines:
            line.close()

    @property
    def is_over(self) -> bool:
        """Whether the deadline has come; what was read since may be a part."""
        return time.monotonic() >= self._deadline

    def send(self, request: Request) -> HTTPResponse:
        """The answer, of which the body is still to be read. Raises HTTPError and what sockets raise."""
        opener = build_opener(_Plain(self), _Encrypted(self))
        response: HTTPResponse = opener.open(request, timeout=self._left())
        return response

    def watch(self, line: socket.socket) -> None:
        """Takes a second handle on a connection, which is good whoever closes the first or wraps it."""
        self._lines.append(line.dup())
        if self.is_over:
            self._hang_up()

    def _left(self) -> float:
        # Nothing is waited for without an end: 0 would mean that nothing is waited for at all.
        return max(0.001, self._deadline - time.monotonic())

    def _hang_up(self) -> None:
        for line in self._lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


class _Watched(HTTPConnection):
    call: Call

    def connect(self) -> None:
        super().connect()
        self.call.watch(self.sock)


class _WatchedTLS(HTTPSConnection, _Watched):
    """Its socket is watched before the handshake."""


def _made(kind: type[_Watched], call: Call, host: str, **how: Any) -> HTTPConnection:
    connection = kind(host, **how)
    connection.call = call
    return connection


class _Plain(HTTPHandler):
    def __init__(self, call: Call) -> None:
        super().__init__()
        self._call = call

    def http_open(self, request: Request) -> HTTPResponse:
        return self.do_open(partial(_made, _Watched, self._call), request)


class _Encrypted(HTTPSHandler):
    def __init__(self, call: Call) -> None:
        super().__init__()
        self._call = call

    def https_open(self, request: Request) -> HTTPResponse:
        return self.do_open(partial(_made, _WatchedTLS, self._call), request)
