"""The queries of the gallery: what their files say, and what may be wrong with them."""

from pathlib import Path

import pytest

from server.archive.gallery import Chart, Gallery, Parameter, examples
from server.archive.model import Model
from server.archive.parameters import read, terms
from server.archive.queries import SOURCE_BASE, fill
from server.archive.questions import faults_of
from server.archive.records import Text
from server.errors import BadSource, BuildFailed, NotFound

ROOT = Path(__file__).parent.parent.parent

QUERY = """#+ title@be: Пытанне
#+ title@en: Question
# A remark that is no title@ru: not this.
PREFIX pra: <https://w3id.org/praleska/ontology#>
SELECT * WHERE {
  GRAPH <https://w3id.org/praleska/graph/register> { <https://w3id.org/praleska/id/0000000001> a pra:Person }
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "02-second.rq").write_text("SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }\n", encoding="utf-8")
    (tmp_path / "01-first.rq").write_text(QUERY, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a query", encoding="utf-8")
    return tmp_path


def test_queries_come_in_the_order_of_their_file_names(folder: Path) -> None:
    assert [example.slug for example in examples(folder, "en", SOURCE_BASE)] == ["01-first", "02-second"]


@pytest.mark.parametrize(("language", "title"), [("be", "Пытанне"), ("en", "Question"), ("ru", "Пытанне")])
def test_a_title_is_in_the_language_of_the_reader_or_the_next_best(
    folder: Path, language: str, title: str
) -> None:
    assert examples(folder, language, SOURCE_BASE)[0].title.value == title


def test_a_query_without_a_title_is_called_by_its_file(folder: Path) -> None:
    title = examples(folder, "en", SOURCE_BASE)[1].title
    assert (title.value, title.lang) == ("02-second", "")


def test_a_query_is_shown_without_its_header_and_otherwise_as_it_stands(folder: Path) -> None:
    body = "".join(line for line in QUERY.splitlines(keepends=True) if not line.startswith("#+"))
    assert body != QUERY
    assert examples(folder, "en", SOURCE_BASE)[0].text == body


def test_another_base_moves_ids_and_graphs_in_a_query_but_no_terms(folder: Path) -> None:
    text = examples(folder, "en", "https://mirror.example/")[0].text
    assert "<https://mirror.example/graph/register> { <https://mirror.example/id/0000000001>" in text
    assert "<https://w3id.org/praleska/ontology#>" in text


ASKED = """#+ title@en: Who was held in a place on a day
#+ explanation@be: Лік: так, і не.
#+ explanation@en: One row a person: by claim.
#+ features: GROUP BY , FILTER NOT EXISTS,
#+ chart: bar ?place ?people
#+ parameter place@be: Месца
#+ parameter place@en: Place
#+ picker place: facility
#+ parameter day@en: Day
# + picker day: date
SELECT ?person WHERE {
  VALUES ?place { <https://w3id.org/praleska/id/0000000001> }
  VALUES ?day { "2024-01-31"^^<http://www.w3.org/2001/XMLSchema#date> }
  GRAPH ?g { ?person ?held ?place }
}
"""


def asked(tmp_path: Path, text: str = ASKED, language: str = "en", base: str = SOURCE_BASE):
    (tmp_path / "01.rq").write_text(text, encoding="utf-8")
    (example,) = examples(tmp_path, language, base)
    return example


def test_an_explanation_features_and_a_chart_are_read(tmp_path: Path) -> None:
    example = asked(tmp_path)
    assert example.explanation == Text("One row a person: by claim.", "en")
    assert example.features == ("GROUP BY", "FILTER NOT EXISTS")
    assert example.chart == Chart("bar", ("place", "people"))


def test_parameters_come_in_the_order_of_the_file_with_label_picker_and_default(tmp_path: Path) -> None:
    place, day = asked(tmp_path).parameters
    assert (place.name, place.label, place.picker) == ("place", Text("Place", "en"), "facility")
    assert place.default == "<https://w3id.org/praleska/id/0000000001>"
    assert (day.label, day.picker) == (Text("Day", "en"), "text"), "a remark is no picker"
    assert day.default == '"2024-01-31"^^<http://www.w3.org/2001/XMLSchema#date>'


def test_labels_and_explanations_follow_the_reader(tmp_path: Path) -> None:
    example = asked(tmp_path, language="be")
    assert example.explanation.lang == "be"
    assert [parameter.label.value for parameter in example.parameters] == ["Месца", "Day"]


def test_another_base_moves_a_default_as_well(tmp_path: Path) -> None:
    example = asked(tmp_path, base="https://mirror.example/")
    assert example.parameters[0].default == "<https://mirror.example/id/0000000001>"


@pytest.mark.parametrize("line", ["", "#+ chart: none", "#+ chart:", "# chart: bar ?a ?b"])
def test_without_columns_there_is_no_chart(tmp_path: Path, line: str) -> None:
    example = asked(tmp_path, f"{line}\nSELECT ?a WHERE {{ GRAPH ?g {{ ?a a ?b }} }}\n")
    assert example.chart is None
    assert (example.explanation.value, example.features, example.parameters) == ("", (), ())


def test_a_parameter_that_the_query_does_not_hold_has_no_default(tmp_path: Path) -> None:
    text = "#+ parameter who@en: Who\nSELECT ?a WHERE { GRAPH ?g { ?a a ?b } }\n"
    (parameter,) = asked(tmp_path, text).parameters
    assert parameter.default == ""


@pytest.mark.parametrize(
    ("text", "verb", "kind"),
    [
        ("SELECT ?a {}", "select", "solutions"),
        ("\n# ASK {}\nprefix a: <http://x/#select>\nBASE <http://y/>\nConstruct {} {}", "construct", "graph"),
        ("PREFIX : <http://x.example/>ASK {}", "ask", "boolean"),
        ("DESCRIBE <http://x.example/>", "describe", "graph"),
        ("", "select", "solutions"),
    ],
)  # fmt: skip
def test_the_first_word_of_a_query_tells_what_it_answers_with(tmp_path: Path, text, verb, kind) -> None:
    found = asked(tmp_path, text)
    assert (found.verb, found.kind) == (verb, kind)


FRAME = """
[groups.second]
en = "Second"
be = "Другая"
[groups.first]
en = "First"
[groups.empty]
en = "Empty"
[pickers]
facility = ["Facility"]
"""


@pytest.fixture
def framed(tmp_path: Path) -> Path:
    (tmp_path / "gallery.toml").write_text(FRAME, encoding="utf-8")
    for name, group in (("a", "first"), ("b", "second"), ("c", "first"), ("d", "nowhere")):
        text = f"#+ title@en: {name}\n#+ group: {group}\nSELECT ?a {{}}\n"
        (tmp_path / f"{name}.rq").write_text(text, encoding="utf-8")
    (tmp_path / "e.rq").write_text("#+ title@en: e\nSELECT ?a {}\n", encoding="utf-8")
    return tmp_path


def test_groups_come_in_the_order_of_their_file_and_strays_last(framed: Path) -> None:
    groups = Gallery(framed, SOURCE_BASE).groups("be")
    members = {group.slug: [one.slug for one in group.examples] for group in groups}
    assert list(members.items()) == [("second", ["b"]), ("first", ["a", "c"]), ("", ["d", "e"])]
    assert [group.title for group in groups] == [Text("Другая", "be"), Text("First", "en"), Text("")]


def test_a_folder_without_a_frame_has_all_questions_in_no_group(folder: Path) -> None:
    (group,) = Gallery(folder, SOURCE_BASE).groups("en")
    assert (group.slug, len(group.examples)) == ("", 2)


def test_a_broken_frame_is_named(tmp_path: Path) -> None:
    (tmp_path / "gallery.toml").write_text("[groups", encoding="utf-8")
    with pytest.raises(BadSource, match=r"gallery\.toml"):
        Gallery(tmp_path, SOURCE_BASE)


def test_an_unknown_question_is_not_found(folder: Path) -> None:
    with pytest.raises(NotFound):
        Gallery(folder, SOURCE_BASE).example("../01-first", "en")


def test_what_is_put_into_a_slot_is_no_slot() -> None:
    text = 'SELECT ?a ?b { VALUES ?a { "x" } VALUES ?b { "y" } }'
    trap = '"VALUES ?b { } VALUES ?a { }"'
    assert fill(text, a=[trap], b=['"z"']) == f'SELECT ?a ?b {{ VALUES ?a {{ {trap} }} VALUES ?b {{ "z" }} }}'
    assert fill(text, b=['"z"'], a=[trap]) == fill(text, a=[trap], b=['"z"'])


@pytest.mark.parametrize(
    ("default", "read_"),
    [
        ("<http://x.example/a>", ["http://x.example/a"]),
        ('"2024-01-31"^^xsd:date', ["2024-01-31"]),
        ('"a \\"b\\" c"@en "d"', ['a "b" c', "d"]),
        ('"line\\nbreak \\\\ end"', ["line\nbreak \\ end"]),
        ("1 -2.5", ["1", "-2.5"]),
        ("UNDEF", [""]),
    ],
)
def test_defaults_are_read_as_a_reader_would_write_them(default: str, read_: list[str]) -> None:
    parameter = Parameter("a", Text("A"), "text", default)
    assert [read(term) for term in terms(parameter)] == read_


SOUND = "#+ title@en: T\n#+ chart: bar ?a ?b\nSELECT ?a ?b { GRAPH ?g { ?a ?p ?b } }\n"
PICKED = "#+ title@en: T\n#+ parameter a@en: A\n#+ picker a: {}\n"
PICKED += "SELECT ?a {{ VALUES ?a {{ {} }} GRAPH ?g {{ ?a ?p ?b }} }}\n"


def faults(folder: Path, model: Model, text: str, name: str = "01-q") -> list[str]:
    (folder / f"{name}.rq").write_text(text, encoding="utf-8")
    return list(faults_of(folder, model))


def test_the_questions_of_the_archive_have_no_fault(model: Model) -> None:
    assert list(faults_of(ROOT / "data" / "queries", model)) == []


@pytest.mark.parametrize(
    "text",
    [
        SOUND,
        SOUND.replace("bar ?a ?b", "none"),
        PICKED.format("number", "12"),
        PICKED.format("facility", "<http://x.example/>"),
        PICKED.format("date", "UNDEF"),
        "#+ title@en: T\nASK {}\n",
    ],
)
def test_a_sound_question_is_let_through(framed: Path, model: Model, text: str) -> None:
    (framed / "d.rq").unlink()
    assert faults(framed, model, text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SOUND.replace("#+ title@en: T\n", ""), "no title"),
        (SOUND.replace("#+ title@en", "#+ title"), "no title"),
        (SOUND.replace("} }", "}"), "cannot be run"),
        (SOUND.replace("GRAPH ?g", "SERVICE <http://x.example/>"), "cannot be run"),
        ("#+ title@en: T\nDROP ALL\n", "cannot be run"),
        (SOUND.replace("?a ?b\nS", "?a ?c\nS"), "?c"),
        (SOUND.replace("bar", "cake"), "no chart cake"),
        ("#+ title@en: T\n#+ chart: bar ?a\nASK {}\n", "?a"),
        (SOUND.replace("#+ chart", "#+ group: nowhere\n#+ chart"), "no group nowhere"),
        (PICKED.format("wizard", "1"), "no picker wizard"),
        (PICKED.format("date", '"soon"'), "is no date"),
        (PICKED.format("number", '"a\\u0022b"'), "is no number"),
        (PICKED.format("text", ""), "VALUES ?a"),
        (PICKED.format("text", '"x"').replace("VALUES ?a", "VALUES ?z"), "VALUES ?a"),
        (PICKED.format("text", '"x" } VALUES ?a { "x"'), "VALUES ?a"),
        (PICKED.format("text", '"x"').replace("?a", "?lang").replace(" a@", " lang@"), "called lang"),
    ],
)
def test_a_faulty_question_is_named_with_its_fault(framed: Path, model: Model, text: str, said: str) -> None:
    (framed / "d.rq").unlink()
    found = faults(framed, model, text)
    assert found
    assert all(fault.startswith("01-q.rq: ") for fault in found)
    assert any(said in fault for fault in found)


def test_the_name_of_a_file_becomes_an_address(framed: Path, model: Model) -> None:
    assert any("address" in fault for fault in faults(framed, model, SOUND, "My question"))


def test_a_picker_offers_classes_that_there_are(framed: Path, model: Model) -> None:
    (framed / "gallery.toml").write_text(FRAME.replace('"Facility"', '"Castle"'), encoding="utf-8")
    assert any("Castle" in fault for fault in faults(framed, model, SOUND))


def test_a_file_that_is_no_text_is_named(framed: Path, model: Model) -> None:
    (framed / "01-q.rq").write_bytes(b"#+ title@en: \xff\n")
    assert any(fault.startswith("01-q.rq: it is not UTF-8") for fault in faults_of(framed, model))


def test_the_build_stops_at_a_faulty_question(tiny_sources) -> None:
    tiny_sources.add("data/queries/broken.rq", "#+ title@en: Broken\nSELECT {\n")
    with pytest.raises(BuildFailed) as stopped:
        tiny_sources.build()
    assert stopped.value.findings[0].startswith("broken.rq: the query cannot be run: line")
