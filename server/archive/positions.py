"""Near which line of a file a statement stands; parsers do not tell, so a tokenizer looks again."""

import re
from collections.abc import Iterator

from server.archive.vocabulary import RDF
from server.store.syntax import N_QUADS, N_TRIPLES, TRIG, TURTLE

_PREFIX = re.compile(r"(?im)^\s*@?prefix\s+([\w.-]*):\s*<([^>]*)>")
_TOKEN = re.compile(
    r'@?(?i:prefix)\s+[\w.-]*:\s*<[^>]*>|"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*|<(?P<iri>[^>\s]*)>|(?P<brace>\{)'
    r"|(?P<prefix>[^\W\d_][\w.-]*)?:(?P<local>(?:[\w-]|\\.|\.(?=[\w-]))*)|(?P<type>\ba\b)|\n"
)
_TOKENIZED = (TURTLE, TRIG, N_TRIPLES, N_QUADS)


class Positions:
    """Finds subjects and predicates in the text of one file."""

    def __init__(self, data: bytes, media_type: str) -> None:
        self._text = data.decode("utf-8", errors="replace")
        self._tokens = list(self._tokenize()) if media_type in _TOKENIZED else []

    def _tokenize(self) -> Iterator[tuple[int, str]]:
        prefixes = dict(_PREFIX.findall(self._text))
        line, read_to = 1, 0
        for found in _TOKEN.finditer(self._text):
            line += self._text.count("\n", read_to, found.start())
            read_to = found.start()
            token = _resolve(found, prefixes)
            if token:
                yield line, token

    def line(self, subject: str, predicate: str | None = None, graph: str | None = None) -> int | None:
        """The line of `predicate` of `subject` in `graph`, as near as can be found; None if nowhere."""
        if not self._tokens:
            return self._line_with(subject)
        start = self._find(graph, 0, before_brace=True) if graph else None
        at = self._find(subject, start or 0)
        exact = self._find(predicate, at) if predicate and at is not None else None
        best = next((place for place in (exact, at, start) if place is not None), None)
        return None if best is None else self._tokens[best][0]

    def _find(self, iri: str, start: int, before_brace: bool = False) -> int | None:
        for index in range(start, len(self._tokens)):
            if self._tokens[index][1] == iri and (not before_brace or self._opens(index + 1)):
                return index
        return None

    def _opens(self, index: int) -> bool:
        return index < len(self._tokens) and self._tokens[index][1] == "{"

    def _line_with(self, iri: str) -> int | None:
        at = self._text.find(iri)
        return None if at < 0 else self._text.count("\n", 0, at) + 1


def _resolve(found: re.Match[str], prefixes: dict[str, str]) -> str | None:
    if found["iri"] is not None:
        return found["iri"]
    if found["local"] is not None:
        namespace = prefixes.get(found["prefix"] or "")
        return None if namespace is None else namespace + found["local"].replace("\\", "")
    if found["type"]:
        return str(RDF.type)
    return found["brace"]
