"""What the command line does with single files: check one, run one."""

from dataclasses import replace
from pathlib import Path

from server.archive.findings import Report
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE, rebase
from server.archive.releases import current
from server.archive.sources import read_sources, syntax_finding
from server.archive.submissions import SubmissionDesk, check_handler
from server.config import Settings
from server.errors import BadSource, BadSyntax
from server.store.answers import Answer, Formats, Store
from server.store.embedded import memory_store
from server.store.remote import RemoteStore
from server.store.syntax import MEDIA_TYPES, TURTLE, canonical_nquads


class Inspector:
    """Checks files as submissions, with the sources as what is already known."""

    def __init__(self, settings: Settings) -> None:
        self._model = Model.load(settings.source, SOURCE_BASE)
        quads = [quad for file in read_sources(settings.source) for quad in file.quads]
        store = memory_store(canonical_nquads(quads))
        check = check_handler(str(settings.source), SOURCE_BASE, str(settings.instance))
        self._desk = SubmissionDesk(check, store, SOURCE_BASE)

    def check(self, path: Path) -> Report:
        """The report on one file; a file that is not RDF is one finding. Raises BadSource."""
        media_type = MEDIA_TYPES.get(path.suffix.removeprefix("."))
        if media_type is None:
            known = ", ".join(f".{suffix}" for suffix in MEDIA_TYPES)
            raise BadSource(f"{path}: the name must end in one of {known}.")
        try:
            report = self._desk.check(path.read_bytes(), media_type)
        except BadSyntax as error:
            return Report((syntax_finding(self._model, str(path), error),))
        return replace(report, findings=tuple(f.at(f.line, str(path)) for f in report.findings))


def run_query(settings: Settings, text: str, media_type: str) -> Answer:
    """The answer to a query: a graph as Turtle, yes or no as JSON, rows as `media_type`."""
    boolean = media_type if media_type.endswith("json") else "application/sparql-results+json"
    formats = Formats(solutions=media_type, boolean=boolean, graph=TURTLE)
    return _store(settings).query(rebase(text, settings.base), formats)


def _store(settings: Settings) -> Store:
    if settings.store == "embedded":
        return memory_store(current(settings.instance).nquads, settings.base)
    return RemoteStore(settings.store, settings.query_seconds, base=settings.base)
