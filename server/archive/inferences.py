"""What the software itself concludes, by the queries in data/inferences/: claim sets of its own.

A query constructs statements about subjects that it makes up, one a conclusion; here each subject becomes a
thing with a claim set (docs/decisions/006-archive-rules-and-inferences.md).
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from server.archive.minting import ALPHABET, LENGTH
from server.archive.model import Model, TypeShape
from server.archive.queries import SOURCE_BASE, rebase
from server.archive.terms import iri
from server.archive.vocabulary import RDF
from server.errors import BadSource
from server.store.answers import Formats, Store
from server.store.syntax import N_TRIPLES, Quad, Term, parse

FOLDER = "data/inferences"
_OWN = re.compile(r"(?m)^PREFIX inference: <([^>]+)>")
_TYPE = iri(str(RDF.type))
Properties = dict[Term, set[Term]]


def inferred(store: Store, source: Path, model: Model, base: str) -> Iterator[Quad]:
    """The claim sets of every query, which all see the same `store`: none rests on another's conclusions.
    Raises BadSource when a query does not say which inference it is."""
    for path in sorted((source / FOLDER).glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        own = _OWN.search(text)
        if own is None:
            raise BadSource(f"{path} has no line PREFIX inference: <…> with the address of the inference.")
        answer = store.query(rebase(text, base), Formats(graph=N_TRIPLES))
        for subject, properties in _by_subject(parse(answer.body, N_TRIPLES, base)).items():
            key = f"{own[1]} {subject.replace(base, SOURCE_BASE, 1)}"
            yield from (
                quad for shape in _graph_shapes(model) for quad in _claims(key, properties, shape, base)
            )


def _graph_shapes(model: Model) -> list[TypeShape]:
    """The shape of claim sets, which says what may be said of one."""
    return [shape for shape in model.types if shape.names_graph][:1]


def _by_subject(statements: Iterable[Quad]) -> dict[str, Properties]:
    found: dict[str, Properties] = defaultdict(lambda: defaultdict(set))
    for quad in statements:
        found[quad.subject.value][quad.predicate].add(quad.object)
    return found


def identifier(key: str) -> str:
    """An opaque identifier that is the same in every build."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest())
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in range(LENGTH))


def _claims(key: str, properties: Properties, shape: TypeShape, base: str) -> Iterator[Quad]:
    """The stub of one thing and the description of its claim set for the register, and the claims."""
    thing, claims = (iri(f"{base}id/{identifier(text)}") for text in (key, f"{key} claims"))
    register = iri(f"{base}graph/register")
    single = {field.predicate: field.single for field in shape.fields if field.predicate}
    yield Quad(claims, _TYPE, iri(shape.target), register)
    for name, values in properties.items():
        # Where one value is expected, such as the day of recording, the greatest: the newest.
        kept = [max(values)] if single.get(name.value) else sorted(values)
        about, graph = (claims, register) if name.value in single else (thing, claims)
        yield from (Quad(about, name, value, graph) for value in kept)
        if name == _TYPE:
            yield from (Quad(thing, name, value, register) for value in kept)
