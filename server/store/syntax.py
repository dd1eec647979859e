"""RDF syntaxes: bytes to quads and back, with guards against hostile input."""

import codecs
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple
from xml.parsers import expat

import pyoxigraph as ox

from server.errors import BadSyntax, TooLarge

TURTLE = "text/turtle"
TRIG = "application/trig"
JSON_LD = "application/ld+json"
N_TRIPLES = "application/n-triples"
N_QUADS = "application/n-quads"
RDF_XML = "application/rdf+xml"

# Media type -> file suffix.
FORMATS: dict[str, str] = {
    TURTLE: "ttl",
    TRIG: "trig",
    JSON_LD: "jsonld",
    N_TRIPLES: "nt",
    N_QUADS: "nq",
    RDF_XML: "rdf",
}
MEDIA_TYPES: dict[str, str] = {suffix: media_type for media_type, suffix in FORMATS.items()}
# Formats that can name graphs.
QUAD_FORMATS = frozenset({TRIG, N_QUADS, JSON_LD})

# The engine dies of a stack overflow at about 4,000.
JSON_DEPTH = 100
# The engine reads one token into at most this many bytes and calls more a lack of memory.
TOKEN_SIZE = 16 * 1024 * 1024
_NAMES = 16384

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_ENGINE_FORMATS = {
    TURTLE: ox.RdfFormat.TURTLE,
    TRIG: ox.RdfFormat.TRIG,
    JSON_LD: ox.RdfFormat.JSON_LD,
    N_TRIPLES: ox.RdfFormat.N_TRIPLES,
    N_QUADS: ox.RdfFormat.N_QUADS,
    RDF_XML: ox.RdfFormat.RDF_XML,
}
_JSON_STRUCTURE = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
_REMOTE_CONTEXT = re.compile(r'"@(?:context|import)"\s*:\s*(?:\[\s*)?"')
_ENGINE_PLACE = re.compile(r"^Parser error at line \d+ [^:]*: ")


class Term(NamedTuple):
    """An IRI, a blank node or a literal; `kind` is "iri", "bnode" or "literal"."""

    kind: str
    value: str
    datatype: str | None = None
    language: str | None = None


class Quad(NamedTuple):
    """One statement; `graph` is None in the default graph."""

    subject: Term
    predicate: Term
    object: Term
    graph: Term | None = None


def parse(data: bytes, media_type: str, base: str) -> list[Quad]:
    """All statements in `data`. Raises BadSyntax or TooLarge; the caller limits the size."""
    data = data.removeprefix(codecs.BOM_UTF8)
    _guard(data, media_type)
    try:
        return list(_quads(data, media_type, base))
    except SyntaxError as error:
        raise _bad_syntax(error, data, media_type, base) from error
    except MemoryError as error:
        raise TooLarge(TOKEN_SIZE) from error


def serialize(quads: Iterable[Quad], media_type: str, prefixes: Mapping[str, str] | None = None) -> bytes:
    """`quads` in `media_type`. Raises ValueError for a named graph in a format without graphs."""
    engine_quads = map(_to_engine, quads)
    written = ox.serialize(engine_quads, format=_ENGINE_FORMATS[media_type], prefixes=dict(prefixes or {}))
    assert written is not None  # no output was given
    return written


def translate(
    parts: Iterable[bytes], media_type: str, other: str, prefixes: Mapping[str, str] | None = None
) -> bytes:
    """Text in one syntax, of our own writing, as text in another; statements keep their order."""
    quads = ox.parse(_LineReader(parts), format=_ENGINE_FORMATS[media_type])  # type: ignore[arg-type]
    written = ox.serialize(quads, format=_ENGINE_FORMATS[other], prefixes=dict(prefixes or {}))
    assert written is not None  # no output was given
    return written


def canonical_nquads(quads: Iterable[Quad]) -> bytes:
    """N-Quads as sorted unique lines: the same set of statements is the same bytes (but for blank nodes)."""
    lines = set(serialize(quads, N_QUADS).splitlines(keepends=True))
    return b"".join(sorted(lines))


def _quads(data: bytes | io.RawIOBase, media_type: str, base: str) -> Iterator[Quad]:
    # The engine takes any object with `read`, its stub asks for IO[bytes].
    for quad in ox.parse(data, format=_ENGINE_FORMATS[media_type], base_iri=base):  # type: ignore[arg-type]
        yield _from_engine(quad)


def _from_engine(quad: ox.Quad | ox.Triple) -> Quad:
    graph = quad.graph_name if isinstance(quad, ox.Quad) else ox.DefaultGraph()
    return Quad(
        _term(quad.subject),
        _term(quad.predicate),
        _term(quad.object),
        None if isinstance(graph, ox.DefaultGraph) else _term(graph),
    )


