"""The source files in data/: what they say, and in which graph."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from server.archive.checking import Checker, IndexedContext
from server.archive.findings import Finding
from server.archive.model import Model
from server.archive.positions import Positions
from server.archive.queries import SOURCE_BASE
from server.archive.reading import read_ontology
from server.archive.rules import finding
from server.archive.terms import iri
from server.errors import BadSyntax
from server.store.syntax import TRIG, TURTLE, Quad, parse

REGISTER = f"{SOURCE_BASE}graph/register"
_METADATA = f"{SOURCE_BASE}graph/metadata"


@dataclass(frozen=True)
class SourceFile:
    """One file of data/: its statements, or the one finding that it can't be read."""

    name: str
    media_type: str
    data: bytes
    quads: tuple[Quad, ...] = ()
    broken: BadSyntax | None = None

    @cached_property
    def _positions(self) -> Positions:
        return Positions(self.data, self.media_type)

    def placed(self, found: Finding) -> Finding:
        """The finding with this file's name and the line that it stands near."""
        return found.at(self._positions.line(found.focus, found.path, found.claim_set), self.name)


def read_sources(folder: Path) -> list[SourceFile]:
    """All files of register and claims. A file that can't be read is in the list with its finding."""
    register = [_read(path, folder, TURTLE) for path in sorted((folder / "data" / "register").glob("*.ttl"))]
    claims = [_read(path, folder, TRIG) for path in sorted((folder / "data" / "claims").rglob("*.trig"))]
    return register + claims


def _read(path: Path, folder: Path, media_type: str) -> SourceFile:
    return read_source(str(path.relative_to(folder)), path.read_bytes(), media_type)


def read_source(name: str, data: bytes, media_type: str) -> SourceFile:
    """One file: what it says, and in the register what it says in no graph."""
    try:
        quads = parse(data, media_type, SOURCE_BASE)
    except BadSyntax as error:
        return SourceFile(name, media_type, data, broken=error)
    placed = (quad if quad.graph else quad._replace(graph=iri(REGISTER)) for quad in quads)
    return SourceFile(name, media_type, data, tuple(placed))


def syntax_finding(model: Model, name: str, error: BadSyntax) -> Finding:
    """The one finding on a file that is not RDF."""
    found = finding(model, "syntax", name, None, None).at(error.line, name)
    return replace(found, messages={tag: f"{text} {error}" for tag, text in found.messages.items()})


class FileChecker:
    """Checks each of `files` with what the registers of all say."""

    def __init__(self, files: list[SourceFile], model: Model) -> None:
        self._files = files
        self._model = model
        self._checker = Checker(model)
        quads = (quad for file in files for quad in file.quads)
        self._context = IndexedContext(q for q in quads if q.graph and q.graph.value == REGISTER)

    def check(self, number: int) -> list[Finding]:
        """The findings on one file."""
        file = self._files[number]
        if file.broken:
            return [syntax_finding(self._model, file.name, file.broken)]
        return [file.placed(found) for found in self._checker.check(list(file.quads), self._context)]


def read_dataset(folder: Path) -> list[Quad]:
    """The description of the whole data set, as it goes into the metadata graph."""
    data = (folder / "data" / "dataset.ttl").read_bytes()
    return [quad._replace(graph=iri(_METADATA)) for quad in parse(data, TURTLE, SOURCE_BASE)]


def all_statements(files: Iterable[SourceFile], folder: Path) -> list[Quad]:
    """Register, claims, ontology, vocabularies and data set description."""
    quads = [quad for file in files for quad in file.quads]
    return quads + list(read_ontology(folder / "ontology", SOURCE_BASE)) + read_dataset(folder)
