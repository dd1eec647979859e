"""References: in words and three forms, with the release, and an address that is true or says why not."""

import json
import re

import pytest

from server.web.citation import Citation

PERSON = "exm9s346q3"
ODD = Citation(
    "praleska-x", "A {odd}\\ 50% & $ title_#1", "Praleska", "0001-abc", "2033-02-01", "http://h/doc/x", "en"
)


def address(archive, lang="en"):
    return f"http://localhost/doc/{PERSON}.{lang}.html?release={archive.release.id}"


@pytest.mark.parametrize("lang", ["be", "ru", "en"])
def test_the_page_has_the_reference_in_words(client, archive, lang):
    text = client.get(f"/doc/{PERSON}.{lang}.html").text
    assert address(archive, lang) in text
    assert archive.release.id in text


def test_bibtex(client, archive):
    response = client.get(f"/doc/{PERSON}.bib?lang=en")
    assert response.content_type.startswith("application/x-bibtex")
    fields = dict(re.findall(r"^  (\w+) = \{(.*)\},?$", response.text, re.MULTILINE))
    assert fields["title"] == "{Example Person}"
    assert fields["url"] == address(archive)
    assert fields["edition"] == archive.release.id
    assert response.text.count("{") == response.text.count("}")


def test_bibtex_escapes_what_has_a_meaning_there():
    body = ODD.bib()
    assert r"A \{odd\}\textbackslash  50\% \& \$ title\_\#1" in body


def test_ris(client, archive):
    response = client.get(f"/doc/{PERSON}.ris?lang=be")
    lines = response.text.split("\r\n")
    assert lines[0] == "TY  - DATA"
    assert lines[-2:] == ["ER  - ", ""]
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])
    assert f"UR  - {address(archive, 'be')}" in lines
    assert f"DA  - {archive.release.created[:10].replace('-', '/')}" in lines


def test_csl_json(client, archive):
    response = client.get(f"/doc/{PERSON}.csl.json?lang=en")
    (item,) = json.loads(response.text)
    assert (item["title"], item["URL"], item["version"]) == (
        "Example Person",
        address(archive),
        archive.release.id,
    )
    assert item["issued"]["date-parts"] == [[int(part) for part in archive.release.created[:10].split("-")]]


@pytest.mark.parametrize("form", ["bib", "ris", "csl.json"])
def test_a_reference_is_a_file_in_the_reader_s_language(client, form):
    response = client.get(f"/doc/{PERSON}.{form}", headers={"Accept-Language": "ru"})
    assert response.headers["Content-Language"] == "ru"
    assert response.headers["Vary"] == "Accept-Language"
    assert f'filename="praleska-{PERSON}.{form}"' in response.headers["Content-Disposition"]
    assert client.get(f"/doc/0000000000.{form}").status_code == 404


def test_the_address_of_a_release_is_good_while_it_is_served(client, archive):
    assert client.get(f"/doc/{PERSON}.en.html?release={archive.release.id}").status_code == 200
    assert client.get(f"/doc/{PERSON}.ttl?release={archive.release.id}").status_code == 200


@pytest.mark.parametrize("asked", ["0001-000000000000", "<b>", "x" * 3000])
@pytest.mark.parametrize("form", ["en.html", "ttl", "linkset.json", "bib"])
def test_the_address_of_another_release_says_that_it_is_not_served(client, archive, asked, form):
    response = client.get(f"/doc/{PERSON}.{form}?release={asked}")
    assert response.status_code == 404
    assert archive.release.id in response.get_json(force=True)["detail"]
    assert asked not in response.text
