"""Gathers what is said of one thing, and by whom, with at most five queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from server.archive.layout import Entries, Layout, in_time
from server.archive.material import Material
from server.archive.model import Field, Model
from server.archive.names import Known, Names
from server.archive.queries import fill, iri_text, iris_text, rebase, select, stored
from server.archive.records import Link, Resource, Source, Text
from server.archive.statements import Statement
from server.archive.vocabulary import SHAPES
from server.errors import Gone, NotFound
from server.store.answers import Store
from server.store.syntax import Term

_Parts = dict[str, list[Term]]


class Describer:
    """Describes one thing in one language."""

    def __init__(
        self, store: Store, model: Model, base: str, language: str, known: Known | None = None
    ) -> None:
        self._store = store
        self._model = model
        self._base = base
        self._names = Names(store, model, base, language, known)

    def describe(self, iri: str) -> Resource:
        """The page of `iri`. Raises NotFound when nothing is said of it."""
        material = Material(self._model, f"{self._base}graph/")
        material.add(self._statements(material, [iri]))
        if not material.knows(iri):
            raise NotFound(f"Nothing is known about {iri} in this release.")
        shape = material.shape(iri)
        if shape and shape.gone:
            raise Gone("This record was withdrawn from the archive.")
        links = shape.links if shape else ()
        material.related = self._related(iri, links)
        material.add(self._statements(material, self._unfolded(material, links)))
        claims = self._claims(material.claim_sets())
        content = self._content(iri) if shape and shape.names_graph else None
        named = content.mentioned() if content else ()
        # All names at once: a page may ask five questions. A claim set is called by who claims.
        unclaimed = (claim_set for claim_set, parts in claims.items() if not parts["claimant"])
        self._names.learn({*material.mentioned(), *named, *unclaimed, *_iris(claims.values())})
        material.sources = {claim_set: self._source(claim_set, parts) for claim_set, parts in claims.items()}
        return Layout(self._names, material).page(iri, self._entries(content) if content else {})

    def _content(self, iri: str) -> Material:
        """What a named graph says."""
        text = fill(rebase(stored("content"), self._base), graph=iris_text([iri]))
        content = Material(self._model, shared="")
        content.add(
            Statement(row["subject"].value, row["property"].value, row["value"], iri)
            for row in select(self._store, text)
        )
        return content

    def _entries(self, content: Material) -> Entries:
        """What a named graph says as one section of its page."""
        layout = Layout(self._names, content)
        return {f"{SHAPES}group-content": sorted(map(layout.entry, content.subjects()), key=in_time)}

    def _statements(self, material: Material, iris: list[str]) -> list[Statement]:
        """What is said of `iris`; why a value was preferred goes to `material` at once."""
        if not iris:
            return []
        text = fill(rebase(stored("statements"), self._base), subject=iris_text(iris))
        rows = select(self._store, text)
        for row in rows:
            if "because" in row:
                material.reasons[row["subject"].value, row["property"].value] = row["because"].value
        return [
            Statement(row["subject"].value, row["property"].value, row["value"], row["graph"].value)
            for row in rows
            if "value" in row
        ]

    def _related(self, iri: str, links: Sequence[Field]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        if links:
            branches = "\n  UNION ".join(_branch(iri, link) for link in links)
            for row in select(self._store, f"SELECT DISTINCT ?field ?thing WHERE {{\n  {branches} }}"):
                if row["thing"].kind == "iri" and row["thing"].value != iri:
                    found[row["field"].value].append(row["thing"].value)
        return dict(found)

    def _unfolded(self, material: Material, links: Sequence[Field]) -> list[str]:
        things = {thing for f in links if f.unfolded for thing in material.related.get(f.iri, [])}
        return sorted(thing for thing in things if not material.knows(thing))

    def _claims(self, claim_sets: list[str]) -> dict[str, _Parts]:
        """What the register says of some claim sets."""
        if not claim_sets:
            return {}
        text = fill(rebase(stored("claims"), self._base), claim_set=iris_text(claim_sets))
        found: dict[str, _Parts] = {claim_set: defaultdict(list) for claim_set in claim_sets}
        for row in select(self._store, text):
            claim_set = row.pop("claim_set").value
            for name, term in row.items():
                found[claim_set][name].append(term)
        return found

    def _source(self, claim_set: str, parts: _Parts) -> Source:
        return Source(
            claim_set=self._names.link(claim_set),
            claimant=self._link(parts["claimant"]),
            reporter=self._link(parts["reporter"]),
            document=self._link(parts["document"]),
            standing=self._link(parts["standing"]),
            asserted=next(iter(self._texts(parts["asserted"])), None),
            quotes=self._texts(parts["quote"]),
            disputed_by=tuple(map(self._by, sorted({t.value for t in parts["disputing"]}))),
            copies=tuple(map(self._names.link, sorted({t.value for t in parts["copy"]}))),
        )

    def _by(self, claim_set: str) -> Link:
        return self._names.link(claim_set)._replace(text=self._names.author(claim_set))

    def _link(self, terms: list[Term]) -> Link | None:
        return self._names.link(terms[0].value) if terms else None

    def _texts(self, terms: list[Term]) -> tuple[Text, ...]:
        return tuple(sorted((self._names.value(term)[0] for term in terms), key=lambda text: text.value))


def _branch(iri: str, link: Field) -> str:
    return f"{{ BIND({iri_text(link.iri)} AS ?field) GRAPH ?graph {{ {iri_text(iri)} {link.path} ?thing }} }}"


def _iris(found: Iterable[_Parts]) -> Iterable[str]:
    return (t.value for parts in found for terms in parts.values() for t in terms if t.kind == "iri")
