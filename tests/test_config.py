"""Settings: what the environment may say, and what is refused before anything starts."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from server.config import Settings
from server.errors import BadSource

ROOT = Path(__file__).parent.parent
# Names that are no settings of a service: one switch, and what tests are told.
OTHERS = {"WITHOUT_INFERENCES", "PICTURES", "CRAWL"}
NUMBERS = [field.name for field in fields(Settings) if isinstance(field.default, int | float)]


@pytest.mark.parametrize("text", ["-1", "nan", "inf", "-inf", "much", ""])
@pytest.mark.parametrize("name", NUMBERS)
def test_what_no_number_of_its_kind_can_be_is_refused(
    name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"PRALESKA_{name.upper()}", text)
    with pytest.raises(BadSource, match=f"PRALESKA_{name.upper()}="):
        Settings.load()


@pytest.mark.parametrize("name", NUMBERS)
def test_nothing_at_all_is_taken_only_where_it_means_something(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"PRALESKA_{name.upper()}", "0")
    if name in ("proxies", "cache_size"):
        assert getattr(Settings.load(), name) == 0
    else:
        with pytest.raises(BadSource):
            Settings.load()


def test_arguments_come_before_the_environment_and_that_before_the_defaults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PRALESKA_PORT", "5001")
    assert (Settings.load().port, Settings.load(port=5002).port) == (5001, 5002)
    assert Settings.load(port=None).port == 5001


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs", "data/README.md"])
def test_no_page_names_a_setting_that_is_none(page: str) -> None:
    path = ROOT / page
    texts = [file.read_text("utf-8") for file in (path.rglob("*.md") if path.is_dir() else [path])]
    named = {name for text in texts for name in re.findall(r"PRALESKA_([A-Z_]+[A-Z])", text)}
    assert named - OTHERS <= {field.name.upper() for field in fields(Settings)}
