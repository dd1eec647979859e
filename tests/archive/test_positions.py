"""Lines of statements in files: each text says with «n:» what stands in its line n."""

import pytest

from server.archive.positions import Positions
from server.store.syntax import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE

E = "https://e.example/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

TURTLE_TEXT = '''@prefix e: <https://e.example/> .
@prefix one: <https://e.example/one> .
PREFIX two: <https://e.example/two>
# one: e:p "in a comment" .
one: a e:Thing ;
    e:p two: , "one: e:q 1 . # no comment" , 3.5 ;
    e:text """
two: e:p
# not here
""" ;
    e:q <https://e.example/two> .
two: e:p 'e:q ; "' ;
    e:q \'\'\'x
    e:r\'\'\' ; e:size -3.0 ;
    e:r true .
<https://e.example/three> e:p [ e:q 1 ; e:r 2 ] , ( e:q e:r ) ;
    e:q "x"^^e:type , "слова"@be ;
    e:r e:a\\,b .
e:a\\,b e:p 1 .
'''


@pytest.mark.parametrize(
    ("subject", "predicate", "line"),
    [
        ("one", TYPE, 5),
        ("one", "p", 6),
        ("one", "text", 7),
        ("one", "q", 11),
        ("two", None, 12),
        ("two", "p", 12),
        ("two", "q", 13),
        ("two", "size", 14),
        ("two", "r", 15),
        ("three", "p", 16),
        ("three", "q", 17),
        ("three", "r", 18),
        ("a,b", "p", 19),
        ("two", "nothing", 12),
        ("nobody", "p", None),
        ("type", None, None),
    ],
)
def test_a_statement_of_turtle_has_a_line(subject: str, predicate: str | None, line: int | None) -> None:
    name = predicate and (predicate if predicate == TYPE else E + predicate)
    assert Positions(TURTLE_TEXT.encode(), TURTLE).line(E + subject, name) == line


TRIG_TEXT = """@prefix e: <https://e.example/> .
@prefix g: <https://w3id.org/praleska/graph/> .
@prefix first: <https://e.example/first> .
first: {
  e:one e:p 1 ;
    e:q 2 .
}
GRAPH e:second { e:one e:p 3 .
  e:two e:p 4 }
g:register {
  first: a e:Claims ; e:about e:one .
  e:one a e:Thing ;
    e:p 5 .
}
e:three e:p 6 .
"""


@pytest.mark.parametrize(
    ("subject", "predicate", "graph", "line"),
    [
        ("one", "p", "first", 5),
        ("one", "q", "first", 6),
        ("one", "p", "second", 8),
        ("two", "p", "second", 9),
        ("one", "p", None, 13),
        ("one", "q", None, 12),
        ("first", "about", None, 11),
        ("three", "p", None, 15),
        ("two", "p", None, 9),
        ("nobody", "p", "second", 8),
        ("first", None, "first", 4),
        ("one", "p", "third", None),
    ],
)
def test_a_statement_of_trig_is_found_in_its_graph(
    subject: str, predicate: str | None, graph: str | None, line: int | None
) -> None:
    found = Positions(TRIG_TEXT.encode(), TRIG).line(
        E + subject, predicate and E + predicate, graph and E + graph
    )
    assert found == line


N_QUADS_TEXT = """# <https://e.example/one> <https://e.example/p> "comment" <https://e.example/g1> .
<https://e.example/one> <https://e.example/p> "<https://e.example/g2> ." <https://e.example/g1> .
<https://e.example/one> <https://e.example/q> "1"^^<https://e.example/g2> <https://e.example/g1> .

<https://e.example/one> <https://e.example/p> "x"@be <https://e.example/g2> . # the end
<https://e.example/one> <https://e.example/p> <https://e.example/g1> .
"""


@pytest.mark.parametrize(
    ("predicate", "graph", "line"),
    [("p", "g1", 2), ("q", "g1", 3), ("p", "g2", 5), ("q", "g2", 5), ("p", None, 6), ("r", None, 6)],
)
def test_a_statement_of_n_quads_is_found_in_its_graph(predicate: str, graph: str | None, line: int) -> None:
    positions = Positions(N_QUADS_TEXT.encode(), N_QUADS)
    assert positions.line(f"{E}one", E + predicate, graph and E + graph) == line


def test_a_statement_of_n_triples_has_a_line() -> None:
    text = "\n".join(f'<{E}{name}> <{E}p> "1" .' for name in "ab").encode()
    assert Positions(text, N_TRIPLES).line(f"{E}b", f"{E}p") == 2


JSON_TEXT = (
    b'{\n "@id": "https://e.example/one",\n "https://e.example/p": {\n  "@id": "https://e.example/two" } }'
)
XML_TEXT = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://e.example/">\n'
    b'<rdf:Description rdf:about="https://e.example/one">\n<e:p rdf:resource="https://e.example/two"/>\n'
    b"</rdf:Description></rdf:RDF>"
)


@pytest.mark.parametrize(
    ("text", "media_type", "subject", "line"),
    [
        (JSON_TEXT, JSON_LD, "one", 2),
        (JSON_TEXT, JSON_LD, "two", 4),
        (JSON_TEXT, JSON_LD, "three", None),
        (XML_TEXT, RDF_XML, "one", 2),
        (XML_TEXT, RDF_XML, "two", 3),
    ],
)
def test_in_other_formats_the_thing_itself_is_found(
    text: bytes, media_type: str, subject: str, line: int | None
) -> None:
    assert Positions(text, media_type).line(E + subject, f"{E}p") == line


def test_a_byte_order_mark_and_windows_lines_do_not_shift_lines() -> None:
    text = b"\xef\xbb\xbf@prefix e: <https://e.example/> .\r\n\r\ne:one e:p 1 .\r\n"
    assert Positions(text, TURTLE).line(f"{E}one", f"{E}p") == 3
