"""Documents about things: formats, validators, links."""

import pytest

from server.errors import Gone
from server.web.negotiation import DOCUMENTS

ALL = [(suffix, media) for suffix, media in DOCUMENTS.items()] + [("en.html", "text/html")]


@pytest.mark.parametrize(("suffix", "media"), ALL)
def test_a_document_has_its_type_and_its_own_address(client, suffix, media):
    response = client.get(f"/doc/exm9s346q3.{suffix}")
    assert response.status_code == 200
    assert response.mimetype == media
    assert response.headers["Content-Location"] == f"/doc/exm9s346q3.{suffix}"
    assert "Vary" not in response.headers
    assert b"exm9s346q3" in response.data


@pytest.mark.parametrize(("suffix", "media"), ALL)
def test_head_says_the_same_without_a_body(client, suffix, media):
    got, head = client.get(f"/doc/exm9s346q3.{suffix}"), client.head(f"/doc/exm9s346q3.{suffix}")
    assert head.data == b""
    assert {k: v for k, v in got.headers if k != "Date"} == {k: v for k, v in head.headers if k != "Date"}


@pytest.mark.parametrize(("suffix", "media"), ALL)
def test_a_known_state_is_not_sent_again(client, suffix, media):
    first = client.get(f"/doc/exm9s346q3.{suffix}")
    again = client.get(f"/doc/exm9s346q3.{suffix}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == "public, no-cache"
    since = client.get(
        f"/doc/exm9s346q3.{suffix}", headers={"If-Modified-Since": first.headers["Last-Modified"]}
    )
    assert since.status_code == 304


def test_validators_differ_by_format_and_language(client, archive):
    tags = {
        client.get(f"/doc/exm9s346q3.{s}").headers["ETag"]
        for s in (*DOCUMENTS, "be.html", "ru.html", "en.html")
    }
    assert len(tags) == len(DOCUMENTS) + 3
    assert all(tag.startswith(f'"{archive.release.id}-') for tag in tags)


def test_links_lead_to_the_other_forms_the_licence_and_the_name(client):
    links = client.get("/doc/exm9s346q3.ttl").headers.getlist("Link")
    assert '<http://localhost/doc/exm9s346q3.ttl>; rel="canonical"; type="text/turtle"' in links
    assert (
        '<http://localhost/doc/exm9s346q3.be.html>; rel="alternate"; type="text/html"; hreflang="be"' in links
    )
    assert '<https://w3id.org/praleska/id/exm9s346q3>; rel="cite-as"' in links
    relations = {link.split('rel="')[1].split('"')[0] for link in links}
    assert relations == {
        "canonical", "alternate", "describedby", "cite-as", "license", "collection", "author", "linkset",
    }  # fmt: skip
    page = client.get("/doc/exm9s346q3.en.html").headers.getlist("Link")
    assert '<https://w3id.org/praleska/ontology#Person>; rel="type"' in page


@pytest.mark.parametrize("suffix", ["ttl", "en.html", "nq"])
def test_the_unknown_is_not_found(client, suffix):
    assert client.get(f"/doc/0000000000.{suffix}").status_code == 404


@pytest.mark.parametrize(
    "name", ["a%20b", "%3Cb%3E", "%FF", "%00", "a%5Cu003E", "%7B%7D", "x%3E%20%7D%20%23", "a%22b"]
)
def test_a_name_that_no_iri_can_hold_is_not_found(client, name):
    assert client.get(f"/doc/{name}.ttl").status_code == 404
    assert client.get(f"/doc/{name}.en.html").status_code == 404
    assert client.get(f"/id/{name}").status_code == 303


@pytest.mark.parametrize("suffix", ["ttl", "en.html", "nq", "csv", "linkset.json", "bib", "ris", "csl.json"])
def test_the_withdrawn_is_gone(client, archive, monkeypatch, suffix):
    def withdrawn(*arguments):
        raise Gone("This record has been withdrawn.")

    monkeypatch.setattr(archive, "describe", withdrawn)
    monkeypatch.setattr(archive, "statements", withdrawn)
    assert client.get(f"/doc/exm9s346q3.{suffix}").status_code == 410


def test_a_document_without_a_known_ending_is_not_found(client):
    assert client.get("/doc/exm9s346q3").status_code == 404
    assert client.get("/doc/exm9s346q3.exe").status_code == 404
