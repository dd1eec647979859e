"""The wheel carries what it needs; a checkout is used before the copies in a wheel."""

import os
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from server import config

ROOT = Path(__file__).parent.parent
COPIED = {"ontology": ROOT / "ontology", "shapes": ROOT / "shapes", "data": ROOT / "data"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel as pip builds it; the build backend comes from the package index."""
    folder = tmp_path_factory.mktemp("wheel")
    quiet = ("--quiet", "--disable-pip-version-check", "--no-cache-dir", "--retries", "1", "--timeout", "10")
    command = [sys.executable, "-m", "pip", "wheel", *quiet, "--no-deps", "--wheel-dir", folder, ROOT]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=folder)
    if done.returncode and "hatchling" in done.stderr + done.stdout:
        pytest.skip("the build backend hatchling cannot be had from the package index")
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel: Path) -> Path:
    folder = wheel.parent / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def files(folder: Path, *endings: str) -> set[str]:
    left_out = {"__pycache__", "node_modules"}
    every = (path for path in folder.rglob("*") if path.is_file() and not left_out & set(path.parts))
    return {str(path.relative_to(folder)) for path in every if not endings or path.suffix in endings}


@pytest.mark.parametrize("name", COPIED)
def test_the_wheel_has_the_sources(unpacked, name) -> None:
    assert files(unpacked / "server" / "_source" / name) == files(COPIED[name])


def test_the_wheel_has_queries_templates_texts_and_style(unpacked) -> None:
    assert files(unpacked / "server") - files(unpacked / "server", ".pyc") >= files(ROOT / "server")
    assert {path.suffix for path in (unpacked / "server").rglob("*")} >= {".rq", ".html", ".toml", ".css"}


def test_the_wheel_has_nothing_else(unpacked) -> None:
    assert {path.name.partition("-")[0] for path in unpacked.iterdir()} == {"server", "praleska"}
    assert not [name for name in files(unpacked) if name.startswith(("tests", "instance"))]


def test_the_wheel_says_what_it_is(unpacked) -> None:
    (info,) = unpacked.glob("praleska-*.dist-info")
    said = Parser().parsestr((info / "METADATA").read_text("utf-8"))
    assert (said["Name"], said["License-Expression"]) == ("praleska", "Apache-2.0")
    assert (info / "licenses" / "LICENSE").exists()
    assert "praleska = server.__main__:run" in (info / "entry_points.txt").read_text()


def test_what_was_unpacked_works_alone(unpacked, tmp_path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "sys.path[:] = [p for p in sys.path if p != sys.argv[2]];"
        "from server import config; print(config.source_folder());"
        "from server.__main__ import main; main(['--instance', 'x', 'mint'])"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PRALESKA_")}
    done = subprocess.run(
        [sys.executable, "-c", code, unpacked, ROOT],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == str(unpacked / "server" / "_source")


def test_in_a_checkout_its_own_folders_are_used() -> None:
    assert config.source_folder() == ROOT
    assert config.Settings().source == ROOT
