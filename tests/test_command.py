"""The command as scripts see it: output, exit codes, one line for each error."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from server import __main__ as command
from server.__main__ import main
from server.config import Settings
from tests.servers import BIN

ROOT = Path(__file__).parent.parent
SHAPES = ROOT / "tests" / "shapes"
COMMANDS = sorted(main.commands)
COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
Done = subprocess.CompletedProcess


def praleska(*arguments: object, stdin: str = "", **environment: str) -> "Done[str]":
    return subprocess.run(
        [BIN / "praleska", *map(str, arguments)],
        input=stdin,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def one_line(done: "Done[str]", code: int) -> str:
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("praleska: ")
    assert done.stderr.count("\n") == 1
    return done.stderr.removeprefix("praleska: ").rstrip("\n")


@pytest.fixture(scope="module")
def copy(world, tmp_path_factory) -> Settings:
    """The invented world with a release of its own, which tests may build again."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(world.source, folder / "source")
    shutil.copytree(world.instance, folder / "instance", symlinks=True)
    return Settings(source=folder / "source", instance=folder / "instance")


def of(settings: Settings, *arguments: object, **named: str) -> "Done[str]":
    return praleska("--source", settings.source, "--instance", settings.instance, *arguments, **named)


def test_the_help_names_every_command() -> None:
    done = praleska("--help")
    assert done.returncode == 0
    assert re.findall(r"(?m)^  ([a-z]+) +\w.*", done.stdout.partition("Commands:")[2]) == COMMANDS
    assert "PRALESKA_" in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(command) -> None:
    done = praleska(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Usage: praleska {command} ")
    first = done.stdout.splitlines()[2].strip()
    assert re.match(r"[A-Z].{20,}", first)
    options = re.findall(r"(?m)^  (--\w+) +(\S.*)?", done.stdout)
    assert all(words for _, words in options), "each option is explained"


def test_the_version_is_told() -> None:
    assert re.fullmatch(r"praleska, version \d+\.\d+\.\d+\n", praleska("--version").stdout)


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("build", "--nonsense"),
        ("query",),
        ("query", "no-such-file.rq"),
        ("query", "--format", "xml", "-"),
        ("serve", "--port", "abc"),
        ("check", "no-such-file.ttl"),
        ("check", "--lang", "de"),
    ],
)
def test_wrong_use_is_2_with_one_line_that_leads_to_the_help(arguments) -> None:
    assert one_line(praleska(*arguments), 2).endswith("--help.")


def test_no_command_is_wrong_use_and_shows_the_help() -> None:
    done = praleska()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: praleska")


def test_a_setting_of_the_wrong_type_is_one_line() -> None:
    assert "PRALESKA_PORT" in one_line(praleska("mint", PRALESKA_PORT="abc"), 3)


@pytest.mark.parametrize("arguments", [("query", "-"), ("serve",)])
def test_without_a_release_it_is_3(tmp_path, arguments) -> None:
    done = praleska("--instance", tmp_path / "none", *arguments, stdin="ASK {}")
    assert "praleska build" in one_line(done, 3)


def test_without_sources_nothing_is_called_right(tmp_path) -> None:
    assert str(tmp_path) in one_line(praleska("--source", tmp_path, "check"), 3)
    done = praleska("--source", tmp_path, "--instance", tmp_path, "build")
    assert done.returncode == 3
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_written_is_one_line(copy, tmp_path) -> None:
    (tmp_path / "file").touch()
    settings = Settings(source=copy.source, instance=tmp_path / "file" / "instance")
    assert "Not a directory" in one_line(of(settings, "build"), 3)


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), OSError("No space left on device")]
)
def test_an_error_of_the_system_that_names_no_file_is_one_line(error, monkeypatch, capsys) -> None:
    def fail(**_) -> None:
        raise error

    monkeypatch.setattr(command, "main", fail)
    with pytest.raises(SystemExit) as ended:
        command.run()
    assert (ended.value.code, capsys.readouterr().err) == (3, "praleska: No space left on device.\n")


def test_a_second_build_of_the_same_sources_changes_nothing(copy) -> None:
    release = (copy.instance / "current").readlink()
    done = of(copy, "build")
    assert (done.returncode, (copy.instance / "current").readlink()) == (0, release)
    assert re.fullmatch(r"Release \S+ unchanged: \d+ statements, \d+ warnings\.\n", done.stdout)
    # What goes to a file or to another program has no bar that moves.
    assert not re.search(r"[\r\x08\x1b]", done.stdout + done.stderr)


def test_a_broken_file_stops_the_build_and_the_release_stays(copy, tmp_path) -> None:
    source = shutil.copytree(copy.source, tmp_path / "source")
    broken = Settings(source=source, instance=copy.instance)
    file = source / "data" / "claims" / "example" / "context.trig"
    text = file.read_text("utf-8")
    release = (copy.instance / "current").readlink()

    file.write_text(text + "\noops\n", "utf-8")
    done = of(broken, "build")
    assert (done.returncode, done.stdout) == (1, "")
    line = text.count("\n") + 2
    assert re.search(rf"data/claims/example/context\.trig:{line}\b.*", done.stderr)
    assert done.stderr.splitlines()[-1].startswith("praleska: ")

    file.write_text(text.replace("pra:exposure exposure:", "pra:exposure pra:", 1), "utf-8")
    done = of(broken, "build")
    assert done.returncode == 1
    line = text[: text.index("pra:exposure exposure:")].count("\n") + 1
    found = re.findall(r"context\.trig:(\d+)", done.stderr)
    assert found
    assert all(abs(int(number) - line) <= 3 for number in found)
    assert "Traceback" not in done.stderr
    assert (copy.instance / "current").readlink() == release
    assert of(copy, "query", "-", stdin=COUNT).returncode == 0


