"""Dumps of every kept release, robots, health."""

import gzip
import hashlib
import json
import re
import shutil

import pytest
from rdflib import Graph
from rdflib.namespace import DCAT

from server import create_app
from server.archive.archive import Archive
from server.archive.compiling import withhold
from server.config import Settings
from tests.conftest import built, silent
from tests.servers import praleska

DUMPS = ("praleska.nq", "praleska.trig", "praleska.nq.gz", "praleska.trig.gz")


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("praleska.nq", "application/n-quads"),
        ("praleska.trig", "application/trig"),
        ("praleska.nq.gz", "application/gzip"),
        ("praleska.trig.gz", "application/gzip"),
        ("manifest.json", "application/json"),
        ("SHA256SUMS", "text/plain"),
    ],
)
def test_a_dump_is_served_with_its_type(client, archive, name, media):
    for address in (f"/dumps/{name}", f"/dumps/{archive.release.id}/{name}"):
        with client.get(address) as response:
            assert (response.status_code, response.mimetype) == (200, media)
            assert response.data == (archive.folder / name).read_bytes()
            assert "Content-Encoding" not in response.headers
            assert f"filename={name}" in response.headers["Content-Disposition"].replace('"', "")
        with client.head(address) as head:
            assert (head.data, head.content_length) == (b"", (archive.folder / name).stat().st_size)


@pytest.mark.parametrize(
    "name",
    [
        "nothing.nq",
        "../current/praleska.nq",
        "%2e%2e/x",
        "/etc/passwd",
        "0001-000000000000/praleska.nq",
        "0001-..%2f..%2fx/praleska.nq",
        "{id}/",
        "{id}/../manifest.json",
        "{id}/nothing.nq",
        ".lock",
    ],
)
def test_nothing_else_is_served(client, archive, name):
    assert client.get(f"/dumps/{name.format(id=archive.release.id)}").status_code in (308, 404)


@pytest.mark.parametrize("name", ["praleska.nq", "praleska.trig"])
def test_compressed_copies_hold_the_same_and_nothing_of_the_day(archive, name):
    packed = (archive.folder / f"{name}.gz").read_bytes()
    assert gzip.decompress(packed) == (archive.folder / name).read_bytes()
    # No name and no time in the header (RFC 1952 §2.3): two builds give the same.
    assert (packed[3], packed[4:8]) == (0, b"\0\0\0\0")


def test_the_dump_is_sent_compressed_to_whoever_unpacks_on_the_way(client, archive):
    name = "/dumps/praleska.nq"
    with client.get(name) as plain, client.get(name, headers={"Accept-Encoding": "br, gzip"}) as packed:
        assert (packed.mimetype, packed.headers["Content-Encoding"]) == (plain.mimetype, "gzip")
        assert gzip.decompress(packed.data) == plain.data
        assert packed.headers["ETag"] != plain.headers["ETag"]
        for response in (packed, plain):
            assert "Accept-Encoding" in response.headers["Vary"]
    with client.get(name, headers={"Accept-Encoding": "gzip;q=0"}) as refused:
        assert "Content-Encoding" not in refused.headers


def test_a_download_can_be_resumed(client, archive):
    whole = (archive.folder / "praleska.nq").read_bytes()
    asked = {"Range": "bytes=100-199", "Accept-Encoding": "gzip"}
    with client.get("/dumps/praleska.nq", headers=asked) as part:
        assert (part.status_code, part.data) == (206, whole[100:200])
        assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    with client.get("/dumps/praleska.nq", headers={"Range": f"bytes={len(whole)}-"}) as beyond:
        assert beyond.status_code == 416
    # After a switch to another release the rest of the old file must not be mixed with the new one.
    with client.get("/dumps/praleska.nq", headers={**asked, "If-Range": '"another"'}) as changed:
        assert (changed.status_code, len(changed.data)) == (200, len(whole))


def test_a_dump_is_not_sent_again(client):
    for encoding in ("identity", "gzip"):
        with client.get("/dumps/praleska.nq", headers={"Accept-Encoding": encoding}) as first:
            known = {"If-None-Match": first.headers["ETag"], "Accept-Encoding": encoding}
        with client.get("/dumps/praleska.nq", headers=known) as again:
            assert again.status_code == 304


@pytest.mark.parametrize("lang", ["be", "ru", "en"])
def test_the_page_lists_each_file_with_its_checksum(client, archive, lang):
    response = client.get("/dumps/", headers={"Accept": "text/html", "Accept-Language": lang})
    assert response.headers["Content-Language"] == lang
    for name in DUMPS:
        assert f'href="/dumps/{archive.release.id}/{name}"' in response.text
        assert hashlib.sha256((archive.folder / name).read_bytes()).hexdigest() in response.text
    known = {"Accept": "text/html", "Accept-Language": lang, "If-None-Match": response.headers["ETag"]}
    assert client.get("/dumps/", headers=known).status_code == 304


