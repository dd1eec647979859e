"""Overviews of one thing on its page: the same rows as its question gives, for no query of the page."""

import json
import re
import shutil
import sqlite3
import tomllib
from contextlib import closing
from urllib.parse import parse_qsl, urlsplit

import pytest

from server.archive.index import INDEX, fits
from server.archive.overviews import faults_of
from server.archive.panels import MOST_ROWS, Panels
from server.archive.queries import SOURCE_BASE
from tests.queries.expected import ROOT, records

FILE = ROOT / "data" / "queries" / "overviews.toml"
WRITTEN = tomllib.loads(FILE.read_text("utf-8"))
PANELS = {one["slug"]: one for one in WRITTEN["panels"]}
LANGUAGES = ("be", "ru", "en")
SECTION = re.compile(r'(?s)<section class="panel">\s*<h2 id="panel-([a-z-]+)">(.*?)</section>')


@pytest.fixture(scope="module")
def index(counting):
    with closing(sqlite3.connect(counting.folder / INDEX)) as found:
        yield found


def sections(page: str) -> dict[str, str]:
    return dict(SECTION.findall(page))


def largest(index, slug: str) -> str:
    """The thing with the most rows."""
    rows = index.execute("SELECT thing FROM panel WHERE slug = ? ORDER BY total DESC, thing", (slug,))
    return rows.fetchone()[0]


def page_of(thing: str, lang: str) -> str:
    return f"/doc/{thing.removeprefix(SOURCE_BASE).removeprefix('id/')}.{lang}.html"


@pytest.mark.parametrize("slug", PANELS)
def test_a_page_holds_what_its_question_answers_about_it_alone(reader, index, slug):
    """Counted once for everything, and asked once more for this thing: the same rows in the same order."""
    question, about = PANELS[slug]["question"], PANELS[slug]["about"]
    things = index.execute("SELECT thing, total, lines FROM panel WHERE slug = ? ORDER BY thing", (slug,))
    for thing, total, lines in things.fetchall()[::5]:
        name = thing.removeprefix(SOURCE_BASE)
        answer = reader.get(f"/queries/{question}.json?{about}={name}").json["results"]["bindings"]
        asked = [{key: term["value"] for key, term in row.items() if key != about} for row in answer]
        kept = [{key: term[1] for key, term in row.items()} for row in json.loads(lines)]
        assert (kept, total) == (asked[:MOST_ROWS], len(asked)), name


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slug", PANELS)
def test_a_page_shows_it_with_words_table_and_a_link_from_every_number(reader, counting, index, slug, lang):
    thing = largest(index, slug)
    before = counting.store.count
    answer = reader.get(page_of(thing, lang))
    assert counting.store.count - before <= 5
    section = sections(answer.text)[slug].replace("&#39;", "'").replace("&amp;", "&")
    about = PANELS[slug]
    assert about["title"][lang] in section
    assert about["line"][lang] in section
    assert ('role="img"' in section) == ("chart" in about)
    numbers = re.findall(r'<t[hd][^>]*class="number"[^>]*>(.*?)</td>', section)
    links = [re.findall(r'href="([^"]+)"', cell) for cell in numbers]
    for address in {one[0] for one in links}:
        parts = urlsplit(address)
        assert parts.path == f"/queries/{about['question']}"
        assert dict(parse_qsl(parts.query)) == {
            "lang": lang,
            about["about"]: thing.removeprefix(SOURCE_BASE),
        }
        assert reader.get(address).status_code == 200
    assert all(len(one) == 1 for one in links)
    assert numbers or "chart" not in about


def test_what_a_release_group_claims_stands_beside_what_the_archive_has(reader, index):
    thing = largest(index, "claimed-and-counted")
    section = sections(reader.get(page_of(thing, "en")).text)["claimed-and-counted"]
    rows = [row for row in records("26-release-groups") if row["group"] == thing]
    for row in rows:
        for name in ("claimed", "on_record", "difference"):
            assert not row[name] or f">{row[name]}</a>" in section
    drawing = section.partition("<svg")[2].partition("</svg>")[0]
    compared = [row for row in rows if row["claimed"] and row["on_record"]]
    assert drawing.count('class="label"') == len(compared) < len(rows)


