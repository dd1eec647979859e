"""What is wrong with the files of the gallery: found by the check, before a reader finds it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from server.archive import overviews
from server.archive.gallery import CHARTS, Example, Frame, Parameter, example, frame
from server.archive.model import Model
from server.archive.parameters import ANY, PLAIN, plain_term, read, terms
from server.archive.vocabulary import LANGUAGES
from server.errors import BadValue, BuildFailed, PraleskaError
from server.store.answers import JSON, Formats, Store
from server.store.embedded import memory_store
from server.store.syntax import N_TRIPLES

_FORMATS = Formats(JSON, JSON, N_TRIPLES)
# The addresses of a question use these themselves.
_RESERVED = ("lang", "format")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def refuse_broken(source: Path, model: Model) -> None:
    """Raises BuildFailed with every fault of the queries in `source`."""
    faults = list(faults_of(source / "data" / "queries", model))
    if faults:
        raise BuildFailed(faults)


def faults_of(folder: Path, model: Model) -> Iterator[str]:
    """A sentence on each fault, with the name of its file."""
    around = frame(folder)
    known = {shape.slug for shape in model.types}
    for picker, slugs in around.pickers.items():
        for slug in sorted(set(slugs) - known):
            yield f"gallery.toml: the picker {picker} names {slug}, which is no class with a shape."
    yield from overviews.faults_of(folder)
    store = memory_store(b"")
    for path in sorted(folder.glob("*.rq")):
        for fault in _faults(path, around, store):
            yield f"{path.name}: {fault}"


def _faults(path: Path, around: Frame, store: Store) -> Iterator[str]:
    try:
        found = example(path, LANGUAGES[0])
    except UnicodeDecodeError as error:
        yield f"it is not UTF-8 (byte {error.start})."
        return
    if not _SLUG.fullmatch(path.stem):
        yield "its name, which becomes an address, has other characters than a-z, 0-9 and single hyphens."
    if not found.title.lang:
        yield f"there is no title; write #+ title@{LANGUAGES[0]}: and so on."
    if found.group and found.group not in around.groups:
        yield f"gallery.toml has no group {found.group}."
    for parameter in found.parameters:
        yield from _parameter_faults(parameter, found, around)
    yield from _query_faults(found, store)


def _parameter_faults(parameter: Parameter, found: Example, around: Frame) -> Iterator[str]:
    name, picker = parameter.name, parameter.picker
    if name in _RESERVED:
        yield f"a parameter cannot be called {name}."
    if picker not in PLAIN and picker not in around.pickers:
        yield f"there is no picker {picker} for {name}."
    slots = len(re.findall(rf"VALUES\s+\?{name}\b", found.text))
    if slots != 1 or not parameter.default:
        yield f"the query needs one line VALUES ?{name} {{ … }} with a default."
    elif picker in PLAIN and parameter.default != ANY:
        yield from _default_faults(parameter)


def _default_faults(parameter: Parameter) -> Iterator[str]:
    for term in terms(parameter):
        try:
            plain_term(parameter, read(term))
        except BadValue:
            yield f"the default of {parameter.name} is no {parameter.picker}."


def _query_faults(found: Example, store: Store) -> Iterator[str]:
    """An engine without data parses the query and names its columns."""
    try:
        answer = store.query(found.text, _FORMATS)
    except PraleskaError as error:
        yield f"the query cannot be run: {error}"
        return
    chart = found.chart
    if chart is None:
        return
    if chart.kind not in CHARTS:
        yield f"there is no chart {chart.kind}; there are {', '.join(CHARTS)}."
    columns = json.loads(answer.body)["head"].get("vars", []) if answer.kind == "solutions" else []
    for column in chart.columns:
        if column not in columns:
            yield f"the chart names ?{column}, which is no column of the answer."
