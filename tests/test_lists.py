"""Lists of the real archive: pages that end where they say, orders, filters with their counts, and files."""

import csv
import io
from itertools import count

import pyoxigraph as ox
import pytest

from server import create_app
from server.archive.archive import Archive
from server.archive.records import Asked, Listing
from server.errors import NotFound


@pytest.fixture(scope="module")
def real_archive(real) -> Archive:
    return Archive.open(real)


@pytest.fixture(scope="module")
def client(real, real_archive):
    return create_app(real, real_archive).test_client()


def pages(archive: Archive, slug: str, lang: str = "en", **asked: object) -> list[Listing]:
    found = []
    for number in count(1):
        found.append(archive.listing(slug, lang, number, Asked(page=number, **asked)))
        if number == found[0].pages:
            return found
    raise AssertionError


def things(found: list[Listing]) -> list[str]:
    return [row.title.iri for one in found for row in one.rows]


@pytest.mark.parametrize("lang", ["be", "ru", "en"])
def test_every_list_has_each_thing_once_and_ends_where_it_says(real_archive, lang) -> None:
    for kind in real_archive.types(lang):
        found = things(pages(real_archive, kind.slug, lang))
        assert len(found) == len(set(found)) == kind.count, kind.slug
        after = -(-kind.count // 50) + 1 if kind.count else 2
        with pytest.raises(NotFound):
            real_archive.listing(kind.slug, lang, after, Asked(page=after))


def test_every_order_has_the_same_things_forwards_and_backwards(real_archive) -> None:
    for kind in real_archive.types("be"):
        first = pages(real_archive, kind.slug, "be")
        for name in ("name", *first[0].names):
            ways = [things(pages(real_archive, kind.slug, "be", sort=way + name)) for way in ("", "-")]
            assert set(ways[0]) == set(ways[1]) == set(things(first)), (kind.slug, name)


def test_every_filter_keeps_as_many_as_it_says(real_archive) -> None:
    tried = 0
    for kind in real_archive.types("ru"):
        for facet in real_archive.listing(kind.slug, "ru", 1).facets:
            for choice in facet.choices[:3]:
                asked = Asked(narrowed=((facet.name, choice.value),))
                found = real_archive.listing(kind.slug, "ru", 1, asked)
                assert found.total == choice.count, (kind.slug, facet.name, choice.value)
                tried += 1
    assert tried > 20


def test_dates_alone_narrow_every_list_that_has_them(real_archive) -> None:
    """A thing may have several dates that fit, and counts once."""
    several = 0
    for kind in real_archive.types("en"):
        whole = real_archive.listing(kind.slug, "en", 1)
        if whole.dates:
            for low, high in (("0001", ""), ("", "9999"), ("0001", "9999")):
                asked = Asked(low=low, high=high)
                found = real_archive.listing(kind.slug, "en", 1, asked)
                ways = things(pages(real_archive, kind.slug, "en", low=low, high=high))
                assert found.total == len(ways) == len(set(ways)), (kind.slug, low, high)
                assert found.dates.possible == found.total >= found.dates.certain, kind.slug
            several += 1
    assert several > 5


def test_documents_come_newest_first(real_archive) -> None:
    found = pages(real_archive, "Document")
    place = found[0].names.index("issued")
    days = [row.cells[place][0].value[:4] for one in found for row in one.rows if row.cells[place]]
    assert found[0].newest_first
    assert days == sorted(days, reverse=True)


def test_names_are_in_the_order_of_the_alphabet(real_archive) -> None:
    letters = "абвгдеёжзійклмнопрстуўфхцчшыьэюя"
    titles = [row.title.text for one in pages(real_archive, "Person", "be") for row in one.rows]
    own = [text.value.lower() for text in titles if text.lang == "be"]
    keys = [[letters.find(letter) for letter in name if letter in letters] for name in own]
    assert len(own) > 30
    assert keys == sorted(keys)


def test_files_hold_the_rows_of_the_list(real_archive, client) -> None:
    for kind in real_archive.types("en"):
        path = f"/en/list/{kind.slug}"
        rows = list(csv.DictReader(io.StringIO(client.get(f"{path}.csv").text)))
        told = client.get(f"{path}.json").get_json()
        turtle = client.get(f"{path}.ttl").data
        assert len(rows) == told["total"] == kind.count
        named = {str(quad.subject.value) for quad in ox.parse(turtle, ox.RdfFormat.TURTLE)}
        assert {row["iri"] for row in rows} <= named or not rows, kind.slug


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=x", "page=99999999999", "sort=nothing", "sort=--name", "from=oops", "nothing=1"],
)
def test_what_a_list_does_not_have_is_said(client, query) -> None:
    reply = client.get(f"/en/list/Person?{query}", headers={"Accept": "text/html"})
    assert reply.status_code in (400, 404), reply.status_code
    assert "<h1>" in reply.text


def test_the_quotes_of_a_filter_are_text(real_archive) -> None:
    name = real_archive.listing("Case", "en", 1).facets[0].name
    with_quotes = Asked(narrowed=((name, "'; DROP TABLE thing; --"),))
    assert real_archive.listing("Case", "en", 1, with_quotes).total == 0
    assert real_archive.listing("Case", "en", 1).total > 0
