"""Pages, by page."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from server.web.values import day

PAGES = [
    "/",
    "/be/",
    "/ru/about",
    "/en/list/Person",
    "/doc/exm9s346q3.be.html",
    "/doc/vocabulary/regime/pre-trial.en.html",
    "/doc/ontology.ru.html",
    "/sparql?lang=be",
    "/validate?lang=ru",
]
AS_OF = {"be": "Стан на {}.", "ru": "Состояние на {}.", "en": "As of {}."}
VOID = {"meta", "link", "br", "input"}


class Reader(HTMLParser):
    """Checks nesting and keeps the tags of a page."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags = [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(SimpleNamespace(name=tag, attrs=dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, name):
        return [tag.attrs for tag in self.tags if tag.name == name]


def page(client, address, status=200):
    response = client.get(address, headers={"Accept": "text/html"})
    assert response.status_code == status
    assert response.content_type == "text/html; charset=utf-8"
    return response.text, Reader(response.text)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_complete_without_scripts_and_other_sites(client, address):
    text, tags = page(client, address)
    # Data for search engines are no script; the page with the editor works without its scripts.
    scripts = [tag for tag in tags.all("script") if tag.get("type") != "application/ld+json"]
    assert not scripts or address.startswith("/sparql")
    assert not tags.all("img")
    loaded = [a["href"] for a in tags.all("link") if a["rel"] in ("stylesheet", "icon")]
    assert all(href.startswith("/static/") for href in loaded)
    assert " style=" not in text
    assert " on" + "click" not in text
    assert len(tags.all("main")) == 1
    assert len(tags.all("h1")) == 1
    assert tags.all("a")[0] == {"class": "skip", "href": "#content"}
    ids = [tag.attrs["id"] for tag in tags.tags if "id" in tag.attrs]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("address", PAGES)
def test_a_page_says_its_date_and_that_nobody_judges(client, archive, address):
    text, tags = page(client, address)
    lang = tags.all("html")[0]["lang"]
    assert AS_OF[lang].format(day(archive.release.created[:10], lang)) in text
    assert re.search("does not judge|не дае ацэнак|не даёт оценок", text)


@pytest.mark.parametrize("address", PAGES)
def test_links_to_other_sites_are_marked(client, address):
    _, tags = page(client, address)
    away = [a for a in tags.all("a") if a["href"].startswith("http")]
    assert all("external" in a["class"] for a in away)
    assert all({"noreferrer", "nofollow", "external"} <= set(a["rel"].split()) for a in away)


@pytest.mark.parametrize("address", PAGES)
def test_the_language_switch_keeps_the_page(client, address):
    _, tags = page(client, address)
    switches = [a for a in tags.all("a") if "hreflang" in a]
    assert [a["hreflang"] for a in switches] == ["be", "ru", "en"]
    heading = {a["hreflang"]: page(client, a["href"])[1].all("html")[0]["lang"] for a in switches}
    assert heading == {"be": "be", "ru": "ru", "en": "en"}
    if address != "/":
        same = re.sub(r"\b(be|ru|en)\b", "", address)
        assert all(re.sub(r"\b(be|ru|en)\b", "", a["href"]) == same for a in switches)


def plain(text):
    """The words of a page, between single spaces."""
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
    return re.sub(r" ([,;.)])", r"\1", words)


def test_each_statement_names_claimant_reporter_document_and_claim_set(client):
    words = plain(page(client, "/doc/exm9s346q3.en.html")[0])
    assert (
        "found guilty by the court according to Example Society, in Example Society reports; "
        "dated 1 April 2031 · claim set" in words
    )
    assert "Exampletown colony according to Example Society, in the same document · claim set" in words
    assert "pardon according to Example Society (reported by Example Gazette), in Гэта прыклад" in words
    assert "Example Society (reported by Example Gazette), Гэта прыклад Прыклад на волі" in words


