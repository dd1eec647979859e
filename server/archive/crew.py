"""Checks many source files in several processes; the findings come in the order of the files all the same."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from server.archive.findings import Finding
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE
from server.archive.sources import FileChecker, SourceFile, read_source

# One process alone has checked this many statements before others have started.
_MANY = 60_000
# Each holds all statements.
_MOST_PROCESSES = 4
_checkers: list[FileChecker] = []


def check_files(files: list[SourceFile], folder: Path, model: Model) -> Iterator[list[Finding]]:
    """The findings on each file, in turn; `folder` has ontology and shapes."""
    processes = min(len(os.sched_getaffinity(0)), _MOST_PROCESSES, len(files))
    if processes < 2 or sum(len(file.quads) for file in files) < _MANY:
        return map(FileChecker(files, model).check, range(len(files)))
    return _check_in_processes(files, folder, processes)


def _check_in_processes(files: list[SourceFile], folder: Path, processes: int) -> Iterator[list[Finding]]:
    texts = [(file.name, file.data, file.media_type) for file in files]
    # A forked process would hold locks of threads that it does not have.
    with ProcessPoolExecutor(processes, get_context("spawn"), _prepare, (texts, folder)) as pool:
        yield from pool.map(_check, range(len(files)))


def _prepare(texts: list[tuple[str, bytes, str]], folder: Path) -> None:
    files = [read_source(*text) for text in texts]
    _checkers.append(FileChecker(files, Model.load(folder, SOURCE_BASE)))


def _check(number: int) -> list[Finding]:
    return _checkers[0].check(number)
