"""Queries that readers find ready on the query page."""

from pathlib import Path

import pytest

from server.archive.gallery import examples
from server.archive.queries import SOURCE_BASE

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


def test_a_query_text_is_shown_as_it_stands(folder: Path) -> None:
    assert examples(folder, "en", SOURCE_BASE)[0].text == QUERY


def test_another_base_moves_ids_and_graphs_in_a_query_but_no_terms(folder: Path) -> None:
    text = examples(folder, "en", "https://mirror.example/")[0].text
    assert "<https://mirror.example/graph/register> { <https://mirror.example/id/0000000001>" in text
    assert "<https://w3id.org/praleska/ontology#>" in text
