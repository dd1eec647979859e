"""Values that readers give for the parameters of a query, made into SPARQL terms; never pasted text."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date

from server.archive.gallery import Parameter
from server.errors import BadValue

# Pickers for plain values; those for things are named in the frame of the gallery.
PLAIN = ("text", "number", "year", "date")
ANY = "UNDEF"
LONGEST = 300
# So many values may be given where the query itself holds several.
MOST_VALUES = 50
_DATE = "<http://www.w3.org/2001/XMLSchema#date>"
_TERM = re.compile(
    r'<[^>]*>|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^(?:<[^>]*>|[\w-]*:[\w.-]*))?|[^\s"<]+',
)
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(.*)', re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,10})?")
_YEAR = re.compile(r"[0-9]{4}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TAGGED = re.compile(r"(.*)@([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
# What would be right.
RULES = {
    "text": f"At most {LONGEST} characters, no backslash and no control character among them, are needed.",
    "number": "A number such as 12 or 2.5 is needed.",
    "year": "A year of four digits is needed.",
    "date": "A day such as 2024-05-31 is needed.",
}


def terms(parameter: Parameter) -> list[str]:
    """The terms of the default, as SPARQL text."""
    return _TERM.findall(parameter.default)


def is_optional(parameter: Parameter) -> bool:
    """Whether the query also answers without a value."""
    return parameter.default == ANY


def takes_many(parameter: Parameter) -> bool:
    """Whether several values may be given: where the default has several."""
    return len(terms(parameter)) > 1


def values(parameter: Parameter, given: Sequence[str]) -> list[str]:
    """What was given, without what is empty; lines are values of their own where there may be several.
    Raises BadValue for too many."""
    many = takes_many(parameter)
    pieces = [line for text in given for line in text.splitlines()] if many else given
    found = [piece.strip() for piece in pieces if piece.strip()]
    most = MOST_VALUES if many else 1
    if len(found) > most:
        raise BadValue(f"{parameter.name} takes at most {most} value(s).", parameter.name, "many")
    return found


def plain_term(parameter: Parameter, value: str) -> str:
    """The term for a text, a number, a year or a day. Raises BadValue."""
    found = _MAKERS[parameter.picker](parameter, value)
    if not found:
        message = f"{parameter.name}: {RULES[parameter.picker]}"
        raise BadValue(message, parameter.name, parameter.picker, [RULES[parameter.picker]])
    return found


def literal(text: str) -> str:
    """`text` between quotation marks; it holds no backslash and no control character (see `is_clean`)."""
    return '"' + text.replace('"', '\\"') + '"'


def is_clean(text: str) -> bool:
    """Whether `text` can stand in a literal as it is: a backslash could become the beginning of an escape
    before the query is parsed (SPARQL §19.2), and what could not be decoded is no text."""
    bad = any(unicodedata.category(c) in ("Cc", "Cs") or c in "\\\ufffd" for c in text)
    return not bad and 0 < len(text) <= LONGEST


def _mark(parameter: Parameter, otherwise: str = "") -> str:
    """The language tag or the datatype that the default has; a number has none and stands bare."""
    first = next(iter(terms(parameter)), ANY)
    found = _LITERAL.fullmatch(first)
    return found[2] if found else otherwise


def _quoted(parameter: Parameter, value: str, otherwise: str) -> str:
    mark = _mark(parameter, otherwise)
    return f'"{value}"{mark}' if mark else value


def _text(parameter: Parameter, value: str) -> str:
    mark = _mark(parameter)
    tagged = _TAGGED.fullmatch(value) if mark.startswith("@") else None
    text, mark = (tagged[1], f"@{tagged[2]}") if tagged else (value, mark)
    return literal(text) + mark if is_clean(text) else ""


def _number(parameter: Parameter, value: str) -> str:
    return _quoted(parameter, value, "") if _NUMBER.fullmatch(value) else ""


def _year(parameter: Parameter, value: str) -> str:
    return _quoted(parameter, value, "") if _YEAR.fullmatch(value) and int(value) else ""


def _date(parameter: Parameter, value: str) -> str:
    try:
        is_day = bool(_DAY.fullmatch(value) and date.fromisoformat(value))
    except ValueError:
        is_day = False
    return f'"{value}"{_mark(parameter, f"^^{_DATE}")}' if is_day else ""


_MAKERS: dict[str, Callable[[Parameter, str], str]] = {
    "text": _text,
    "number": _number,
    "year": _year,
    "date": _date,
}


def read(term: str) -> str:
    """A term as a reader would give it: an IRI, or what stands between the quotation marks."""
    found = _LITERAL.fullmatch(term)
    if found:
        return _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), found[1])
    return "" if term == ANY else term.removeprefix("<").removesuffix(">")
