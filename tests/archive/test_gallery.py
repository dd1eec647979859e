"""Queries that readers find ready on the query page."""

from pathlib import Path

import pytest

from server.archive.gallery import examples
from server.archive.queries import SOURCE_BASE
from server.archive.records import Chart, Text

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
