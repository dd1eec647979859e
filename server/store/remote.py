"""A store at another address: any SPARQL 1.1 service that answers form POSTs."""

import ast
import contextlib
import time
from http.client import HTTPException, HTTPResponse
from urllib.error import HTTPError, URLError

from SPARQLWrapper import POST, URLENCODED, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException

from server.errors import BadQuery, PraleskaError, QueryStopped, QueryTimeout, StoreUnavailable
from server.store.answers import OWN_DATASET, Answer, Dataset, Formats, Kind
from server.store.complaints import bad_query
from server.store.policy import query_form, refuse_federation

_KINDS: dict[str | None, Kind] = {
    "SELECT": "solutions",
    "ASK": "boolean",
    "CONSTRUCT": "graph",
    "DESCRIBE": "graph",
}
_CHUNK = 256 * 1024

_SILENT = "The store at the other address does not answer."
_REFUSING = "The store at the other address answered with an error ({})."
_OTHER_TYPE = "The store at the other address answered in another format than asked for."
_NOT_A_QUERY = "This is not a query: SELECT, ASK, CONSTRUCT or DESCRIBE expected."


class RemoteStore:
    """Queries `endpoint`; each may take `seconds` and answer with `max_bytes`."""

    def __init__(self, endpoint: str, seconds: float, max_bytes: int | None = None) -> None:
        self._endpoint = endpoint
        self._seconds = seconds
        self._max_bytes = max_bytes

    def query(
        self, text: str, formats: Formats, dataset: Dataset = OWN_DATASET, rows: int | None = None
    ) -> Answer:
        """See `Store.query`."""
        refuse_federation(text)
        form = query_form(text)
        if form is None:
            raise BadQuery(_NOT_A_QUERY)
        kind = _KINDS[form]
        media_type = formats.of(kind)
        return Answer(
            kind, media_type, self._body(self._request(text, form, media_type, dataset), media_type)
        )

    def close(self) -> None:
        """Nothing to give back: each query has its own connection."""

    def _request(self, text: str, form: str, media_type: str, dataset: Dataset) -> SPARQLWrapper:
        request = SPARQLWrapper(self._endpoint, agent="praleska")
        request.setMethod(POST)
        request.setRequestMethod(URLENCODED)
        request.setOnlyConneg(True)
        request.addCustomHttpHeader("Accept", media_type)
        for graph in dataset.default_graphs:
            request.addParameter("default-graph-uri", graph)
        for graph in dataset.named_graphs:
            request.addParameter("named-graph-uri", graph)
        # Instead of setQuery and setTimeout: the first guesses the form with a pattern
        # and warns, the second rounds to whole seconds.
        request.queryString = text
        request.queryType = form
        request.timeout = self._seconds  # type: ignore[assignment]
        return request

    def _body(self, request: SPARQLWrapper, media_type: str) -> bytes:
        deadline = time.monotonic() + self._seconds
        try:
            with contextlib.closing(request.query().response) as response:
                _check_type(response, media_type)
                return self._read(response, deadline)
        except TimeoutError as error:
            raise QueryTimeout(self._seconds) from error
        except (OSError, HTTPException, SPARQLWrapperException) as error:
            raise self._failure(error, request) from error

    def _read(self, response: HTTPResponse, deadline: float) -> bytes:
        # The time-out of a socket starts again with each read; the deadline does not.
        body = bytearray()
        while chunk := response.read1(_CHUNK):
            body += chunk
            if self._max_bytes is not None and len(body) > self._max_bytes:
                raise QueryStopped(f"The answer is larger than {self._max_bytes} bytes; add a LIMIT.")
            if time.monotonic() > deadline:
                raise TimeoutError
        return bytes(body)

    def _failure(self, error: Exception, request: SPARQLWrapper) -> PraleskaError:
        if isinstance(error, QueryBadFormed):
            return bad_query(_response_text(error), request.queryString)
        if isinstance(error, HTTPError):
            with error:
                return self._status(error.code)
        if isinstance(error, URLError) and isinstance(error.reason, TimeoutError):
            return QueryTimeout(self._seconds)
        if isinstance(error, SPARQLWrapperException):
            return StoreUnavailable(_REFUSING.format(type(error).__name__))
        return StoreUnavailable(_SILENT)

    def _status(self, code: int) -> PraleskaError:
        if code in (408, 504):
            return QueryTimeout(self._seconds)
        return StoreUnavailable(_REFUSING.format(f"HTTP status {code}"))


def _check_type(response: HTTPResponse, media_type: str) -> None:
    if response.headers.get_content_type() != media_type:
        raise StoreUnavailable(_OTHER_TYPE)


def _response_text(error: QueryBadFormed) -> str:
    # The wrapper keeps the answer only as the repr of its bytes at the end of a message.
    quoted = str(error).partition("Response:\n")[2]
    body = ast.literal_eval(quoted) if quoted else b"The store refused the query."
    return str(body.decode(errors="replace"))
