"""Turns the engine's words about a broken query into a sentence with a place."""

import re

from server.errors import BadQuery
from server.store.policy import undeclared_prefix

_PLACE = re.compile(
    r"error at (\d+):(\d+):?\s*|\bline:? (\d+)(?:,? col(?:umn)?:? (\d+))?\b[:,]?\s*", re.IGNORECASE
)
# Character classes of the engine's grammar say nothing to a reader.
_CLASSES = re.compile(r"\[[_'][^\]]*\],?\s*")
# What the engine would take but this service does not.
_NOT_OFFERED = ("LATERAL", "SERVICE")
_LENGTH = 300


def bad_query(complaint: str, query: str) -> BadQuery:
    """The error for what the engine says about `query`, with line and column when it tells them."""
    place = _PLACE.search(complaint)
    numbers = [int(number) for number in place.groups() if number is not None] if place else []
    prefix = undeclared_prefix(query)
    if prefix is not None:
        # The engine says that it expected OPTIONAL.
        return BadQuery(f"The prefix {prefix}: is not declared; add PREFIX {prefix}: <…>.", *numbers)
    return BadQuery(_sentence(complaint[place.end() :] if place else complaint), *numbers)


def _sentence(complaint: str) -> str:
    text = complaint.strip()
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
