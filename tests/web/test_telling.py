"""Values and who says them as HTML: nothing that a source says becomes markup."""

import re
from html.parser import HTMLParser

import pytest

from server.archive.records import Link, Row, Source, Text, Value
from server.web.telling import Teller
from server.web.texts import LANGUAGES

EVIL = "<b>\"'&amp;</div></dd>"
KNOWN = {"div", "dt", "dd", "a", "span", "strong", "details", "summary", "ul", "li", "p", "br", "blockquote"}


class Tags(HTMLParser):
    """Elements with their attributes, the text, and whether all that was opened was closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text, self._open = "", list[str]()
        self.feed(str(html))
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def link(name: str, path: str = "id/x") -> Link:
    return Link(f"https://example.org/{name}", Text(name, "en"), path)


def source(name: str = "a", **more: object) -> Source:
    known = Source(link(f"cs-{name}", f"id/{name}"), link(name), None, link("book"), None, None, (), ())
    return known._replace(**more)


def row(*values: Value, contested: bool = False, **more: object) -> Row:
    return Row(Text("colour", "en"), Text("What colour it has.", "en"), values, contested)._replace(**more)


def value(text: str, *sources: Source) -> Value:
    return Value(Text(text, "en"), None, sources, True)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_that_is_said_becomes_markup(lang: str) -> None:
    evil = Text(EVIL, EVIL)
    away, ours = Link(f"https://example.org/{EVIL}", evil), Link("i:", evil, f"id/{EVIL}#{EVIL}")
    said = Source(ours, away, ours, away, ours, evil, (evil,), (ours, away), (away, ours))
    values = (Value(evil, away, (said, said), True), Value(evil, None, (said,), False))
    told = Row(evil, evil, values, True, "", evil)
    tell = Teller(lang)
    folded = Row(
        Text("x", lang), evil, (value("y" * 80)._replace(text=Text("y" * 80, lang)), *values[1:]), False
    )
    parts = (tell.row(told), tell.rows((told, told)), tell.words((said,)), tell.by((ours, away, ours)))
    for html in (*parts, tell.dates(told, False), tell.row(folded._replace(values=_bare(folded)))):
        tags = Tags(html)
        assert {tag for tag, _ in tags.found} <= KNOWN
        names = {name for _, attributes in tags.found for name in attributes}
        assert names <= {"class", "href", "rel", "lang", "title", "dir"}
        assert EVIL in tags.text


def _bare(row: Row) -> tuple[Value, ...]:
    return tuple(one._replace(sources=()) for one in row.values)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//example.org", "JavaScript:x"]
)
def test_an_address_that_is_no_web_address_is_no_link(address: str) -> None:
    tell = Teller("en")
    assert tell.link(Link(address, Text("name"))) == "name"
    assert tell.outside(address, Text("name")) == "name"


def test_a_link_away_says_so_and_tells_nothing_of_the_reader() -> None:
    ((_, attributes), _) = Tags(Teller("en").item(link("there", ""))).found
    assert attributes["rel"] == "noreferrer nofollow external"


def test_what_rests_on_one_document_does_not_name_it_twice() -> None:
    html = Teller("en").rows((row(value("red", source())), row(value("blue", source()))))
    assert html.count(">book<") == 1
    assert "in the same document" in html


def test_after_a_row_on_which_sources_differ_the_document_is_named_again() -> None:
    html = Teller("en").rows((row(value("red", source()), contested=True), row(value("blue", source()))))
    assert html.count(">book<") == 2


def test_two_sources_with_one_name_lead_to_their_own_claim_sets() -> None:
    twins = [source(name)._replace(claimant=link("same")) for name in ("one", "two")]
    html = Teller("en").row(row(value("red", *twins), value("blue", *reversed(twins))))
    assert html.count("/doc/one.en.html") == html.count("/doc/two.en.html") == 2


def test_the_same_source_is_marked_where_its_standing_is_not_told_yet() -> None:
    doubtful = source("a", standing=link("disputed"))
    firm = source("b")
    html = Teller("en").row(row(value("red", doubtful), value("blue", firm, doubtful)))
    red, blue = re.findall(r"<dd>.*?</dd>", html)
    assert red.count(">disputed<") == 1, "beside the value, not with the source once more"
    assert blue.count(">disputed<") == 1


def test_nobody_is_named_who_is_not_known() -> None:
    html = Teller("en").row(row(value("red", source(claimant=None, document=None))))
    assert "the claimant is not named" in html
    assert Teller("en").by(()) == "the claimant is not named"
