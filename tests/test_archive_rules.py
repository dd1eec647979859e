"""The rules over the archive: drop a file into tests/shapes/archive/<rule>/{valid,invalid}/ for a test.

An invalid file begins with `# warns: ex-detention:` and names what the rule of its folder must warn about,
and nothing else. Each is compiled alone, with the register of tests/shapes/context.trig.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from rdflib import SH, Graph, Literal, URIRef
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.query import ResultRow

from server.archive.audits import ArchiveRule, Outcome, audit, parts, rules
from server.archive.checking import Checker, IndexedContext
from server.archive.compiling import compile_quads
from server.archive.matching import alike
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE, fill, iri_text, select
from server.archive.reporting import as_json, as_turtle
from server.archive.vocabulary import LANGUAGES, SHAPES
from server.store.answers import Store
from server.store.embedded import memory_store
from server.store.remote import RemoteStore
from server.store.syntax import TRIG, Quad, canonical_nquads, parse
from tests.conftest import silent
from tests.queries.patterns import outside_graph
from tests.servers import oxigraph

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "tests" / "shapes" / "archive"
VALID = sorted(EXAMPLES.glob("*/valid/*.trig"))
INVALID = sorted(EXAMPLES.glob("*/invalid/*.trig"))
MODEL = Model.load(ROOT, SOURCE_BASE)
RULES = {rule.slug: rule for rule in rules(MODEL, SOURCE_BASE)}
MIRROR = "https://mirror.example/"
# rdflib warns of its own use of these.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset\\.:DeprecationWarning")


def read(path: Path) -> list[Quad]:
    return parse(path.read_bytes(), TRIG, SOURCE_BASE)


REGISTER = [
    quad
    for quad in read(ROOT / "tests" / "shapes" / "context.trig")
    if quad.graph and quad.graph.value.endswith("/register")
]


def compiled(quads: list[Quad], base: str = SOURCE_BASE) -> bytes:
    return compile_quads([*REGISTER, *quads], MODEL, base, silent).nquads()


def found(path: Path, base: str = SOURCE_BASE) -> Outcome:
    """What the rule that the file belongs to finds in it."""
    outcomes = audit(memory_store(compiled(read(path), base)), MODEL, base)
    return next(outcome for outcome in outcomes if outcome.rule.slug == path.parts[-3])


def named(path: Path) -> set[str]:
    """The IRIs that the first line says the rule must warn about."""
    text = path.read_text("utf-8")
    assert text.startswith("# warns: "), f"{path} does not say what is warned about"
    aliases = dict(re.findall(r"@prefix ([\w-]+): <([^>]+)>", text))
    return {aliases[alias.rstrip(":")] for alias in text.splitlines()[0].split()[2:]}


def name(path: Path) -> str:
    return f"{path.parts[-3]}/{path.stem}"


def test_every_rule_has_an_example_that_it_warns_about_and_one_that_it_lets_be() -> None:
    assert [rule.number for rule in RULES.values()] == [
        *(f"W{number}" for number in range(1, 12)),
        "V13",
        "V5",
    ]
    for paths in (VALID, INVALID):
        assert {path.parts[-3] for path in paths} == set(RULES)


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_a_rule_warns_about_just_what_its_example_names(path: Path) -> None:
    outcome = found(path)
    assert {remark.focus for remark in outcome.remarks} == named(path)
    assert outcome.count == len(outcome.remarks) == len(named(path))


@pytest.mark.parametrize("path", VALID, ids=name)
def test_a_rule_is_silent_where_nothing_is_wrong(path: Path) -> None:
    assert [remark.summary() for remark in found(path).remarks] == []


@pytest.mark.parametrize("path", VALID + INVALID, ids=name)
def test_an_example_breaks_no_rule_of_a_single_record(path: Path) -> None:
    found = Checker(MODEL).check(read(path), IndexedContext(REGISTER))
    assert [finding.summary() for finding in found if finding.severity == "Violation"] == []


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_a_warning_names_the_claim_sets_concerned(path: Path) -> None:
    known = {quad.subject.value for quad in read(path) if quad.predicate.value.endswith("#claimant")}
    for remark in found(path).remarks:
        assert set(remark.claim_sets) <= known
        assert remark.severity == "Warning"
        # Doubles in the register are nobody's claim.
        assert remark.claim_sets or path.parts[-3][:3] in ("W7-", "W8-")


@pytest.mark.parametrize("path", INVALID[::3], ids=name)
def test_a_rule_works_under_another_base(path: Path) -> None:
    moved = {iri.replace(SOURCE_BASE, MIRROR) for iri in named(path)}
    assert {remark.focus for remark in found(path, MIRROR).remarks} == moved


# Three engines


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All examples in one release."""
    path = tmp_path_factory.mktemp("rules") / "all.nq"
    path.write_bytes(compiled([quad for path in VALID + INVALID for quad in read(path)]))
    return path


@pytest.fixture(scope="module")
def elsewhere(everything: Path) -> Iterator[RemoteStore]:
    with oxigraph(everything) as address:
        yield RemoteStore(address, seconds=20)


@pytest.fixture(scope="module")
def in_rdflib(everything: Path) -> rdflib.Dataset:
    dataset = rdflib.Dataset()
    dataset.parse(everything, format="nquads")
    return dataset


