"""A thing in the words of schema.org, as far as the alignments reach: what the register says, no claim."""

from collections.abc import Iterator
from typing import Any

from rdflib import URIRef

from server.archive.model import Model
from server.archive.records import Resource, Row, Value
from server.archive.vocabulary import RDFS, SCHEMA, SKOS

_CONTEXT = SCHEMA.removesuffix("/")
Node = dict[str, Any]


def in_schema(model: Model, thing: Resource) -> Node:
    """`thing` as a node of JSON-LD; its name only where no claim went into it."""
    rows = [row for section in thing.sections for row in section.rows]
    names = {text for row in rows for text in _names(model, row)}
    is_claimed = any(value.sources for row in rows for value in row.values)
    # A composed name tells what is claimed; a name of its own stands in the register.
    name = thing.type_name if is_claimed and thing.title.value not in names else thing.title
    node: Node = {"@id": thing.iri, "@type": classes(model, thing.types), "name": name.value}
    other = sorted(names - {thing.title.value})
    if other:
        node["alternateName"] = other
    for row in rows:
        term = _term(model, row.property, RDFS.subPropertyOf)
        told = [_value(value) for value in row.values if not value.sources]
        if term and told:
            node[term] = told if len(told) > 1 else told[0]
    return node


def classes(model: Model, types: tuple[str, ...]) -> list[str]:
    """The classes of schema.org that things of some classes belong to."""
    found = {term for name in types if (term := _term(model, name, RDFS.subClassOf))}
    return sorted(found) or ["Thing"]


def _term(model: Model, name: str, above: URIRef) -> str:
    """What a term of ours, or the nearest one above it, is there; "" if nothing."""
    for each in model.ontology.transitive_objects(URIRef(name), above) if name else ():
        for link in (above, SKOS.closeMatch):
            near = (str(one) for one in model.ontology.objects(each, link))
            found = min((one for one in near if one.startswith(SCHEMA)), default="")
            if found:
                return found.removeprefix(SCHEMA)
    return ""


def _names(model: Model, row: Row) -> Iterator[str]:
    if row.property in model.naming:
        yield from (value.text.value for value in row.values if not value.link)


def _value(value: Value) -> Any:
    if not value.link:
        return value.text.value
    return value.link.iri if value.link.external else {"@id": value.link.iri, "name": value.text.value}


def page_node(thing: Node, address: str, lang: str) -> Node:
    """A page about a thing."""
    return {"@context": _CONTEXT, "@type": "AboutPage", "@id": address, "inLanguage": lang, "about": thing}
