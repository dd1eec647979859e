"""Fixtures: one small dataset in N-Quads, and real services that hold it. Pools and servers live for a whole
session because their start is slow; a test that kills workers takes a pool of its own from `pool_of`."""

import contextlib
import itertools
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.store.lane import Lane, LaneSpec
from server.store.pool import Pool

MIB = 1024 * 1024
HERE = Path(__file__).parent

NQUADS = """\
<https://example.org/person> <http://www.w3.org/2000/01/rdf-schema#label> "Пэрсона Прыклад"@be .
<https://example.org/person> <http://www.w3.org/2000/01/rdf-schema#label> "Example Person"@en .
<https://example.org/person> <https://example.org/knows> <https://example.org/other> .
<https://example.org/other> <http://www.w3.org/2000/01/rdf-schema#label> "a \\"quoted\\" 🌱, line\\nbreak" .
<https://example.org/person> <https://example.org/year> "2020"^^<http://www.w3.org/2001/XMLSchema#integer> <https://example.org/g1> .
<https://example.org/person> <https://example.org/year> "2021"^^<http://www.w3.org/2001/XMLSchema#integer> <https://example.org/g2> .
""".encode()  # noqa: E501


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    # Not tmp_path: the path of a Unix socket may have about 100 bytes.
    path = Path(tempfile.mkdtemp(prefix="praleska-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def nquads_file(folder: Path) -> Path:
    path = folder / "data.nq"
    path.write_bytes(NQUADS)
    return path


@pytest.fixture(scope="session")
def nquads() -> bytes:
    return NQUADS


@pytest.fixture(scope="session")
def lane_of(folder: Path) -> Callable[..., LaneSpec]:
    """A function that makes the description of a lane with its own socket."""
    numbers = itertools.count()

    def spec(workers: int = 1, seconds: float = 5.0, memory: int = 512, nice: int = 0) -> LaneSpec:
        return LaneSpec(str(folder / f"lane-{next(numbers)}"), workers, seconds, memory * MIB, nice)

    return spec


@pytest.fixture
def pool_of(
    lane_of: Callable[..., LaneSpec], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., tuple[Pool, Lane]]]:
    """A function that starts a pool of one lane with a handler of `handlers.py`, or of `server`."""
    monkeypatch.syspath_prepend(str(HERE))
    with contextlib.ExitStack() as stack:

        def start(handler: str, *arguments: Any, **limits: Any) -> tuple[Pool, Lane]:
            spec = lane_of(**limits)
            pool = stack.enter_context(Pool(handler, arguments, [spec]))
            lane = Lane(spec)
            stack.callback(lane.close)
            return pool, lane

        yield start


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def oxigraph_server() -> Iterator[str]:
    """Address of a real SPARQL server that holds the dataset."""
    program = Path(sys.executable).with_name("oxigraph")
    if not program.exists():
        pytest.skip("the package `oxigraph` (extra `dev`) is not installed")
    address = f"127.0.0.1:{free_port()}"
    command = [str(program), "serve", "--bind", address]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _load(f"http://{address}/store")
            yield f"http://{address}/query"
        finally:
            process.terminate()


def _load(url: str) -> None:
    request = urllib.request.Request(url, NQUADS, {"Content-Type": "application/n-quads"})
    for _ in range(100):
        try:
            urllib.request.urlopen(request, timeout=5).close()
        except urllib.error.URLError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("oxigraph serve does not start")
