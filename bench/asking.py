"""The query classes of the benches, filled with things of a release; and answers as what they say."""

import random
import re
import urllib.request
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9"
_FOLDER = Path(__file__).parent / "queries"
# Stands for a thing of this class; which one is chosen at random.
_SLOT = re.compile(r"<urn:bench:(\w+)>")
_TYPE = re.compile(r"(<[^>]+>) <[^>]+#type> <[^>]+#(\w+)> <[^>]+/register> \.")


class Kind(NamedTuple):
    """A class of queries."""

    name: str
    is_light: bool
    queries: list[str]

    def targets(self, path: str) -> list[str]:
        """What a GET asks for."""
        return [f"{path}?query={quote(query)}" for query in self.queries]


def kinds(nquads: Path, times: int = 60) -> list[Kind]:
    """All classes; the same queries for the same release."""
    things = _things(nquads)
    rng = random.Random(5)
    return [_kind(path, things, rng, times) for path in sorted(_FOLDER.glob("*.rq"))]


def mix(found: list[Kind]) -> Kind:
    """The light mix: what pages and small programs ask, in turn."""
    light = [kind.queries for kind in found if kind.is_light]
    return Kind("light mix", True, [query for together in zip(*light, strict=True) for query in together])


def _kind(path: Path, things: dict[str, list[str]], rng: random.Random, times: int) -> Kind:
    head, _, text = path.read_text("utf-8").partition("\n")
    number = times if _SLOT.search(text) else 1
    queries = [_SLOT.sub(lambda slot: rng.choice(things[slot[1]]), text) for _ in range(number)]
    return Kind(path.stem, head == "# light", queries)


def _things(nquads: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with nquads.open(encoding="utf-8") as lines:
        for match in filter(None, map(_TYPE.match, lines)):
            found.setdefault(match[2], []).append(match[1])
    return found


def content(port: int, path: str, query: str) -> object:
    """An answer as what it says, whatever its order; only its size where the query leaves open which rows."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}?query={quote(query)}", headers={"Accept": ACCEPT}
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        body, kind = answer.read(), answer.headers.get_content_type()
    if "json" in kind:
        solutions = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
        assert isinstance(solutions, ox.QuerySolutions)
        rows = sorted(str(row) for row in solutions)
        return len(rows) if "LIMIT" in query and "ORDER BY" not in query else rows
    return sorted(map(str, ox.parse(body, ox.RdfFormat.N_TRIPLES)))
