"""Withheld records: gone from every surface of the release, as if the sources had never known them."""

import json
import shutil
import stat
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from server import create_app
from server.archive.archive import Archive
from server.archive.compiling import build, withhold
from server.archive.names import is_type
from server.archive.releases import current
from server.archive.withholding import Traces, WithholdList
from server.config import Settings
from server.errors import BadSource, BuildFailed
from server.store.syntax import N_QUADS, parse

NAME = "Zarnica"
PERSON = "https://w3id.org/praleska/id/w1thhe1d01"
FILES = Path(__file__).parent / "withheld"
HERS, NEIGHBOUR = FILES / "extra.trig", FILES / "neighbour.trig"
QUOTE = b"Both were seen in Exampletown"


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def make(folder: Path, world: Settings, *files: Path) -> Settings:
    """An instance over the invented world and some more files, built."""
    source = folder / "source"
    shutil.copytree(world.source, source)
    for file in files:
        shutil.copy(file, source / "data" / "claims" / "example" / file.name.replace("-without", ""))
    settings = replace(world, source=source, instance=folder / "instance")
    build(settings.source, settings.instance, settings.base, silent)
    return settings


def take_out(settings: Settings, thing: str = PERSON, reason: str = "request") -> tuple[str, ...]:
    return withhold(settings.source, settings.instance, settings.base, thing, reason, silent).retired


def dump(settings: Settings) -> bytes:
    return current(settings.instance).nquads.read_bytes()


class Taken(NamedTuple):
    """An instance from which the record was taken, and what was there before."""

    settings: Settings
    before: bytes
    old_release: Path
    retired: tuple[str, ...]


