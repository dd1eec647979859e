"""Lists narrowed by when something went on: certain, only possible, and ends that nobody told."""

import csv
import io
import json
import re
import sqlite3
from contextlib import closing
from datetime import date, timedelta

import pytest

from server import create_app
from server.archive.archive import Archive
from server.archive.index import INDEX
from server.archive.records import Asked
from server.archive.stretches import Stretches
from server.web import outline
from server.web.texts import words

DAYS = [date(2019, 12, 31) + timedelta(days=61 * step) for step in range(42)]
RANGES = [("2020", "2020"), ("2021-07", "2022-01-15"), ("2022-02", ""), ("", "2021"), ("2035", "2040")]


@pytest.fixture(scope="module")
def opened(real):
    return Archive.open(real)


@pytest.fixture(scope="module")
def reader(real, opened):
    return create_app(real, opened).test_client()


@pytest.fixture(scope="module")
def extents(opened):
    """Detention → when it was, as the page of its case has it."""
    found = {}
    for row in opened.listing("Case", "en", 1, Asked(size=2000)).rows:
        for entry in outline.entries(opened.describe(row.title.iri, "en")):
            if entry.state and entry.state.lasting:
                found[entry.iri] = entry.extent
    return found


def listed(archive, low, high, surely=False):
    asked = Asked(size=2000, low=low, high=high, surely=surely, during=True)
    return {row.title.iri: row for row in archive.listing("Detention", "en", 1, asked).rows}


def test_a_list_and_the_pages_agree_on_every_day(opened, extents):
    assert len(extents) > 60
    for day in map(date.isoformat, DAYS):
        known = {iri: when for iri, when in extents.items() if when}
        assert set(listed(opened, day, day)) == {iri for iri, when in known.items() if when.maybe(day)}
        assert set(listed(opened, day, day, True)) == {iri for iri, when in known.items() if when.surely(day)}


@pytest.mark.parametrize(("low", "high"), RANGES)
def test_rows_say_whether_they_are_certain_and_whether_an_end_is_known(opened, extents, low, high):
    possible, certain = listed(opened, low, high), listed(opened, low, high, True)
    assert set(certain) <= set(possible)
    for iri, row in possible.items():
        assert row.possible == (iri not in certain)
        assert row.endless == (not extents[iri].end_max)
    found = opened.listing("Detention", "en", 1, Asked(low=low, high=high, during=True)).dates
    assert (found.certain, found.possible) == (len(certain), len(possible))


def test_a_table_has_what_the_json_has(reader):
    address = "/en/list/Detention.{}?from=2022&to=2022{}"
    for more in ("", "&when=during"):
        table = list(csv.DictReader(io.StringIO(reader.get(address.format("csv", more)).text)))
        told = json.loads(reader.get(address.format("json", more)).text)["rows"]
        assert [(row["fits"], row["end_unknown"]) for row in table] == [
            (row["fits"], str(row["end_unknown"])) for row in told
        ]
        assert table
    assert "fits" not in reader.get("/en/list/Detention.csv").text.partition("\n")[0]


def test_what_went_on_is_more_than_what_began(reader):
    began, went_on = (
        json.loads(reader.get(f"/en/list/Detention.json?from=2022&to=2022{more}").text)
        for more in ("", "&when=during")
    )
    assert began["total"] < went_on["dates"]["certain"] < went_on["total"] == went_on["dates"]["possible"]
    assert (began["dates"]["when"], went_on["dates"]["when"]) == ("began", "during")
    assert {row["fits"] for row in went_on["rows"]} == {"certain", "possible"}
    assert {row["iri"] for row in began["rows"]} <= {row["iri"] for row in went_on["rows"]}


@pytest.mark.parametrize("lang", ["be", "ru", "en"])
def test_a_page_tells_it_in_words_and_keeps_what_was_asked(reader, lang):
    told = words(lang)["during"]
    page = reader.get(f"/{lang}/list/Detention?from=2022&to=2022&when=during").text
    body = page.partition("<tbody>")[2]
    assert told["possible"] in body
    assert told["endless"] in body
    assert '<option value="during" selected>' in page
    others = re.findall(r'href="(/[a-z]{2}/list/Detention[^"]*sort=[^"]*)"', page)
    assert others
    assert all("when=during" in address for address in others)
    plain = reader.get(f"/{lang}/list/Detention").text
    assert told["possible"] not in plain.partition("<tbody>")[2]


def test_a_list_of_moments_cannot_be_asked_what_went_on(reader):
    assert 'name="when"' not in reader.get("/en/list/Verdict").text
    answer = reader.get("/en/list/Verdict.json?from=2022&when=during")
    assert (answer.status_code, answer.json["parameter"]) == (400, "when")
    assert reader.get("/en/list/Verdict.json?when=during").status_code == 200


def test_a_list_of_what_does_not_last_has_no_such_dates(opened):
    with closing(sqlite3.connect(opened.folder / INDEX)) as index:
        assert not Stretches(index, -1).known