def test_a_verdict_is_never_bare(client):
    for address in ("/doc/exm9s346q3.en.html", "/doc/exdj8fssz5.en.html", "/doc/exya1dq91k.en.html"):
        text = page(client, address)[0]
        rows = [plain(row) for row in re.findall("<tr>.*?</tr>|<dd>.*?</dd>", text, re.DOTALL)]
        said = [row for row in rows if "found guilty by the court" in row]
        assert said
        assert all(" according to " in row.split("found guilty by the court")[1] for row in said)
        assert text.count("found guilty by the court") == len(said)


def test_sources_that_differ_stand_side_by_side_with_a_mark(client):
    text, _ = page(client, "/doc/excfseczp1.en.html")
    assert text.count("sources differ") == 1
    contested = plain(text[text.index('class="row contested"') :])
    places = [
        contested.index(part) for part in ("1 May 2032", "preferred by the rule", "April 2032 ", "refuted")
    ]
    assert places == sorted(places)


def test_a_disputed_claim_says_who_disputes_it(client, archive, monkeypatch):
    real, seen = archive.describe, []

    def disputed(iri, lang):
        thing = real(iri, lang)
        section = next(s for s in thing.sections if any(row.contested for row in s.rows))
        row = next(row for row in section.rows if row.contested)
        source = row.values[0].sources[0]
        seen.append(source)
        source = source._replace(disputed_by=(source.document,))
        values = (row.values[0]._replace(sources=(source,)),)
        return replace(thing, sections=(replace(section, rows=(row._replace(values=values),)),))

    monkeypatch.setattr(archive, "describe", disputed)
    text = plain(page(client, "/doc/excfseczp1.en.html")[0])
    assert f"disputed by {seen[0].document.text.value}" in text


def test_each_value_carries_its_language(client):
    text, _ = page(client, "/doc/exm9s346q3.ru.html")
    assert '<span lang="be">Пэрсона Прыклад</span> <span class="tag">белорусский</span>' in text
    assert '<blockquote lang="be">' in text


def test_the_title_of_a_page_names_no_person(client):
    text, _ = page(client, "/doc/exm9s346q3.en.html")
    assert "Example Person" not in re.search("<title>(.*)</title>", text)[1]


def test_an_unfolded_thing_has_an_anchor(client):
    _, tags = page(client, "/doc/exm9s346q3.en.html")
    assert "ex96q14dr9" in [a.get("id") for a in tags.all("article")]


def test_the_home_page_is_in_the_reader_s_language(client):
    response = client.get("/", headers={"Accept-Language": "be-BY"})
    assert response.headers["Content-Language"] == "be"
    assert response.headers["Content-Location"] == "/be/"
    assert "Accept-Language" in response.headers["Vary"]


def test_the_home_page_counts_the_types_and_offers_ways_in(client):
    text, tags = page(client, "/en/")
    links = [a["href"] for a in tags.all("a")]
    assert "/en/list/Person" in links
    assert "/dumps/praleska.nq" in links
    assert "/.well-known/void" in links
    assert '<td class="number">3</td>' in text


def test_a_list_links_to_the_records(client):
    text, tags = page(client, "/en/list/Person")
    assert "/doc/exm9s346q3.en.html" in [a["href"] for a in tags.all("a")]
    assert {a["scope"] for a in tags.all("th")} == {"col", "row"}
    assert "Records: 3" in text


def test_a_long_list_is_paged(client, archive, monkeypatch):
    listing = replace(archive.listing("Person", "en", 1), page=2, pages=3)
    monkeypatch.setattr(archive, "listing", lambda *arguments: listing)
    text, tags = page(client, "/en/list/Person?page=2")
    assert "Page 2 of 3" in text
    ways = {a["rel"]: a["href"] for a in tags.all("a") if a.get("rel") in ("prev", "next")}
    assert ways == {"prev": "/en/list/Person", "next": "/en/list/Person?page=3"}


@pytest.mark.parametrize(
    "address", ["/en/list/Person?page=4", "/en/list/Person?page=x", "/en/list/Nothing", "/de/"]
)
def test_what_is_not_there_is_not_found(client, address):
    page(client, address, 404)


