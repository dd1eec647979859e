"""What a store is: SPARQL text and wanted formats in, an answer in bytes out."""

import gzip
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from server.errors import NotAcceptable
from server.store.syntax import FORMATS

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
CSV = "text/csv"
TSV = "text/tab-separated-values"

# Rows of the largest answer to a reader's query.
ANSWER_ROWS = 2_000_000

Kind = Literal["solutions", "boolean", "graph"]

# Media types of each kind of result -> file suffix.
SOLUTION_FORMATS: dict[str, str] = {JSON: "srj", XML: "srx", CSV: "csv", TSV: "tsv"}
BOOLEAN_FORMATS: dict[str, str] = {JSON: "srj", XML: "srx"}
GRAPH_FORMATS = FORMATS

_FORMATS: dict[Kind, dict[str, str]] = {
    "solutions": SOLUTION_FORMATS,
    "boolean": BOOLEAN_FORMATS,
    "graph": GRAPH_FORMATS,
}


@dataclass(frozen=True)
class Formats:
    """The media type wanted for each kind of result; None: that kind is not acceptable."""

    solutions: str | None = None
    boolean: str | None = None
    graph: str | None = None

    def of(self, kind: Kind) -> str:
        """The media type for `kind`. Raises NotAcceptable."""
        wanted: str | None = getattr(self, kind)
        if wanted not in _FORMATS[kind]:
            raise NotAcceptable(tuple(_FORMATS[kind]))
        return wanted


@dataclass(frozen=True)
class Dataset:
    """A dataset of the SPARQL protocol, which replaces the FROM of a query; empty: the store's own."""

    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.default_graphs or self.named_graphs)


OWN_DATASET = Dataset()


@dataclass(frozen=True)
class Answer:
    """The result of a query, ready to be sent."""

    kind: Kind
    media_type: str
    body: bytes
    # The limit at which it was cut ("rows" or "bytes"); empty: it is all there is.
    cut: str = ""
    # Whether `body` is gzip: large answers on their way to a reader are.
    packed: bool = False

    @property
    def size(self) -> int:
        """Bytes of the document itself."""
        return int.from_bytes(self.body[-4:], "little") if self.packed else len(self.body)

    def unpacked(self) -> "Answer":
        """The same with a body in plain bytes."""
        return replace(self, body=gzip.decompress(self.body), packed=False) if self.packed else self


class Queries(Protocol):
    """Readers' queries without a thread for each; `client` is who asks, for turns that are fair."""

    async def ask(
        self, text: str, formats: Formats, dataset: Dataset = OWN_DATASET, client: bytes = b"", rows: int = 0
    ) -> Answer:
        """The answer, packed when it is large. Raises what `Store.query` raises, and TooMany."""
        ...


class Store(Protocol):
    """Anything that answers SPARQL queries."""

    def query(
        self, text: str, formats: Formats, dataset: Dataset = OWN_DATASET, rows: int | None = None
    ) -> Answer:
        """The answer; `rows`: so many are enough, it may be cut there.

        Raises BadQuery, RefusedQuery, QueryTimeout, QueryStopped, NotAcceptable or StoreUnavailable."""
        ...

    def close(self) -> None:
        """Gives back what the store holds; no query comes after."""
        ...
