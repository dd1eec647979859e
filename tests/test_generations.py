"""Following releases: what cannot be served is told once, and looked for on."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from server import generations
from server.config import Settings
from server.errors import PraleskaError
from server.generations import Generation, Generations
from server.offering import Offer


def test_a_release_that_cannot_be_served_is_told_once_and_ends_no_looking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    errors: list[Exception] = [PraleskaError("It is broken.")] * 3 + [OSError("No space left.")] * 2
    following = Generations(Settings(), tmp_path, lambda _: None)
    following._living.append(Generation(1, Offer(tmp_path), {}, tmp_path / "done", ExitStack()))

    def offered(*_: object) -> Offer:
        if len(errors) == 1:
            following._stopping.set()
        raise errors.pop(0)

    monkeypatch.setattr(generations, "_PAUSE", 0)
    monkeypatch.setattr(generations, "offered", offered)
    following._follow()
    assert errors == []
    told = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[2] for line in told] == ["It is broken.", "No space left."]
