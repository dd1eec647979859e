"""The gallery: pages of the stored queries, their addresses for programs, and the descriptions of these."""

import csv
import io
import json
import re
import shutil
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from urllib.parse import quote, urlencode

import pytest
import rdflib
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from rdflib.namespace import RDF, RDFS, SH

from server import create_app
from server.archive.archive import Archive
from server.archive.gallery import CHARTS, Chart
from server.archive.parameters import RULES
from server.errors import QueryTimeout
from server.store.answers import Answer, Formats
from server.web import charts, gallery
from server.web.cells import Cell
from server.web.results import Shown
from server.web.texts import LANGUAGES, words
from tests.queries.expected import QUERIES

NAMES = sorted(QUERIES)
HELD = "21-held-in-a-facility-on-a-day"
PLACES = "20-facilities-in-order"
ID = "https://w3id.org/praleska/id/"
XSD = "http://www.w3.org/2001/XMLSchema#"
SH_12 = rdflib.Namespace(str(SH))
SPEX = rdflib.Namespace("https://purl.expasy.org/sparql-examples/ontology#")
SCHEMA = rdflib.Namespace("https://schema.org/")
RESULTS = "application/sparql-results+json"
# Files that somebody drops into data/queries: one of each kind of answer and of each plain picker.
DROPPED = {
    "90-echo": """#+ title@en: Echo
#+ title@be: Рэха
#+ explanation@en: One sentence. Another one.
#+ parameter said@en: Said
#+ parameter also@en: Also
#+ picker also: text
#+ parameter year@en: Year
#+ picker year: year
#+ parameter many@en: Many
#+ picker many: number
#+ parameter day@en: Day
#+ picker day: date
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?said ?also ?year ?many ?day WHERE {
  VALUES ?said { "default" }
  VALUES ?also { "слова"@be }
  VALUES ?year { "1999"^^xsd:gYear }
  VALUES ?many { 1 2.5 }
  VALUES ?day { UNDEF }
}
""",
    "91-ask": "#+ title@en: Ask\n#+ chart: none\nASK {}\n",
    "92-construct": (
        "#+ title@en: Construct\n# A remark.\nPREFIX ex: <http://example.org/>\n"
        "CONSTRUCT { ex:a ex:b ex:c } WHERE {}\n"
    ),
    "93-describe": "#+ title@en: Describe\nDESCRIBE <https://w3id.org/praleska/id/exm9s346q3>\n",
}


@pytest.fixture(scope="module")
def dropped(world, tmp_path_factory):
    """An application over the same release, with the dropped files beside its queries."""
    instance = tmp_path_factory.mktemp("dropped") / "instance"
    shutil.copytree(world.instance, instance, symlinks=True)
    folder = (instance / "current").resolve() / "queries"
    for name, text in DROPPED.items():
        (folder / f"{name}.rq").write_text(text, encoding="utf-8")
    changed = replace(world, instance=instance)
    return create_app(changed, Archive.open(changed)).test_client()


def ask(client, slug, suffix="json", **given_):
    return client.get(f"/queries/{slug}.{suffix}?{urlencode(given_, doseq=True)}")


def rows(answer):
    assert answer.status_code == 200, answer.text
    return [{k: v["value"] for k, v in row.items()} for row in answer.get_json()["results"]["bindings"]]


def problem(answer):
    assert answer.status_code == 400, answer.text[:200]
    assert answer.mimetype == "application/problem+json"
    found = json.loads(answer.data)
    assert found["error"] == "BadValue"
    assert found["detail"]
    return found


# --- the list --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_links_every_question_once_under_a_title(client, lang):
    answer = client.get(f"/queries/?lang={lang}")
    assert (answer.status_code, answer.headers["Content-Language"]) == (200, lang)
    main = answer.text.partition("<main")[2]
    linked = re.findall(r'href="/queries/([\w-]+)\?lang=(\w\w)"', main)
    assert sorted(linked) == [(name, lang) for name in NAMES]
    assert f"<h1>{words(lang)['gallery']['title']}</h1>" in main
    assert "<h2" in main
    assert words(lang)["gallery"]["other"] not in re.findall(r"<h2[^>]*>(.*?)</h2>", main), "one has no group"


def test_the_list_follows_the_reader_and_has_one_address(client):
    answer = client.get("/queries/", headers={"Accept-Language": "be"})
    assert answer.headers["Content-Language"] == "be"
    assert "Accept-Language" in answer.headers["Vary"]
    moved = client.get("/queries")
    assert (moved.status_code, moved.headers["Location"].rpartition("/queries")[2]) == (308, "/")


