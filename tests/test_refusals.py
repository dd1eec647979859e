"""A broken record is refused with file, line, thing, rule and a sentence that a volunteer understands, and
nothing else is lost.

One folder of sources holds the invented world, a right record, and a copy of it for each way of breaking it
(refusals/mutations.toml). One run of the command tells all faults of all files; the build makes no release.
"""

import hashlib
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from server.__main__ import main
from server.archive.archive import Archive
from server.archive.compiling import build
from server.archive.releases import current
from server.config import Settings
from server.errors import BuildFailed
from server.store.syntax import TRIG

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent / "refusals"
VALID = (FOLDER / "valid.trig").read_text(encoding="utf-8")
BROKEN: list[dict[str, Any]] = tomllib.loads((FOLDER / "mutations.toml").read_text(encoding="utf-8"))[
    "broken"
]
RULES = {f"V{number}" for number in (*range(1, 13), 14)}
LINE = re.compile(
    r"(?P<file>[^:]+):(?P<line>\d+|-)?:? ?(?P<severity>violation|warning): (?P<thing>\S+)(?: (?P<path>\S+))?"
    r" \[(?P<rule>[\w-]+)\] (?P<sentence>.+)"
)
# What tells the languages apart.
LETTERS = {"be": "[іў’]", "ru": "[иы]", "en": "[a-z]"}
SYNTAX = "Rule-syntax"


class Told(NamedTuple):
    """One line of the report."""

    file: str
    line: str
    severity: str
    thing: str
    rule: str
    sentence: str


def broken(number: int) -> str:
    """The right record with one thing broken."""
    entry = BROKEN[number]
    assert VALID.count(entry["old"]) == 1, entry["name"]
    return VALID.replace(entry["old"], entry["new"]).replace("NN", f"{number:02d}")


