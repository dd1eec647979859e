"""The acceptance test of the idea: a new property is one edit in ontology/, one in shapes/, no Python.

The sources of the invented world are copied, two files get a paragraph each, and checks, pages, lists,
documentation, RDF and SPARQL know the property.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from server import create_app
from server.archive.archive import Archive
from server.archive.compiling import build
from server.archive.findings import Report
from server.archive.queries import SOURCE_BASE, select
from server.config import Settings
from server.store.syntax import TRIG, TURTLE

ROOT = Path(__file__).parent.parent
PERSON = f"{SOURCE_BASE}id/exm9s346q3"
TERM = f"{SOURCE_BASE}ontology#booksWritten"

# The allow-list is a set of annotations, which any ontology file may add to: so this is one edit.
IN_THE_ONTOLOGY = """
pra:booksWritten a owl:DatatypeProperty ;
    rdfs:isDefinedBy <https://w3id.org/praleska/ontology> ;
    rdfs:label "напісаныя кнігі"@be , "написанные книги"@ru , "books written"@en ;
    skos:definition "Колькі кніг напісаў чалавек."@be , "Сколько книг написал человек."@ru ,
        "How many books somebody wrote."@en .
<https://w3id.org/praleska/publishable> pra:publishes pra:booksWritten .
"""
IN_THE_SHAPE = """
shape:Person sh:property shape:Person-booksWritten .
shape:Person-booksWritten a sh:PropertyShape ;
    sh:path pra:booksWritten ;
    sh:maxCount 1 ;
    sh:datatype <http://www.w3.org/2001/XMLSchema#integer> ;
    sh:minInclusive 0 ;
    pra:summary true ;
    sh:name "кнігі"@be , "книги"@ru , "books"@en ;
    sh:description "Колькі іх."@be , "Сколько их."@ru , "How many there are."@en ;
    sh:message "Патрэбен адзін цэлы лік."@be , "Нужно одно целое число."@ru ,
        "One whole number is needed."@en ;
    sh:group shape:group-other ;
    sh:order 2 .
"""
HEAD = """
@prefix pra: <https://w3id.org/praleska/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix exposure: <https://w3id.org/praleska/vocabulary/exposure/> .
@prefix id: <https://w3id.org/praleska/id/> .
"""


class World:
    """The invented world in a folder of its own."""

    def __init__(self, original: Path, folder: Path) -> None:
        self.settings = Settings(source=folder / "source", instance=folder / "instance")
        shutil.copytree(original, self.settings.source)

    def add(self, file: str, text: str) -> None:
        """One edit."""
        with (self.settings.source / file).open("a", encoding="utf-8") as opened:
            opened.write(text)

    def build(self) -> Archive:
        """The archive of what stands in the folder now."""
        build(self.settings.source, self.settings.instance, self.settings.base, lambda *_: None)
        return Archive.open(self.settings)

    def edited(self, original: Path) -> set[str]:
        """The files of ontology and shapes that are not as they were."""
        files = [
            path.relative_to(original)
            for name in ("ontology", "shapes")
            for path in (original / name).rglob("*")
        ]
        own = self.settings.source
        return {
            str(file)
            for file in files
            if (original / file).is_file() and (original / file).read_bytes() != (own / file).read_bytes()
        }


@pytest.fixture(scope="module")
def edited(world: Settings, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world after the two edits, with a number of books for one invented person."""
    made = World(world.source, tmp_path_factory.mktemp("edited"))
    made.add("ontology/praleska.ttl", IN_THE_ONTOLOGY)
    made.add("shapes/person.ttl", IN_THE_SHAPE)
    made.add("data/claims/example/context.trig", "\ngraph:register { ex-person: pra:booksWritten 7 . }\n")
    return made


@pytest.fixture(scope="module")
def archive(edited: World) -> Archive:
    return edited.build()


@pytest.fixture
def client(edited: World, archive: Archive) -> Iterator[FlaskClient]:
    with create_app(edited.settings, archive).test_client() as client:
        yield client


def check(archive: Archive, value: str) -> Report:
    text = f'{HEAD} id:newnew0000 a pra:Person ; skos:prefLabel "New Example"@en ; '
    text += f"pra:exposure exposure:public-figure ; pra:booksWritten {value} ."
    return archive.check(text.encode(), TURTLE)


