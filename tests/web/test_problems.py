"""Errors: one status per kind, two faces, nothing from inside."""

import logging

import pytest

from server import errors
from server.web.problems import PROBLEM, STATUS, status_of


def kinds(base=errors.PraleskaError):
    for kind in base.__subclasses__():
        yield from kinds(kind) if kind.__name__.startswith("_") else [kind, *kinds(kind)]


def example(kind):
    arguments = {
        "QueryTimeout": 2.0,
        "NotAcceptable": ("text/turtle",),
        "TooLarge": 10,
        "BuildFailed": ("x",),
    }
    if kind is errors.BadValue:
        return kind("A sentence.", "name", "unknown")
    return kind(arguments.get(kind.__name__, "A sentence."))


class Broken:
    def __init__(self, error):
        self.error = error

    def query(self, *arguments):
        raise self.error


@pytest.fixture
def failing(app, archive, monkeypatch):
    """Makes a client of the application whose store fails, as `/health` tells."""

    def make(error):
        monkeypatch.setattr(archive, "store", Broken(error))
        return app.test_client()

    return make


@pytest.mark.parametrize("kind", list(kinds()), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("accept", ["*/*", "text/turtle", "text/html"])
def test_each_error_has_its_status_and_two_faces(failing, kind, accept):
    error = example(kind)
    response = failing(error).get("/health", headers={"Accept": accept, "Accept-Language": "be"})
    assert response.status_code == status_of(error)
    if accept == "text/html":
        assert response.mimetype == "text/html"
        assert f"Код {status_of(error)}" in response.text
        return
    assert response.mimetype == PROBLEM
    body = response.get_json(force=True)
    assert body["status"] == response.status_code
    assert body["error"] == kind.__name__
    assert body["title"]
    assert body["type"] == "about:blank"


def test_a_position_is_a_member_of_the_problem(failing):
    body = failing(errors.BadQuery("Wrong.", 3, 14)).get("/health").get_json(force=True)
    assert (body["line"], body["column"], body["detail"]) == (3, 14, "line 3, column 14: Wrong.")


@pytest.mark.parametrize("kind", [errors.StoreUnavailable, errors.TooMany])
def test_a_busy_store_says_when_to_come_back(failing, kind):
    assert failing(kind("Busy.")).get("/health").headers["Retry-After"] == "5"


def test_every_status_has_words():
    from server.web.texts import words

    assert all(f"s{status}" in words("be")["problem"] for status in STATUS.values())


def test_an_unexpected_error_tells_nothing_and_logs_no_text(failing, caplog):
    with caplog.at_level(logging.ERROR):
        response = failing(RuntimeError("a secret")).get("/health")
    assert response.status_code == 500
    assert "secret" not in response.text + caplog.text
    assert "Traceback" not in response.text
    assert "RuntimeError in downloads.health" in caplog.text


def test_a_wrong_method_names_the_right_ones(client):
    response = client.delete("/doc/exm9s346q3.ttl")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert response.mimetype == PROBLEM


def test_text_in_an_address_is_escaped(client):
    response = client.get("/doc/<b>x.en.html?lang=<b>", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert "<b>" not in response.text


@pytest.mark.parametrize(
    "error", [errors.QueryTimeout(2.0), errors.QueryStopped("Memory."), errors.TooMany("X.")]
)
def test_who_is_stopped_is_told_what_to_do(failing, error):
    client = failing(error)
    said = client.get("/health", headers={"Accept-Language": "be"}).get_json(force=True)["advice"]
    assert said in client.get("/health?lang=be", headers={"Accept": "text/html"}).text
    assert failing(RuntimeError()).get("/health").get_json(force=True).get("advice") is None