def test_a_line_of_the_list_is_the_first_sentence(dropped):
    page = dropped.get("/queries/?lang=en").text
    assert "One sentence.</li>" in page
    assert "Another one." not in page
    assert words("en")["gallery"]["other"] in page


# --- pages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_its_page(client, archive, name):
    lang = LANGUAGES[NAMES.index(name) % 3]
    answer = client.get(f"/queries/{name}?lang={lang}", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert answer.headers["Content-Language"] == lang
    question = archive.gallery.example(name, lang)
    assert question.title.value in answer.text.replace("&#34;", '"').replace("&#39;", "'")
    fields = set(re.findall(r'<(?:select|input|textarea)[^>]* name="(\w+)"', answer.text)) - {"lang"}
    assert fields == {parameter.name for parameter in question.parameters}
    assert f"/queries/{name}.csv" in answer.text
    assert "/sparql?query=" in answer.text
    assert " style=" not in answer.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_form_holds_the_defaults_and_choices_in_the_language_of_the_reader(client, archive, lang):
    page = client.get(f"/queries/{HELD}?lang={lang}").text
    assert 'type="date" id="p-day" name="day" value="2021-12-01"' in page
    options = re.findall(r'<option value="(id/\w+)"( selected)?>(.*?)</option>', page)
    assert [(path, name) for path, _, name in options] == [
        (link.path, link.text.value) for link in archive.pickers.options("facility", lang)
    ]
    assert options


def test_what_was_chosen_stays_in_form_links_and_query(client, archive):
    facility = archive.pickers.options("facility", "en")[0]
    page = client.get(f"/queries/{HELD}?lang=en&facility={facility.path}&day=2022-03-04").text
    assert f'<option value="{facility.path}" selected>' in page
    assert 'value="2022-03-04"' in page
    assert f"/queries/{HELD}.csv?facility={quote(facility.path, safe='')}&amp;day=2022-03-04" in page
    assert f"VALUES ?facility {{ &lt;{facility.iri}&gt; }}" in page
    assert "VALUES ?day { &#34;2022-03-04&#34;^^xsd:date }" in page


def test_an_optional_parameter_may_be_left_open(client):
    page = client.get("/queries/08-provisions-per-year?lang=en&article=").text
    assert f'<option value="">{words("en")["gallery"]["any"]}</option>' in page
    assert "VALUES ?article { UNDEF }" in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_wrong_value_is_said_on_the_page_beside_the_form(client, lang):
    answer = client.get(f"/queries/{HELD}?lang={lang}&day=2021-13-01", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert words(lang)["gallery"]["why"]["date"] in answer.text
    assert 'value="2021-13-01" aria-invalid="true"' in answer.text
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_page_tells_programs_of_the_other_forms(client):
    links = client.get(f"/queries/{HELD}?day=2021-01-01").headers.getlist("Link")
    assert f'</queries/{HELD}.csv?day=2021-01-01>; rel="alternate"; type="text/csv"' in links
    assert any('rel="service-desc"' in link for link in links)


def test_where_there_are_too_many_things_a_name_is_asked_for(client, archive, monkeypatch):
    monkeypatch.setattr(archive.pickers, "_options", {})
    monkeypatch.setattr("server.archive.pickers.MOST", 1)
    link = archive.pickers.links([f"{ID}exm9s346q3"], "en")[0]
    page = client.get(f"/queries/{PLACES}?lang=en&person=id/exm9s346q3").text
    assert 'type="text" id="p-person" name="person" value="id/exm9s346q3"' in page
    assert link.text.value in page
    archive.pickers._options.clear()


def test_a_number_before_a_name_belongs_to_the_name_of_a_bar(archive):
    cells = [("2020", f"{XSD}integer"), ("342", ""), ("16", f"{XSD}integer")]
    row = tuple(Cell("literal", value, "", kind) for value, kind in cells)
    other = (row[0], replace(row[1], value="130"), row[2])
    question = archive.gallery.example("08-provisions-per-year", "en")
    assert question.chart == Chart("bar", ("year", "provision", "people"))
    shown = Shown("solutions", question.chart.columns, (row, other))
    drawing = gallery.drawn(question.chart, question.undrawn, shown, "en")
    assert "2020 · 342" in [shape.text for shape in drawing.shapes]
    fewer = Shown("solutions", ("year",), (row[:1],))
    assert gallery.drawn(question.chart, question.undrawn, fewer, "en") is None


def test_the_kinds_of_charts_are_those_that_can_be_drawn():
    assert set(CHARTS) == set(charts.KINDS)


# --- addresses for programs ------------------------------------------------------------------------------


def well_formed(answer, suffix):
    if suffix in ("csv", "tsv"):
        lines = list(csv.reader(io.StringIO(answer.text), delimiter="," if suffix == "csv" else "\t"))
        assert len(set(map(len, lines))) == 1
        return tuple(name.lstrip("?") for name in lines[0])
    if suffix == "json":
        return tuple(answer.get_json()["head"]["vars"])
    if suffix == "xml":
        head = ET.fromstring(answer.data).findall("{*}head/{*}variable")
        return tuple(variable.attrib["name"] for variable in head)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        assert "xl/worksheets/sheet1.xml" in book.namelist()
    return ()


@pytest.mark.parametrize("name", NAMES)
def test_every_question_answers_in_every_format(client, name):
    heads = set()
    for suffix in ("csv", "tsv", "json", "xml", "xlsx"):
        answer = client.get(f"/queries/{name}.{suffix}", headers={"Accept": "text/html"})
        assert answer.status_code == 200, (suffix, answer.text[:300])
        assert answer.headers["ETag"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        heads.add(well_formed(answer, suffix))
    assert len(heads - {()}) == 1


@pytest.mark.parametrize(
    ("slug", "suffix", "media"),
    [
        ("91-ask", "json", RESULTS),
        ("91-ask", "xml", "application/sparql-results+xml"),
        ("92-construct", "ttl", "text/turtle"),
        ("92-construct", "jsonld", "application/ld+json"),
        ("92-construct", "nt", "application/n-triples"),
        ("93-describe", "rdf", "application/rdf+xml"),
    ],
)
def test_other_kinds_of_queries_have_their_own_formats(dropped, slug, suffix, media):
    answer = dropped.get(f"/queries/{slug}.{suffix}")
    assert (answer.status_code, answer.mimetype) == (200, media)
    page = dropped.get(f"/queries/{slug}?lang=be")
    assert page.status_code == 200
    assert f"/queries/{slug}.{suffix}" in page.text


@pytest.mark.parametrize(
    "path", ["91-ask.csv", "92-construct.json", f"{HELD}.ttl", f"{HELD}.doc", "nothing", "a.csv"]
)
def test_what_does_not_exist_is_404(dropped, path):
    assert dropped.get(f"/queries/{path}").status_code == 404


def test_the_answer_is_that_of_the_protocol(client, archive):
    text = archive.gallery.example("01-released-only-into-exile", "en").text
    direct = client.get("/sparql?" + urlencode({"query": text}), headers={"Accept": "text/csv"})
    stored = client.get("/queries/01-released-only-into-exile.csv")
    assert stored.data == direct.data
    assert stored.content_type == direct.content_type


@pytest.mark.parametrize(
    "path",
    [
        f"/queries/{HELD}.csv",
        f"/queries/{HELD}",
        "/queries/",
        "/openapi.json",
        "/.well-known/sparql-examples/",
    ],
)
def test_an_unchanged_answer_is_304_and_head_has_no_body(client, path):
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    head = client.head(path)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_another_value_has_another_etag(client):
    tags = {ask(client, HELD, "csv", day=day).headers["ETag"] for day in ("2021-01-01", "2021-01-02", "")}
    assert len(tags) == 3


def test_other_methods_are_refused_and_other_sites_may_ask(client):
    assert client.post(f"/queries/{HELD}.csv").status_code == 405
    answer = client.options(f"/queries/{HELD}.csv")
    assert answer.status_code == 200
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]


# --- values ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["id/exm9s346q3", f"{ID}exm9s346q3"])
def test_a_thing_is_named_by_its_short_or_its_whole_address(client, value):
    assert ask(client, PLACES, person=value).status_code == 200


def test_a_thing_is_named_by_its_name_in_any_language(client, archive):
    want = ask(client, PLACES, person="id/exm9s346q3").headers["ETag"]
    for lang in LANGUAGES:
        name = archive.pickers.links([f"{ID}exm9s346q3"], lang)[0].text.value
        assert ask(client, PLACES, person=name).headers["ETag"] == want


@pytest.mark.parametrize(
    "value",
    [
        "id/0000000000",
        f"{ID}0000000000",
        "id/exm9s346q3/x",
        "id/..",
        "http://127.0.0.1/x",
        "https://w3id.org/praleska/id/exm9s346q3> . ?a ?b ?c #",
        "ID/exm9s346q3",
        "exm9s346q3",
        "Nobody Example",
    ],
)
def test_what_is_no_such_thing_is_refused(client, value):
    assert problem(ask(client, PLACES, person=value))["parameter"] == "person"


def test_a_thing_of_another_class_is_refused(client, archive):
    facility = archive.pickers.options("facility", "en")[0]
    assert problem(ask(client, PLACES, person=facility.path))["parameter"] == "person"
    assert ask(client, HELD, facility=facility.path).status_code == 200


def test_who_may_be_meant_is_told_but_never_taken(client, archive):
    link = archive.pickers.links([f"{ID}exm9s346q3"], "en")[0]
    found = problem(ask(client, PLACES, person=link.text.value.lower()))
    assert {"value": link.path, "name": link.text.value} in found["choices"]
    page = client.get(f"/queries/{PLACES}?lang=en&person={quote(link.text.value.lower())}").text
    assert f"/queries/{PLACES}?person={quote(link.path, safe='')}&amp;lang=en" in page


@pytest.mark.parametrize(
    ("given_", "bound"),
    [
        ({}, {"said": "default", "also": "слова", "year": "1999", "many": "1"}),
        ({"said": "", "also": " ", "many": ""}, {"said": "default", "also": "слова", "many": "1"}),
        ({"said": "  x  "}, {"said": "x"}),
        ({"also": "words@en"}, {"also": "words"}),
        ({"also": "a@b c"}, {"also": "a@b c"}),
        ({"said": "words@en"}, {"said": "words@en"}),
        ({"year": "2024"}, {"year": "2024"}),
        ({"many": "-3.25"}, {"many": "-3.25"}),
        ({"day": "2024-02-29"}, {"day": "2024-02-29"}),
    ],
)
def test_values_become_typed_terms(dropped, given_, bound):
    answer = ask(dropped, "90-echo", **given_)
    first = rows(answer)[0]
    assert {name: first[name] for name in bound} == bound
    terms = answer.get_json()["results"]["bindings"][0]
    assert terms["year"]["datatype"] == f"{XSD}gYear"
    assert terms["also"]["xml:lang"] == ("en" if given_.get("also") == "words@en" else "be")
    assert terms["many"]["datatype"].startswith(XSD)
    if "day" in terms:
        assert terms["day"]["datatype"] == f"{XSD}date"


def test_several_values_may_be_given_where_the_query_has_several(dropped):
    wanted = {"1", "7", "2.5"}
    assert {row["many"] for row in rows(ask(dropped, "90-echo", many=["1", "7", "2.5"]))} == wanted
    assert {row["many"] for row in rows(ask(dropped, "90-echo", many="1\r\n7\n\n2.5"))} == wanted
    page = dropped.get("/queries/90-echo?lang=en").text
    assert re.search(r'<textarea id="p-many" name="many"[^>]*>\n1\n2.5</textarea>', page)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("year", value) for value in ("24", "20244", "0000", "²⁰²⁴", "٢٠٢٤", "2024 ) }", "-2024")),
        *(("many", value) for value in ("one", "1e9", "0x10", "1,5", "NaN", "INF", "1 }", "1.", ".5", "١")),
        ("many", "9" * 16),
        *(("day", value) for value in ("2024-2-1", "2024-02-30", "20240201", "2024-W05-4", "yesterday")),
        ("day", "0000-01-01"),
        *(("said", value) for value in ("a\\", "\\u0022", "\\U00000022", "a\nb", "a\rb", "a\tb", "a\x00b")),
        *(("said", value) for value in ("a\x85b", "x" * 301, "y" * 10_000)),
        ("many", [str(n) for n in range(51)]),
        ("said", ["a", "b"]),
        ("nobody", "x"),
        ("lang", "xx"),
        ("format", "csv"),
        ("query", "ASK {}"),
        ("?said", "x"),
        ("", "x"),
    ],
)  # fmt: skip
def test_a_wrong_value_or_name_is_refused_in_words(dropped, name, value):
    found = problem(ask(dropped, "90-echo", **{name: value}))
    assert found["parameter"] == name
    assert found["status"] == 400


