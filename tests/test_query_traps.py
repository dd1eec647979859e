"""The questions of the gallery on an invented world, where the real data would not show a wrong query."""

import csv
import io
from pathlib import Path

import pytest

from server.archive.compiling import compile_quads
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE
from server.store.answers import CSV, Formats
from server.store.syntax import TRIG, parse

ROOT = Path(__file__).parent.parent
PREFIXES = """
@prefix : <https://w3id.org/praleska/id/> .
@prefix graph: <https://w3id.org/praleska/graph/> .
@prefix pra: <https://w3id.org/praleska/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix standing: <https://w3id.org/praleska/vocabulary/standing/> .
@prefix consent: <https://w3id.org/praleska/vocabulary/consent/> .
"""
# Who, with the detentions, releases, departures and accusations of the one case.
PEOPLE = {
    "undated": "det rel acc",
    "refuted": "det rel dep",
    "exile": "det rel dep acc new",
    "cycle": "det det2 rel rel2 dep",
    "charged": "det det2 rel acc",
    "refused": "dep",
}
KINDS = {
    "det": "Detention",
    "rel": "Release",
    "dep": "ForcedDeparture",
    "acc": "Accusation",
    "new": "Accusation",
}
# Claimant, standing, and what is said; `@` makes a date.
CLAIMS = [
    ("one", "current", ":undated-rel pra:ends :undated-det"),
    ("one", "current", ":undated-acc pra:allegedUnder :article"),
    ("one", "current", ":refuted-det pra:startEdtf @2024-01-01 ; pra:ongoingOn @2024-01-15"),
    (
        "two",
        "refuted",
        ":refuted-rel pra:ends :refuted-det ; pra:startEdtf @2024-06-01 ; pra:departure :refuted-dep",
    ),
    ("two", "refuted", ":refuted-dep pra:completed true ; pra:consent consent:refused"),
    ("two", "superseded", ":refuted-det pra:startEdtf @2023-12-01 ; pra:ongoingOn @2024-09-01"),
    ("one", "current", ":exile-rel pra:ends :exile-det ; pra:startEdtf @2024-02 ; pra:departure :exile-dep"),
    ("one", "current", ":exile-dep pra:completed true"),
    ("two", "current", ":exile-det pra:startEdtf @2023-12-31 ; pra:ongoingOn @2024-02-10"),
    ("one", "current", ":exile-acc pra:allegedUnder :article"),
    ("one", "current", ":exile-new pra:requalifies :exile-acc ; pra:startEdtf @2024-01-05"),
    ("two", "withdrawn", ":exile-new pra:requalifies :exile-acc ; pra:startEdtf @2024-01-09"),
    ("one", "current", ":cycle-det pra:startEdtf @2019 . :cycle-det2 pra:startEdtf @2020-03-01"),
    ("one", "current", ":cycle-rel pra:ends :cycle-det ; pra:startEdtf @2020-02-28"),
    ("one", "current", ":cycle-rel2 pra:ends :cycle-det2 ; pra:startEdtf @2021 ; pra:departure :cycle-dep"),
    ("one", "current", ":cycle-dep pra:completed true"),
    ("one", "current", ":charged-det pra:startEdtf @2018 . :charged-det2 pra:startEdtf @2019-01-01"),
    ("one", "current", ":charged-rel pra:ends :charged-det ; pra:startEdtf @2018-12-31"),
    ("one", "current", ":charged-acc pra:startEdtf @2019-02-02"),
    ("one", "current", ":refused-dep pra:consent consent:refused"),
    ("two", "withdrawn", ":refused-dep pra:consent consent:refused"),
    ("one", "current", ":m1 org:member :undated ; org:organization :body"),
    ("one", "current", ":m2 org:member :exile ; org:organization :body"),
]


