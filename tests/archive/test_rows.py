"""Rows of an answer: every term arrives as the engine meant it."""

import json

import pytest

from server.archive.queries import select
from server.archive.rows import rows
from server.store.answers import JSON, Formats
from server.store.embedded import MemoryStore, memory_store
from server.store.syntax import Term

XSD = "http://www.w3.org/2001/XMLSchema#"
TERMS = [
    "<https://example.org/é?a=1&b=%20>",
    '""',
    '"Прыклад"',
    r'"a\tb\nc\rd"',
    r'"\"quoted\" and \\t no tab \\"',
    '"line\u2028line\x85line\x0bline"',
    '"Прыклад"@be-tarask',
    '"x"@en-GB',
    '"<b>"^^<https://example.org/type>',
    r'"a\"@en"',
    r'"1\"^^<https://example.org/no>"',
    f'"2020-01"^^<{XSD}gYearMonth>',
    f'"5"^^<{XSD}integer>',
    f'"-5"^^<{XSD}integer>',
    f'"five"^^<{XSD}integer>',
    f'"0.50"^^<{XSD}decimal>',
    f'"-7"^^<{XSD}decimal>',
    f'"1e6"^^<{XSD}double>',
    f'"INF"^^<{XSD}double>',
    f'"true"^^<{XSD}boolean>',
    f'"0"^^<{XSD}boolean>',
    '"true"',
    '"5"',
]


@pytest.fixture(scope="module")
def store() -> MemoryStore:
    return memory_store(b"_:b <https://example.org/p> <https://example.org/o> .\n")


def in_json(store: MemoryStore, text: str) -> list[dict[str, Term]]:
    """The same rows by the other format."""
    kinds = {"uri": "iri", "bnode": "bnode", "literal": "literal"}
    found = json.loads(store.query(text, Formats(solutions=JSON)).body)["results"]["bindings"]
    return [
        {
            name: Term(kinds[v["type"]], v["value"], v.get("datatype"), v.get("xml:lang"))
            for name, v in one.items()
        }
        for one in found
    ]


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_what_it_was(store: MemoryStore, term: str) -> None:
    text = f"SELECT ?a ?none ?b WHERE {{ VALUES (?a ?none ?b) {{ ({term} UNDEF {term}) }} }}"
    assert select(store, text) == in_json(store, text)
    assert select(store, text)[0]["a"] == select(store, text)[0]["b"]


def test_a_blank_node_is_one(store: MemoryStore) -> None:
    (row,) = select(store, "SELECT ?s { ?s ?p ?o }")
    assert row["s"].kind == "bnode"


def test_rows_without_a_value_are_rows(store: MemoryStore) -> None:
    assert select(store, "SELECT ?x { VALUES ?x { UNDEF 1 UNDEF } }") == [
        {},
        {"x": Term("literal", "1", f"{XSD}integer")},
        {},
    ]


def test_no_rows_are_none(store: MemoryStore) -> None:
    assert select(store, "SELECT ?x ?y { ?x <https://example.org/none> ?y }") == []


@pytest.mark.parametrize(
    "body", [b"?x\n<https://example.org/a>\t<https://example.org/b>\n", b"?x\nnonsense\n"]
)
def test_what_is_no_row_is_not_guessed(body: bytes) -> None:
    with pytest.raises((ValueError, StopIteration)):
        rows(body)
