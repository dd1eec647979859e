"""Values in words, in each language."""

import pytest

from server.archive.records import Text
from server.web.texts import words
from server.web.values import EDTF, XSD, day, length, number, readable, several, shown, tongue

DATES = [
    ("2021-07-14", "14 July 2021", "14 ліпеня 2021 года", "14 июля 2021 года"),
    ("2021-07", "July 2021", "ліпень 2021 года", "июль 2021 года"),
    ("2021", "2021", "2021 год", "2021 год"),
    ("2021-07~", "about July 2021", "каля ліпеня 2021 года", "около июля 2021 года"),
    ("2021~", "about 2021", "каля 2021 года", "около 2021 года"),
    ("2021-05-03~", "about 3 May 2021", "каля 3 мая 2021 года", "около 3 мая 2021 года"),
    ("2021-07?", "July 2021 (uncertain)", "ліпень 2021 года (няпэўна)", "июль 2021 года (неточно)"),
    (
        "2022-09-26/2022-10",
        "26 September to October 2022",
        "26 верасня — кастрычнік 2022 года",
        "26 сентября — октябрь 2022 года",
    ),
    (
        "2025-09-11/2025-09-12",
        "11 or 12 September 2025",
        "11 або 12 верасня 2025 года",
        "11 или 12 сентября 2025 года",
    ),
    (
        "[2025-09-11,2025-09-12]",
        "11 or 12 September 2025",
        "11 або 12 верасня 2025 года",
        "11 или 12 сентября 2025 года",
    ),
    (
        "2021-12-30/2022-01-02",
        "30 December 2021 to 2 January 2022",
        "30 снежня 2021 года — 2 студзеня 2022 года",
        "30 декабря 2021 года — 2 января 2022 года",
    ),
    ("2021/2022", "2021 to 2022", "2021 год — 2022 год", "2021 год — 2022 год"),
    ("2021-07/..", "July 2021 or later", "ліпень 2021 года або пазней", "июль 2021 года или позже"),
    ("../2021-07", "July 2021 or earlier", "ліпень 2021 года або раней", "июль 2021 года или раньше"),
    ("2021-07-XX", "July 2021", "ліпень 2021 года", "июль 2021 года"),
    ("201X", "2010s", "2010-я гады", "2010-е годы"),
    ("2021-21", "spring 2021", "вясна 2021 года", "весна 2021 года"),
    ("Y17000", "Y17000", "Y17000", "Y17000"),
    ("2021-13", "2021-13", "2021-13", "2021-13"),
    ("2021-00", "2021-00", "2021-00", "2021-00"),
    ("", "", "", ""),
]
LENGTHS = [
    ("P9Y", "9 years", "9 гадоў", "9 лет"),
    ("P1Y", "1 year", "1 год", "1 год"),
    ("P2Y", "2 years", "2 гады", "2 года"),
    ("P11Y", "11 years", "11 гадоў", "11 лет"),
    ("P14Y9M", "14 years 9 months", "14 гадоў 9 месяцаў", "14 лет 9 месяцев"),
    ("P4Y6M", "4 years 6 months", "4 гады 6 месяцаў", "4 года 6 месяцев"),
    ("P21Y1M3D", "21 years 1 month 3 days", "21 год 1 месяц 3 дні", "21 год 1 месяц 3 дня"),
    ("P15D", "15 days", "15 дзён", "15 дней"),
    ("P2W", "2 weeks", "2 тыдні", "2 недели"),
    ("PT72H", "72 hours", "72 гадзіны", "72 часа"),
    ("PT5M", "5 minutes", "5 хвілін", "5 минут"),
    ("P", "P", "P", "P"),
    ("P1.5Y", "P1.5Y", "P1.5Y", "P1.5Y"),
]
NUMBERS = [
    ("53000000", "53,000,000", "53\u00a0000\u00a0000", "53\u00a0000\u00a0000"),
    ("752438.62", "752,438.62", "752\u00a0438,62", "752\u00a0438,62"),
    ("-1200", "-1,200", "-1\u00a0200", "-1\u00a0200"),
    ("7", "7", "7", "7"),
    ("1E3", "1E3", "1E3", "1E3"),
]
PLURALS = [
    *[(n, f"{n} more sources", "крыніц", "источников") for n in (0, 5, 11, 12, 14, 20, 111, 112)],
    *[(n, f"{n} more sources", "крыніцы", "источника") for n in (2, 3, 4, 22, 33, 104)],
    *[(n, f"{n} more sources", "крыніца", "источник") for n in (21, 31, 101)],
    (1, "1 more source", "крыніца", "источник"),
]


