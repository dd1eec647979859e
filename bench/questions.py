"""Measures the questions of the gallery, on the real release and on an invented one of a million quads."""

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import click
from build import MILLION
from generate import generate
from measuring import ROOT, run, table
from synthetic.options import Options

from server.archive.releases import ReleaseFolder, current
from server.errors import PraleskaError
from server.store.answers import CSV, Formats, Store
from server.store.embedded import EmbeddedStore, memory_store
from server.store.lane import Lane, LaneSpec
from server.store.pool import Pool

_GIB = 1024**3
_SECONDS = 20.0
# A slow question is asked less often.
_ENOUGH = 3.0
_REAL_LIMIT, _INVENTED_LIMIT = 0.05, 1.0
_FORMATS = Formats(solutions=CSV, boolean=None, graph="text/turtle")
Times = dict[str, float | None]


def measure(folder: ReleaseFolder, times: int) -> tuple[Times, Times]:
    """Median seconds of each question, in this process and through the workers; None: too long, or wrong."""
    texts = {path.stem: path.read_text("utf-8") for path in sorted((folder.path / "queries").glob("*.rq"))}
    with tempfile.TemporaryDirectory(prefix="praleska-bench-") as place:
        lane = LaneSpec(str(Path(place) / "lane"), 1, _SECONDS, 2 * _GIB)
        with Pool("server.store.embedded:query_handler", [str(folder.nquads)], [lane]):
            pooled = EmbeddedStore(Lane(lane), _SECONDS)
            through = _all(texts, pooled, times)
            pooled.close()
    # In this process nothing would stop a question.
    answered = {name: text for name, text in texts.items() if through[name] is not None}
    return _all(answered, memory_store(folder.nquads), times), through


def _all(texts: dict[str, str], store: Store, times: int) -> Times:
    return {name: _median(partial(store.query, text, _FORMATS), times) for name, text in texts.items()}


def _median(ask: Callable[[], object], times: int) -> float | None:
    taken: list[float] = []
    while len(taken) < times and sum(taken) < _ENOUGH:
        start = time.perf_counter()
        try:
            ask()
        except PraleskaError:
            return None
        taken.append(time.perf_counter() - start)
    return median(taken)


def release_of(source: Path, instance: Path) -> ReleaseFolder:
    """A release of these sources."""
    run("--source", str(source), "--instance", str(instance), "build")
    return current(instance)


def releases(place: Path, persons: int) -> tuple[ReleaseFolder, ReleaseFolder]:
    """One of the archive, one of invented people."""
    generate(place / "source", Options(persons))
    return release_of(ROOT, place / "real"), release_of(place / "source", place / "invented")


def _cell(seconds: float | None, limit: float) -> str:
    if seconds is None:
        return "**failed**"
    text = f"{seconds * 1000:,.1f}"
    return f"**{text}**" if seconds > limit else text


@click.command()
@click.option("--persons", default=MILLION, show_default=True, help="Invented people.")
@click.option("--times", default=5, show_default=True, help="Times that each question is asked.")
@click.option(
    "--built", nargs=2, type=click.Path(path_type=Path), help="Two instances that are built already."
)
def main(persons: int, times: int, built: tuple[Path, Path] | None) -> None:
    """Print a table of milliseconds; what takes more than 50 (real) or 1,000 (invented) is in bold."""
    with tempfile.TemporaryDirectory(prefix="praleska-bench-") as folder:
        both = (*map(current, built),) if built else releases(Path(folder), persons)
        measured = [times_of for one in both for times_of in measure(one, times)]
    limits = [_REAL_LIMIT] * 2 + [_INVENTED_LIMIT] * 2
    rows = [[name, *map(_cell, (one.get(name) for one in measured), limits)] for name in measured[1]]
    head = [
        "question",
        "archive, in process",
        "archive, workers",
        "invented, in process",
        "invented, workers",
    ]
    click.echo(table(head, rows))


if __name__ == "__main__":
    main()
