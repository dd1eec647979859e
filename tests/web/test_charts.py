"""Charts of tables: what is drawn, what is left out and said, and what cannot be drawn."""

import re
from xml.etree import ElementTree

import pytest
from flask import render_template_string
from hypothesis import given, settings
from hypothesis import strategies as st

from server.archive.records import Text
from server.web import charts, values
from server.web.cells import NOTHING, XSD, Cell, cell
from server.web.texts import LANGUAGES
from server.web.values import EDTF

CALL = '{% import "charts.html" as charts with context %}{{ charts.chart(drawing, title, "one") }}'


def text(value: str) -> Cell:
    return Cell("literal", value)


def number(value: object, kind: str = "integer") -> Cell:
    return Cell("literal", str(value), datatype=XSD + kind)


def day(value: str) -> Cell:
    return Cell("literal", value, datatype=XSD + "date")


def edtf(value: str) -> Cell:
    return Cell("literal", value, datatype=values.EDTF)


def thing(name: str) -> Cell:
    return Cell("uri", f"https://example.org/{name}", name=Text(name))


BARS = [(text("Exampletown"), number(4)), (text("Прыклад"), number(12)), (text("Example"), number(0))]
YEARS = [(number(2000 + n), number(n * n), number(9)) for n in range(5)]
SPANS = [(text("A"), day("2020-01-02"), day("2021-03-04")), (text("B"), edtf("2020-05"), NOTHING)]
LINKS = [(thing("a"), thing("b")), (thing("b"), thing("c")), (thing("c"), thing("a"))]
TABLES = {
    "bar": (("place", "people"), BARS),
    "line": (("year", "squares", "nines"), YEARS),
    "timeline": (("who", "from", "to"), SPANS),
    "network": (("one", "other"), LINKS),
}


def shapes(drawing, tag):
    return [shape for shape in drawing.shapes if shape.tag == tag]


def percent(shape, name):
    return float(shape.attributes[name].removesuffix("%"))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", charts.KINDS)
def test_a_chart_is_well_formed_and_says_what_it_shows(app, kind, lang):
    drawing = charts.draw(kind, *TABLES[kind], lang)
    with app.test_request_context(f"/?lang={lang}"):
        html = render_template_string(CALL, drawing=drawing, title='A <b>title</b> & "more"')
    svg = ElementTree.fromstring(re.search(r"<svg role=.*?</svg>", html, re.DOTALL)[0])
    assert svg.attrib["role"] == "img"
    spoken = " ".join(part.text or "" for part in svg if part.tag in ("title", "desc"))
    assert drawing.description in spoken + svg.attrib.get("aria-label", "")
    assert '<b>title</b> & "more"' in spoken + svg.attrib.get("aria-label", "")
    # The policy of the pages forbids styles in elements, and what a picture might do.
    assert not [
        name for part in svg.iter() for name in part.attrib if name == "style" or name.startswith("on")
    ]
    assert not {part.tag for part in svg.iter()} & {"script", "style", "foreignObject", "image", "a", "use"}


@pytest.mark.parametrize("kind", charts.KINDS)
def test_places_are_within_the_drawing(kind):
    drawing = charts.draw(kind, *TABLES[kind], "en")
    for shape in drawing.shapes:
        across = [percent(shape, name) for name in ("x", "x1", "x2", "cx") if name in shape.attributes]
        down = [float(shape.attributes[name]) for name in ("y", "y1", "y2", "cy") if name in shape.attributes]
        assert all(0 <= place <= 100 for place in across)
        assert all(0 <= place <= drawing.height for place in down)


def test_bars_are_as_long_as_their_numbers_and_say_them():
    drawing = charts.draw("bar", *TABLES["bar"], "en")
    lengths = [percent(shape, "width") for shape in shapes(drawing, "rect")]
    assert lengths[1] == pytest.approx(3 * lengths[0], abs=0.02)
    assert lengths[2] == 0
    assert [shape.text for shape in shapes(drawing, "text")] == [
        "Exampletown",
        "4",
        "Прыклад",
        "12",
        "Example",
        "0",
    ]
    assert "Прыклад, 12" in drawing.description
    assert drawing.keys == ()


def test_several_bars_are_told_apart_by_letters_too():
    drawing = charts.draw("bar", ("year", "low", "high"), [(text("2020"), number(1), number(2))], "en")
    assert [(key.mark, key.text) for key in drawing.keys] == [("A", "low"), ("B", "high")]
    assert [shape.text for shape in shapes(drawing, "text")] == ["2020", "1 A", "2 B"]


def test_bars_below_zero_go_the_other_way():
    drawing = charts.draw("bar", ("what", "n"), [(text("a"), number(-3)), (text("b"), number(3))], "en")
    below, above = shapes(drawing, "rect")
    assert percent(below, "x") + percent(below, "width") == pytest.approx(percent(above, "x"), abs=0.02)
    assert percent(below, "width") == percent(above, "width")


