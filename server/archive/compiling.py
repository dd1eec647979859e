"""From sources to a release: check, derive, choose, count, write."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from server.archive import releases
from server.archive.dates import derived
from server.archive.editorial import choose_all
from server.archive.findings import Finding, Report
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE, rebase, stored
from server.archive.records import Release
from server.archive.redaction import Redaction
from server.archive.sources import SourceFile, all_statements, check_sources, read_sources
from server.archive.terms import iri
from server.archive.withholding import WithholdList, identifying_text, reason_iri, tombstone_quads
from server.errors import BadSource, BuildFailed
from server.store.answers import Formats
from server.store.embedded import memory_store
from server.store.syntax import N_TRIPLES, Quad, Term, canonical_nquads, parse


@dataclass(frozen=True)
class Withdrawal:
    """What became of a withheld thing: the release without it, and the releases that were emptied."""

    release: Release
    retired: tuple[str, ...]


Progress = Callable[[str, int, int], None]
_MOVED = ("id/", "graph/")
_SHARED = ("register", "editorial", "ontology")


def check(folder: Path, progress: Progress) -> Report:
    """Checks all sources in `folder`."""
    files = read_sources(folder)
    return _check(files, Model.load(folder, SOURCE_BASE), progress)


def _check(files: list[SourceFile], model: Model, progress: Progress) -> Report:
    found: list[Finding] = []
    for number, findings in enumerate(check_sources(files, model), 1):
        found += findings
        progress("check", number, len(files))
    return Report(tuple(found), sum(len(file.quads) for file in files))


def build(folder: Path, instance: Path, base: str, progress: Progress) -> tuple[Release, bool, Report]:
    """Compiles the sources into the next release. Raises BuildFailed with every violation found.

    Returns the release, whether it is new, and the report with its warnings.
    """
    with releases.exclusive(instance):
        files = read_sources(folder)
        model = Model.load(folder, SOURCE_BASE)
        report = _check(files, model, progress)
        if not report.conforms:
            raise BuildFailed([finding.summary() for finding in report.violations])
        quads = _published(all_statements(files, folder), model, WithholdList(instance))
        quads = compile_quads(quads, model, base, progress)
        release, new = releases.write(instance, quads, folder, model.prefixes)
        progress("write", 1, 1)
        return release, new, report


def withhold(
    folder: Path, instance: Path, base: str, thing: str, reason: str, progress: Progress
) -> Withdrawal:
    """Takes `thing` out of the next release, makes that release, and retires those that still hold it.

    Raises BadSource when there is no such thing or no such reason, BuildFailed when a check fails; the thing
    stays on the list then, and the next build leaves it out.
    """
    model = Model.load(folder, SOURCE_BASE)
    quads = [quad for file in read_sources(folder) for quad in file.quads]
    own = [quad for quad in quads if quad.subject.value == thing]
    if not own:
        raise BadSource(f"The sources say nothing of {thing}.")
    texts = (identifying_text(quad, model) for quad in own)
    WithholdList(instance).add(thing, reason_iri(reason, model), filter(None, texts))
    release, _, _ = build(folder, instance, base, progress)
    with releases.exclusive(instance):
        return Withdrawal(release, tuple(releases.retire(instance, thing)))


def _published(quads: list[Quad], model: Model, withheld: WithholdList) -> list[Quad]:
    """The statements without what is withheld, and with the tombstones. Raises BuildFailed when
    something withheld has come back under another IRI."""
    stones = withheld.tombstones()
    if not stones:
        return quads
    things = {stone.iri for stone in stones}
    back = [found.summary() for found in withheld.returning(quads, model, things)]
    if back:
        raise BuildFailed(back)
    return [*Redaction(quads, model, things, f"{SOURCE_BASE}graph/").run(), *tombstone_quads(stones)]


def compile_quads(quads: list[Quad], model: Model, base: str, progress: Progress) -> list[Quad]:
    """All statements of a release: sources, bounds, editorial view, statistics, default graph."""
    quads = list(_moved([*quads, *derived(quads, model)], base))
    progress("choose", 0, 1)
    quads += choose_all(memory_store(canonical_nquads(quads)), model, base)
    progress("choose", 1, 1)
    quads += _statistics(quads, base)
    _allow(quads, model)
    progress("count", 1, 1)
    return [*quads, *_default_graph(quads, base)]


def _moved(quads: Iterable[Quad], base: str) -> Iterator[Quad]:
    """The statements under another base; terms, vocabularies and shapes keep theirs."""
    if base == SOURCE_BASE:
        yield from quads
        return
    for quad in quads:
        yield Quad(*(_moved_term(term, base) if term else None for term in quad))  # type: ignore[arg-type]


def _moved_term(term: Term, base: str) -> Term:
    local = term.value.removeprefix(SOURCE_BASE)
    # Literals move too: the data set description names the address space of its things as text.
    moves = local != term.value and local.startswith(_MOVED)
    return term._replace(value=base + local) if moves else term


def _allow(quads: Iterable[Quad], model: Model) -> None:
    unknown = sorted({quad.predicate.value for quad in quads} - model.publishable)
    if unknown:
        raise BuildFailed([f"ontology/publishable.ttl does not allow {name}" for name in unknown])


def _statistics(quads: list[Quad], base: str) -> Iterator[Quad]:
    store = memory_store(canonical_nquads(quads))
    answer = store.query(rebase(stored("statistics"), base), Formats(graph=N_TRIPLES))
    graph = iri(f"{base}graph/metadata")
    return (quad._replace(graph=graph) for quad in parse(answer.body, N_TRIPLES, base))


def _default_graph(quads: Iterable[Quad], base: str) -> Iterator[Quad]:
    """Register, editorial view, ontology and vocabularies once more, for queries that name no graph."""
    shared = {f"{base}graph/{name}" for name in _SHARED}
    vocabularies = (f"{base}graph/vocabulary-", f"{SOURCE_BASE}graph/vocabulary-")
    for quad in quads:
        if quad.graph and (quad.graph.value in shared or quad.graph.value.startswith(vocabularies)):
            yield quad._replace(graph=None)
