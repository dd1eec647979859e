"""From sources to a release: check, derive, choose, count, write."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path

from server.archive import releases
from server.archive.audits import Outcome, audit
from server.archive.checking import unique
from server.archive.crew import check_files
from server.archive.dates import derived
from server.archive.dump import Dump
from server.archive.editorial import choose_all
from server.archive.findings import Finding, Report
from server.archive.index import INDEX
from server.archive.indexing import write_index
from server.archive.inferences import inferred
from server.archive.model import Model
from server.archive.panels import write_panels
from server.archive.queries import SOURCE_BASE, rebase, stored
from server.archive.questions import refuse_broken
from server.archive.records import Release
from server.archive.redaction import Redaction
from server.archive.refusals import Refusals
from server.archive.reporting import write_reports
from server.archive.restricting import Restricted
from server.archive.sources import REGISTER, SourceFile, all_statements, read_sources
from server.archive.stretches import write_stretches
from server.archive.support import check_support
from server.archive.terms import iri
from server.archive.vault import Vault
from server.archive.withholding import WithholdList, reason_iri, tombstone_quads, traces_of
from server.errors import BadSource, BuildFailed
from server.store.answers import Formats, Store
from server.store.syntax import N_TRIPLES, Quad, Term, parse


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
    return _check(files, folder, Model.load(folder, SOURCE_BASE), progress)


def audit_sources(folder: Path, progress: Progress) -> list[Outcome]:
    """What the rules over the archive find in all sources of `folder`, which must conform."""
    model = Model.load(folder, SOURCE_BASE)
    statements = all_statements(read_sources(folder), folder)
    dump = compile_quads(statements, model, SOURCE_BASE, progress, folder)
    return audit(dump.store, model, SOURCE_BASE)


def _check(files: list[SourceFile], folder: Path, model: Model, progress: Progress) -> Report:
    refuse_broken(folder, model)
    found: list[Finding] = []
    for number, findings in enumerate(check_files(files, folder, model), 1):
        found += findings
        progress("check", number, len(files))
    found += check_support(files, model)
    return Report(tuple(found), sum(len(file.quads) for file in files))


def build(
    folder: Path,
    instance: Path,
    base: str,
    progress: Progress,
    key: str = "",
    day: date | None = None,
    inferences: bool = True,
) -> tuple[Release, bool, Report]:
    """Compiles the sources into the next release. Raises BuildFailed with every violation found.

    With the `key` of the restricted records it takes in those that may go out on `day` (today). Without
    `inferences` the software claims nothing itself.
    Returns the release, whether it is new, and the report with its warnings.
    """
    with releases.exclusive(instance):
        files = read_sources(folder)
        model = Model.load(folder, SOURCE_BASE)
        report = _check(files, folder, model, progress)
        if not report.conforms:
            raise BuildFailed([finding.summary() for finding in report.violations])
        opened = Restricted(Vault(instance, key), files, model).opened(day or date.today())
        quads = _published([*all_statements(files, folder), *opened], model, instance)
        dump = compile_quads(quads, model, base, progress, folder if inferences else None)
        release, new = releases.write(
            instance, dump, folder, model.prefixes, lambda draft: _derive(draft, dump.store, model, base)
        )
        _retire(instance)
        progress("write", 1, 1)
        return release, new, report


def _retire(instance: Path) -> None:
    """Empties the kept releases that hold what was withheld since the last build."""
    withheld = WithholdList(instance)
    pending = withheld.pending()
    if pending:
        ends = [thing.removeprefix(f"{SOURCE_BASE}id/") for thing in pending]
        releases.retire(instance, ends, withheld.names())
        withheld.settle()


def _derive(draft: Path, store: Store, model: Model, base: str) -> None:
    """What a release holds beside its statements, made from them."""
    write_index(draft / INDEX, store, model, base)
    write_stretches(draft / INDEX, store, model, base)
    write_panels(draft / INDEX, store, model, base, draft / "queries")
    write_reports(draft, audit(store, model, base))


def withhold(
    folder: Path,
    instance: Path,
    base: str,
    thing: str,
    reason: str,
    progress: Progress,
    key: str = "",
    inferences: bool = True,
) -> Withdrawal:
    """Takes `thing` out of the next release, makes that release, and retires those that still hold it.

    Raises BadSource when there is no such thing or no such reason, BuildFailed when a check fails; the thing
    stays on the list then, and the next build leaves it out and retires those releases.
    """
    thing = thing.replace(f"{base}id/", f"{SOURCE_BASE}id/", 1)
    model, files = Model.load(folder, SOURCE_BASE), read_sources(folder)
    quads = [quad for file in files for quad in file.quads]
    quads += Restricted(Vault(instance, key), files, model).quads()
    traces = traces_of(thing, quads, model)
    if not traces.ids:
        raise BadSource(f"The sources say nothing of {thing}.")
    WithholdList(instance).add(thing, reason_iri(reason, model), traces)
    before = releases.retired(instance)
    release, _, _ = build(folder, instance, base, progress, key, inferences=inferences)
    return Withdrawal(release, tuple(sorted(releases.retired(instance) - before)))


def _published(quads: list[Quad], model: Model, instance: Path) -> list[Quad]:
    """The statements without what is withheld, and with the tombstones. Raises BuildFailed when
    something withheld has come back."""
    withheld = WithholdList(instance)
    stones = withheld.tombstones()
    if not stones:
        return quads
    things = {stone.iri for stone in stones}
    back = list(withheld.returning(quads, model, things))
    staying = Redaction(quads, model, things, REGISTER, withheld.names()).run()
    back += unique(Refusals(instance, SOURCE_BASE).speaks_of(staying, model))
    if back:
        raise BuildFailed([found.summary() for found in back])
    return [*staying, *tombstone_quads(stones)]


def compile_quads(
    quads: list[Quad], model: Model, base: str, progress: Progress, source: Path | None = None
) -> Dump:
    """All statements of a release: sources, bounds, editorial view, what the software infers by the queries
    in `source` (None: nothing), statistics, default graph."""
    dump = Dump()
    dump.add(_moved(chain(quads, derived(quads, model)), base))
    progress("choose", 0, 1)
    dump.add(choose_all(dump.store, model, base))
    # After the editorial view, which must not rest on inferences.
    dump.add(inferred(dump.store, source, model, base) if source else ())
    progress("choose", 1, 1)
    dump.add(_statistics(dump.store, base))
    _allow(dump.predicates, model)
    progress("count", 1, 1)
    dump.share(partial(_is_shared, base))
    return dump


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


def _allow(predicates: set[str], model: Model) -> None:
    unknown = sorted(predicates - model.publishable)
    if unknown:
        raise BuildFailed([f"ontology/publishable.ttl does not allow {name}" for name in unknown])


def _statistics(store: Store, base: str) -> Iterator[Quad]:
    answer = store.query(rebase(stored("statistics"), base), Formats(graph=N_TRIPLES))
    graph = iri(f"{base}graph/metadata")
    return (quad._replace(graph=graph) for quad in parse(answer.body, N_TRIPLES, base))


def _is_shared(base: str, graph: str) -> bool:
    """Whether queries that name no graph see it: register, editorial view, ontology and vocabularies."""
    vocabularies = (f"{base}graph/vocabulary-", f"{SOURCE_BASE}graph/vocabulary-")
    return graph in {f"{base}graph/{name}" for name in _SHARED} or graph.startswith(vocabularies)
