"""Cuts a SPARQL query into tokens, more loosely than engines do: nothing that one would see is hidden."""

import re
from collections.abc import Iterator
from typing import NamedTuple

ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")

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
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|{ESCAPE.pattern.replace("(", "(?:")})*>)
  | (?P<variable>[?$][{_LETTER}0-9_]+)
  | (?P<label>_:[{_LETTER}0-9_](?:[.]*[{_LETTER}0-9_\-])* | @[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<name>(?:{_NAME})?:(?:{_LOCAL})?)
  | (?P<word>{_NAME})
  | (?P<other>\\.|.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of a query; `kind` is a group of the token pattern."""

    kind: str
    text: str


def pieces(text: str) -> Iterator[Token]:
    """All of `text`, white space and comments (which are of the kind "space") included."""
    for match in _TOKEN.finditer(text):
        yield Token(match.lastgroup or "other", match[0])


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text` but for white space and comments."""
    return (piece for piece in pieces(text) if piece.kind != "space")


def placed(text: str) -> Iterator[tuple[int, Token]]:
    """The same tokens, each with where it begins."""
    start = 0
    for piece in pieces(text):
        if piece.kind != "space":
            yield start, piece
        start += len(piece.text)


def decoded(text: str, escape: re.Pattern[str] = ESCAPE) -> str:
    """`text` with code points in place of their escapes."""
    return escape.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    digits = match[1] or match[2]
    if digits is None or int(digits, 16) > 0x10FFFF:
        return match[0]
    return chr(int(digits, 16))
