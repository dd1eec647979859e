"""The overviews and the entrances of the home page, over the real archive."""

import json
import re
import tomllib
from urllib.parse import urlsplit

import pytest

from server.archive.overviews import Overviews, faults_of
from tests.queries.expected import QUERIES, ROOT, records

FILE = ROOT / "data" / "queries" / "overviews.toml"
WRITTEN = tomllib.loads(FILE.read_text("utf-8"))
OVERVIEWS = {one["slug"]: one for one in WRITTEN["overviews"]}
LANGUAGES = ("be", "ru", "en")
CELL = re.compile(r"(?s)<t[hd][^>]*>(.*?)</t[hd]>")


def body(page: str) -> list[list[str]]:
    """The cells of the table, row by row."""
    return [CELL.findall(row) for row in re.findall(r"(?s)<tr>(.*?)</tr>", page.partition("<tbody>")[2])]


def number(cell: str) -> str:
    return re.sub(r"<[^>]*>", "", cell.partition("</a>")[0])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slug", OVERVIEWS)
def test_an_overview_has_a_chart_a_table_and_its_query(reader, counting, slug, lang):
    before = counting.store.count
    answer = reader.get(f"/{lang}/overview/{slug}")
    assert counting.store.count - before <= 5
    assert (answer.status_code, answer.headers["Content-Language"]) == (200, lang)
    about = OVERVIEWS[slug]
    for words in (about["title"], about["line"]):
        assert words[lang] in answer.text.replace("&#39;", "'")
    query = f"/queries/{about['question']}?lang={lang}"
    assert answer.text.count('role="img"') == ("chart" in about)
    rows = body(answer.text)
    numbers = [cell for row in rows for cell in row if re.search(r">-?[\d.,\s]+</a>", cell)]
    assert rows
    assert all(f'href="{query}"' in cell for cell in numbers)
    assert len(numbers) >= len(rows) if "chart" in about else f'href="{query}' in answer.text
    assert len({tuple(row) for row in rows}) == len(rows)


@pytest.mark.parametrize("slug", OVERVIEWS)
def test_an_overview_names_columns_of_its_question_in_three_languages(slug):
    about = OVERVIEWS[slug]
    columns = set(records(about["question"])[0])
    named = {*about["columns"], *about.get("only", {}), *about.get("lists", {}), *about.get("whole", ())}
    assert named <= columns
    assert {word.lstrip("?") for word in about.get("chart", "").split()[1:]} <= columns
    for words in (about["title"], about["line"], *(WRITTEN["heads"][name] for name in about["columns"])):
        assert set(words) == set(LANGUAGES)


@pytest.mark.parametrize("slug", [slug for slug, about in OVERVIEWS.items() if "whole" in about])
def test_no_part_is_larger_than_its_whole(slug):
    part, whole = OVERVIEWS[slug]["whole"]
    rows = records(OVERVIEWS[slug]["question"])
    assert all(0 <= int(row[part]) <= int(row[whole]) for row in rows)
    assert any(int(row[part]) < int(row[whole]) for row in rows)


def test_a_share_is_that_of_the_numbers_beside_it(reader):
    for _, _, known, of, share in body(reader.get("/en/overview/coverage").text):
        assert share == f"{round(100 * int(number(known)) / int(number(of)))}\u00a0%"


def test_a_list_behind_a_number_holds_as_many(reader):
    page = reader.get("/en/overview/years").text
    links = re.findall(r'>([\d.,]+)</a> <a href="(/en/list/[^"]+)"', page)
    assert len({address.partition("?")[0] for _, address in links}) == 4
    for figure, address in links:
        path, _, query = address.partition("?")
        assert json.loads(reader.get(f"{path}.json?{query}").text)["total"] == int(figure), address


def test_a_total_is_in_the_table_and_not_in_the_drawing(reader):
    for address in ("/be/overview/person-years", "/queries/05-person-years?lang=be"):
        page = reader.get(address).text
        drawing = page.partition("<svg")[2].partition("</svg>")[0]
        assert "2021" in drawing
        assert "in all" not in drawing
        assert "2023" in drawing
    assert "разам" in reader.get("/be/overview/person-years").text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_overviews_are_listed_and_the_home_page_leads_to_them(reader, lang):
    for address in (f"/{lang}/overview", f"/{lang}/"):
        page = reader.get(address).text
        for slug, about in OVERVIEWS.items():
            links = page.partition("<main")[2].count(f'href="/{lang}/overview/{slug}"')
            entered = any(entrance["path"].endswith(f"/{slug}") for entrance in WRITTEN["entrances"])
            assert links == (about.get("listed", True) or (entered and not address.endswith("overview")))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_entrance_of_the_home_page_opens(reader, lang):
    home = reader.get(f"/{lang}/").text.replace("&amp;", "&")
    assert len(WRITTEN["entrances"]) == 3
    for entrance in WRITTEN["entrances"]:
        path = entrance["path"].format(lang=lang)
        assert f'<a href="{path}">{entrance["title"][lang]}</a>' in home
        opened = reader.get(path)
        assert (opened.status_code, opened.headers["Content-Language"]) == (200, lang)
        assert "/doc/" in opened.text.partition("<main")[2]


