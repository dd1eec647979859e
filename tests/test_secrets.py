"""Nobody can find out what is withheld: not from any file, route, query, feed, count or message.

An invented person with some 350 secret values is withheld; then every file of the installation and every
answer of every route is searched for each of them. And all of it equals, byte for byte, what an installation
gives whose sources never had the person, given the same list.
"""

import gzip
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from server import create_app
from server.archive.archive import Archive
from server.archive.compiling import build, withhold
from server.archive.releases import current
from server.config import Settings
from server.store.syntax import N_QUADS, parse
from tests.planting import BASE, PERSON, SURNAME, Planted, without_names

pytestmark = pytest.mark.slow
PLANTED = Planted()
NAMED, UNNAMED = PLANTED.neighbours(), without_names()
RECORD = PLANTED.record()
SECRETS = sorted(set(PLANTED.secrets))
# Some of the secrets, asked for by a reader who knows them from an old copy.
ASKED = [SURNAME["en"], SURNAME["be"], *(s for s in SECRETS if re.fullmatch(r"s0{6}\d{3}", s))][:12]
RESULTS = ("text/html", "application/sparql-results+json", "text/csv")


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def installed(world: Settings, folder: Path, **files: str) -> Settings:
    source = folder / "source"
    shutil.copytree(world.source, source)
    for name, text in files.items():
        (source / "data" / "claims" / "example" / f"{name}.trig").write_text(text, encoding="utf-8")
    settings = replace(world, source=source, instance=folder / "instance")
    build(settings.source, settings.instance, settings.base, silent)
    return settings


@dataclass(frozen=True)
class Pair:
    """The installation that withholds the person, and the one whose sources never had them."""

    before: bytes
    with_list: Settings
    never: Settings


@pytest.fixture(scope="module")
def pair(world: Settings, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    one = installed(world, tmp_path_factory.mktemp("one"), record=RECORD, neighbours=NAMED)
    before = current(one.instance).nquads.read_bytes()
    withhold(one.source, one.instance, one.base, PERSON, "safety", silent)
    two = installed(world, tmp_path_factory.mktemp("two"), neighbours=UNNAMED)
    shutil.copytree(one.instance / "withheld", two.instance / "withheld")
    build(two.source, two.instance, two.base, silent)
    return Pair(before, one, two)


def test_every_secret_was_published_before(pair: Pair) -> None:
    text = pair.before.decode()
    assert len(SECRETS) > 200
    assert [secret for secret in SECRETS if secret not in text] == []


def test_no_file_of_the_installation_holds_a_secret(pair: Pair) -> None:
    instance = pair.with_list.instance
    files = [path for path in instance.rglob("*") if path.is_file()]
    assert len(files) > 40
    texts = {path: readable(path.read_bytes()) for path in files}
    found = [(str(path.relative_to(instance)), s) for path, text in texts.items() for s in leaks(text)]
    assert found == []


def test_the_files_of_both_releases_are_the_same(pair: Pair) -> None:
    one, two = (current(settings.instance).path for settings in (pair.with_list, pair.never))
    names = {str(path.relative_to(one)) for path in one.rglob("*") if path.is_file()}
    assert names == {str(path.relative_to(two)) for path in two.rglob("*") if path.is_file()}
    different = {name for name in names if (one / name).read_bytes() != (two / name).read_bytes()}
    assert different <= {"manifest.json"}
    left, right = (json.loads((folder / "manifest.json").read_text()) for folder in (one, two))
    assert left | {"created": ""} == right | {"created": ""}


def test_without_the_record_in_the_sources_the_list_goes_on_working(pair: Pair, tmp_path: Path) -> None:
    # Curators remove the record from git; the texts of others still name the person.
    later = installed(pair.never, tmp_path, neighbours=NAMED)
    shutil.copytree(pair.with_list.instance / "withheld", later.instance / "withheld")
    build(later.source, later.instance, later.base, silent)
    assert current(later.instance).nquads.read_bytes() == current(pair.never.instance).nquads.read_bytes()


def leaks(text: str, known: str = "") -> list[str]:
    """The secrets in a text, apart from those that its reader sent."""
    # Indexes keep words in lower case.
    text = f"{text}\n{unquote(text)}".casefold()
    return [s for s in SECRETS if s.casefold() in text and s not in known]


def readable(data: bytes) -> str:
    """Bytes as text, unpacked where they are packed; of other files, the text between."""
    data = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
    return data.decode("utf-8", "replace")


def folded(text: str) -> str:
    """The text without what differs between two builds of the same: the moment."""
    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\+00:00|Z)?", "MOMENT", text)


