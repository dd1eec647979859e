"""A store at another address: any SPARQL 1.1 service that answers form POSTs.

It is asked in the formats that stores write well. What the reader gets is written here, as by the embedded
engine: in every format, within the same limits, and whole.
"""

import re
from contextlib import suppress
from dataclasses import replace
from http.client import HTTPException, IncompleteRead
from urllib.error import HTTPError, URLError
from urllib.request import Request

from SPARQLWrapper import POST, URLENCODED, SPARQLWrapper

from server.errors import BadQuery, PraleskaError, QueryStopped, QueryTimeout, StoreUnavailable
from server.store import answers, foreign, policy, syntax
from server.store.answers import OWN_DATASET, Answer, Dataset, Formats, Kind, Store
from server.store.call import Call
from server.store.complaints import bad_query
from server.store.foreign import Incoming
from server.store.spool import WHOLE, Limits

_KINDS: dict[str | None, Kind] = {
    "SELECT": "solutions",
    "ASK": "boolean",
    "CONSTRUCT": "graph",
    "DESCRIBE": "graph",
}
_ANY = Formats(answers.JSON, answers.JSON, syntax.N_TRIPLES)
# What looks like an IRI without a scheme; often enough it is a comparison, which does no harm.
_RELATIVE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.\-]*:)[^<>\"{}|^`\x00-\x20]*>")
# Here Virtuoso's complaints begin to repeat the query.
_ECHO = "\n\nSPARQL query:"
# By the protocol, a dataset of default graphs has no named ones; some stores add all that they have.
_NO_GRAPH = "urn:x-praleska:none"

_SILENT = "The store at the other address does not answer."
_REFUSING = "The store at the other address answered with an error ({})."
_OTHER_TYPE = "The store at the other address answered in another format than asked for."
_NOT_A_QUERY = "This is not a query: SELECT, ASK, CONSTRUCT or DESCRIBE expected."
_BROKEN = "The store at the other address broke off its answer."
_SHORT = "The store at the other address gives fewer rows than this needs; raise its limit."
_FAILED = "The store at the other address could not run this query."
# So much of an error is read, by characters; what is said of a text stands at its beginning.
_LONGEST_COMPLAINT = 64 * 1024


class _NotUnderstood(PraleskaError):
    """The other store finds a text wrong; the message is what it says."""