def test_an_unknown_parameter_is_told_which_there_are(client):
    found = problem(ask(client, HELD, facilty="x"))
    assert found["allowed"] == ["facility", "day"]


def test_bytes_that_are_no_text_are_refused(dropped):
    assert dropped.get("/queries/90-echo.json?said=%FF%FE").status_code == 400
    assert dropped.get("/queries/90-echo.json?" + "said=a&" * 300).status_code == 400


TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\\\ufffd"), min_size=1, max_size=60
).filter(lambda text: text == text.strip())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
@example('"')
@example("'")
@example('" } SERVICE <http://127.0.0.1/> { ?a ?b ?c } #')
@example('x" } VALUES ?also { "y')
@example("VALUES ?also { } VALUES ?year { }")
@example('}} # <a> \'b\' """ @be ^^<x> ?said $said {')
@example("%22%20%7D")
@example("&#34;<script>")
@example("a\u2028\u202eb")
def test_any_text_is_bound_as_it_is_and_as_nothing_else(dropped, text):
    """Whatever is given comes back as the one value of its variable, and the others keep theirs."""
    answer = ask(dropped, "90-echo", said=text, also="b", many="1")
    (found,) = rows(answer)
    assert found == {"said": text, "also": "b", "year": "1999", "many": "1"}
    page = dropped.get("/queries/90-echo?" + urlencode({"said": text, "lang": "en"}))
    assert page.status_code == 200
    assert "<script" not in page.text