def things() -> str:
    lines = [':article skos:notation "1" .', ':body skos:prefLabel "Body"@en .']
    lines += [f':{name} skos:prefLabel "{name.title()}"@en .' for name in ("one", "two")]
    for person, own in PEOPLE.items():
        lines.append(f':{person} a pra:Person ; skos:prefLabel "{person.title()} Example"@en .')
        lines.append(f':c-{person} a pra:Case ; pra:subject :{person} ; skos:prefLabel "C {person}"@en .')
        lines += [
            f":{person}-{name} a pra:{KINDS[name[:3]]} ; pra:inCase :c-{person} ." for name in own.split()
        ]
    return "\n".join(lines)


def claim_sets() -> str:
    parts = []
    for number, (claimant, standing, text) in enumerate(CLAIMS):
        words = [f'"{word[1:]}"^^edtf:EDTF' if word[0] == "@" else word for word in text.split()]
        said = " ".join(words)
        subjects = sorted({part.split()[0] for part in said.split(" . ")})
        kinds = " ".join(f"{name} a pra:{kind_of(name)} ." for name in subjects if kind_of(name))
        parts.append(
            f"graph:register {{ :s{number} a pra:ClaimSet ; pra:claimant :{claimant} ;"
            f" pra:standing standing:{standing} ; prov:hadPrimarySource :d{number} }}\n"
            f":s{number} {{ {said} . {kinds} }}"
        )
    return "\n".join(parts)


def kind_of(thing: str) -> str:
    return KINDS.get(thing.rpartition("-")[2][:3], "")


@pytest.fixture(scope="module")
def answers():
    text = f"{PREFIXES} graph:register {{ {things()} }}\n{claim_sets()}"
    quads = parse(text.encode(), TRIG, SOURCE_BASE)
    model = Model.load(ROOT, SOURCE_BASE)
    store = compile_quads(quads, model, SOURCE_BASE, lambda *_: None).store

    def ask(number: int) -> list[dict[str, str]]:
        (path,) = (ROOT / "data" / "queries").glob(f"{number:02}-*.rq")
        body = store.query(path.read_text("utf-8"), Formats(solutions=CSV)).body
        return list(csv.DictReader(io.StringIO(body.decode(), newline="")))

    return ask


def columns(rows: list[dict[str, str]], *names: str) -> list[tuple[str, ...]]:
    return [tuple(row[name].replace(" Example", "") for name in names) for row in rows]


def test_a_refuted_release_and_a_release_at_home_are_no_exile(answers) -> None:
    assert columns(answers(1), "name") == [("Exile",)]


def test_a_refusal_counts_without_a_release_and_not_when_withdrawn(answers) -> None:
    assert columns(answers(2), "name", "said_by", "released") == [("Refused", "One", "")]


def test_days_are_counted_over_a_leap_day_and_a_year(answers) -> None:
    assert columns(answers(3), "name", "released", "held_again", "days", "new_case") == [
        ("Charged", "2018-12-31", "2019-01-01", "1", "true"),
        ("Cycle", "2020-02-28", "2020-03-01", "2", "false"),
    ]


def test_a_charge_without_any_year_leaves_the_years_of_the_others(answers) -> None:
    assert columns(answers(4), "provision", "people", "first_year", "last_year") == [
        ("1", "2", "2023", "2023")
    ]


def test_fallen_claims_support_nothing(answers) -> None:
    events = {row["event"].rpartition("/")[2] for row in answers(9)}
    assert {"refuted-det", "undated-rel", "exile-dep"} <= events
    assert not {"refuted-rel", "refuted-dep"} & events


def test_a_new_charge_is_counted_from_the_arrest_before_it(answers) -> None:
    assert columns(answers(12), "name", "from", "dated", "claimant_name", "days_in_custody") == [
        ("Exile", "", "2024-01-05", "One", "5")
    ]


def test_whoever_may_be_later_is_heard_and_fallen_claims_are_not(answers) -> None:
    rows = {row[:3] for row in columns(answers(39), "name", "claimed", "as_of")}
    assert rows == {
        ("Undated", "released", ""),
        ("Refuted", "held", "2024-01-15"),
        ("Exile", "held", "2024-02-10"),
        ("Exile", "released", "2024-02"),
        ("Cycle", "released", "2021"),
        ("Charged", "held", "2019-01-01"),
    }