@pytest.fixture(scope="module")
def sources(world: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("refusals")
    source = folder / "source"
    shutil.copytree(world.source, source)
    claims = source / "data" / "claims" / "refusals"
    claims.mkdir()
    (claims / "right.trig").write_text(VALID.replace("NN", "zz"), encoding="utf-8")
    for number in range(len(BROKEN)):
        (claims / f"{number:02d}.trig").write_text(broken(number), encoding="utf-8")
    return Settings(source=source, instance=folder / "instance")


@pytest.fixture(scope="module")
def reports(sources: Settings) -> dict[str, list[Told]]:
    """What the command says in each language."""
    found = {}
    for language in LETTERS:
        answer = CliRunner().invoke(main, ["--source", str(sources.source), "check", "--lang", language])
        assert answer.exit_code == 1, answer.output
        found[language] = list(told(answer.stdout.splitlines()))
    return found


def told(lines: list[str]) -> Iterator[Told]:
    for line in lines:
        match = LINE.match(line)
        if match:
            found = match.groupdict()
            yield Told(*(found[name] or "" for name in Told._fields))


def of(report: list[Told], number: int) -> list[Told]:
    return [each for each in report if each.file == f"data/claims/refusals/{number:02d}.trig"]


def test_every_rule_for_submissions_is_broken_here() -> None:
    assert {entry["name"].split()[0] for entry in BROKEN} - {"not"} == RULES


@pytest.mark.parametrize("number", range(len(BROKEN)), ids=[entry["name"] for entry in BROKEN])
def test_a_broken_record_is_refused_with_its_place_and_its_rule(
    reports: dict[str, list[Told]], number: int
) -> None:
    entry = BROKEN[number]
    found = [each for each in of(reports["en"], number) if each.rule == entry["rule"]]
    assert found, of(reports["en"], number)
    assert {each.severity for each in found} == {entry.get("severity", "violation")}
    if entry["rule"] != SYNTAX:
        assert {each.thing.rpartition("/")[2] for each in found} == {f"v{number:02d}000000{entry['thing']}"}
    assert all(near(each, number) for each in found), found


def near(found: Told, number: int) -> bool:
    """Whether the line that is named belongs to the thing: it stands in it, or begins its description."""
    lines = broken(number).splitlines()
    place = int(found.line)
    if found.rule == SYNTAX:
        return lines[place - 1].startswith("graph:register")
    name = f"v:{found.thing[-7:]}"
    above = [line for line in lines[:place] if line.strip().startswith("v:")]
    return bool(above) and above[-1].strip().startswith(name)


@pytest.mark.parametrize("number", range(len(BROKEN)), ids=[entry["name"] for entry in BROKEN])
def test_the_sentence_is_whole_and_in_the_language_of_the_reader(
    reports: dict[str, list[Told]], number: int
) -> None:
    sentences = {}
    for language, letters in LETTERS.items():
        found = [each for each in of(reports[language], number) if each.rule == BROKEN[number]["rule"]]
        sentences[language] = found[0].sentence
        assert re.search(letters, sentences[language]), language
        assert len(sentences[language].split()) > 4, language
        # Words of the machinery are not for volunteers.
        assert not re.search(r"sh:|Traceback|constraint|NodeShape|None\b", sentences[language])
    assert len(set(sentences.values())) == 3


@pytest.mark.parametrize("number", range(len(BROKEN)), ids=[entry["name"] for entry in BROKEN])
def test_only_the_broken_thing_is_blamed(reports: dict[str, list[Told]], number: int) -> None:
    blamed = {each.thing.rpartition("/")[2] for each in of(reports["en"], number)}
    wanted = {f"v{number:02d}000000{BROKEN[number]['thing']}"}
    if BROKEN[number]["rule"] != SYNTAX:
        assert blamed == wanted


def test_the_right_record_beside_them_is_not_blamed(reports: dict[str, list[Told]]) -> None:
    assert [each for each in reports["en"] if each.file.endswith("right.trig")] == []
    assert {each.file.rpartition("/")[0] for each in reports["en"]} == {"data/claims/refusals"}


def test_a_faulty_value_is_not_repeated(reports: dict[str, list[Told]]) -> None:
    for report in reports.values():
        assert not [each for each in report if "375 29" in each.sentence or "cellNumber 7" in each.sentence]


def tree(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_a_build_with_broken_records_changes_nothing(sources: Settings, tmp_path: Path) -> None:
    claims = sources.source / "data" / "claims" / "refusals"
    right = tmp_path / "right"
    shutil.copytree(sources.source, right)
    for path in (right / "data" / "claims" / "refusals").glob("[0-9]*.trig"):
        path.unlink()
    instance = tmp_path / "instance"
    first, _, _ = build(right, instance, sources.base, lambda *_: None)
    before, kept = tree(sources.source), tree(instance)
    with pytest.raises(BuildFailed) as failure:
        build(sources.source, instance, sources.base, lambda *_: None)
    assert tree(sources.source) == before
    assert {**tree(instance), ".lock": ""} == {**kept, ".lock": ""}
    assert current(instance).manifest == first
    assert [path.name for path in (instance / "releases").iterdir()] == [first.id]
    blamed = {line.partition(":")[0].rpartition("/")[2] for line in failure.value.findings}
    violations = [n for n, entry in enumerate(BROKEN) if "severity" not in entry]
    assert blamed == {f"{number:02d}.trig" for number in violations}
    assert len(list(claims.iterdir())) == len(BROKEN) + 1


def test_after_mending_the_same_sources_are_built(sources: Settings, tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(sources.source, source)
    for number in range(len(BROKEN)):
        text = VALID.replace("NN", f"{number:02d}")
        (source / "data" / "claims" / "refusals" / f"{number:02d}.trig").write_text(text, encoding="utf-8")
    _, new, _ = build(source, tmp_path / "instance", sources.base, lambda *_: None)
    assert new
    text = current(tmp_path / "instance").nquads.read_text(encoding="utf-8")
    assert all(f"id/v{number:02d}0000001>" in text for number in range(len(BROKEN)))


@pytest.mark.parametrize("number", range(len(BROKEN)), ids=[entry["name"] for entry in BROKEN])
def test_the_check_for_strangers_finds_the_same(world: Settings, number: int) -> None:
    if BROKEN[number]["rule"] == SYNTAX:
        pytest.skip("what is not RDF is refused before the check")
    report = ARCHIVES.setdefault("world", Archive.open(world)).check(broken(number).encode(), TRIG)
    assert BROKEN[number]["rule"] in {each.shape.rpartition("#")[2] for each in report.findings}
    assert report.conforms is ("severity" in BROKEN[number])


ARCHIVES: dict[str, Archive] = {}
