"""Programs that judge and read the pages: axe-core, the Nu checker, Comunica, extruct, signposting."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import extruct
import pyoxigraph as ox
import pytest
import signposting
from flask import template_rendered

from server import create_app
from server.archive.archive import Archive
from server.archive.compiling import withhold
from server.archive.queries import select
from server.config import Settings
from tests.conftest import ROOT, built, silent
from tests.readers.pages import LANGUAGES, Page, cases, contents, full_templates, pages
from tests.readers.visit import Visit
from tests.servers import Site, free_port, praleska

MODULES = Path(__file__).parent / "readers" / "node_modules"
NU = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
COMUNICA = MODULES / "@comunica" / "query-sparql-link-traversal" / "bin" / "query.js"
WITHHELD = Path(__file__).parent / "archive" / "withheld" / "extra.trig"
CASES = cases()
# Keys are tried once in each state.
BY_KEYBOARD = {page.name: lang for page, lang in CASES}
NAMES = [f"{page.name}, {lang}" for page, lang in CASES]

pytestmark = [
    pytest.mark.walk,
    pytest.mark.skipif(not MODULES.is_dir(), reason="needs the programs of tests/readers (make test-walk)"),
]


@pytest.fixture(scope="module")
def archive(real) -> Archive:
    return Archive.open(real)


class Sites:
    """The servers that the pages need, started when the first of their pages is asked for."""

    def __init__(self, starters: dict[str, Callable[[], AbstractContextManager[Site]]]) -> None:
        self._starters, self._running = starters, dict[str, Site]()
        self._ends = ExitStack()

    def __getitem__(self, name: str) -> Site:
        if name not in self._running:
            self._running[name] = self._ends.enter_context(self._starters[name]())
        return self._running[name]

    def close(self) -> None:
        """Stops them all."""
        self._ends.close()


def withheld(world: Settings, folder: Path) -> Path:
    """An instance of the invented world from which a record was taken."""
    source, instance = folder / "source", folder / "instance"
    shutil.copytree(world.source, source)
    shutil.copy(WITHHELD, source / "data" / "claims" / "example")
    settings = built(replace(world, source=source, instance=instance))
    withhold(source, instance, settings.base, f"{settings.base}id/w1thhe1d01", "request", silent)
    return instance


@pytest.fixture(scope="module")
def sites(real, world, tmp_path_factory) -> Iterator[Sites]:
    make = tmp_path_factory.mktemp
    nowhere = f"http://127.0.0.1:{free_port()}/query"
    sites = Sites(
        {
            "archive": lambda: praleska(real.instance, make("archive")),
            "gone": lambda: praleska(withheld(world, make("withheld")), make("gone")),
            "down": lambda: praleska(real.instance, make("down"), "--store", nowhere),
        }
    )
    yield sites
    sites.close()


@pytest.fixture(scope="module")
def site(sites) -> Site:
    return sites["archive"]


def test_every_template_is_judged_and_only_the_editor_needs_a_script(real, archive) -> None:
    app = create_app(real, archive)
    rendered: list[str] = []
    told = app.test_client()
    with template_rendered.connected_to(lambda _, template, **__: rendered.append(template.name), app):
        for page in [page for page in pages() if page.site == "archive"]:
            rendered.clear()
            address, headers = page.address(archive, "en"), {"Accept": "text/html"}
            given = (
                {"data": {"data": page.pasted(), "format": "trig"}, "method": "POST"} if page.paste else {}
            )
            reply = told.open(address, headers=headers, **given)
            assert (reply.status_code, page.template in rendered) == (page.status, True), page.name
            scripts = re.findall(r"<script(?! type=\"application/ld\+json\")", reply.text)
            assert not scripts or page.template == "query.html", page.name
    assert {page.template for page in pages()} == full_templates()


@pytest.mark.browser
@pytest.mark.parametrize(("page", "lang"), CASES, ids=NAMES)
def test_a_page_is_accessible_quiet_and_fits(browser, sites, archive, page: Page, lang: str) -> None:
    with Visit(browser, sites[page.site]) as visit:
        visit.open(page.address(archive, lang), 200 if page.paste else page.status)
        if page.paste:
            visit.send(page.pasted(), page.status)
        assert visit.page.get_attribute("html", "lang") == lang
        assert visit.grave_faults() == []
        if lang == BY_KEYBOARD[page.name]:
            assert visit.faults_by_keyboard() == []
        visit.fits()
        visit.is_quiet_and_alone(page.status)


@pytest.mark.browser
@pytest.mark.parametrize("turn", range(3), ids=LANGUAGES)
def test_what_the_archive_has_is_accessible_and_fits(browser, site, archive, turn: int) -> None:
    for path in list(contents(archive))[turn::3]:
        with Visit(browser, site) as visit:
            visit.open(path.replace("{lang}", LANGUAGES[turn]))
            visit.fits()
            # The templates of lists and questions are judged above; these two differ by what they hold.
            if "/doc/" in path or "/overview/" in path:
                assert visit.grave_faults() == [], path


def asked(sites: Sites, page: Page, address: str) -> bytes:
    """The bytes of a page, sent as a form would send it."""
    if not page.paste:
        return sites[page.site].ask(address, "text/html").body
    form = urlencode({"data": page.pasted(), "format": "trig"}).encode()
    kind = "application/x-www-form-urlencoded"
    return sites[page.site].ask(address, "text/html", "POST", form, Content_Type=kind).body


def test_the_nu_checker_finds_no_error(sites, site, archive, tmp_path) -> None:
    java = shutil.which("java") or pytest.skip("needs Java (apt-get install default-jre-headless)")
    bodies = {name: asked(sites, *case) for name, case in addressed(archive).items()}
    bodies |= {path: site.ask(path, "text/html").body for path in by_turns(archive)}
    names = {}
    for number, (name, body) in enumerate(bodies.items()):
        file = tmp_path / f"{number}.html"
        file.write_bytes(body)
        names[file.as_uri().replace("file:///", "file:/")] = name
    command = [java, "-jar", str(NU), "--format", "json", "--exit-zero-always", "--skip-non-html", tmp_path]
    told = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=300).stderr)
    errors = [
        (names.get(found["url"], found["url"]), found["message"], found.get("extract", "")[:120])
        for found in told["messages"]
        if found["type"] != "info"
    ]
    assert errors == []


def addressed(archive: Archive) -> dict[str, tuple[Page, str]]:
    return {
        name: (page, page.address(archive, lang)) for name, (page, lang) in zip(NAMES, CASES, strict=True)
    }


def by_turns(archive: Archive) -> list[str]:
    paths = enumerate(contents(archive))
    return [path.replace("{lang}", LANGUAGES[number % 3]) for number, path in paths]


@pytest.fixture(scope="module")
def resolvable(tmp_path_factory) -> Iterator[Site]:
    """A site whose addresses of things are its own, so that what it says can be followed."""
    port = free_port()
    base = f"http://127.0.0.1:{port}/"
    instance = tmp_path_factory.mktemp("resolvable") / "instance"
    built(Settings(source=ROOT, instance=instance, base=base))
    folder = tmp_path_factory.mktemp("resolvable")
    with praleska(instance, folder, port=port, PRALESKA_BASE=base) as running:
        yield running


def traversed(site: Site, start: str, query: str) -> list[dict[str, str]]:
    """The rows that Comunica finds by following links from `start`; it reaches only this machine."""
    node = shutil.which("node") or pytest.skip("needs Node (apt-get install nodejs)")
    local = MODULES.parent / "loopback.cjs"
    command = [
        node,
        "-r",
        local,
        COMUNICA,
        f"{site.url}/{start}",
        query,
        "--lenient",
        "-t",
        "application/json",
    ]
    told = subprocess.run(command, capture_output=True, check=True, timeout=180)
    return list(json.loads(told.stdout))


EVENTS = """PREFIX pra: <https://w3id.org/praleska/ontology#>
SELECT DISTINCT ?case ?event ?class WHERE {
  ?case pra:subject <%s> . ?event pra:inCase ?case ; a ?class }"""


def test_comunica_follows_a_person_to_the_cases_and_what_happened_in_them(resolvable, real) -> None:
    archive = Archive.open(real)
    person = archive.listing("Person", "en", 1).rows[0].title.path
    base = f"{resolvable.url}/"
    rows = traversed(resolvable, person, EVENTS % (base + person))
    columns = ("case", "event", "class")
    stored = select(archive.store, EVENTS % (archive.base + person))
    wanted = {tuple(row[name].value.removeprefix(archive.base) for name in columns) for row in stored}
    assert wanted
    # Terms keep their addresses when the archive has another base.
    short = [[row[name].removeprefix(base).removeprefix(archive.base) for name in columns] for row in rows]
    assert set(map(tuple, short)) == wanted


def things(archive: Archive) -> list[str]:
    """The first thing of each class, by its name."""
    lists = [archive.listing(kind.slug, "en", 1).rows for kind in archive.types("en")]
    return [rows[0].title.path.removeprefix("id/") for rows in lists if rows]


def test_a_signposting_client_finds_the_same_by_header_page_and_linkset(site, real) -> None:
    archive = Archive.open(real)
    for name in things(archive):
        document = f"{site.url}/doc/{name}.en.html"
        by_header = signposting.find_signposting_http(document)
        assert by_header.citeAs.target == f"{archive.base}id/{name}"
        assert {post.type for post in by_header.describedBy} >= {"text/turtle"}
        assert by_header.license.target == archive.release.licence
        assert by_header.types
        assert by_header.collection
        by_page = signposting.find_signposting_html(document)
        assert by_page.citeAs.target == by_header.citeAs.target
        assert posts(by_page.describedBy) == posts(by_header.describedBy)
        (linkset,) = [post for post in by_header.linksets if post.type == "application/linkset+json"]
        told = signposting.find_signposting_linkset(linkset.target).for_context(document)
        assert told.citeAs.target == by_header.citeAs.target
        assert posts(told.describedBy) == posts(by_header.describedBy)


def posts(found: Any) -> set[tuple[str, str]]:
    return {(post.target, post.type) for post in found}


def test_extruct_finds_what_a_search_engine_would(site, real) -> None:
    archive = Archive.open(real)
    for name in things(archive):
        page = site.ask(f"/doc/{name}.be.html", "text/html").text
        (told,) = extruct.extract(page, base_url=site.url, syntaxes=["json-ld"])["json-ld"]
        assert archive.base + f"id/{name}" in json.dumps(told)
        quads = ox.parse(json.dumps(inlined(told)).encode(), ox.RdfFormat.JSON_LD)
        kinds = {str(quad.object.value) for quad in quads if quad.predicate.value.endswith("#type")}
        assert any(kind.startswith("https://schema.org/") for kind in kinds), name


def inlined(told: dict[str, Any]) -> dict[str, Any]:
    """The same with the context that the address of schema.org stands for: nothing is fetched."""
    return told | {"@context": {"@vocab": "https://schema.org/"}}