def test_rows_without_a_number_have_a_label_and_no_bar():
    drawing = charts.draw("bar", ("what", "n"), [(text("a"), NOTHING), (text("b"), number(3))], "en")
    assert len(shapes(drawing, "rect")) == 1
    assert [shape.text for shape in shapes(drawing, "text")] == ["a", "b", "3"]


def test_labels_of_several_columns_are_joined_where_one_does_not_tell_the_rows_apart():
    rows = [(text("2020"), text("men"), number(1)), (text("2020"), text("women"), number(2))]
    drawing = charts.draw("bar", ("year", "who", "n"), rows, "en")
    assert [shape.text for shape in shapes(drawing, "text")][::2] == ["2020 · men", "2020 · women"]


@pytest.mark.parametrize(
    ("kind", "rows", "cut"),
    [
        ("bar", [(text(f"row {n}"), number(n)) for n in range(200)], "60"),
        ("line", [(number(n), number(n)) for n in range(1000)], "300"),
        ("line", [(number(n // 9), text(str(n % 9)), number(n)) for n in range(90)], "5"),
        ("timeline", [(text(f"row {n}"), day("2020-01-01")) for n in range(500)], "100"),
        ("network", [(thing(f"a{n}"), thing(f"b{n}")) for n in range(500)], "60"),
    ],
)
def test_what_is_too_much_is_cut_and_said(kind, rows, cut):
    columns = ("a", "b", "c")[: len(rows[0])]
    drawing = charts.draw(kind, columns, rows, "en")
    assert cut in drawing.note
    assert len(drawing.shapes) < 1000


@pytest.mark.parametrize(
    ("kind", "columns", "rows"),
    [
        ("bar", ("a", "b"), [(text("x"), text("y"))]),
        ("bar", ("n",), [(number(1),)]),
        ("bar", ("a", "n"), [(text("x"), number("NaN", "double"))]),
        ("bar", ("a", "n"), [(text("x"), number("INF", "double"))]),
        ("bar", ("a", "n"), [(text("x"), number("oops"))]),
        ("bar", ("a", "n"), [(text("x"), text("5"))]),
        ("bar", ("a", "n"), [(text("x"), NOTHING)]),
        ("bar", ("a", "n"), []),
        ("line", ("a", "n"), [(text("x"), number(1))]),
        ("line", ("x", "y"), [(number(1), number(1)), (number(1), number(2))]),
        ("line", ("x", "y"), [(edtf("../2020"), number(1)), (edtf("../2021"), number(2))]),
        ("timeline", ("a", "from"), [(text("x"), text("long ago"))]),
        ("timeline", ("from",), [(day("2020-01-01"),)]),
        ("timeline", ("a", "from"), [(text("x"), day("2020-13-45"))]),
        ("network", ("a",), [(thing("x"),)]),
        ("network", ("a", "b"), [(thing("x"), NOTHING)]),
        ("network", ("a", "b"), [(thing("x"), thing("x"))]),
        ("pie", ("a", "n"), BARS),
        ("", ("a", "n"), BARS),
    ],
)
def test_what_does_not_fit_is_not_drawn(kind, columns, rows):
    assert charts.draw(kind, columns, rows, "en") is None


def test_lines_have_round_steps_and_start_at_zero():
    rows = [(number(2020 + n), number(value)) for n, value in enumerate((17, 980, 433))]
    drawing = charts.draw("line", ("year", "n"), rows, "en")
    steps = [shape.text for shape in shapes(drawing, "text") if shape.attributes["x"] == "0%"]
    assert steps == ["0", "250", "500", "750", "1,000"]
    assert {"2020", "2021", "2022"} <= {shape.text for shape in shapes(drawing, "text")}


def test_lines_over_dates_leave_gaps_as_long_as_the_time():
    rows = [(day("2020-01-01"), number(1)), (day("2020-01-02"), number(1)), (day("2020-01-05"), number(1))]
    places = [percent(shape, "cx") for shape in shapes(charts.draw("line", ("d", "n"), rows, "en"), "circle")]
    assert places[2] - places[1] == pytest.approx(3 * (places[1] - places[0]), abs=0.05)


def test_a_column_of_words_makes_several_lines():
    rows = [(number(2020 + n % 3), text("ab"[n // 3]), number(n)) for n in range(6)]
    drawing = charts.draw("line", ("year", "who", "n"), rows, "en")
    assert [key.text for key in drawing.keys] == ["a", "b"]


def test_a_network_is_the_same_each_time_and_keeps_things_apart():
    rows = [(thing(f"t{n}"), thing(f"t{n * 7 % 20}")) for n in range(20)]
    first, second = (charts.draw("network", ("a", "b"), rows, "en") for _ in range(2))
    assert first == second
    spots = {(shape.attributes["cx"], shape.attributes["cy"]) for shape in shapes(first, "circle")}
    assert len(spots) == len(first.keys) == 20


def test_many_things_have_numbers_only():
    rows = [(thing(f"t{n}"), thing(f"t{n + 1}")) for n in range(40)]
    drawing = charts.draw("network", ("a", "b"), rows, "en")
    assert {shape.text for shape in shapes(drawing, "text")} == {str(n) for n in range(1, 42)}


def test_a_thing_without_a_name_is_called_by_the_end_of_its_iri():
    drawing = charts.draw("network", ("a", "b"), [(Cell("uri", "urn:x#one"), Cell("uri", "urn:x#two"))], "en")
    assert [key.text for key in drawing.keys] == ["one", "two"]


@pytest.mark.parametrize("kind", charts.KINDS)
def test_an_offer_can_be_drawn(kind):
    columns, rows = TABLES[kind]
    offered = charts.fitting(columns, rows, "en")
    assert kind in offered
    assert all(charts.draw(one, columns, rows, "en") for one in offered)


def test_nothing_is_offered_for_nothing():
    assert charts.fitting(("a", "n"), [], "en") == []
    assert charts.fitting(("a",), [(text("x"),)], "en") == []


def test_a_cell_of_an_old_store_is_a_literal():
    assert cell({"type": "typed-literal", "value": "1", "datatype": XSD + "integer"}).number == 1
    assert cell(None) == NOTHING


def test_the_letters_of_lines_that_end_together_stand_apart():
    rows = [(number(n), number(5), number(5), number(6)) for n in range(3)]
    drawing = charts.draw("line", ("x", "a", "b", "c"), rows, "en")
    heights = sorted(float(one.attributes["y"]) for one in shapes(drawing, "text") if one.text in "ABC")
    assert len(heights) == 3
    assert min(heights[1] - heights[0], heights[2] - heights[1]) >= 12


def test_the_places_of_an_axis_are_named_truly():
    rows = [(number(year), number(year - 2000)) for year in (2020, 2021, 2022, 2023)]
    drawing = charts.draw("line", ("year", "n"), rows, "en")
    dots = [percent(one, "cx") for one in shapes(drawing, "circle")]
    named = {
        one.text: percent(one, "x")
        for one in shapes(drawing, "text")
        if one.text.startswith("20") and len(one.text) == 4
    }
    assert named == pytest.approx({"2020": dots[0], "2022": dots[2], "2023": dots[3]}, abs=0.01)


def test_a_row_without_a_label_has_a_dash():
    drawing = charts.draw("bar", ("what", "n"), [(NOTHING, number(1)), (text("b"), number(3))], "en")
    assert [shape.text for shape in shapes(drawing, "text")] == ["—", "1", "b", "3"]


@pytest.mark.parametrize("value", ["2023", "2023-05~", "2023-05-06", "2023?"])
def test_dates_in_plain_text_are_dates(value):
    rows = [(text("a"), text(value)), (text("b"), NOTHING)]
    assert (
        charts.draw("timeline", ("what", "from"), rows, "en").note == "Rows without a date are left out: 1."
    )


def test_a_chart_of_an_answer_that_goes_on_says_so():
    rows = [(text("a"), number(1)), (text("b"), number(2))]
    whole, cut = (charts.draw("bar", ("what", "n"), rows, "en", goes_on) for goes_on in (False, True))
    assert whole.note == ""
    assert cut.note == "The answer has more rows; the drawing shows only its beginning."
    assert cut.shapes == whole.shapes


def test_a_bar_chart_may_begin_with_more_rows_without_a_number_than_it_draws():
    rows = [(text(f"row {n}"), NOTHING) for n in range(100)] + [(text("last"), number(1))]
    drawing = charts.draw("bar", ("what", "n"), rows, "en")
    assert "Only the first 60 of 101 rows are drawn" in drawing.note


ODD = [
    "", "0", "-1", "1e308", "-1e308", "NaN", "INF", "2021", "2021-02-30", "0000-01-01", "-0044-03-15",
    "9999-12-31", "10000-01-01", "2021-01-01T00:00:00Z", "2021-01-01+14:00", "201X", "2021-XX-05",
    "../2021-01-01", "[2021,2022]", "~", "x" * 5000, "\x00", "<b>", "\ud800", "٢٠٢٤", "1_000", "2021-21",
]  # fmt: skip
KINDS = ["", *(XSD + name for name in ("integer", "double", "date", "dateTime", "gYear", "duration")), EDTF]
odd_columns = st.tuples(st.sampled_from(KINDS), st.lists(st.sampled_from(ODD), min_size=1, max_size=3))


@settings(max_examples=200, deadline=None)
@given(st.lists(odd_columns, min_size=1, max_size=4), st.integers(1, 6), st.randoms(use_true_random=False))
def test_whatever_an_answer_holds_it_is_drawn_or_not_and_nothing_breaks(columns, length, chance):
    def one(kind, texts):
        return NOTHING if chance.random() < 0.2 else Cell("literal", chance.choice(texts), "", kind)

    rows = [tuple(one(*column) for column in columns) for _ in range(length)]
    names = [f"c{n}" for n in range(len(columns))]
    assert set(charts.fitting(names, rows, "be")) <= set(charts.KINDS)
    for kind in charts.KINDS:
        drawing = charts.draw(kind, names, rows, "be")
        assert drawing is None or drawing.height > 0
