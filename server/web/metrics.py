"""What the service counts, in the text format of Prometheus. No address and no query is in it."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from server.errors import PraleskaError, QueryStopped, QueryTimeout, StoreUnavailable, TooMany
from server.store.answers import OWN_DATASET, Answer, Dataset, Formats, Queries
from server.web.departures import Departures

_OUTCOMES: dict[type[PraleskaError], str] = {
    QueryTimeout: "timeout",
    QueryStopped: "stopped",
    StoreUnavailable: "unavailable",
    TooMany: "too_many",
}
_LEFT = "The reader has left."
_BOUNDS = (0.001, 0.005, 0.02, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Metrics:
    """Counters of one server, from its start."""

    def __init__(self) -> None:
        self.requests: Counter[int] = Counter()
        self.queries: Counter[str] = Counter()
        self.hits = self.misses = 0
        self._buckets = [0] * (len(_BOUNDS) + 1)
        self._seconds = 0.0

    def query(self, outcome: str, seconds: float) -> None:
        """Counts a query and what became of it."""
        self.queries[outcome] += 1
        self._seconds += seconds
        self._buckets[next((i for i, bound in enumerate(_BOUNDS) if seconds <= bound), -1)] += 1

    def text(self, gauges: dict[str, float]) -> str:
        """All numbers; `gauges` are those that others know now."""
        return "\n".join([*self._counted(), *self._histogram(), *_gauges(gauges)]) + "\n"

    def _counted(self) -> Iterator[str]:
        yield "# TYPE praleska_requests_total counter"
        for status, number in sorted(self.requests.items()):
            yield f'praleska_requests_total{{status="{status}"}} {number}'
        yield "# TYPE praleska_queries_total counter"
        for outcome, number in sorted(self.queries.items()):
            yield f'praleska_queries_total{{outcome="{outcome}"}} {number}'

    def _histogram(self) -> Iterator[str]:
        yield "# TYPE praleska_query_seconds histogram"
        total = 0
        for bound, number in zip((*_BOUNDS, "+Inf"), self._buckets, strict=True):
            total += number
            yield f'praleska_query_seconds_bucket{{le="{bound}"}} {total}'
        yield f"praleska_query_seconds_sum {self._seconds:.6f}"
        yield f"praleska_query_seconds_count {total}"


def _gauges(gauges: dict[str, float]) -> Iterator[str]:
    for name, value in gauges.items():
        kind = "counter" if name.endswith("_total") else "gauge"
        yield f"# TYPE praleska_{name} {kind}"
        yield f"praleska_{name} {value:g}"


class Counted:
    """The queries of one request, which are counted on their way, and ended when its reader leaves."""

    def __init__(self, queries: Queries, metrics: Metrics, departures: Departures, exchange: Any) -> None:
        self._queries = queries
        self._metrics = metrics
        self._departures = departures
        self._exchange = exchange

    async def ask(
        self, text: str, formats: Formats, dataset: Dataset = OWN_DATASET, client: bytes = b"", rows: int = 0
    ) -> Answer:
        """See `Queries.ask`."""
        begun = time.perf_counter()
        outcome = "failed"
        # A query that nobody reads is ended; its task is cancelled.
        task = self._departures.enter(self._exchange)
        try:
            answer = await self._queries.ask(text, formats, dataset, client, rows)
            outcome = "cut" if answer.cut else "answered"
            return answer
        except PraleskaError as error:
            outcome = _OUTCOMES.get(type(error), "refused")
            raise
        except asyncio.CancelledError as error:
            if not self._departures.has_left(task):
                raise
            outcome = "left"
            task.uncancel()
            raise StoreUnavailable(_LEFT) from error
        finally:
            self._departures.leave(task)
            self._metrics.query(outcome, time.perf_counter() - begun)
