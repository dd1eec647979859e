"""Reading and writing RDF: places of errors, guards against hostile documents, round trips."""

import pytest

from server.errors import BadSyntax, TooLarge
from server.store import syntax
from server.store.syntax import Quad, Term, canonical_nquads, parse, serialize

BASE = "https://example.org/doc"
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
XSD = "http://www.w3.org/2001/XMLSchema#"
S, P, G = (Term("iri", f"https://example.org/{name}") for name in "spg")
TRIPLES = [
    Quad(S, P, Term("literal", 'Пэрсона\n"Прыклад" 🌱', None, "be")),
    Quad(S, P, Term("literal", "plain")),
    Quad(S, P, Term("literal", "2020-05-31", XSD + "date")),
    Quad(S, P, Term("bnode", "b1")),
    Quad(Term("bnode", "b1"), P, S),
]
QUADS = [*TRIPLES, Quad(S, P, S, G), Quad(S, P, S, Term("bnode", "b2"))]


@pytest.mark.parametrize("media_type", list(syntax.FORMATS))
def test_what_is_written_can_be_read(media_type: str) -> None:
    quads = QUADS if media_type in syntax.QUAD_FORMATS else TRIPLES
    written = serialize(quads, media_type, {"ex": "https://example.org/"})
    assert set(parse(written, media_type, BASE)) == set(quads)


def test_prefixes_are_used() -> None:
    written = serialize(TRIPLES[1:2], syntax.TURTLE, {"ex": "https://example.org/"})
    assert written.decode() == '@prefix ex: <https://example.org/> .\nex:s ex:p "plain" .\n'


def test_a_named_graph_needs_a_format_with_graphs() -> None:
    with pytest.raises(ValueError, match="named graphs"):
        serialize(QUADS, syntax.TURTLE)


def test_suffixes_and_media_types_are_one_table() -> None:
    assert {syntax.FORMATS[media_type]: media_type for media_type in syntax.FORMATS} == syntax.MEDIA_TYPES


def test_relative_iris_are_resolved_against_the_base() -> None:
    assert parse(b"<#a> <b> <> .", syntax.TURTLE, BASE) == [
        Quad(Term("iri", BASE + "#a"), Term("iri", "https://example.org/b"), Term("iri", BASE))
    ]


def test_canonical_lines_are_sorted_and_unique() -> None:
    lines = canonical_nquads([*reversed(QUADS), *QUADS])
    assert lines == canonical_nquads(QUADS)
    assert lines.splitlines() == sorted(set(lines.splitlines()))
    assert '"Пэрсона\\n\\"Прыклад\\" 🌱"@be'.encode() in lines
    assert canonical_nquads([]) == b""


def test_a_byte_order_mark_is_ignored() -> None:
    assert parse(b"\xef\xbb\xbf" + b"<a:s> <a:p> <a:o> .", syntax.TURTLE, BASE)


@pytest.mark.parametrize(
    ("media_type", "text", "line", "column"),
    [
        (syntax.TURTLE, "<a:s> <a:p>\n  <a:o> ,, .", 2, 10),
        (syntax.TURTLE, "@prefix a: <a:> .\na:s b:p a:o .", 2, 5),
        (syntax.TRIG, "<a:g> {\n<a:s> <a:p> ,, }", 2, 13),
        (syntax.N_TRIPLES, '<a:s> <a:p> "x" .\n<a:s> <relative> "x" .', 2, 7),
        (syntax.N_QUADS, "<a:s> <a:p> <a:o> <a:g> .\n<a:s> <a:p> <a:o> 7 .", 2, 19),
        (syntax.JSON_LD, '{"@id": "a:s",\n "a:p": ]}', 2, 9),
        (
            syntax.JSON_LD,
            '{"@context": {},\n "@type": "a\ud8ff"}'.encode(errors="replace").decode() + "}",
            2,
            16,
        ),
        (syntax.RDF_XML, f"<rdf:RDF {RDF}>\n<rdf:Description></rdf:RDF>", 2, 20),
        (syntax.RDF_XML, "<rdf:RDF/>", 1, 1),
        (syntax.RDF_XML, f"<rdf:RDF {RDF}>\n<rdf:Description\n rdf:ID='a b'/>\n</rdf:RDF>\n", 3, None),
    ],
)
def test_a_syntax_error_has_a_place(media_type: str, text: str, line: int, column: int | None) -> None:
    with pytest.raises(BadSyntax) as caught:
        parse(text.encode(), media_type, BASE)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert "line" not in caught.value.message


