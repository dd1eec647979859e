"""Imports point one way: web → archive → store; and Python names no term of the domain."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.archive.model import Model, local_name
from server.archive.queries import SOURCE_BASE

ROOT = Path(__file__).parent.parent
SERVER = ROOT / "server"
# What each layer may not import. `serving` and `__main__` put the layers together.
FORBIDDEN = {
    "store": (
        "flask",
        "werkzeug",
        "rdflib",
        "pyshacl",
        "granian",
        "server.archive",
        "server.web",
        "server.serving",
    ),
    "archive": (
        "flask",
        "werkzeug",
        "pyoxigraph",
        "SPARQLWrapper",
        "granian",
        "server.web",
        "server.serving",
    ),
    "web": ("pyoxigraph", "SPARQLWrapper", "rdflib", "pyshacl", "granian", "server.serving"),
}
# The web layer takes from the store the words of the seam, never an engine.
SEAM = ("server.store.answers", "server.store.syntax")
FILES = sorted(SERVER.rglob("*.py"))
# Provenance reaches the pages through the variables of stored queries: their names are the interface.
VARIABLES = {
    name
    for path in (SERVER / "archive" / "queries").glob("*.rq")
    for name in re.findall(r"\?(\w+)", path.read_text(encoding="utf-8"))
}
# Words that are plain English, or common to all RDF tools, as well as names of ours.
PLAIN_WORDS = {
    "id", "label", "name", "line", "member", "note", "quote", "record", "rule", "status", "text", "type",
    "term", "language", "document", "format", "title", "subject", "statement", "address", "definition",
    "severity",
}  # fmt: skip


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module or ""


def within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("layer", FORBIDDEN)
def test_a_layer_imports_nothing_from_above_and_no_foreign_library(layer: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in sorted((SERVER / layer).rglob("*.py"))
        for module in imported(path)
        if within(module, FORBIDDEN[layer])
    ]
    assert wrong == []


def test_the_web_layer_knows_only_the_seam_of_the_store() -> None:
    used = {
        m for path in (SERVER / "web").rglob("*.py") for m in imported(path) if within(m, ("server.store",))
    }
    assert used <= set(SEAM)


def strings(path: Path) -> Iterator[str]:
    """All string constants that are not docstrings, and all names and attributes."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def domain_terms() -> set[str]:
    """Local names of our own classes and properties, except the annotations that steer checks and display."""
    model = Model.load(ROOT, SOURCE_BASE)
    own = {term for term in model.declared if term.startswith(f"{SOURCE_BASE}ontology#")}
    annotations = set(map(str, model.annotations()))
    return {local_name(term) for term in own - annotations} - VARIABLES - PLAIN_WORDS


def test_python_names_no_term_of_the_domain() -> None:
    terms = domain_terms()
    assert len(terms) > 50
    # camelCase names and class names betray a term anywhere; short lower-case words only as a whole string.
    found = [
        f"{path.relative_to(ROOT)}: {term}"
        for path in FILES
        for text in strings(path)
        for term in terms
        if text == term or re.search(rf"(?:pra:|ontology#){term}\b", text)
    ]
    assert found == []


def test_notes_used_in_python_are_annotations_not_domain_terms() -> None:
    annotations = {local_name(term) for term in Model.load(ROOT, SOURCE_BASE).annotations()}
    used = {n for path in FILES for n in re.findall(r"\bNOTES\.(\w+)", path.read_text(encoding="utf-8"))}
    assert used <= annotations, f"not declared as annotation properties: {used - annotations}"


def functions(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or node.lineno) - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.name}"


def test_functions_and_files_are_short_enough_to_see() -> None:
    lengths = sorted(length for path in FILES for length, _ in functions(path))
    assert [where for path in FILES for length, where in functions(path) if length > 40] == []
    assert lengths[len(lengths) // 2] <= 9
    assert lengths[int(len(lengths) * 0.9)] <= 22
    assert [str(path) for path in FILES if path.read_text(encoding="utf-8").count("\n") > 300] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_in_a_line_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
