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