@pytest.mark.parametrize("media_type", list(syntax.FORMATS))
def test_bytes_that_are_not_utf8_are_refused(media_type: str) -> None:
    with pytest.raises(BadSyntax):
        parse(b'<a:s> <a:p> "\xff" .', media_type, BASE)


def test_bad_utf8_in_json_has_a_place() -> None:
    with pytest.raises(BadSyntax) as caught:
        parse('{"a":\n "ў'.encode() + b"\xff", syntax.JSON_LD, BASE)
    assert (caught.value.line, caught.value.column) == (2, 4)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"@context": "http://127.0.0.1:9/c"}', 1),
        ('{"@id": "a:s",\n"@context": [ "file:///etc/passwd" ]}', 2),
        ('{"@context": {\n "@version": 1.1,\n "@import": "http://127.0.0.1:9/c"}}', 3),
    ],
)
def test_remote_contexts_are_never_loaded(text: str, line: int) -> None:
    with pytest.raises(BadSyntax, match="never loaded") as caught:
        parse(text.encode(), syntax.JSON_LD, BASE)
    assert caught.value.line == line


@pytest.mark.parametrize("text", ["[" * 20_000, '{"a":' * 20_000, '["\\"", ' * 101 + "]" * 101])
def test_deep_json_is_refused_before_the_engine_sees_it(text: str) -> None:
    with pytest.raises(BadSyntax, match="100 levels"):
        parse(text.encode(), syntax.JSON_LD, BASE)


def test_brackets_in_json_strings_are_not_depth() -> None:
    text = '{"@id": "a:s", "a:p": "' + "[{" * 500 + '\\""}'
    assert len(parse(text.encode(), syntax.JSON_LD, BASE)) == 1
    assert parse(b"[" * 100 + b"]" * 100, syntax.JSON_LD, BASE) == []


def test_a_huge_number_in_json_is_harmless() -> None:
    quads = parse(b'{"@id": "a:s", "a:p": ' + b"9" * 10_000 + b"}", syntax.JSON_LD, BASE)
    assert len(quads) == 1


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE r [<!ENTITY a "b">]><r/>',
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE r SYSTEM "http://127.0.0.1:9/r.dtd"><r/>',
        "<!DOCTYPE r []><r/>",
    ],
)
def test_document_types_are_refused(text: str) -> None:
    with pytest.raises(BadSyntax, match="DOCTYPE"):
        parse(text.encode(), syntax.RDF_XML, BASE)


def test_words_of_a_document_type_are_fine_as_text() -> None:
    text = (
        f'<rdf:RDF {RDF} xmlns:e="a:"><e:T e:p="&lt;!DOCTYPE"><e:q><![CDATA[<!ENTITY]]></e:q></e:T></rdf:RDF>'
    )
    assert len(parse(text.encode(), syntax.RDF_XML, BASE)) == 3


def test_deep_blank_nodes_are_fine() -> None:
    text = "<a:s> <a:p> " + "[ <a:p> " * 20_000 + "1" + "]" * 20_000 + " ."
    assert len(parse(text.encode(), syntax.TURTLE, BASE)) == 20_001


def test_a_literal_beyond_the_limit_of_the_engine_is_too_large() -> None:
    with pytest.raises(TooLarge):
        parse(b'<a:s> <a:p> "' + b"x" * 17_000_000 + b'" .', syntax.TURTLE, BASE)


@pytest.mark.parametrize("text", ["<a:s> <a:p> <<( <a:s> <a:p> <a:o> )>> .", '<a:s> <a:p> "x"@ar--rtl .'])
def test_rdf_12_is_refused(text: str) -> None:
    with pytest.raises(BadSyntax, match=r"1\.1"):
        parse(text.encode(), syntax.TURTLE, BASE)


def test_a_long_line_with_a_fault_that_has_no_place_is_told_with_its_line() -> None:
    """The engine takes no more than it asks for at once: more would end the process."""
    lines = [
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="https://example.org/">',
        f'<rdf:Description rdf:about="https://example.org/a"><ex:p>{"x" * 50_000}</ex:p></rdf:Description>',
        '<rdf:Description rdf:about="https://example.org/a" rdf:ID="b"/>',
        "</rdf:RDF>",
    ]
    with pytest.raises(BadSyntax) as caught:
        parse("\n".join(lines).encode(), syntax.RDF_XML, "https://example.org/")
    assert caught.value.line == 3
