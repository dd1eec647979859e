"""Forms of names go with the person whom they name."""

import shutil
from pathlib import Path

import pytest

from server.archive.archive import Archive
from server.archive.compiling import build, withhold
from server.archive.queries import SOURCE_BASE
from server.archive.releases import current
from server.config import Settings
from server.errors import Gone, NotFound

EXAMPLE = Path(__file__).parent / "shapes" / "name-label" / "valid" / "everything.trig"
SPELLINGS = ("Novaja", "Nwe Example", "New Example")


@pytest.fixture(scope="module")
def source(world: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The invented world with a person whose name is described in four forms."""
    folder = tmp_path_factory.mktemp("forms")
    settings = Settings(source=folder / "source", instance=folder / "instance")
    shutil.copytree(world.source, settings.source)
    shutil.copy(EXAMPLE, settings.source / "data" / "claims" / "example" / "forms.trig")
    build(settings.source, settings.instance, settings.base, lambda *_: None)
    return settings


def address(alias: str) -> str:
    """The address that the example gives to an alias."""
    return EXAMPLE.read_text("utf-8").partition(f"@prefix {alias}: <")[2].partition(">")[0]


def test_the_page_of_a_person_links_the_forms_and_they_link_back(source: Settings) -> None:
    archive = Archive.open(source)
    page = archive.describe(address("ex-my-person"), "en")
    links = {v.link.iri for s in page.sections for row in s.rows for v in row.values if v.link}
    assert {address(alias) for alias in ("ex-my-form", "ex-my-form-3", "ex-my-form-4")} <= links
    form = archive.describe(address("ex-my-form-3"), "en")
    assert form.title.value == "Novaja Prykład"
    back = {v.link.iri for s in form.sections for row in s.rows for v in row.values if v.link}
    assert address("ex-my-person") in back


@pytest.mark.slow
def test_withholding_a_person_takes_the_forms_along(source: Settings) -> None:
    before = current(source.instance).nquads.read_text("utf-8")
    assert [text for text in SPELLINGS if text not in before] == []
    person = address("ex-my-person")
    withhold(source.source, source.instance, SOURCE_BASE, person, "request", lambda *_: None)
    written = current(source.instance).nquads.read_text("utf-8")
    assert [text for text in SPELLINGS if text in written] == []
    after = Archive.open(source)
    for alias in ("ex-my-form", "ex-my-form-3", "ex-my-form-4"):
        with pytest.raises((NotFound, Gone)):
            after.describe(address(alias), "en")