def by_language(table):
    return [
        pytest.param(value, lang, words, id=f"{value} {lang}")
        for value, *all_words in table
        for lang, words in zip(("en", "be", "ru"), all_words, strict=True)
    ]


@pytest.mark.parametrize(("value", "lang", "expected"), by_language(DATES))
def test_a_date_reads_like_a_date(value, lang, expected):
    assert day(value, lang) == expected


@pytest.mark.parametrize(("value", "lang", "expected"), by_language(LENGTHS))
def test_a_length_of_time_has_the_right_plural(value, lang, expected):
    assert length(value, lang) == expected


@pytest.mark.parametrize(("value", "lang", "expected"), by_language(NUMBERS))
def test_a_number_has_its_thousands_apart(value, lang, expected):
    assert number(value, lang) == expected


@pytest.mark.parametrize(("count", "lang", "expected"), by_language(PLURALS))
def test_a_count_has_the_right_plural(count, lang, expected):
    read = several(count, words(lang)["thing"]["more"], lang)
    assert f" {count} " in read
    assert read.endswith(expected)


@pytest.mark.parametrize(
    ("value", "kind", "lang", "expected"),
    [
        ("true", f"{XSD}boolean", "en", "yes"),
        ("1", f"{XSD}boolean", "be", "так"),
        ("false", f"{XSD}boolean", "be", "не"),
        ("false", f"{XSD}boolean", "ru", "нет"),
        ("P9Y", f"{XSD}duration", "ru", "9 лет"),
        ("2021-07-14", f"{XSD}date", "be", "14 ліпеня 2021 года"),
        ("2021", f"{XSD}gYear", "en", "2021"),
        ("111000", f"{XSD}decimal", "en", "111,000"),
        ("be", f"{XSD}language", "ru", "белорусский"),
        ("xx", f"{XSD}language", "ru", "xx"),
        ("2021-07-14", "", "en", "2021-07-14"),
        ("111000", "", "en", "111000"),
    ],
)
def test_a_value_reads_by_its_datatype(value, kind, lang, expected):
    assert readable(Text(value, datatype=kind), lang) == expected


def test_what_was_recorded_stays_beside_the_words():
    assert shown(Text("2021-07", datatype=EDTF), "en") == '<time datetime="2021-07">July 2021</time>'
    assert shown(Text("2021-07~", datatype=EDTF), "en") == '<span title="2021-07~">about July 2021</span>'
    assert shown(Text("P9Y", datatype=f"{XSD}duration"), "en") == '<span title="P9Y">9 years</span>'


def test_text_carries_its_language_where_the_page_has_another():
    assert shown(Text("Прыклад", "be"), "be") == "Прыклад"
    assert shown(Text("Прыклад", "be"), "en") == '<span lang="be">Прыклад</span>'
    assert shown(Text("مثال", "ar"), "en") == '<span lang="ar" dir="rtl">مثال</span>'
    assert shown(Text("<b>"), "en") == "&lt;b&gt;"


def test_the_date_in_a_title_reads_like_a_date():
    title = Text("Verdict: 2023-03-03 · Example case", "en", when="2023-03-03")
    assert shown(title, "en") == "Verdict: 3 March 2023 · Example case"


def test_a_language_without_a_name_keeps_its_tag():
    assert tongue("be-Latn", "en") == "Belarusian in Latin script"
    assert tongue("tlh", "en") == "tlh"
