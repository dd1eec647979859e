"""Reads the Turtle files of ontology and shapes."""

import re
from collections.abc import Iterable
from pathlib import Path

from server.archive.terms import iri
from server.errors import BadSource, BadSyntax
from server.store.syntax import TURTLE, Quad, parse

_PREFIX = re.compile(r"(?m)^@prefix\s+([\w-]+):\s*<([^>]+)>")
# Our own terms, their examples and what we reuse make one graph; alignments and allow-list stay apart.
_MAIN_FILES = ("examples", "praleska", "reused")


def turtle_files(folder: Path) -> list[Path]:
    """The Turtle files directly in `folder`, by name."""
    return sorted(folder.glob("*.ttl"))


def read_turtle(path: Path, base: str) -> list[Quad]:
    """The statements of one Turtle file. Raises BadSource that names file, line and column."""
    try:
        return parse(path.read_bytes(), TURTLE, base)
    except BadSyntax as error:
        raise BadSource(f"{path}: {error}") from error


def read_ontology(folder: Path, base: str) -> Iterable[Quad]:
    """Ontology and vocabularies, each in the named graph that a release keeps it in."""
    for path in turtle_files(folder):
        graph = "ontology" if path.stem in _MAIN_FILES else path.stem
        yield from _named(read_turtle(path, base), f"{base}graph/{graph}")
    for path in turtle_files(folder / "vocabularies"):
        yield from _named(read_turtle(path, base), f"{base}graph/vocabulary-{path.stem}")


def _named(quads: Iterable[Quad], graph: str) -> Iterable[Quad]:
    return (quad._replace(graph=iri(graph)) for quad in quads)


def read_prefixes(folder: Path) -> dict[str, str]:
    """The prefixes that the ontology files declare: the ones that dumps and examples use."""
    return {
        prefix: namespace
        for path in turtle_files(folder)
        for prefix, namespace in _PREFIX.findall(path.read_text(encoding="utf-8"))
    }
