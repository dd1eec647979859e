"""Hands a request of the asynchronous server to the Flask application in a thread, and its answer back."""

import asyncio
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, NamedTuple, TypeVar

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Result = TypeVar("Result")
_JOINED = 1024 * 1024


class Given(NamedTuple):
    """An answer of the application; `pieces` have to be closed by whoever sends them."""

    status: int
    headers: list[tuple[str, str]]
    pieces: Any

    @property
    def length(self) -> int | None:
        """Bytes of the body, as far as the headers tell."""
        found = next((value for name, value in self.headers if name.lower() == "content-length"), None)
        return int(found) if found else None

    @property
    def is_long(self) -> bool:
        """Whether the body is better sent in pieces."""
        return (self.length or 0) > _JOINED

    def body(self) -> bytes:
        """The whole body."""
        try:
            return b"".join(self.pieces)
        finally:
            self.close()

    def close(self) -> None:
        """Gives back what the body holds, such as a file."""
        if hasattr(self.pieces, "close"):
            self.pieces.close()


class Bridge:
    """Some threads in which the application runs."""

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, "page")

    async def call(
        self, application: Application, environ: dict[str, Any], then: Callable[[Given], Result]
    ) -> Result:
        """What `then` makes, in the same thread, of what `application` answers."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _call, application, environ, then)

    def close(self) -> None:
        """Waits for nothing."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _call(application: Application, environ: dict[str, Any], then: Callable[[Given], Result]) -> Result:
    begun: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
        begun.update(status=int(status[:3]), headers=headers)

    pieces = application(environ, start)
    found = Given(begun["status"], begun["headers"], pieces)
    return then(found if found.is_long else found._replace(pieces=[found.body()]))


def environment(scope: Any, body: bytes) -> dict[str, Any]:
    """The request as WSGI has it, without the address of the reader, which nobody needs."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        _put(environ, name.upper().replace("-", "_"), value)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return environ


def _put(environ: dict[str, Any], name: str, value: str) -> None:
    if name == "CONTENT_LENGTH":
        return
    key = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
    environ[key] = f"{environ[key]},{value}" if key in environ else value
