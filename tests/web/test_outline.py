"""Overviews: a line an event, sources once, terms as a tree, texts in the reader's language."""

import pytest

from server.archive.records import Link, Resource, Row, Section, Source, Text, Value
from server.web import outline
from server.web.excerpts import excerpt
from server.web.values import EDTF


def link(name):
    return Link(f"https://example.org/{name}", Text(name, "en"), f"id/{name}")


def source(name, standing=None):
    return Source(link(f"cs-{name}"), link(name), None, link("doc"), standing, None, (), ())


def row(*values, contested=False):
    return Row(Text("field", "en"), Text(""), values, contested)


def value(text, *sources, lang="", datatype="", preferred=True):
    return Value(Text(text, lang, datatype), None, sources, preferred)


def thing(name, *rows, entries=(), day="", parent="", path="id/"):
    section = Section(Text(""), rows, entries)
    title = Text(name, "en")
    return Resource(
        f"i:{name}", path and f"{path}{name}", title, Text("Kind"), "", (section,), title, rows, day, parent
    )


def test_the_overview_is_in_order_of_time_and_undated_things_come_last():
    early = row(value("2021-07", source("a"), datatype=EDTF))
    entries = [
        thing("none", row(value("x", source("a")))),
        thing("b", early, day="2022"),
        thing("a", early, day="2021"),
    ]
    lines = outline.overview(thing("page", entries=tuple(entries)), "en")
    assert [line.entry.title.value for line in lines] == ["a", "b", "none"]
    assert [line.date is None for line in lines] == [False, False, True]


def test_the_overview_names_those_who_say_what_it_shows():
    rows = row(value("2021", source("a"), datatype=EDTF)), row(value("fact", source("b"), source("a")))
    line = outline.overview(thing("page", entries=(thing("x", *rows, day="2021"),)), "en")[0]
    assert [claimant.text.value for claimant in line.claimants] == ["a", "b"]


def test_the_overview_leaves_out_what_the_rule_did_not_choose():
    refuted = row(value("pardon", source("a", link("refuted")), preferred=False))
    line = outline.overview(thing("page", entries=(thing("x", refuted),)), "en")[0]
    assert line.facts == ()


def test_things_that_no_source_speaks_of_make_no_overview():
    assert outline.overview(thing("page", entries=(thing("x", row(value("x"))),)), "en") == []


def test_a_source_is_cited_once():
    twice = source("a")
    assert len(outline.cited(thing("x", row(value("1", twice)), row(value("2", twice, source("b")))))) == 2


def test_long_texts_in_other_languages_are_folded():
    own, other = value("a" * 80, lang="en"), value("я" * 80, lang="ru")
    assert outline.own_words(row(other, own), "en") == ((own,), (other,))
    assert outline.own_words(row(other, own), "be") == ((other, own), ())


def test_short_names_are_all_shown_the_reader_s_first():
    own, other = value("Name", lang="en"), value("Имя", lang="ru")
    assert outline.own_words(row(other, own), "en") == ((own, other), ())


def test_what_sources_say_is_never_folded():
    said = value("я" * 80, source("a"), lang="ru"), value("a" * 80, source("b"), lang="en")
    assert outline.own_words(row(*said), "en") == (said, ())


def test_a_value_is_doubtful_when_no_source_upholds_it():
    refuted = link("refuted")
    assert outline.doubts(value("x", source("a", refuted), source("b", refuted))) == [refuted]
    assert outline.doubts(value("x", source("a", refuted), source("b"))) == []
    assert outline.doubts(value("x")) == []


def test_terms_stand_below_the_broader_one():
    found = [thing("narrow", parent="i:wide", path="ontology#"), thing("wide", path="ontology#")]
    (kind,) = outline.kinds(found)
    assert [(node.entry.title.value, len(node.below)) for node in kind.nodes] == [("wide", 1)]


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        (2, 3, (2, "be", "t", "a")),
        (2, 9, (2, "beta", " ", "")),
        (2, None, (2, "beta", "", "")),
        (9, 1, None),
        (None, None, None),
    ],
)
def test_an_excerpt_shows_the_line_and_marks_the_place(line, column, expected):
    assert excerpt("alpha\nbeta", line, column) == expected


def test_a_long_line_is_cut():
    assert len(excerpt("x" * 1000, 1).before) == 160
    assert len("".join(excerpt("x" * 1000, 1, 500)[1:])) == 161


def test_a_row_that_says_so_stands_in_the_overview_with_its_name(world, archive, client):
    """The invented world: a departure that was completed, a penalty that somebody asked for."""
    pages = [
        client.get(f"/doc/{row.title.path.removeprefix('id/')}.en.html").text
        for row in archive.listing("Case", "en", 1).rows
    ]
    tables = [page.partition('<section class="overview"')[2].partition("</table>")[0] for page in pages]
    named = [field.name["en"] for shape in archive.model.types for field in shape.fields if field.in_overview]
    assert len(named) > 5
    assert any(f" · {name}: " in table for name in named for table in tables)
    plain = [field.name["en"] for shape in archive.model.types for field in shape.fields if field.summary]
    assert not any(f" · {name}: " in table for name in set(plain) - set(named) for table in tables)
