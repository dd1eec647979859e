"""The archive as the web layer sees it: describe, list, check, and hand out RDF."""

from dataclasses import replace
from functools import cached_property
from pathlib import Path

from server.archive.columns import label_properties, shown_properties
from server.archive.findings import Report
from server.archive.gallery import Example, Gallery
from server.archive.glossary import Glossary
from server.archive.index import INDEX
from server.archive.listings import Lister
from server.archive.model import Model
from server.archive.names import Known, Names, is_type
from server.archive.overviews import Overviews
from server.archive.panels import Panels
from server.archive.pickers import Pickers
from server.archive.queries import fill, iris_text, rebase, select, stored
from server.archive.reading import read_turtle, turtle_files
from server.archive.records import Asked, Found, Listing, Release, Resource, TypeEntry, Withdrawn
from server.archive.releases import ReleaseFolder, current
from server.archive.remarks import RemarkGroup, Remarks
from server.archive.resources import Describer
from server.archive.search import PAGE_SIZE as SEARCH_PAGE
from server.archive.search import Finder, Search
from server.archive.submissions import Call, SubmissionDesk, check_handler
from server.archive.vocabulary import RDF, SHAPES
from server.archive.withdrawals import withdrawals
from server.config import Settings
from server.errors import Gone, NotFound
from server.store.answers import Store
from server.store.embedded import memory_store
from server.store.syntax import N_QUADS, N_TRIPLES, TRIG, TURTLE, Quad, Term, serialize


