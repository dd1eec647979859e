"""The real data in data/: complete, attributed, and free of what must never be in it."""

import csv
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from server.archive.minting import aliases
from server.archive.sources import REGISTER, read_sources
from server.store.syntax import Quad

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data"
BASE = "https://w3id.org/praleska/"
PRA = f"{BASE}ontology#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
PREF_LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"
DISPUTES = "http://purl.org/spar/cito/disputes"
DERIVED_FROM = "http://www.w3.org/ns/prov#wasDerivedFrom"
XSD_DATE = "http://www.w3.org/2001/XMLSchema#date"
COLUMNS = ["key", "subject", "property", "value", "source_url", "claim_set", "reason"]
FILES = read_sources(ROOT)
QUADS = [quad for file in FILES for quad in file.quads]
ALIASES = aliases(DATA)
NAMES = {iri: alias for alias, iri in ALIASES.items()}
SOURCES = [path for path in sorted(DATA.rglob("*.t*")) if path.suffix in (".ttl", ".trig")]

# Stems of words for health, birth, relatives, minors and pictures of people.
PRIVATE = re.compile(
    r"\b(?:"
    r"stroke|hospital|illness|ill\b|sick|disease|health|doctor|medical|(?<!against )tortur|born\b|birth"
    r"|wife|wives|husband|spouse|father|mother|parents?\b|brother|sister|daughter|sons?\b|child"
    r"|relatives?\b|famil|minors?\b|photo|mugshot"
    r"|інсульт|хвароб|хвор|бальніц|здароў|лячэнн|лекар|нарадж|нарадз|жонк|муж\b|мужа\b|дачк|сын|дзіц|дзец|сям.?[яіе]\b"
    r"|бацьк|маці\b|брат|сястр|сваяк|непаўнал|фота"
    r"|инсульт|болезн|больни|болен|здоров|лечени|врач|рожден|родил|жен[аыуе]\b|женой|супруг|дочь|дочер|реб[её]н|детей"
    r"|дети\b|семь[яиюе]\b|мать\b|матери\b|отец|отца|сестр|родственн|несовершенн|фото"
    r"|udar|szpital|chorob|chor[aey]\b|zdrow|lekarz|urodz|żon|mąż|męż|córk|syn|dziec|rodzin|matk|ojc|siostr|nieletn|zdjęci"
    r"|schlaganfall|krank|gesundheit|arzt|ärzt|gebor|ehefrau|frau\b|ehemann|tochter|sohn|kinder|mutter|vater|bruder|schwester"
    r"|хворо|лікар|народж|дружин|доньк|дочк|сина\b|дитин|діт[еи]|родин|матер|неповнол"
    r"|ictus|derrame|enferm|salud|médic|nacid|nació|espos|marido|hij[oa]|niñ|madre|padre|herman"
    r"|malad|santé|hôpital|épous|enfant"
    r")",
    re.IGNORECASE,
)
CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}|\+\d[\d\s()-]{7,}\d")
INTERNAL = re.compile(r"facts\.tsv|domain\.md|contradictions\.md|/work\b|shared/")

# thing, property, the values that different claimants give, and whether one of the claims disputes another
CONTRADICTIONS = [
    ("penalty-stefanovic-2023-prison", "term", {"P9Y", "P10Y"}, True),
    ("penalty-bialiatski-2023-fine", "convertedAmount", {"69000.00", "73200.00"}, False),
    ("verdict-bialiatski-2011", "foundUnder", {"art-243-2", "art-234-2"}, True),
    ("acc-bialiatski-2022-new", "startEdtf", {"2022-09-26", "2022-10"}, True),
    ("acc-labkovich-2022-new", "startEdtf", {"2022-09-26", "2022-10"}, True),
    ("membership-stefanovic-viasna", "roleWording", {"board member of Viasna", "Viasna Deputy Chair"}, False),
    ("count-2025-09-11-refused", "countValue", {"1", "4"}, True),
    ("count-2025-09-11-polish", "countValue", {"2", "3"}, True),
    ("count-2025-06-21-foreign", "countValue", {"8", "9", "10"}, True),
    ("group-2025-09-11", "mediator", {"coale-envoy", "kellogg-envoy"}, True),
    ("det-statkevich-2005", "endEdtf", {"2007", "2008"}, True),
    ("det-babaryka-2020", "startEdtf", {"2020-06-18", "2020-07"}, True),
    ("penalty-babaryka-2021-recovery", "amount", {"46000000.00", "47000000.00"}, True),
    ("penalty-kubarau-2021-prison", "term", {"P7Y", "P8Y"}, True),
    ("det-kuzina-2021", "startEdtf", {"2021-06-28", "2021-06-29"}, True),
    ("verdict-akalatovich", "startEdtf", {"2023", "2025"}, True),
    ("count-2024-12-09-acts", "countValue", {"6", "7"}, True),
    ("human-constanta", "dissolvedOn", {"2021-07-23", "2021-08"}, True),
]


