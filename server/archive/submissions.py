"""Checks what a stranger sends: parsed and checked in a process that may die, against what the archive knows.

Two steps, because the process that reads foreign text has no access to the store: first it tells which
things the submission names, then it gets what the archive says of them, and checks.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from server.archive.checking import Checker, unique
from server.archive.findings import Finding, Report
from server.archive.model import Model
from server.archive.positions import Positions
from server.archive.queries import fill, iris_text, rebase, select, stored
from server.archive.refusals import Refusals
from server.archive.terms import iri
from server.store.answers import Store
from server.store.syntax import N_QUADS, Quad, canonical_nquads, parse
from server.store.wire import Handler

Call = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]
_BATCH = 500
# A submission that names more things than this is checked without knowledge of the rest.
_MOST_NAMES = 5000


class SubmissionDesk:
    """Takes submissions, has them checked by `call`, keeps nothing."""

    def __init__(self, call: Call, store: Store, base: str) -> None:
        self._call = call
        self._store = store
        self._base = base

    def check(self, data: bytes, media_type: str) -> Report:
        """The report on one submission. Raises BadSyntax with line and column, or TooLarge."""
        named, _ = self._call({"step": "names", "media_type": media_type}, data)
        context = canonical_nquads(self._context(named["iris"]))
        header = {"step": "check", "media_type": media_type, "context": len(context)}
        _, report = self._call(header, context + data)
        return _read_report(report)

    def _context(self, iris: list[str]) -> Iterator[Quad]:
        graph = iri(f"{self._base}graph/register")
        text = rebase(stored("context"), self._base)
        for start in range(0, min(len(iris), _MOST_NAMES), _BATCH):
            batch = list(iris_text(iris[start : start + _BATCH]))
            for row in select(self._store, fill(text, named=batch)):
                yield Quad(row["subject"], row["property"], row["value"], graph)


def check_handler(release: str, base: str, instance: str = "") -> Handler:
    """For the zygote: loads ontology and shapes of the release folder once, and what the installation does
    not take back; answers a SubmissionDesk."""
    model = Model.load(Path(release), base)
    checker = Checker(model, base)
    refusals = Refusals(Path(instance) if instance else None, base)
    submission = f"{base}submission/"

    def answer(header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        media_type = header["media_type"]
        if header["step"] == "names":
            return {"iris": _names(parse(payload, media_type, submission), base)}, b""
        context, data = payload[: header["context"]], payload[header["context"] :]
        quads = parse(data, media_type, submission)
        findings = unique(refusals.speaks_of(quads, model))
        findings += checker.check(quads, GivenContext(parse(context, N_QUADS, base)))
        return {}, _write_report(_placed(findings, data, media_type), len(quads))

    return answer


class GivenContext:
    """Just what the archive was asked for."""

    def __init__(self, quads: list[Quad]) -> None:
        self._quads = quads

    def describe(self, iris: set[str]) -> Iterable[Quad]:
        """All that was given; it was asked for by these names."""
        return self._quads


def _names(quads: Iterable[Quad], base: str) -> list[str]:
    own = f"{base}id/"
    return sorted({t.value for q in quads for t in q if t and t.kind == "iri" and t.value.startswith(own)})


def _placed(findings: Iterable[Finding], data: bytes, media_type: str) -> Iterator[Finding]:
    positions = Positions(data, media_type)
    return (f.at(positions.line(f.focus, f.path, f.claim_set)) for f in findings)


def _write_report(findings: Iterable[Finding], statements: int) -> bytes:
    return json.dumps({"findings": list(map(asdict, findings)), "statements": statements}).encode()


def _read_report(data: bytes) -> Report:
    report = json.loads(data)
    return Report(tuple(Finding(**finding) for finding in report["findings"]), report["statements"])
