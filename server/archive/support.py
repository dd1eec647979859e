"""Finds what may not be published on the word of one: the query names the rule, the ontology the classes."""

from collections.abc import Iterable, Iterator

from server.archive.findings import Finding
from server.archive.model import Model
from server.archive.queries import select, stored
from server.archive.rules import finding
from server.archive.sources import SourceFile
from server.archive.vocabulary import NOTES, RDF
from server.store.embedded import memory_store
from server.store.syntax import Quad, canonical_nquads

_TYPE = str(RDF.type)


def unsupported(quads: Iterable[Quad], model: Model) -> set[str]:
    """The things that lack the support which their class demands."""
    quads = list(quads)
    kinds = {str(kind) for kind in model.ontology.subjects(NOTES.needsTwoRoots)}
    if not any(quad.predicate.value == _TYPE and quad.object.value in kinds for quad in quads):
        return set()
    store = memory_store(canonical_nquads([*quads, *model.quads]))
    return {row["thing"].value for row in select(store, stored("unsupported"))}


def check_support(files: list[SourceFile], model: Model) -> Iterator[Finding]:
    """A finding on each such thing of the sources, in every file that describes it."""
    things = unsupported((quad for file in files for quad in file.quads), model)
    for file in files:
        described = {quad.subject.value for quad in file.quads} & things
        for thing in sorted(described):
            yield file.placed(finding(model, "needsTwoRoots", thing, None, None))
