"""The editor of the query page in a real browser; npm builds it for these tests in a folder of theirs."""

import gzip
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask

from server import create_app
from tests.servers import CHROMIUM
from tests.web.conftest import served

WEB = Path(__file__).parents[2] / "server" / "web"
QUERY = "ASK { ?s ?p ?o }"
# What the page and all it loads may weigh on the wire.
MOST = 360_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium (apt-get install chromium)"),
    pytest.mark.skipif(not shutil.which("npm"), reason="needs Node and npm (apt-get install npm)"),
    # A browser that is closed early leaves the test server's file of the icon to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def static(tmp_path_factory) -> Path:
    """A static folder with the editor in it."""
    folder = tmp_path_factory.mktemp("web")
    without = shutil.ignore_patterns("node_modules")
    for name in ("editor", "static"):
        shutil.copytree(WEB / name, folder / name, ignore=without)
    shutil.rmtree(folder / "static" / "editor", ignore_errors=True)
    for command in (("ci",), ("run", "build")):
        done = subprocess.run(
            ["npm", "--silent", *command], cwd=folder / "editor", capture_output=True, text=True, timeout=300
        )
        if done.returncode and command == ("ci",):
            pytest.skip("the parts of the editor cannot be had from the npm registry")
        assert done.returncode == 0, done.stderr
    return folder / "static"


@pytest.fixture(scope="module")
def address(world, archive, static):
    app = create_app(world, archive)
    app.static_folder = str(static)
    with served(app) as found:
        yield found


class Watched:
    """A page with all that it asks for and complains of."""

    def __init__(self, browser, address, width=1280):
        self.context = browser.new_context(viewport={"width": width, "height": 900})
        self.page = self.context.new_page()
        self.address = address
        self.asked, self.said, self.bodies = [], [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()

    def open(self, path="/sparql?lang=en"):
        self.page.goto(self.address + path)
        self.page.wait_for_selector(".CodeMirror")
        self.page.wait_for_load_state("networkidle")

    def write(self, text):
        """Types in the place of all there is."""
        self.page.click(".CodeMirror")
        self.page.keyboard.press("Control+a")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)

    @property
    def text(self):
        return self.page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")


@pytest.fixture
def watched(browser, address):
    with Watched(browser, address) as found:
        yield found


def test_nothing_is_asked_of_others_and_nothing_is_kept(watched):
    watched.open()
    watched.write("PREFIX fo")
    watched.page.wait_for_timeout(300)
    watched.write("SELECT * { ?s skos:prefLabel ?o ; a pra:P")
    watched.page.keyboard.press("Control+Space")
    watched.page.wait_for_timeout(300)
    watched.page.keyboard.press("Escape")
    watched.page.click("h1")
    assert watched.said == []
    assert [url for url in watched.asked if not url.startswith(watched.address + "/")] == []
    assert {url.removeprefix(watched.address) for url in watched.asked} >= {
        "/prefixes.json",
        "/completions.json",
    }
    assert watched.context.cookies() == []
    assert watched.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_the_page_weighs_little(watched, static):
    watched.open()
    sizes = {}
    for url in set(watched.asked):
        answer = watched.context.request.get(url, headers={"Accept": "text/html,*/*;q=0.8"})
        sizes[url] = len(gzip.compress(answer.body()))
    assert sum(sizes.values()) < MOST
    assert len(sizes) >= 7


@pytest.mark.parametrize("key", ["Control+Enter", "click"])
def test_a_query_runs(watched, key):
    watched.open()
    watched.write(QUERY)
    with watched.page.expect_navigation():
        if key == "click":
            watched.page.click("form:has(#query) button[type=submit]")
        else:
            watched.page.keyboard.press(key)
    assert watched.page.inner_text(".truth") == "Yes"
    watched.page.wait_for_selector(".CodeMirror")
    assert watched.text.strip() == QUERY


