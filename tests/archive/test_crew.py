"""Files checked in several processes: the same findings, in the same order, as in one."""

from pathlib import Path

import pytest

from server.archive import crew
from server.archive.crew import check_files
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE
from server.archive.sources import read_sources
from tests.archive.conftest import Sources


@pytest.fixture
def spoilt(tiny_sources: Sources) -> Path:
    """Sources with a fault in each of several files, one of which can't be read."""
    claims = tiny_sources.file("data/claims")
    text = "<https://w3id.org/praleska/id/0000000000> <urn:p{0}> <urn:o> ."
    for number in range(9):
        name = claims / f"spoilt-{number}.trig"
        name.write_text(text.format(number) if number != 4 else "This is not TriG", encoding="utf-8")
    return tiny_sources.source


def test_many_processes_find_what_one_finds(spoilt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, model = read_sources(spoilt), Model.load(spoilt, SOURCE_BASE)
    alone = list(check_files(files, spoilt, model))
    monkeypatch.setattr(crew, "_MANY", 0)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2})
    assert list(check_files(files, spoilt, model)) == alone
    assert sum(map(bool, alone)) >= 9