def test_two_files_were_edited(edited: World, world: Settings) -> None:
    assert edited.edited(world.source) == {"ontology/praleska.ttl", "shapes/person.ttl"}


def test_without_the_edits_nobody_knows_the_property(world: Settings) -> None:
    found = check(Archive.open(world), "7").findings
    assert {finding.shape.rpartition("#")[2] for finding in found} == {"Rule-undeclaredTerm", "Person"}


@pytest.mark.parametrize("value", ["7", "0"])
def test_a_right_value_is_accepted(archive: Archive, value: str) -> None:
    assert check(archive, value).findings == ()


@pytest.mark.parametrize("value", ["-1", '"seven"', '"7"', "7.5", "7 , 8"])
def test_a_wrong_value_is_refused_in_the_words_of_the_new_shape(archive: Archive, value: str) -> None:
    (found,) = check(archive, value).findings
    assert found.shape == f"{SOURCE_BASE}shapes#Person-booksWritten"
    assert (found.focus, found.path, found.line) == (f"{SOURCE_BASE}id/newnew0000", TERM, 6)
    assert [found.sentence(language) for language in ("be", "ru", "en")] == [
        "Патрэбен адзін цэлы лік.",
        "Нужно одно целое число.",
        "One whole number is needed.",
    ]
    assert found.as_json("be")["field"] == "кнігі"


def test_the_build_refuses_a_wrong_value_too(edited: World, tmp_path: Path) -> None:
    other = World(edited.settings.source, tmp_path)
    other.add("data/claims/example/context.trig", "\ngraph:register { ex-person-2: pra:booksWritten -1 . }\n")
    with pytest.raises(Exception, match="error") as raised:
        other.build()
    assert "One whole number is needed." in "\n".join(getattr(raised.value, "findings", ()))


@pytest.mark.parametrize(("language", "name"), [("be", "кнігі"), ("ru", "книги"), ("en", "books")])
def test_the_page_of_a_person_has_the_row(
    archive: Archive, client: FlaskClient, language: str, name: str
) -> None:
    rows = [row for section in archive.describe(PERSON, language).sections for row in section.rows]
    assert [[v.text.value for v in row.values] for row in rows if row.name.value == name] == [["7"]]
    html = client.get(f"/doc/exm9s346q3.{language}.html").get_data(as_text=True)
    assert name in html


@pytest.mark.parametrize(("language", "name"), [("be", "кнігі"), ("ru", "книги"), ("en", "books")])
def test_the_list_of_people_has_the_column(
    archive: Archive, client: FlaskClient, language: str, name: str
) -> None:
    listing = archive.listing("Person", language, 1)
    place = [column.value for column in listing.columns].index(name)
    cells = {row.title.iri: [getattr(v, "value", None) for v in row.cells[place]] for row in listing.rows}
    assert cells[PERSON] == ["7"]
    assert set(map(tuple, cells.values())) == {("7",), ()}
    assert name in client.get(f"/{language}/list/Person").get_data(as_text=True)


def test_the_page_of_the_ontology_documents_the_property(client: FlaskClient) -> None:
    html = client.get("/doc/ontology.en.html").get_data(as_text=True)
    assert "books written" in html
    assert "How many books somebody wrote." in html
    assert "Колькі кніг напісаў чалавек." in client.get("/doc/ontology.be.html").get_data(as_text=True)


@pytest.mark.parametrize("media_type", ["text/turtle", "application/ld+json", "application/n-triples", TRIG])
def test_the_rdf_of_the_person_has_the_value(archive: Archive, media_type: str) -> None:
    assert b"booksWritten" in archive.graph(PERSON, media_type)


def test_the_rdf_of_the_ontology_has_the_term(archive: Archive) -> None:
    assert "How many books somebody wrote." in archive.graph(f"{SOURCE_BASE}ontology", "text/turtle").decode()


def test_sparql_finds_the_value(archive: Archive) -> None:
    rows: list[dict[str, Any]] = select(archive.store, f"SELECT ?who ?books WHERE {{ ?who <{TERM}> ?books }}")
    assert [(row["who"].value, row["books"].value) for row in rows] == [(PERSON, "7")]
