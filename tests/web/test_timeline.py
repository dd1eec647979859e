"""The timeline: what is certain, what is possible, what is not known, and nothing outside the picture."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.web.timeline import Span, drawn, said_of


def only(span: Span, lang: str = "en", until: str = ""):
    (lane,) = drawn([span], lang, until).lanes
    (mark,) = lane.marks
    return mark


def test_a_day_is_a_dot():
    mark = only(Span("Verdict", "", "2021-03-03", "2021-03-03"))
    assert mark.dot is not None
    assert (mark.parts, mark.before, mark.after) == ((), False, False)


def test_an_event_of_some_day_in_a_month_is_only_possible():
    mark = only(Span("Charge", "", "2021-03-01", "2021-03-31"))
    (part,) = mark.parts
    assert (part.sure, mark.dot) == (False, None)


def test_what_lasts_is_certain_between_the_latest_start_and_the_earliest_end():
    mark = only(Span("D", "", "2021-01-01", "2021-03-01", "2022-01-01", "2022-06-01", lasting=True))
    assert [part.sure for part in sorted(mark.parts, key=lambda part: part.x)] == [False, True, False]
    assert (mark.before, mark.after) == (False, False)


def test_an_unknown_end_is_open_and_reaches_the_edge():
    mark = only(Span("D", "", "2021-01-01", "2021-01-01", lasting=True))
    (part,) = mark.parts
    assert (part.sure, mark.after, mark.before) == (False, True, False)
    assert part.x + part.width == pytest.approx(100)


def test_it_is_certain_as_long_as_it_is_known_to_go_on():
    mark = only(Span("D", "", "2021-01-01", "2021-01-01", "2022-05-05", "", lasting=True))
    assert [part.sure for part in mark.parts] == [False, True]
    assert mark.after


def test_an_unknown_beginning_is_open():
    mark = only(Span("D", "", "", "", "2022-05-05", "2022-05-05", lasting=True))
    assert (mark.before, mark.after) == (True, False)
    assert mark.parts[0].x == 0


def test_bounds_that_overlap_leave_nothing_certain():
    mark = only(Span("D", "", "2021-01-01", "2021-12-31", "2021-06-01", "2022-12-31", lasting=True))
    assert [part.sure for part in mark.parts] == [False]


def test_one_label_is_one_lane_and_lanes_keep_their_order():
    spans = [Span(name, "", f"202{n}-01-01", f"202{n}-01-01") for n, name in enumerate("BAB")]
    lanes = drawn(spans, "en").lanes
    assert [(lane.label, len(lane.marks)) for lane in lanes] == [("B", 2), ("A", 1)]
    assert len({lane.y for lane in lanes}) == 2


def test_nothing_known_draws_nothing():
    assert drawn([], "en") is None
    assert drawn([Span("x", lasting=True), Span("y", "", "2021-13-01", "soon")], "en", "2022-01-01") is None


def test_the_axis_reaches_to_the_day_asked_for():
    assert drawn([Span("x", "", "2021-01-01", "2021-01-01")], "en", "2024-01-01").ticks[-1][1] == "2024"


@pytest.mark.parametrize(("first", "last"), [(2020, 2020), (2005, 2026), (1990, 2033), (1000, 2999)])
def test_a_small_screen_has_room_for_the_years(first, last):
    spans = [Span("x", "", f"{year}-01-01", f"{year}-01-01") for year in (first, last)]
    ticks = drawn(spans, "en").ticks
    assert 1 <= len([text for _, text in ticks if text]) <= 7
    assert len(ticks) <= 40


def test_a_long_label_is_cut_and_kept_whole_beside():
    (lane,) = drawn([Span("long " * 30, "", "2021-01-01", "2021-01-01")], "en").lanes
    assert len(lane.label) <= 44 < len(lane.full)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (Span("x", "", "2021-03-03", "2021-03-03"), "3 March 2021"),
        (Span("x", "", "2021-03-01", "2021-03-31"), "March 2021"),
        (Span("x", "", "2020-01-01", "2020-12-31"), "2020"),
        (Span("x", "", "2021-03-01", "2021-03-30"), "1 to 30 March 2021"),
        (Span("x", "", "2021-03-01", ""), "1 March 2021 or later"),
        (Span("x", "", "2021-03-03", "2021-03-03", lasting=True), "from 3 March 2021; the end is not known"),
        (
            Span("x", "", "", "", "", "2022-02-02", lasting=True),
            "the beginning is not known; to 2 February 2022 or earlier",
        ),
        (Span("x"), ""),
    ],
)
def test_the_same_stands_in_words(span, said):
    assert said_of(span, "en") == said


days = st.one_of(st.just(""), st.dates(date(1980, 1, 1), date(2040, 1, 1)).map(str))


@given(
    st.lists(
        st.builds(Span, st.sampled_from("ab"), st.just(""), days, days, days, days, st.booleans()), max_size=5
    )
)
def test_everything_stays_in_the_picture(spans):
    drawing = drawn(spans, "be")
    known = [s for s in spans if s.start_min or s.start_max or (s.lasting and (s.end_min or s.end_max))]
    assert (drawing is None) == (not known)
    if drawing is None:
        return
    assert sum(len(lane.marks) for lane in drawing.lanes) == len(known)
    for lane in drawing.lanes:
        assert lane.y < drawing.height
        for mark in lane.marks:
            assert mark.parts or mark.dot is not None
            for part in mark.parts:
                assert 0 <= part.x <= 100
                assert part.width > 0
                assert part.x + part.width <= 101
