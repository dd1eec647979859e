"""Which queries are refused, also in disguise, and which are not although they look alike."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from server.errors import RefusedQuery
from server.store.policy import query_form, refuse_federation, without_dataset

ROOT = str(Path(__file__).parent.parent.parent)

ALLOWED = [
    "SELECT ?service WHERE { ?service ?load $insert }",
    "SELECT * { ?s ex:service ?x ; ex:load ?y ; service:x ?z . }",
    "PREFIX service: <https://example.org/service/> SELECT * { service:a service: service:b }",
    "PREFIX load: <x:> PREFIX delete: <y:> ASK { load:a delete:b load:c }",
    "SELECT * { GRAPH service:g { ?s ?p ?o } }",
    "SELECT * FROM service:g { ?s ?p ?o }",
    "SELECT * FROM NAMED service:g { ?s ?p ?o }",
    "DESCRIBE service:x { ?s ?p ?o }",
    "SELECT * { <https://example.org/SERVICE> <https://example.org/load#x> 'SERVICE <http://x> {}' }",
    'SELECT * { ?s ?p "SERVICE", "a \\" SERVICE <x:> {} ", "LOAD <x:>" }',
    "SELECT * { ?s ?p '''it's a SERVICE <x:> {} ' '' ''' }",
    'SELECT * { ?s ?p """say "SERVICE <x:> {}" """ }',
    "SELECT * { ?s ?p ?o # SERVICE <http://x> { }\n }",
    "# LOAD <x:>\nSELECT * { ?s ?p ?o }",
    "SELECT * { ?s ?p _:service . _:load ?q 'x'@service }",
    "SELECT * { ?s ex:a\\'service ?o ; ex:b\\' ?p }",
    "SELECT * { ?s ex:with ?o ; ex:add ?p FILTER(?o < 3 && ?p > 4) }",
    "SELECT * { ?s ?p '\\u0053ERVICE' }",
    "SELECT * { ?s ?p ?o FILTER(?o<?service) }",
    "SELECT (COUNT(*) AS ?copy) { ?s ?move ?o } GROUP BY ?with",
    "SELECT * { ?s €:service ?o }",
    "this is no query",
    "",
]

REFUSED = [
    "SELECT * { SERVICE <http://x> { ?s ?p ?o } }",
    "SELECT * { service<http://x>{} }",
    "SELECT * { SeRvIcE SILENT ?x { } }",
    "SELECT * { SERVICE # comment\n <http://x> {} }",
    "SELECT * { ?s ?p 'x' . SERVICE ex:y {} }",
    'SELECT * { ?s ?p "it\'s" . SERVICE ex:y {} }',
    "SELECT * { ?s ?p '''x''' SERVICE ex:y {} }",
    "SELECT * { ?s ?p ''''''. SERVICE ex:y {} }",
    "SELECT * { ?s ?p ex:a\\' . SERVICE ex:y {} ?s ?p ex:b\\' }",
    "SELECT * { ?s ?p ex:a\\#b . SERVICE ex:y {} }",
    "SELECT * { ?s ?p <http://x#'> . SERVICE ex:y {} ?s ?p <http://x#'> }",
    "SELECT * { FILTER(1 < 2) SERVICE ex:y {} FILTER(3 > 2) }",
    "SELECT * { FILTER(?a<?b)SERVICE?x{} FILTER(?c>?d) }",
    "SELECT * { FILTER(1<2)SERVICE#>\n<http://x>{} }",
    "SELECT * { FILTER(1<2)#>'''\nSERVICE <http://x> {} #''' \n}",
    "SELECT * { SERVICEex:y{} }",
    "SELECT * { SERVICESILENTex:y {} }",
    "SELECT * { ?s ?p 1SERVICE ex:y {} }",
    "SELECT * { ?s ?p 1.SERVICE ex:y {} }",
    "SELECT * { ?s ?p trueSERVICE ex:y {} }",
    "SELECT * { ?s ?p trueSERVICEex:y {} }",
    "SELECT * { ?s ?p ?x.SERVICE ex:y {} }",
    "SELECT * { \\u0053ERVICE <http://x> {} }",
    "SELECT * { \\U00000053ERVIC\\u0045 <http://x> {} }",
    "SELECT * { ?s ?p 'x\\u0027 . SERVICE <http://x> {} }",
    "SELECT * { # comment\\u000A SERVICE <http://x> {} }",
    "SELECT * { ?s ?p '\\\\\\u0027 . SERVICE <http://x> {} ?s ?p 'x' }",
    "SELECT * { ?s ?p <http://x/\\u00e9'''> , \"\\u0022 '''\" . SERVICE <http://x> {} }",
    "SELECT * { ?s ?p ?o } # x\rSERVICE <http://x> {}",
    "LOAD <http://x>",
    "load silent <http://x> INTO GRAPH <x:g>",
    "LOADSILENT<http://x>",
    "\\u004cOAD <http://x>",
    "PREFIX x: <x:> INSERT DATA { x:a x:b x:c }",
    "BASE <x:> DELETE WHERE { ?s ?p ?o }",
    "WITH <x:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "CLEAR ALL",
    "CREATE GRAPH <x:g>",
    "DROP DEFAULT",
    "COPY <x:a> TO <x:b>",
    "MOVE <x:a> TO <x:b>",
    "ADD <x:a> TO <x:b>",
    "SELECT * {} ; INSERT DATA {}",
    'DEFINE get:soft "replace" SELECT * FROM <http://x> { ?s ?p ?o }',
]


@pytest.mark.parametrize("text", ALLOWED)
def test_a_harmless_query_passes(text: str) -> None:
    refuse_federation(text)


@pytest.mark.parametrize("text", REFUSED)
def test_a_call_or_an_update_is_refused(text: str) -> None:
    with pytest.raises(RefusedQuery):
        refuse_federation(text)


def test_the_reason_helps() -> None:
    with pytest.raises(RefusedQuery, match="VALUES"):
        refuse_federation("SELECT * { SERVICE <x:> {} }")
    with pytest.raises(RefusedQuery, match=r"only reads: DROP .* SELECT"):
        refuse_federation("DROP ALL")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("# ASK\nPREFIX select: <x:> BASE <y:>\nask {}", "ASK"),
        ("prefix : <x:ask> CONSTRUCT WHERE {}", "CONSTRUCT"),
        ("\\u0044ESCRIBE <x:>", "DESCRIBE"),
        ("VERSION '1.2' SELECT * {}", "SELECT"),
        ("INSERT DATA {}", None),
        ("<x:> SELECT", "SELECT"),
        ("hello", None),
        ("", None),
    ],
)
def test_the_form_of_a_query_is_its_first_word(text: str, form: str | None) -> None:
    assert query_form(text) == form


HERE = ("https://example.org/sparql", "https://query.example.org/?a=b")
CALL = "SELECT * { SERVICE <https://example.org/sparql> { ?s ?p ?o } }"

PASSED = [
    CALL,
    "SELECT * { service silent<https://example.org/sparql>{} }",
    "SELECT * { SERVICE # why\n <https://example.org/sparql> # <x:>\n { ?s ?p ?o } }",
    "SELECT * { SERVICE <https://query.example.org/?a=b> {} . SERVICE <https://example.org/sparql> {} }",
    "SELECT * { ?s ?p '\\u0053ERVICE' SERVICE <https://example.org/sparql> {} }",
]

STOPPED = [
    "SELECT * { SERVICE ?x {} }",
    "SELECT * { VALUES ?x { <https://example.org/sparql> } SERVICE ?x {} }",
    "SELECT * { SERVICE $x {} }",
    "SELECT * { SERVICE <https://example.org/sparql/> {} }",
    "SELECT * { SERVICE <https://example.org/sparql?x> {} }",
    "SELECT * { SERVICE <https://example.org/sparq> {} }",
    "SELECT * { SERVICE <https://EXAMPLE.org/sparql> {} }",
    "SELECT * { SERVICE <http://example.org/sparql> {} }",
    "SELECT * { SERVICE <https://example.org/\\u0073parql> {} }",
    "SELECT * { SERVICE <https://example.org/sparql#> {} }",
    "BASE <https://example.org/> SELECT * { SERVICE <sparql> {} }",
    "PREFIX x: <https://example.org/> SELECT * { SERVICE x:sparql {} }",
    "PREFIX x: <https://example.org/sparql> SELECT * { SERVICE x: {} }",
    "SELECT * { SERVICE <https://example.org/sparql> ?x {} }",
    "SELECT * { SERVICE SILENT SILENT <https://example.org/sparql> {} }",
    "SELECT * { SERVICESILENT <https://example.org/sparql> {} }",
    "SELECT * { ?s ?p trueSERVICE <https://example.org/sparql> {} }",
    "SELECT * { SERVICE <x:y> { SERVICE <https://example.org/sparql> {} } }",
    "SELECT * { SERVICE <https://example.org/sparql> { SERVICE <x:y> {} } }",
    "SELECT * { # \\u000A SERVICE <x:y> {} \n SERVICE <https://example.org/sparql> {} }",
    "SELECT * { FILTER(1<2)SERVICE#>\n<https://example.org/sparql>{} }",
    "SELECT * { SERVICE <https://example.org/sparql> {} SERVICEex:y {} }",
    "SELECT * { SERVICE '<https://example.org/sparql>' {} }",
    "SELECT * { SERVICE <> {} }",
    "LOAD <https://example.org/sparql>",
    "SELECT * { SERVICE <https://example.org/sparql> {} } ; LOAD <https://example.org/sparql>",
]


@pytest.mark.parametrize("text", PASSED)
def test_an_allowed_call_passes(text: str) -> None:
    refuse_federation(text, HERE)
    with pytest.raises(RefusedQuery):
        refuse_federation(text)


@pytest.mark.parametrize("text", [*STOPPED, *REFUSED])
def test_an_allowed_address_allows_no_other(text: str) -> None:
    with pytest.raises(RefusedQuery):
        refuse_federation(text, HERE)


def test_the_reason_names_what_is_allowed() -> None:
    with pytest.raises(RefusedQuery, match=r"in full as <address>: https://example\.org/sparql "):
        refuse_federation(STOPPED[0], HERE)


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("SELECT * FROM <x:a> { ?s ?p ?o }", "SELECT *            { ?s ?p ?o }"),
        ("ASK FROM NAMED x:a FROM<x:b>\nWHERE {}", "ASK                         \nWHERE {}"),
        ("ASK # FROM <x:a>\n{ ?s ?p 'FROM <x:a>' }", "ASK # FROM <x:a>\n{ ?s ?p 'FROM <x:a>' }"),
        ("ASK FROM # c\n <x:a> {}", "ASK      # c\n       {}"),
        ("ASK { ?from ex:from ?o }", "ASK { ?from ex:from ?o }"),
    ],
)
def test_a_query_is_freed_of_its_dataset_and_stays_in_its_place(text: str, without: str) -> None:
    assert without_dataset(text) == without


PIECES = ["a1", "a.", "'''\\'", "<", "<a", ":.", "\"\"\"'''", "service?x "]
PIECES += ["\\", "a:\\u0041", "?", "_:", "@a-"]


# Processor seconds, which the kernel counts: a busy machine changes nothing. What grows with the square of
# the length would take minutes.
WORK = """
import contextlib, resource, sys
from server.errors import RefusedQuery
from server.store.policy import refuse_federation
used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
resource.setrlimit(resource.RLIMIT_CPU, (int(used) + 5, int(used) + 5))
with contextlib.suppress(RefusedQuery):
    refuse_federation("\\\\u " + sys.argv[1] * (200_000 // len(sys.argv[1])))
"""


@pytest.mark.parametrize("piece", PIECES)
def test_the_work_grows_with_the_length_only(piece: str) -> None:
    subprocess.run([sys.executable, "-c", WORK, piece], check=True, env=os.environ | {"PYTHONPATH": ROOT})