# --- OpenAPI ---------------------------------------------------------------------------------------------


def test_the_description_is_valid_and_has_every_question(client, dropped):
    document = client.get("/openapi.json").get_json()
    validate(document)
    assert document["openapi"].startswith("3.1")
    stored = {path for path in document["paths"] if path.startswith("/queries/")}
    assert stored == {f"/queries/{name}.{{format}}" for name in NAMES}
    more = dropped.get("/openapi.json").get_json()
    validate(more)
    assert {path for path in more["paths"] if path not in document["paths"]} == {
        f"/queries/{name}.{{format}}" for name in DROPPED
    }
    named = [each["operationId"] for path in more["paths"].values() for each in path.values()]
    assert len(set(named)) == len(named) > len(NAMES)


def operations(client):
    return client.get("/openapi.json").get_json()["paths"]


def test_every_address_of_the_description_answers_as_described(client):
    fills = {"name": "exm9s346q3", "file": "SHA256SUMS", "format": "ttl"}
    fills |= {"lang": "be", "type": "Person", "slug": "years"}
    for path, methods in operations(client).items():
        if "get" not in methods or path.startswith("/queries/"):
            continue
        given_ = {p["name"]: p["example"] for p in methods["get"].get("parameters", ()) if "example" in p}
        query = {name: value for name, value in given_.items() if f"{{{name}}}" not in path}
        query |= {"/store": {"default": ""}, "/held": {"person": "exm9s346q3"}}.get(path, {})
        answer = client.get(f"{path.format(**fills)}?{urlencode(query)}")
        assert str(answer.status_code) in methods["get"]["responses"], path
        assert answer.status_code < 400, path
        described = methods["get"]["responses"][str(answer.status_code)]
        assert "$ref" in described or answer.mimetype in described.get("content", {answer.mimetype: 0}), path
        answer.close()


