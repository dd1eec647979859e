"""Uncertain dates and the days that they allow."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.archive.dates import bounds, derived, parsed_bounds
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE
from server.store.syntax import TRIG, Quad, parse

TABLE = [
    ("2021-07-14", "2021-07-14", "2021-07-14"),
    ("2021-07", "2021-07-01", "2021-07-31"),
    ("2021", "2021-01-01", "2021-12-31"),
    ("2020-02", "2020-02-01", "2020-02-29"),
    ("2021-07~", "2021-07-01", "2021-07-31"),
    ("2020?", "2020-01-01", "2020-12-31"),
    ("2021-07-14%", "2021-07-14", "2021-07-14"),
    ("2022-09-26/2022-10", "2022-09-26", "2022-10-31"),
    ("2025-09-11/2025-09-12", "2025-09-11", "2025-09-12"),
    ("[2021-07-14,2021-07-17]", "2021-07-14", "2021-07-17"),
    ("{2020,2021}", "2020-01-01", "2021-12-31"),
    ("202X", "2020-01-01", "2029-12-31"),
    ("2021-21", "2021-03-01", "2021-05-31"),
    ("2021-07/..", "2021-07-01", None),
    ("../2021-07", None, "2021-07-31"),
    ("2021-07/", "2021-07-01", None),
    ("/2021-07", None, "2021-07-31"),
]


@pytest.mark.parametrize(("text", "low", "high"), TABLE)
def test_a_date_has_an_earliest_and_a_latest_day(text: str, low: str | None, high: str | None) -> None:
    assert bounds(text) == (low, high)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "14.07.2021",
        "2021-02-30",
        "2021-13",
        "2021-7-4",
        "/",
        "y17e7",
        "-0100",
        "0000",
        "Y20000",
    ],
)
def test_what_names_no_day_of_a_calendar_is_no_date(text: str) -> None:
    assert bounds(text) is None


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("0123456789-/.~?%XY[]{},T:Zue"), max_size=24))
@example("-2021/2022")
@example("..")
@example("2022/2021")
@example("[..2021]")
def test_whatever_is_written_bounds_are_days_or_nothing(text: str) -> None:
    for day in bounds(text) or ():
        assert day is None or date.fromisoformat(day).isoformat() == day


CLAIMS = """
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix id: <https://w3id.org/praleska/id/> .
@prefix pra: <https://w3id.org/praleska/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
id:cs1 { id:one pra:startEdtf "2021-07"^^edtf:EDTF ; pra:endEdtf "2021-08/.."^^edtf:EDTF . }
id:cs2 { id:one pra:startEdtf "2021-07-14"^^edtf:EDTF , "no date"^^edtf:EDTF , "2021" ;
  pra:foundedOn "2020"^^edtf:EDTF . }
"""


def test_bounds_stand_in_the_graph_of_their_date(model: Model) -> None:
    found = {
        (
            quad.graph.value[-3:] if quad.graph else "",
            quad.predicate.value.partition("#")[2],
            quad.object.value,
        )
        for quad in derived(parse(CLAIMS.encode(), TRIG, SOURCE_BASE), model)
    }
    assert found == {
        ("cs1", "startMin", "2021-07-01"),
        ("cs1", "startMax", "2021-07-31"),
        ("cs1", "endMin", "2021-08-01"),
        ("cs2", "startMin", "2021-07-14"),
        ("cs2", "startMax", "2021-07-14"),
    }


def test_bounds_are_of_the_type_date(model: Model) -> None:
    quads: list[Quad] = list(derived(parse(CLAIMS.encode(), TRIG, SOURCE_BASE), model))
    assert {quad.object.datatype for quad in quads} == {"http://www.w3.org/2001/XMLSchema#date"}


YEARS = st.sampled_from(["0000", "0001", "0999", "1900", "2000", "2020", "2021", "9999", "20X1", "202"])
MONTHS = st.sampled_from(["", "-00", "-01", "-02", "-06", "-12", "-13", "-21", "-1"])
DAYS = st.sampled_from(["", "-00", "-01", "-28", "-29", "-30", "-31", "-32", "-7"])
MARKS = st.sampled_from(["", "~", "?", "%", "!"])
PLAIN = st.builds("".join, st.tuples(YEARS, MONTHS, DAYS, MARKS))


@settings(max_examples=150, deadline=None)
@given(PLAIN, st.one_of(st.just(""), st.builds("/{}".format, PLAIN)))
def test_plain_dates_are_read_as_the_parser_reads_them(first: str, rest: str) -> None:
    assert bounds(first + rest) == parsed_bounds(first + rest)