class Reply(NamedTuple):
    """What was sent, and what came back."""

    sent: str
    status: int
    headers: str
    text: str


def reply(sent: str, answer: TestResponse) -> Reply:
    """All of an answer, read and closed."""
    found = Reply(sent, answer.status_code, str(answer.headers), readable(answer.get_data()))
    answer.close()
    return found


class Visit:
    """Everything that a reader can ask of an application."""

    def __init__(self, settings: Settings) -> None:
        self.app: Flask = create_app(settings, Archive.open(settings))
        self._client: FlaskClient = self.app.test_client()
        self._dump = current(settings.instance).nquads.read_bytes()

    def answers(self) -> dict[str, "Reply"]:
        """What was asked, and the answer."""
        found = {path: reply(path, self._client.get(path)) for path in dict.fromkeys(self._paths())}
        for question, data, headers in self._posts():
            answer = self._client.post(question.split()[0], headers=headers, **data)
            found[question] = reply(str(data), answer)
        return found

    def _paths(self) -> Iterator[str]:
        for rule in self.app.url_map.iter_rules():
            if "GET" in (rule.methods or ()):
                yield from self._filled(rule)
        yield from self._things()
        yield from self._queries()

    def _filled(self, rule: Rule) -> Iterator[str]:
        """An address of a route with each value that it may take, or with a secret where any will do."""
        values: dict[str, list[str]] = {
            "lang": ["be", "en"],
            "slug": [entry.slug for entry in self._archive().types("en")],
            "suffix": ["ttl", "jsonld", "nt", "rdf", "trig", "nq"],
        }
        texts = [rule.rule]
        for argument in sorted(rule.arguments):
            choice = re.search(rf"<any\(([^)]*)\):{argument}>", rule.rule)
            options = choice[1].split(",") if choice else values.get(argument, ASKED)
            pattern = re.compile(rf"<(?:[^<>]*:)?{argument}>")
            texts = [pattern.sub(option.strip("'\" "), text) for text in texts for option in options]
        yield from texts
        for text in texts[:2]:
            for asked in ASKED[:2]:
                yield f"{text}?q={asked}&query={asked}&prefix={asked}&name={asked}&graph={BASE}id/{ASKED[2]}"

    def _things(self) -> Iterator[str]:
        """Documents about everything that is there, and about everything that was."""
        quads = parse(self._dump, N_QUADS, BASE)
        things = {quad.subject.value for quad in quads if quad.subject.value.startswith(f"{BASE}id/")}
        for name in sorted(thing.rpartition("/")[2] for thing in things):
            yield from (f"/doc/{name}.be.html", f"/doc/{name}.trig")
        for graph in sorted({quad.graph.value for quad in quads if quad.graph}):
            name = graph.removeprefix(BASE)
            yield from (f"/doc/{name}.en.html", f"/doc/{name}.nq", f"/store?graph={graph}")
        yield from (f"/dumps/{name}" for name in self._archive().release.files)
        yield from ("/store?default", "/dumps/SHA256SUMS", "/dumps/manifest.json", "/static/style.css")
        yield "/sitemap-0.xml"

    def _queries(self) -> Iterator[str]:
        texts = [example.text for example in self._archive().examples("en")]
        texts += [
            "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }",
            "SELECT * WHERE { ?s ?p ?o }",
            "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s a ?c } } GROUP BY ?g ?c",
            f"DESCRIBE <{PERSON}>",
            f"ASK {{ GRAPH ?g {{ <{BASE}id/{ASKED[3]}> ?p ?o }} }}",
            f"SELECT * WHERE {{ GRAPH <{BASE}id/{ASKED[4]}> {{ ?s ?p ?o }} }}",
            "SELECT * WHERE { ?s ?p",
            "SELECT * WHERE { SERVICE <https://elsewhere.example/> { ?s ?p ?o } }",
        ]
        for text in texts:
            yield f"/sparql?query={quote(text)}"

    def _posts(self) -> Iterator[tuple[str, dict[str, Any], dict[str, str]]]:
        body = RECORD.encode()
        for accept in ("application/json", "text/turtle", "text/html"):
            headers = {"Accept": accept, "Content-Type": "application/trig"}
            yield f"/validate {accept}", {"data": body}, headers
        form = {"data": RECORD, "format": "trig"}
        yield "/validate form", {"data": form}, {"Accept": "text/html"}
        yield "/sparql post", {"data": {"query": "SELECT * WHERE { ?s ?p ?o }"}}, {"Accept": "text/csv"}
        yield "/sparql wrong", {"data": {"update": "DELETE WHERE { ?s ?p ?o }"}}, {}

    def _archive(self) -> Archive:
        found: Archive = self.app.extensions["archive"]
        return found


