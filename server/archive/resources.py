"""Gathers what is said of one thing, and by whom, with at most five queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from server.archive.layout import Entries, Layout, Material, Statement, in_time
from server.archive.model import Field, Model
from server.archive.names import Names
from server.archive.queries import fill, iri_text, iris_text, rebase, select, stored
from server.archive.records import Link, Resource, Source, Text
from server.archive.vocabulary import SHAPES
from server.errors import Gone, NotFound
from server.store.answers import Store
from server.store.syntax import Term

_Parts = dict[str, list[Term]]


class Describer:
    """Describes one thing in one language."""

    def __init__(self, store: Store, model: Model, base: str, language: str) -> None:
        self._store = store
        self._model = model
        self._base = base
        self._names = Names(store, model, base, language)

    def describe(self, iri: str) -> Resource:
        """The page of `iri`. Raises NotFound when nothing is said of it."""
        material = Material(self._model, f"{self._base}graph/")
        material.add(self._statements([iri]))
        if not material.knows(iri):
            raise NotFound(f"Nothing is known about {iri} in this release.")
        shape = material.shape(iri)
        if shape and shape.gone:
            raise Gone("This record was withdrawn from the archive.")
        links = shape.links() if shape else []
        material.related = self._related(iri, links)
        material.add(self._statements(self._unfolded(material, links)))
        material.sources = self._sources(material.claim_sets())
        self._names.learn(material.mentioned())
        content = self._content(iri) if shape and shape.names_graph else {}
        return Layout(self._names, material).page(iri, content)

    def _content(self, iri: str) -> Entries:
        """What a named graph says; its page shows that as one section."""
        text = fill(rebase(stored("content"), self._base), graph=iris_text([iri]))
        rows = select(self._store, text)
        content = Material(self._model, shared="")
        content.add(Statement(r["subject"].value, r["property"].value, r["value"], iri) for r in rows)
        self._names.learn(content.mentioned())
        layout = Layout(self._names, content)
        entries = map(layout.entry, {r["subject"].value for r in rows})
        return {f"{SHAPES}group-content": sorted(entries, key=in_time)}

    def _statements(self, iris: list[str]) -> list[Statement]:
        if not iris:
            return []
        text = fill(rebase(stored("statements"), self._base), subject=iris_text(iris))
        return [
            Statement(row["subject"].value, row["property"].value, row["value"], row["graph"].value)
            for row in select(self._store, text)
        ]

    def _related(self, iri: str, links: list[Field]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        if links:
            branches = "\n  UNION ".join(_branch(iri, link) for link in links)
            for row in select(self._store, f"SELECT DISTINCT ?field ?thing WHERE {{\n  {branches} }}"):
                if row["thing"].kind == "iri" and row["thing"].value != iri:
                    found[row["field"].value].append(row["thing"].value)
        return dict(found)

    def _unfolded(self, material: Material, links: list[Field]) -> list[str]:
        things = {thing for f in links if f.unfolded for thing in material.related.get(f.iri, [])}
        return sorted(thing for thing in things if not material.knows(thing))

    def _sources(self, claim_sets: list[str]) -> dict[str, Source]:
        if not claim_sets:
            return {}
        text = fill(rebase(stored("claims"), self._base), claim_set=iris_text(claim_sets))
        found: dict[str, _Parts] = {claim_set: defaultdict(list) for claim_set in claim_sets}
        for row in select(self._store, text):
            claim_set = row.pop("claim_set").value
            for name, term in row.items():
                found[claim_set][name].append(term)
        self._names.learn([*claim_sets, *_iris(found.values())])
        return {claim_set: self._source(claim_set, parts) for claim_set, parts in found.items()}

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
        )

    def _by(self, claim_set: str) -> Link:
        return replace(self._names.link(claim_set), text=self._names.author(claim_set))

    def _link(self, terms: list[Term]) -> Link | None:
        return self._names.link(terms[0].value) if terms else None

    def _texts(self, terms: list[Term]) -> tuple[Text, ...]:
        return tuple(sorted((self._names.value(term)[0] for term in terms), key=lambda text: text.value))


def _branch(iri: str, link: Field) -> str:
    return f"{{ BIND({iri_text(link.iri)} AS ?field) GRAPH ?graph {{ {iri_text(iri)} {link.path} ?thing }} }}"


def _iris(found: Iterable[_Parts]) -> Iterable[str]:
    return (t.value for parts in found for terms in parts.values() for t in terms if t.kind == "iri")