@cache
def ledger() -> list[dict[str, str]]:
    with (DATA / "ledger.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def of_type(name: str) -> frozenset[str]:
    wanted = f"{PRA}{name}"
    return frozenset(q.subject.value for q in QUADS if q.predicate.value == TYPE and q.object.value == wanted)


@cache
def table(graph: str | None) -> dict[tuple[str, str], list[Quad]]:
    """The statements of one graph (of all, with None) by subject and predicate."""
    found = defaultdict(list)
    for quad in QUADS:
        if graph is None or (quad.graph and quad.graph.value == graph):
            found[quad.subject.value, quad.predicate.value].append(quad)
    return found


def registered(subject: str, predicate: str) -> list[str]:
    return [quad.object.value for quad in table(REGISTER).get((subject, predicate), [])]


def said(alias: str, name: str) -> dict[str, set[str]]:
    """Value (an alias, where it is a thing) → claim sets that give it."""
    found: dict[str, set[str]] = defaultdict(set)
    for quad in table(None).get((ALIASES[alias], f"{PRA}{name}"), []):
        if quad.graph and quad.graph.value != REGISTER:
            found[NAMES.get(quad.object.value, quad.object.value)].add(quad.graph.value)
    return found


def standing(claim_set: str) -> str:
    return registered(claim_set, f"{PRA}standing")[0].rsplit("/", 1)[1]


def disputed_by(claim_set: str) -> set[str]:
    return {q.subject.value for q in QUADS if q.predicate.value == DISPUTES and q.object.value == claim_set}


def code(text: str) -> str:
    """A source file without texts, addresses and comments."""
    return re.sub(r'"(?:\\.|[^"\\\n])*"|<[^>\s]*>|#[^\n]*', " ", text)


def comments(text: str) -> list[str]:
    return re.findall(r"#[^\n]*", re.sub(r'"(?:\\.|[^"\\\n])*"|<[^>\s]*>', " ", text))


def all_words() -> list[str]:
    """Every text a reader of the data can meet: literals, outside addresses, comments, ledger."""
    terms = [quad.object for quad in QUADS]
    words = [t.value for t in terms if t.kind == "literal" or not t.value.startswith(BASE)]
    words += [line for path in SOURCES for line in comments(path.read_text("utf-8"))]
    return words + [
        row[column] for row in ledger() for column in ("subject", "property", "value", "source_url")
    ]


# ledger


def test_ledger_is_sorted_with_unique_keys() -> None:
    keys = [row["key"] for row in ledger()]
    assert list(ledger()[0]) == COLUMNS
    assert keys == sorted(keys)
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    assert [key for key in keys if not re.fullmatch(r"(beyond:)?[0-9a-f]{12}", key)] == []


def test_each_row_has_a_claim_set_or_a_reason() -> None:
    assert [row["key"] for row in ledger() if not row["claim_set"] and not row["reason"]] == []
    assert [row["key"] for row in ledger() if row["key"].startswith("beyond:") and not row["reason"]] == []


def test_ledger_and_claim_sets_agree() -> None:
    listed = {iri for row in ledger() for iri in row["claim_set"].split()}
    assert listed - of_type("ClaimSet") == set()
    assert {NAMES[iri] for iri in of_type("ClaimSet") - listed} == set()


# claim sets


def test_each_graph_is_one_claim_set_with_one_claimant() -> None:
    graphs = {quad.graph.value for quad in QUADS if quad.graph} - {REGISTER}
    assert graphs == of_type("ClaimSet")
    for name in ("claimant", "standing"):
        counts = {NAMES[graph]: len(registered(graph, f"{PRA}{name}")) for graph in graphs}
        assert {graph for graph, count in counts.items() if count != 1} == set()


def test_each_file_names_a_claim_set_once() -> None:
    described = Counter(
        alias
        for path in SOURCES
        for alias in re.findall(r"([\w-]+): a pra:ClaimSet", path.read_text("utf-8"))
    )
    assert [alias for alias, times in described.items() if times > 1] == []


def test_claimants_have_names_in_three_languages() -> None:
    claimants = {iri for claim in of_type("ClaimSet") for iri in registered(claim, f"{PRA}claimant")}
    bodies = ("Organisation", "StateBody", "Court", "ProsecutionBody", "InvestigationBody", "SecurityBody")
    kinds = set[str]().union(*map(of_type, bodies))
    for claimant in claimants & kinds:
        labels = table(REGISTER)[claimant, PREF_LABEL]
        assert {label.object.language for label in labels} == {"be", "ru", "en"}, NAMES[claimant]


def test_a_claim_without_words_is_unverified_or_says_why() -> None:
    silent = [claim for claim in of_type("ClaimSet") if not registered(claim, f"{PRA}quote")]
    assert [NAMES[claim] for claim in silent if not registered(claim, f"{PRA}note")] == []


# files


def test_aliases_are_used_where_they_are_declared() -> None:
    for path in SOURCES:
        text = path.read_text("utf-8")
        body = code(re.sub(r"(?m)^@prefix.*$", "", text))
        declared = re.findall(r"(?m)^@prefix ([\w-]+): <\S+/id/\w+>", text)
        unused = [alias for alias in declared if not re.search(rf"(?<![\w-]){alias}:", body)]
        assert unused == [], path.name


def test_one_thing_has_one_alias() -> None:
    assert len(set(ALIASES.values())) == len(ALIASES)


def test_every_thing_spoken_of_is_described() -> None:
    described = {quad.subject.value for quad in QUADS if quad.predicate.value == TYPE}
    spoken = {term.value for quad in QUADS for term in (quad.subject, quad.object) if term.kind == "iri"}
    things = {iri for iri in spoken if iri.startswith(f"{BASE}id/")}
    assert {NAMES.get(iri, iri) for iri in (things | set(NAMES)) - described} == set()


def test_there_are_no_blank_nodes() -> None:
    assert [q for q in QUADS if "bnode" in (q.subject.kind, q.object.kind)] == []


def test_nobody_took_a_capture() -> None:
    assert of_type("Capture") == frozenset()
    assert [q for q in QUADS if q.predicate.value in (f"{PRA}sha256", f"{PRA}capturedAt")] == []


def test_copies_lead_to_an_original() -> None:
    parents = defaultdict(set)
    for quad in QUADS:
        if quad.predicate.value == DERIVED_FROM:
            parents[quad.subject.value].add(quad.object.value)
    for document in list(parents):
        origins, seen = set(parents[document]), set[str]()
        while origins - seen:
            seen |= origins
            origins = {parent for origin in origins for parent in parents.get(origin, ())}
        assert document not in seen, NAMES[document]


# people


def test_people_are_named_public_and_needed() -> None:
    objects = {quad.object.value for quad in QUADS}
    for person in of_type("Person"):
        languages = {label.object.language for label in table(REGISTER)[person, PREF_LABEL]}
        assert "en" in languages, NAMES[person]
        assert len(registered(person, f"{PRA}exposure")) == 1, NAMES[person]
        assert person in objects, f"{NAMES[person]} is in no claim"


def test_nothing_private_is_in_the_data() -> None:
    assert {word for word in all_words() if PRIVATE.search(word)} == set()


def test_no_contacts_and_no_days_but_that_of_recording() -> None:
    assert {word for word in all_words() if CONTACT.search(word)} == set()
    days = {quad.predicate.value for quad in QUADS if quad.object.datatype == XSD_DATE}
    assert days == {f"{PRA}recordedOn"}


@pytest.mark.parametrize(
    "word", ["wife", "in hospital", "жонка", "в больнице", "żona", "geboren", "дружина", "esposa"]
)
def test_the_word_list_catches(word: str) -> None:
    assert PRIVATE.search(f"Example Person, {word}")


def test_nothing_names_where_the_notes_lie() -> None:
    texts = [path.read_text("utf-8") for path in (*SOURCES, DATA / "ledger.tsv", DATA / "README.md")]
    assert [found.group() for text in texts for found in INTERNAL.finditer(text)] == []


# contradictions


@pytest.mark.parametrize(("alias", "name", "values", "disputed"), CONTRADICTIONS)
def test_both_readings_are_there(alias: str, name: str, values: set[str], disputed: bool) -> None:
    found = said(alias, name)
    assert values <= set(found)
    claims = [found[value] for value in values]
    disputes = {claim for one in claims for claim in one if disputed_by(claim) & (set().union(*claims) - one)}
    assert bool(disputes) == disputed


def test_the_early_reports_of_a_release_are_refuted() -> None:
    dates = said("rel-stefanovic", "startEdtf")
    assert set(dates) == {"2025-12-13"}
    assert len(dates["2025-12-13"]) >= 5
    assert {standing(claim) for claim in dates["2025-12-13"]} == {"refuted"}
    for claim in dates["2025-12-13"]:
        deniers = {denier for denier in disputed_by(claim) if standing(denier) == "current"}
        assert ALIASES["cs-hrw-stefanovic-held"] in deniers
        assert ALIASES["cs-reform-250-stefanovic"] in deniers


def test_only_the_early_reports_are_refuted() -> None:
    refuted = {claim for claim in of_type("ClaimSet") if standing(claim) == "refuted"}
    assert refuted == said("rel-stefanovic", "startEdtf")["2025-12-13"]


def test_the_release_of_250_has_no_date() -> None:
    assert said("group-2026-250", "startEdtf") == {}
    claims = set().union(
        *said("group-2026-250", "mediator").values(), *said("dep-stefanovic", "destination").values()
    )
    dated = {
        q.graph.value for q in QUADS if q.graph and q.predicate.value.endswith(("#startEdtf", "#endEdtf"))
    }
    assert claims & dated == set()
    assert [claim for claim in claims if registered(claim, f"{PRA}assertedOn")] == []


def test_fifty_two_crossed_and_one_stayed() -> None:
    (crossed,) = said("count-2025-09-11-crossed", "countValue")["52"]
    stayed = (
        said("dep-statkevich-2025", "completed")["false"]
        | said("count-2025-09-11-refused", "countValue")["1"]
    )
    assert disputed_by(crossed) & stayed == disputed_by(crossed) != set()


def test_two_releases_of_one_man_are_two_things() -> None:
    assert set(said("rel-statkevich-2025", "startEdtf")) == {"2025-09-11", "2025-09"}
    assert set(said("rel-statkevich-2026", "startEdtf")) == {"2026-02-19", "2026-02"}
    assert said("det-statkevich-2025", "followsRelease").keys() == {"rel-statkevich-2025"}


def test_the_campaign_has_one_dated_beginning() -> None:
    assert said("free-viasna", "startEdtf") == {"2021-09-17": {ALIASES["cs-viasna-freeviasna-2021"]}}
    assert ALIASES["cs-viasna-freeviasna"] in set().union(*said("free-viasna", "concerns").values())


def test_words_of_unknown_origin_say_so() -> None:
    status = said("quotation-stefanovic-winter", "sourceStatus")
    assert [iri.rsplit("/", 1)[1] for iri in status] == ["not-located-in-primary-source"]
