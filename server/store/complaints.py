"""Turns the engine's words about a broken query into a sentence with a place."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from server.errors import BadQuery
from server.store.tokens import Token, placed

_PLACE = re.compile(
    r"error at (\d+):(\d+):?\s*|\bline:? (\d+)(?:,? col(?:umn)?:? (\d+))?\b[:,]?\s*", re.IGNORECASE
)
# Character classes of the engine's grammar say nothing to a reader.
_CLASSES = re.compile(r"\[[_'][^\]]*\],?\s*")
# What the engine would take but this service does not.
_NOT_OFFERED = ("LATERAL", "SERVICE")
_LENGTH = 300
# Nobody reads a place in a text that is longer than this.
_LONGEST = 64 * 1024
_CLOSING = "})].;,"
# All words of SPARQL 1.1 Query that stand without a prefix.
_WORDS = frozenset(
    """
    A ABS ADD ALL AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL CLEAR COALESCE CONCAT CONSTRUCT CONTAINS COPY
    COUNT CREATE DATA DATATYPE DAY DEFAULT DELETE DESC DESCRIBE DISTINCT DROP ENCODE_FOR_URI EXISTS FALSE
    FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT HAVING HOURS IF IN INSERT INTO IRI ISBLANK ISIRI ISLITERAL
    ISNUMERIC ISURI LANG LANGMATCHES LCASE LIMIT LOAD MAX MD5 MIN MINUS MINUTES MONTH MOVE NAMED NOT NOW
    OFFSET OPTIONAL ORDER PREFIX RAND REDUCED REGEX REPLACE ROUND SAMETERM SAMPLE SECONDS SELECT SEPARATOR
    SERVICE SHA1 SHA256 SHA384 SHA512 SILENT STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS
    STRUUID SUBSTR SUM TIMEZONE TO TRUE TZ UCASE UNDEF UNION URI USING UUID VALUES WHERE WITH YEAR
    """.split()  # noqa: SIM905
)


class _Fault(NamedTuple):
    start: int
    message: str


def bad_query(complaint: str, query: str) -> BadQuery:
    """The error for what the engine says about `query`, with line and column when somebody knows them."""
    found = _PLACE.search(complaint)
    numbers = [int(number) for number in found.groups() if number is not None] if found else []
    if len(query) > _LONGEST:
        return BadQuery(_sentence(complaint[found.end() :] if found else complaint), *numbers)
    # In a text with escapes, places are those of the engine, which decodes them first.
    fault = next(_faults(query), None) if "\\u" not in query.lower() else None
    if fault is not None:
        # Seen from where it gave up, the engine says that it expected OPTIONAL.
        return BadQuery(fault.message, *_place(query, fault.start))
    # At the end of a text it is right if something is missing there.
    if len(numbers) == 2 and '"}"' not in complaint:
        numbers = list(_before(query, *numbers))
    return BadQuery(_sentence(complaint[found.end() :] if found else complaint), *numbers)


def _faults(query: str) -> Iterator[_Fault]:
    """What can be seen without a grammar, in the order of the text."""
    declared: set[str] = set()
    is_declaring = False
    for start, token in placed(query):
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and is_declaring:
            declared.add(prefix)
        elif token.kind == "name" and query.startswith("://", start + len(prefix)):
            yield _Fault(start, f"An address stands between < and >: <{prefix}://…>.")
        elif token.kind == "name" and prefix not in declared:
            yield _Fault(start, f"The prefix {prefix}: is not declared; add PREFIX {prefix}: <…>.")
        elif _is_unknown(token) and not query[:start][-1:].isdigit():  # 1e6 is a number
            yield _Fault(start, f"SPARQL has no word {token.text}.")
        elif token.text in ('"', "'"):
            yield _Fault(start, "This quotation mark is not closed.")
        is_declaring = token.text.upper() == "PREFIX"


def _is_unknown(token: Token) -> bool:
    return token.kind == "word" and token.text.upper() not in _WORDS


def _place(query: str, start: int) -> tuple[int, int]:
    before = query[:start]
    return before.count("\n") + 1, start - before.rfind("\n")


def _before(query: str, line: int, column: int) -> tuple[int, int]:
    """Where a sign began, if the engine stands at its end: it had looked one ahead."""
    lines = query.split("\n")
    stop = sum(len(text) + 1 for text in lines[: line - 1]) + column - 1
    signs = (start for start, token in placed(query) if token.kind == "other")
    starts = [start for start in signs if start == stop - 1 and query[start] in _CLOSING]
    return _place(query, starts[0]) if starts else (line, column)


def _sentence(complaint: str) -> str:
    text = complaint.strip(" .\n")
    if text.startswith("expected"):
        text = _expectation(text)
    text = " ".join(text.split())[:_LENGTH].rstrip(" .,") or "This is not SPARQL"
    return text[0].upper() + text[1:] + "."


def _expectation(text: str) -> str:
    text = _CLASSES.sub("", text).rstrip(" ,")
    words = text.removeprefix("expected").removeprefix(" one of").strip().split(", ")
    names = ", ".join(word for word in words if word not in _NOT_OFFERED)
    # Some checks of the engine report a whole sentence where a token is named otherwise.
    sentence = next((name for name in names.split(", ") if name.count(" ") >= 2 and '"' not in name), None)
    if sentence is not None:
        return sentence
    return f"expected {names}" if names else "this is not SPARQL"