def test_a_person_s_page_begins_with_a_line_for_each_event(client):
    text, tags = page(client, "/doc/exm9s346q3.en.html")
    rows = [plain(row) for row in re.findall("<tr>.*?</tr>", text, re.DOTALL)]
    assert any("March 2031 Verdict · found guilty by the court" in row for row in rows)
    assert rows.index(next(row for row in rows if "Without a date" in row)) > 1
    anchors = {tag.attrs.get("id") for tag in tags.tags}
    assert all(a["href"][1:] in anchors for a in tags.all("a") if a["href"].startswith("#"))


def test_an_entry_does_not_repeat_the_name_of_its_page(client):
    text, _ = page(client, "/doc/exm9s346q3.en.html")
    headings = re.findall("<h[34]><a[^>]*>(.*?)</a>", text)
    assert headings
    assert not any("Example Person" in heading for heading in headings)


def test_the_mark_of_the_rule_leads_to_its_explanation(client):
    _, tags = page(client, "/doc/excfseczp1.en.html")
    assert "/en/about#editorial" in [a["href"] for a in tags.all("a")]
    assert "editorial" in [a.get("id") for a in page(client, "/en/about")[1].all("h2")]


def test_a_claim_set_says_first_who_says_it_and_then_what(client):
    words = plain(page(client, "/doc/exdy0yp57r.en.html")[0])
    parts = (
        "Who says this, where and when",
        " claimant ",
        " source ",
        "standing",
        "What this claim set says",
        "Other",
    )
    places = [words.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("lang", ["be", "ru", "en"])
def test_the_shapes_and_the_shared_graphs_have_pages_and_data(client, lang):
    assert "SHACL" in page(client, f"/doc/shapes.{lang}.html")[0]
    assert re.search(r"\d", plain(page(client, f"/doc/graph/register.{lang}.html")[0]))
    assert b"NodeShape" in client.get("/doc/shapes.ttl").data
    assert b"exm9s346q3" in client.get("/doc/graph/register.nq").data
    page(client, f"/doc/graph/nothing.{lang}.html", 404)


def test_a_list_of_claim_sets_shows_claimant_document_and_standing(client):
    _, tags = page(client, "/en/list/ClaimSet")
    labels = {a.get("data-label") for a in tags.all("td")}
    assert {"claimant", "source", "standing"} <= labels


def test_the_home_page_leads_to_people_and_their_cases(client):
    links = [a["href"] for a in page(client, "/en/")[1].all("a")]
    assert "/doc/exm9s346q3.en.html" in links
    assert "/doc/exdj8fssz5.en.html" in links


def test_a_list_says_who_says_what_was_chosen(client):
    text, _ = page(client, "/en/list/Verdict")
    rows = [plain(row) for row in re.findall("<tr>.*?</tr>", text, re.DOTALL) if "found guilty" in row]
    assert rows
    assert all(" according to Example Society" in row for row in rows)


def names_of_regions(tags):
    """The names of the parts of a page that programs which read it aloud offer to go to."""
    labels = {tag.attrs["id"]: n for n, tag in enumerate(tags.tags) if "id" in tag.attrs}
    for tag in tags.tags:
        if tag.name in ("section", "nav") or tag.attrs.get("role") in ("region", "search"):
            named = tag.attrs.get("aria-labelledby")
            if named:
                yield labels[named]
            elif "aria-label" in tag.attrs:
                yield tag.attrs["aria-label"]


@pytest.mark.parametrize(
    "address",
    [
        *PAGES,
        "/sparql?lang=en&query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%202",
        "/queries/21-held-in-a-facility-on-a-day",
        "/search?q=Example",
        "/dumps/",
        "/en/warnings",
    ],
)
def test_the_regions_of_a_page_have_names_of_their_own(client, address):
    text, tags = page(client, address)
    names = list(names_of_regions(tags))
    assert len(set(names)) == len(names)
    # A region of the same name as the heading of the section around it is told apart by nobody.
    spoken = {re.sub(r"<[^>]*>", "", heading).strip() for heading in re.findall(r"<h2 id=.*?</h2>", text)}
    assert not spoken & {name for name in names if isinstance(name, str)}
