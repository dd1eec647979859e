"""Writes an invented archive of any size in the model of this project; the same seed gives the same bytes."""

import json
import shutil
from collections import Counter
from pathlib import Path
from random import Random

import click
from synthetic.identifiers import Identifiers
from synthetic.institutions import shared
from synthetic.lives import Life
from synthetic.options import Options
from synthetic.vocabularies import Vocabularies
from synthetic.world import World
from synthetic.writing import Page

ROOT = Path(__file__).resolve().parent.parent
_CHUNK = 50
_SHARE = click.FloatRange(0, 1)


def generate(out: Path, options: Options, root: Path = ROOT) -> Counter[str]:
    """Writes ontology/, shapes/ and data/ into the new folder `out`; counts what it told."""
    for folder in ("ontology", "shapes", "data/queries"):
        shutil.copytree(root / folder, out / folder)
    shutil.copy(root / "data" / "dataset.ttl", out / "data")
    world = World(Identifiers(options.seed), Vocabularies(root), options.persons)
    _write(out / "data", "shared", shared(world, Random(f"{options.seed} shared")))
    told: Counter[str] = Counter()
    for start in range(0, options.persons, _CHUNK):
        numbers = range(start, min(start + _CHUNK, options.persons))
        told += _chunk(out, world, options, numbers)
    return told


def _chunk(out: Path, world: World, options: Options, numbers: range) -> Counter[str]:
    public, restricted, told = Page(), Page(), Counter(persons=len(numbers))
    for number in numbers:
        life = Life(world, options, number)
        page = life.write()
        (restricted if life.is_restricted() else public).add(page)
        told.update(life.said, restricted=int(life.is_restricted()))
    _write(out / "data", f"persons-{numbers.start:06}", public)
    if restricted.claims:
        path = out / "restricted" / f"persons-{numbers.start:06}.trig"
        path.parent.mkdir(exist_ok=True)
        path.write_text(restricted.trig(register=True), encoding="utf-8")
    return +told


def _write(data: Path, name: str, page: Page) -> None:
    register, claims = data / "register", data / "claims" / name[: len("persons-000")]
    for target in (register, claims):
        target.mkdir(parents=True, exist_ok=True)
    (register / f"{name}.ttl").write_text(page.turtle(), encoding="utf-8")
    (claims / f"{name}.trig").write_text(page.trig(), encoding="utf-8")


@click.command()
@click.option("--persons", default=1000, show_default=True, type=click.IntRange(1, 250_000))
@click.option("--seed", default=1, show_default=True)
@click.option(
    "--contradictions", default=0.04, show_default=True, type=_SHARE, help="Share of people, each kind."
)
@click.option("--withdrawn", default=0.02, show_default=True, type=_SHARE, help="Share of claim sets.")
@click.option(
    "--minors", default=0.0, type=_SHARE, help="Share of people; they go into the folder restricted/."
)
@click.option("--embargoed", default=0.0, type=_SHARE, help="Share of people; they go into restricted/ too.")
@click.argument("out", type=click.Path(path_type=Path))
def main(out: Path, **options: float) -> None:
    """Write an invented archive into the new folder OUT; build it with `praleska --source OUT build`.

    What is in OUT/restricted is added to an installation with `praleska restrict`.
    """
    if out.exists():
        raise click.UsageError(f"{out} is there already.")
    told = generate(out, Options(**options))  # type: ignore[arg-type]
    click.echo(json.dumps(dict(sorted(told.items()))))


if __name__ == "__main__":
    main()
