"""The table of questions in the documentation lists exactly the queries of the gallery."""

import re

import pytest

from server.archive.gallery import examples
from server.archive.queries import SOURCE_BASE
from tests.queries.expected import QUERIES, ROOT, expected

ROW = re.compile(r"(?m)^\| (\d+) \| ([A-Z,]+) \| (.*?) \| (.*?) \| \[(.*?)\]\((.*?)\) \| (\d+) \|$")
ASKING = set("RJLSAVF")


@pytest.fixture(scope="module")
def listed() -> dict[str, tuple[str, ...]]:
    rows = ROW.findall((ROOT / "docs" / "questions.md").read_text("utf-8"))
    return {row[4]: row for row in rows}


def test_every_query_is_listed_once_in_order(listed) -> None:
    rows = ROW.findall((ROOT / "docs" / "questions.md").read_text("utf-8"))
    assert [row[4] for row in rows] == sorted(QUERIES)


@pytest.mark.parametrize("name", QUERIES)
def test_a_listed_query_has_its_number_title_features_and_file(listed, name) -> None:
    number, asking, title, features, _, path, rows = listed[name]
    (example,) = (e for e in examples(ROOT / "data" / "queries", "en", SOURCE_BASE) if e.slug == name)
    assert int(number) == int(name[:2])
    assert set(asking.split(",")) <= ASKING
    assert title == example.title.value
    assert features == ", ".join(example.features)
    assert (ROOT / "docs" / path).resolve() == ROOT / "data" / "queries" / f"{name}.rq"
    assert int(rows) == len(expected(name)) - 1


def test_all_questions_have_a_query() -> None:
    assert [int(name[:2]) for name in sorted(QUERIES)] == list(range(1, 52))
