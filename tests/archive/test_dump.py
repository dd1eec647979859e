"""The statements of a release while it is made."""

import json

from server.archive.dump import Dump
from server.archive.terms import iri
from server.store.answers import Formats
from server.store.syntax import N_QUADS, TRIG, Quad, Term, canonical_nquads, parse

A, B, P, Q = (iri(f"https://example.org/{name}") for name in "abpq")
ONE, TWO = (iri(f"https://example.org/graph/{name}") for name in ("one", "two"))
# A literal that ends as a statement in a graph would.
TRAP = Term("literal", "not in <https://example.org/graph/two> .\n")
QUADS = [Quad(A, P, B, ONE), Quad(A, P, TRAP, ONE), Quad(B, P, A, TWO), Quad(A, Q, B), Quad(A, P, B, ONE)]


def rows(dump: Dump, text: str) -> int:
    body = dump.store.query(text, Formats(solutions="application/sparql-results+json")).body
    return len(json.loads(body)["results"]["bindings"])


def test_the_same_statements_in_any_order_and_any_parts_are_the_same_bytes() -> None:
    whole, parts = Dump(), Dump()
    whole.add(QUADS)
    for quad in reversed(QUADS):
        parts.add([quad])
    assert whole.nquads() == parts.nquads() == canonical_nquads(QUADS)
    assert whole.trig({}) == parts.trig({})


def test_trig_says_the_same_and_names_each_graph_once() -> None:
    dump = Dump()
    dump.add(QUADS)
    written = dump.trig({"ex": "https://example.org/"})
    assert set(parse(written, TRIG, "https://example.org/")) == set(QUADS)
    assert written.count(b"one {") == 1


def test_shared_graphs_stand_in_the_default_graph_too_and_count_once() -> None:
    dump = Dump()
    dump.add(QUADS)
    dump.share(lambda name: name == ONE.value)
    default = {quad for quad in parse(dump.nquads(), N_QUADS, "https://example.org/") if quad.graph is None}
    assert default == {Quad(A, P, B), Quad(A, P, TRAP), Quad(A, Q, B)}
    assert dump.count == 3
    assert rows(dump, "SELECT * { ?s ?p ?o }") == 3


def test_the_store_has_what_was_added_and_knows_the_predicates() -> None:
    dump = Dump()
    assert rows(dump, "SELECT * { GRAPH ?g { ?s ?p ?o } }") == 0
    dump.add(QUADS)
    dump.add([])
    assert rows(dump, "SELECT * { GRAPH ?g { ?s ?p ?o } }") == 3
    assert dump.predicates == {P.value, Q.value}
