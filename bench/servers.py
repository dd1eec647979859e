"""The servers of the benches: each is started on a free port of loopback, and ended with its context."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from measuring import ROOT, family

BIN = Path(sys.executable).parent
_PATIENCE = 240.0
_VIRTUOSO = """\
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
DirsAllowed = {folder}
NumberOfBuffers = 85000
MaxDirtyBuffers = 65000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 20
[SPARQL]
ResultSetMaxRows = 100000
"""
_RDFLIB = """\
import sys
import uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
data = Dataset(default_union=False)
data.parse(sys.argv[1], format="nquads")
uvicorn.run(SparqlEndpoint(graph=data, path="/sparql"), port=int(sys.argv[2]), log_level="error")
"""


class Server(NamedTuple):
    """A server that runs."""

    name: str
    port: int
    path: str
    process: int

    def memory(self) -> float:
        """MiB of PSS of the server and all below it: what they share is counted once."""
        return sum(map(_pss, family(self.process))) / 1024


def _pss(process: int) -> int:
    with suppress(OSError):
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
        if found := re.search(r"(?m)^Pss:\s+(\d+)", text):
            return int(found[1])
    return 0


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(
    name: str, command: list[str | Path], port: int, path: str, cwd: Path | None = None, **settings: str
) -> Iterator[Server]:
    """Waits until somebody listens."""
    process = subprocess.Popen(
        command, cwd=cwd, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(name, port, process)
        yield Server(name, port, path, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(name: str, port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()
            return
        time.sleep(0.1)
    raise SystemExit(f"{name} does not start.")


@contextmanager
def praleska(name: str, instance: Path, cache_mebibytes: int) -> Iterator[Server]:
    """This service."""
    port = free_port()
    command = [sys.executable, "-m", "server", "--instance", instance, "serve", "--port", str(port)]
    settings = {"PRALESKA_CACHE_SIZE": str(cache_mebibytes), "PYTHONPATH": str(ROOT)}
    with started(name, command, port, "/sparql", **settings) as server:
        yield server


@contextmanager
def oxigraph(nquads: Path, folder: Path | None = None) -> Iterator[Server]:
    """`oxigraph serve`, in memory, or on disk in a new folder."""
    port = free_port()
    where = ["--location", folder] if folder else []
    command = [BIN / "oxigraph", "serve", *where, "--bind", f"127.0.0.1:{port}"]
    with started(f"`oxigraph serve`, {'disk' if folder else 'memory'}", command, port, "/query") as server:
        upload = urllib.request.Request(
            f"http://127.0.0.1:{port}/store?no_transaction",
            nquads.read_bytes(),
            {"Content-Type": "application/n-quads"},
        )
        urllib.request.urlopen(upload, timeout=_PATIENCE).close()
        yield server


@contextmanager
def virtuoso(nquads: Path, folder: Path) -> Iterator[Server | None]:
    """Virtuoso; None where it is not installed (Debian: virtuoso-opensource)."""
    program, shell = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if not program or not shell:
        yield None
        return
    folder.mkdir()
    port, sql = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_VIRTUOSO.format(http=port, sql=sql, folder=folder))
    # What is in the default graph goes into a graph that no query names.
    shutil.copy(nquads, folder / "data.nq")
    command = [program, "+foreground", "+configfile", "virtuoso.ini"]
    with started("Virtuoso 7", command, port, "/sparql", folder) as server:
        for text in (f"ld_dir('{folder}', 'data.nq', 'urn:none');", "rdf_loader_run();", "checkpoint;"):
            command = [shell, f"127.0.0.1:{sql}", "dba", "dba", f"exec={text}"]
            subprocess.run(command, check=True, capture_output=True)
        yield server


@contextmanager
def rdflib_endpoint(nquads: Path, folder: Path, quads: int) -> Iterator[Server | None]:
    """rdflib-endpoint in an environment of its own, with the first of the statements; None: not to be had."""
    folder.mkdir()
    with nquads.open("rb") as lines, (folder / "part.nq").open("wb") as target:
        target.writelines(line for _, line in zip(range(quads), lines, strict=False))
    (folder / "serve.py").write_text(_RDFLIB)
    own = folder / "env"
    try:
        subprocess.run([sys.executable, "-m", "venv", own], check=True, capture_output=True)
        wanted = [own / "bin" / "pip", "install", "--quiet", "rdflib-endpoint", "uvicorn"]
        subprocess.run(wanted, check=True, capture_output=True)
    except subprocess.CalledProcessError:
        yield None
        return
    port = free_port()
    command = [own / "bin" / "python", "serve.py", "part.nq", str(port)]
    with started("rdflib-endpoint", command, port, "/sparql", folder) as server:
        yield server
