"""The expected rows of the gallery's questions, and the invented worlds that some are asked of."""

import csv
import importlib
import io
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from server.archive.queries import SOURCE_BASE
from server.archive.sources import all_statements
from server.store.syntax import TRIG, Quad, parse

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent
QUERIES = {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "data" / "queries").glob("*.rq"))}
Rows = list[tuple[str, ...]]
# Columns of an expected table, and the function that finds their rows in the sources.
Answer = tuple[tuple[str, ...], Callable[..., set[Any]]]


def plain(value: object) -> str:
    """A value as text, a number in its shortest form: engines write decimals differently."""
    text = "" if value is None else str(value)
    return f"{Decimal(text).normalize():f}" if re.fullmatch(r"-?\d+(\.\d+)?", text) else text


def table(text: str) -> Rows:
    return [tuple(map(plain, row)) for row in csv.reader(io.StringIO(text, newline=""))]


def expected(name: str) -> Rows:
    return table((FOLDER / f"{name}.csv").read_text("utf-8"))


def records(name: str) -> list[dict[str, str]]:
    head, *rows = expected(name)
    return [dict(zip(head, row, strict=True)) for row in rows]


def answers() -> dict[str, Answer]:
    """What the modules `recomputed*.py` find without SPARQL: each holds a table ANSWERS."""
    names = sorted(path.stem for path in FOLDER.glob("recomputed*.py"))
    modules = [importlib.import_module(f"tests.queries.{name}") for name in names]
    return {name: answer for module in modules for name, answer in module.ANSWERS.items()}


def fixture_quads(name: str) -> list[Quad]:
    """The invented world of a question, with ontology and vocabularies."""
    data = (FOLDER / "fixtures" / f"{name[:2]}.trig").read_bytes()
    return parse(data, TRIG, SOURCE_BASE) + all_statements([], ROOT)


def fixture_values(name: str) -> dict[str, str]:
    """The values for parameters that the invented world gives."""
    text = (FOLDER / "fixtures" / f"{name[:2]}.trig").read_text("utf-8")
    return dict(re.findall(r"(?m)^#\+ (\w+): *(\S.*?) *$", text))
