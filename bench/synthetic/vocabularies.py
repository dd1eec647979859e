"""What ontology/ and shapes/ offer: concepts by scheme, and the classes and properties with a shape."""

import re
from pathlib import Path
from random import Random

from pyoxigraph import NamedNode, RdfFormat, parse

from synthetic.writing import BASE, concept

_IN_SCHEME = NamedNode("http://www.w3.org/2004/02/skos/core#inScheme")
_TERM = re.compile(r"(?:targetClass|path) pra:(\w+)")


class Vocabularies:
    """The concepts of every scheme, in order; a new concept is used as soon as it is there."""

    def __init__(self, root: Path) -> None:
        self._schemes: dict[str, list[str]] = {}
        for path in sorted((root / "ontology" / "vocabularies").glob("*.ttl")):
            self._schemes[path.stem] = sorted(_concepts(path))
        shapes = (path.read_text(encoding="utf-8") for path in (root / "shapes").glob("*.ttl"))
        self._terms = {term for words in shapes for term in _TERM.findall(words)}

    def has(self, *terms: str, schemes: tuple[str, ...] = ()) -> bool:
        """Whether there are shapes for these classes and properties, and such schemes."""
        return self._terms.issuperset(terms) and all(self._schemes.get(scheme) for scheme in schemes)

    def any(self, scheme: str, random: Random, *common: str) -> str:
        """A concept of the scheme: in two cases of three one of the `common` ones, else any."""
        known = [name for name in common if name in self._schemes[scheme]]
        usual = bool(known) and random.random() < 0.67
        return concept(scheme, random.choice(known if usual else self._schemes[scheme]))


def _concepts(path: Path) -> set[str]:
    scheme = f"{BASE}vocabulary/{path.stem}/"
    quads = parse(path=path, format=RdfFormat.TURTLE)
    found = (quad.subject.value for quad in quads if quad.predicate == _IN_SCHEME)
    return {value.removeprefix(scheme) for value in found if value.startswith(scheme)}
