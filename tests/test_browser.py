"""The real archive in a real browser: quiet, alone, narrow, without scripts, with the keyboard."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.servers import CHROMIUM, QUIET, Site, praleska

QUERY = (Path(__file__).parent.parent / "data" / "queries" / "10-different-dates.rq").read_text("utf-8")
RECORD = (Path(__file__).parent / "shapes" / "person" / "valid" / "named.trig").read_text("utf-8")
LANGUAGES = ("be", "ru", "en")
PAGES = {
    "home": "/{lang}/",
    "person": "/doc/dtezg8jwry.{lang}.html",
    "case": "/doc/54xxskj31h.{lang}.html",
    "claim set": "/doc/n8555tt82s.{lang}.html",
    "answer": "/sparql?lang={lang}&query=" + quote(QUERY),
    "about": "/{lang}/about",
}
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium (apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def site(real, tmp_path_factory) -> Iterator[Site]:
    with praleska(real.instance, tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as engine:
        chromium = engine.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()


class Watched:
    """A page with everything that it says and asks for."""

    def __init__(self, browser: Any, site: Site, scripts: bool = True) -> None:
        self.context = browser.new_context(
            java_script_enabled=scripts, viewport={"width": 1280, "height": 800}
        )
        self.page = self.context.new_page()
        self.address = site.url
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def __enter__(self) -> "Watched":
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def open(self, path: str) -> None:
        assert self.page.goto(self.address + path).status == 200

    def write(self, query: str) -> None:
        """Puts a query into the editor where it was built, else into the text field."""
        if self.page.locator(".CodeMirror").count():
            fill = "text => document.querySelector('.CodeMirror').CodeMirror.setValue(text)"
            self.page.evaluate(fill, query)
        else:
            self.page.fill("#query", query)

    def is_quiet_and_alone(self) -> None:
        assert self.said == []
        assert self.asked
        assert [url for url in self.asked if not url.startswith(f"{self.address}/")] == []
        assert self.context.cookies() == []

    def fits(self) -> None:
        for width in (1280, 320):
            self.page.set_viewport_size({"width": width, "height": 800})
            assert self.page.evaluate(TOO_WIDE) <= 0, width


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_and_fits(browser, site, name) -> None:
    with Watched(browser, site) as watched:
        for lang in LANGUAGES:
            watched.open(PAGES[name].replace("{lang}", lang))
            assert watched.page.get_attribute("html", "lang") == lang
            assert watched.page.inner_text("h1").strip()
            watched.fits()
        watched.is_quiet_and_alone()


@pytest.mark.parametrize(("lang", "scripts"), [("be", True), ("ru", True), ("en", True), ("be", False)])
def test_a_question_is_asked_and_a_record_checked(browser, site, lang, scripts) -> None:
    with Watched(browser, site, scripts) as watched:
        page = watched.page
        watched.open(f"/sparql?lang={lang}")
        watched.write(QUERY)
        page.click("form:has(#query) button[type=submit]")
        assert "2022-09-26" in page.inner_text("table")
        if scripts:
            watched.fits()
        watched.open(f"/validate?lang={lang}")
        page.fill("#data", RECORD)
        page.select_option("select", "trig")
        page.click("form:has(#data) button[type=submit]")
        assert page.input_value("#data").strip() == RECORD.strip()
        if scripts:
            watched.fits()
        watched.is_quiet_and_alone()


@pytest.mark.parametrize("name", ["person", "claim set"])
def test_a_page_says_the_same_without_scripts(browser, site, name) -> None:
    path = PAGES[name].replace("{lang}", "en")
    words = []
    for scripts in (True, False):
        with Watched(browser, site, scripts) as watched:
            watched.open(path)
            words.append(watched.page.inner_text("body"))
    assert words[0] == words[1]


@pytest.mark.parametrize("name", ["home", "case", "answer"])
def test_the_keyboard_reaches_the_content_first(browser, site, name) -> None:
    with Watched(browser, site) as watched:
        watched.open(PAGES[name].replace("{lang}", "be"))
        watched.page.keyboard.press("Tab")
        focus = watched.page.locator(":focus")
        target = focus.get_attribute("href")
        assert target
        assert target.startswith("#")
        assert focus.is_visible()
        assert watched.page.locator(target).count() == 1


def test_a_reader_walks_from_the_home_page_to_a_source(browser, site) -> None:
    """Home, list, person, case, claim set, by links alone."""
    with Watched(browser, site) as watched:
        page = watched.page
        watched.open("/en/")
        page.click("a[href='/en/list/Person']")
        page.click("main a[rel=next]")
        page.click("main a:has-text('Valiantsin Stefanovic')")
        page.click("main a:has-text('Case of Valiantsin Stefanovic, from 2021') >> nth=0")
        assert "Case of Valiantsin Stefanovic" in page.inner_text("h1")
        page.click("main a[href='/doc/n8555tt82s.en.html'] >> nth=0")
        assert "He was detained in July 2021" in page.inner_text("main")
        watched.is_quiet_and_alone()
