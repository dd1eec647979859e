"""Saved copies of documents: beside each statement that rests on one, and on the page of the document."""

import re

import pytest

from server import create_app
from server.archive.archive import Archive
from server.archive.queries import SOURCE_BASE
from server.web.texts import words
from tests.conftest import ROOT

PREFIXES = dict(
    re.findall(r"(?m)^@prefix ([\w-]+): <(.+?)> \.$", (ROOT / "tests/shapes/context.trig").read_text())
)
DOCUMENT, OTHER, DETENTION = (PREFIXES[name] for name in ("ex-doc", "ex-doc-2", "ex-detention"))
SAVED, PLAIN = (f"{SOURCE_BASE}id/ex9copy00{n}" for n in (1, 2))
ADDRESS = "https://web-archive.example/2031/https://society.example/reports/1"
DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"
MADE = f"""
{{0}} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{SOURCE_BASE}ontology#Capture> {{2}} .
{{0}} <http://www.w3.org/ns/prov#specializationOf> <{{1}}> {{2}} .
{{0}} <{SOURCE_BASE}ontology#sha256> "{"0a" * 32}" {{2}} .
{{0}} <{SOURCE_BASE}ontology#capturedAt> "2031-04-02T10:00:00Z"^^<{DATE_TIME}> {{2}} .
"""
REGISTER = f"<{SOURCE_BASE}graph/register>"


def captured(copy: str, document: str, address: str = "") -> str:
    lines = MADE.format(f"<{copy}>", document, REGISTER)
    there = f"<{copy}> <{SOURCE_BASE}ontology#archiveAddress> <{address}> {REGISTER} .\n"
    return lines + there if address else lines


@pytest.fixture(scope="module")
def reader(world):
    """The invented world, with a copy in a web archive of one document and a mere file of another."""
    archive = Archive.open(world)
    archive.store.add((captured(SAVED, DOCUMENT, ADDRESS) + captured(PLAIN, OTHER)).encode())
    return create_app(world, archive).test_client()


def page(client, iri: str, lang: str = "en") -> str:
    answer = client.get(f"/doc/{iri.rpartition('/')[2]}.{lang}.html")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("lang", ["be", "ru", "en"])
def test_a_statement_leads_to_the_copy_in_a_web_archive(reader, lang):
    told = words(lang)
    link = re.search(rf'<a href="{re.escape(ADDRESS)}"([^>]*)>(.*?)</a>', page(reader, DETENTION, lang))
    assert 'rel="noreferrer nofollow external"' in link[1]
    assert link[2] == f'{told["panel"]["saved"]}<span class="hidden"> {told["site"]["external"]}</span>'


def test_a_copy_without_an_address_leads_to_what_is_known_of_it(reader, client):
    path = f'href="/doc/{PLAIN.rpartition("/")[2]}.en.html"'
    release = PREFIXES["ex-release"].rpartition("/")[2]
    assert f"{path}>saved copy</a>" in reader.get(f"/doc/{release}.en.html").text
    assert "saved copy" not in client.get(f"/doc/{release}.en.html").text


def test_the_page_of_a_document_shows_when_and_how_it_was_saved(reader):
    shown = page(reader, DOCUMENT)
    assert "0a" * 32 in shown
    assert "2031" in shown
    assert f'href="{ADDRESS}"' in shown
    assert ADDRESS not in page(reader, OTHER)


def test_without_copies_nothing_is_promised(client):
    for thing in (DETENTION, DOCUMENT):
        assert words("en")["panel"]["saved"] not in page(client, thing)
