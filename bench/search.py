"""Measures the search in the names of invented people: the index is made as the build makes it."""

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import NamedTuple
from urllib.parse import quote

import click
from measuring import ROOT, table
from synthetic.names import Name, person

from server import create_app
from server.archive.archive import Archive
from server.archive.index import INDEX
from server.archive.indexing import write_index
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE
from server.archive.releases import ReleaseFolder
from server.config import Settings
from server.store.embedded import memory_store

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_TERMS = f"{SOURCE_BASE}ontology#"
_REGISTER = f"{SOURCE_BASE}graph/register"
# One in so many is quoted with some of these words.
_QUOTED = 5
_WORDS = ("узор", "узорны", "пробнае", "слова", "прыклад", "макетны", "тэкст", "паўтор", "сказана", "тут")
_TIMES = 60


class Kind(NamedTuple):
    """A kind of search, and how one is made of somebody's name."""

    name: str
    text: Callable[[Name, Random], str]


_KINDS = (
    Kind("whole name, Belarusian", lambda name, _: name.be),
    Kind("whole name, Russian", lambda name, _: name.ru),
    Kind("whole name, Latin letters", lambda name, _: name.latin),
    Kind("whole name, as English has it", lambda name, _: name.en),
    Kind("surname alone", lambda name, _: name.ru.split()[1]),
    Kind("common first name", lambda name, _: name.be.split()[0]),
    Kind("first five letters of a surname", lambda name, _: name.be.split()[1][:5]),
    Kind("word of a quotation", lambda _, random: random.choice(_WORDS)),
    Kind("nothing found", lambda _, random: "".join(random.choices("бгдж", k=9))),
    Kind("two letters", lambda name, _: name.be[:2]),
)


def statements(people: list[Name], random: Random) -> Iterator[str]:
    """Register entries of people, and quotations of some of them, as N-Quads."""
    for number, name in enumerate(people):
        iri = f"<{SOURCE_BASE}id/p{number:09}>"
        yield f"{iri} <{_TYPE}> <{_TERMS}Person> <{_REGISTER}> .\n"
        for language, text in (("be", name.be), ("ru", name.ru), ("en", name.en)):
            yield f'{iri} <{_SKOS}prefLabel> "{text}"@{language} <{_REGISTER}> .\n'
        yield f'{iri} <{_SKOS}altLabel> "{name.latin}"@be-latn <{_REGISTER}> .\n'
        if number % _QUOTED == 0:
            said = f"<{SOURCE_BASE}id/q{number:09}>"
            words = " ".join(random.choices(_WORDS, k=20))
            yield f"{said} <{_TYPE}> <{_TERMS}Quotation> <{_REGISTER}> .\n"
            yield f'{said} <https://schema.org/text> "{words}"@be <{SOURCE_BASE}id/c{number:09}> .\n'


def released(place: Path, people: list[Name], random: Random) -> tuple[Archive, Settings]:
    """An archive that can be searched and nothing else."""
    settings = Settings(source=ROOT, instance=place)
    folder = place / "releases" / "1"
    for name in ("ontology", "shapes"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(ROOT / "data" / "queries", folder / "queries")
    manifest = {"id": "1", "created": "2031-01-01", "quads": 0, "licence": "", "files": []}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    lines = place / "people.nq"
    with lines.open("w", encoding="utf-8") as file:
        file.writelines(statements(people, random))
    store = memory_store(lines)
    write_index(folder / INDEX, store, Model.load(folder, SOURCE_BASE), SOURCE_BASE)
    return Archive(ReleaseFolder(folder), store, SOURCE_BASE), settings


def row(kind: Kind, people: list[Name], archive: Archive, settings: Settings) -> list[str]:
    """A row of the table: what is found, and how long that takes without and with its page."""
    random = Random(7)
    texts = [kind.text(name, random) for name in random.sample(people, _TIMES)]
    client = create_app(settings, archive).test_client()
    found = [archive.search(text, "be").total for text in texts]
    searches = [_took(partial(archive.search, text, "be")) for text in texts]
    pages = [_took(partial(client.get, f"/search?q={quote(text)}&lang=be")) for text in texts]
    return [kind.name, f"{median(found):,.0f}", *_cells(searches), *_cells(pages)]


def _took(do: Callable[[], object]) -> float:
    # Nobody is waited for: what else runs on this machine should not count.
    start = time.process_time()
    do()
    return (time.process_time() - start) * 1000


def _cells(taken: list[float]) -> list[str]:
    return [f"{median(taken):.1f}", f"{quantiles(taken, n=20)[-1]:.1f}", f"{max(taken):.1f}"]


@click.command()
@click.option("--persons", default=250_000, show_default=True, help="Invented people.")
def main(persons: int) -> None:
    """Print a table in Markdown: processor milliseconds of searches, one at a time, and of their pages."""
    random = Random(5)
    people = [person(random) for _ in range(persons)]
    with tempfile.TemporaryDirectory(prefix="praleska-bench-") as place:
        start = time.process_time()
        archive, settings = released(Path(place), people, random)
        size = (archive.folder / INDEX).stat().st_size / 1024**2
        click.echo(f"{persons:,} people: index made in {time.process_time() - start:.0f} s, {size:.0f} MiB\n")
        rows = [row(kind, people, archive, settings) for kind in _KINDS]
    head = ["search", "found", "p50 ms", "p95 ms", "max ms", "page p50", "page p95", "page max"]
    click.echo(table(head, rows))


if __name__ == "__main__":
    main()