@pytest.fixture(scope="module")
def taken(world: Settings, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    settings = make(tmp_path_factory.mktemp("taken"), world, HERS, NEIGHBOUR)
    before, old = dump(settings), current(settings.instance).path
    return Taken(settings, before, old, take_out(settings))


def test_a_release_without_a_record_is_the_release_of_sources_that_never_had_it(
    taken: Taken, world: Settings, tmp_path: Path
) -> None:
    never = make(tmp_path, world, FILES / "neighbour-without.trig")
    shutil.copytree(taken.settings.instance / "withheld", never.instance / "withheld")
    build(never.source, never.instance, never.base, silent)
    for file in ("praleska.nq", "praleska.trig", "SHA256SUMS"):
        left, right = (current(s.instance).path / file for s in (taken.settings, never))
        assert left.read_bytes() == right.read_bytes(), file


def test_the_name_stands_in_no_file_of_the_instance(taken: Taken) -> None:
    assert NAME.encode() in taken.before
    files = [path for path in taken.settings.instance.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert [str(path) for path in files if NAME.encode().lower() in path.read_bytes().lower()] == []


def test_no_page_no_list_and_no_query_gives_the_name_away(taken: Taken) -> None:
    settings = taken.settings
    archive = Archive.open(settings)
    client = create_app(settings, archive).test_client()
    things = {quad.subject.value for quad in parse(dump(settings), N_QUADS, settings.base)}
    paths = [f"/doc/{thing.rpartition('/')[2]}" for thing in sorted(things) if "/id/" in thing]
    answers = [client.get(path + suffix) for path in paths for suffix in (".en.html", ".trig")]
    answers += [client.get(f"/en/list/{entry.slug}") for entry in archive.types("en")]
    answers.append(client.post("/sparql", data={"query": "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }"}))
    assert {answer.status_code for answer in answers} == {200, 410}
    assert [answer.request.path for answer in answers if NAME.lower() in answer.text.lower()] == []


@pytest.mark.parametrize("suffix", ["en.html", "ttl", "trig", "jsonld"])
def test_the_address_of_a_withheld_record_is_gone_and_names_nobody(taken: Taken, suffix: str) -> None:
    client = create_app(taken.settings, Archive.open(taken.settings)).test_client()
    answer = client.get(f"/doc/w1thhe1d01.{suffix}")
    assert answer.status_code == 410
    assert NAME not in answer.text


def test_only_the_tombstone_is_left_of_the_record(taken: Taken) -> None:
    quads = parse(dump(taken.settings), N_QUADS, taken.settings.base)
    left = [quad for quad in quads if quad.subject.value == PERSON]
    assert {quad.graph.value.rpartition("/")[2] for quad in left if quad.graph} == {"tombstones"}
    assert len(left) == 3
    assert sum(is_type(quad.predicate.value) for quad in left) == 1


def test_a_text_that_names_the_person_is_cut_and_its_claim_stays(taken: Taken) -> None:
    assert QUOTE in taken.before
    assert QUOTE not in dump(taken.settings)
    assert b"id/w1thhe1d09" in dump(taken.settings)


def test_kept_releases_that_hold_the_record_are_emptied_and_say_so(taken: Taken) -> None:
    old = taken.old_release
    assert taken.retired == (old.name,)
    assert [path.name for path in old.iterdir()] == ["manifest.json"]
    assert json.loads((old / "manifest.json").read_text())["retired"]
    assert current(taken.settings.instance).path != old


def test_a_withheld_record_cannot_come_back_under_another_identifier(taken: Taken, tmp_path: Path) -> None:
    shutil.copytree(taken.settings.source, tmp_path / "source")
    shutil.copytree(taken.settings.instance / "withheld", tmp_path / "instance" / "withheld")
    shutil.copy(FILES / "returning.trig", tmp_path / "source" / "data" / "claims" / "example")
    with pytest.raises(BuildFailed) as failure:
        build(tmp_path / "source", tmp_path / "instance", taken.settings.base, silent)
    assert all("Rule-withdrawn" in line for line in failure.value.findings)
    assert len(failure.value.findings) == 2  # by its name, and by its record elsewhere
    assert NAME not in str(failure.value.findings)


def test_the_list_keeps_no_name_and_only_its_owner_reads_it(taken: Taken) -> None:
    folder = taken.settings.instance / "withheld"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert all(NAME.encode() not in path.read_bytes() for path in folder.iterdir())


def test_two_installations_hash_the_same_name_differently(tmp_path: Path) -> None:
    for name in ("one", "two"):
        WithholdList(tmp_path / name).add(PERSON, "reason", Traces(own=(NAME,), names=(NAME,), ids=(PERSON,)))
    for file in ("hashes", "names", "ids"):
        one, two = ((tmp_path / name / "withheld" / file).read_text().split() for name in ("one", "two"))
        assert one
        assert set(one) & set(two) == set(), file


def test_an_unknown_thing_or_reason_is_refused_and_nothing_is_written(
    world: Settings, tmp_path: Path
) -> None:
    settings = replace(world, instance=tmp_path)
    with pytest.raises(BadSource, match="say nothing"):
        take_out(settings, thing=f"{settings.base}id/0000000000")
    with pytest.raises(BadSource, match="choose one of"):
        take_out(settings, thing=f"{settings.base}id/exm9s346q3", reason="boredom")
    assert list(tmp_path.iterdir()) == []


def test_a_build_that_failed_leaves_the_emptying_of_kept_releases_to_the_next_one(
    world: Settings, tmp_path: Path
) -> None:
    settings = make(tmp_path, world, HERS)
    old = current(settings.instance).path
    broken = settings.source / "data" / "claims" / "example" / "broken.trig"
    broken.write_text("nonsense")
    with pytest.raises(BuildFailed):
        take_out(settings)
    assert (old / "praleska.nq").exists()
    broken.unlink()
    # By now the curator may have removed the record, and nobody can be asked for its names.
    (settings.source / "data" / "claims" / "example" / HERS.name).unlink()
    build(settings.source, settings.instance, settings.base, silent)
    assert [path.name for path in old.iterdir()] == ["manifest.json"]
    assert current(settings.instance).path != old
    before = (old / "manifest.json").read_bytes()
    build(settings.source, settings.instance, settings.base, silent)
    assert (old / "manifest.json").read_bytes() == before
