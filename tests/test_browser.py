"""The real archive in a real browser: quiet, alone, narrow, without scripts, with the keyboard."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.readers.visit import Visit
from tests.servers import CHROMIUM

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

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium (apt-get install chromium)"),
]


def write(page: Any, query: str) -> None:
    """Puts a query into the editor where it was built, else into the text field."""
    if page.locator(".CodeMirror").count():
        page.evaluate("text => document.querySelector('.CodeMirror').CodeMirror.setValue(text)", query)
    else:
        page.fill("#query", query)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_and_fits(browser, site, name) -> None:
    with Visit(browser, site) as visit:
        for lang in LANGUAGES:
            visit.open(PAGES[name].replace("{lang}", lang))
            assert visit.page.get_attribute("html", "lang") == lang
            assert visit.page.inner_text("h1").strip()
            visit.fits()
        visit.is_quiet_and_alone()


@pytest.mark.parametrize(("lang", "scripts"), [("be", True), ("ru", True), ("en", True), ("be", False)])
def test_a_question_is_asked_and_a_record_checked(browser, site, lang, scripts) -> None:
    with Visit(browser, site, scripts) as visit:
        page = visit.page
        visit.open(f"/sparql?lang={lang}")
        write(page, QUERY)
        page.click("form:has(#query) button[type=submit]")
        assert "2022-09-26" in page.inner_text("table")
        if scripts:
            visit.fits()
        visit.open(f"/validate?lang={lang}")
        visit.send(RECORD)
        assert page.input_value("#data").strip() == RECORD.strip()
        if scripts:
            visit.fits()
        visit.is_quiet_and_alone()


@pytest.mark.parametrize("name", ["person", "claim set"])
def test_a_page_says_the_same_without_scripts(browser, site, name) -> None:
    path = PAGES[name].replace("{lang}", "en")
    words = []
    for scripts in (True, False):
        with Visit(browser, site, scripts) as visit:
            visit.open(path)
            words.append(visit.page.inner_text("body"))
    assert words[0] == words[1]


@pytest.mark.parametrize("name", ["home", "case", "answer"])
def test_the_keyboard_reaches_the_content_first(browser, site, name) -> None:
    with Visit(browser, site) as visit:
        visit.open(PAGES[name].replace("{lang}", "be"))
        visit.page.keyboard.press("Tab")
        focus = visit.page.locator(":focus")
        target = focus.get_attribute("href")
        assert target
        assert target.startswith("#")
        assert focus.is_visible()
        assert visit.page.locator(target).count() == 1


def test_a_reader_walks_from_the_home_page_to_a_source(browser, site) -> None:
    """Home, list, person, case, claim set, by links alone."""
    with Visit(browser, site) as visit:
        page = visit.page
        visit.open("/en/")
        page.click("a[href='/en/list/Person']")
        page.click("main a[rel=next]")
        page.click("main a:has-text('Valiantsin Stefanovic')")
        page.click("main a:has-text('Case of Valiantsin Stefanovic, from 2021') >> nth=0")
        assert "Case of Valiantsin Stefanovic" in page.inner_text("h1")
        page.click("main a[href='/doc/n8555tt82s.en.html'] >> nth=0")
        assert "He was detained in July 2021" in page.inner_text("main")
        visit.is_quiet_and_alone()
