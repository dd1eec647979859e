"""From a page to the same page in another language: nothing that was asked is lost."""

import html
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

LONG = "ASK {} # " + "x" * 2500
BROWSER = {"Accept": "text/html"}


def switches(text):
    """Language -> address of the links in the head of a page."""
    nav = re.search(r'<nav class="languages".*?</nav>', text, re.DOTALL)[0]
    return {lang: html.unescape(href) for href, lang in re.findall(r'<a href="([^"]*)" lang="(\w+)"', nav)}


def button(text, lang):
    """Where the button for a language sends what, in a page that came in answer to a body."""
    nav = re.search(r'<nav class="languages".*?</nav>', text, re.DOTALL)[0]
    (action,) = re.findall(rf'<button type="submit" formaction="([^"]*)" lang="{lang}"', nav)
    hidden = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', nav)
    return action, {name: html.unescape(value) for name, value in hidden}


def twins(text):
    return {
        lang: html.unescape(href)
        for lang, href in re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]*)"', text)
    }


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/", "/be/"),
        ("/en/", "/be/"),
        ("/about", "/be/about"),
        ("/doc/exm9s346q3.en.html", "/doc/exm9s346q3.be.html"),
        ("/doc/exm9s346q3.en.html?on=2021-01-01", "/doc/exm9s346q3.be.html?on=2021-01-01"),
        ("/en/list/Person?sort=-name&page=1", "/be/list/Person?sort=-name&page=1"),
        ("/search?q=a%20b&lang=en", "/search?q=a+b&lang=be"),
        ("/search?q=a%26lang%3Dx", "/search?q=a%26lang%3Dx&lang=be"),
        ("/queries/?lang=en&lang=ru", "/queries/?lang=be"),
        ("/doc/exm9s346q3.en.html?name=other&slug=y", "/doc/exm9s346q3.be.html?name=other&slug=y"),
        ("/en/nothing/at/all?x=1", "/be/"),
    ],
)
def test_a_switch_keeps_what_was_asked(client, path, other):
    found = switches(client.get(path, headers=BROWSER).text)
    assert found["be"] == other
    assert list(found) == ["be", "ru", "en"]


def test_parameters_that_are_given_twice_are_kept_twice(client):
    graphs = [("query", "ASK {}"), ("named-graph-uri", "urn:a"), ("named-graph-uri", "urn:b")]
    text = client.get("/sparql?" + urlencode(graphs), headers=BROWSER).text
    assert parse_qsl(urlsplit(switches(text)["be"]).query) == [*graphs, ("lang", "be")]


@pytest.mark.parametrize(
    "path", ["/", "/en/", "/en/about", "/about", "/doc/exm9s346q3.ru.html?on=2021-01-01"]
)
def test_search_engines_get_whole_addresses_without_what_a_reader_asked(client, path):
    found = twins(client.get(path, headers=BROWSER).text)
    assert list(found) == ["be", "ru", "en", "x-default"]
    assert all(address.startswith("http://localhost/") for address in found.values())
    assert not any(urlsplit(address).query for address in found.values())
    general = urlsplit(found["x-default"]).path
    assert client.get(general, headers=BROWSER).status_code in (200, 303)
    assert "Accept-Language" in client.get(general, headers=BROWSER).headers["Vary"]


@pytest.mark.parametrize("path", ["/en/list/Person", "/doc/exm9s346q3.en.html", "/queries/?lang=en"])
def test_each_language_is_named_once(client, path):
    text = client.get(path, headers=BROWSER).text
    assert text.count('rel="alternate" hreflang="be"') == 1


@pytest.mark.parametrize("query", ["ASK {}", "oops", 'SELECT ("&lang=x" AS ?y) {}'])
def test_a_short_query_that_came_in_a_body_goes_into_the_links(client, query):
    fields = {"query": query, "view": "table", "default-graph-uri": "urn:a"}
    text = client.post("/sparql?lang=en", data=fields, headers=BROWSER).text
    link = switches(text)["be"]
    assert dict(parse_qsl(urlsplit(link).query)) == {**fields, "lang": "be"}
    assert '<html lang="be"' in client.get(link, headers=BROWSER).text
    assert twins(text) == {}


@pytest.mark.parametrize("query", [LONG, LONG + "\noops }"])
def test_a_long_query_that_came_in_a_body_is_sent_again_as_it_came(client, query):
    fields = {"query": query, "view": "table", "named-graph-uri": "urn:a"}
    text = client.post("/sparql?lang=en", data=fields, headers=BROWSER).text
    action, sent = button(text, "be")
    assert sent == fields
    other = client.post(action, data=sent, headers=BROWSER).text
    assert '<html lang="be"' in other
    assert html.escape(LONG) in other
    # The form below would cut it, if it asked by address.
    assert re.search(r'<form method="post" action="/sparql\?lang=be" class="ask">', other)


@pytest.mark.parametrize("record", ["@prefix ex: <urn:x> .", "ex:oops <b> & ."])
def test_a_record_that_was_checked_is_checked_again_in_another_language(client, record):
    fields = {"data": record, "format": "ttl"}
    action, sent = button(client.post("/validate?lang=en", data=fields, headers=BROWSER).text, "ru")
    assert sent == fields
    other = client.post(action, data=sent, headers=BROWSER).text
    assert '<html lang="ru"' in other
    assert html.escape(record) in other
