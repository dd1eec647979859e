"""A cut answer is a whole document of whole rows, the first ones, and says that it is cut."""

import csv
import gzip
import io
import json
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from server.errors import QueryStopped
from server.store import answers, engine, syntax
from server.store.answers import OWN_DATASET, Answer, Formats
from server.store.spool import Limits

# What would end a row, or a document, if it were not inside of a value.
NASTY = (
    'a "quoted" word',
    "two\r\nlines",
    '"\r\n"',
    '},{"s":{"type":"uri"',
    "}},{",
    "</result><result>",
    "</rdf:Description>\n\t<rdf:Description>",
    " .\n<a:b>",
    ']},{"@id":"x',
    ",",
    '"',
    "\\",
    '\\\\"',
    "Пэрсона 🌱",
    "",
)
ROWS = 60
SOLUTIONS = (answers.JSON, answers.XML, answers.CSV, answers.TSV)
LINES = (syntax.N_TRIPLES, syntax.N_QUADS)
BLOCKS = (syntax.TURTLE, syntax.TRIG, syntax.RDF_XML, syntax.JSON_LD)
SELECT = "SELECT ?s ?o { ?s <https://example.org/says> ?o } ORDER BY ?s"
CONSTRUCT = "CONSTRUCT { ?s <https://example.org/says> ?o } { ?s <https://example.org/says> ?o }"
LARGE = 10**9


@pytest.fixture(scope="module")
def store() -> ox.Store:
    says = ox.NamedNode("https://example.org/says")
    found = ox.Store()
    for number in range(ROWS):
        thing = ox.NamedNode(f"https://example.org/{number:03}")
        found.add(ox.Quad(thing, says, ox.Literal(NASTY[number % len(NASTY)])))
    return found


def ask(store: ox.Store, media: str, limits: Limits) -> Answer:
    solutions = media in SOLUTIONS
    formats = Formats(media, None, None) if solutions else Formats(None, None, media)
    return engine.evaluate(store, SELECT if solutions else CONSTRUCT, formats, OWN_DATASET, limits)


def rows(media: str, body: bytes) -> list[tuple[str, ...]]:
    """What a reader of the format finds; fails when it is no document of that format."""
    if media == answers.JSON:
        found = json.loads(body)["results"]["bindings"]
        return [tuple(row[name]["value"] for name in ("s", "o")) for row in found]
    if media == answers.XML:
        results = ElementTree.fromstring(body).iter("{http://www.w3.org/2005/sparql-results#}result")
        return [tuple(binding[0].text or "" for binding in row) for row in results]
    if media == answers.CSV:
        return [tuple(row) for row in csv.reader(io.StringIO(body.decode(), newline=""))][1:]
    if media == answers.TSV:
        text = body.decode()
        assert text.endswith("\n")
        return [tuple(line.split("\t")) for line in text.split("\n")[1:-1]]
    parsed = ox.parse(body, ox.RdfFormat.from_media_type(media))
    return sorted((str(quad.subject), str(quad.object)) for quad in parsed)


@pytest.mark.parametrize("media", SOLUTIONS)
@pytest.mark.parametrize("most", [1, 2, 7, ROWS - 1])
def test_a_table_is_cut_after_so_many_rows(store: ox.Store, media: str, most: int) -> None:
    whole = rows(media, ask(store, media, Limits(LARGE, LARGE)).body)
    assert len(whole) == ROWS
    answer = ask(store, media, Limits(most, LARGE))
    assert answer.cut == "rows"
    assert rows(media, answer.body) == whole[:most]


@pytest.mark.parametrize("media", LINES)
@pytest.mark.parametrize("most", [1, 7, ROWS - 1])
def test_lines_are_cut_after_so_many(store: ox.Store, media: str, most: int) -> None:
    answer = ask(store, media, Limits(most, LARGE))
    assert (answer.cut, len(rows(media, answer.body))) == ("rows", most)


@pytest.mark.parametrize("media", SOLUTIONS + LINES + BLOCKS)
def test_what_fits_is_not_cut(store: ox.Store, media: str) -> None:
    whole = ask(store, media, Limits(LARGE, LARGE))
    assert (whole.cut, len(rows(media, whole.body))) == ("", ROWS)
    assert ask(store, media, Limits(ROWS, len(whole.body))) == whole