def filled(rule: ArchiveRule, everything: Path) -> str:
    """The query as the build asks it."""
    if "?namesake)" not in rule.query:
        return rule.query
    pairs = alike(memory_store(everything), MODEL, SOURCE_BASE)
    return fill(rule.query, this=[f"({iri_text(one)} {iri_text(two)})" for one, two in pairs])


Rows = list[list[tuple[str, str]]]


def of_store(store: Store, query: str) -> Rows:
    return sorted(sorted((key, term.value) for key, term in row.items()) for row in select(store, query))


def of_rdflib(dataset: rdflib.Dataset, query: str) -> Rows:
    rows = [row.asdict() for row in dataset.query(query) if isinstance(row, ResultRow)]
    return sorted(sorted((key, str(term)) for key, term in row.items()) for row in rows)


@pytest.mark.slow
@pytest.mark.parametrize("slug", RULES)
def test_three_engines_find_the_same(
    slug: str, everything: Path, elsewhere: RemoteStore, in_rdflib: rdflib.Dataset
) -> None:
    query = filled(RULES[slug], everything)
    rows = of_store(memory_store(everything), query)
    assert rows, "a comparison of nothing proves nothing"
    assert of_store(elsewhere, query) == rows
    assert of_rdflib(in_rdflib, query) == rows


# The rules themselves


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_query_names_a_graph_for_everything_and_leaves_nothing_to_the_engine(rule: ArchiveRule) -> None:
    assert list(outside_graph(parseQuery(rule.query))) == []
    assert not re.search(
        r"GROUP_CONCAT|SELECT\s+(DISTINCT\s+)?\*|SAMPLE\s*\(|\bSERVICE\b|\bFROM\b", rule.query
    )


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_speaks_three_languages_of_the_same_things(rule: ArchiveRule) -> None:
    for words in (rule.name, rule.description, rule.messages):
        assert set(words) == set(LANGUAGES)
    places = {tag: {place for _, place in parts(text) if place} for tag, text in rule.messages.items()}
    assert places["be"] == places["ru"] == places["en"]
    selected = set(re.findall(r"\?(\w+)", rule.query.partition("SELECT")[2].partition("WHERE")[0]))
    assert places["en"] <= selected
    assert "this" in selected
    assert rule.severity == "Warning"


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_a_message_shows_addresses_dates_and_numbers_only(path: Path) -> None:
    texts = [q.object.value for q in [*REGISTER, *read(path)] if q.object.language or q.object.value == "en"]
    outcome = found(path)
    report = as_json([outcome]) + as_turtle([outcome]).decode()
    for remark in outcome.remarks:
        assert set(remark.messages) == set(LANGUAGES)
        assert all("…" not in text and "{?" not in text for text in remark.messages.values())
    assert [text for text in texts if len(text) > 2 and text in report] == []


def made_up(query: str, message: str) -> Model:
    """The model with one rule only."""
    shapes, rule = Graph(), URIRef(f"{SHAPES}W99-made-up")
    shapes.add((rule, SH.select, Literal(query)))
    shapes.add((rule, SH.message, Literal(message, lang="en")))
    return Model(MODEL.ontology, shapes)


def test_text_never_gets_into_a_report() -> None:
    query = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?this ?label WHERE { GRAPH ?graph { ?this skos:prefLabel ?label } }"""
    model = made_up(query, "{?this} is called {?label} and {?missing}.")
    (outcome,) = audit(memory_store(canonical_nquads(REGISTER)), model, SOURCE_BASE)
    assert outcome.count > 10
    assert all(" is called … and …." in remark.messages["en"] for remark in outcome.remarks)
    report = as_json([outcome]) + as_turtle([outcome]).decode()
    assert not re.search("Example|Прыклад|Пример", report)


def test_a_long_list_is_cut_and_says_how_long_it_was() -> None:
    query = "SELECT ?this WHERE { GRAPH ?graph { ?this ?property ?value } }"
    model = made_up(query, "{?this}")
    (outcome,) = audit(memory_store(canonical_nquads(REGISTER)), model, SOURCE_BASE, most=3)
    assert outcome.count == len({quad.subject for quad in REGISTER})
    assert len(outcome.remarks) == 3
    rule = json.loads(as_json([outcome]))["rules"][0]
    assert (rule["count"], rule["shown"]) == (outcome.count, 3)


def test_the_same_release_makes_the_same_report(everything: Path) -> None:
    one, other = (audit(memory_store(everything), MODEL, SOURCE_BASE) for _ in range(2))
    assert as_json(one) == as_json(other)
    assert as_turtle(one) == as_turtle(other)
    ids = [remark.id for outcome in one for remark in outcome.remarks]
    assert len(set(ids)) == len(ids)


def test_the_report_is_shacl_and_never_says_that_something_fails(everything: Path) -> None:
    outcomes = audit(memory_store(everything), MODEL, SOURCE_BASE)
    graph = Graph().parse(data=as_turtle(outcomes), format="turtle")
    results = list(graph.objects(None, SH.result))
    assert len(results) == sum(len(outcome.remarks) for outcome in outcomes)
    assert set(graph.objects(None, SH.conforms)) == {Literal(True)}
    assert set(graph.objects(None, SH.resultSeverity)) == {SH.Warning}
    for result in results:
        assert {str(m.language) for m in graph.objects(result, SH.resultMessage)} == set(LANGUAGES)  # type: ignore[attr-defined]
        assert graph.value(result, SH.focusNode)
    assert json.loads(as_json(outcomes))["conforms"] is True
