"""Pages in a real browser: no console errors, nothing from elsewhere, nothing wider than the window."""

from urllib.parse import quote

import pytest

from tests.servers import CHROMIUM

PAGES = {
    "home": "/be/",
    "list": "/en/list/Person",
    "person": "/doc/exm9s346q3.en.html",
    "case": "/doc/exdj8fssz5.ru.html",
    "claim set": "/doc/exdy0yp57r.be.html",
    "provision": "/doc/extqm83xss.en.html",
    "group of people": "/doc/ex1hygcpwp.be.html",
    "collective case": "/doc/expre95b9e.ru.html",
    "court": "/doc/exf5kznwj4.be.html",
    "list between dates": "/ru/list/Detention?from=2000&to=2040&when=during",
    "answer": "/sparql?lang=en&query=" + quote("SELECT * { ?s ?p ?o } LIMIT 20"),
    **{
        f"{view} of an answer": f"/sparql?lang={lang}&view={view}&query="
        + quote(f"SELECT * {{ VALUES {values} }}")
        for view, lang, values in (
            ("bar", "be", f'(?place ?n) {{ ("{"Прыклад " * 20}" -5) ("Exampletown" 123456789) }}'),
            ("line", "ru", "(?year ?a ?b) { (2020 1 9) (2021 1000000 7) (2024 3 5) }"),
            (
                "timeline",
                "en",
                '(?who ?from ?to) { ("Example Person" "2020-05" "2021") ("Другі" "2022" UNDEF) }',
            ),
            ("network", "be", "(?a ?b) { " + " ".join(f"(<urn:{n}> <urn:{n % 7}>)" for n in range(90)) + "}"),
        )
    },
    "view to embed": "/sparql?lang=be&embed=1&view=table&query=" + quote("SELECT * { ?s ?p ?o } LIMIT 20"),
    "check": "/validate?lang=be",
    "error": "/doc/0000000000.en.html",
}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium (apt-get install chromium)"),
    # A browser that is closed early leaves the test server's file of the icon to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_and_fits(browser, address, name, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + PAGES[name])
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.close()
    # Chromium reports the status of the page itself as an error.
    assert [text for text in said if "404" not in text or name != "error"] == []
    assert all(url.startswith(address) for url in asked)
    assert too_wide <= 0


def test_a_query_runs_and_a_text_is_checked_without_scripts(browser, address):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{address}/sparql?lang=en")
    page.fill("#query", "ASK { ?s ?p ?o }")
    page.click("button[type=submit]")
    assert page.inner_text(".truth") == "Yes"
    page.goto(f"{address}/validate?lang=en")
    page.fill("#data", "oops")
    page.click("button[type=submit]")
    assert "Line 1, column" in page.inner_text("#error")
    page.context.close()


def test_the_keyboard_reaches_the_content_first(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/en/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    page.close()
