"""The search page and its JSON."""

import pytest


@pytest.mark.parametrize("lang", ["be", "ru", "en"])
def test_a_person_is_found_and_linked(client, lang):
    page = client.get(f"/search?q=Persona+Pryklad&lang={lang}").text
    assert "/doc/" in page
    assert f".{lang}.html" in page
    assert 'role="search"' in page


def test_programs_get_json(client):
    found = client.get("/search?q=Пэрсона", headers={"Accept": "application/json"}).get_json()
    assert found["total"] == sum(kind["count"] for kind in found["types"])
    assert {"iri", "name", "kind", "page", "excerpt", "language"} == set(found["results"][0])
    page = found["results"][0]["page"]
    assert client.get(page.removeprefix("http://localhost")).status_code == 200


def test_one_kind_can_be_chosen(client):
    url = "/search?q=Example&type=Court&format=json"
    found = client.get(url).get_json()
    assert {result["kind"] for result in found["results"]} == {"Court"}


def test_an_empty_search_shows_the_form_only(client):
    page = client.get("/search?lang=en").text
    assert 'type="search"' in page
    assert "<ol" not in page


def test_what_is_typed_comes_back_as_text(client):
    page = client.get("/search", query_string={"q": '"><script>x</script>'}).text
    assert "<script>" not in page


def test_nobody_keeps_what_was_looked_for(client):
    response = client.get("/search?q=Example")
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


@pytest.mark.parametrize("query", ["page=0", "page=99", "page=x", "page=99999999", "page=-1"])
def test_pages_end_where_they_say(client, query):
    assert client.get(f"/search?q=Example&{query}").status_code == 404


def test_other_formats_are_refused(client):
    assert client.get("/search?q=x", headers={"Accept": "image/png"}).status_code == 406
