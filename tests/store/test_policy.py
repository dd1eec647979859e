"""Which queries are refused, also in disguise, and which are not although they look alike."""

import contextlib
import time

import pytest

from server.errors import RefusedQuery
from server.store.policy import query_form, refuse_federation

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


PIECES = ["a1", "a.", "'''\\'", "<", "<a", ":.", "\"\"\"'''", "service?x "]
PIECES += ["\\", "a:\\u0041", "?", "_:", "@a-"]


@pytest.mark.parametrize("piece", PIECES)
def test_the_time_grows_with_the_length_only(piece: str) -> None:
    start = time.monotonic()
    with contextlib.suppress(RefusedQuery):
        refuse_federation("\\u " + piece * (200_000 // len(piece)))
    assert time.monotonic() - start < 3
