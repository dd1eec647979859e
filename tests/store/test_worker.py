"""What a worker cannot do, whatever native code tries in it: open a socket or a file, call another server."""

import os
import pwd
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from server.store.lane import Lane
from server.store.pool import Pool

PoolOf = Callable[..., tuple[Pool, Lane]]
ACTIONS = "handlers:acting_handler"


def act(lane: Lane, action: str, payload: bytes = b"") -> dict[str, object]:
    return lane.call({"do": action}, payload, 5.0)[0]


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[str]]]:
    """A web server that notes who calls."""
    calls: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_error(404)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Noting) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", calls
        server.shutdown()
        thread.join()


def check_that_a_worker_is_shut_in(lane: Lane, address: str) -> None:
    assert act(lane, "open socket") == {}
    assert act(lane, "open file") == {"errno": 24}
    assert act(lane, "service", address.encode()) == {"failed": "OSError"}


def test_a_worker_reaches_no_network_and_no_file(pool_of: PoolOf, listener: tuple[str, list[str]]) -> None:
    address, calls = listener
    _, lane = pool_of(ACTIONS)
    check_that_a_worker_is_shut_in(lane, address)
    assert calls == []


@pytest.mark.skipif(
    os.getuid() != 0, reason="the test above ran as an ordinary user; only root can become one"
)
def test_a_worker_of_an_ordinary_user_is_shut_in_too(
    pool_of: PoolOf, folder: Path, listener: tuple[str, list[str]]
) -> None:
    address, calls = listener
    folder.chmod(0o777)
    _, lane = pool_of("handlers:ordinary_handler")
    assert act(lane, "process")["user"] == pwd.getpwnam("nobody").pw_uid
    assert act(lane, "raise limit") == {}
    check_that_a_worker_is_shut_in(lane, address)
    assert calls == []
