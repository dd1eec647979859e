"""What real clients send, and what they get."""

from pathlib import Path

import pytest

from server.web.negotiation import DOCUMENTS, choose, preferred_language

THING = (*DOCUMENTS.values(), "text/html")
SELECT = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
JENA_MODEL = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,"
    "application/n-quads,application/trig;q=0.9,*/*;q=0.3"
)
JENA_SELECT = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, "
    "text/tab-separated-values;q=0.7, text/csv;q=0.5, "
    "application/json;q=0.2, application/xml;q=0.2, */*;q=0.1"
)
RDFLIB_5 = "application/rdf+xml,text/rdf+n3;q=0.9,application/xhtml+xml;q=0.5, */*;q=0.1"
RDFLIB_7 = (
    "application/rdf+xml;q=0.9, application/trix;q=0.8, text/n3;q=0.9, text/turtle, "
    "application/n-triples, application/ld+json;q=0.9, application/trig;q=0.9"
)
RAPPER = "application/rdf+xml, text/turtle;q=0.5, text/html;q=0.1, application/xhtml+xml;q=0.4, */*;q=0.1"


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("*/*", "text/turtle"),
        ("", "text/turtle"),
        (FIREFOX, "text/html"),
        (CHROME, "text/html"),
        (JENA_MODEL, "text/turtle"),
        (RDFLIB_5, "application/rdf+xml"),
        (RDFLIB_7, "text/turtle"),
        (RAPPER, "application/rdf+xml"),
        ("text/turtle; charset=utf-8", "text/turtle"),
        ("TEXT/TURTLE;Q=0.9", "text/turtle"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
        ("application/json", "application/ld+json"),
        ("text/*", "text/turtle"),
        ("text/html, text/turtle", "text/turtle"),
        ("text/turtle;q=0, */*;q=0.1", "application/ld+json"),
        ("text/html;q=0.5, application/trig;q=0.7", "application/trig"),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "text/html"),
        ("image/png", None),
        ("text/turtle;q=0", None),
        ("text/turtle;q=nonsense, application/n-triples", "application/n-triples"),
        ("text/turtle;q=nan, application/n-triples;q=0.1", "application/n-triples"),
        (",,;;, text/html", "text/html"),
    ],
)
def test_the_best_document_wins(header, wanted):
    assert choose(header, THING) == wanted


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("*/*", "application/sparql-results+json"),
        (JENA_SELECT, "application/sparql-results+json"),
        ("application/xml", "application/sparql-results+xml"),
        ("text/csv; header=present", "text/csv"),
        ("text/turtle", None),
    ],
)
def test_the_best_table_wins(header, wanted):
    assert choose(header, SELECT) == wanted


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", "en"),
        ("be", "be"),
        ("be-BY,be;q=0.9,ru;q=0.8", "be"),
        ("ru-RU,ru;q=0.9,en-US;q=0.8", "ru"),
        ("de-DE,de;q=0.9,ru;q=0.3,en;q=0.5", "en"),
        ("be;q=0, ru;q=0.1", "ru"),
        ("fr", "en"),
        ("*", "en"),
    ],
)
def test_the_best_language_wins(header, wanted):
    assert preferred_language(header) == wanted


@pytest.mark.parametrize(
    ("address", "headers", "target"),
    [
        ("/id/exm9s346q3", {}, "/doc/exm9s346q3.ttl"),
        ("/id/exm9s346q3", {"Accept": FIREFOX}, "/doc/exm9s346q3.en.html"),
        ("/id/exm9s346q3", {"Accept": FIREFOX, "Accept-Language": "be"}, "/doc/exm9s346q3.be.html"),
        ("/id/exm9s346q3", {"Accept": RAPPER}, "/doc/exm9s346q3.rdf"),
        ("/id/exm9s346q3?format=nq", {"Accept": FIREFOX}, "/doc/exm9s346q3.nq"),
        ("/id/exm9s346q3?format=html&lang=ru", {}, "/doc/exm9s346q3.ru.html"),
        ("/id/exm9s346q3?format=application/trig", {}, "/doc/exm9s346q3.trig"),
        ("/id/exm9s346q3?format=application/ld%2Bjson", {}, "/doc/exm9s346q3.jsonld"),
        ("/id/exm9s346q3.nt", {"Accept": FIREFOX}, "/doc/exm9s346q3.nt"),
        ("/id/exm9s346q3.html", {"Accept-Language": "ru"}, "/doc/exm9s346q3.ru.html"),
        ("/vocabulary/regime", {}, "/doc/vocabulary/regime.ttl"),
        ("/vocabulary/regime/pre-trial", {"Accept": CHROME}, "/doc/vocabulary/regime/pre-trial.en.html"),
        ("/ontology", {}, "/doc/ontology.ttl"),
        ("/ontology", {"Accept": CHROME}, "/doc/ontology.en.html"),
        ("/graph/register", {"Accept": "application/trig"}, "/doc/graph/register.trig"),
    ],
)
def test_a_thing_sends_to_the_document_that_fits(client, address, headers, target):
    response = client.get(address, headers=headers)
    assert (response.status_code, response.location) == (303, target)
    assert {name.lower() for name in response.vary} == {"accept", "accept-language"}


CLIENTS = [line.split("\t") for line in (Path(__file__).parent / "accept.tsv").read_text().splitlines()[1:]]


@pytest.mark.parametrize(
    ("accept", "document"), [row[1:] for row in CLIENTS], ids=[row[0] for row in CLIENTS]
)
def test_each_client_gets_the_document_that_it_can_read(client, accept, document):
    response = client.get("/id/exm9s346q3", headers={"Accept": accept} if accept else {})
    assert (response.status_code, response.location) == (303, f"/doc/exm9s346q3.{document}")
    assert client.get(response.location).status_code == 200


def test_at_least_twenty_clients_are_known():
    assert len({row[1] for row in CLIENTS}) >= 20


def test_an_unknown_format_is_refused_with_the_list_of_formats(client):
    response = client.get("/id/exm9s346q3", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert response.get_json(force=True)["available"][0] == "text/turtle"
