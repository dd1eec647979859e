"""Release folders: complete, immutable, numbered, and switched to at once."""

import hashlib
import json
import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from server.archive import releases
from server.archive.archive import Archive
from server.archive.mentions import Names
from server.archive.queries import SOURCE_BASE
from server.archive.shelf import shelf
from server.config import Settings
from server.errors import BadSource, BuildFailed, PraleskaError
from server.offering import offered
from server.store.syntax import N_QUADS, TRIG, parse


def test_the_sums_are_right_and_complete(tiny: Archive) -> None:
    lines = (tiny.folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {name: value for value, name in (line.split("  ", 1) for line in lines)}
    files = {str(path.relative_to(tiny.folder)): path for path in tiny.folder.rglob("*") if path.is_file()}
    assert set(files) - set(sums) == {"SHA256SUMS", "manifest.json"}
    assert sums == {name: hashlib.sha256(files[name].read_bytes()).hexdigest() for name in sums}


def test_the_manifest_describes_the_dump(tiny: Archive) -> None:
    dump = (tiny.folder / "praleska.nq").read_bytes()
    assert tiny.release.sha256 == hashlib.sha256(dump).hexdigest()
    named = [quad for quad in parse(dump, N_QUADS, SOURCE_BASE) if quad.graph]
    assert tiny.release.quads == len(named)
    assert tiny.release.id == f"0001-{tiny.release.sha256[:12]}" == tiny.folder.name
    assert "praleska.trig" in tiny.release.files


def test_the_dump_is_in_canonical_form(tiny: Archive) -> None:
    dump = (tiny.folder / "praleska.nq").read_bytes()
    dataset = ox.Dataset(ox.parse(dump, format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS)
    assert lines is not None
    assert dump == b"".join(sorted(lines.splitlines(keepends=True)))


def test_both_dumps_say_the_same(tiny: Archive) -> None:
    quads = parse((tiny.folder / "praleska.nq").read_bytes(), N_QUADS, SOURCE_BASE)
    assert set(parse((tiny.folder / "praleska.trig").read_bytes(), TRIG, SOURCE_BASE)) == set(quads)


def test_a_release_holds_what_it_is_shown_with(tiny: Archive) -> None:
    assert (tiny.folder / "shapes" / "garden.ttl").is_file()
    assert (tiny.folder / "ontology" / "vocabularies" / "colour.ttl").is_file()
    assert (tiny.folder / "queries" / "gardens.rq").is_file()


def test_current_is_a_link_inside_the_instance_folder(tiny_sources: Any) -> None:
    release, _, _ = tiny_sources.build()
    link = tiny_sources.instance / "current"
    assert link.is_symlink()
    assert os.readlink(link) == f"releases/{release.id}"


def grown(sources: Any, number: int) -> tuple[Any, bool]:
    sources.add(
        "data/register/gardens.ttl",
        f'\n<{SOURCE_BASE}id/g{number:09d}> a garden:Garden ; rdfs:label "Garden {number}"@en .\n',
    )
    release, new, _ = sources.build()
    return release, new


def test_releases_are_numbered_and_old_ones_stay_as_they_were(tiny_sources: Any) -> None:
    first, _, _ = tiny_sources.build()
    folder = releases.current(tiny_sources.instance).path
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    second, new = grown(tiny_sources, 1)
    assert new
    assert (first.id[:5], second.id[:5]) == ("0001-", "0002-")
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert releases.current(tiny_sources.instance).manifest == second


def test_a_number_is_not_given_again_when_old_releases_were_cleared_away(tiny_sources: Any) -> None:
    tiny_sources.build()
    old = releases.current(tiny_sources.instance).path
    grown(tiny_sources, 1)
    (old / "manifest.json").unlink()
    old.rename(tiny_sources.instance / "cleared")
    assert grown(tiny_sources, 2)[0].id.startswith("0003-")


def test_going_back_to_earlier_sources_goes_back_to_their_release(tiny_sources: Any) -> None:
    first, _, _ = tiny_sources.build()
    text = tiny_sources.file("data/register/gardens.ttl").read_text(encoding="utf-8")
    grown(tiny_sources, 1)
    tiny_sources.file("data/register/gardens.ttl").write_text(text, encoding="utf-8")
    again, new, _ = tiny_sources.build()
    assert (again, new) == (first, False)
    assert releases.current(tiny_sources.instance).manifest == first


def test_a_change_of_shapes_alone_makes_one_release_and_not_one_each_time(tiny_sources: Any) -> None:
    tiny_sources.build()
    tiny_sources.replace("shapes/garden.ttl", "Where things grow.", "Where plants grow.")
    second, new, _ = tiny_sources.build()
    assert new
    third, again, _ = tiny_sources.build()
    assert (third, again) == (second, False)


def test_a_change_of_a_query_makes_a_release(tiny_sources: Any) -> None:
    tiny_sources.build()
    tiny_sources.add("data/queries/gardens.rq", "# A remark.\n")
    assert tiny_sources.build()[1]


def test_a_reader_never_finds_the_archive_without_a_release(tiny_sources: Any) -> None:
    tiny_sources.build()
    stop, failures, seen = threading.Event(), [], set()

    def read() -> None:
        while not stop.is_set():
            try:
                seen.add(releases.current(tiny_sources.instance).manifest.id)
            except PraleskaError as error:
                failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        made = {grown(tiny_sources, number)[0].id for number in range(4)}
    finally:
        stop.set()
        reader.join()
    assert failures == []
    assert seen & made


def test_a_second_build_is_kept_out_while_one_runs(tiny_sources: Any) -> None:
    with releases.exclusive(tiny_sources.instance), pytest.raises(PraleskaError, match="Another build"):
        tiny_sources.build()
    assert tiny_sources.build()[1]


def test_a_failed_build_lets_the_next_one_in(tiny_sources: Any) -> None:
    text = tiny_sources.file("data/claims/blooms.trig").read_text(encoding="utf-8")
    tiny_sources.add("data/claims/blooms.trig", "nonsense")
    with pytest.raises(BuildFailed):
        tiny_sources.build()
    tiny_sources.file("data/claims/blooms.trig").write_text(text, encoding="utf-8")
    assert tiny_sources.build()[1]


GARDEN = "0000000001"


class CrashError(Exception):
    """The power is gone."""


@pytest.mark.parametrize("moment", ["_copy_sources", "_finish", "_switch"])
def test_a_crash_leaves_the_release_that_was_and_the_next_build_mends_it(
    tiny_sources: Any, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    first, _, _ = tiny_sources.build()

    def crash(*_: Any) -> None:
        raise CrashError

    with monkeypatch.context() as patch:
        patch.setattr(releases, moment, crash)
        with pytest.raises(CrashError):
            grown(tiny_sources, 1)
    assert releases.current(tiny_sources.instance).manifest == first
    second, _, _ = tiny_sources.build()
    assert second.id.startswith("0002-")
    assert releases.current(tiny_sources.instance).manifest == second
    drafts = [path.name for path in (tiny_sources.instance / "releases").iterdir() if path.name[0] == "."]
    assert drafts == []


def test_what_a_killed_build_left_goes_with_the_next_one(tiny_sources: Any) -> None:
    left = tiny_sources.instance / "releases" / ".0007-0123456789ab"
    left.mkdir(parents=True)
    (left / "praleska.nq").write_text("what may be withheld by now")
    assert tiny_sources.build()[0].id.startswith("0001-")
    assert not left.exists()


@pytest.mark.parametrize("left", ["praleska.nq", "praleska.trig", "search.db"])
def test_an_emptying_that_was_interrupted_is_finished(tiny_sources: Any, left: str) -> None:
    tiny_sources.build()
    old = releases.current(tiny_sources.instance).path
    grown(tiny_sources, 1)
    kept = (old / left).read_bytes()
    nobody = Names()
    nobody.add(["Example Nobody"])
    releases.retire(tiny_sources.instance, ["0000000000"], nobody)
    assert (old / left).exists()
    releases.retire(tiny_sources.instance, [GARDEN], Names())
    before = (old / "manifest.json").read_bytes()
    (old / left).write_bytes(kept)
    releases.retire(tiny_sources.instance, ["0000000000"], Names())
    assert [path.name for path in old.iterdir()] == ["manifest.json"]
    assert (old / "manifest.json").read_bytes() == before
    assert releases.retired(tiny_sources.instance) == {old.name}


def test_a_stranger_among_the_releases_hinders_no_emptying(tiny_sources: Any) -> None:
    tiny_sources.build()
    stranger = tiny_sources.instance / "releases" / "0000-copy"
    shutil.copytree(releases.current(tiny_sources.instance).path, stranger)
    (stranger / "manifest.json").write_text("{}")
    assert [one.path.name for one in shelf(stranger.parent)] != [stranger.name]
    releases.retire(tiny_sources.instance, [GARDEN], Names())
    assert [path.name for path in stranger.iterdir()] == ["manifest.json"]
    assert releases.retired(tiny_sources.instance) == set()


def test_a_release_with_an_index_of_another_form_is_not_taken_again(tiny_sources: Any) -> None:
    first, _, _ = tiny_sources.build()
    with closing(sqlite3.connect(tiny_sources.instance / "current" / "search.db")) as index, index:
        index.execute("DROP TABLE speaker")
    with pytest.raises(BadSource, match="praleska build"):
        offered(Settings(instance=tiny_sources.instance))
    second, new, _ = tiny_sources.build()
    assert (new, second.sha256) == (True, first.sha256)
    assert offered(Settings(instance=tiny_sources.instance)).folder.manifest == second


@pytest.mark.parametrize("damage", [None, b"", b"no database"])
def test_a_release_without_an_index_is_not_taken_again(tiny_sources: Any, damage: bytes | None) -> None:
    tiny_sources.build()
    index = tiny_sources.instance / "current" / "search.db"
    index.unlink()
    if damage is not None:
        index.write_bytes(damage)
    assert tiny_sources.build()[1]


@pytest.mark.parametrize("content", [None, "", "not JSON", "{}", "[]", '{"files": []}'])
def test_where_there_is_no_release_the_error_says_what_to_do(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "current").mkdir()
        (tmp_path / "current" / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(PraleskaError, match="praleska build"):
        releases.current(tmp_path)


def test_the_manifest_is_plain_json(tiny: Archive) -> None:
    manifest = json.loads((tiny.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["licence"].startswith("https://creativecommons.org/")
    assert manifest["files"] == sorted(manifest["files"])
