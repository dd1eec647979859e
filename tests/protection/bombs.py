"""Eighty queries that are made to hurt: too much to compute, to hold, to parse or to send."""

from collections.abc import Iterator

EVERY = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
DEEP = 20_000
WIDE = 5_000
MANY = 50_000
LARGE = 1_000_000
_X = "<http://example.org/x>"
Named = tuple[str, str]


def bombs() -> list[Named]:
    """Each with a name."""
    families = (_products, _sorting, _paths, _lists, _nesting, _patterns, _hoarding, _long, _broken)
    return [bomb for family in families for bomb in family()]


def _products() -> Iterator[Named]:
    for name, text in {
        "count": f"SELECT (COUNT(*) AS ?n) {{ {EVERY} }}",
        "filter": f"SELECT (COUNT(*) AS ?n) {{ {EVERY} FILTER(STR(?a) < STR(?i)) }}",
        "distinct": f"SELECT DISTINCT ?a ?d ?g {{ {EVERY} }}",
        "never true": f"SELECT * {{ {EVERY} FILTER(false && ?a = ?i || STRLEN(?a) > 100000) }}",
        "groups": f"SELECT ?a ?d (COUNT(*) AS ?n) {{ {EVERY} }} GROUP BY ?a ?d",
        "graphs": "SELECT * { GRAPH ?x { ?a ?b ?c } GRAPH ?y { ?d ?e ?f } GRAPH ?z { ?g ?h ?i } }",
        "minus": f"SELECT (COUNT(*) AS ?n) {{ {EVERY} MINUS {{ ?a ?b ?i }} }}",
        "not exists": f"ASK {{ {EVERY} FILTER NOT EXISTS {{ ?a ?b ?c }} }}",
        "optional": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c OPTIONAL { ?d ?e ?f } OPTIONAL { ?g ?h ?i } }",
        "union": f"SELECT (COUNT(*) AS ?n) {{ {{ {EVERY} }} UNION {{ {EVERY} }} }}",
        "construct": f"CONSTRUCT {{ ?a ?e ?i }} WHERE {{ {EVERY} }}",
        "describe": f"DESCRIBE * WHERE {{ {EVERY} }}",
        "all rows": f"SELECT * {{ {EVERY} }}",
    }.items():
        yield f"product, {name}", text


def _sorting() -> Iterator[Named]:
    for key in ("?a", "DESC(?c)", "STR(?i)", "RAND()", "MD5(CONCAT(STR(?a), STR(?d)))", "?c ?f ?i"):
        yield f"order by {key}", f"SELECT * {{ {EVERY} }} ORDER BY {key} LIMIT 10"


def _paths() -> Iterator[Named]:
    step = f"({_X}|!{_X})"
    for tail in ("*", "+", "*/" + step + "*", "?/" + step + "+/^" + step + "*"):
        yield f"path {tail[:8]}", f"SELECT (COUNT(*) AS ?n) {{ ?s {step}{tail} ?o }}"
    yield "path in both directions", f"SELECT * {{ ?s ({step}|^{step})* ?o }}"
    yield "path in each graph", f"SELECT * {{ GRAPH ?g {{ ?s ({step}|^{step})+ ?o }} }}"
    yield "three paths", f"SELECT (COUNT(*) AS ?n) {{ ?a {step}* ?b . ?b {step}* ?c . ?c {step}* ?a }}"
    for sign in ("|", "/"):
        alternatives = sign.join(f"<http://example.org/{n}>" for n in range(WIDE))
        yield f"{WIDE} steps by {sign}", f"SELECT * {{ ?s ({alternatives})* ?o }}"
    denied = "|".join(f"<http://example.org/{n}>" for n in range(WIDE))
    yield f"{WIDE} denied steps", f"SELECT * {{ ?s (!({denied}))* ?o }}"
    yield "path of 5000 stars", f"SELECT * {{ ?s {'/'.join([step + '*'] * 5000)} ?o }}"


