"""What a query may not do: call another server (SERVICE, LOAD) or change data."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from server.errors import RefusedQuery

_SERVICE = (
    "SERVICE is not available here: this address answers from its own data only. "
    "Ask the other service yourself and pass its results on with VALUES."
)
_UPDATE = "This address only reads: {} is part of SPARQL Update. Use SELECT, ASK, CONSTRUCT or DESCRIBE."
_PRAGMA = "DEFINE is not SPARQL: leave the pragma out."

_QUERY_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATE_FORMS = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP")
# Short words that are an update only where a query form would stand.
_OTHER_UPDATE_FORMS = ("COPY", "MOVE", "ADD", "WITH")
# After these words an IRI may stand before "{" without being a call.
_BEFORE_GRAPH = ("GRAPH", "FROM", "NAMED", "DESCRIBE")

# A query without any of these, in capitals, is harmless. Nearly all are, and this is ten times as fast as
# a pattern.
_SUSPECT = ("SERVICE", *_UPDATE_FORMS, *_OTHER_UPDATE_FORMS, "DEFINE", "\\U")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_PAIRED_ESCAPE = re.compile(r"\\\\|" + _ESCAPE.pattern)

# Names: everything beyond ASCII counts as a letter, which is wider than SPARQL and so never hides a word.
_LETTER = r"A-Za-z\x80-\U0010FFFF"
_NAME = rf"[{_LETTER}_][{_LETTER}0-9_\-]*(?:\.+[{_LETTER}0-9_\-]+)*"
_LOCAL_CHARACTER = rf"(?:[{_LETTER}0-9_:\-]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])"
_LOCAL = rf"{_LOCAL_CHARACTER}(?:\.*{_LOCAL_CHARACTER})*"
_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\r\n]+|\#[^\r\n]*)
  | (?P<string>'''(?:[^'\\]|\\.|'(?!''))*''' | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"
             | '(?:[^'\\\r\n]|\\.)*' | "(?:[^"\\\r\n]|\\.)*")
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|{_ESCAPE.pattern.replace("(", "(?:")})*>)
  | (?P<variable>[?$][{_LETTER}0-9_]+)
  | (?P<label>_:[{_LETTER}0-9_](?:[.]*[{_LETTER}0-9_\-])* | @[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<name>(?:{_NAME})?:(?:{_LOCAL})?)
  | (?P<word>{_NAME})
  | (?P<other>\\.|.)
    """,
    re.VERBOSE | re.DOTALL,
)

# `(1<2)#>` is an IRI by the longest match and a comparison with a comment after it in the grammar.
_COMPARISON = re.compile(r"\).*#")


class Token(NamedTuple):
    """A piece of a query; `kind` is a group of the token pattern."""

    kind: str
    text: str


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text` but for white space and comments."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup is not None and match.lastgroup != "space":
            yield Token(match.lastgroup, match[0])


def query_form(text: str) -> str | None:
    """SELECT, ASK, CONSTRUCT or DESCRIBE; None when `text` is no query."""
    word = _first_word(tokens(_decode(text, _ESCAPE)))
    return word if word in _QUERY_FORMS else None


def undeclared_prefix(text: str) -> str | None:
    """The first prefix that `text` uses without a declaration."""
    declared: set[str] = set()
    declaring = False
    for token in tokens(_decode(text, _ESCAPE)):
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and declaring:
            declared.add(prefix)
        elif token.kind == "name" and prefix not in declared:
            return prefix
        declaring = token.text.upper() == "PREFIX"
    return None


def refuse_federation(query: str) -> None:
    """Raises RefusedQuery when any reading of `query` calls another server or is an update."""
    capitals = query.upper()
    if not any(word in capitals for word in _SUSPECT):
        return
    # Engines disagree whether a code point escape counts outside of strings, and after a
    # backslash: what one of them takes for a string may be a call for another.
    for reading in {query, _decode(query, _ESCAPE), _decode(query, _PAIRED_ESCAPE)}:
        _refuse(list(tokens(reading)))


def _decode(text: str, escape: re.Pattern[str]) -> str:
    return escape.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    digits = match[1] or match[2]
    if digits is None or int(digits, 16) > 0x10FFFF:
        return match[0]
    return chr(int(digits, 16))


def _first_word(stream: Iterator[Token]) -> str | None:
    for token in stream:
        word = token.text.upper()
        if token.kind == "word" and word not in ("PREFIX", "BASE", "VERSION"):
            return word
    return None


def _refuse(found: list[Token]) -> None:
    first = _first_word(iter(found))
    if first == "DEFINE":
        raise RefusedQuery(_PRAGMA)
    if first in _OTHER_UPDATE_FORMS:
        raise RefusedQuery(_UPDATE.format(first))
    for index, token in enumerate(found):
        if token.kind == "word":
            _refuse_word(token.text.upper())
        elif _calls(found, index):
            raise RefusedQuery(_SERVICE)


def _refuse_word(word: str) -> None:
    # Engines need no space between keywords: "trueSERVICE" and "SERVICESILENT" are calls.
    if "SERVICE" in word:
        raise RefusedQuery(_SERVICE)
    for form in _UPDATE_FORMS:
        if word.startswith(form):
            raise RefusedQuery(_UPDATE.format(form))


def _calls(found: list[Token], index: int) -> bool:
    """Whether a name or an IRI is a call to an engine that reads it differently."""
    kind, text = found[index]
    if kind == "iri":
        return _COMPARISON.search(text) is not None
    prefix = text.partition(":")[0].upper()
    # Glued to an IRI: `SERVICEex:here { … }`.
    if kind != "name" or "SERVICE" not in prefix or found[index + 1 : index + 2] != [Token("other", "{")]:
        return False
    before = found[index - 1].text.upper() if index else ""
    return before not in _BEFORE_GRAPH
