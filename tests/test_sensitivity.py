"""The rules of sensitivity, one test or group each, named for the rule.

S1 two stores, S2 allow-list, S3 no contact data, S4 no dates of birth, S5 no relatives, S6 minors, S7 health,
S9 the right to withdraw, S10 tombstones, S11 no resurrection, S12 no leak through neighbours (also
test_secrets.py), S13 embargo, S15 officials, S16 lists of the state, S17 neutral words, S19 contributors,
S21 no pictures, S22 deaths, S26 licence and feed.
"""

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as hypothesis_settings
from rdflib import SH

from server import create_app
from server.archive.archive import Archive
from server.archive.checking import Checker, IndexedContext
from server.archive.compiling import build, check, compile_quads, withhold
from server.archive.model import local_name
from server.archive.releases import current
from server.archive.sources import REGISTER, all_statements, read_source, read_sources
from server.archive.support import check_support
from server.archive.terms import iri
from server.config import Settings
from server.errors import BuildFailed
from server.store.syntax import N_QUADS, TRIG, Quad, Term, parse
from tests.desk import BEFORE, EVENT, ID, MODEL, SECRETS, THE_DAY, Desk, text
from tests.servers import praleska

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
SERVER = ROOT / "server"
BASE = "https://w3id.org/praleska/"
PRA = f"{BASE}ontology#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = (Path(__file__).parent / "sensitivity" / "prefixes.trig").read_text(encoding="utf-8")
WITHHELD = Path(__file__).parent / "archive" / "withheld"


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def desk(world: Settings, tmp_path: Path) -> Desk:
    return Desk(world, tmp_path)


@pytest.fixture(scope="module")
def public(real: Settings) -> list[Quad]:
    """Everything that the real archive publishes."""
    return parse(current(real.instance).nquads.read_bytes(), N_QUADS, BASE)


@pytest.fixture(scope="module")
def store(real: Settings) -> ox.Store:
    found = ox.Store()
    found.bulk_load(path=str(current(real.instance).nquads), format=ox.RdfFormat.N_QUADS)
    return found


def rows(store: ox.Store, pattern: str) -> list[list[str]]:
    """The answers to a query over the real archive."""
    head = f"PREFIX pra: <{PRA}> PREFIX g: <{BASE}graph/> PREFIX org: <http://www.w3.org/ns/org#>\n"
    head += "PREFIX dct: <http://purl.org/dc/terms/> PREFIX prov: <http://www.w3.org/ns/prov#>\n"
    found: Any = store.query(head + pattern)
    return [[str(value) for value in row] for row in found]


@pytest.fixture(scope="module")
def client(world: Settings) -> FlaskClient:
    return create_app(world, Archive.open(world)).test_client()


# --- S1: public and restricted are two stores ---


