"""Measures the SPARQL service beside others on the same release: answers compared first, then in turns.

A round asks each server for some seconds; the medians of the rounds, and of the ratios within a round, count.
Linux only. The queries of this service run at a low priority: measure on a machine that does nothing else.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import click
import servers
from asking import ACCEPT, Kind, content, kinds, mix
from build import MILLION
from generate import generate
from load import Load, check_tool, load
from measuring import run, table
from servers import Server
from synthetic.options import Options

HEADERS = {"Accept": ACCEPT}
_CACHE = 64
# rdflib takes long to read, and much memory: it gets a part.
_PART = 100_000


def instance_in(place: Path, persons: int) -> Path:
    """A new release of invented people."""
    generate(place / "source", Options(persons))
    run("--source", str(place / "source"), "--instance", str(place / "instance"), "build")
    return place / "instance"


def start(instance: Path, place: Path, stack: ExitStack, everything: bool) -> list[Server]:
    """All servers that there are, the one that the others are compared with first."""
    nquads = instance / "current" / "praleska.nq"
    contexts = [
        servers.oxigraph(nquads),
        servers.praleska("this service, workers", instance, 0),
        servers.praleska("this service, kept answers", instance, _CACHE),
    ]
    if everything:
        contexts.append(servers.oxigraph(nquads, place / "disk"))
        contexts.append(servers.virtuoso(nquads, place / "virtuoso"))
        contexts.append(servers.rdflib_endpoint(nquads, place / "rdflib", _PART))
    found = [stack.enter_context(context) for context in contexts]
    return [server for server in found if server is not None]


def same(found: Sequence[Server], kinds_of: Sequence[Kind]) -> dict[str, list[str]]:
    """Which classes each server answers like the first one."""
    agreed: dict[str, list[str]] = {server.name: [] for server in found}
    for kind in kinds_of:
        wanted = content(found[0].port, found[0].path, kind.queries[0])
        for server in found:
            try:
                if content(server.port, server.path, kind.queries[0]) == wanted:
                    agreed[server.name].append(kind.name)
            except (OSError, ValueError, SyntaxError):
                continue  # an answer in another format, or none
    return agreed


def rounds(found: Sequence[Server], kind: Kind, times: int, seconds: float) -> dict[str, list[Load]]:
    """The load of each server in each round."""
    measured: dict[str, list[Load]] = {server.name: [] for server in found}
    for _ in range(times):
        for server in found:
            measured[server.name].append(load(server.port, kind.targets(server.path), HEADERS, seconds))
    return measured


def ratio(ours: Sequence[Load], others: Sequence[Load]) -> float:
    """The median of the ratios within a round."""
    return median(one.rate / other.rate for one, other in zip(ours, others, strict=True))


def mixed(
    found: Sequence[Server], kind: Kind, times: int, seconds: float, agreed: dict[str, list[str]]
) -> str:
    """The table of the light mix."""
    measured = rounds(found, kind, times, seconds)
    rows = []
    for server in found:
        loads = measured[server.name]
        rate, middle, last, failed = (median(numbers) for numbers in zip(*loads, strict=True))
        cells = [f"{rate:,.0f}", f"{middle:.1f}", f"{last:.1f}", f"{failed:.0f}", f"{server.memory():,.0f}"]
        against = f"{ratio(loads, measured[found[0].name]):.2f}"
        rows.append([server.name, *cells, against, str(len(agreed[server.name]))])
    head = [
        "light mix",
        "requests/s",
        "p50 ms",
        "p99 ms",
        "failed",
        "MiB (PSS)",
        "ratio",
        "same answers, classes",
    ]
    return table(head, rows)


def by_kind(found: Sequence[Server], kinds_of: Sequence[Kind], seconds: float) -> str:
    """The table of the query classes: ours without and with kept answers beside the first server."""
    rows = []
    for kind in kinds_of:
        first, workers, kept = (rounds([one], kind, 1, seconds)[one.name][0] for one in found[:3])
        cells = [f"{first.rate:,.0f}", f"{workers.rate:,.0f}", f"{workers.rate / first.rate:.2f}"]
        rows.append([kind.name, *cells, f"{kept.rate:,.0f}", f"{kept.p50:.2f}"])
    head = ["query class", found[0].name, "workers", "ratio", "kept", "kept, p50 ms"]
    return table(head, rows)


def switched(instance: Path, place: Path) -> str:
    """Memory before, during and after a release switch."""
    own = place / "switching"
    release = (instance / "current").resolve()
    for name in ("a", "b"):
        shutil.copytree(release, own / "releases" / name, copy_function=_linked)
    (own / "current").symlink_to(Path("releases") / "a")
    with servers.praleska("switching", own, _CACHE) as server:
        time.sleep(2)
        steady = server.memory()
        (own / "new").symlink_to(Path("releases") / "b")
        (own / "new").replace(own / "current")
        peak, end = steady, time.monotonic() + 30
        while time.monotonic() < end:
            peak = max(peak, server.memory())
            time.sleep(0.2)
        return f"Memory (PSS): {steady:,.0f} MiB, at most {peak:,.0f} MiB during a release switch."


def _linked(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


@click.command()
@click.argument("instance", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--persons", default=MILLION, show_default=True, help="Invented people, without INSTANCE.")
@click.option("--times", default=5, show_default=True, help="Rounds.")
@click.option("--seconds", default=2.0, show_default=True, help="Of each server in each round.")
@click.option(
    "--all/--few", "everything", default=True, help="Few: oxigraph in memory and this service only."
)
def main(instance: Path | None, persons: int, times: int, seconds: float, everything: bool) -> None:
    """Print tables in Markdown, of a release in INSTANCE or of a new one of invented people."""
    check_tool()
    with tempfile.TemporaryDirectory(prefix="praleska-bench-") as folder, ExitStack() as stack:
        place = Path(folder)
        instance = instance or instance_in(place, persons)
        nquads = instance / "current" / "praleska.nq"
        with nquads.open("rb") as lines:
            click.echo(f"{sum(1 for _ in lines):,} statements\n")
        click.echo(switched(instance, place) + "\n")
        classes = kinds(nquads)
        found = start(instance, place, stack, everything)
        agreed = same(found, classes)
        for server in found[1:3]:
            if missing := {kind.name for kind in classes} - set(agreed[server.name]):
                raise SystemExit(f"The answers differ: {', '.join(sorted(missing))}.")
        click.echo(mixed(found, mix(classes), times, seconds, agreed) + "\n")
        click.echo(by_kind(found, classes, 1.0))
        if everything:
            click.echo(
                f"\nrdflib-endpoint held the first {_PART:,} statements only; Virtuoso is one of Debian."
            )


if __name__ == "__main__":
    main()