@pytest.mark.parametrize("media", SOLUTIONS + LINES + BLOCKS)
def test_wherever_the_bytes_end_the_document_is_whole(store: ox.Store, media: str) -> None:
    whole = ask(store, media, Limits(LARGE, LARGE))
    every = rows(media, whole.body)
    counts = set()
    for size in range(400, len(whole.body), 67):
        answer = ask(store, media, Limits(LARGE, size))
        found = rows(media, answer.body)
        assert answer.cut == "bytes"
        assert set(found) < set(every)
        assert found == every[: len(found)] or media not in SOLUTIONS
        counts.add(len(found))
    assert len(counts) > 10


@pytest.mark.parametrize("media", SOLUTIONS + LINES + BLOCKS)
def test_a_cut_document_says_so_where_its_format_has_a_place_for_it(store: ox.Store, media: str) -> None:
    body = ask(store, media, Limits(LARGE, 2000)).body.decode()
    silent = media in (answers.CSV, answers.TSV, syntax.JSON_LD)
    assert ("Cut at the limit of 2000 bytes" in body) is not silent
    if media == answers.JSON:
        assert json.loads(body)["cut"]["limit"] == 2000


@pytest.mark.parametrize("media", SOLUTIONS)
def test_not_even_one_row_is_no_answer(store: ox.Store, media: str) -> None:
    with pytest.raises(QueryStopped, match="LIMIT"):
        ask(store, media, Limits(LARGE, 3))


def test_an_answer_that_may_not_be_cut_is_none(store: ox.Store) -> None:
    with pytest.raises(QueryStopped, match="2000 bytes"):
        ask(store, answers.JSON, Limits(LARGE, 2000, may_cut=False))


@pytest.mark.parametrize("media", SOLUTIONS)
def test_rows_without_values_are_cut_too(store: ox.Store, media: str) -> None:
    text = "SELECT ?a ?b { VALUES ?x { 1 2 3 4 5 6 7 8 9 } OPTIONAL { ?a ?x ?b } }"
    answer = engine.evaluate(store, text, Formats(media), OWN_DATASET, Limits(LARGE, LARGE))
    assert answer.cut == ""
    cut = engine.evaluate(store, text, Formats(media), OWN_DATASET, Limits(3, LARGE))
    if media == answers.JSON:
        json.loads(cut.body)
    else:
        assert cut.cut == "rows"


NUMBERS = " ".join(map(str, range(1000)))
MANY = f"SELECT ?a ?b {{ VALUES ?a {{ {NUMBERS} }} VALUES ?b {{ {NUMBERS} }} }}"


@pytest.mark.parametrize("media", SOLUTIONS)
def test_a_large_answer_is_packed_and_cut_at_the_row(store: ox.Store, media: str) -> None:
    answer = engine.evaluate(store, MANY, Formats(media), OWN_DATASET, Limits(623_456, LARGE))
    assert answer.packed
    body = gzip.decompress(answer.body)
    assert answer.size == len(body)
    assert len(answer.body) < len(body) / 3
    assert (answer.cut, answer.unpacked().body) == ("rows", body)
    counted = {
        answers.JSON: lambda: len(json.loads(body)["results"]["bindings"]),
        answers.XML: lambda: body.count(b"</result>"),
        answers.CSV: lambda: body.count(b"\r\n") - 1,
        answers.TSV: lambda: body.count(b"\n") - 1,
    }
    assert counted[media]() == 623_456


def test_an_answer_that_no_packing_makes_small_is_cut_and_not_kept_in_memory(store: ox.Store) -> None:
    noise = 'SELECT (SHA512(CONCAT(STR(?a), " ", STR(?b))) AS ?x) (SHA512(STR(?b)) AS ?y)'
    text = MANY.replace("SELECT ?a ?b", noise)
    answer = engine.evaluate(store, text, Formats(answers.TSV), OWN_DATASET, Limits(LARGE, LARGE))
    assert answer.packed
    if answer.cut:
        assert len(answer.body) < 64 * 1024 * 1024
