"""Every route with input that nobody should send: no error inside, no foreign markup, no way elsewhere."""

import re
from urllib.parse import quote, urlsplit

import pytest

# Parameters that a route reads, and names that mean something to the software beneath.
NAMES = (
    "lang", "format", "page", "sort", "from", "to", "dates", "more", "type", "q", "query", "on", "person",
    "release", "graph", "default", "default-graph-uri", "view", "embed", "name", "slug", "suffix", "kind",
    "endpoint", "values", "self", "_external", "_scheme", "_method", "_anchor", "", "%00",
)  # fmt: skip
VALUES = (
    "",
    "%00",
    "%ff",
    "%ED%A0%80",
    "%zz",
    "%0d%0aX-Added:%20yes",
    "%22%20onmouseover%3D%22x",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "javascript:alert(1)",
    "//evil.example/",
    "https://evil.example/",
    "9" * 30,
    "-1",
    "٣",
    "{x}",
    "x" * 5000,
)
SEGMENTS = (
    *(value for value in VALUES if value),
    "%0A",
    "..%2f..%2fetc%2fpasswd",
    "%5C%5Cevil.example",
    "a%3Fb%23c",
    f"1234-{'a' * 300}/x",
    f"{'1' * 300}-a/x",
)
ACCEPTED = ("text/html", "*/*", "text/csv")


@pytest.fixture(scope="module")
def rules(app):
    """Every address that there is, but files."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static" and "GET" in rule.methods]


def paths(rule, segment):
    """The address of a route with a segment in the place of each of its variables, one at a time."""
    pieces = re.split(r"<[^>]*>", str(rule))
    plain = [_plain(variable) for variable in re.findall(r"<([^>]*)>", str(rule))]
    for place in range(len(plain)):
        filled = [*plain[:place], segment, *plain[place + 1 :]]
        yield "".join(a + b for a, b in zip(pieces, [*filled, ""], strict=True))


def _plain(variable):
    choices = re.match(r"any\(([^,)]*)", variable)
    return choices[1] if choices else "0" if variable.startswith("int") else "x"


def one_of(rule):
    """An address of a route that is likely to answer."""
    known = {
        "documents.page": "/doc/exm9s346q3.en.html",
        "documents.data": "/doc/exm9s346q3.ttl",
        "listings.page": "/en/list/Person",
        "listings.data": "/en/list/Person.csv",
        "gallery.question": "/queries/21-held-in-a-facility-on-a-day",
        "gallery.answer": "/queries/21-held-in-a-facility-on-a-day.csv",
        "sparql.protocol_": "/sparql?query=ASK%7B%7D",
        "search.page": "/search?q=Example",
        "held.on_day": "/held?person=exm9s346q3&on=2021-01-01",
    }
    return known.get(rule.endpoint) or next(paths(rule, "x"), str(rule))


def is_harmless(answer):
    assert answer.status_code < 500, answer.text[:300]
    assert "X-Added" not in answer.headers
    if answer.location:
        assert not urlsplit(answer.location).netloc
        assert not answer.location.startswith("//")
    if answer.mimetype == "text/html":
        assert "<script>alert" not in answer.text
        assert '" onmouseover="x' not in answer.text
        assert 'href="javascript:' not in answer.text
        assert not re.search(r'(?:href|action|src)="(?:https?:)?//evil', answer.text)


@pytest.mark.parametrize("segment", SEGMENTS)
def test_a_strange_name_in_an_address_does_no_harm(client, rules, segment):
    for rule in rules:
        for path in paths(rule, segment):
            for accept in ACCEPTED:
                is_harmless(client.get(path, headers={"Accept": accept}))


@pytest.mark.slow
@pytest.mark.parametrize("value", VALUES)
def test_a_strange_value_of_any_parameter_does_no_harm(client, rules, value):
    for rule in rules:
        address = one_of(rule)
        for name in NAMES:
            mark = "&" if "?" in address else "?"
            is_harmless(client.get(f"{address}{mark}{name}={value}", headers={"Accept": "text/html"}))


@pytest.mark.parametrize("name", ["endpoint", "_external", "_scheme", "_method", "_anchor", "values", "self"])
def test_names_of_the_software_beneath_are_names_like_any_other(client, name):
    answer = client.get(f"/en/about?{name}=x", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert f'<a href="/be/about?{name}=x"' in answer.text


@pytest.mark.parametrize("host", ['x"><script>alert(1)</script>', "x>y", "пр.example", ""])
@pytest.mark.parametrize("path", ["/en/about", "/catalog", "/dumps/", "/.well-known/void", "/openapi.json"])
def test_a_strange_host_does_no_harm(client, host, path):
    is_harmless(client.get(path, environ_overrides={"HTTP_HOST": host}))


@pytest.mark.parametrize("query", ["?lang=be", "", f"?x={quote('a&b')}"])
def test_another_spelling_leads_to_the_same_site_whatever_its_name(client, query):
    moved = client.get(f"/queries{query}", headers={"Host": "inside.example:8080"})
    assert (moved.status_code, moved.location) == (308, f"/queries/{query}")
    assert "inside.example" not in moved.text
    assert moved.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/doc/graph/nothing", "/doc/nobody0000", "/doc/vocabulary/nothing"])
@pytest.mark.parametrize("form", ["en.html", "ttl", "csv", "linkset.json", "bib"])
def test_what_is_not_there_has_no_document_of_any_form(client, path, form):
    assert client.get(f"{path}.{form}").status_code == 404
