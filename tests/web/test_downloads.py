"""Dumps, robots, health."""

import pytest


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("praleska.nq", "application/n-quads"),
        ("praleska.trig", "application/trig"),
        ("SHA256SUMS", "text/plain"),
    ],
)
def test_a_dump_is_served_with_its_type(client, archive, name, media):
    with client.get(f"/dumps/{name}") as response:
        assert (response.status_code, response.mimetype) == (200, media)
        assert response.data == (archive.folder / name).read_bytes()


@pytest.mark.parametrize("name", ["nothing.nq", "../current/praleska.nq", "%2e%2e/x", "/etc/passwd"])
def test_nothing_else_is_served(client, name):
    assert client.get(f"/dumps/{name}").status_code in (308, 404)


def test_robots_keep_away_from_questions(client):
    assert "Disallow: /sparql" in client.get("/robots.txt").text


def test_health_names_the_release(client, archive):
    assert client.get("/health").get_json() == {"status": "ok", "release": archive.release.id}
