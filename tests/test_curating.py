"""The commands of curators: what they say, what they refuse, and that they name nobody."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.__main__ import main
from server.config import Settings
from server.errors import BadSource
from tests.desk import EVENT, text

Command = Callable[..., Result]


pytestmark = pytest.mark.slow


@pytest.fixture
def command(world: Settings, tmp_path: Path) -> Command:
    """Runs praleska over the invented world, with a key outside the instance folder."""

    def run(*words: str, key: bool = True) -> Result:
        environment = {"PRALESKA_RESTRICTED_KEY": str(tmp_path / "key") if key else None}
        options = ["--source", str(world.source), "--instance", str(tmp_path / "instance")]
        return CliRunner().invoke(main, [*options, *words], env=environment)

    return run


@pytest.fixture
def record(tmp_path: Path) -> str:
    path = tmp_path / "record.trig"
    path.write_bytes(text("embargo"))
    return str(path)


def test_a_record_is_restricted_listed_shown_and_removed(command: Command, record: str) -> None:
    assert command("restrict", "--new-key").exit_code == 0
    kept = command("restrict", record)
    assert f"Now remove {record}" in kept.output
    name = kept.output.split()[2].rstrip(".")
    listed = command("restricted").output
    assert listed == f"{name}: 3 claim sets, waiting for 2033-01-01, 2033-06-01, {EVENT}\n"
    assert command("restricted", name).output == text("embargo").decode()
    assert command("restricted", name, "--remove").exit_code == 0
    assert command("restricted").output == ""


def test_an_event_is_declared_only_when_something_waits_for_it(command: Command, record: str) -> None:
    command("restrict", "--new-key")
    command("restrict", record)
    wrong = command("lift", EVENT[:-1] + "9")
    assert isinstance(wrong.exception, BadSource)
    assert "waits for" in str(wrong.exception)
    assert "praleska build" in command("lift", EVENT).output


@pytest.mark.parametrize("words", [("restricted",), ("lift", EVENT), ("restrict", "--new-key")])
def test_without_a_key_nothing_is_done(command: Command, words: tuple[str, ...]) -> None:
    assert isinstance(command(*words, key=False).exception, BadSource)


def test_a_record_is_not_kept_without_a_key(command: Command, record: str, tmp_path: Path) -> None:
    assert isinstance(command("restrict", record, key=False).exception, BadSource)
    assert not (tmp_path / "instance").exists()


@pytest.mark.parametrize("words", [("restrict",), ("restricted", "--remove")])
def test_wrong_use_is_told(command: Command, words: tuple[str, ...]) -> None:
    assert command(*words).exit_code == 2


@pytest.mark.parametrize("words", [(), ("--remove",)])
def test_an_unknown_name_is_told(command: Command, words: tuple[str, ...]) -> None:
    command("restrict", "--new-key")
    assert isinstance(command("restricted", "0000000000", *words).exception, BadSource)


def test_a_build_without_the_key_says_what_it_left_out(command: Command, record: str) -> None:
    command("restrict", "--new-key")
    command("restrict", record)
    answer = command("build", key=False)
    assert answer.exit_code == 0
    assert "1 restricted files were left out" in answer.stderr


def test_no_command_says_a_name_that_it_was_not_told(command: Command, record: str) -> None:
    command("restrict", "--new-key")
    outputs = [command("restrict", record), command("restricted"), command("lift", EVENT), command("build")]
    assert [
        answer.output for answer in outputs if "Zorka" in answer.output or "Vasilok" in answer.output
    ] == []
