"""Near which line of a file a statement stands; parsers do not tell, so a tokenizer looks again."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from server.archive.vocabulary import RDF
from server.store.syntax import N_QUADS, N_TRIPLES, TRIG, TURTLE

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""'
    r"|'''(?:\\.|[^\\])*?'''"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'(?:\\.|[^'\\\n])*'"
    r"|#[^\n]*|@?(?i:prefix)\s+(?P<name>[\w.-]*):\s*<(?P<namespace>[^>]*)>(?:\s*\.)?"
    r"|@?(?i:base)\s+<[^>]*>(?:\s*\.)?|@[\w-]+|<(?P<iri>[^>\s]*)>"
    r"|(?P<prefix>[^\W\d_][\w.-]*)?:(?P<local>(?:[\w-]|%|\\.|[.:]+(?=[\w%\\-]))*)|(?P<type>\ba\b)"
    r"|\w+(?:\.\d+)?|(?P<mark>[{}\[\]();.])",
    re.DOTALL,
)
_STATEMENT = re.compile(r"\s*<([^>]*)>\s*<([^>]*)>\s*(.*)")
_GRAPH_OF_LINE = re.compile(r"\s<([^>]*)>\s*\.\s*(?:#.*)?$")
_DEPTH = {"[": 1, "(": 1, "]": -1, ")": -1}
# Stands for the register, whose statements may also stand outside any graph, and for all graphs together.
_REGISTER, _ANYWHERE = "", None
_Key = tuple[str | None, str | None, str | None]


class _Place(NamedTuple):
    line: int
    graph: str
    subject: str | None
    predicate: str | None


class Positions:
    """Finds subjects and predicates in the text of one file."""

    def __init__(self, data: bytes, media_type: str) -> None:
        self._text = data.decode("utf-8", errors="replace")
        self._tokenized = media_type in (TURTLE, TRIG, N_TRIPLES, N_QUADS)
        self._lines: dict[_Key, int] = {}
        read = _lines if media_type in (N_TRIPLES, N_QUADS) else _Reader().places
        for place in read(self._text) if self._tokenized else ():
            self._add(place)

    def _add(self, place: _Place) -> None:
        self._lines.setdefault((place.graph, None, None), place.line)
        for graph in (place.graph, _ANYWHERE):
            for predicate in (place.predicate, None):
                self._lines.setdefault((graph, place.subject, predicate), place.line)

    def line(self, subject: str, predicate: str | None = None, graph: str | None = None) -> int | None:
        """The line of `predicate` of `subject` in `graph` (None: the register), as near as can be found;
        None if nowhere."""
        if not self._tokenized:
            return self._line_with(subject)
        here = graph or _REGISTER
        near: list[_Key] = [(here, subject, predicate), (here, subject, None)]
        far: list[_Key] = [(_ANYWHERE, subject, predicate), (_ANYWHERE, subject, None)]
        keys = [*near, (here, None, None)] if graph else [*near, *far]
        return next((self._lines[key] for key in keys if key in self._lines), None)

    def _line_with(self, iri: str) -> int | None:
        at = self._text.find(iri)
        return None if at < 0 else self._text.count("\n", 0, at) + 1


class _Reader:
    """Follows the grammar of TriG just so far that it knows subjects from predicates."""

    def __init__(self) -> None:
        self._prefixes: dict[str, str] = {}
        self._graph = _REGISTER
        self._terms: list[str] = []
        self._depth = 0

    def places(self, text: str) -> Iterator[_Place]:
        """Each place where a graph, a subject or a predicate stands."""
        line, read_to = 1, 0
        for found in _TOKEN.finditer(text):
            line += text.count("\n", read_to, found.start())
            read_to = found.start()
            if found["namespace"] is not None:
                self._prefixes[found["name"]] = found["namespace"]
            elif found["mark"]:
                yield from self._punctuate(found["mark"], line)
            elif not self._depth:
                yield from self._read(self._term(found), line)

    def _read(self, term: str | None, line: int) -> Iterator[_Place]:
        # A third term and what follows are objects.
        if term is None or len(self._terms) == 2:
            return
        self._terms.append(term)
        predicate = term if len(self._terms) == 2 else None
        yield _Place(line, self._graph, self._terms[0], predicate)

    def _punctuate(self, mark: str, line: int) -> Iterator[_Place]:
        self._depth += _DEPTH.get(mark, 0)
        if self._depth or mark in _DEPTH:
            return
        if mark == "{":
            self._graph = _graph(self._terms[0] if self._terms else None)
            yield _Place(line, self._graph, None, None)
        elif mark == "}":
            self._graph = _REGISTER
        self._terms = self._terms[:1] if mark == ";" else []

    def _term(self, found: re.Match[str]) -> str | None:
        if found["local"] is not None:
            return self._prefixes.get(found["prefix"] or "", "") + found["local"].replace("\\", "")
        return str(RDF.type) if found["type"] else found["iri"]


def _graph(name: str | None) -> str:
    return _REGISTER if name is None or name.endswith("/graph/register") else name


def _lines(text: str) -> Iterator[_Place]:
    for number, line in enumerate(text.split("\n"), 1):
        if statement := _STATEMENT.match(line):
            named = _GRAPH_OF_LINE.search(statement[3])
            yield _Place(number, _graph(named[1] if named else None), statement[1], statement[2])
