"""A query as a program asks it: templates/snippet-*.txt, with the query quoted as each language wants it."""

import json
import re
import shlex
from typing import NamedTuple

from flask import render_template

from server.store.answers import Dataset

_LANGUAGES = ("curl", "Python", "R", "JavaScript")


class Snippet(NamedTuple):
    """The program in one language."""

    name: str
    text: str


def snippets(query: str, dataset: Dataset, kind: str, address: str) -> list[Snippet]:
    """Programs that ask `query` at `address`; `kind` is that of its answer."""
    text = query.replace("\r\n", "\n")
    fields = [("query", text), *parameters(dataset)]
    slots = {"query": text, "fields": fields, "kind": kind, "address": address}
    quotes = {"shell": shlex.quote, "python": python, "r": r, "javascript": javascript}
    return [
        Snippet(name, render_template(f"snippet-{name.lower()}.txt", **slots, **quotes))
        for name in _LANGUAGES
    ]


def parameters(dataset: Dataset) -> list[tuple[str, str]]:
    """The dataset as the protocol writes it."""
    default = [("default-graph-uri", graph) for graph in dataset.default_graphs]
    return default + [("named-graph-uri", graph) for graph in dataset.named_graphs]


def python(text: str) -> str:
    """A string of Python, over several lines where the text has several."""
    escaped = text.replace("\\", "\\\\").replace("\r", "\\r")
    if '"""' in text or text.endswith('"'):
        escaped = escaped.replace('"', '\\"')
    return f'"""{escaped}"""' if "\n" in text else json.dumps(text, ensure_ascii=False)


def javascript(text: str) -> str:
    """A template string of JavaScript."""
    return "`" + re.sub(r"[\\`]|\$(?=\{)", r"\\\g<0>", text).replace("\r", "\\r") + "`"


def r(text: str) -> str:
    """A raw string of R, with as many dashes as it takes to tell its end."""
    dashes = "---"
    while f'){dashes}"' in text:
        dashes += "-"
    return f'r"{dashes}({text}){dashes}"'
