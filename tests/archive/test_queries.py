"""Stored queries, and the one rule that fills them: nothing that fills a slot can get out of it."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rdflib.plugins.sparql import prepareQuery

from server.archive import queries
from server.archive.queries import SOURCE_BASE, fill, iri_text, iris_text, rebase, stored
from server.errors import BadSource

FOLDER = Path(queries.__file__).parent / "queries"
NAMES = sorted(path.stem for path in FOLDER.glob("*.rq"))
CATCH = "https://caught.example/"
GRAPH = "https://w3id.org/praleska/graph/register"


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_query_runs_unchanged_on_both_engines(name: str) -> None:
    ox.Store().query(stored(name))
    prepareQuery(stored(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_query_says_what_it_is_for(name: str) -> None:
    assert stored(name).startswith("# ")


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_query_moves_to_another_base_with_its_terms_in_place(name: str) -> None:
    text = rebase(stored(name), "https://mirror.example/")
    prepareQuery(text)
    assert f"{SOURCE_BASE}id/" not in text
    assert f"{SOURCE_BASE}graph/" not in text
    assert text.count(f"{SOURCE_BASE}ontology#") == stored(name).count(f"{SOURCE_BASE}ontology#")


def store() -> ox.Store:
    """One thing that a query is after, and one that it must never show."""
    content = ox.Store()
    for subject in (f"{SOURCE_BASE}id/0000000001", CATCH):
        content.add(
            ox.Quad(
                ox.NamedNode(subject),
                ox.NamedNode(f"{CATCH}says"),
                ox.Literal("something"),
                ox.NamedNode(GRAPH),
            )
        )
    return content


STORE = store()
PLAIN = str(prepareQuery(stored("statements")).algebra)
HOSTILE = [
    "> } UNION { GRAPH ?g { ?subject ?property ?value } } #",
    "\\u003E } UNION { GRAPH ?g { ?subject ?property ?value } } #",
    "\\u003E\\u0020\\u007D UNION { GRAPH ?graph { ?subject ?property ?value } } VALUES ?x {",
    ">\n<https://caught.example/",
    "> <https://caught.example/",
    "}} #",
    "\\",
    "a\\u005Cu003E",
    "{",
    "a b\tc\r\nd",
    '"""',
    "\ud800",
    "%3E%20<>",
    "?subject",
    "\\g<0>\\1",
]


def assert_caged(text: str) -> None:
    iri = f"{SOURCE_BASE}id/{text}"
    query = fill(stored("statements"), subject=iris_text([iri]))
    # The engine finds nothing; rdflib, which decodes escapes before it parses, reads one value and no more.
    assert list(STORE.query(query)) == []
    algebra = str(prepareQuery(query).algebra)
    assert algebra.count("Graph_") == PLAIN.count("Graph_")
    assert algebra.count("rdflib.term.URIRef(") == PLAIN.count("rdflib.term.URIRef(")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_address_stays_in_its_slot(text: str) -> None:
    assert_caged(text)


@settings(max_examples=80, deadline=None)
@given(
    st.text(
        st.sampled_from("ab<>{}\\\n\t \"'#?$.u003ED7%/:;()`|^[]\ud800\x00\ue000é"), min_size=1, max_size=40
    )
)
@example("0000000001>")
def test_any_address_stays_in_its_slot(text: str) -> None:
    assert_caged(f"z{text}")


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(), max_size=20))
def test_an_address_of_any_letters_is_one_iri(text: str) -> None:
    assert_caged(f"z{text}")


@pytest.mark.parametrize(
    "iri",
    [f"{SOURCE_BASE}id/7k3v9m2p4q", f"{SOURCE_BASE}ontology#Person", "https://e.example/a%20b?c=d&e=é"],
)
def test_an_honest_address_is_written_as_it_is(iri: str) -> None:
    assert iri_text(iri) == f"<{iri}>"


def test_a_slot_takes_many_terms_in_place_of_its_example() -> None:
    text = fill(
        "SELECT * { VALUES ?a { <https://e.example/old> } VALUES ?b { 1 } }", a=["<https://e.example/1>", "2"]
    )
    assert text == "SELECT * { VALUES ?a { <https://e.example/1> 2 } VALUES ?b { 1 } }"


def test_every_slot_of_the_same_name_is_filled() -> None:
    assert fill("VALUES ?a { 1 } VALUES ?a { 2 }", a=["3"]) == "VALUES ?a { 3 } VALUES ?a { 3 }"


def test_a_slot_of_rows_is_filled_by_its_first_name() -> None:
    text = fill(stored("selections"), selection=["(<https://e.example/1> 2 3 4 true)"])
    assert "0000000000" not in text
    assert "(<https://e.example/1> 2 3 4 true)" in text


@pytest.mark.parametrize("text", ["SELECT * {}", "SELECT * { VALUES ?ab { 1 } }", "# ?a { }"])
def test_a_query_without_the_slot_is_refused(text: str) -> None:
    with pytest.raises(BadSource, match=r"VALUES \?a"):
        fill(text, a=["1"])
