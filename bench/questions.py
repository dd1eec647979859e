"""Measures the questions of the gallery, on the real release and on an invented one of a million quads."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import click
from build import MILLION
from generate import generate
from measuring import ROOT, run, table
from synthetic.options import Options

from server.archive.releases import ReleaseFolder, current
from server.config import Settings
from server.errors import PraleskaError
from server.store.answers import CSV, Formats, Store
from server.store.embedded import EmbeddedStore, memory_store
from server.store.lane import Lane, LaneSpec
from server.store.pool import Pool

_GIB = 1024**3
_SECONDS = 60.0
_LIMITS = {"the archive": 0.05, "invented": 1.0}
_FORMATS = Formats(solutions=CSV, boolean=None, graph="text/turtle")
Times = dict[str, float | None]


def measure(folder: ReleaseFolder, times: int) -> tuple[Times, Times]:
    """Median seconds of each question, in this process and through the workers; None: it failed."""
    with tempfile.TemporaryDirectory(prefix="praleska-bench-") as place:
        lane = LaneSpec(str(Path(place) / "lane"), 1, _SECONDS, 2 * _GIB)
        with Pool("server.store.embedded:query_handler", [str(folder.nquads)], [lane]):
            pooled = EmbeddedStore(Lane(lane), _SECONDS)
            through = _all(folder, pooled, times)
            pooled.close()
    return _all(folder, memory_store(folder.nquads), times), through


def _all(folder: ReleaseFolder, store: Store, times: int) -> Times:
    texts = {path.stem: path.read_text("utf-8") for path in sorted((folder.path / "queries").glob("*.rq"))}
    return {
        name: _median(lambda text=text: store.query(text, _FORMATS), times) for name, text in texts.items()
    }  # type: ignore[misc]


def _median(ask: Callable[[], object], times: int) -> float | None:
    taken = []
    for _ in range(times):
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


def _cell(seconds: float | None, limit: float) -> str:
    if seconds is None:
        return "**failed**"
    text = f"{seconds * 1000:,.1f}"
    return f"**{text}**" if seconds > limit else text


@click.command()
@click.option("--persons", default=MILLION, show_default=True, help="Invented people.")
@click.option("--times", default=5, show_default=True, help="Times that each question is asked.")
def main(persons: int, times: int) -> None:
    """Print a table of milliseconds; what takes more than 50 (real) or 1,000 (invented) is in bold."""
    Settings()
    with tempfile.TemporaryDirectory(prefix="praleska-bench-") as folder:
        place = Path(folder)
        generate(place / "source", Options(persons))
        real = measure(release_of(ROOT, place / "real"), times)
        invented = measure(release_of(place / "source", place / "invented"), times)
    columns = [(*_LIMITS.items(),)[0][1]] * 2 + [_LIMITS["invented"]] * 2
    rows = [[name, *map(_cell, (one[name] for one in (*real, *invented)), columns)] for name in real[0]]
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
