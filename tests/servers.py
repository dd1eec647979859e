"""Real servers for tests: started on free loopback ports, always stopped again, whatever happens."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

# The browser of the page tests, and what keeps it from calling home.
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)

BIN = Path(sys.executable).parent
START = 60.0
STOP = 15.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def oxigraph(nquads: Path) -> Iterator[str]:
    """The query address of an `oxigraph serve` that holds the file."""
    program = BIN / "oxigraph"
    if not program.exists():
        pytest.skip("the package `oxigraph` (extra `dev`) is not installed")
    address = f"127.0.0.1:{free_port()}"
    command = [program, "serve", "--bind", address]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(f"http://{address}/", process)
            headers = {"Content-Type": "application/n-quads"}
            request = urllib.request.Request(f"http://{address}/store", nquads.read_bytes(), headers)
            urllib.request.urlopen(request, timeout=START).close()
            yield f"http://{address}/query"
        finally:
            process.kill()


# A folder of its own, few buffers, and no port but on loopback.
VIRTUOSO = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
MaxClientConnections = 10
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = {rows}
"""


@contextlib.contextmanager
def virtuoso(folder: Path, rows: int = 2_100_000) -> Iterator[str]:
    """The address of an empty Virtuoso: queries at /sparql; updates too, or at /sparql-auth as dba, dba."""
    program, shell = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if not program or not shell:
        pytest.skip("Virtuoso is not installed (Debian: virtuoso-opensource)")
    http, sql = free_port(), free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(VIRTUOSO.format(http=http, sql=sql, rows=rows))
    command = [program, "+foreground", "+configfile", settings.name]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait(f"http://127.0.0.1:{http}/sparql?query=ASK%7B%7D", process)
            grant = 'exec=GRANT SPARQL_UPDATE TO "SPARQL";'
            subprocess.run([shell, f"127.0.0.1:{sql}", "dba", "dba", grant], check=True, capture_output=True)
            yield f"http://127.0.0.1:{http}"
        finally:
            process.kill()


def _wait(url: str, process: "subprocess.Popen[str] | subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.02)
    raise AssertionError(f"{url} does not answer; exit code {process.poll()}")


def post_form(url: str, **fields: str) -> bytes:
    """What a server answers to a form."""
    with urllib.request.urlopen(url, urlencode(fields).encode(), timeout=START) as response:
        body: bytes = response.read()
        return body


@dataclass(frozen=True)
class Reply:
    """An answer of a server."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Site:
    """A running `praleska serve`."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path
    seconds: float
    sockets: Path

    def ask(
        self, path: str, accept: str = "*/*", method: str = "GET", body: bytes = b"", **headers: str
    ) -> "Reply":
        """One request, redirects not followed; underscores in the names of headers stand for hyphens."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=START)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body or None, {"Accept": accept, **named})
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def query(self, text: str, accept: str = "application/sparql-results+json") -> "Reply":
        """A query by GET."""
        return self.ask("/sparql?" + urlencode({"query": text}), accept)

    def children(self) -> dict[int, str]:
        """All descendants of the server: process id -> command line."""
        return _descendants(self.process.pid)


@contextlib.contextmanager
def praleska(instance: Path, folder: Path, *options: str, port: int = 0, **settings: str) -> Iterator[Site]:
    """`praleska serve` on the release in `instance`; `folder` takes its log and its sockets."""
    port = port or free_port()
    sockets = folder / "tmp"
    sockets.mkdir(parents=True)
    environment = os.environ | settings | {"TMPDIR": str(sockets), "PYTHONUNBUFFERED": "1"}
    command = [BIN / "praleska", "--instance", instance, "serve", "--port", str(port), *options]
    log = folder / "log"
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _wait(f"http://127.0.0.1:{port}/robots.txt", process)
        yield Site(f"http://127.0.0.1:{port}", process, log, time.monotonic() - began, sockets)
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Asks the server to stop, then kills what is left of its own process group."""
    family = _descendants(process.pid)
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP)
    process.kill()
    process.wait()
    for number, command in family.items():
        if _command(number) == command:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


def _descendants(root: int) -> dict[int, str]:
    parents = {number: _parent(number) for number in map(int, filter(str.isdigit, os.listdir("/proc")))}
    found: dict[int, str] = {}
    waiting = [root]
    while waiting:
        above = waiting.pop()
        below = [number for number, parent in parents.items() if parent == above]
        found |= {number: _command(number) for number in below}
        waiting += below
    return found


def _parent(number: int) -> int:
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{number}/stat").read_text()
        return int(text.rpartition(")")[2].split()[1])
    return 0


def _command(number: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def alive(family: dict[int, str]) -> list[int]:
    """Those of the processes that still run (a zombie has no command line)."""
    return [number for number, command in family.items() if command and _command(number) == command]