def _term(term: object) -> Term:
    if isinstance(term, ox.NamedNode):
        return _iri(term)
    if isinstance(term, ox.BlankNode):
        return Term("bnode", term.value)
    if isinstance(term, ox.Literal) and term.direction is None:
        return _literal(term)
    raise SyntaxError("This is RDF 1.2; only RDF 1.1 is accepted")


# Few names stand in most statements: each is made once, and held once.
@lru_cache(maxsize=_NAMES)
def _iri(node: ox.NamedNode) -> Term:
    return Term("iri", node.value)


@lru_cache(maxsize=_NAMES)
def _engine_iri(value: str) -> ox.NamedNode:
    return ox.NamedNode(value)


def _literal(literal: ox.Literal) -> Term:
    if literal.language is not None:
        return Term("literal", literal.value, None, literal.language)
    datatype = literal.datatype.value
    return Term("literal", literal.value, None if datatype == _XSD_STRING else datatype)


def _to_engine(quad: Quad) -> ox.Quad:
    graph = ox.DefaultGraph() if quad.graph is None else _engine_term(quad.graph)
    # Literals in wrong places are refused by the engine with a TypeError.
    return ox.Quad(
        _engine_term(quad.subject),  # type: ignore[arg-type]
        _engine_term(quad.predicate),  # type: ignore[arg-type]
        _engine_term(quad.object),
        graph,  # type: ignore[arg-type]
    )


def _engine_term(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if term.kind == "iri":
        return _engine_iri(term.value)
    if term.kind == "bnode":
        return ox.BlankNode(term.value)
    if term.language is not None:
        return ox.Literal(term.value, language=term.language)
    return ox.Literal(term.value, datatype=_engine_iri(term.datatype) if term.datatype else None)


def _guard(data: bytes, media_type: str) -> None:
    if media_type == JSON_LD:
        _guard_json(data)
    elif media_type == RDF_XML:
        _guard_xml(data)


def _guard_json(data: bytes) -> None:
    text = _decode(data)
    _refuse_depth(text)
    try:
        # Numbers stay text: a huge one would cost quadratic time or a ValueError.
        json.loads(text, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        raise BadSyntax(f"This is not JSON: {error.msg}.", error.lineno, error.colno) from error


def _decode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise BadSyntax("This is not UTF-8.", *_place(data[: error.start].decode())) from error


def _place(before: str) -> tuple[int, int]:
    """Line and column of what comes after `before`."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _refuse_depth(text: str) -> None:
    depth = 0
    for match in _JSON_STRUCTURE.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match[0], 0)
        if depth > JSON_DEPTH:
            place = _place(text[: match.start()])
            raise BadSyntax(f"The JSON is nested more than {JSON_DEPTH} levels deep.", *place)


def _guard_xml(data: bytes) -> None:
    # Encoding forced: both parsers must see the same characters.
    parser = expat.ParserCreate("utf-8", " ")

    def refuse_doctype(*_: object) -> None:
        line, column = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
        raise BadSyntax("A document type declaration (<!DOCTYPE, <!ENTITY) is not accepted.", line, column)

    # Entities can only be declared inside a DOCTYPE, and expand to gigabytes.
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        reason = expat.errors.messages[error.code]
        raise BadSyntax(f"This is not XML: {reason}.", error.lineno, error.offset + 1) from error


def _bad_syntax(error: SyntaxError, data: bytes, media_type: str, base: str) -> BadSyntax:
    message = _ENGINE_PLACE.sub("", error.msg).rstrip(".") + "."
    if "LoadDocumentCallback" in message:
        return _remote_context(data)
    if error.lineno is None and media_type == RDF_XML:
        return BadSyntax(message, _failing_line(data, base))
    return BadSyntax(message, error.lineno, error.offset)


def _remote_context(data: bytes) -> BadSyntax:
    message = (
        "This names a JSON-LD context at another address. Contexts are never loaded from the network: "
        "write the context itself into the document."
    )
    text = data.decode()
    found = _REMOTE_CONTEXT.search(text)
    return BadSyntax(message, *_place(text[: found.start()])) if found else BadSyntax(message)


class _LineReader(io.RawIOBase):
    """Hands out one line a read, so that the number of lines read is where the engine stands."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._rest = memoryview(b"")
        self.line = 0

    def read(self, size: int = 8192, /) -> bytes:
        if not self._rest:
            self._rest = memoryview(next(self._lines, b""))
            self.line += bool(self._rest)
        # The engine takes no more than it asks for: it would end the process.
        read, self._rest = bytes(self._rest[:size]), self._rest[size:]
        return read


def _failing_line(data: bytes, base: str) -> int | None:
    reader = _LineReader(data.splitlines(keepends=True))
    try:
        for _ in _quads(reader, RDF_XML, base):
            pass
    except SyntaxError:
        return reader.line
    return None
