"""Where a broken query is broken, and what is said of it."""

import pytest

from server.errors import BadQuery
from server.store import answers, syntax
from server.store.answers import Formats
from server.store.complaints import bad_query
from server.store.embedded import memory_store

STORE = memory_store(b"", "https://example.org/")
ANY = Formats(answers.JSON, answers.JSON, syntax.N_TRIPLES)

# The mark ¦ stands before the place.
BROKEN = [
    ("SELECT * {\n ?s ?p ¦}", "This is not SPARQL."),
    ("SELECT * {\r\n ?s ?p ¦}", "This is not SPARQL."),
    ("SELECT * { \t\t?s ?p ¦}", "This is not SPARQL."),
    ("SELECT * WHERE {\n ?s ?p ¦", "Expected"),
    ("SELECT ?x { ?s ?p ?o } ORDER\nBY¦", "Expected"),
    ("SELECT ?x WHERE { ?s ?p ?o }¦}", "This is not SPARQL."),
    ("SELECT * { { ?s ?p ?o }¦", "Expected"),
    ("DESCRIBE¦", "Expected"),
    ("¦", "This is not SPARQL."),
    ("¦SELEC * {}", "SPARQL has no word SELEC."),
    ("SELECT * {\n  ?s ?p ?o .\n  ¦oops }", "SPARQL has no word oops."),
    ("SELECT * { ¦OPTINAL { ?s ?p ?o } }", "SPARQL has no word OPTINAL."),
    ("SELECT * { FILTER NOT ¦EXIST { ?s ?p ?o } }", "SPARQL has no word EXIST."),
    ("SELECT * { ?s ?p ?o } LIMIT ¦x", "SPARQL has no word x."),
    ('SELECT * { "ўў🌱" ¦oops ?o }', "SPARQL has no word oops."),
    ("SELECT * { ¦é ?p ?o }", "SPARQL has no word é."),
    ("PREFIX ¦ex <x:> ASK {}", "SPARQL has no word ex."),
    ("ASK { ?s ¦ex:p ?o }", "The prefix ex: is not declared; add PREFIX ex: <…>."),
    ("PREFIX ex: <x:> ASK { ex:a ¦: ex:b }", "The prefix : is not declared; add PREFIX : <…>."),
    ("# oops ex:a\nASK { 'oops ex:b' ¦ex:p ?o }", "The prefix ex: is not declared; add PREFIX ex: <…>."),
    ("ASK { ?s ?p ¦https://example.org/x }", "An address stands between < and >: <https://…>."),
    ('SELECT * { ?s ?p ¦"a', "This quotation mark is not closed."),
    ("SELECT * { ?s ?p ¦'a\n' }", "This quotation mark is not closed."),
    ("SELECT (COUNT(?x ¦AS ?n) { ?x ?p ?o }", "Expected"),
    ("CONSTRUCT { ?s ?p ¦} WHERE {}", "Expected"),
]


def complaint(text: str) -> BadQuery:
    with pytest.raises(BadQuery) as caught:
        STORE.query(text, ANY)
    return caught.value


@pytest.mark.parametrize(("marked", "message"), BROKEN)
def test_a_broken_query_is_told_where_and_why(marked: str, message: str) -> None:
    before, _, after = marked.partition("¦")
    lines = before.split("\n")
    found = complaint(before + after)
    assert found.message.startswith(message)
    if (found.line, found.column) != (len(lines), len(lines[-1]) + 1):
        # The engine names a sign earlier or later only inside of an expression.
        assert "COUNT" in marked or "CONSTRUCT" in marked
        assert found.line == 1


@pytest.mark.parametrize("text", ["SELECT * { BIND(1e6 + 1E5 AS ?x) ?s }", "SELECT * { ?s a ?o ; ?p }"])
def test_numbers_and_short_words_are_not_blamed(text: str) -> None:
    assert "no word" not in complaint(text).message


def test_with_escapes_the_place_is_the_engine_s() -> None:
    found = complaint("ASK { \\u0065x:a ?p ?o }")
    assert found.line == 1


@pytest.mark.parametrize(
    ("said", "line", "column", "message"),
    [
        ("Lexical error at line 3, column 7. Encountered: x", 3, 7, "Encountered: x."),
        ("Error: line 5: syntax error at 'x'", 5, None, "Syntax error at 'x'."),
        ("nothing helpful", None, None, "Nothing helpful."),
        ("", None, None, "This is not SPARQL."),
    ],
)
def test_the_words_of_other_engines_are_read(
    said: str, line: int | None, column: int | None, message: str
) -> None:
    found = bad_query(said, "ASK { ?s ?p }")
    assert (found.line, found.column, found.message) == (line, column, message)


def test_in_a_long_text_nobody_looks_for_the_place() -> None:
    found = bad_query("error at 1:9: expected CONSTRUCT", "SELECT " + "0 " * 40_000 + "nonsense:x")
    assert str(found) == "line 1, column 9: Expected CONSTRUCT."


def test_every_word_of_the_gallery_is_known() -> None:
    """A complaint may not blame a word that is right."""
    from pathlib import Path

    from server.store.complaints import _is_unknown
    from server.store.tokens import tokens

    for path in (Path(__file__).parents[2] / "data" / "queries").glob("*.rq"):
        words = [token.text for token in tokens(path.read_text(encoding="utf-8")) if _is_unknown(token)]
        assert words == [], path.name