def _lists() -> Iterator[Named]:
    iris = [f"<http://example.org/{n}>" for n in range(MANY // 2)]
    numbers = " ".join(map(str, range(1000)))
    yield "long IN", f"SELECT * {{ {EVERY} FILTER(?a IN ({', '.join(iris)})) }}"
    yield "long NOT IN", f"SELECT (COUNT(*) AS ?n) {{ {EVERY} FILTER(?a NOT IN ({', '.join(iris)})) }}"
    yield "long VALUES", f"SELECT * {{ VALUES ?x {{ {' '.join(iris)} }} {EVERY} }}"
    yield (
        "values by values",
        " ".join(["SELECT * {", *(f"VALUES ?v{n} {{ {numbers} }}" for n in range(4)), "}"]),
    )
    yield (
        "sums of values",
        " ".join(
            ["SELECT (SUM(?v0 * ?v2) AS ?n) {", *(f"VALUES ?v{n} {{ {numbers} }}" for n in range(3)), "}"]
        ),
    )
    yield "many graphs", "SELECT * " + " ".join(f"FROM {iri}" for iri in iris) + " { ?s ?p ?o }"


def _nesting() -> Iterator[Named]:
    for name, before, middle, after in (
        ("groups", "{", "", "}"),
        ("optionals", "OPTIONAL {", "", "}"),
        ("subqueries", "{ SELECT * {", "?s ?p ?o", "} }"),
        ("brackets", "FILTER(" + "(" * DEEP, "1", ")" * DEEP + ")"),
        ("denials", "FILTER(" + "!" * DEEP, "true", ")"),
        ("minuses", "BIND(" + "-" * DEEP, "1", " AS ?x)"),
        ("exists", "FILTER EXISTS {", "?s ?p ?o", "}"),
        ("lists", "?s ?p " + "(" * DEEP, "1", ")" * DEEP),
        ("blank nodes", "?s ?p " + "[ ?p " * DEEP, "1", "]" * DEEP),
        ("conditions", "BIND(" + "IF(true, " * DEEP, "1", ", 2)" * DEEP + " AS ?x)"),
        ("paths", "?s " + "(" * DEEP, _X, ")*" * DEEP + " ?o"),
        ("unions", "{ ?s ?p ?o }", "", " UNION { ?s ?p ?o }"),
        ("sums", "BIND(1", "", " + 1"),
    ):
        times = 1 if len(before) > DEEP else DEEP
        body = before * (1 if name in ("unions", "sums") else times) + middle + after * times
        yield f"nested {name}", f"SELECT * {{ {body} {' AS ?x)' if name == 'sums' else ''} }}"


def _patterns() -> Iterator[Named]:
    row = "a" * 5000 + "b"
    for pattern in ("(a+)+$", "(a|aa)+$", "(.*)*$", "((a?){30}){30}{30}", "(?:a{0,500}){0,500}", "(" * 2000):
        text = f'SELECT (COUNT(*) AS ?n) {{ {EVERY} FILTER(REGEX("{row}", "{pattern}")) }}'
        yield f"regex {pattern[:12]}", text


def _hoarding() -> Iterator[Named]:
    doubled = " ".join(f"BIND(CONCAT(?t{n}, ?t{n}, ?t{n}, ?t{n}) AS ?t{n + 1})" for n in range(20))
    yield "doubled text", f'SELECT * {{ BIND("tttttttttttttttt" AS ?t0) {doubled} }}'
    yield (
        "replaced text",
        (
            f'SELECT * {{ ?s ?p ?o BIND(REPLACE(REPLACE("{"a" * 25}", "a", "{"a" * 25}"), "a", '
            f'"{"a" * 25}") AS ?x) }}'
        ),
    )
    yield "joined text", f"SELECT (GROUP_CONCAT(?c) AS ?x) {{ {EVERY} }}"
    yield "joined in groups", f"SELECT ?a (GROUP_CONCAT(DISTINCT ?f) AS ?x) {{ {EVERY} }} GROUP BY ?a"
    yield "samples", f"SELECT ?a ?d ?g (SAMPLE(?c) AS ?x) {{ {EVERY} }} GROUP BY ?a ?d ?g"
    yield "distinct texts", f"SELECT DISTINCT (CONCAT(STR(?a), STR(?d), STR(?g)) AS ?x) {{ {EVERY} }}"
    yield "hashes", f"SELECT (SHA512(CONCAT(STR(?a), STR(?d))) AS ?x) {{ {EVERY} }}"


def _long() -> Iterator[Named]:
    yield "a megabyte of comment", "# " + "x" * LARGE + "\nASK {}"
    yield "a megabyte of spaces", "ASK" + " " * LARGE + "{}"
    yield "a megabyte of text", f'SELECT ("{"x" * LARGE}" AS ?x) {{}}'
    yield "a megabyte of address", f"SELECT * {{ <http://example.org/{'x' * LARGE}> ?p ?o }}"
    yield "a megabyte of name", f"SELECT ?{'x' * LARGE} {{ }}"
    yield "a megabyte of patterns", "SELECT * { " + "?s ?p ?o . " * (LARGE // 11) + "}"
    yield (
        "a megabyte of columns",
        "SELECT * { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(30_000)) + "}",
    )
    yield "a megabyte too much", "# " + "x" * 2 * LARGE + "\nASK {}"


def _broken() -> Iterator[Named]:
    yield "open braces", "SELECT * " + "{" * LARGE
    yield "open brackets", "SELECT * { FILTER" + "(" * LARGE
    yield "open text", 'SELECT * { ?s ?p "' + "x" * LARGE
    yield "escapes", "SELECT * { ?s ?p '" + "\\u0041" * (LARGE // 6) + "' }"
    yield "broken escapes", "SELECT * { ?s ?p '" + "\\" * LARGE
    yield "open addresses", "<" * (LARGE // 4)
    yield "zeros", "\0" * LARGE
    yield "quotes", "SELECT * { ?s ?p " + "'" * LARGE
    yield "prefixes", "".join(f"PREFIX p{n}: <x:{n}> " for n in range(40_000)) + "ASK {}"
    yield "digits", f"SELECT ({'9' * LARGE} AS ?x) {{}}"
