"""Runs the public conformance suites in a folder against services that it starts and stops itself.

usage: python -m tests.conformance SUITES [NAME…]
Each runner ends with a line `N of M`. The last line says whether every suite has passed whole, and names the
known failures of the engine, which were left out; the exit code is 0 when nothing else has failed.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import rdflib

from server.archive.compiling import build
from server.config import Settings
from tests.conformance.workshop import DOOR
from tests.conftest import ROOT, silent
from tests.servers import START, free_port, praleska

HERE = Path(__file__).parent
# Failures of the engine itself, that come with the suites.
KNOWN = "oxigraph-*-known-w3c-failures.txt"
W3C = "query results-json results-csv-tsv"
COMUNICA = ROOT / "tests" / "readers" / "node_modules" / ".bin" / "comunica-sparql"
_RESULT = re.compile(r"^(\d+) of (\d+)$")
_TEST = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")


class Result(NamedTuple):
    """How much of a suite has passed; `said` is what its runner printed."""

    passed: int
    of: int
    said: str

    @property
    def is_whole(self) -> bool:
        return self.passed == self.of > 0


def result(said: str) -> Result:
    """What the last line of a runner says; a runner that says nothing has failed."""
    found = _RESULT.match((said.strip().splitlines() or [""])[-1])
    return Result(int(found[1]), int(found[2]), said) if found else Result(0, 1, said)


def known_list(suites: Path) -> Path:
    """The newest list of failures of the engine."""
    return max(suites.glob(KNOWN))


def known(suites: Path) -> list[str]:
    """The tests that the engine itself is known to fail, by name."""
    lines = known_list(suites).read_text("utf-8").splitlines()
    return [line.replace("/manifest#", "/") for line in lines if line and not line.startswith("#")]


class Bench:
    """The suites, and the services that they are run against."""

    def __init__(self, suites: Path, folder: Path) -> None:
        self._suites = suites
        self._folder = folder
        self._port = free_port()
        # So that the names of things lead to the service under test.
        base = f"http://127.0.0.1:{self._port}/"
        self._settings = Settings(source=ROOT, instance=folder / "instance", base=base)
        build(ROOT, self._settings.instance, base, silent)

    def _run(self, *command: object, **environment: str) -> Result:
        done = subprocess.run(
            list(map(str, command)),
            cwd=self._suites,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            timeout=1800,
        )
        return result(done.stdout if _RESULT.search(done.stdout.strip()[-20:]) else done.stdout + done.stderr)

    def _python(self, runner: str, *arguments: object) -> Result:
        return self._run(sys.executable, "-W", "ignore", self._suites / runner, *arguments)

    @contextlib.contextmanager
    def _public(self, name: str, instance: Path) -> Iterator[str]:
        base = self._settings.base
        with praleska(instance, self._folder / name, port=self._port, PRALESKA_BASE=base) as site:
            yield site.url

    @contextlib.contextmanager
    def _workshop(self) -> Iterator[str]:
        address = f"http://127.0.0.1:{free_port()}"
        command = [sys.executable, "-m", "tests.conformance.workshop", str(self._settings.instance)]
        environment = os.environ | {"PRALESKA_BASE": self._settings.base}
        command.append(address.rpartition(":")[2])
        # Its log of requests is of no interest.
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
            try:
                _await(f"{address}/robots.txt", process)
                yield address
            finally:
                process.terminate()

    def protocol(self) -> Result:
        """SPARQL 1.1 Protocol: the release also holds the graphs that the tests name."""
        with self._public("protocol", self._with_graphs()) as url:
            tests = ("--tests", self._suites / "rdf-tests/sparql/sparql11")
            return self._python("sparql_protocol.py", url, *tests, "--suite", "query-only", "--setup", "none")

    def _with_graphs(self) -> Path:
        """A copy of the installation whose release holds the data of the protocol tests too."""
        copy = self._folder / "with-graphs"
        shutil.copytree(self._settings.instance, copy, symlinks=True)
        manifest = self._suites / "rdf-tests/sparql/sparql11/protocol/manifest.ttl"
        tests = rdflib.Graph().parse(manifest)
        data = rdflib.Dataset()
        for entry in tests.objects(None, _TEST.graphData):
            name = rdflib.URIRef(str(tests.value(entry, rdflib.RDFS.label)))
            data.graph(name).parse(str(tests.value(entry, _TEST.graph)), format="nt")
        with (copy / "current" / "praleska.nq").open("ab") as dump:
            dump.write(data.serialize(format="nquads", encoding="utf-8"))
        return copy

    def description(self) -> Result:
        """SPARQL 1.1 Service Description."""
        with self._public("description", self._settings.instance) as url:
            return self._python("sparql_protocol.py", url, "--suite", "sd")

    def clients(self) -> Result:
        """SPARQLWrapper, rdflib, pyoxigraph, and Comunica where it is installed."""
        with self._public("clients", self._settings.instance) as url:
            comunica = ("--comunica", COMUNICA) if COMUNICA.exists() else ()
            return self._python("sparql_clients.py", url, *comunica)

    def catalogue(self) -> Result:
        """DCAT-AP 3 and VoID."""
        with self._public("catalogue", self._settings.instance) as url:
            shapes = self._suites / "dcat-ap/releases/3.0.0/html/shacl"
            return self._python("dcat_check.py", url, "--path", "/catalog", "--shapes", shapes)

    def w3c(self) -> Result:
        """The query and result-format suites of the W3C, on a throw-away service."""
        modules = HERE / "node_modules"
        if not modules.is_dir():
            return Result(0, 1, "rdf-test-suite is not installed: npm is needed")
        # The runner puts a file beside its modules.
        place = self._folder / "rts"
        place.mkdir()
        (place / "node_modules").symlink_to(modules)
        tests = {
            "RDF_TESTS": str(self._suites / "rdf-tests"),
            "RTS": str(place),
            "KNOWN": str(known_list(self._suites)),
        }
        with self._workshop() as url:
            return self._run("bash", "w3c_sparql_suite.sh", url, "/sparql", DOOR, "/store", W3C, **tests)


def _await(url: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


SUITES: dict[str, Callable[[Bench], Result]] = {
    "protocol": Bench.protocol,
    "description": Bench.description,
    "clients": Bench.clients,
    "catalogue": Bench.catalogue,
    "w3c": Bench.w3c,
}


def summary(found: dict[str, Result], left_out: list[str]) -> str:
    """The last line: what has passed, what has not, and what was left out."""
    passed, of = sum(each.passed for each in found.values()), sum(each.of for each in found.values())
    failed = ", ".join(name for name, each in found.items() if not each.is_whole)
    head = f"Not all passed ({failed})" if failed else "All passed"
    names = f"; {len(left_out)} known failures of the engine left out: {', '.join(left_out)}"
    return f"{head}: {passed} of {of}{names if left_out else ''}."


def main(suites: Path, names: list[str]) -> int:
    """Runs the suites of these names, or all, and prints what does not pass."""
    results: dict[str, Result] = {}
    with tempfile.TemporaryDirectory(prefix="praleska-conformance-") as folder:
        bench = Bench(suites, Path(folder))
        for name in names or SUITES:
            found = results[name] = SUITES[name](bench)
            if not found.is_whole:
                print(found.said.rstrip())
            print(f"{name}: {found.passed} of {found.of}", flush=True)
    print(summary(results, known(suites) if "w3c" in results else []))
    return 0 if all(found.is_whole for found in results.values()) else 1


if __name__ == "__main__":
    if len(sys.argv) < 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("usage: make conformance SUITES=<folder with the public suites>")
    sys.exit(main(Path(sys.argv[1]).resolve(), sys.argv[2:]))
