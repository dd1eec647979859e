"""The ways of a new reader: from the home page, two clicks lead to what was said, without scripts.

With PRALESKA_PICTURES set, each step is kept as a picture in docs/pictures, where the README shows them.
"""

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers import CHROMIUM

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
ENTRANCES = tomllib.loads((ROOT / "data" / "queries" / "overviews.toml").read_text("utf-8"))["entrances"]
# The name of each way, in the order of the entrances; the second click, and what stands there then.
WAYS = {
    "refused": ("tbody a:has-text('Mikalai Statkevich') >> nth=0", "Mikalai Statkevich"),
    "court": ("tbody a[href*='/doc/'] >> nth=0", "Court"),
    "viasna": ("tbody a[href*='/doc/'] >> nth=0", "Viasna"),
}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium (apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def page(browser) -> Iterator[Any]:
    small = {"width": 1000, "height": 620}
    context = browser.new_context(java_script_enabled=False, viewport=small)
    yield context.new_page()
    context.close()


def kept(page: Any, name: str) -> None:
    """A picture of what the reader sees, if pictures are wanted."""
    if os.environ.get("PRALESKA_PICTURES"):
        PICTURES.mkdir(exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png")


def test_each_entrance_has_a_way() -> None:
    assert len(ENTRANCES) == len(WAYS)


@pytest.mark.parametrize("name", WAYS)
def test_two_clicks_lead_from_the_home_page_to_what_was_said(site, page, name) -> None:
    entrance = ENTRANCES[list(WAYS).index(name)]
    second, expected = WAYS[name]
    page.goto(f"{site.url}/en/")
    kept(page, "home")
    page.click(f"main a:text-is('{entrance['title']['en']}')")
    assert page.url == site.url + entrance["path"].format(lang="en")
    kept(page, name)
    page.click(second)
    assert "/doc/" in page.url
    assert expected in page.inner_text("main")
    assert page.locator("main a[href*='/doc/']").count() > 1
    kept(page, f"{name}-record")


@pytest.mark.parametrize("lang", ["be", "ru", "en"])
def test_a_name_is_looked_for_on_the_home_page(site, page, lang) -> None:
    page.goto(f"{site.url}/{lang}/")
    page.fill("main form[role=search] input[type=search]", "Стэфановіч")
    page.click("main form[role=search] button")
    assert page.get_attribute("html", "lang") == lang
    assert page.locator("main a[href*='/doc/']").count() > 0


def test_an_overview_is_two_clicks_away_and_its_query_three(site, page) -> None:
    page.goto(f"{site.url}/en/")
    page.click("header a[href='/en/overview']")
    page.click("main a[href='/en/overview/coverage']")
    kept(page, "overview")
    page.click("tbody td.number a >> nth=0")
    assert "/queries/" in page.url
    assert page.locator("main pre").count() == 1