def test_one_voice_of_the_three_is_asked_for(reader):
    every = reader.get("/queries/11-court-viasna-person.csv").text.splitlines()
    sides = [
        reader.get(f"/queries/11-court-viasna-person.csv?side={side}").text.splitlines()
        for side in ("court", "viasna", "person")
    ]
    assert {line for side in sides for line in side} == set(every)
    assert all(1 < len(side) < len(every) for side in sides)
    assert all("Court" in line for line in sides[0][1:])


def test_an_overview_is_asked_for_again(reader):
    first, other = (reader.get(f"/en/overview/{slug}") for slug in ("years", "courts"))
    assert first.headers["ETag"] != other.headers["ETag"]
    again = reader.get("/en/overview/years", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_an_unknown_overview_is_not_found(reader):
    assert reader.get("/en/overview/nothing").status_code == 404


def test_a_release_without_the_file_has_none(tmp_path):
    none = Overviews(tmp_path)
    assert (none.all("en"), none.entrances("en")) == ([], [])


def test_every_overview_shows_a_question_and_no_address_of_another_site():
    assert {one["question"] for one in OVERVIEWS.values()} <= set(QUERIES)
    assert len(OVERVIEWS) == len(WRITTEN["overviews"])
    paths = [one["path"] for one in WRITTEN["entrances"]]
    paths += [path for one in OVERVIEWS.values() for path in one.get("lists", {}).values()]
    assert not any(urlsplit(path).netloc for path in paths)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[overviews]", "overviews.toml: "),
        ('[[overviews]]\nslug = "a"', "number 1 of overviews has no question, title, line, columns."),
        ('[[entrances]]\ntitle.en = "A"\nline.en = "B"', "number 1 of entrances has no path."),
        (
            '[[overviews]]\nslug = "a"\nquestion = "99-none"\ncolumns = ["b"]\ntitle.en = "A"\nline.en = "B"',
            "a shows 99-none, which is no question.",
        ),
    ],
)
def test_the_check_finds_what_is_wrong_with_the_file(tmp_path, text, fault):
    (tmp_path / "overviews.toml").write_text(text, "utf-8")
    (found,) = faults_of(tmp_path)
    assert fault in found
    assert not list(faults_of(FILE.parent))


QUESTION = "11-court-viasna-person"


def test_names_in_an_answer_follow_the_language_of_its_address_and_not_the_browser(reader):
    plain = reader.get(f"/queries/{QUESTION}.csv", headers={"Accept-Language": "be"})
    spoken = {lang: reader.get(f"/queries/{QUESTION}.csv?lang={lang}") for lang in LANGUAGES}
    assert plain.text == spoken["en"].text
    assert len({answer.headers["ETag"] for answer in spoken.values()}) == 3
    names = {"be": "Вярхоўны Суд", "ru": "Верховный Суд", "en": "Supreme Court"}
    for lang, answer in spoken.items():
        assert [other for other, name in names.items() if name in answer.text] == [lang]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_offers_files_in_its_own_language(reader, lang):
    page = reader.get(f"/queries/{QUESTION}?lang={lang}&side=court").text.replace("&amp;", "&")
    suffix = "" if lang == "en" else f"&lang={lang}"
    assert f'href="/queries/{QUESTION}.csv?side=court{suffix}"' in page
    # A question without names has one answer for all.
    assert 'href="/queries/43-years.csv"' in reader.get(f"/queries/43-years?lang={lang}").text


def test_an_unknown_language_of_names_is_refused_with_those_that_there_are(reader):
    answer = reader.get(f"/queries/{QUESTION}.json?lang=xx")
    assert answer.status_code == 400
    assert answer.json["parameter"] == "lang"
    assert set(LANGUAGES) <= set(re.findall(r"[a-z]{2}", json.dumps(answer.json["allowed"])))


@pytest.mark.parametrize("lang", ["be", "ru"])
def test_no_overview_has_an_english_name_of_what_has_another(reader, lang):
    page = reader.get(f"/{lang}/overview/refused-to-leave").text
    assert "Viasna" not in page.partition("<tbody>")[2]


def test_an_overview_of_more_rows_than_a_page_reads_says_so(reader, monkeypatch):
    slug = "articles"
    whole = reader.get(f"/en/overview/{slug}").text
    monkeypatch.setattr("server.web.overviews.MOST_ROWS", 2)
    cut = reader.get(f"/en/overview/{slug}").text
    for said in ("The query has more rows", "The answer has more rows"):
        assert said in cut
        assert said not in whole
