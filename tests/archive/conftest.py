"""Fixtures of the archive tests: the `tiny` world of gardens, and the real model with invented people."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from server.archive.archive import Archive
from server.archive.checking import Checker, Context, IndexedContext
from server.archive.compiling import build
from server.archive.findings import Finding, Report
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE
from server.archive.records import Release
from server.config import Settings
from server.store.syntax import TRIG, parse

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
WORLD = ROOT / "tests" / "shapes" / "context.trig"
ID = f"{SOURCE_BASE}id/"


class Sources:
    """A copy of the tiny sources that a test may spoil, with an instance folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "source"
        self.instance = folder / "instance"
        shutil.copytree(HERE / "tiny", self.source)
        # The sentences of the software's own rules are the same for every ontology.
        shutil.copy(ROOT / "shapes" / "rules.ttl", self.source / "shapes")

    def file(self, name: str) -> Path:
        """One of the source files."""
        return self.source / name

    def add(self, name: str, text: str) -> None:
        """Appends to a file, or begins it."""
        with self.file(name).open("a", encoding="utf-8") as file:
            file.write(text)

    def replace(self, name: str, old: str, new: str) -> None:
        """Replaces text that has to be there."""
        text = self.file(name).read_text(encoding="utf-8")
        assert old in text
        self.file(name).write_text(text.replace(old, new), encoding="utf-8")

    def build(self, base: str = SOURCE_BASE) -> tuple[Release, bool, Report]:
        """Builds what stands there now."""
        return build(self.source, self.instance, base, lambda step, done, total: None)

    def archive(self, base: str = SOURCE_BASE) -> Archive:
        """The archive of the current release."""
        return Archive.open(Settings(source=self.source, instance=self.instance, base=base))


@pytest.fixture
def tiny_sources(tmp_path: Path) -> Sources:
    return Sources(tmp_path)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The built tiny world; nobody changes it."""
    sources = Sources(tmp_path_factory.mktemp("tiny"))
    sources.build()
    return sources.archive()


@pytest.fixture(scope="session")
def model() -> Model:
    """The real ontology and shapes."""
    return Model.load(ROOT, SOURCE_BASE)


@pytest.fixture(scope="session")
def checker(model: Model) -> Checker:
    return Checker(model)


@pytest.fixture(scope="session")
def known() -> Context:
    """What the archive knows of the invented people."""
    quads = parse(WORLD.read_bytes(), TRIG, SOURCE_BASE)
    return IndexedContext(q for q in quads if q.graph and q.graph.value.endswith("/register"))


@pytest.fixture(scope="session")
def prefixes() -> str:
    """The prefix lines of the invented world, and three names that it does not describe."""
    lines = [line for line in WORLD.read_text(encoding="utf-8").splitlines() if line.startswith("@prefix")]
    new = ("ex-new", "ex-cs-new", "ex-doc-new")
    return "\n".join([*lines, *(f"@prefix {name}: <{ID}newnew000{n}> ." for n, name in enumerate(new)), ""])


@pytest.fixture(scope="session")
def check(checker: Checker, known: Context, prefixes: str) -> Callable[..., list[Finding]]:
    """Checks TriG text, written with the prefixes of the invented world, as a submission."""

    def run(text: str, media_type: str = TRIG, context: Context = known) -> list[Finding]:
        return checker.check(parse((prefixes + text).encode(), media_type, SOURCE_BASE), context)

    return run
