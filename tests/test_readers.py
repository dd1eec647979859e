"""Programs that judge and read the pages: axe-core, the Nu checker, Comunica, extruct, signposting."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import extruct
import pyoxigraph as ox
import pytest
import signposting

from server.archive.archive import Archive
from server.archive.queries import select
from server.config import Settings
from tests.conftest import ROOT, built
from tests.readers.addresses import addresses
from tests.servers import CHROMIUM, QUIET, Site, free_port, praleska

MODULES = Path(__file__).parent / "readers" / "node_modules"
NU = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
AXE = MODULES / "axe-core" / "axe.min.js"
COMUNICA = MODULES / "@comunica" / "query-sparql-link-traversal" / "bin" / "query.js"
LANGUAGES = ("be", "ru", "en")
# What can be read in one language can be read in all: classes of things take turns, the rest come in each.
GRAVE = ("serious", "critical")
RUN_AXE = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
  found => [found.impact, found.id, found.nodes[0].html.slice(0, 160)])"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

pytestmark = [
    pytest.mark.walk,
    pytest.mark.skipif(not MODULES.is_dir(), reason="needs the programs of tests/readers (make readers)"),
]


@pytest.fixture(scope="module")
def site(real, tmp_path_factory) -> Iterator[Site]:
    with praleska(real.instance, tmp_path_factory.mktemp("readers")) as running:
        yield running


@pytest.fixture(scope="module")
def paths(real) -> list[str]:
    """Every template in some language, most in all."""
    found = addresses(Archive.open(real))
    turns = [path.replace("{lang}", LANGUAGES[n % 3]) for n, path in enumerate(found.values())]
    fixed = [path.replace("{lang}", lang) for path in list(found.values())[:24] for lang in LANGUAGES]
    return sorted({*turns, *fixed})


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM:
        pytest.skip("needs Debian's chromium (apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as engine:
        chromium = engine.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()


def test_axe_finds_nothing_serious_and_nothing_is_too_wide(browser, site, paths) -> None:
    faults = []
    context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    for path in paths:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(site.url + path)
        page.add_script_tag(path=str(AXE))
        faults += [(path, *found) for found in page.evaluate(RUN_AXE) if found[0] in GRAVE]
        # 320 px is also what 1280 px leave at a zoom of 400 %.
        page.set_viewport_size({"width": 320, "height": 640})
        if page.evaluate(TOO_WIDE) > 0:
            faults.append((path, "wider than 320 px"))
    context.close()
    assert faults == []


def test_the_nu_checker_finds_no_error(site, paths, tmp_path) -> None:
    java = shutil.which("java") or pytest.skip("needs Java (apt-get install default-jre-headless)")
    names = {}
    for number, path in enumerate(paths):
        file = tmp_path / f"{number}.html"
        file.write_bytes(site.ask(path, "text/html").body)
        names[file.as_uri().replace("file:///", "file:/")] = path
    command = [java, "-jar", str(NU), "--format", "json", "--exit-zero-always", "--skip-non-html", tmp_path]
    told = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=300).stderr)
    errors = [
        (names.get(found["url"], found["url"]), found["message"], found.get("extract", "")[:120])
        for found in told["messages"]
        if found["type"] != "info"
    ]
    assert errors == []


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
