"""The pages of warnings: by rule, with links by name, in three languages; the report as data."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import SH, Graph

from server import create_app
from server.archive.archive import Archive
from server.archive.compiling import build
from server.archive.remarks import FIRST, PAGE_SIZE
from server.config import Settings
from tests.archive.conftest import Sources
from tests.conftest import silent

LANGUAGES = ("be", "ru", "en")
W6 = "W6-single-source"


@pytest.fixture(scope="module")
def report(archive: Archive) -> dict:
    return json.loads((archive.folder / "reports" / "warnings.json").read_text("utf-8"))


def text(html: str) -> str:
    main = html.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", main))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_overview_tells_every_rule_and_how_much_it_found(
    client: FlaskClient, report: dict, lang: str
) -> None:
    answer = client.get(f"/{lang}/warnings")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Language"] == lang
    for rule in report["rules"]:
        assert f"{rule['name'][lang]}" in html
        shown = html.count(f'href="/{lang}/warnings/{rule["rule"].rpartition("#")[2]}"')
        assert shown == (1 if rule["count"] > FIRST else 0)


def test_a_warning_names_things_and_shows_no_address(client: FlaskClient) -> None:
    html = client.get(f"/en/warnings/{W6}").get_data(as_text=True)
    assert "Detention: 1 February 2031 · Case of Example Person: documents 1, claimants 1." in text(html)
    assert 'href="/doc/ex96q14dr9.en.html"' in html
    assert "w3id.org" not in text(html.partition("<details><summary>The query")[0])


def test_the_query_of_a_rule_can_be_opened(client: FlaskClient, report: dict) -> None:
    html = client.get(f"/en/warnings/{W6}").get_data(as_text=True)
    (query,) = [rule["query"] for rule in report["rules"] if rule["rule"].endswith(W6)]
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv"})
    assert answer.status_code == 200
    assert answer.get_data(as_text=True).startswith("this,documents,claimants,claim_set")
    assert 'href="/sparql?query=' in html


@pytest.mark.parametrize(
    ("accept", "target"),
    [
        ("text/html", "/be/warnings"),
        ("application/json", "/warnings.json"),
        ("text/turtle", "/warnings.ttl"),
        ("*/*", "/be/warnings"),
    ],
)
def test_the_address_leads_to_the_form_that_is_wanted(client: FlaskClient, accept: str, target: str) -> None:
    answer = client.get("/warnings", headers={"Accept": accept, "Accept-Language": "be"})
    assert (answer.status_code, answer.headers["Location"]) == (303, target)
    assert {"Accept", "Accept-Language"} <= set(answer.vary)


def test_a_form_that_does_not_exist_is_refused(client: FlaskClient) -> None:
    assert client.get("/warnings", headers={"Accept": "image/png"}).status_code == 406


def test_json_and_turtle_tell_the_same(client: FlaskClient, report: dict) -> None:
    assert client.get("/warnings.json").get_json() == report
    graph = Graph().parse(data=client.get("/warnings.ttl").get_data(), format="turtle")
    focus = sorted(str(value) for value in graph.objects(None, SH.focusNode))
    assert focus == sorted(finding["focus"] for finding in report["findings"])
    assert focus


def test_the_files_are_among_those_of_the_release(client: FlaskClient, archive: Archive) -> None:
    assert {"reports/warnings.json", "reports/warnings.ttl"} <= set(archive.release.files)
    with client.get("/dumps/reports/warnings.json") as answer:
        assert answer.status_code == 200


def test_an_unchanged_report_is_not_sent_again(client: FlaskClient) -> None:
    for address in ("/warnings.json", "/en/warnings"):
        tag = client.get(address).headers["ETag"]
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("page", ["0", "-1", "99999", "one", "", "1" * 20])
def test_there_is_no_other_page(client: FlaskClient, page: str) -> None:
    assert client.get(f"/en/warnings/{W6}?page={page}").status_code == 404


@pytest.mark.parametrize("slug", ["W99", "W6", "../shapes", "%3Cscript%3E"])
def test_there_is_no_other_rule(client: FlaskClient, slug: str) -> None:
    answer = client.get(f"/en/warnings/{slug}")
    assert answer.status_code == 404
    assert b"<script" not in answer.data


def test_the_home_page_leads_there(client: FlaskClient) -> None:
    for lang in LANGUAGES:
        assert f'href="/{lang}/warnings"' in client.get(f"/{lang}/").get_data(as_text=True)


@pytest.fixture
def crowded(world: Settings, tmp_path: Path) -> Iterator[FlaskClient]:
    """The world with one page of events and one more, each from one source only."""
    source = tmp_path / "source"
    shutil.copytree(world.source, source)
    stubs = "\n".join(
        f"id:exmany0{n:03} a pra:Detention ; pra:inCase id:exdj8fssz5 ." for n in range(PAGE_SIZE)
    )
    said = "\n".join(f"id:exmany0{n:03} a pra:Detention ; pra:acknowledged true ." for n in range(PAGE_SIZE))
    (source / "data" / "claims" / "example" / "many.trig").write_text(
        "@prefix pra: <https://w3id.org/praleska/ontology#> . @prefix id: <https://w3id.org/praleska/id/> ."
        f" <https://w3id.org/praleska/graph/register> {{ {stubs} }} id:exq5e6eycn {{ {said} }}"
    )
    build(source, tmp_path / "instance", world.base, silent)
    settings = Settings(source=source, instance=tmp_path / "instance")
    with create_app(settings, Archive.open(settings)).test_client() as client:
        yield client


def test_a_long_list_has_pages(crowded: FlaskClient) -> None:
    first, second = (crowded.get(f"/en/warnings/{W6}?page={n}").get_data(as_text=True) for n in (1, 2))
    ids = [re.findall(r'<li id="w-(\w+)"', html) for html in (first, second)]
    assert len(ids[0]) == PAGE_SIZE
    assert 0 < len(ids[1]) <= PAGE_SIZE
    assert not set(ids[0]) & set(ids[1])
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    assert crowded.get(f"/en/warnings/{W6}?page=3").status_code == 404


def test_a_release_without_rules_has_a_page_that_says_so(tmp_path: Path) -> None:
    sources = Sources(tmp_path)
    sources.build()
    settings = Settings(source=sources.source, instance=sources.instance)
    with create_app(settings, Archive.open(settings)).test_client() as client:
        answer = client.get("/en/warnings")
        assert answer.status_code == 200
        assert "Nothing was found." in answer.get_data(as_text=True)
        assert client.get("/warnings.json").get_json()["rules"] == []
