"""What every answer carries, errors too."""

import pytest

ADDRESSES = [
    "/",
    "/en/list/Person",
    "/id/exm9s346q3",
    "/doc/exm9s346q3.en.html",
    "/doc/exm9s346q3.ttl",
    "/doc/nothing.ttl",
    "/sparql",
    "/sparql?query=ASK{}",
    "/sparql?query=nonsense",
    "/validate",
    "/.well-known/void",
    "/robots.txt",
    "/sitemap.xml",
    "/changes.atom",
    "/doc/exm9s346q3.csv",
    "/doc/exm9s346q3.linkset.json",
    "/doc/exm9s346q3.bib",
    "/held?person=exm9s346q3&on=2021-06-01",
    "/about",
    "/health",
    "/static/style.css",
    "/nowhere",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_readers_are_protected_and_data_are_open(client, address, accept):
    response = client.get(address, headers={"Accept": accept, "Cookie": "a=b"})
    response.close()
    headers = response.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == policy["img-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in headers
    assert "Set-Cookie" not in headers
    assert headers["Cache-Control"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_preflight_is_answered(client, address):
    response = client.options(
        address, headers={"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    )
    if address != "/nowhere":
        assert response.status_code == 200
        assert "GET" in response.headers["Allow"]
        assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_no_address_of_a_reader_is_logged(client, caplog, capfd):
    for address in ADDRESSES:
        client.get(address, environ_overrides={"REMOTE_ADDR": "203.0.113.7"}).close()
    out = capfd.readouterr()
    assert "203.0.113.7" not in caplog.text + out.out + out.err


@pytest.mark.parametrize(
    "path",
    [
        "/withdrawals.atom", "/withdrawals.json", "/changes.atom", "/sitemap.xml", "/warnings.json",
        "/prefixes.json", "/completions.json", "/openapi.json", "/.well-known/void", "/catalog", "/dumps/",
        "/store?default", "/queries/", "/en/list/Person", "/en/list/Person.json", "/en/warnings",
        "/en/overview", "/held?person=exm9s346q3&on=2021-01-01",
    ],
)  # fmt: skip
def test_who_asks_again_and_again_is_sent_it_once(client, path):
    first = client.get(path)
    assert first.status_code == 200
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    same = ("ETag", "Vary", "Cache-Control")
    assert [again.headers.get(name) for name in same] == [first.headers.get(name) for name in same]
    head = client.head(path)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
