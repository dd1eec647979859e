"""Identifiers that say nothing, and the aliases that make source files readable."""

import re
from pathlib import Path

import pytest

from server.archive.minting import ALPHABET, aliases, declare_aliases, mint
from server.archive.queries import SOURCE_BASE
from server.errors import BadSource
from server.store.syntax import TRIG, parse

ID = f"{SOURCE_BASE}id/"
OLD = f"{ID}7k3v9m2p4q"
HEAD = "@prefix pra: <https://w3id.org/praleska/ontology#> .\n"


def test_an_identifier_is_ten_characters_that_nobody_misreads() -> None:
    for _ in range(50):
        assert re.fullmatch(re.escape(ID) + "[0-9a-hjkmnp-tv-z]{10}", mint(()))
    assert not set("ilou") & set(ALPHABET)
    assert len(set(ALPHABET)) == 32


def test_identifiers_are_never_given_twice() -> None:
    made: set[str] = set()
    for _ in range(200):
        made.add(mint(made))
    assert len(made) == 200


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "claims.trig"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_new_alias_is_declared_and_the_file_can_be_read(file: Path) -> None:
    known: dict[str, str] = {}
    write(file, f"{HEAD}\nnew-person: a pra:Person .\nnew-set: {{ new-person: pra:knows other: , third: }}\n")
    assert (
        declare_aliases(file, known) == ["new-person", "new-set", "other", "third"] or "new-set" not in known
    )
    quads = parse((HEAD + "".join(f"@prefix {a}: <{i}> .\n" for a, i in known.items())).encode(), TRIG, ID)
    assert quads == []
    parse(file.read_bytes(), TRIG, SOURCE_BASE)


def test_a_known_alias_keeps_its_identifier(file: Path) -> None:
    write(file, f"{HEAD}person: a pra:Person .\n")
    assert declare_aliases(file, {"person": OLD}) == []
    assert f"@prefix person: <{OLD}> .\n" in file.read_text(encoding="utf-8")


def test_declared_aliases_and_the_rest_of_the_file_stay_as_they_are(file: Path) -> None:
    text = f"{HEAD}@prefix person: <{OLD}> .\n\nperson: a pra:Person . # ё, ў\n"
    write(file, text)
    assert declare_aliases(file, {}) == []
    assert file.read_text(encoding="utf-8") == text


def test_new_lines_follow_the_last_prefix_line(file: Path) -> None:
    write(file, f"# A file\n{HEAD}\nnew: a pra:Person .\n")
    declare_aliases(file, {"new": OLD})
    assert (
        file.read_text(encoding="utf-8") == f"# A file\n{HEAD}@prefix new: <{OLD}> .\n\nnew: a pra:Person .\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        '"note: , a word"',
        '"""one: ;\ntwo: ."""',
        "'note: , a word'",
        "'''one: ;\ntwo: .'''",
        "<https://e.example/a:>",
        "pra:Person",
        '"x"@be',
        "12 # person: .",
    ],
)
def test_what_only_looks_like_an_alias_is_none(file: Path, text: str) -> None:
    write(file, f"{HEAD}pra:a pra:b {text}\n .")
    assert declare_aliases(file, {}) == []


@pytest.mark.parametrize(
    "use", ["{} a pra:Person", "pra:a pra:b {}", "pra:a pra:b ( {} )", "pra:a pra:b [ pra:c {} ]"]
)
@pytest.mark.parametrize("end", [" .", " ;\n pra:d pra:e ."])
def test_an_alias_is_found_wherever_a_term_may_stand(file: Path, use: str, end: str) -> None:
    write(file, HEAD + use.format("some-body:") + end)
    known: dict[str, str] = {}
    assert declare_aliases(file, known) == ["some-body"]
    parse(file.read_bytes(), TRIG, SOURCE_BASE)


def test_aliases_of_all_files_are_read_together(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    write(tmp_path / "one.ttl", f"@prefix one: <{ID}0000000001> .\n")
    write(tmp_path / "deep" / "er" / "two.trig", f"{HEAD}@prefix two: <{ID}0000000002> .\n")
    write(tmp_path / "notes.md", f"@prefix three: <{ID}0000000003> .\n")
    assert aliases(tmp_path) == {"one": f"{ID}0000000001", "two": f"{ID}0000000002"}


def test_the_same_alias_for_the_same_thing_is_fine(tmp_path: Path) -> None:
    for name in ("one.ttl", "two.trig"):
        write(tmp_path / name, f"@prefix person: <{OLD}> .\n")
    assert aliases(tmp_path) == {"person": OLD}


def test_one_alias_for_two_things_is_refused_with_the_name_of_the_file(tmp_path: Path) -> None:
    write(tmp_path / "one.ttl", f"@prefix person: <{OLD}> .\n")
    write(tmp_path / "two.ttl", f"@prefix person: <{ID}0000000001> .\n")
    with pytest.raises(BadSource, match=r"two\.ttl: the alias person"):
        aliases(tmp_path)