class Archive:
    """One release behind one store."""

    def __init__(self, folder: ReleaseFolder, store: Store, base: str, call: Call | None = None) -> None:
        """`call` sends a submission to the process that checks it; without one it is checked here."""
        self.store = store
        self.base = base
        self.model: Model = folder.model(base)
        self.release: Release = folder.manifest
        self.folder: Path = folder.path
        self.gallery = Gallery(folder.path / "queries", base)
        self.overviews = Overviews(folder.path / "queries")
        self.panels = Panels(folder.path / INDEX, folder.path / "queries", self.model)
        # Of this release only: what is withheld from the next one must not be named there.
        self._known = Known()
        self._glossaries: dict[str, Glossary] = {}
        self._remarks = Remarks(folder.path)
        self._finder = Finder(folder.path / INDEX)
        self.pickers = Pickers(store, self.model, base, self.gallery.frame.pickers, self._finder)
        self._desk = SubmissionDesk(
            call or check_handler(str(folder.path), base, str(folder.instance)), store, base
        )

    @classmethod
    def open(cls, settings: Settings) -> "Archive":
        """The current release with everything in this process: for tests and single commands."""
        folder = current(settings.instance)
        return cls(folder, memory_store(folder.nquads, settings.base), settings.base)

    def check(self, data: bytes, media_type: str) -> Report:
        """The report on a submission. Raises BadSyntax or TooLarge."""
        return self._desk.check(data, media_type)

    def describe(self, iri: str, language: str) -> Resource:
        """What a page shows of `iri`. Raises NotFound."""
        return Describer(self.store, self.model, self.base, language, self._known).describe(iri)

    def _names(self, language: str) -> Names:
        return Names(self.store, self.model, self.base, language, self._known)

    def types(self, language: str) -> list[TypeEntry]:
        """The classes of the menu."""
        return self._lister(language).types()

    def listing(self, slug: str, language: str, page: int = 1, asked: Asked | None = None) -> Listing:
        """One page of the things of a class, or of those that fit what was `asked`. Raises NotFound."""
        return self._lister(language).listing(slug, replace(asked or Asked(), page=page))

    def listing_graph(self, listing: Listing) -> bytes:
        """Turtle of what the columns of a list say directly, with the classes and names of its things."""
        properties = {
            str(RDF.type),
            *label_properties(self.model),
            *shown_properties(self.model, listing.slug),
        }
        text = fill(
            rebase(stored("listed"), self.base),
            subject=iris_text(row.title.iri for row in listing.rows),
            property=iris_text(sorted(properties)),
        )
        quads = [
            Quad(row["subject"], row["property"], row["value"], None) for row in select(self.store, text)
        ]
        return serialize(quads, TURTLE, self.model.prefixes)

    def _lister(self, language: str) -> Lister:
        names = self._names(language)
        return Lister(self.folder / INDEX, self.model, names, language)

    def examples(self, language: str) -> list[Example]:
        """The queries of the gallery."""
        return self.gallery.examples(language)

    def glossary(self, language: str) -> Glossary:
        """The ontology, the shapes and the vocabularies explained to readers."""
        if language not in self._glossaries:
            names = self._names(language)
            self._glossaries[language] = Glossary(self.model, names)
        return self._glossaries[language]

    def warnings(self, language: str) -> list[RemarkGroup]:
        """What the rules over the archive found, the first of each."""
        return self._remarks.groups(self._names(language), language)

    def warnings_of(self, slug: str, language: str, page: int) -> RemarkGroup:
        """One page of what one of these rules found. Raises NotFound."""
        return self._remarks.group(slug, self._names(language), language, page)

    def withdrawals(self, language: str) -> list[Withdrawn]:
        """What was withheld, newest first."""
        return withdrawals(self.store, self.model, self.base, language)

    def search(self, text: str, language: str, slug: str = "", asked: Asked | None = None) -> Found:
        """What fits `text`; of one class if `slug` is given, and then narrowed like its list."""
        names = self._names(language)
        wanted = asked or Asked(size=SEARCH_PAGE)
        return Search(self.model, names, language).found(self._finder, text, slug, wanted)

    def size(self, graph: str) -> int:
        """How many statements a named graph holds."""
        rows = select(self.store, fill(stored("size"), graph=iris_text([graph])))
        return int(rows[0]["count"].value)

    def content(self, graph: str) -> list[Quad]:
        """What a shared graph says."""
        return self._content(graph, N_TRIPLES)

    def graph(self, iri: str, media_type: str) -> bytes:
        """The RDF of `iri`: its description, and as TriG and N-Quads the claims too; of a shared graph, all
        that it holds; of the shapes, the shapes. Raises NotFound or Gone."""
        return serialize(self.statements(iri, media_type), media_type, self.model.prefixes)

    def statements(self, iri: str, media_type: str = N_QUADS) -> list[Quad]:
        """The statements that a document of some format holds. Raises NotFound or Gone."""
        if iri.startswith(f"{self.base}graph/") and self.size(iri):
            return self._content(iri, media_type)
        if iri == SHAPES.removesuffix("#"):
            return self._shapes
        quads = self._quads("described", iri)
        self._refuse_gone(quads)
        if media_type in (TRIG, N_QUADS):
            quads += self._quads("claimed", iri)
        if not quads:
            raise NotFound(f"Nothing is known about {iri} in this release.")
        return quads

    @cached_property
    def _shapes(self) -> list[Quad]:
        """The shapes. Blank nodes have numbers: the document must be the same whoever serves it."""
        numbers: dict[str, str] = {}

        def stable(term: Term) -> Term:
            is_blank = term.kind == "bnode"
            return Term("bnode", numbers.setdefault(term.value, f"b{len(numbers)}")) if is_blank else term

        paths = turtle_files(self.folder / "shapes")
        quads = (quad for path in paths for quad in read_turtle(path, self.base))
        return list(dict.fromkeys(Quad(stable(q.subject), q.predicate, stable(q.object)) for q in quads))

    def tombstone(self, iri: str, media_type: str) -> bytes:
        """The RDF of what is left of a withheld thing."""
        return serialize(self._quads("described", iri), media_type, self.model.prefixes)

    def _refuse_gone(self, quads: list[Quad]) -> None:
        shape = self.model.shape_of(sorted({q.object.value for q in quads if is_type(q.predicate.value)}))
        if shape and shape.gone:
            raise Gone("This record was withdrawn from the archive.")

    def _content(self, graph: str, media_type: str) -> list[Quad]:
        rows = select(self.store, fill(stored("content"), graph=iris_text([graph])))
        name = Term("iri", graph, None, None) if media_type in (TRIG, N_QUADS) else None
        return [Quad(row["subject"], row["property"], row["value"], name) for row in rows]

    def _quads(self, name: str, iri: str) -> list[Quad]:
        text = fill(rebase(stored(name), self.base), thing=iris_text([iri]))
        rows = select(self.store, text)
        return [Quad(row["subject"], row["property"], row["value"], row.get("graph")) for row in rows]
