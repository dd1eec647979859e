"""FAIR Signposting: header, page and link set give the same links; and what search engines are told."""

import json
import re

import pytest

from server.archive.queries import SOURCE_BASE
from server.web.negotiation import DOCUMENTS
from tests.web.test_pages import Reader

SUFFIXES = [*DOCUMENTS, "csv", "be.html", "ru.html", "en.html"]
LINK = re.compile(r'<([^>]*)>; rel="([^"]*)"((?:; \w+="[^"]*")*)')
PERSON, RELEASE = "exm9s346q3", "excfseczp1"


def header_links(response):
    """(target, relation, attributes) of each link of the header."""
    found = []
    for value in response.headers.getlist("Link"):
        target, rel, more = LINK.fullmatch(value).groups()
        found.append((target, rel, dict(re.findall(r'(\w+)="([^"]*)"', more))))
    return found


def linkset(client, name=PERSON):
    response = client.get(f"/doc/{name}.linkset.json")
    assert (response.status_code, response.content_type) == (200, "application/linkset+json")
    return {context.pop("anchor"): context for context in json.loads(response.data)["linkset"]}


@pytest.mark.parametrize(
    "name", [PERSON, RELEASE, "vocabulary/regime/pre-trial", "ontology", "shapes", "graph/register"]
)
def test_the_link_set_has_the_links_of_every_header(client, name):
    contexts = linkset(client, name)
    assert set(contexts) == {f"http://localhost/doc/{name}.{suffix}" for suffix in SUFFIXES}
    for suffix in SUFFIXES:
        response = client.get(f"/doc/{name}.{suffix}")
        assert response.status_code == 200
        wanted = sorted(
            (target, rel, more.get("type"), more.get("hreflang"))
            for target, rel, more in header_links(response)
        )
        told = sorted(
            (link["href"], rel, link.get("type"), (link.get("hreflang") or [None])[0])
            for rel, links in contexts[f"http://localhost/doc/{name}.{suffix}"].items()
            for link in links
        )
        assert list(map(str, told)) == list(map(str, wanted))


def test_a_page_has_the_links_of_level_one(client):
    links = header_links(client.get(f"/doc/{PERSON}.en.html"))
    of = {rel: [target for target, found, _ in links if found == rel] for _, rel, _ in links}
    assert of["cite-as"] == [f"{SOURCE_BASE}id/{PERSON}"]
    assert of["type"] == ["https://schema.org/AboutPage", f"{SOURCE_BASE}ontology#Person"]
    assert of["author"] == ["http://localhost/about"]
    assert of["item"] == [f"http://localhost/doc/{PERSON}.trig"]
    assert of["linkset"] == [f"http://localhost/doc/{PERSON}.linkset.json"]
    assert len(of["license"]) == 1
    assert {more["type"] for _, rel, more in links if rel == "describedby"} == {
        "text/turtle",
        "application/ld+json",
    }


def test_the_links_of_the_header_stand_in_the_page_too(client):
    response = client.get(f"/doc/{PERSON}.en.html")
    written = {(tag["href"], tag["rel"]) for tag in Reader(response.text).all("link")}
    assert {(target, rel) for target, rel, _ in header_links(response)} <= written


@pytest.mark.parametrize(
    ("address", "fits_all"),
    [
        ("/be/", "/"),
        ("/en/about", "/about"),
        (f"/doc/{PERSON}.ru.html", f"/id/{PERSON}"),
        (f"/doc/{PERSON}.ru.html?on=2021-01-01", f"/id/{PERSON}"),
        ("/doc/vocabulary/regime.en.html", "/vocabulary/regime"),
        ("/en/list/Person", "/en/list/Person"),
    ],
)
def test_every_page_names_its_languages_and_the_address_that_fits_all(client, address, fits_all):
    twins = {
        tag["hreflang"]: tag["href"]
        for tag in Reader(client.get(address).text).all("link")
        if "hreflang" in tag and tag["rel"] == "alternate"
    }
    assert set(twins) == {"be", "ru", "en", "x-default"}
    assert twins["x-default"] == f"http://localhost{fits_all}"
    assert all(
        client.get(href.removeprefix("http://localhost")).status_code in (200, 303) for href in twins.values()
    )


def node(client, name, lang="en"):
    text = client.get(f"/doc/{name}.{lang}.html").text
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    return json.loads(found), found


def test_search_engines_get_names_and_no_claim(client):
    page, _ = node(client, PERSON)
    assert (page["@type"], page["about"]["@type"], page["about"]["name"]) == (
        "AboutPage",
        ["Person"],
        "Example Person",
    )
    assert set(page["about"]["alternateName"]) >= {"Пэрсона Прыклад", "Персона Пример"}
    assert set(page["about"]) <= {"@id", "@type", "name", "alternateName", "hasOccupation", "gender"}


@pytest.mark.parametrize("name", ["ex96q14dr9", "exgpqy77zx", "exya1dq91k", RELEASE])
def test_what_claims_say_is_not_told_without_who_says_so(client, name):
    page, _ = node(client, name)
    assert page["about"]["@type"] == ["Event"]
    assert set(page["about"]) <= {"@id", "@type", "name"}
    assert not re.search(r"[\d:·]", page["about"]["name"])


def test_nothing_in_the_data_ends_the_element(client, archive, monkeypatch):
    real = archive.describe(f"{SOURCE_BASE}id/{PERSON}", "en")
    from dataclasses import replace

    evil = replace(real, title=real.title._replace(value="</script><b>&amp;\u2028"))
    monkeypatch.setattr(archive, "describe", lambda *_: evil)
    page, text = node(client, PERSON)
    assert page["about"]["name"] == evil.title.value
    assert not set("<>&\u2028") & set(text)