def test_the_page_describes_the_data_set_to_search_engines(client, archive):
    page = client.get("/dumps/", headers={"Accept": "text/html"}).text
    node = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])
    assert (node["@type"], node["version"]) == ("Dataset", archive.release.id)
    assert [part["name"] for part in node["distribution"]] == list(DUMPS)


def test_programs_get_the_list_as_data(client, archive):
    told = client.get("/dumps/", headers={"Accept": "application/json"}).get_json()["releases"]
    assert [entry["id"] for entry in told] == [archive.release.id]
    assert told[0]["statements"] == archive.release.quads
    for file in told[0]["files"]:
        with client.get(file["url"].removeprefix("http://localhost")) as response:
            assert hashlib.sha256(response.data).hexdigest() == file["checksum"]["value"]
            assert len(response.data) == file["bytes"]
    turtle = client.get("/dumps/", headers={"Accept": "text/turtle"})
    found = Graph().parse(data=turtle.data, format="turtle")
    assert len(set(found.objects(None, DCAT.downloadURL))) == len(DUMPS)
    assert client.get("/dumps/", headers={"Accept": "image/png"}).mimetype == "text/html"


def test_robots_keep_away_from_questions(client):
    assert "Disallow: /sparql" in client.get("/robots.txt").text


def test_health_names_the_release(client, archive):
    assert client.get("/health").get_json() == {"status": "ok", "release": archive.release.id}


# What is withheld must not live on in any file of an older release.


@pytest.fixture(scope="module")
def withheld(world, tmp_path_factory):
    """An installation that withheld somebody after its first release; that release, and a client."""
    folder = tmp_path_factory.mktemp("withheld")
    shutil.copytree(world.source, folder / "source")
    settings = built(Settings(source=folder / "source", instance=folder / "instance"))
    first = Archive.open(settings)
    person = first.listing("Person", "en", 1).rows[0].title
    done = withhold(settings.source, settings.instance, settings.base, person.iri, "request", silent)
    return first, person, done, create_app(settings, Archive.open(settings)).test_client()


def test_the_files_of_a_retired_release_are_gone_in_every_form(withheld):
    first, _, done, client = withheld
    assert done.retired == (first.release.id,)
    assert [path.name for path in first.folder.iterdir()] == ["manifest.json"]
    for name in (*DUMPS, "SHA256SUMS", "manifest.json"):
        response = client.get(f"/dumps/{first.release.id}/{name}", headers={"Accept": "application/json"})
        assert response.status_code == 410
        assert "withheld" in response.get_json()["detail"]
    told = client.get("/dumps/?format=json").get_json()["releases"]
    assert [(entry["id"], bool(entry["retired"]), len(entry["files"])) for entry in told] == [
        (done.release.id, False, len(DUMPS)),
        (first.release.id, True, 0),
    ]
    assert "SHA256SUMS" in client.get("/dumps/", headers={"Accept": "text/html"}).text


def test_no_file_that_is_handed_out_names_who_was_withheld(withheld):
    _, person, _, client = withheld
    for name in DUMPS:
        with client.get(f"/dumps/{name}") as response:
            text = response.data
        text = gzip.decompress(text) if name.endswith(".gz") else text
        # Others may be called by a longer name.
        assert f'"{person.text.value}"'.encode() not in text


def test_the_server_sends_files_as_they_are_and_keeps_none(world, archive, tmp_path):
    """A client that unpacks on the way comes first: the next one gets the plain file all the same."""
    with praleska(world.instance, tmp_path) as site:
        for name in DUMPS:
            whole = (archive.folder / name).read_bytes()
            for encoding in ("gzip", "identity", "gzip"):
                reply = site.ask(f"/dumps/{name}", Accept_Encoding=encoding)
                body = gzip.decompress(reply.body) if reply.headers["Content-Encoding"] else reply.body
                assert body == whole
                assert len(reply.headers.get_all("Content-Encoding", [])) <= 1
                head = site.ask(f"/dumps/{name}", method="HEAD", Accept_Encoding=encoding)
                assert head.headers["Content-Length"] == str(len(reply.body))
            part = site.ask(f"/dumps/{name}", Range="bytes=5-14", Accept_Encoding="identity")
            assert (part.status, part.body) == (206, whole[5:15])
