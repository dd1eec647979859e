"""The heaviest pages of the real archive: at most five questions to the store, light on the wire, alone."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from flask import url_for

from server import create_app
from server.archive.archive import Archive
from server.archive.names import Known
from server.archive.queries import select
from tests.web.counting import Counting
from tests.web.test_pages import Reader

STATIC = Path(__file__).parent.parent.parent / "server" / "web" / "static"
HEAVIEST = """
SELECT ?type ?thing (COUNT(*) AS ?size) WHERE {
  GRAPH <https://w3id.org/praleska/graph/register> { ?thing a ?type }
  { GRAPH ?g { ?thing ?p ?o } } UNION { GRAPH ?g { ?s ?q ?thing } }
} GROUP BY ?type ?thing ORDER BY DESC(?size)
"""


@pytest.fixture(scope="module")
def heavy(real):
    """The real archive with a counting store, a client, and the heaviest things of each class."""
    archive = Archive.open(real)
    kept: dict[str, list[str]] = {}
    for row in select(archive.store, HEAVIEST):
        kept.setdefault(row["type"].value, []).append(row["thing"].value)
    archive.store = Counting(archive.store)
    client = create_app(real, archive).test_client()
    return archive, client, [thing for things in kept.values() for thing in things[:2]]


def test_a_page_asks_the_store_at_most_five_questions(heavy) -> None:
    archive, client, things = heavy
    assert len(things) > 50
    for thing in things:
        address = f"/doc/{thing.rpartition('/')[2]}.be.html"
        assert 1 <= questions(archive, client, address) <= 5, thing


def questions(archive: Archive, client: Any, address: str) -> int:
    """How many questions a page asks that nothing is known for yet."""
    archive.store.count, archive._known = 0, Known()
    # Some want parameters, or lead to another address.
    assert client.get(address).status_code in (200, 303, 400, 404), address
    return archive.store.count


def plain_addresses(client: Any) -> list[str]:
    """Every address that needs no more than a language."""
    rules = [r for r in client.application.url_map.iter_rules() if "GET" in (r.methods or ())]
    with client.application.test_request_context():
        return [url_for(r.endpoint, lang="be") for r in rules if r.arguments <= {"lang"}]


def test_every_other_page_asks_at_most_five_questions_too(heavy) -> None:
    archive, client, _ = heavy
    lists = [f"/be/list/{kind.slug}" for kind in archive.types("be")]
    overviews = [f"/be/overview/{one.slug}" for one in archive.overviews.listed("be")]
    gallery = [f"/queries/{example.slug}?lang=be" for example in archive.examples("be")]
    terms = [
        f"/doc/{name}.be.html" for name in ("ontology", "shapes", "graph/register", "vocabulary/standing")
    ]
    found = ["/search?q=%D0%B1%D0%B5&lang=be", f"{lists[0]}?sort=-name&page=2"]
    plain = plain_addresses(client)
    assert len(plain) > 20
    for address in (*plain, *lists, *overviews, *gallery, *terms, *found):
        assert questions(archive, client, address) <= 5, address


def test_a_page_whose_names_are_known_asks_less(heavy) -> None:
    archive, client, things = heavy
    first = questions(archive, client, f"/doc/{things[0].rpartition('/')[2]}.be.html")
    archive.store.count = 0
    client.get(f"/doc/{things[0].rpartition('/')[2]}.ru.html")
    assert archive.store.count == first - 1


@pytest.mark.parametrize("lang", ["be", "ru", "en"])
def test_a_page_with_all_that_it_loads_weighs_less_than_forty_kilobytes(heavy, lang) -> None:
    _, client, things = heavy
    loaded = {"/static/" + path.name: len(gzip.compress(path.read_bytes())) for path in STATIC.glob("*.*")}
    for thing in things:
        html = client.get(f"/doc/{thing.rpartition('/')[2]}.{lang}.html").text
        tags = Reader(html)
        links = [
            tag["href"].partition("?")[0] for tag in tags.all("link") if tag["rel"] in ("stylesheet", "icon")
        ]
        scripts = [tag for tag in tags.all("script") if tag.get("type") != "application/ld+json"]
        assert len(links) <= 3
        assert not scripts
        assert not tags.all("img")
        weight = len(gzip.compress(html.encode())) + sum(loaded[link] for link in links)
        assert weight < 40_000, f"{thing}: {weight}"
