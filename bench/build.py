"""Measures the build: of the real archive, and of an invented one with a million statements."""

import json
import tempfile
from pathlib import Path
from statistics import median

import click
from generate import generate
from measuring import ROOT, Measured, run, table
from synthetic.options import Options

# So many people make about a million statements.
MILLION = 1060
_HEAD = ["build of", "statements", "seconds", "processor seconds", "peak MiB", "same hash again"]


def build(source: Path, folder: Path, times: int) -> list[str]:
    """Builds `times` times, each from nothing; a row of the table."""
    measured: list[Measured] = []
    manifests = []
    for number in range(times):
        instance = folder / str(number)
        measured.append(run("--source", str(source), "--instance", str(instance), "build"))
        manifests.append(json.loads((instance / "current" / "manifest.json").read_text()))
    first = manifests[0]
    return [
        f"{first['quads']:,}",
        f"{median(one.seconds for one in measured):.1f}",
        f"{median(one.processor for one in measured):.1f}",
        f"{max(one.peak for one in measured):.0f}",
        "yes" if len({manifest["sha256"] for manifest in manifests}) == 1 else "NO",
    ]


@click.command()
@click.option("--persons", default=MILLION, show_default=True, help="Invented people.")
@click.option("--times", default=3, show_default=True, help="Builds of the real archive; of the other, two.")
def main(persons: int, times: int) -> None:
    """Print a table of what the builds take."""
    with tempfile.TemporaryDirectory(prefix="praleska-bench-") as folder:
        place = Path(folder)
        generate(place / "source", Options(persons))
        rows = [["the archive", *build(ROOT, place / "real", times)]]
        rows.append([f"{persons:,} invented people", *build(place / "source", place / "invented", 2)])
    click.echo(table(_HEAD, rows))


if __name__ == "__main__":
    main()
