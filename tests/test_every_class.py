"""The valid examples of all classes, built into one archive: every class gets through and has its pages.

The examples share a few addresses, so each gets addresses of its own for what it describes itself.
"""

import re
import shutil
from pathlib import Path

import pytest

from server.archive.archive import Archive
from server.archive.compiling import build
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE
from server.config import Settings

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
EXAMPLES = Path(__file__).parent / "shapes"
ID = f"{SOURCE_BASE}id/"
PREFIX = re.compile(rf"@prefix (ex-[\w-]+): <{ID}(\w+)> \.")
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
PAGES = ("be", "ru", "en")
# Made by the build itself, and what needs the word of two independent sources.
LEFT_OUT = {"tombstone", "selection", "death-in-custody"}
CLAIMED = {shape.slug: shape.target for shape in Model.load(ROOT, SOURCE_BASE).types if shape.claimed}
SHARED = set(PREFIX.findall((EXAMPLES / "context.trig").read_text("utf-8")))


def renamed(number: int, text: str) -> tuple[str, list[str]]:
    """An example under addresses of its own, and the things that it brings."""
    mine = [(alias, name) for alias, name in PREFIX.findall(text) if (alias, name) not in SHARED]
    head = f"ex{LETTERS[number // 32]}{LETTERS[number % 32]}"
    new = {name: f"{head}{place:06d}" for place, (_, name) in enumerate(mine)}
    for name, address in new.items():
        text = text.replace(f"<{ID}{name}>", f"<{ID}{address}>")
    classes = dict(re.findall(r"^    (ex-[\w-]+): a pra:(\w+)", text, re.MULTILINE))
    known = set(re.findall(r"^    (ex-[\w-]+): a ", text.partition("\n}")[0], re.MULTILINE))
    told = {alias: name for alias, name in mine if classes.get(alias) in CLAIMED or alias in known}
    # The register names the class of everything, as it does for what several claim sets speak of.
    stubs = "".join(
        f"{alias}: a <{CLAIMED[classes[alias]]}> . " for alias in told if classes[alias] in CLAIMED
    )
    things = [f"{ID}{new[name]}" for name in told.values()]
    return f"{text}\n<{SOURCE_BASE}graph/register> {{ {stubs}}}\n", things


@pytest.fixture(scope="module")
def everything(world: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Archive, list[str]]:
    """The archive of all valid examples, and all that they describe."""
    folder = tmp_path_factory.mktemp("everything")
    settings = Settings(source=folder / "source", instance=folder / "instance")
    shutil.copytree(world.source, settings.source)
    things: list[str] = []
    for number, path in enumerate(sorted(EXAMPLES.glob("*/valid/*.trig"))):
        if path.parent.parent.name not in LEFT_OUT:
            text, brought = renamed(number, path.read_text("utf-8"))
            things += brought
            name = f"{path.parent.parent.name}-{path.stem}.trig"
            (settings.source / "data" / "claims" / "example" / name).write_text(text, "utf-8")
    build(settings.source, settings.instance, settings.base, lambda *_: None)
    return Archive.open(settings), things


def shown(archive: Archive, iri: str, language: str) -> set[str]:
    """The classes of the entries on the page of a thing."""
    return {
        entry.type_name.value for part in archive.describe(iri, language).sections for entry in part.entries
    }


@pytest.mark.parametrize("language", PAGES)
def test_every_thing_has_a_page_with_a_name_and_a_class(
    everything: tuple[Archive, list[str]], language: str
) -> None:
    archive, things = everything
    for thing in things:
        page = archive.describe(thing, language)
        assert page.type_name.value, thing
        assert page.title.value not in thing, thing


def test_every_class_is_among_them(everything: tuple[Archive, list[str]]) -> None:
    archive, things = everything
    names = {archive.describe(thing, "en").type_name.value for thing in things}
    own = [shape for shape in archive.model.types if shape.target.startswith(SOURCE_BASE)]
    folders = {re.sub("(?<!^)([A-Z])", r"-\1", shape.slug).lower(): shape.target for shape in own}
    wanted = {target for folder, target in folders.items() if folder not in LEFT_OUT | {"pattern", "stub"}}
    assert {archive.model.labels[target]["en"] for target in wanted} - names == set()


@pytest.mark.parametrize("media_type", ["text/turtle", "application/trig", "application/ld+json"])
def test_every_thing_has_rdf(everything: tuple[Archive, list[str]], media_type: str) -> None:
    archive, things = everything
    assert all(archive.graph(thing, media_type) for thing in things)


def test_a_detention_shows_what_happened_in_it(everything: tuple[Archive, list[str]]) -> None:
    within = {"Stay in a place of detention", "Denial of contact", "Disciplinary measure"}
    assert within <= shown(everything[0], f"{ID}ex96q14dr9", "en")


def test_a_case_shows_its_searches(everything: tuple[Archive, list[str]]) -> None:
    assert "Search" in shown(everything[0], f"{ID}exdj8fssz5", "en")


def test_a_release_links_to_the_restriction_after_it(everything: tuple[Archive, list[str]]) -> None:
    page = everything[0].describe(f"{ID}excfseczp1", "en")
    rows = [row for section in page.sections for row in section.rows]
    assert any(v.text.value.startswith("Restriction") for row in rows for v in row.values)
