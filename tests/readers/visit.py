"""A page in a browser with everything that it says and asks for, its width, and its way by keyboard."""

from pathlib import Path
from typing import Any

from tests.servers import Site

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
WIDE, NARROW = 1280, 320
_RUN_AXE = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
  found => [found.impact, found.id, found.nodes[0].html.slice(0, 160)])"""
_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_GRAVE = ("serious", "critical")
# All that a reader can act on, where it can be seen: what a closed detail holds comes later.
_WANTED = """() => {
  const able = "a[href], button, select, textarea, summary, input:not([type=hidden]), [tabindex='0']";
  window.wanted = [...document.querySelectorAll(able)].filter(one => one.checkVisibility());
  window.reached = new Set();
  return window.wanted.length;
}"""
_STEP = """() => {
  const one = document.activeElement;
  // A field for a date has several stops, and rings of its own inside.
  const again = one === window.last;
  if (!one || one === document.body || (window.reached.has(one) && !again)) return null;
  window.reached.add(window.last = one);
  const look = getComputedStyle(one), place = one.getBoundingClientRect();
  const ringed = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  const there = place.width && place.bottom > 0 && place.top < innerHeight && place.right > 0;
  // The editor shows its focus on the frame around the field.
  return [ringed || again || !!one.closest(".CodeMirror-focused"), !!there, one.outerHTML.slice(0, 120)];
}"""
_MISSED = (
    "() => window.wanted.filter(one => !window.reached.has(one)).map(one => one.outerHTML.slice(0, 120))"
)


class Visit:
    """One reader at one site, in a context of the browser that is closed at the end."""

    def __init__(self, browser: Any, site: Site, scripts: bool = True, **more: Any) -> None:
        wide = {"width": WIDE, "height": 800}
        self.context = browser.new_context(java_script_enabled=scripts, viewport=wide, **more)
        self.page = self.context.new_page()
        self.address = site.url
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def open(self, path: str, status: int = 200) -> None:
        """Goes to a page of the site."""
        assert self.page.goto(self.address + path).status == status

    def send(self, text: str, status: int = 200) -> None:
        """Writes TriG into the form for checks, and sends it."""
        self.page.fill("#data", text)
        self.page.select_option("#format", "trig")
        with self.page.expect_navigation() as waiting:
            self.page.click("form:has(#data) button[type=submit]")
        assert waiting.value.status == status

    def is_quiet_and_alone(self, status: int = 200) -> None:
        """No message, no request to elsewhere, no cookie."""
        # Chromium tells the status of the page itself as an error.
        expected = f"the server responded with a status of {status} " if status >= 400 else "\0"
        assert [text for text in self.said if expected not in text] == []
        assert self.asked
        assert [url for url in self.asked if not url.startswith(f"{self.address}/")] == []
        assert self.context.cookies() == []

    def fits(self) -> None:
        """Nothing is wider than the window. 320 px is also what 1280 px leave at a zoom of 400 %."""
        for width in (WIDE, NARROW):
            self.page.set_viewport_size({"width": width, "height": 800})
            assert self.page.evaluate(_TOO_WIDE) <= 0, width

    def grave_faults(self) -> list[tuple[str, str, str]]:
        """What axe-core calls serious or critical: how bad, which rule, and the element."""
        # Evaluated and not added as an element: the policy of the page stays in force.
        self.page.evaluate(AXE.read_text("utf-8"))
        return [tuple(found) for found in self.page.evaluate(_RUN_AXE) if found[0] in _GRAVE]

    def faults_by_keyboard(self, most: int = 250) -> list[str]:
        """What Tab does not reach among the first `most` things, or reaches without being seen."""
        wanted, faults = self.page.evaluate(_WANTED), []
        for _ in range(most):
            self.page.keyboard.press("Tab")
            step = self.page.evaluate(_STEP)
            if step is None:
                break
            ringed, there, element = step
            faults += [f"no ring: {element}"] if not ringed else []
            faults += [f"out of sight: {element}"] if not there else []
        missed = self.page.evaluate(_MISSED) if wanted < most else []
        return faults + [f"not reached: {element}" for element in missed]
