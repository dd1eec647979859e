"""Whether somebody was held on a day: page, address for programs and question 41 against a small model.

For random histories, "certain" and "possible" are computed from the dates as they stand in the claims,
without any code of ours, and must be what every door says.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server import create_app
from server.archive.archive import Archive
from server.archive.dates import derived
from server.archive.editorial import choose_all
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE, fill, iris_text, select
from server.config import Settings
from server.store.answers import Store
from server.store.embedded import memory_store
from server.store.syntax import TRIG, canonical_nquads, parse

ROOT = Path(__file__).parent.parent.parent
QUESTION = (ROOT / "data" / "queries" / "41-held-on-a-day.rq").read_text("utf-8")
PERSON = f"{SOURCE_BASE}id/exm9s346q3"
NEVER = "9999-12-31"
HEAD = """
@prefix pra: <https://w3id.org/praleska/ontology#> .
@prefix g: <https://w3id.org/praleska/graph/> .
@prefix id: <https://w3id.org/praleska/id/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix standing: <https://w3id.org/praleska/vocabulary/standing/> .
g:register {
  id:exm9s346q3 a pra:Person ; skos:prefLabel "Example Person"@en .
  id:newcase000 a pra:Case ; pra:subject id:exm9s346q3 ; pra:partOfCollective id:newjoint00 .
  id:newjoint00 a pra:CollectiveCase .
  id:csperson a pra:ClaimSet ; pra:standing standing:current ; pra:claimant id:orgperson ;
    prov:hadPrimarySource id:docperson .
}
id:csperson { id:exm9s346q3 a pra:Person . }
"""


@dataclass(frozen=True)
class Held:
    """A detention: the dates that claims give, and whether a release ends it, with its date or its report."""

    starts: tuple[str, ...]
    ends: tuple[str, ...]
    going_on: tuple[str, ...]
    is_released: bool
    released: str
    reported: str
    is_joint: bool
    standing: str = "current"


def month(year: int, number: int) -> str:
    return f"{year}-{number:02}"


day = st.dates(date(2020, 1, 1), date(2022, 12, 31)).map(str)
edtf = st.one_of(
    st.integers(2020, 2022).map(str), st.builds(month, st.integers(2020, 2022), st.integers(1, 12)), day
)
some = st.lists(edtf, max_size=2, unique=True).map(tuple)
maybe = st.one_of(st.just(""), edtf)
held = st.builds(
    Held,
    some,
    some,
    some,
    st.booleans(),
    maybe,
    maybe,
    st.booleans(),
    st.sampled_from(["current", "current", "refuted"]),
)
histories = st.lists(held, max_size=3)


def span(text: str) -> tuple[str, str]:
    """The first and the last day of a date."""
    year, *rest = (int(part) for part in text.split("-"))
    if len(rest) == 2:
        return text, text
    last = rest[0] if rest else 12
    return (
        f"{year}-{rest[0] if rest else 1:02}-01",
        f"{year}-{last:02}-{calendar.monthrange(year, last)[1]:02}",
    )


def chosen(texts: tuple[str, ...]) -> list[tuple[str, str]]:
    """By the editorial rule the narrowest of dates that one source each gives; ties stay."""
    spans = [span(text) for text in texts]
    length = {s: date.fromisoformat(s[1]) - date.fromisoformat(s[0]) for s in spans}
    return [s for s in spans if length[s] == min(length.values())]


def told_of(one: Held, asked: str) -> str:
    """The model: what the dates of a detention say of a day."""
    if one.standing == "refuted":
        return "no"
    starts, ends = chosen(one.starts), chosen(one.ends)
    if not ends and one.is_released and one.released:
        ends = [span(one.released)]
    elif not ends and one.is_released and one.reported:
        ends = [("", span(one.reported)[1])]
    on = [span(text) for text in one.going_on]
    first = min((low for low, _ in starts), default="")
    if not first <= asked <= max((high for _, high in ends), default=NEVER):
        return "no"
    begun = max((high for _, high in starts), default=NEVER) <= asked or any(high <= asked for _, high in on)
    lasts = min((low for low, _ in ends), default="") >= asked or any(low >= asked for low, _ in on)
    return "certain" if begun and lasts else "possible"


def model_says(history: list[Held], asked: str) -> str:
    told = {told_of(one, asked) for one in history}
    return next((word for word in ("certain", "possible") if word in told), "no")


def claims(history: list[Held]) -> Iterator[str]:
    for n, one in enumerate(history):
        it, out = f"id:newheld00{n}", f"id:newfreed0{n}"
        case = "id:newjoint00" if one.is_joint else "id:newcase000"
        yield f"g:register {{ {it} a pra:Detention ; pra:inCase {case} . }}"
        yield claim(f"{n}it", f"{it} a pra:Detention .", standing=one.standing)
        for name, dates in (("startEdtf", one.starts), ("endEdtf", one.ends), ("ongoingOn", one.going_on)):
            for m, text in enumerate(dates):
                body = f'{it} a pra:Detention ; pra:{name} "{text}"^^edtf:EDTF .'
                yield claim(f"{n}{name}{m}".lower(), body, standing=one.standing)
        if one.is_released:
            yield f"g:register {{ {out} a pra:Release ; pra:inCase {case} . }}"
            said = f'pra:startEdtf "{one.released}"^^edtf:EDTF ;' if one.released else ""
            yield claim(f"{n}out", f"{out} a pra:Release ; {said} pra:ends {it} .", one.reported)


def claim(name: str, body: str, said: str = "", standing: str = "current") -> str:
    asserted = f'pra:assertedOn "{said}"^^edtf:EDTF ;' if said else ""
    return f"""g:register {{ id:cs{name} a pra:ClaimSet ; pra:standing standing:{standing} ; {asserted}
      pra:claimant id:org{name} ; prov:hadPrimarySource id:doc{name} . }}
    id:cs{name} {{ {body} }}"""


def stored(history: list[Held], model: Model) -> Store:
    """A store with the history, its bounds and its editorial view."""
    quads = parse((HEAD + "\n".join(claims(history))).encode(), TRIG, SOURCE_BASE)
    known = [*quads, *derived(quads, model)]
    view = choose_all(memory_store(canonical_nquads(known)), model, SOURCE_BASE)
    return memory_store(canonical_nquads([*known, *view]))


@pytest.fixture(scope="module")
def own(world: Settings) -> Archive:
    return Archive.open(world)


@pytest.fixture(scope="module")
def reader(world: Settings, own: Archive) -> FlaskClient:
    return create_app(world, own).test_client()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories, st.lists(day, min_size=2, max_size=2))
def test_page_address_and_question_agree_with_the_model(own, reader, history, days) -> None:
    own.store = stored(history, own.model)
    for asked in days:
        right = model_says(history, asked)
        (row,) = select(own.store, fill(QUESTION, person=iris_text([PERSON]), day=[f'"{asked}"^^xsd:date']))
        assert row["answer"].value == right
        answer = reader.get(f"/held?person=exm9s346q3&on={asked}")
        html = reader.get(f"/doc/exm9s346q3.en.html?on={asked}").text
        if any(one.standing == "current" for one in history):
            assert answer.get_json()["answer"] == right
            assert f"“in detention”: {right}" in html
        else:
            assert answer.status_code == 404
            assert "“in detention”:" not in html


ONE = Held(("2021-03",), (), (), True, "2022-05-01", "", False)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("2021-02-28", "no"),
        ("2021-03-01", "possible"),
        ("2021-03-30", "possible"),
        ("2021-03-31", "certain"),
        ("2022-05-01", "certain"),
        ("2022-05-02", "no"),
    ],
)
def test_the_days_around_a_detention(own, reader, asked, answer) -> None:
    own.store = stored([ONE], own.model)
    found = reader.get(f"/held?person={PERSON}&on={asked}")
    assert found.get_json()["answer"] == answer == model_says([ONE], asked)
    assert len(found.get_json()["events"]) == (answer != "no")


def test_the_events_come_with_their_bounds_and_who_says_so(own, reader) -> None:
    own.store = stored([ONE], own.model)
    (event,) = reader.get("/held?person=exm9s346q3&on=2021-06-01").get_json()["events"]
    bounds = [event[name] for name in ("start_min", "start_max", "end_min", "end_max")]
    assert bounds == ["2021-03-01", "2021-03-31", "2022-05-01", "2022-05-01"]
    assert event["according_to"] == [f"{SOURCE_BASE}id/org0startedtf0"]


def test_a_browser_is_sent_to_the_page(reader) -> None:
    answer = reader.get("/held?person=exm9s346q3&on=2021-06-01", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.location) == (303, "/doc/exm9s346q3.en.html?on=2021-06-01#on")
    assert {name.lower() for name in answer.vary} == {"accept", "accept-language"}


@pytest.mark.parametrize(
    "asked", ["", "today", "2021-02-30", "2021-6-1", "20210601", "2021-06-01T00:00", "<b>"]
)
@pytest.mark.parametrize("address", ["/held?person=exm9s346q3&on={}", "/doc/exm9s346q3.en.html?on={}"])
def test_what_is_no_day_is_refused(own, reader, address, asked) -> None:
    own.store = stored([ONE], own.model)
    answer = reader.get(address.format(asked), headers={"Accept": "application/json"})
    # A page that was asked nothing is the page.
    assert answer.status_code == (200 if not asked and address.startswith("/doc") else 404)
    assert b"<b>" not in answer.data


@pytest.mark.parametrize("person", ["", "nobody0000", "https://example.org/x", "a%20b", "vocabulary/regime"])
def test_who_is_not_there_is_not_found(own, reader, person) -> None:
    own.store = stored([ONE], own.model)
    assert reader.get(f"/held?person={person}&on=2021-06-01").status_code == 404
