"""One request of the SPARQL 1.1 Protocol, read from its parts: the same with and without Flask around it."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import parse_qs

from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.http import parse_options_header

from server.errors import RefusedQuery
from server.store.answers import Dataset, Formats
from server.web.negotiation import HTML, XLSX, choose, wish

SOLUTIONS = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
BOOLEAN = SOLUTIONS[:2]
GRAPH = (
    "text/turtle",
    "application/n-triples",
    "application/ld+json",
    "application/rdf+xml",
    "application/trig",
    "application/n-quads",
)
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
# Bytes of a query; the engine's parser is safe with more, but nobody writes more.
LONGEST = 1024 * 1024
_UPDATE = "application/sparql-update"
_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*")
_READ_ONLY = "This service is read-only: updates are not accepted."
Fields = dict[str, list[str]]


class Head(NamedTuple):
    """What a request says before its body: method, query string, and the headers Accept and Content-Type."""

    method: str
    address: bytes
    accept: str
    content_type: str


class Asked(NamedTuple):
    """One request of the protocol; `text` is None where nothing is asked."""

    text: str | None
    dataset: Dataset
    accept: str

    @property
    def for_people(self) -> bool:
        """Whether a page is wanted."""
        return choose(self.accept, (*SOLUTIONS, *GRAPH, HTML, XLSX)) == HTML

    @property
    def for_sheet(self) -> bool:
        """Whether a spreadsheet is wanted."""
        return choose(self.accept, (*SOLUTIONS, *GRAPH, HTML, XLSX)) == XLSX

    @property
    def formats(self) -> Formats:
        """The best format for each kind of answer."""
        return Formats(*(choose(self.accept, offers) for offers in (SOLUTIONS, BOOLEAN, GRAPH)))


def read(head: Head, body: Callable[[], bytes]) -> Asked:
    """What is asked. Raises the errors of HTTP, or RefusedQuery; `body` is called only if it counts."""
    address = _fields(head.address)
    if head.method in ("GET", "HEAD"):
        return _asked(address, None, head.accept)
    kind = _media_type(head.content_type)
    sent = body()
    if kind == FORM:
        fields = _fields(sent)
        if "query" in address:
            raise BadRequest("The query belongs into the body or into the address, not into both.")
        return _required(_asked({**address, **fields}, None, head.accept))
    if "query" in address:
        raise BadRequest("Exactly one query is needed: there is one in the address and one in the body.")
    return _asked(address, _utf8(sent), head.accept)


def _media_type(content_type: str) -> str:
    """The media type of the body, when it is one of the protocol's (SPARQL Protocol §2.1)."""
    kind, parameters = parse_options_header(content_type)
    kind = kind.lower()
    if kind == _UPDATE:
        raise RefusedQuery(_READ_ONLY)
    if kind not in (FORM, QUERY):
        raise UnsupportedMediaType(f"Send the query as {QUERY} or as {FORM}.")
    if parameters.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType("The charset of a query is UTF-8.")
    return kind


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The query is not UTF-8 (byte {error.start}).") from error


def _fields(encoded: bytes) -> Fields:
    try:
        return parse_qs(encoded.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=200)
    except ValueError as error:
        raise BadRequest("The parameters are not UTF-8 in percent-encoding, or too many.") from error


def _required(asked: Asked) -> Asked:
    if asked.text is None:
        raise BadRequest("Exactly one query is needed: the parameter is called query.")
    return asked


def _asked(fields: Fields, text: str | None, accepted: str) -> Asked:
    if "update" in fields:
        raise RefusedQuery(_READ_ONLY)
    queries = fields.get("query", []) if text is None else [text]
    if len(queries) > 1:
        raise BadRequest("Exactly one query is needed.")
    first: Mapping[str, str] = {name: values[0] for name, values in fields.items()}
    return Asked(queries[0] if queries else None, _dataset(fields), wish(first, accepted))


def _dataset(fields: Fields) -> Dataset:
    default, named = (tuple(fields.get(f"{kind}-graph-uri", ())) for kind in ("default", "named"))
    if not all(_ABSOLUTE_IRI.fullmatch(graph) for graph in default + named):
        raise BadRequest("default-graph-uri and named-graph-uri are absolute IRIs.")
    return Dataset(default, named)