def test_parts_of_an_article_count_for_the_article(index):
    rows = {(row["provision"], row["year"]): row for row in records("48-provision-by-year")}
    article, part = "kq411642j0", "jx84x6s33e"  # 342 and 342(2)
    years = [year for thing, year in rows if thing.endswith(part)]
    assert years
    for year in years:
        whole, own = (rows[f"{SOURCE_BASE}id/{name}", year] for name in (article, part))
        assert int(whole["accusations"]) >= int(own["accusations"])
        assert int(whole["verdicts"]) >= int(own["verdicts"])


def test_only_pages_of_what_can_be_asked_about_have_one(reader, index, counting):
    pickers = tomllib.loads((FILE.parent / "gallery.toml").read_text("utf-8"))["pickers"]
    slugs = {"acts": "official", "people": "people", "provision-by-year": "provision"}
    types = {shape.target: shape.slug for shape in counting.model.types}
    for slug, picker in slugs.items():
        for (thing,) in index.execute("SELECT thing FROM panel WHERE slug = ?", (slug,)).fetchall()[:10]:
            found = counting.describe(thing, "en").types
            assert {types.get(one) for one in found} & set(pickers[picker])
    assert not sections(reader.get("/doc/0nhgt7yj2a.en.html").text)


def test_somebody_without_a_case_is_not_given_the_cases_of_others():
    for row in records("49-what-became-of-people"):
        assert row["case"] or not any(row[name] for name in ("detained", "dated", "released", "crossed"))


@pytest.mark.parametrize("table", ["panel", "panel_name", "stretch"])
def test_an_index_without_them_is_that_of_another_version(counting, tmp_path, table):
    bare = tmp_path / INDEX
    shutil.copy(counting.folder / INDEX, bare)
    assert fits(bare)
    with closing(sqlite3.connect(bare)) as index, index:
        index.execute(f"DROP TABLE {table}")
    assert not fits(bare)


def test_a_release_without_such_questions_has_none(counting, tmp_path):
    thing = f"{SOURCE_BASE}id/kha469n7ht"
    queries, types = counting.folder / "queries", counting.describe(thing, "en").types
    assert counting.panels.of(thing, types, "en")
    assert Panels(counting.folder / INDEX, queries, counting.model).of(thing, types, "en")
    assert Panels(counting.folder / INDEX, tmp_path, counting.model).of(thing, types, "en") == []


def test_the_page_of_a_person_does_not_look_for_any(counting, tmp_path):
    nowhere = Panels(tmp_path / "none", counting.folder / "queries", counting.model)
    thing = f"{SOURCE_BASE}id/0nhgt7yj2a"
    assert nowhere.of(thing, counting.describe(thing, "en").types, "en") == []


@pytest.mark.parametrize("slug", PANELS)
def test_a_panel_names_columns_of_its_question_in_three_languages(slug):
    about = PANELS[slug]
    columns = set(records(about["question"])[0])
    assert {about["about"], *about["columns"]} <= columns
    assert {word.lstrip("?") for word in about.get("chart", "").split()[1:]} <= columns
    heads = WRITTEN["heads"] | about.get("heads", {})
    for words in (about["title"], about["line"], *(heads[name] for name in about["columns"])):
        assert set(words) == set(LANGUAGES)
    assert len(set(PANELS)) == len(WRITTEN["panels"])


def test_the_check_finds_a_panel_about_no_parameter(tmp_path):
    shutil.copy(FILE.parent / "43-years.rq", tmp_path)
    text = '[[panels]]\nslug = "a"\nquestion = "43-years"\nabout = "year"\ncolumns = ["year"]\n'
    (tmp_path / "overviews.toml").write_text(text + 'title.en = "A"\nline.en = "B"', "utf-8")
    assert list(faults_of(tmp_path)) == [
        "overviews.toml: a is about year, which is no parameter of 43-years."
    ]
