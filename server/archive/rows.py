"""Rows of an answer in TSV as terms: half as long as in JSON, and read in a fifth of the time."""

import re

from server.store.syntax import Term

_XSD = "http://www.w3.org/2001/XMLSchema#"
_LITERAL = re.compile(r'"(.*)"(?:@([A-Za-z0-9-]+)|\^\^<(.+)>)?', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r"}
# What stands without quotation marks, by the type that it has then.
_BARE = (
    ("boolean", re.compile(r"true|false")),
    ("integer", re.compile(r"[+-]?[0-9]+")),
    ("decimal", re.compile(r"[+-]?[0-9]*\.[0-9]+")),
    ("double", re.compile(r"[+-]?[0-9.]+[eE][+-]?[0-9]+")),
)


class _Terms(dict[str, Term]):
    """The terms of one answer by how they are written: most stand in many rows, and are read once."""

    def __missing__(self, text: str) -> Term:
        self[text] = term = _term(text)
        return term


def rows(body: bytes) -> list[dict[str, Term]]:
    """The rows, each a dict of the bound variables."""
    # Not splitlines: a text may hold other ends of lines than the one that ends a row.
    head, *lines, _ = body.decode().split("\n")
    names = [name[1:] for name in head.split("\t")]
    terms = _Terms()
    return [
        {name: terms[text] for name, text in zip(names, line.split("\t"), strict=True) if text}
        for line in lines
    ]


def _term(text: str) -> Term:
    if text.startswith("<"):
        return Term("iri", text[1:-1])
    if text.startswith("_:"):
        return Term("bnode", text[2:])
    found = _LITERAL.fullmatch(text)
    if not found:
        return Term("literal", text, _XSD + next(name for name, form in _BARE if form.fullmatch(text)))
    value, language, datatype = found.groups()
    return Term("literal", _ESCAPE.sub(_unescaped, value) if "\\" in value else value, datatype, language)


def _unescaped(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[1], found[1])