@cache
def imports(path: Path) -> frozenset[str]:
    """The modules of this project that a module imports when it is loaded."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    found |= {
        f"{node.module}.{a.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for a in node.names
    }
    found |= {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    return frozenset(found)


def module_file(name: str) -> Path | None:
    path = ROOT / Path(*name.split("."))
    return next((p for p in (path.with_suffix(".py"), path / "__init__.py") if p.exists()), None)


def reached(*modules: str) -> set[str]:
    """All that the modules import, directly or through others."""
    found: set[str] = set()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        path = module_file(name)
        if name in found or path is None:
            found.add(name)
            continue
        found.add(name)
        waiting += imports(path) - found
    return found


CLOSED = {"server.archive.vault", "server.archive.restricting", "server.archive.embargo", "server.curating"}
SERVING = ["server.serving", "server.store.zygote", "server.store.worker", "server.archive.submissions"]


def test_s01_nothing_that_serves_imports_what_opens_restricted_records() -> None:
    web = [f"server.web.{path.stem}" for path in (SERVER / "web").glob("*.py")]
    found = reached(*SERVING, *web)
    assert "server.archive.archive" in found
    assert found & CLOSED == set()
    assert not {name for name in found if name.startswith("cryptography")}
    # The test would see it: the build does.
    assert reached("server.archive.compiling") >= CLOSED - {"server.curating"}


def test_s01_a_process_that_serves_has_not_loaded_it() -> None:
    used = [*SERVING, "server.archive.archive", "server.web.pages", "server.web.submissions"]
    code = f"import sys; import {', '.join(used)}; print(*sys.modules)"
    loaded = set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )
    assert {"server.archive.archive", "server.web.pages"} <= loaded
    assert not {name for name in loaded if name in CLOSED or name.startswith("cryptography")}


def test_s01_the_server_needs_neither_key_nor_restricted_folder(desk: Desk, tmp_path: Path) -> None:
    desk.add(text("embargo"))
    desk.build(BEFORE)
    Path(desk.settings.restricted_key).unlink()
    shutil.rmtree(desk.settings.instance / "restricted")
    gone = {"PRALESKA_RESTRICTED_KEY": desk.settings.restricted_key}
    with praleska(desk.settings.instance, tmp_path / "site", **gone) as site:
        assert {site.ask(path).status for path in ("/en/", "/validate", "/health", "/.well-known/void")} == {
            200
        }
        assert site.query("ASK {}").json["boolean"] is True


# --- S2: an allow-list decides ---

IRIS = strategies.from_regex(r"https?://[a-z]{1,12}\.example/[A-Za-z0-9/#_-]{1,20}", fullmatch=True)
WORDS = strategies.text(min_size=1, max_size=20)
QUICK = hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
CHECKER = Checker(MODEL)


@QUICK
@given(predicate=IRIS, value=WORDS)
def test_s02_a_random_predicate_stops_the_check(predicate: str, value: str) -> None:
    person = iri(f"{BASE}id/exm9s346q3")
    quads = [
        Quad(person, iri(TYPE), iri(f"{PRA}Person"), iri(REGISTER)),
        Quad(person, iri(predicate), Term("literal", value, None, "en"), iri(REGISTER)),
    ]
    found = CHECKER.check(quads, IndexedContext([]))
    assert predicate in {each.path for each in found if each.severity == "Violation"}


@pytest.fixture(scope="module")
def sources(world: Settings) -> list[Quad]:
    return all_statements(read_sources(world.source), world.source)


@hypothesis_settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(predicate=IRIS, value=WORDS)
def test_s02_a_random_predicate_never_comes_out(sources: list[Quad], predicate: str, value: str) -> None:
    thing = iri(f"{BASE}id/exm9s346q3")
    planted = [*sources, Quad(thing, iri(predicate), Term("literal", value, None, "en"), iri(REGISTER))]
    with pytest.raises(BuildFailed) as failure:
        compile_quads(planted, MODEL, BASE, silent)
    assert failure.value.findings == (f"ontology/publishable.ttl does not allow {predicate}",)


def test_s02_all_that_is_published_is_on_the_list(public: list[Quad]) -> None:
    assert {quad.predicate.value for quad in public} <= MODEL.publishable


# --- S3: contact data never ---

CONTACTS = {
    "e-mail address": r"[\w.+-]+@[\w-]+\.[a-z]{2,}",
    "telephone number": r"(?<![\d/])\+\d[\d ().-]{8,}\d|\b80\d{2}[ -]?\d{3}[ -]?\d{2}[ -]?\d{2}\b",
    "passport number": r"\b(?:AB|BM|HB|KH|MP|MC|KB|PP|SP|DP)\s?\d{7}\b|\b\d{7}[A-Z]\d{3}[A-Z]{2}\d\b",
    "street": r"(?i)\b(?:вул|ул|просп|пр-т|пл|кв|дом)\.\s?[А-ЯЁЎІ\d]"
    r"|\b\d+\s(?:\w+\s)?(?:Street|Avenue|Lane)\b",
}
PLANTED = {
    "e-mail address": "example.person@post.example",
    "telephone number": "+375 29 000-00-00",
    "passport number": "MP0000000",
    "street": "вул. Прыкладная, 1",
}


@pytest.mark.parametrize("kind", CONTACTS)
def test_s03_no_literal_of_the_public_dump_looks_like_contact_data(public: list[Quad], kind: str) -> None:
    pattern = re.compile(CONTACTS[kind])
    assert pattern.search(PLANTED[kind])
    texts = {quad.object.value for quad in public if quad.object.kind == "literal"}
    assert len(texts) > 1000
    assert [value for value in texts if pattern.search(value)] == []


def note(value: str) -> bytes:
    return (
        f"{PREFIXES}graph:register {{ <{BASE}id/c0ntact001> a pra:ClaimSet ; pra:claimant ex-org: ;"
        f" prov:hadPrimarySource ex-doc: ; pra:standing standing:current ; pra:recordedBy ex-org: ;"
        f' pra:note "Write to {value}."@be ; pra:recordedOn "2033-01-01"^^xsd:date ;'
        f" dct:license <https://creativecommons.org/licenses/by/4.0/> . }}"
        f' <{BASE}id/c0ntact001> {{ ex-detention: a pra:Detention ; pra:startEdtf "2031"^^edtf:EDTF . }}'
    ).encode()


@pytest.mark.parametrize("kind", PLANTED)
@pytest.mark.parametrize("accept", ["application/json", "text/turtle", "text/html"])
def test_s03_contact_data_are_refused_and_not_repeated(client: FlaskClient, kind: str, accept: str) -> None:
    headers = {"Accept": accept, "Content-Type": "application/trig"}
    answer = client.post("/validate", data=note(PLANTED[kind]), headers=headers)
    assert "Rule-contactData" in answer.text
    assert PLANTED[kind] not in answer.text


def test_s03_contact_data_stop_the_build_and_are_not_repeated(world: Settings, tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(world.source, source)
    for number, value in enumerate(PLANTED.values()):
        data = note(value).replace(b"c0ntact001", f"c0ntact00{number}".encode())
        (source / "data" / "claims" / f"{number}.trig").write_bytes(data)
    with pytest.raises(BuildFailed) as failure:
        build(source, tmp_path / "instance", BASE, silent)
    found = [line.partition(":")[0] for line in failure.value.findings if "Rule-contactData" in line]
    assert found == [f"data/claims/{number}.trig" for number in range(len(PLANTED))]
    assert [value for value in PLANTED.values() if value in "\n".join(failure.value.findings)] == []


def test_s03_no_term_is_made_for_contact_data() -> None:
    words = re.compile(r"(?i)phone|mail|postal|street|passport|idNumber|letterAddress|domicile|residence")
    assert [term for term in MODEL.declared if words.search(local_name(term))] == []


# --- S4: no dates of birth ---


def test_s04_no_date_of_birth_is_published(public: list[Quad]) -> None:
    birth = [quad for quad in public if re.search("(?i)birth|born", local_name(quad.predicate.value))]
    assert {quad.object.datatype for quad in birth} <= {f"{XSD}gYear"}
    assert [q for q in public if q.predicate.value == f"{PRA}birthDate"] == []


@pytest.mark.parametrize(
    "said",
    [
        'pra:birthDate "2001-02-03"^^xsd:date',
        'pra:birthYear "2001-02-03"^^xsd:date',
        'pra:birthYear "2001-02"^^xsd:gYearMonth',
    ],
)
def test_s04_more_than_a_year_is_refused_in_public_records(client: FlaskClient, said: str) -> None:
    named = 'skos:prefLabel "Example Person"@en ; pra:exposure exposure:public-figure'
    body = f"{PREFIXES} ex-person: a pra:Person ; {named} ; {said} ."
    report = client.post("/validate", data=body.encode(), content_type="application/trig").get_json()
    assert report["conforms"] is False
    assert "2001-02" not in json.dumps(report)


# --- S5: relatives, minors, witnesses ---

KIN = re.compile(
    r"(?i)(?:^|[a-z])(?:wife|husband|spouse|mother|father|parent|child(?!ren's)|daughter|\bson\b|brother|sister|sibling"
    r"|relative|kin\b|kinship|family|relatedTo|knows|witness)"
)


def test_s05_there_is_no_property_for_relatives_or_witnesses() -> None:
    assert KIN.search("hasWife")
    assert [t for t in MODEL.declared if KIN.search(local_name(t))] == []


def test_s05_every_person_of_the_archive_has_grounds_for_being_named(store: ox.Store) -> None:
    people = rows(store, "SELECT DISTINCT ?p { GRAPH g:register { ?p a pra:Person } }")
    assert len(people) > 50
    missing = rows(
        store,
        "SELECT ?p { GRAPH g:register { ?p a pra:Person }"
        " FILTER NOT EXISTS { GRAPH g:register { ?p pra:exposure ?e }"
        " GRAPH ?v { ?e a <http://www.w3.org/2004/02/skos/core#Concept> } } }",
    )
    assert missing == []


# --- S6: minors ---

DATED = '; pra:startEdtf "2033-01"^^edtf:EDTF'
AGREED = "; pra:consentToPublish true"
MINORS: dict[str, tuple[str, str, date, bool]] = {
    "a person of seventeen": ("", DATED, date(2033, 2, 1), False),
    "a person of seventeen who agreed": (AGREED, DATED, date(2033, 2, 1), False),
    "of age now, and did not agree": ("", DATED, date(2033, 6, 1), False),
    "of age now, and refused": ("; pra:consentToPublish false", DATED, date(2033, 6, 1), False),
    "a day before coming of age, agreed": (AGREED, DATED, date(2033, 5, 31), False),
    "of age now, and agreed": (AGREED, DATED, date(2033, 6, 1), True),
    "an event of an unknown day": ("", "; pra:regime regime:pre-trial", date(2034, 1, 1), False),
    "an event on the birthday": ("", '; pra:startEdtf "2033-06-01"^^edtf:EDTF', date(2034, 1, 1), True),
    "an event in the month before": ("", '; pra:startEdtf "2033-05"^^edtf:EDTF', date(2034, 1, 1), False),
    "an event about then": ("", '; pra:startEdtf "2032/2034"^^edtf:EDTF', date(2034, 1, 1), False),
}


@pytest.mark.parametrize("name", MINORS)
def test_s06_a_minor_stays_restricted(desk: Desk, name: str) -> None:
    agreed, dated, day, out = MINORS[name]
    desk.add(text("minor", AGREED=agreed, DATED=dated))
    opened = desk.opened(day)
    assert ("Chabor" in opened) is out
    assert bool(opened) is out
    assert "2015-06-01" not in opened
    assert "consentToPublish" not in opened


def test_s06_a_minor_may_not_stand_in_the_public_sources(desk: Desk, tmp_path: Path) -> None:
    head, body = (ROOT / "tests" / "sensitivity" / name for name in ("prefixes.trig", "minor.trig"))
    source = tmp_path / "source"
    shutil.copytree(desk.settings.source, source)
    said = body.read_text(encoding="utf-8").replace("DATED", DATED).replace("AGREED", "")
    said = re.sub(r";\s+pra:birthDate \S+|;\s+pra:notBefore \S+", "", said)
    (source / "data" / "claims" / "minor.trig").write_text(head.read_text("utf-8") + said, encoding="utf-8")
    known = f'graph:register {{ <{ID}chabar001> a pra:Person ; pra:birthDate "2015-06-01"^^xsd:date . }}'
    desk.settings = replace(desk.settings, source=source)
    desk.vault.add((head.read_text("utf-8") + known).encode())
    with pytest.raises(BuildFailed) as failure:
        desk.build(date(2034, 1, 1))
    assert [
        f"{ID}chabar001" in line and "Rule-restrictedThing" in line for line in failure.value.findings
    ] == [True]


# --- S7: health ---

EMBARGO = '; pra:notBefore "2033-01-01"^^xsd:date'
HEALTH = {
    "nothing said": ("", False),
    "not published by the person": ("; pra:publishedBySubject false", False),
    "published by the person": ("; pra:publishedBySubject true", True),
}


@pytest.mark.parametrize("name", HEALTH)
def test_s07_health_leaves_the_vault_only_when_the_person_published_it(desk: Desk, name: str) -> None:
    said, out = HEALTH[name]
    desk.add(text("health", EMBARGO=EMBARGO, PUBLISHED=said))
    opened = desk.opened(THE_DAY)
    assert (f"<{ID}hea000001>" in opened) is out
    assert bool(opened) is out


@pytest.mark.parametrize("name", HEALTH)
def test_s07_a_public_record_of_health_needs_the_mark(world: Settings, name: str) -> None:
    said, conforms = HEALTH[name]
    data = text("health", EMBARGO="", PUBLISHED=said)
    assert Archive.open(world).check(data, TRIG).conforms is conforms


def test_s07_health_is_a_degree_and_never_a_text() -> None:
    own = [
        n for n in MODEL.shapes.subjects(SH.path, None) if str(n).startswith(f"{BASE}shapes#HealthEpisode")
    ]
    assert len(own) == 3
    texts = [node for node in own if "langString" in str(MODEL.shapes.value(node, SH.datatype))]
    assert texts == []


# --- S9, S10, S11: the right to withdraw ---

PERSON = f"{BASE}id/w1thhe1d01"
DOCUMENT, CLAIMS = f"{BASE}id/w1thhe1d04", f"{BASE}id/w1thhe1d05"
NAME = "Zarnica"


def with_her(world: Settings, folder: Path) -> Settings:
    source = folder / "source"
    shutil.copytree(world.source, source)
    for file in ("extra.trig", "neighbour.trig"):
        shutil.copy(WITHHELD / file, source / "data" / "claims" / "example")
    made = replace(world, source=source, instance=folder / "instance")
    build(made.source, made.instance, made.base, silent)
    return made


@pytest.mark.parametrize("thing", [PERSON, DOCUMENT, CLAIMS], ids=["a person", "a document", "a claim set"])
def test_s09_after_one_command_nothing_is_anywhere(world: Settings, tmp_path: Path, thing: str) -> None:
    made = with_her(world, tmp_path)
    withhold(made.source, made.instance, made.base, thing, "request", silent)
    lines = current(made.instance).nquads.read_text(encoding="utf-8").splitlines()
    left = [line for line in lines if f"<{thing}>" in line]
    assert left
    assert [line for line in left if "graph/tombstones" not in line and not line.endswith("> .")] == []
    # What is said in the claim set goes with each of the three; the name only with the person.
    assert "Zarnica was held" not in "\n".join(lines)
    assert (NAME in "\n".join(lines)) is (thing != PERSON)
    kept = [path for path in (made.instance / "releases").iterdir() if (path / "praleska.nq").exists()]
    assert kept == [current(made.instance).path]
    archive = Archive.open(made)
    answers = create_app(made, archive).test_client().get(f"/doc/{thing.rpartition('/')[2]}.en.html")
    assert answers.status_code == 410


def test_s09_a_release_that_named_the_person_only_in_a_text_is_emptied_too(
    world: Settings, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    shutil.copytree(world.source, source)
    shutil.copy(WITHHELD / "neighbour.trig", source / "data" / "claims" / "example")
    made = replace(world, source=source, instance=tmp_path / "instance")
    first, _, _ = build(made.source, made.instance, made.base, silent)
    shutil.copy(WITHHELD / "extra.trig", source / "data" / "claims" / "example")
    second, _, _ = build(made.source, made.instance, made.base, silent)
    done = withhold(made.source, made.instance, made.base, PERSON, "request", silent)
    assert done.retired == (first.id, second.id)


def test_s09_kept_releases_of_another_base_are_emptied_too(world: Settings, tmp_path: Path) -> None:
    made = with_her(world, tmp_path)
    mirror = "https://mirror.example/"
    old, _, _ = build(made.source, made.instance, mirror, silent)
    name = PERSON.removeprefix(BASE)
    done = withhold(made.source, made.instance, mirror, mirror + name, "request", silent)
    assert old.id in done.retired


@pytest.fixture(scope="module")
def gone(world: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = with_her(world, tmp_path_factory.mktemp("gone"))
    withhold(made.source, made.instance, made.base, PERSON, "request", silent)
    return made


@pytest.fixture(scope="module")
def after(gone: Settings) -> FlaskClient:
    return create_app(gone, Archive.open(gone)).test_client()


@pytest.mark.parametrize(("lang", "words"), [("be", "просьбе"), ("ru", "просьбе"), ("en", "request")])
def test_s10_the_page_says_since_when_and_why_and_no_name(after: FlaskClient, lang: str, words: str) -> None:
    answer = after.get(f"/doc/w1thhe1d01.{lang}.html", headers={"Accept": "text/html"})
    assert answer.status_code == 410
    assert str(date.today().year) in answer.text
    assert reason(lang) in answer.text
    assert NAME not in answer.text + str(answer.headers)


def reason(lang: str) -> str:
    return MODEL.labels[f"{BASE}vocabulary/withdrawal-reason/request"][lang]


@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "nt", "rdf", "trig", "nq"])
def test_s10_the_statements_say_it_too(after: FlaskClient, suffix: str) -> None:
    answer = after.get(f"/doc/w1thhe1d01.{suffix}")
    assert answer.status_code == 410
    assert "withdrawal-reason/request" in answer.text
    assert date.today().isoformat() in answer.text
    assert NAME not in answer.text + str(answer.headers)


def test_s10_the_address_leads_to_the_tombstone(after: FlaskClient) -> None:
    answer = after.get("/id/w1thhe1d01", headers={"Accept": "text/html"}, follow_redirects=True)
    assert answer.status_code == 410


def test_s10_no_address_of_the_archive_holds_a_name(public: list[Quad]) -> None:
    own = {t.value for q in public for t in q if t and t.kind == "iri" and t.value.startswith(f"{BASE}id/")}
    assert len(own) > 500
    assert {name for name in own if not re.fullmatch(rf"{BASE}id/[0-9a-hjkmnp-tv-z]{{10}}", name)} == set()


def back(gone: Settings, folder: Path, body: str) -> tuple[str, ...]:
    """The findings of a build whose sources have lost the record and get `body` instead."""
    source = folder / "source"
    shutil.copytree(gone.source, source)
    (source / "data" / "claims" / "example" / "extra.trig").write_text(body, encoding="utf-8")
    shutil.copytree(gone.instance / "withheld", folder / "instance" / "withheld")
    with pytest.raises(BuildFailed) as failure:
        build(source, folder / "instance", BASE, silent)
    return failure.value.findings


def test_s11_a_record_is_refused_under_its_name_and_under_its_identifiers(
    gone: Settings, tmp_path: Path
) -> None:
    returning = (WITHHELD / "returning.trig").read_text(encoding="utf-8")
    found = back(gone, tmp_path / "name", returning)
    assert all("Rule-withdrawn" in line for line in found)
    # Another person takes over the case of the withheld one.
    case = f'<{BASE}id/w1thhe1d02> a pra:Case ; skos:prefLabel "A case"@en ; pra:subject ex-person: .'
    found = back(gone, tmp_path / "id", PREFIXES + case)
    assert all("Rule-withdrawn" in line and "w1thhe1d02" in line for line in found)
    assert NAME not in "\n".join(found)


@pytest.mark.parametrize("name", ["w1thhe1d01", "w1thhe1d02", "w1thhe1d03"])
def test_s11_the_check_refuses_what_speaks_of_a_withheld_identifier(after: FlaskClient, name: str) -> None:
    case = f'<{BASE}id/newcase001> a pra:Case ; skos:prefLabel "A case"@en'
    body = f"{PREFIXES} {case} ; pra:subject <{BASE}id/{name}> ."
    report = after.post("/validate", data=body.encode(), content_type="application/trig").get_json()
    assert f"{BASE}shapes#Rule-withdrawn" in {found["rule"] for found in report["findings"]}
    assert report["conforms"] is False


def test_s11_the_check_does_not_tell_whose_names_are_withheld(after: FlaskClient) -> None:
    body = (WITHHELD / "returning.trig").read_bytes()
    report = after.post("/validate", data=body, content_type="application/trig").get_json()
    assert report["findings"] == []


# --- S12: no leak through neighbours ---


def test_s12_restricted_records_that_are_kept_change_no_byte(desk: Desk, world: Settings) -> None:
    desk.add(text("embargo"))
    desk.add(text("minor", AGREED="", DATED=DATED))
    desk.add(text("health", EMBARGO=EMBARGO, PUBLISHED=""))
    desk.build(date(2032, 1, 1))
    one, two = current(desk.settings.instance).path, current(world.instance).path
    names = sorted(str(path.relative_to(two)) for path in two.rglob("*") if path.is_file())
    assert names == sorted(str(path.relative_to(one)) for path in one.rglob("*") if path.is_file())
    different = [name for name in names if (one / name).read_bytes() != (two / name).read_bytes()]
    assert set(different) <= {"manifest.json"}


# --- S13: embargo by date or event ---


def test_s13_a_claim_set_waits_for_its_day(desk: Desk) -> None:
    desk.add(text("embargo"))
    assert desk.opened(BEFORE) == ""
    opened = desk.opened(THE_DAY)
    assert "Zorka" in opened
    assert [secret for secret in SECRETS if secret in opened] == []


def test_s13_a_claim_set_waits_for_its_event(desk: Desk) -> None:
    desk.add(text("embargo"))
    assert f"<{ID}cs00event>" not in desk.opened(THE_DAY)
    desk.vault.declare(EVENT)
    assert f"<{ID}cs00event>" in desk.opened(THE_DAY)
    assert f"<{ID}cs0000day>" not in desk.opened(BEFORE)


def test_s13_an_embargo_in_public_sources_stops_the_check(world: Settings) -> None:
    report = Archive.open(world).check(text("embargo"), TRIG)
    paths = {found.path for found in report.violations if found.shape.endswith("Rule-notPublishable")}
    assert paths == {f"{PRA}notBefore", f"{PRA}untilEvent"}


# --- S15: officials only in capacity ---


def test_s15_officials_have_a_name_an_office_and_nothing_else(store: ox.Store) -> None:
    used = rows(store, "SELECT DISTINCT ?p { GRAPH g:register { ?o a pra:OfficialCapacity ; ?p ?v } }")
    names = {local_name(row[0].strip("<>")) for row in used}
    assert names <= {
        "type",
        "prefLabel",
        "altLabel",
        "hiddenLabel",
        "member",
        "organization",
        "role",
        "recordElsewhere",
    }


def test_s15_somebody_who_is_only_an_official_has_no_page_of_their_own(store: ox.Store) -> None:
    people = "GRAPH g:register { ?o a pra:OfficialCapacity ; org:member ?p . ?p a pra:Person }"
    persecuted = "FILTER NOT EXISTS { GRAPH g:register { ?c pra:subject ?p } }"
    only = rows(store, f"SELECT ?p {{ {people} {persecuted} }}")
    more = rows(store, f"SELECT ?p ?q {{ {people} {persecuted} GRAPH g:register {{ ?p ?q ?v }} }}")
    assert {local_name(row[1].strip("<>")) for row in more} <= {
        "type",
        "prefLabel",
        "altLabel",
        "hiddenLabel",
        "exposure",
    }
    assert len(only) < 20


def test_s15_private_life_of_an_official_is_refused(world: Settings) -> None:
    official = f"<{BASE}id/ex7tan9zt2> a pra:OfficialCapacity"
    for said in ('pra:birthYear "1970"^^xsd:gYear', 'pra:note "Lives in Exampletown"@en'):
        report = Archive.open(world).check(f"{PREFIXES} {official} ; {said} .".encode(), TRIG)
        assert not report.conforms, said


# --- S16: the lists of the state are not amplified ---


def test_s16_a_listing_is_an_act_of_somebody_on_a_document(store: ox.Store) -> None:
    listings = (
        "GRAPH ?g { ?d a pra:StatusDecision ; pra:status ?s } FILTER(CONTAINS(STR(?s), '/status/listed-'))"
    )
    assert rows(store, f"SELECT ?d {{ {listings} }}")
    lack = "FILTER NOT EXISTS { GRAPH ?g { ?d pra:decidedBy ?by ; pra:document ?document } }"
    assert rows(store, f"SELECT ?d {{ {listings} {lack} }}") == []


@pytest.mark.parametrize("lang", ["be", "ru", "en"])
def test_s16_the_name_of_a_listing_names_the_lister(lang: str) -> None:
    by = {"be": "[уў]лад|суд", "ru": "власт|суд", "en": "by the (?:authorities|court)"}[lang]
    listed = [name for name in MODEL.labels if name.startswith(f"{BASE}vocabulary/status/listed-")]
    assert len(listed) > 2
    assert [name for name in listed if not re.search(by, MODEL.labels[name][lang])] == []


def test_s16_nothing_can_be_asked_by_date_of_birth(public: list[Quad]) -> None:
    queries = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "data" / "queries").glob("*.rq"))
    columns = re.findall(r"(?m)^SELECT[^{]*", queries)
    assert len(columns) > 15
    assert [each for each in columns if re.search(r"(?i)birth|born|_age\b|\bage\b", each)] == []
    assert not re.search(r"(?i)\bscore\b|\brisk\b|\brating\b", queries)


# --- S17: neutral words ---

BANNED = re.compile(
    r"(?i)\bconvicted of\b|\bconvicts?\b|\bfelons?\b|\boffenders?\b|\bcommitted (?:a|the) crime"
    r"|\bis (?:a |an )?(?:criminal|extremist|terrorist)\b"
    r"|\bзлачынц|\bпреступник|\bосужд[её]н[а-я]* за\b|\bасуджан[а-яё]* за\b|\bтэрарыст|\bтеррорист"
)


def words_of_pages() -> Iterator[tuple[str, str]]:
    for path in [*(SERVER / "web" / "templates").iterdir(), *(SERVER / "web" / "texts").glob("*.toml")]:
        yield path.name, path.read_text(encoding="utf-8")
    for path in [*(ROOT / "shapes").glob("*.ttl"), *(ROOT / "data" / "queries").glob("*.rq")]:
        yield path.name, path.read_text(encoding="utf-8")


def unquoted(words: str) -> str:
    """A text without what it quotes from others."""
    return re.sub("«[^»\n]*»|“[^”\n]*”", "", words)


def test_s17_no_template_and_no_word_of_the_interface_judges() -> None:
    assert BANNED.search("She was convicted of it")
    found = [
        (name, match[0]) for name, words in words_of_pages() for match in BANNED.finditer(unquoted(words))
    ]
    assert found == []


def test_s17_a_page_tells_who_says_what_it_says(world: Settings) -> None:
    archive = Archive.open(world)
    page = archive.describe(f"{BASE}id/exm9s346q3", "en")
    entries = [entry for section in page.sections for entry in section.entries]
    said = [
        v
        for e in entries
        for s in e.sections
        for row in s.rows
        for v in row.values
        if not registered(archive, e.iri, v)
    ]
    assert len(said) > 5
    assert [value.text.value for value in said if not value.sources] == []
    assert all(source.claimant for value in said for source in value.sources)


def registered(archive: Archive, thing: str, value: Any) -> bool:
    """Whether a value is part of what the register says of a thing: its case."""
    return bool(value.link and value.link.text.value.startswith(("Case of", "The Example case")))


# --- S19: contributors ---


def test_s19_records_are_signed_by_the_archive_and_dated_to_the_day(store: ox.Store) -> None:
    signers = rows(
        store, "SELECT DISTINCT ?by { GRAPH g:register { ?c a pra:ClaimSet ; pra:recordedBy ?by } }"
    )
    assert signers
    people = rows(store, "SELECT ?by { GRAPH g:register { ?c pra:recordedBy ?by . ?by a pra:Person } }")
    assert people == []
    moments = rows(
        store, "SELECT DISTINCT (DATATYPE(?on) AS ?type) { GRAPH g:register { ?c pra:recordedOn ?on } }"
    )
    assert moments == [[f"<{XSD}date>"]]


def test_s19_the_release_knows_nothing_of_git(real: Settings) -> None:
    folder = current(real.instance).path
    texts = "".join(
        p.read_text("utf-8") for p in folder.rglob("*") if p.suffix in (".json", ".ttl", ".rq", ".trig")
    )
    assert not re.search(r"(?i)\bcommitter\b|\bauthor-mail\b|Co-authored-by|Signed-off-by", texts)
    assert not list(folder.rglob(".git*"))


def test_s19_a_record_signed_by_a_person_is_refused(world: Settings) -> None:
    data = note("nobody").replace(b"pra:recordedBy ex-org: ;", b"pra:recordedBy ex-person: ;")
    found = Archive.open(world).check(data, TRIG).violations
    assert any("recordedBy" in each.shape for each in found)


# --- S21: no pictures ---


def test_s21_there_is_no_property_for_pictures_and_no_address_of_one(public: list[Quad]) -> None:
    words = re.compile(r"(?i)image|photo|picture|depict|portrait|thumbnail|img$")
    assert [term for term in MODEL.declared | MODEL.publishable if words.search(local_name(term))] == []
    files = re.compile(r"(?i)\.(?:jpe?g|png|gif|webp|heic|tiff?)(?:$|\?)")
    assert [q.object.value for q in public if q.object.kind == "iri" and files.search(q.object.value)] == []


# --- S22: deaths ---


def told(claimant: str, document: str, more: str = "") -> str:
    return f"pra:claimant {claimant}: ; prov:hadPrimarySource {document} {more}"


COPY = f"<{BASE}id/rc0py00001>"
COPIED = (
    f'graph:register {{ {COPY} a pra:Document ; dct:title "A copy"@en ; dct:language "en" ;'
    " pra:documentKind document-kind:news-report ; prov:wasDerivedFrom ex-doc: . }"
)
DEATHS: dict[str, tuple[str, str, bool]] = {
    "two newsrooms": (told("ex-org", "ex-doc:"), told("ex-org-2", "ex-doc-2:"), False),
    "an authority and a newsroom": (told("ex-body", "ex-doc:"), told("ex-org-2", "ex-doc-2:"), True),
    "the side of the person and a newsroom": (
        told("ex-org", "ex-doc:", "; pra:side side:person"),
        told("ex-org-2", "ex-doc-2:"),
        True,
    ),
    "an authority, twice": (told("ex-body", "ex-doc:"), told("ex-body", "ex-doc-2:"), False),
    "one document": (told("ex-body", "ex-doc:"), told("ex-org-2", "ex-doc:"), False),
    "a document and its copy": (told("ex-body", "ex-doc:"), told("ex-org-2", COPY), False),
}


def death(first: str, second: str) -> bytes:
    return text("death", FIRST=first, SECOND=second, EMBARGO="") + COPIED.encode()


def with_death(world: Settings, data: bytes) -> list[Any]:
    files = read_sources(world.source)
    return list(check_support([*files, read_source("data/claims/death.trig", data, TRIG)], MODEL))


@pytest.mark.parametrize("name", DEATHS)
def test_s22_a_death_needs_two_independent_sources(world: Settings, name: str) -> None:
    first, second, enough = DEATHS[name]
    found = with_death(world, death(first, second))
    assert [f.shape.rpartition("#")[2] for f in found] == ([] if enough else ["Rule-needsTwoRoots"])
    assert all(
        f.file == "data/claims/death.trig" and f.line and set(f.messages) == {"be", "ru", "en"} for f in found
    )


@pytest.mark.parametrize("standing", ["unverified", "withdrawn", "refuted", "superseded"])
def test_s22_a_claim_that_does_not_stand_does_not_count(world: Settings, standing: str) -> None:
    first, second, _ = DEATHS["an authority and a newsroom"]
    data = death(first, second).replace(b"standing:current", f"standing:{standing}".encode(), 1)
    assert len(with_death(world, data)) == 1


def test_s22_a_death_in_the_register_alone_is_not_enough(world: Settings) -> None:
    stub = f"<{BASE}id/rdead00001> a pra:DeathInCustody ; pra:inCase <{BASE}id/exdj8fssz5> ."
    assert len(with_death(world, (PREFIXES + stub).encode())) == 1


def test_s22_the_check_and_the_build_stop_at_a_death_told_from_one_side(
    world: Settings, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    shutil.copytree(world.source, source)
    first, second, _ = DEATHS["two newsrooms"]
    (source / "data" / "claims" / "death.trig").write_bytes(death(first, second))
    assert ["Rule-needsTwoRoots" in each.shape for each in check(source, silent).violations] == [True]
    with pytest.raises(BuildFailed):
        build(source, tmp_path / "instance", BASE, silent)


@pytest.mark.parametrize("name", DEATHS)
def test_s22_a_restricted_death_stays_until_it_is_told_from_two_sides(desk: Desk, name: str) -> None:
    first, second, enough = DEATHS[name]
    data = text("death", FIRST=first, SECOND=second, EMBARGO=EMBARGO) + COPIED.encode()
    desk.add(data)
    assert (f"<{ID}dead00001>" in desk.opened(THE_DAY)) is enough


# --- S26: licence, and the feed of withdrawals ---


def test_s26_every_claim_set_has_a_licence(store: ox.Store) -> None:
    assert rows(store, "SELECT ?c { GRAPH g:register { ?c a pra:ClaimSet } } LIMIT 1")
    assert (
        rows(
            store,
            "SELECT ?c { GRAPH g:register { ?c a pra:ClaimSet FILTER NOT EXISTS { ?c dct:license ?l } } }",
        )
        == []
    )
    graphs = "SELECT DISTINCT ?c { GRAPH ?c { ?s ?p ?o } FILTER(STRSTARTS(STR(?c), '" + BASE + "id/'))"
    assert rows(store, graphs + " FILTER NOT EXISTS { GRAPH g:register { ?c dct:license ?l } } }") == []


ATOM = "{http://www.w3.org/2005/Atom}"


def test_s26_the_feed_lists_what_was_withheld_and_names_nobody(after: FlaskClient) -> None:
    answer = after.get("/withdrawals.atom")
    assert answer.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(answer.data)
    for part in ("id", "title", "updated", "author"):
        assert feed.find(f"{ATOM}{part}") is not None, part
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == PERSON
    assert (entry.findtext(f"{ATOM}updated") or "").startswith(date.today().isoformat())
    category = entry.find(f"{ATOM}category")
    assert category is not None
    assert category.get("term") == f"{BASE}vocabulary/withdrawal-reason/request"
    assert NAME not in answer.text


@pytest.mark.parametrize("lang", ["be", "ru", "en"])
def test_s26_the_feed_speaks_the_language_of_its_reader(after: FlaskClient, lang: str) -> None:
    answer = after.get("/withdrawals.atom", headers={"Accept-Language": lang})
    assert reason(lang) in answer.text
    assert f'xml:lang="{lang}"' in answer.text


def test_s26_programs_get_the_same_as_json(after: FlaskClient) -> None:
    found = after.get("/withdrawals.json", headers={"Accept-Language": "ru"}).get_json()
    (entry,) = found["withdrawn"]
    assert entry == {
        "id": PERSON,
        "date": date.today().isoformat(),
        "reason": f"{BASE}vocabulary/withdrawal-reason/request",
        "label": reason("ru"),
    }


def test_s26_an_empty_feed_is_a_feed(client: FlaskClient) -> None:
    feed = ElementTree.fromstring(client.get("/withdrawals.atom").data)
    assert feed.findall(f"{ATOM}entry") == []
    assert feed.findtext(f"{ATOM}updated")
    assert client.get("/withdrawals.json").get_json()["withdrawn"] == []
