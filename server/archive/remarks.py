"""The warnings of a release as pages show them: its report, named and linked in one language."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from server.archive.audits import parts
from server.archive.model import choose, local_name
from server.archive.names import Names
from server.archive.records import Link, Text
from server.archive.reporting import JSON_FILE
from server.errors import NotFound
from server.store.syntax import Term

FIRST, PAGE_SIZE = 5, 50


@dataclass(frozen=True)
class RemarkRow:
    """One warning: its sentence in pieces, and the claim sets concerned."""

    id: str
    parts: tuple[Text | Link, ...]
    claim_sets: tuple[Link, ...]


@dataclass(frozen=True)
class RemarkGroup:
    """The warnings of one rule, or a page of them; of `count` that there are, `kept` are told."""

    slug: str
    number: str
    name: Text
    description: Text
    query: str
    count: int
    kept: int
    rows: tuple[RemarkRow, ...]
    page: int = 1

    @property
    def pages(self) -> int:
        """How many pages the warnings that are told fill."""
        return max(1, -(-self.kept // PAGE_SIZE))


class Remarks:
    """Reads the report of one release, once."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / JSON_FILE

    @cached_property
    def _report(self) -> dict[str, Any]:
        """A release of an older version has none: then nothing is told."""
        if not self._file.exists():
            return {"rules": [], "findings": []}
        found: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
        return found

    @cached_property
    def _by_rule(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {rule["rule"]: [] for rule in self._report["rules"]}
        for finding in self._report["findings"]:
            found[finding["rule"]].append(finding)
        return found

    def groups(self, names: Names, language: str) -> list[RemarkGroup]:
        """Every rule with its first warnings."""
        rules = self._report["rules"]
        names.learn(
            iri for rule in rules for one in self._by_rule[rule["rule"]][:FIRST] for iri in _iris(one)
        )
        return [self._group(rule, names, language, 0, FIRST) for rule in rules]

    def group(self, slug: str, names: Names, language: str, page: int) -> RemarkGroup:
        """One page of the warnings of one rule. Raises NotFound."""
        rule = next((rule for rule in self._report["rules"] if local_name(rule["rule"]) == slug), None)
        start = (page - 1) * PAGE_SIZE
        if rule is None or page < 1 or (start and start >= rule["shown"]):
            raise NotFound("There is no such page of warnings in this release.")
        rows = self._by_rule[rule["rule"]][start : start + PAGE_SIZE]
        names.learn(iri for row in rows for iri in _iris(row))
        return self._group(rule, names, language, start, PAGE_SIZE)

    def _group(self, rule: dict[str, Any], names: Names, language: str, start: int, most: int) -> RemarkGroup:
        rows = self._by_rule[rule["rule"]][start : start + most]
        template = choose(rule["message"], language)[0]
        return RemarkGroup(
            slug=local_name(rule["rule"]),
            number=rule["number"],
            name=names.label(rule["name"]),
            description=names.label(rule["description"]),
            query=rule["query"],
            count=rule["count"],
            kept=rule["shown"],
            rows=tuple(_row(row, template, names) for row in rows),
            page=start // PAGE_SIZE + 1,
        )


def _iris(finding: dict[str, Any]) -> list[str]:
    named = [value for kind, value, _ in finding["values"].values() if kind == "iri"]
    return [*named, *finding["claimSets"]]


def _row(finding: dict[str, Any], template: str, names: Names) -> RemarkRow:
    values = {
        name: Term(kind, value, datatype) for name, (kind, value, datatype) in finding["values"].items()
    }
    pieces: list[Text | Link] = []
    for before, name in parts(template):
        pieces.append(Text(before))
        if name in values:
            text, link = names.value(values[name])
            pieces.append(link or text)
    return RemarkRow(finding["id"], tuple(pieces), tuple(map(names.link, finding["claimSets"])))
