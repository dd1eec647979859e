"""The stored queries as RDF at /.well-known/sparql-examples/, as other endpoints publish theirs.

The convention is that of the Swiss Institute of Bioinformatics: SHACL for the text of a query, RDFS for
the question. A DESCRIBE has two names, one of theirs and one of SHACL 1.2; both are given.
"""

import re
from collections.abc import Iterator

from flask import Blueprint, Response, redirect
from flask.typing import ResponseReturnValue

from server.archive.gallery import Example
from server.errors import NotAcceptable
from server.store.syntax import Quad, Term, serialize
from server.web import addresses, fresh
from server.web.current import archive
from server.web.descriptions import TRIPLES
from server.web.negotiation import HTML, accept, choose, typed
from server.web.texts import LANGUAGES

examples = Blueprint("examples", __name__)
_HERE = "/.well-known/sparql-examples/"
PREFIXES = {
    "sh": "http://www.w3.org/ns/shacl#",
    "spex": "https://purl.expasy.org/sparql-examples/ontology#",
    "schema": "https://schema.org/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# The first word of a query → its classes beside sh:SPARQLExecutable, and the properties of its text.
_FORMS = {
    "select": (("sh:SPARQLSelectExecutable",), ("sh:select",)),
    "ask": (("sh:SPARQLAskExecutable",), ("sh:ask",)),
    "construct": (("sh:SPARQLConstructExecutable",), ("sh:construct",)),
    "describe": (
        ("sh:SPARQLDescribeExecutable", "spex:SPARQLDescribeExecutable"),
        ("sh:describe", "spex:describe"),
    ),
}
_PREFIX = re.compile(r"^\s*PREFIX\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)
Said = Iterator[tuple[str, Term]]


@examples.get(_HERE, strict_slashes=False)
def all_() -> Response:
    """All queries; Turtle where RDF is not asked for."""
    media = choose(accept(), TRIPLES) or "text/turtle"
    return _answer(archive().examples("en"), media)


@examples.get(f"{_HERE}<slug>")
def one(slug: str) -> ResponseReturnValue:
    """One query, or its page for people."""
    example = archive().gallery.example(slug, "en")
    media = choose(accept(), (*TRIPLES, HTML))
    if media is None:
        raise NotAcceptable((*TRIPLES, HTML))
    response = redirect(f"/queries/{slug}", 303, Response) if media == HTML else _answer([example], media)
    response.vary.add("Accept")
    return response


def _answer(queries: list[Example], media: str) -> Response:
    body = serialize(list(_quads(queries)), media, archive().model.prefixes | PREFIXES)
    response = Response(body, content_type=typed(media))
    response.vary.add("Accept")
    return fresh.dated(response, f"examples-{media.partition('/')[2]}")


def _quads(queries: list[Example]) -> Iterator[Quad]:
    here = addresses.site() + _HERE
    declared = _iri(f"{here}#prefixes")
    for example in queries:
        about = _iri(here + example.slug)
        for name, value in _said(example):
            yield Quad(about, _iri(_full(name)), value, None)
        yield Quad(about, _iri(_full("sh:prefixes")), declared, None)
    yield from _declarations(declared, queries)


def _said(example: Example) -> Said:
    classes, properties = _FORMS[example.verb]
    for name in ("sh:SPARQLExecutable", *classes):
        yield "rdf:type", _iri(_full(name))
    for name in properties:
        yield name, _text(example.text.strip())
    for lang in LANGUAGES:
        other = archive().gallery.example(example.slug, lang)
        for name, text in (("rdfs:comment", other.title), ("dct:description", other.explanation)):
            if text.lang == lang:
                yield name, _text(text.value, lang)
    for keyword in filter(None, (example.group, *example.features)):
        yield "schema:keywords", _text(keyword)
    yield "schema:target", _iri(f"{addresses.site()}/sparql")
    yield "schema:url", _iri(f"{addresses.site()}/queries/{example.slug}")
    yield "dct:license", _iri(archive().release.licence)


def _declarations(declared: Term, queries: list[Example]) -> Iterator[Quad]:
    """The prefixes that the queries use, for tools that put them before a query."""
    found = dict(pair for example in queries for pair in _PREFIX.findall(example.text))
    for prefix, namespace in sorted(found.items()):
        one_ = _iri(f"{declared.value}-{prefix}")
        yield Quad(declared, _iri(_full("sh:declare")), one_, None)
        yield Quad(one_, _iri(_full("sh:prefix")), _text(prefix), None)
        kind = PREFIXES["xsd"] + "anyURI"
        yield Quad(one_, _iri(_full("sh:namespace")), Term("literal", namespace, kind, None), None)


def _full(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def _iri(value: str) -> Term:
    return Term("iri", value, None, None)


def _text(value: str, lang: str | None = None) -> Term:
    return Term("literal", value, None, lang)