def test_the_defaults_and_formats_of_the_description_are_true(client, dropped):
    for path, methods in operations(dropped).items():
        if not path.startswith("/queries/"):
            continue
        form, *parameters = methods["get"]["parameters"]
        slug = path.removeprefix("/queries/").partition(".")[0]
        offered = set(methods["get"]["responses"]["200"]["content"])
        for suffix in form["schema"]["enum"][:2]:
            assert ask(dropped, slug, suffix).mimetype in offered
        # The world of the tests has its own people: only plain values can be given again.
        plain = {
            p["name"]: p["schema"]["default"]
            for p in parameters
            if "name as it is" not in p["description"] and "default" in p["schema"]
        }
        suffix = form["schema"]["enum"][-2]
        assert (
            ask(dropped, slug, suffix, **plain).headers["ETag"] == ask(dropped, slug, suffix).headers["ETag"]
        )


def test_the_description_names_the_address_of_readers(client):
    document = client.get("/openapi.json", headers={"Host": "archive.example"}).get_json()
    assert document["servers"] == [{"url": "http://archive.example"}]


# --- sparql-examples -------------------------------------------------------------------------------------


def graph_of(answer, form="turtle"):
    assert answer.status_code == 200
    return rdflib.Graph().parse(data=answer.data, format=form)


