"""What crawlers and harvesters find by themselves: sitemap, feed, robots; no name stands there."""

import xml.etree.ElementTree as ET

from server.web import sitemap

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"
NAMES = ("Example", "Прыклад", "Пример")


def tree(client, address, media="application/xml"):
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, media)
    assert not any(name in response.text for name in NAMES)
    return ET.fromstring(response.data)


def places(root):
    return [loc.text for loc in root.iter(f"{MAP}loc")]


def test_the_sitemap_leads_to_every_page_in_every_language(client):
    found = places(tree(client, "/sitemap.xml"))
    assert len(found) == len(set(found)) > 60
    assert "http://localhost/doc/exm9s346q3.be.html" in found
    assert all(client.get(place.removeprefix("http://localhost")).status_code == 200 for place in found)


def test_a_long_sitemap_is_a_list_of_files(client, monkeypatch):
    whole = set(places(tree(client, "/sitemap.xml")))
    monkeypatch.setattr(sitemap, "LENGTH", 4)
    root = tree(client, "/sitemap.xml")
    assert root.tag == f"{MAP}sitemapindex"
    parts = [places(tree(client, place.removeprefix("http://localhost"))) for place in places(root)]
    assert len(parts) > 3
    assert {place for part in parts for place in part} == whole
    assert sum(map(len, parts)) == len(whole)
    assert client.get(f"/sitemap-{len(parts)}.xml").status_code == 404


def test_robots_are_told_of_the_sitemap_and_kept_from_questions(client):
    lines = client.get("/robots.txt").text.splitlines()
    assert "Sitemap: http://localhost/sitemap.xml" in lines
    assert {"Disallow: /sparql", "Disallow: /held"} <= set(lines)


def test_the_feed_of_changes_names_the_release_and_claim_sets_by_address_only(client, archive):
    root = tree(client, "/changes.atom", "application/atom+xml")
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert archive.release.id in ids[0]
    assert all(iri.startswith(archive.base) for iri in ids[1:])
    days = [entry.findtext(f"{ATOM}updated") for entry in root.iter(f"{ATOM}entry")][1:]
    assert days == sorted(days, reverse=True)


def test_the_feeds_stand_in_the_head_of_every_page(client):
    for address in ("/en/", "/doc/exm9s346q3.en.html", "/nowhere"):
        text = client.get(address, headers={"Accept": "text/html"}).text
        assert 'href="/changes.atom"' in text
        assert 'href="/withdrawals.atom"' in text


def test_they_are_not_sent_twice(client):
    for address in ("/sitemap.xml", "/changes.atom"):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
