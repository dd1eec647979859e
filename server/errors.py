"""Everything that can go wrong, as one short tree; no HTTP in here.

PraleskaError
├── BadSyntax          a data file or an upload is not RDF (line, column)
├── BadQuery           a query is not SPARQL (line, column)
├── BadValue           a stored query does not take this value (parameter, reason, allowed, choices)
├── RefusedQuery       a query that this service does not run (SERVICE, LOAD, update)
├── QueryTimeout       stopped at the deadline (seconds)
├── QueryStopped       stopped for another reason (memory, size, crash)
├── StoreUnavailable   nobody answers or everybody is busy
├── TooMany            one client asks too much at once
├── NotAcceptable      none of the formats asked for exists (available)
├── NotFound           no such thing in this release
├── Gone               was here, has been withdrawn
├── TooLarge           more bytes than allowed (limit)
├── BadSource          ontology, shapes or settings are broken
└── BuildFailed        checks found errors; no release was made (findings)
"""

from collections.abc import Sequence


class PraleskaError(Exception):
    """Base of all errors that a user may see; `message` is one plain sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class _Positioned(PraleskaError):
    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column

    def __str__(self) -> str:
        if self.line is None:
            return self.message
        where = f"line {self.line}" + (f", column {self.column}" if self.column is not None else "")
        return f"{where}: {self.message}"


class BadSyntax(_Positioned):
    """A data file or an upload is not RDF."""


class BadQuery(_Positioned):
    """A query is not SPARQL 1.1."""


class BadValue(PraleskaError):
    """A parameter of a stored query does not take the value that was given.

    `reason` is one word for it, `allowed` says what would be right, `choices` are things that may be meant.
    """

    def __init__(
        self,
        message: str,
        parameter: str,
        reason: str,
        allowed: Sequence[str] = (),
        choices: Sequence[dict[str, str]] = (),
    ) -> None:
        super().__init__(message)
        self.parameter = parameter
        self.reason = reason
        self.allowed = tuple(allowed) or None
        self.choices = tuple(choices) or None


class RefusedQuery(PraleskaError):
    """A well-formed request that this service does not run."""


class QueryTimeout(PraleskaError):
    """The query was stopped at its deadline, `seconds` after it came; some of them it may have waited."""

    def __init__(self, seconds: float, waited: float = 0.0) -> None:
        turn = f" It had waited {waited:.1f} of them for its turn." if waited else ""
        super().__init__(f"The query was stopped after {seconds:g} seconds.{turn}")
        self.seconds = seconds
        self.waited = waited


class QueryStopped(PraleskaError):
    """The query was stopped before its deadline."""


class StoreUnavailable(PraleskaError):
    """The store does not answer, or all its workers are busy."""


class TooMany(PraleskaError):
    """One client has too many queries waiting."""


class NotAcceptable(PraleskaError):
    """None of the wanted formats exists for this answer."""

    def __init__(self, available: Sequence[str]) -> None:
        super().__init__("Available formats: " + ", ".join(available) + ".")
        self.available = tuple(available)


class NotFound(PraleskaError):
    """There is no such thing in this release."""


class Gone(PraleskaError):
    """The thing was published once and has been withdrawn."""


class TooLarge(PraleskaError):
    """The body is larger than allowed."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The limit is {limit} bytes.")
        self.limit = limit


class BadSource(PraleskaError):
    """The ontology, the shapes or the settings are broken."""


class BuildFailed(PraleskaError):
    """Checks found errors in the sources, so no release was made."""

    def __init__(self, findings: Sequence[str]) -> None:
        super().__init__(f"{len(findings)} error(s) in the sources; the current release stays.")
        self.findings = tuple(findings)