def test_every_question_is_an_executable_that_runs(client, archive):
    answer = client.get("/.well-known/sparql-examples/")
    assert answer.mimetype == "text/turtle"
    graph = graph_of(answer)
    found = set(graph.subjects(RDF.type, SH.SPARQLExecutable))
    assert {str(one).rpartition("/")[2] for one in found} == set(NAMES)
    for one in found:
        assert (one, RDF.type, SH.SPARQLSelectExecutable) in graph
        (text,) = graph.objects(one, SH.select)
        archive.store.query(str(text), Formats(RESULTS))
        assert {comment.language for comment in graph.objects(one, RDFS.comment)} == set(LANGUAGES)
        assert list(graph.objects(one, SCHEMA.target)) == [rdflib.URIRef("http://localhost/sparql")]
        (declared,) = graph.objects(one, SH.prefixes)
        assert list(graph.objects(declared, SH.declare))


def test_the_declared_prefixes_can_stand_before_every_query(client, archive):
    graph = graph_of(client.get("/.well-known/sparql-examples/"))
    lines = [
        f"PREFIX {graph.value(one, SH.prefix)}: <{graph.value(one, SH.namespace)}>"
        for one in graph.objects(predicate=SH.declare)
    ]
    assert len(lines) == len({line.split(":")[0] for line in lines}) > 3
    for text in graph.objects(predicate=SH.select):
        archive.store.query("\n".join([*lines, str(text)]), Formats(RESULTS))


def test_a_describe_goes_by_both_names(dropped):
    graph = graph_of(dropped.get("/.well-known/sparql-examples"))
    one = rdflib.URIRef("http://localhost/.well-known/sparql-examples/93-describe")
    assert graph.value(one, SH_12.describe) == graph.value(one, SPEX.describe) is not None
    for slug, property_, kind in (
        ("91-ask", SH.ask, SH.SPARQLAskExecutable),
        ("92-construct", SH.construct, SH.SPARQLConstructExecutable),
    ):
        one = rdflib.URIRef(f"http://localhost/.well-known/sparql-examples/{slug}")
        assert graph.value(one, property_) is not None
        assert (one, RDF.type, kind) in graph


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize(
    ("accept", "form"),
    [("application/ld+json", "json-ld"), ("application/rdf+xml", "xml"), ("application/n-triples", "nt")],
)
def test_all_formats_say_the_same(client, accept, form):
    address = f"/.well-known/sparql-examples/{HELD}"
    answer = client.get(address, headers={"Accept": accept})
    assert answer.mimetype == accept
    assert set(graph_of(answer, form)) == set(graph_of(client.get(address)))


def test_a_browser_is_led_to_the_page_of_a_question(client):
    answer = client.get(f"/.well-known/sparql-examples/{HELD}", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/queries/{HELD}")
    assert client.get("/.well-known/sparql-examples/nothing").status_code == 404


# --- limits ----------------------------------------------------------------------------------------------


class Cut:
    """A store whose answers are cut."""

    def query(self, text, formats, dataset=None, rows=None):
        table = b'{"head":{"vars":["a"]},"results":{"bindings":[]}}'
        body = b"a\r\n1\r\n" if formats.solutions == "text/csv" else table
        return Answer("solutions", formats.solutions, body, "rows")


class Slow:
    """A store that takes too long."""

    def query(self, text, formats, dataset=None, rows=None):
        raise QueryTimeout(10)


def test_a_cut_is_said(client, monkeypatch):
    monkeypatch.setattr(gallery, "store", Cut)
    for suffix in ("csv", "json", "xlsx"):
        assert client.get(f"/queries/{HELD}.{suffix}").headers["Answer-Cut"] == "rows", suffix


@pytest.mark.parametrize("path", [f"/queries/{HELD}.csv", f"/queries/{HELD}"])
def test_a_query_that_took_too_long_is_a_problem_and_no_answer(client, monkeypatch, path):
    monkeypatch.setattr(gallery, "store", Slow)
    answer = client.get(path)
    assert answer.status_code == 504
    assert "ETag" not in answer.headers


def test_every_reason_of_a_refusal_has_its_words():
    reasons = {*RULES, "thing", "several", "many", "unknown"}
    assert all(set(words(lang)["gallery"]["why"]) == reasons for lang in LANGUAGES)