Visits = tuple[dict[str, Reply], dict[str, Reply]]


@pytest.fixture(scope="module")
def visits(pair: Pair) -> Visits:
    """What both installations answer to everything."""
    return Visit(pair.with_list).answers(), Visit(pair.never).answers()


def test_every_route_was_asked(pair: Pair, visits: Visits) -> None:
    app = create_app(pair.with_list, Archive.open(pair.with_list))
    adapter = app.url_map.bind("localhost")
    asked = set()
    for path in visits[0]:
        words = path.split()[0].partition("?")[0]
        for method in ("GET", "POST"):
            if adapter.test(words, method):
                asked.add(adapter.match(words, method)[0])
    assert {rule.endpoint for rule in app.url_map.iter_rules()} - asked == set()
    assert len(visits[0]) > 400


def test_no_answer_holds_a_secret(visits: Visits) -> None:
    found = []
    for asked, answer in visits[0].items():
        # What readers sent themselves is no answer; the record is sent to the check in the next test.
        found += [(asked, secret) for secret in leaks(answer.text + answer.headers, answer.sent)]
    assert found == []


def test_what_the_check_says_of_the_record_repeats_nothing_of_it(visits: Visits) -> None:
    for accept in ("application/json", "text/turtle", "text/html", "form"):
        text = visits[0][f"/validate {accept}"].text
        assert "Rule-withdrawn" in text, accept
        # The report has to say which thing is meant: by the address that its reader gave.
        assert [secret for secret in leaks(text) if not re.fullmatch(r"s\d{9}", secret)] == [], accept


def test_both_installations_answer_alike(visits: Visits) -> None:
    one, two = visits
    assert one.keys() == two.keys()
    # The list of dumps says that an older release was retired: only one of the two ever had it.
    different = [
        asked
        for asked in one
        if asked.partition("?")[0] != "/dumps/"
        and (one[asked].status, folded(one[asked].text)) != (two[asked].status, folded(two[asked].text))
    ]
    assert different == []


def test_the_address_of_the_person_is_gone(visits: Visits) -> None:
    name = PERSON.rpartition("/")[2]
    gone = [answer for asked, answer in visits[0].items() if asked.startswith(f"/doc/{name}.")]
    assert len(gone) >= 2
    assert {answer.status for answer in gone} == {410}