def test_the_query_of_the_address_stands_in_the_editor(watched):
    query = 'SELECT ("</textarea>&amp;" AS ?x) {\n\n  # Прыклад\n}'
    watched.open("/sparql?lang=be&query=" + quote(query))
    assert watched.text == query


def test_the_keyboard_goes_in_and_out(watched):
    watched.open()
    page = watched.page
    page.focus(".languages a >> nth=-1")
    page.keyboard.press("Tab")
    inside = "document.activeElement.closest('.CodeMirror') !== null"
    assert page.evaluate(inside)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "format"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(inside)
    page.keyboard.press("Shift+Tab")
    assert not page.evaluate(inside)
    assert "Tab leaves the field" in page.inner_text("#query-keys")


def test_the_field_has_a_name_and_a_description(watched):
    watched.open("/sparql?lang=be&query=" + quote("SELECT * { ?s ?p }"))
    field = watched.page.get_by_role("textbox", name="Запыт на мове SPARQL 1.1")
    assert field.count() == 1
    assert field.get_attribute("aria-multiline") == "true"
    assert field.get_attribute("aria-invalid") == "true"
    described = field.get_attribute("aria-describedby").split()
    assert all(watched.page.locator(f"#{name}").is_visible() for name in described)
    watched.page.click("#query-label")
    assert watched.page.evaluate("document.activeElement.closest('.CodeMirror') !== null")


def test_words_are_completed_from_the_terms_of_this_archive(watched):
    watched.open()
    watched.write("PREFIX pra: <https://w3id.org/praleska/ontology#>\nSELECT * { ?s a pra:Pers")
    watched.page.keyboard.press("Control+Space")
    hints = watched.page.locator(".CodeMirror-hint")
    hints.first.wait_for()
    assert "pra:Person" in hints.all_inner_texts()
    watched.page.keyboard.press("Enter")
    assert "?s a pra:Person" in watched.text


def test_a_known_prefix_is_declared_while_its_word_is_typed(watched):
    watched.open()
    watched.write("SELECT * { ?s skos:prefLabel")
    assert watched.text.startswith("PREFIX skos: <http://www.w3.org/2004/02/skos/core#>")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("lang", ["be", "ru", "en"])
def test_the_page_fits(browser, address, lang, width):
    with Watched(browser, address, width) as watched:
        watched.open(f"/sparql?lang={lang}&query=" + quote("SELECT * { ?s ?p ?o } LIMIT 3 # " + "x" * 300))
        too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert watched.page.evaluate(too_wide) <= 0
        assert watched.said == []


def test_the_lockfile_names_no_host():
    lock = (WEB / "editor" / "package-lock.json").read_text()
    assert "resolved" not in lock
    assert "registry" not in lock


def test_the_licences_of_all_parts_are_handed_out(static):
    text = (static / "editor" / "LICENSES.txt").read_text()
    for name in ("@zazuko/yasqe", "codemirror", "dompurify"):
        assert f"{name} " in text
    assert "Permission is hereby granted" in text


def test_a_frame_on_another_site_shows_the_view_and_leads_here(browser, address):
    query = '#defaultView:BarChart\nSELECT ?x ?n { VALUES (?x ?n) { ("Exampletown" 3) } }'
    source = f"{address}/sparql?lang=en&query={quote(query)}"
    other = Flask("other")
    other.get("/")(
        lambda: (
            f'<iframe id="open" src="{source}&embed=1"></iframe><iframe id="shut" src="{source}"></iframe>'
        )
    )
    page = browser.new_context().new_page()
    with served(other) as elsewhere:
        page.goto(elsewhere)
        inside = page.frame_locator("#open")
        assert "Exampletown" in inside.locator("svg").text_content()
        with page.context.expect_page() as opened:
            inside.get_by_text("Query and whole answer").click()
        assert "/sparql?query=" in opened.value.url
        assert page.frame_locator("#shut").locator("svg").count() == 0
        page.context.close()
