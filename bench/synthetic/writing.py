"""Turtle and TriG text, written directly: a big archive never stands in memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from synthetic.names import Name

BASE = "https://w3id.org/praleska/"
_PREFIXES = {
    "": f"{BASE}id/",
    "pra": f"{BASE}ontology#",
    "graph": f"{BASE}graph/",
    "voc": f"{BASE}vocabulary/",
    "cito": "http://purl.org/spar/cito/",
    "dct": "http://purl.org/dc/terms/",
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
PROLOGUE = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in _PREFIXES.items()) + "\n"
Pair = tuple[str, str]


def thing(name: str, kind: str, *pairs: Pair) -> str:
    """One subject with its class and what is said of it."""
    said = "".join(f" ;\n    {predicate} {value}" for predicate, value in pairs)
    return f"  :{name} a {kind}{said} .\n"


def to(name: str) -> str:
    """A link to a thing."""
    return f":{name}"


def concept(scheme: str, name: str) -> str:
    """A concept of a vocabulary."""
    return f"<{BASE}vocabulary/{scheme}/{name}>"


def text(value: str, language: str) -> str:
    """A text with its language; no value holds quotation marks or backslashes."""
    return f'"{value}"@{language}'


def edtf(value: date | str) -> str:
    """An uncertain date."""
    return f'"{value}"^^edtf:EDTF'


def day(value: date) -> str:
    """An exact day."""
    return f'"{value}"^^xsd:date'


def later(value: date, days: int) -> date:
    """So many days on."""
    return value + timedelta(days)


def labels(name: Name, predicate: str = "skos:prefLabel") -> list[Pair]:
    """A name in three languages."""
    return [
        (predicate, text(value, tag)) for tag, value in (("be", name.be), ("ru", name.ru), ("en", name.en))
    ]


@dataclass
class Page:
    """What one file of claims and its file of the register say."""

    register: list[str] = field(default_factory=list)
    stubs: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)

    def claim(self, name: str, described: str, graph: Iterable[str]) -> None:
        """One claim set: its description and its graph."""
        self.claims.append(f"graph:register {{\n{described}}}\n:{name} {{\n{''.join(graph)}}}\n\n")

    def add(self, other: "Page") -> None:
        """Takes in what another page says."""
        self.register += other.register
        self.stubs += other.stubs
        self.claims += other.claims

    def turtle(self) -> str:
        """The file of the register."""
        return PROLOGUE + "".join(self.register)

    def trig(self, register: bool = False) -> str:
        """The file of claims; with the `register` it stands alone."""
        entries = "".join([*(self.register if register else ()), *self.stubs])
        return f"{PROLOGUE}graph:register {{\n{entries}}}\n\n{''.join(self.claims)}"