class RemoteStore:
    """Queries `endpoint`; each may take `seconds`."""

    def __init__(
        self,
        endpoint: str,
        seconds: float,
        limits: Limits = WHOLE,
        own: Dataset = OWN_DATASET,
        allowed: tuple[str, ...] = (),
        parser: Store | None = None,
        guarded: bool = False,
        base: str = "",
    ) -> None:
        """`own`: what a query means that names no graphs, for a store without a default graph of its own.
        `allowed`: addresses that SERVICE may name. `parser` says where in a text the other one stumbled.
        `base`: what relative IRIs are meant from. `guarded`: types of literals stand behind a
        `foreign.GUARD` there."""
        self._endpoint = endpoint
        self._seconds = seconds
        self._limits = limits
        self._own = own
        self._allowed = allowed
        self._parser = parser
        self._guarded = guarded
        self._base = base

    def query(
        self, text: str, formats: Formats, dataset: Dataset = OWN_DATASET, rows: int | None = None
    ) -> Answer:
        """See `Store.query`."""
        policy.refuse_federation(text, self._allowed)
        form = policy.query_form(text)
        if form is None:
            raise self._no_query(text, dataset)
        kind = _KINDS[form]
        media_type = formats.of(kind)
        limits = replace(self._limits, rows=min(rows or self._limits.rows, self._limits.rows))
        # A lone surrogate is no character; SPARQL has no use for it.
        request = self._request(text.encode(errors="replace").decode(), form, dataset)
        try:
            return self._answer(request, kind, media_type, limits)
        except _NotUnderstood as error:
            raise self._refused(str(error), text, dataset) from error

    def close(self) -> None:
        """Nothing to give back: each query has its own connection."""

    def _request(self, text: str, form: str, dataset: Dataset) -> Request:
        wrapper = SPARQLWrapper(self._endpoint, agent="praleska")
        wrapper.setMethod(POST)
        wrapper.setRequestMethod(URLENCODED)
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", foreign.ASKED[_KINDS[form]])
        # Instead of setQuery, which guesses the form with a pattern and warns.
        wrapper.queryString = self._prepared(text, dataset)
        wrapper.queryType = form
        stated = self._stated(text, dataset)
        for name, graphs in (("default", stated.default_graphs), ("named", stated.named_graphs)):
            for graph in graphs:
                wrapper.addParameter(f"{name}-graph-uri", graph)
        # Its own `query` would read an error of any length, for any time.
        request: Request = wrapper._createRequest()
        return request

    def _prepared(self, text: str, dataset: Dataset) -> str:
        if dataset:
            text = policy.without_dataset(text)
        return f"BASE <{self._base}> {text}" if self._base and _RELATIVE.search(text) else text

    def _stated(self, text: str, dataset: Dataset) -> Dataset:
        if not self._own:
            return dataset
        if not dataset:
            return OWN_DATASET if policy.names_dataset(text) else self._own
        return dataset if dataset.named_graphs else replace(dataset, named_graphs=(_NO_GRAPH,))

    def _answer(self, request: Request, kind: Kind, media_type: str, limits: Limits) -> Answer:
        with Call(self._seconds) as call:
            try:
                with call.send(request) as response:
                    answer = self._read(Incoming(response, call, self._guarded), kind, media_type, limits)
                    cut = foreign.cut_before(response.headers)
            except HTTPError as error:
                with error:
                    raise self._status(error, call) from None
            except (OSError, EOFError, HTTPException, SyntaxError, ValueError) as error:
                raise self._failure(error, call.is_over) from error
        if cut and not limits.may_cut:
            raise QueryStopped(_SHORT)
        return replace(answer, cut=answer.cut or cut)

    def _read(self, incoming: Incoming, kind: Kind, media_type: str, limits: Limits) -> Answer:
        incoming.check_time()
        if incoming.media_type != foreign.ASKED[kind]:
            raise StoreUnavailable(_OTHER_TYPE)
        return foreign.rewritten(incoming, kind, media_type, limits)

    def _failure(self, error: Exception, is_late: bool) -> PraleskaError:
        reason = error.reason if isinstance(error, URLError) else error
        if is_late or isinstance(reason, TimeoutError):
            return QueryTimeout(self._seconds)
        if isinstance(error, (SyntaxError, ValueError, EOFError, IncompleteRead)):
            return QueryStopped(_BROKEN)
        return StoreUnavailable(_SILENT)

    def _status(self, error: HTTPError, call: Call) -> PraleskaError:
        """What an answer means that is none."""
        if error.code in (408, 504):
            return QueryTimeout(self._seconds)
        if error.code == 500:
            return QueryStopped(_FAILED)
        if error.code != 400:
            return StoreUnavailable(_REFUSING.format(f"HTTP status {error.code}"))
        said = b""
        with suppress(OSError, HTTPException):
            said = error.read(_LONGEST_COMPLAINT)
        return QueryTimeout(self._seconds) if call.is_over else _NotUnderstood(said.decode(errors="replace"))

    def _no_query(self, text: str, dataset: Dataset) -> PraleskaError:
        found = self._refused(_NOT_A_QUERY, text, dataset) if self._parser else None
        return found if isinstance(found, BadQuery) else BadQuery(_NOT_A_QUERY)

    def _refused(self, said: str, text: str, dataset: Dataset) -> PraleskaError:
        if self._parser is None:
            return bad_query(said.partition(_ECHO)[0], text)
        try:
            self._parser.query(text, _ANY, dataset)
        except BadQuery as error:
            return error
        except PraleskaError:
            pass  # only what it says of the text matters
        # It is SPARQL, but not as the other store knows it.
        return QueryStopped(_FAILED)


class ClosedStore:
    """Stands for a store that is not to be asked now."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def query(
        self, text: str, formats: Formats, dataset: Dataset = OWN_DATASET, rows: int | None = None
    ) -> Answer:
        """See `Store.query`."""
        raise StoreUnavailable(self._reason)

    def close(self) -> None:
        """Nothing to give back."""
