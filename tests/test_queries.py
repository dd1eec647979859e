"""The questions of the gallery: each has an expected answer, and any SPARQL 1.1 engine gives it."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import rdflib
from pyparsing import ParseResults
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from server.archive.compiling import compile_quads
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE
from server.archive.releases import current
from server.archive.sources import all_statements, read_sources
from server.store.answers import CSV, Formats
from server.store.embedded import memory_store
from server.store.remote import RemoteStore
from server.store.syntax import canonical_nquads
from tests.conftest import silent
from tests.queries import recomputed
from tests.queries.recomputed import Sources, days
from tests.servers import oxigraph

ROOT = Path(__file__).parent.parent
QUERIES = {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "data" / "queries").glob("*.rq"))}
QUESTIONS = {1, 2, 3, 4, 9, 10, 11, 12, 28, 29, 39}
# rdflib warns of its own use of these.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset\\.:DeprecationWarning")
# The claims that the comparison with rdflib is made on, beside the whole register.
FEWER = ("article", "campaign", "law", "statkevich", "viasna-case")
Rows = list[tuple[str, ...]]


def plain(value: object) -> str:
    """A value as text, a number in its shortest form: engines write decimals differently."""
    text = "" if value is None else str(value)
    return f"{Decimal(text).normalize():f}" if re.fullmatch(r"-?\d+(\.\d+)?", text) else text


def table(text: str) -> Rows:
    return [tuple(map(plain, row)) for row in csv.reader(io.StringIO(text, newline=""))]


def expected(name: str) -> Rows:
    return table((ROOT / "tests" / "queries" / f"{name}.csv").read_text("utf-8"))


def records(name: str) -> list[dict[str, str]]:
    head, *rows = expected(name)
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def nquads(real) -> Path:
    return current(real.instance).nquads


@pytest.fixture(scope="module")
def embedded(nquads):
    return memory_store(nquads)


@pytest.fixture(scope="module")
def elsewhere(nquads) -> Iterator[RemoteStore]:
    with oxigraph(nquads) as address:
        yield RemoteStore(address, seconds=20)


@pytest.fixture(scope="module")
def fewer() -> bytes:
    """A release of some cases only: rdflib needs minutes for all of them."""
    files = [f for f in read_sources(ROOT) if "/claims/" not in f.name or f.name.split("/")[2] in FEWER]
    model = Model.load(ROOT, SOURCE_BASE)
    return canonical_nquads(compile_quads(all_statements(files, ROOT), model, SOURCE_BASE, silent))


@pytest.fixture(scope="module")
def in_rdflib(fewer) -> rdflib.Dataset:
    dataset = rdflib.Dataset()
    dataset.parse(data=fewer, format="nquads")
    return dataset


@pytest.fixture(scope="module")
def sources() -> Sources:
    return Sources(ROOT)


def test_all_questions_are_there() -> None:
    assert {int(name[:2]) for name in QUERIES} == QUESTIONS
    assert {path.stem for path in (ROOT / "tests" / "queries").glob("*.csv")} == set(QUERIES)


@pytest.mark.parametrize("name", QUERIES)
def test_the_embedded_store_gives_the_expected_rows(embedded, name) -> None:
    answer = embedded.query(QUERIES[name], Formats(solutions=CSV))
    assert table(answer.body.decode()) == expected(name)


@pytest.mark.parametrize("name", QUERIES)
def test_another_server_gives_the_same_rows(elsewhere, name) -> None:
    answer = elsewhere.query(QUERIES[name], Formats(solutions=CSV))
    assert table(answer.body.decode()) == expected(name)


@pytest.mark.parametrize("name", QUERIES)
def test_another_engine_gives_the_same_rows(in_rdflib, fewer, name) -> None:
    head, *rows = table(memory_store(fewer).query(QUERIES[name], Formats(CSV)).body.decode())
    answer = in_rdflib.query(QUERIES[name])
    assert tuple(str(variable) for variable in answer.vars) == head
    assert sorted(tuple(map(plain, row)) for row in answer) == sorted(rows)
    assert rows, "a comparison of nothing proves nothing"


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_says_what_it_asks_in_three_languages(name) -> None:
    titles = dict(re.findall(r"(?m)^#\+ title@(\w+): (\S.*)$", QUERIES[name]))
    assert list(titles) == ["be", "ru", "en"]
    assert len(set(titles.values())) == 3
    assert re.search(r"(?m)^# \S.{20,}", QUERIES[name]), "a comment says how it is answered"


def outside_graph(node: object) -> Iterator[str]:
    """Every block of triple patterns that no GRAPH encloses."""
    if isinstance(node, CompValue):
        if node.name == "GraphGraphPattern":
            return
        if node.name == "TriplesBlock":
            yield str(dict(node))
        yield from (found for part in dict.values(node) for found in outside_graph(part))
    elif isinstance(node, (list, ParseResults)):
        yield from (found for part in node for found in outside_graph(part))


def test_a_pattern_outside_graph_is_found() -> None:
    assert not list(outside_graph(parseQuery("SELECT ?s { GRAPH ?g { ?s ?p ?o } }")))
    for inner in ("FILTER NOT EXISTS { ?s a ?s }", "{ SELECT ?s { ?s a ?s } }", "OPTIONAL { ?s a ?s }"):
        assert len(list(outside_graph(parseQuery(f"SELECT ?s {{ GRAPH ?g {{ ?s ?p ?o }} {inner} }}")))) == 1


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_runs_alike_on_any_store(name) -> None:
    """A graph for everything, and nothing whose result is left to the engine."""
    text = re.sub(r"(?m)^#.*$", "", QUERIES[name])
    assert list(outside_graph(parseQuery(text))) == []
    assert not re.search(r"GROUP_CONCAT|SELECT\s+(DISTINCT\s+)?\*|SAMPLE\s*\(|\bSERVICE\b|\bFROM\b", text)


# Numbers and verdict-like answers, recomputed without SPARQL.


def test_who_was_released_only_into_exile(sources) -> None:
    assert {row["name"] for row in records("01-released-only-into-exile")} == (
        recomputed.only_into_exile(sources)
    )


def test_who_refused_to_leave_and_who_says_so(sources) -> None:
    rows = {(row["person"], row["said_by"]) for row in records("02-refused-to-leave")}
    assert rows == recomputed.refused(sources)


def test_days_between_a_release_and_the_next_detention(sources) -> None:
    claimed = {(fact.subject, fact.value) for fact in sources.said("startEdtf")}
    dates = {(p, value) for subject, value in claimed for p in sources.persons(subject)}
    for row in records("03-held-again-after-a-release"):
        assert {(row["person"], row["released"]), (row["person"], row["held_again"])} <= dates
        apart = days(row["held_again"])[0] - days(row["released"])[1]
        assert timedelta(days=int(row["days"])) == max(apart, timedelta())


def test_people_and_years_of_mirrored_charges(sources) -> None:
    rows = {
        (r["organisation"], r["provision"], int(r["people"]), int(r["first_year"]), int(r["last_year"]))
        for r in records("04-mirrored-charges")
    }
    assert rows == recomputed.mirrored(sources)


def test_documents_and_claimants_of_what_rests_on_one(sources) -> None:
    rows = {
        (row["event"], int(row["documents"]), int(row["claimants"])) for row in records("09-one-source-only")
    }
    assert rows == recomputed.one_source_only(sources)


def test_days_between_different_dates(sources) -> None:
    columns = ("event", "date_of", "earlier", "earlier_by", "later", "later_by")
    rows = {
        (*(row[name] for name in columns), int(row["days_apart"])) for row in records("10-different-dates")
    }
    assert rows == recomputed.different_dates(sources)


def test_what_three_voices_say(sources) -> None:
    rows = {tuple(row.values()) for row in records("11-court-viasna-person")}
    assert rows == {tuple(map(plain, row)) for row in recomputed.three_voices(sources)}


def test_days_in_custody_before_a_new_charge(sources) -> None:
    arrests = {
        (person, days(fact.value)[0])
        for fact in sources.said("startEdtf")
        if sources.is_a(fact.subject, "Detention") and len(fact.value) == len("2021-07-14")
        for person in sources.persons(fact.subject)
    }
    dated = [row for row in records("12-re-qualified") if row["dated"]]
    assert dated
    for row in dated:
        arrested = days(row["dated"])[0] - timedelta(days=int(row["days_in_custody"]))
        assert (row["person"], arrested) in arrests
    assert not [row for row in records("12-re-qualified") if row["days_in_custody"] and not row["dated"]]


def test_who_is_in_prison_by_the_last_claims(sources) -> None:
    rows = {
        (row["name"], row["claimed"], row["as_of"], row["claimant_name"])
        for row in records("39-in-prison-today")
    }
    assert rows == set(recomputed.in_prison_now(sources))


def test_nobody_is_said_to_be_in_prison_without_a_claimant_or_free_without_a_word_on_the_date() -> None:
    for row in records("39-in-prison-today"):
        assert row["claimant_name"]
        assert row["claimed"] in ("held", "released")
        assert row["as_of"] or row["claimed"] == "released"
