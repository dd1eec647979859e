"""Answers of another store, read as they come and written anew: what arrives broken is never passed on."""

import io
import json
import re
from email.message import Message
from http.client import HTTPResponse
from typing import Any

import pyoxigraph as ox

from server.store import answers, syntax
from server.store.answers import Answer, Kind
from server.store.call import Call
from server.store.engine import written
from server.store.spool import Limits

# Of some stores, CSV and TSV leave out languages and JSON-LD leaves out types; nobody writes these wrongly.
ASKED: dict[Kind, str] = {
    "solutions": answers.JSON,
    "boolean": answers.JSON,
    "graph": syntax.N_TRIPLES,
}
# Some stores spoil literals of certain types (Virtuoso: durations). There this stands before the type.
GUARD = "urn:x-praleska:as:"
# The same stores say 1 and 0: in N-Triples, and in JSON. Within a text, quotation marks would be escaped.
_BOOLEAN = rb"http://www.w3.org/2001/XMLSchema#boolean"
_BOOLEANS = (
    re.compile(rb'(")([01])("\^\^<' + _BOOLEAN + rb">)"),
    re.compile(rb'("datatype": "' + _BOOLEAN + rb'", "value": ")([01])(")'),
)
_WORDS = {b"0": b"false", b"1": b"true"}
_PIECE = 64 * 1024
_LONGEST_LINE = 16 * 1024 * 1024
# Says that the other store has a limit of its own, and reached it.
_MOST_ROWS = "X-SPARQL-MaxRows"


class Incoming(io.RawIOBase):
    """The body of the answer to a call, until its deadline. Raises EOFError where it breaks off."""

    def __init__(self, response: HTTPResponse, call: Call, guarded: bool = False) -> None:
        self._response = response
        self._call = call
        self._guarded = guarded
        self._rest = b""
        self.media_type = response.headers.get_content_type()

    def read(self, size: int = -1, /) -> bytes:
        if not self._guarded:
            return self._read(size)
        if not self._rest:
            # In whole lines: nothing that is looked for has a line break inside.
            self._rest = _mended(self._read(_PIECE) + self._line())
        # The engine takes no more than it asks for.
        body, self._rest = self._rest[:size], self._rest[size:]
        return body

    def _read(self, size: int) -> bytes:
        piece = self._response.read(size)
        self.check_time()
        if not piece and size and self._response.length:
            raise EOFError
        return piece

    def check_time(self) -> None:
        """Raises TimeoutError: what came last may be a part, of the head too, and look like a whole."""
        if self._call.is_over:
            raise TimeoutError

    def _line(self) -> bytes:
        line = self._response.readline(_LONGEST_LINE)
        if len(line) == _LONGEST_LINE:
            raise EOFError
        return line


def _mended(lines: bytes) -> bytes:
    """Without guards, and with the usual words for yes and no."""
    for pattern in _BOOLEANS:
        lines = pattern.sub(lambda found: found[1] + _WORDS[found[2]] + found[3], lines)
    return lines.replace(GUARD.encode(), b"")


def rewritten(incoming: Incoming, kind: Kind, media_type: str, limits: Limits) -> Answer:
    """What comes in, in `media_type`. Raises SyntaxError where it is broken, and QueryStopped."""
    # The engine takes any object with `read`, its stub asks for IO[bytes].
    file: Any = incoming
    if kind == "graph":
        return written(ox.parse(file, format=ox.RdfFormat.N_TRIPLES), kind, media_type, limits)
    result = ox.parse_query_results(file, ox.QueryResultsFormat.JSON)
    if kind == "boolean" and isinstance(result, ox.QuerySolutions):
        result = _truth(result)
    return written(result, kind, media_type, limits)


def _truth(rows: ox.QuerySolutions) -> ox.QuerySolutions | ox.QueryBoolean:
    """Virtuoso answers ASK with a row that holds one number, or with none."""
    found = any(getattr(value, "value", "0") != "0" for row in rows for value in row)
    text = json.dumps({"head": {}, "boolean": found})
    return ox.parse_query_results(text, ox.QueryResultsFormat.JSON)


def cut_before(headers: Message) -> str:
    """The limit at which the other store says that it has cut."""
    return "rows" if headers.get(_MOST_ROWS) else ""
