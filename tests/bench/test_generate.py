"""The invented archive: the same seed gives the same bytes, and nothing in it breaks a rule."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from server.archive.compiling import build, check
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE
from server.archive.refusals import Refusals
from server.archive.restricting import Restricted
from server.archive.sources import read_sources
from server.archive.vault import Vault, new_key

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
KINDS = {
    "start date", "verdict date", "court", "term", "article", "release date", "release denied",
    "departure denied", "refuted",
}  # fmt: skip


def silent(step: str, done: int, total: int) -> None:
    """No progress bar."""


@pytest.fixture(scope="module")
def generate(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[Path, dict[str, int]]]:
    def run(*options: str) -> tuple[Path, dict[str, int]]:
        out = tmp_path_factory.mktemp("generated") / "out"
        command = [sys.executable, str(ROOT / "bench" / "generate.py"), *options, str(out)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return out, json.loads(done.stdout)

    return run


@pytest.fixture(scope="module")
def hundred(generate: Callable[..., tuple[Path, dict[str, int]]]) -> tuple[Path, dict[str, int]]:
    return generate("--persons", "100")


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in (folder / "data").rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(generate, hundred) -> None:
    again, _ = generate("--persons", "100", "--seed", "1")
    other, _ = generate("--persons", "100", "--seed", "2")
    assert contents(again) == contents(hundred[0])
    assert contents(other)["data/register/shared.ttl"] != contents(hundred[0])["data/register/shared.ttl"]


def test_a_hundred_people_break_no_rule_and_make_a_release(hundred, tmp_path: Path) -> None:
    report = check(hundred[0], silent)
    assert [finding.summary() for finding in report.findings] == []
    release, new, _ = build(hundred[0], tmp_path / "instance", SOURCE_BASE, silent)
    assert new
    assert release.quads > report.statements


def test_every_kind_of_contradiction_is_told(hundred) -> None:
    assert {name for name, count in hundred[1].items() if count} == {"persons", *KINDS}


def test_contradictions_can_be_left_out(generate) -> None:
    _, told = generate("--persons", "100", "--contradictions", "0")
    assert set(told) == {"persons"}


def test_a_file_holds_fifty_people(hundred) -> None:
    files = sorted((hundred[0] / "data" / "register").glob("persons-*.ttl"))
    assert [path.read_text("utf-8").count(" a pra:Person ") for path in files] == [50, 50]


def test_a_few_courts_have_most_of_the_trials(hundred) -> None:
    text = "".join(
        path.read_text("utf-8") for path in (hundred[0] / "data" / "claims").rglob("persons*.trig")
    )
    trials = re.findall(r"a pra:Trial ;\s+pra:court (\S+)", text)
    most = max(map(trials.count, set(trials)))
    assert most > 3 * len(trials) / len(set(trials))


def test_nobody_is_named_like_a_person_of_the_archive(hundred) -> None:
    pattern = re.compile(r'(?:prefLabel|altLabel) "([^"]+)"')
    real = {
        name
        for path in (ROOT / "data" / "register").glob("*.ttl")
        for block in re.findall(r" a pra:Person\b.*?\s\.\n", path.read_text("utf-8"), re.DOTALL)
        for name in pattern.findall(block)
    }
    invented = {
        name
        for path in (hundred[0] / "data" / "register").glob("*.ttl")
        for name in pattern.findall(path.read_text("utf-8"))
    }
    assert len(real) > 20
    assert not {name.split()[-1].casefold() for name in real} & {n.split()[-1].casefold() for n in invented}


def test_an_existing_folder_is_not_overwritten(hundred) -> None:
    command = [sys.executable, str(ROOT / "bench" / "generate.py"), str(hundred[0])]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert "there already" in done.stderr


def test_minors_and_embargoed_people_stand_apart(generate, hundred) -> None:
    folder, told = generate("--persons", "100", "--minors", "0.1", "--embargoed", "0.2")
    text = "".join(path.read_text("utf-8") for path in (folder / "restricted").glob("*.trig"))
    public = "".join(path.read_text("utf-8") for path in (folder / "data").rglob("*.t*"))
    assert text.count(" a pra:Person ") == told["restricted"] > 10
    assert text.count("pra:notBefore") == text.count(" a pra:ClaimSet ")
    assert "pra:birthDate" in text
    assert "pra:untilEvent" in text
    assert not re.search("pra:(birthDate|notBefore|untilEvent)", public)
    assert not (hundred[0] / "restricted").exists()
    assert not {name for name in re.findall(r"(?m)^  :(\w+) a pra:Person ", text) if name in public}


def test_restricted_people_pass_the_checks_of_restricted_records(generate, tmp_path: Path) -> None:
    folder, _ = generate("--persons", "50", "--minors", "0.1", "--embargoed", "0.1")
    instance, key = tmp_path / "instance", str(tmp_path / "key")
    new_key(Path(key), instance)
    restricted = Restricted(Vault(instance, key), read_sources(folder), Model.load(folder, SOURCE_BASE))
    for path in (folder / "restricted").glob("*.trig"):
        restricted.add(path.read_bytes(), path.name, Refusals(instance, SOURCE_BASE))
    assert restricted.quads()
