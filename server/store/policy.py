"""What a query may not do: call another server (SERVICE, LOAD) or change data."""

import re
from collections.abc import Iterator

from server.errors import RefusedQuery
from server.store.tokens import ESCAPE, Token, decoded, pieces, tokens

_SERVICE = (
    "SERVICE is not available here: this address answers from its own data only. "
    "Ask the other service yourself and pass its results on with VALUES."
)
_OTHERS = (
    "SERVICE may name only these addresses here, each in full as <address>: {}. "
    "Ask another service yourself and pass its results on with VALUES."
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
# a pattern. The short words stand in many names; they count as the first word only.
_SUSPECT = ("SERVICE", *_UPDATE_FORMS, "\\U")
_SUSPECT_FIRST = (*_OTHER_UPDATE_FORMS, "DEFINE")
_PAIRED_ESCAPE = re.compile(r"\\\\|" + ESCAPE.pattern)

# `(1<2)#>` is an IRI by the longest match and a comparison with a comment after it in the grammar.
_COMPARISON = re.compile(r"\).*#")


def query_form(text: str) -> str | None:
    """SELECT, ASK, CONSTRUCT or DESCRIBE; None when `text` is no query."""
    word = _first_word(tokens(decoded(text)))
    return word if word in _QUERY_FORMS else None


def names_dataset(text: str) -> bool:
    """Whether `text` says itself, by FROM, what it is asked of."""
    return any(token.kind == "word" and token.text.upper() == "FROM" for token in tokens(decoded(text)))


def without_dataset(text: str) -> str:
    """`text` with its FROM clauses blanked out: everything else stays in its place."""
    text = decoded(text) if "\\" in text else text
    kept: list[str] = []
    is_clause = False
    for kind, piece in pieces(text):
        word = piece.upper()
        is_clause = is_clause or (kind == "word" and word == "FROM")
        kept.append(" " * len(piece) if is_clause and kind != "space" else piece)
        is_clause = is_clause and (kind == "space" or word in ("FROM", "NAMED"))
    return "".join(kept)


def refuse_federation(query: str, allowed: tuple[str, ...] = ()) -> None:
    """Raises RefusedQuery when any reading of `query` is an update, or calls a server not `allowed`."""
    capitals = query.upper()
    if not any(word in capitals for word in _SUSPECT):
        if any(word in capitals for word in _SUSPECT_FIRST):
            _refuse_first(_first_word(tokens(query)))
        return
    # Engines disagree whether a code point escape counts outside of strings, and after a
    # backslash: what one of them takes for a string may be a call for another.
    for reading in {query, decoded(query), decoded(query, _PAIRED_ESCAPE)}:
        _refuse(list(tokens(reading)), allowed)


def _first_word(stream: Iterator[Token]) -> str | None:
    for token in stream:
        word = token.text.upper()
        if token.kind == "word" and word not in ("PREFIX", "BASE", "VERSION"):
            return word
    return None


def _refuse(found: list[Token], allowed: tuple[str, ...]) -> None:
    _refuse_first(_first_word(iter(found)))
    for index, token in enumerate(found):
        is_call = _is_call(token) if token.kind == "word" else _calls(found, index)
        if is_call and not (token.kind == "word" and _is_allowed(found, index, allowed)):
            raise RefusedQuery(_OTHERS.format(" ".join(allowed)) if allowed else _SERVICE)


def _refuse_first(word: str | None) -> None:
    if word == "DEFINE":
        raise RefusedQuery(_PRAGMA)
    if word in _OTHER_UPDATE_FORMS:
        raise RefusedQuery(_UPDATE.format(word))


def _is_call(word: Token) -> bool:
    # Engines need no space between keywords: "trueSERVICE" and "SERVICESILENT" are calls.
    text = word.text.upper()
    for form in _UPDATE_FORMS:
        if text.startswith(form):
            raise RefusedQuery(_UPDATE.format(form))
    return "SERVICE" in text


def _is_allowed(found: list[Token], index: int, allowed: tuple[str, ...]) -> bool:
    """Whether a call names an address that is allowed, in full and as it stands in the setting."""
    words = [token.text for token in found[index : index + 4]]
    if len(words) > 1 and words[1].upper() == "SILENT":
        del words[1]
    call, address, brace = (*words, "", "", "")[:3]
    return (
        call.upper() == "SERVICE"
        and address[1:-1] in allowed
        and f"<{address[1:-1]}>{brace}" == address + "{"
    )


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
