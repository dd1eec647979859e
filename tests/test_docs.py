"""What README, CONTRIBUTING and docs/ say is complete, and true where a test can tell."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import rdflib

from server.__main__ import main
from server.config import Settings

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(
        part.startswith(".") or part in ("instance", "node_modules") for part in path.relative_to(ROOT).parts
    )
)
README = (ROOT / "README.md").read_text("utf-8")
GUIDES = "\n".join(
    path.read_text("utf-8")
    for path in PAGES
    if path.parent in (ROOT, ROOT / "docs") and path.name != "CHANGELOG.md"
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_each_setting_stands_in_the_readme_with_its_default(field: Any) -> None:
    variable = f"PRALESKA_{field.name.upper()}"
    (row,) = [line for line in README.splitlines() if line.startswith("|") and f"`{variable}`" in line]
    names, defaults = (re.findall(r"`([^`]*)`", cell) for cell in row.split("|")[1:3])
    if field.name not in ("source", "public_url"):
        assert defaults[names.index(variable)] == re.sub(r"\.0$", "", str(field.default))


def routes(app: Any) -> set[str]:
    """The fixed words of every address, each with its slash."""
    found = set()
    for rule in app.url_map.iter_rules():
        # A choice of one word or another is two addresses; languages and formats are not words.
        chosen = re.findall(r"<any\(([^)]*)\):(?:kind|name)>", rule.rule)
        found |= {"/" + option.strip("'\" ") for options in chosen for option in options.split(",")}
        fixed = re.sub(r"<[^>]*>", "<>", rule.rule)
        found |= {f"/{word}" for word in fixed.split("/") if word and "<>" not in word}
    return found


def test_each_address_is_documented(real: Settings) -> None:
    from server import create_app

    words = routes(create_app(real))
    assert {"/sparql", "/validate", "/list", "/vocabulary", "/.well-known", "/doc"} <= words
    missing = {word for word in words if not re.search(re.escape(word) + r"\b", GUIDES)}
    assert missing == set()


def test_each_command_is_in_the_readme_with_its_options() -> None:
    assert {name for name in main.commands if f"| `praleska {name}" not in README} == set()
    for name in re.findall(r"(?m)^\| `praleska ([a-z]+)", README):
        assert name in main.commands


def test_each_make_target_is_documented() -> None:
    targets = re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"))
    assert {"run", "test", "check", "help"} <= set(targets)
    missing = [target for target in targets if f"make {target}" not in GUIDES]
    assert missing == []


def test_each_folder_is_documented() -> None:
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    folders = [path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")]
    wanted = {name for name in folders if not {f"{name}/", f"/{name}/", name} & set(ignored)}
    assert {"ontology", "shapes", "data", "server", "tests", "docs"} <= wanted
    assert {name for name in wanted if f"[{name}/]({name})" not in README} == set()


def test_each_module_has_its_place_in_the_architecture() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    modules = [path for path in (ROOT / "server").rglob("*.py") if not path.name.startswith("__")]
    assert [str(path) for path in modules if f"`{path.stem}`" not in text] == []


def test_all_versions_are_one() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    newest = re.search(r"(?m)^## \[(\d[^\]]*)\] - \d{4}-\d\d-\d\d$", changelog)
    assert newest
    ontology = rdflib.Graph().parse(ROOT / "ontology" / "praleska.ttl")
    assert newest[1] == PROJECT["version"]
    assert [str(value) for value in ontology.objects(None, rdflib.OWL.versionInfo)] == [PROJECT["version"]]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_files_lead_somewhere(page: Path) -> None:
    links = [unquote(link) for link in LINK.findall(page.read_text("utf-8"))]
    inner = [link.partition("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in inner if not (page.parent / link).exists()] == []


def test_commands_in_the_guides_exist() -> None:
    named = set(re.findall(r"`make ([a-z]+)\b|^make ([a-z]+)\b", GUIDES, re.MULTILINE))
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text("utf-8")))
    assert {one or other for one, other in named} <= targets
    used = r"praleska (build|serve|publish|check|query|mint|withhold|restrict|restricted|lift)\b"
    assert set(re.findall(used, GUIDES)) == set(main.commands)