def test_check_finds_what_is_wrong_with_its_line(copy, tmp_path) -> None:
    right = SHAPES / "person" / "valid" / "named.trig"
    done = of(copy, "check", right)
    assert (done.returncode, done.stdout) == (0, "")
    assert re.search(r"named\.trig: \d+ statements, 0 errors\.\n$", done.stderr)

    wrong = tmp_path / "wrong.trig"
    lines = right.read_text("utf-8").splitlines()
    number = next(n for n, line in enumerate(lines) if "pra:exposure" in line)
    lines[number] = "        pra:exposure <https://people.example/secret> ;"
    wrong.write_text("\n".join(lines), "utf-8")
    done = of(copy, "check", right, wrong)
    assert done.returncode == 1
    assert re.search(rf"wrong\.trig:{number + 1}\b", done.stdout)
    assert "people.example/secret" not in done.stdout
    assert re.search(r"wrong\.trig: \d+ statements, [1-9]\d* errors\.\n$", done.stderr)

    wrong.write_text("<a:b> <c:d>\n oops .", "utf-8")
    done = of(copy, "check", wrong)
    assert done.returncode == 1
    assert re.search(r"wrong\.trig:2\b", done.stdout)
    other = tmp_path / "record.txt"
    other.touch()
    assert ".trig" in one_line(of(copy, "check", other), 3)


def test_messages_come_in_the_wanted_language(copy) -> None:
    wrong = next((SHAPES / "person" / "invalid").glob("*.trig"))
    said = {lang: of(copy, "check", wrong, "--lang", lang).stdout for lang in ("be", "en")}
    assert said["be"] != said["en"]
    assert re.search(r"[ўі]", said["be"])
    assert not re.search(r"[а-яё]", said["en"])


def test_check_of_all_sources_passes(copy) -> None:
    done = of(copy, "check")
    assert (done.returncode, done.stdout) == (0, "")
    assert re.search(r"(?m)^data/: \d+ statements, 0 errors\.$", done.stderr)
    # What does not agree is counted by rule, and is no error.
    assert re.findall(r"(?m)^(W\d+) .+: \d+$", done.stderr) == [f"W{number}" for number in range(1, 12)]


def test_what_does_not_agree_is_listed_on_demand(copy) -> None:
    done = of(copy, "check", "--warnings", "--lang", "ru")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert len(lines) == sum(int(number) for number in re.findall(r"(?m)^W\d+ .+: (\d+)$", done.stderr))
    assert lines
    assert all(
        re.match(r"-: warning: https://w3id\.org/praleska/id/\w{10} .*\[W\d+-[\w-]+\] ", line)
        for line in lines
    )


def test_a_query_answers_in_each_format(copy) -> None:
    forms = {
        name: of(copy, "query", "-", "--format", name, stdin=COUNT).stdout for name in ("csv", "tsv", "json")
    }
    count = json.loads(forms["json"])["results"]["bindings"][0]["n"]["value"]
    assert list(csv.reader(io.StringIO(forms["csv"]))) == [["n"], [count]]
    assert forms["tsv"].split() == ["?n", count]
    assert of(copy, "query", "-", stdin=COUNT).stdout == forms["csv"]
    assert json.loads(of(copy, "query", "-", stdin="ASK {}").stdout)["boolean"] is True
    turtle = of(copy, "query", "-", stdin="CONSTRUCT { <a:b> <c:d> 1 } {}").stdout
    assert re.match(r"<a:b> <c:d> 1 \.", turtle)
    assert of(copy, "query", ROOT / "data" / "queries" / "29-patterns.rq").stdout.startswith(
        "pattern,within,"
    )


def test_a_wrong_query_is_3_with_its_place(copy, tmp_path) -> None:
    assert "line 2, column" in one_line(of(copy, "query", "-", stdin="SELECT * {\n oops }"), 3)
    assert "SERVICE" in one_line(of(copy, "query", "-", stdin="SELECT * { SERVICE <a:b> {} }"), 3)
    file = tmp_path / "latin.rq"
    file.write_bytes(b"ASK { ?s ?p '\xff' }")
    assert "UTF-8" in one_line(of(copy, "query", file), 3)


def test_a_reader_who_stops_reading_sees_no_trace(copy) -> None:
    command = [BIN / "praleska", "--instance", copy.instance, "query", "-"]
    with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, text=True) as process:
        process.stdout.close()
        process.stdin.write("SELECT * { GRAPH ?g { ?s ?p ?o } }")
        process.stdin.close()
        assert process.stderr.read() == ""
        process.wait(60)


def test_mint_gives_new_names_and_declares_those_that_a_file_uses(copy, tmp_path) -> None:
    names = {of(copy, "mint").stdout for _ in range(2)}
    assert len(names) == 2
    assert all(re.fullmatch(r"https://w3id\.org/praleska/id/[0-9a-z]{10}\n", name) for name in names)
    file = tmp_path / "new.trig"
    file.write_text("@prefix pra: <https://w3id.org/praleska/ontology#> .\nex-new-person: a pra:Person .\n")
    done = of(copy, "mint", file)
    assert re.fullmatch(r"\S+new\.trig: ex-new-person is https://w3id\.org/praleska/id/\w{10}\n", done.stdout)
    assert re.search(r"@prefix ex-new-person: <https://w3id\.org/praleska/id/\w{10}> \.", file.read_text())
    assert of(copy, "mint", file).stdout == ""
