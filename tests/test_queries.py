"""The questions of the gallery: each has an expected answer, and any SPARQL 1.1 engine gives it.

A query `data/queries/NN-name.rq` has its rows over the real sources in `queries/NN-name.csv`. With
`queries/fixtures/NN.trig` it is also asked of that invented world, with the values that its `#+ NAME: term`
lines give to parameters, and `queries/fixtures/NN.fixture.csv` holds the rows.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from rdflib.plugins.sparql.parser import parseQuery

from server.archive.compiling import compile_quads
from server.archive.gallery import examples
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE, fill
from server.archive.releases import current
from server.archive.sources import all_statements, read_sources
from server.store.answers import CSV, Formats
from server.store.embedded import memory_store
from server.store.remote import RemoteStore
from tests.conftest import silent
from tests.queries.expected import (
    FOLDER,
    QUERIES,
    ROOT,
    expected,
    fixture_quads,
    fixture_values,
    plain,
    table,
)
from tests.queries.patterns import outside_graph
from tests.servers import oxigraph

FIXTURES = [name for name in QUERIES if (FOLDER / "fixtures" / f"{name[:2]}.trig").exists()]
# Asks for what no public release holds.
RESTRICTED = ("37-embargo-and-consent",)
PICKERS = {
    *("text", "year", "date", "number"),
    *("provision", "person", "organisation", "facility", "case", "group"),
    *("official", "pattern", "people"),
}
CHARTS = {"bar", "line", "timeline"}
LANGUAGES = ("be", "ru", "en")
GALLERY = {language: examples(ROOT / "data" / "queries", language, SOURCE_BASE) for language in LANGUAGES}
# rdflib warns of its own use of these.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset\\.:DeprecationWarning")
# The claims that the comparison with rdflib is made on, beside the whole register.
FEWER = ("article", "campaign", "law", "statkevich", "viasna-case")


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
    return compile_quads(all_statements(files, ROOT), model, SOURCE_BASE, silent).nquads()


@pytest.fixture(scope="module")
def in_rdflib(fewer) -> rdflib.Dataset:
    dataset = rdflib.Dataset()
    dataset.parse(data=fewer, format="nquads")
    return dataset


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load(ROOT, SOURCE_BASE)


def test_every_question_has_its_number_and_an_answer() -> None:
    numbers = [int(name[:2]) for name in QUERIES]
    assert len(set(numbers)) == len(numbers)
    assert {path.stem for path in FOLDER.glob("*.csv")} == set(QUERIES)


@pytest.mark.parametrize("name", QUERIES)
def test_the_embedded_store_gives_the_expected_rows(embedded, name) -> None:
    answer = embedded.query(QUERIES[name], Formats(solutions=CSV))
    assert table(answer.body.decode()) == expected(name)


@pytest.mark.parametrize("name", QUERIES)
def test_another_server_gives_the_same_rows(elsewhere, name) -> None:
    answer = elsewhere.query(QUERIES[name], Formats(solutions=CSV))
    assert table(answer.body.decode()) == expected(name)


# rdflib needs seconds to minutes for each of them.
@pytest.mark.slow
@pytest.mark.parametrize("name", QUERIES)
def test_another_engine_gives_the_same_rows(in_rdflib, fewer, name) -> None:
    head, *rows = table(memory_store(fewer).query(QUERIES[name], Formats(CSV)).body.decode())
    answer = in_rdflib.query(QUERIES[name])
    assert tuple(str(variable) for variable in answer.vars) == head
    assert sorted(tuple(map(plain, row)) for row in answer) == sorted(rows)
    assert rows or name in (*FIXTURES, *RESTRICTED), "a comparison of nothing proves nothing"


@pytest.mark.slow
@pytest.mark.parametrize("name", FIXTURES)
def test_an_invented_world_gives_the_expected_rows_in_two_engines(name, model) -> None:
    compiled = compile_quads(fixture_quads(name), model, SOURCE_BASE, silent).nquads()
    text = fill(QUERIES[name], **{key: [value] for key, value in fixture_values(name).items()})
    want = table((FOLDER / "fixtures" / f"{name[:2]}.fixture.csv").read_text("utf-8"))
    assert table(memory_store(compiled).query(text, Formats(CSV)).body.decode()) == want
    dataset = rdflib.Dataset()
    dataset.parse(data=compiled, format="nquads")
    assert sorted(tuple(map(plain, row)) for row in dataset.query(text)) == sorted(want[1:])
    assert want[1:]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_query_says_what_it_asks_and_how_to_read_it(language) -> None:
    for example in GALLERY[language]:
        labels = [parameter.label for parameter in example.parameters]
        for text in (example.title, example.explanation, *labels):
            assert text.lang == language, f"{example.slug}: {text.value}"
        assert len(example.explanation.value) > 40, example.slug
        assert example.features, f"{example.slug} says which features of SPARQL it shows"


def test_texts_of_a_query_differ_between_languages() -> None:
    for same in zip(*GALLERY.values(), strict=True):
        assert len({example.title.value for example in same}) == 3, same[0].slug
        assert len({example.explanation.value for example in same}) == 3, same[0].slug


@pytest.mark.parametrize("name", QUERIES)
def test_charts_and_parameters_fit_the_query(name) -> None:
    (example,) = (each for each in GALLERY["en"] if each.slug == name)
    if example.chart:
        assert example.chart.kind in CHARTS
        assert set(example.chart.columns) <= set(expected(name)[0])
    for parameter in example.parameters:
        assert parameter.picker in PICKERS
        assert parameter.default, f"{name}: no VALUES ?{parameter.name}"
        assert len(re.findall(rf"VALUES\s+\?{parameter.name}\b", example.text)) == 1
    assert len(re.findall(r"(?m)^#\+ picker ", QUERIES[name])) == len(example.parameters)


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
