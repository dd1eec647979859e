"""What the gallery tells of the records themselves: what changed, what was known, what must not be there."""

import re

import pytest

from server.archive.model import Model
from server.archive.queries import SOURCE_BASE
from server.archive.vocabulary import NOTES
from server.store.answers import CSV, Formats
from server.store.embedded import memory_store
from server.store.syntax import TRIG, Quad, Term, canonical_nquads, parse
from tests.queries.expected import FOLDER, QUERIES, ROOT, records, table
from tests.queries.recomputed import Sources
from tests.queries.recomputed_life import changes, known_as_of

CHANGES, KNOWN, BANNED, CURATORS = (
    "34-changes-since",
    "31-known-as-of",
    "36-what-must-not-be-there",
    "37-embargo-and-consent",
)
ID = f"{SOURCE_BASE}id/"
PAGE = 100
# What the software infers stands in no source: it is made when a release is built.
SOFTWARE = "Software of Praleska"


@pytest.fixture(scope="module")
def sources() -> Sources:
    return Sources(ROOT)


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load(ROOT, SOURCE_BASE)


def test_a_page_of_changes_is_the_beginning_of_all_changes(sources) -> None:
    page = [(row["position"], row["claimant_name"], row["because"]) for row in records(CHANGES)]
    assert len(page) == PAGE
    found = [row for row in page if row[1] != SOFTWARE]
    assert found == sorted(changes(sources))[: len(found)]


def test_what_was_known_of_a_person_is_what_the_sources_had_by_then(sources) -> None:
    says = {
        (row["thing"], row["says"], row["claims"])
        for row in records(KNOWN)
        if row["claimant_name"] != SOFTWARE
    }
    assert says == known_as_of(sources)


def test_nothing_is_in_the_release_that_must_not_be_there() -> None:
    assert records(BANNED) == []


def banned_terms() -> list[tuple[str, str]]:
    """Every term that the query looks for, with the reason it gives."""
    text = QUERIES[BANNED]
    prefixes = dict(re.findall(r"(?m)^PREFIX ([\w-]*): <(.*)>$", text))
    pairs = re.findall(r'\(([\w-]+):(\w+) "([a-z ]+)"\)', text)
    return [(prefixes[prefix] + name, why) for prefix, name, why in pairs]


def test_the_query_looks_for_many_terms_and_for_each_that_only_curators_may_use(model) -> None:
    looked_for = {term for term, _ in banned_terms()}
    restricted = {
        str(term) for term, value in model.ontology.subject_objects(NOTES.restricted) if str(value) == "true"
    }
    assert len(looked_for) > 40
    assert restricted
    assert restricted <= looked_for


def test_no_term_that_is_looked_for_may_be_published(model) -> None:
    assert not {term for term, _ in banned_terms()} & model.publishable


@pytest.mark.parametrize(("term", "why"), banned_terms())
def test_a_banned_term_is_found_in_any_graph(term, why) -> None:
    # As a property and as a class: the query knows which of the two the term is.
    thing = Term("iri", f"{ID}thing", None, None)
    graph = Term("iri", f"{ID}anywhere", None, None)
    iri = Term("iri", term, None, None)
    kind = Term("iri", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", None, None)
    dump = canonical_nquads([Quad(thing, iri, graph, graph), Quad(thing, kind, iri, graph)])
    body = memory_store(dump).query(QUERIES[BANNED], Formats(CSV)).body
    assert table(body.decode())[1:] == [(why, f"{ID}thing", term)]


def test_curators_see_whose_embargo_ends_and_which_consent_is_old() -> None:
    data = (FOLDER / "fixtures" / "37-restricted.trig").read_bytes()
    store = memory_store(canonical_nquads(parse(data, TRIG, SOURCE_BASE)))
    rows = table(store.query(QUERIES[CURATORS], Formats(CSV)).body.decode())
    assert [tuple(value.removeprefix(ID) for value in row) for row in rows[1:]] == [
        ("consent", "", "", f"{SOURCE_BASE}graph/register", "undated", ""),
        ("consent", "2029-06-07", "", "s-old", "ona", "Ona Example"),
        ("embargo", "2031-06-02", "", "s-first", "ona", "Ona Example"),
        ("embargo", "2031-06-08", "", "s-last", "", ""),
        ("event", "", "departure", "s-event", "ona", "Ona Example"),
    ]


def test_the_public_release_tells_curators_nothing_and_only_that_question_is_theirs() -> None:
    assert records(CURATORS) == []
    assert [name for name, text in QUERIES.items() if "#+ audience: curators" in text] == [CURATORS]


@pytest.mark.parametrize("name", QUERIES)
def test_no_question_joins_a_list_with_birth_or_hides_who_lists(name) -> None:
    text = re.sub(r"(?m)^#.*$", "", QUERIES[name])
    if "birth" in text.lower():
        assert name == BANNED
    # A query that only leaves out whom one named body lists shows no listing.
    if re.search(r"status:listed|pra:status \?", text):
        assert "pra:decidedBy" in text
