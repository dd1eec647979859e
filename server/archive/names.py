"""What things are called: labels with fallback, and composed titles for things without a name."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from server.archive.model import Model, Texts, choose, local_name
from server.archive.queries import SOURCE_BASE, fill, iris_text, rebase, select, stored
from server.archive.records import Link, Text
from server.archive.vocabulary import RDF
from server.store.answers import Store
from server.store.syntax import Term

# How many parts of each role a composed title names.
_ROLES = {"kind": 1, "by": 1, "about": 2}
# So many things are remembered by their names: some kilobytes each at most.
_MOST = 20_000
_TYPE = str(RDF.type)


@dataclass
class _Parts:
    labels: Texts = field(default_factory=dict)
    types: list[str] = field(default_factory=list)
    when: list[str] = field(default_factory=list)
    # By role, then by the thing that the part names.
    named: dict[str, dict[str, Texts]] = field(default_factory=lambda: {role: {} for role in _ROLES})


class Known:
    """What was learnt of names from one release, for all its pages; when it is full it begins anew."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._parts: dict[str, _Parts] = {}

    def of(self, iris: Iterable[str]) -> dict[str, _Parts]:
        """What is known of some things."""
        parts = self._parts
        return {iri: found for iri in iris if (found := parts.get(iri))}

    def add(self, found: dict[str, _Parts]) -> None:
        """Remembers more."""
        if len(self._parts) + len(found) > self._most:
            # Another thread may be reading the old ones.
            self._parts = {}
        self._parts.update(found)


class Names:
    """Looks the names of many things up at once and hands out links in one language."""

    def __init__(
        self, store: Store, model: Model, base: str, language: str, known: Known | None = None
    ) -> None:
        self._known = known or Known()
        self._links: dict[str, Link] = {}
        self._store = store
        self._model = model
        self._base = base
        self._language = language
        self._parts: dict[str, _Parts] = {}

    def speaking(self, language: str) -> "Names":
        """The same names in another language; what one learns the other knows."""
        other = Names(self._store, self._model, self._base, language, self._known)
        other._parts = self._parts
        return other

    def learn(self, iris: Iterable[str]) -> None:
        """Fetches what is needed to name `iris`, in one query at most."""
        wanted = set(iris) - self._parts.keys() - self._model.labels.keys()
        self._parts |= self._known.of(wanted)
        missing = sorted(iri for iri in wanted if iri not in self._parts and self.path(iri))
        if missing:
            found = self._fetched(missing)
            self._parts |= found
            self._known.add(found)

    def _fetched(self, iris: list[str]) -> dict[str, _Parts]:
        found = {iri: _Parts() for iri in iris}
        text = fill(rebase(stored("labels"), self._base), thing=iris_text(iris))
        for row in select(self._store, text):
            self._add(found.setdefault(row["thing"].value, _Parts()), row)
        return found

    def _add(self, parts: _Parts, row: dict[str, Term]) -> None:
        if "label" in row:
            parts.labels.setdefault(row["label"].language or "", row["label"].value)
        for role in _ROLES:
            if role in row:
                texts = parts.named[role].setdefault(row["part"].value, {})
                texts.setdefault(row[role].language or "", row[role].value)
        if "type" in row:
            parts.types.append(row["type"].value)
        if "when" in row:
            parts.when.append(row["when"].value)

    def text(self, iri: str, without: Collection[str] = (), dated: bool = True) -> Text:
        """The name of `iri`; the end of the IRI when nothing better is known. A composed name leaves out
        the things in `without` and, unless `dated`, the date."""
        label, language = choose(self._model.labels.get(iri, {}), self._language)
        parts = self._parts.get(iri)
        if not label and parts and not parts.labels:
            return self._composed(parts, without, dated) or Text(local_name(iri))
        if not label and parts:
            label, language = choose(parts.labels, self._language)
        return Text(label, language) if label else Text(local_name(iri))

    def brief(self, iri: str, without: Collection[str], dated: bool) -> Text | None:
        """A composed name without what stands beside it; None for a name of its own, or if no more than the
        type is left."""
        if not self.composed(iri):
            return None
        text = self.text(iri, without, dated)
        return text if ": " in text.value else None

    def author(self, iri: str) -> Text:
        """Who made `iri`, where its composed name tells that; else its name."""
        parts = self._parts.get(iri)
        makers = self._role(parts, "by", ()) if parts else []
        return Text(makers[0], self._language) if makers else self.text(iri)

    def told(self, iri: str) -> set[str]:
        """The things and the date that a composed name tells."""
        if not self.composed(iri) or iri not in self._parts:
            return set()
        parts = self._parts[iri]
        named = (thing for things in parts.named.values() for thing in things)
        return {*named, *sorted(set(parts.when))[:1]}

    def composed(self, iri: str) -> bool:
        """Whether `iri` has no name of its own."""
        return iri not in self._model.labels and not (iri in self._parts and self._parts[iri].labels)

    def _composed(self, parts: _Parts, without: Collection[str], dated: bool) -> Text | None:
        kind, language = choose(self._type_label(parts), self._language)
        when = min(parts.when) if parts.when and dated else ""
        texts = [text for role, most in _ROLES.items() for text in self._role(parts, role, without)[:most]]
        details = " · ".join(filter(None, (when, *texts)))
        label = ": ".join(filter(None, (kind, details)))
        return Text(label, language, when=when) if label else None

    def _role(self, parts: _Parts, role: str, without: Collection[str]) -> list[str]:
        named = parts.named[role].items()
        return sorted({choose(texts, self._language)[0] for iri, texts in named if iri not in without})

    def _type_label(self, parts: _Parts) -> Texts:
        return next((self._model.labels[t] for t in sorted(parts.types) if t in self._model.labels), {})

    def link(self, iri: str) -> Link:
        """A link to the page of `iri` here, or to its own address elsewhere."""
        if iri in self._links:
            return self._links[iri]
        path = self.path(iri)
        link = Link(iri, self.text(iri) if path or iri in self._model.labels else Text(iri), path)
        if iri in self._parts:
            # What is not learnt yet may get a better name.
            self._links[iri] = link
        return link

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


def is_type(property_iri: str) -> bool:
    """Whether a property only states the class."""
    return property_iri == _TYPE
