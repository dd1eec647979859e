"""What things are called: labels with fallback, and composed titles for things without a name."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from server.archive.model import Model, Texts, choose, local_name
from server.archive.queries import SOURCE_BASE, fill, iris_text, rebase, select, stored
from server.archive.records import Link, Text
from server.archive.vocabulary import RDF
from server.store.answers import Store
from server.store.syntax import Term


@dataclass
class _Parts:
    labels: Texts = field(default_factory=dict)
    types: list[str] = field(default_factory=list)
    when: list[str] = field(default_factory=list)
    about: Texts = field(default_factory=dict)
    by: Texts = field(default_factory=dict)
    kind: Texts = field(default_factory=dict)


class Names:
    """Looks the names of many things up at once and hands out links in one language."""

    def __init__(self, store: Store, model: Model, base: str, language: str) -> None:
        self._store = store
        self._model = model
        self._base = base
        self._language = language
        self._parts: dict[str, _Parts] = {}

    def learn(self, iris: Iterable[str]) -> None:
        """Fetches what is needed to name `iris`, in one query."""
        wanted = sorted({iri for iri in iris if self.path(iri)} - set(self._parts) - set(self._model.labels))
        if not wanted:
            return
        text = fill(rebase(stored("labels"), self._base), thing=iris_text(wanted))
        for row in select(self._store, text):
            self._add(self._parts.setdefault(row["thing"].value, _Parts()), row)

    def _add(self, parts: _Parts, row: dict[str, Term]) -> None:
        for name, target in _texts(parts):
            if name in row:
                target.setdefault(row[name].language or "", row[name].value)
        if "type" in row:
            parts.types.append(row["type"].value)
        if "when" in row:
            parts.when.append(row["when"].value)

    def text(self, iri: str) -> Text:
        """The name of `iri`; the end of the IRI when nothing better is known."""
        label, language = choose(self._model.labels.get(iri, {}), self._language)
        if not label and iri in self._parts:
            label, language = self._name(self._parts[iri])
        return Text(label, language) if label else Text(local_name(iri))

    def _name(self, parts: _Parts) -> tuple[str, str]:
        if parts.labels:
            return choose(parts.labels, self._language)
        kind, language = choose(self._type_label(parts), self._language)
        texts = (choose(option, self._language)[0] for option in (parts.kind, parts.by, parts.about))
        details = ", ".join(filter(None, (*sorted(set(parts.when))[:1], *texts)))
        return ": ".join(filter(None, (kind, details))), language

    def _type_label(self, parts: _Parts) -> Texts:
        return next((self._model.labels[t] for t in sorted(parts.types) if t in self._model.labels), {})

    def link(self, iri: str) -> Link:
        """A link to the page of `iri` here, or to its own address elsewhere."""
        path = self.path(iri)
        return Link(iri, self.text(iri) if path or iri in self._model.labels else Text(iri), path)

    def path(self, iri: str) -> str:
        """The path of one of our IRIs, without the leading slash; "" for others."""
        for base in (self._base, SOURCE_BASE):
            if iri.startswith(base):
                return iri.removeprefix(base)
        return ""

    def value(self, term: Term) -> tuple[Text, Link | None]:
        """Text and link of a value."""
        if term.kind == "literal":
            return Text(term.value, term.language or "", term.datatype or ""), None
        link = self.link(term.value)
        return link.text, link

    def label(self, texts: Texts) -> Text:
        """One of our own texts in the reader's language."""
        return Text(*choose(texts, self._language))


def _texts(parts: _Parts) -> tuple[tuple[str, Texts], ...]:
    return ("label", parts.labels), ("about", parts.about), ("by", parts.by), ("kind", parts.kind)


def is_type(property_iri: str) -> bool:
    """Whether a property only states the class."""
    return property_iri == str(RDF.type)
