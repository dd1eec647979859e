"""Fixtures for all tests.

Three worlds, smallest first:
- `tiny` (tests/archive): an invented ontology of two classes, the proof that Python knows no real term;
- `world`: the real model with the invented people of tests/shapes/context.trig, built once a session;
- `real`: the sources in data/ themselves, built once a session, for the competency questions.

Each is a release in a temporary instance folder; nothing is mocked. Servers are started by the tests that
need them, on free loopback ports, and stopped again.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.archive.archive import Archive
from server.archive.compiling import build
from server.config import Settings
from tests.servers import CHROMIUM, QUIET, Site, praleska

ROOT = Path(__file__).resolve().parent.parent


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def built(settings: Settings) -> Settings:
    """Builds the sources of `settings` into its instance folder."""
    build(settings.source, settings.instance, settings.base, silent)
    return settings


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A built instance with the real model and invented people."""
    folder = tmp_path_factory.mktemp("world")
    source = folder / "source"
    for name in ("ontology", "shapes"):
        shutil.copytree(ROOT / name, source / name)
    (source / "data" / "register").mkdir(parents=True)
    (source / "data" / "claims" / "example").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "shapes" / "context.trig", source / "data" / "claims" / "example")
    shutil.copy(ROOT / "data" / "dataset.ttl", source / "data")
    shutil.copytree(ROOT / "data" / "queries", source / "data" / "queries")
    return built(Settings(source=source, instance=folder / "instance"))


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A built instance of the real archive."""
    return built(Settings(source=ROOT, instance=tmp_path_factory.mktemp("real")))


@pytest.fixture(scope="session")
def archive(world: Settings) -> Archive:
    """The archive of the invented world, everything in this process."""
    return Archive.open(world)


@pytest.fixture(scope="module")
def site(real: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The real archive, served."""
    with praleska(real.instance, tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium without a window."""
    if not CHROMIUM:
        pytest.skip("needs Debian's chromium (apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api")
    # One a module: while it runs, no test of the same process can start an event loop of its own.
    with playwright.sync_playwright() as engine:
        chromium = engine.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()
