"""The SPARQL 1.1 Protocol, by request."""

import html
import json
import re
import shutil
from hashlib import sha256
from urllib.parse import urlencode

import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import RDF

from server.errors import StoreUnavailable, TooMany

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
SELECT = "SELECT ?s WHERE { ?s ?p ?o } ORDER BY ?s LIMIT 1"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
JSON = "application/sparql-results+json"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"


def get(client, query, accept="*/*", **fields):
    return client.get("/sparql?" + urlencode({"query": query, **fields}), headers={"Accept": accept})


def test_four_ways_to_ask_get_the_same_answer(client):
    answers = [
        get(client, SELECT),
        client.post("/sparql", data={"query": SELECT}),
        client.post("/sparql", data=SELECT, content_type=DIRECT),
        client.open("/sparql", method="QUERY", data=SELECT, content_type=DIRECT),
        client.post("/sparql", data=SELECT, content_type=f"{DIRECT}; charset=UTF-8"),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.mimetype for answer in answers} == {JSON}
    assert len({answer.data for answer in answers}) == 1
    assert {answer.headers["Accept-Query"] for answer in answers} == {DIRECT}
    assert all("Accept" in answer.headers["Vary"] for answer in answers)


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        (SELECT, JSON, JSON),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "text/csv", "text/csv"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values"),
        (SELECT, "application/json", JSON),
        ("ASK {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("ASK {}", "text/csv, */*;q=0.1", JSON),
        (CONSTRUCT, "*/*", "text/turtle"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "application/sparql-results+json, text/turtle;q=0.5", "text/turtle"),
        ("DESCRIBE <https://w3id.org/praleska/id/exm9s346q3>", "text/turtle; charset=utf-8", "text/turtle"),
    ],
)
def test_each_kind_of_answer_in_each_format(client, query, accept, media):
    response = get(client, query, accept)
    assert (response.status_code, response.mimetype) == (200, media)


@pytest.mark.parametrize(
    ("query", "field", "value", "media"),
    [
        (SELECT, "format", "csv", "text/csv"),
        (SELECT, "output", "xml", "application/sparql-results+xml"),
        (SELECT, "results", "json", JSON),
        (SELECT, "format", "application/sparql-results+xml", "application/sparql-results+xml"),
        (CONSTRUCT, "format", "json", "application/ld+json"),
        (CONSTRUCT, "output", "turtle", "text/turtle"),
        (CONSTRUCT, "format", "json-ld", "application/ld+json"),
    ],
)
def test_old_parameters_for_the_format_win(client, query, field, value, media):
    assert get(client, query, "text/html", **{field: value}).mimetype == media
    posted = client.post("/sparql", data={"query": query, field: value}, headers={"Accept": "text/html"})
    assert posted.mimetype == media


@pytest.mark.parametrize(
    ("query", "accept"), [(SELECT, "text/turtle"), (CONSTRUCT, "text/csv"), (SELECT, "image/png")]
)
def test_an_impossible_format_is_refused(client, query, accept):
    response = get(client, query, accept)
    assert response.status_code == 406
    assert response.get_json(force=True)["available"]


def test_a_malformed_query_gets_line_and_column(client):
    response = get(client, "SELECT *\nWHERE { ?s ?p }")
    assert response.status_code == 400
    problem = response.get_json(force=True)
    assert problem["line"] == 2
    assert problem["column"] > 1


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        (400, {"method": "GET", "query_string": "query=ASK%7B%7D&query=ASK%7B%7D"}),
        (400, {"method": "GET", "query_string": "query=%FF"}),
        (400, {"method": "GET", "query_string": "query=ASK%7B%7D&default-graph-uri=relative"}),
        (400, {"method": "POST", "data": {"format": "json"}}),
        (400, {"method": "POST", "data": "query=ASK%7B%7D&query=ASK%7B%7D", "content_type": FORM}),
        (400, {"method": "POST", "data": b"ASK {} #\xff", "content_type": DIRECT}),
        (400, {"method": "POST", "data": b"", "content_type": DIRECT}),
        (
            400,
            {"method": "POST", "data": b"ASK {}", "content_type": DIRECT, "query_string": "query=ASK%7B%7D"},
        ),
        (403, {"method": "POST", "data": {"update": "DROP ALL"}}),
        (403, {"method": "POST", "data": "DROP ALL", "content_type": "application/sparql-update"}),
        (403, {"method": "GET", "query_string": "update=DROP+ALL"}),
        (
            403,
            {"method": "GET", "query_string": "query=SELECT+*+%7BSERVICE+%3Chttp://x.example/%3E%7B%7D%7D"},
        ),
        (405, {"method": "PUT", "data": b"ASK {}", "content_type": DIRECT}),
        (405, {"method": "DELETE"}),
        (413, {"method": "POST", "data": b"#" * 2_000_000, "content_type": DIRECT}),
        (415, {"method": "POST", "data": b"ASK {}"}),
        (415, {"method": "POST", "data": b"ASK {}", "content_type": "text/plain"}),
        (415, {"method": "POST", "data": b"ASK {}", "content_type": f"{DIRECT}; charset=utf-16"}),
        (415, {"method": "POST", "data": b"query=ASK%7B%7D", "content_type": f"{FORM}; charset=koi8-r"}),
    ],
)
def test_wrong_requests_are_refused(client, status, request_):
    response = client.open("/sparql", **request_)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_other_methods_are_named(client):
    allowed = set(client.put("/sparql").headers["Allow"].split(", "))
    assert allowed == {"GET", "HEAD", "POST", "QUERY", "OPTIONS"}
    assert set(client.options("/sparql").headers["Allow"].split(", ")) == allowed


def test_head_says_what_get_would(client):
    address = "/sparql?" + urlencode({"query": SELECT})
    got, head = client.get(address), client.head(address)
    assert head.data == b""
    assert (head.mimetype, head.content_length) == (got.mimetype, len(got.data))


def test_a_dataset_in_the_request_replaces_the_default_graph(client):
    nothing = {"query": "ASK { ?s ?p ?o }", "default-graph-uri": "https://example.org/empty"}
    assert client.get("/sparql?" + urlencode(nothing)).get_json(force=True)["boolean"] is False
    assert client.post("/sparql", data=nothing).get_json(force=True)["boolean"] is False
    direct = "/sparql?" + urlencode({"named-graph-uri": "https://example.org/empty"})
    assert (
        client.post(direct, data="ASK { ?s ?p ?o }", content_type=DIRECT).get_json(force=True)["boolean"]
        is False
    )


@pytest.mark.parametrize(
    ("accept", "syntax"),
    [("*/*", "turtle"), ("application/rdf+xml", "xml"), ("application/n-triples", "nt")],
)
def test_without_a_query_the_service_describes_itself(client, accept, syntax):
    response = client.get("/sparql", headers={"Accept": accept})
    graph = Graph().parse(data=response.data, format=syntax)
    service = graph.value(predicate=RDF.type, object=SD.Service)
    assert graph.value(service, SD.endpoint) == URIRef("http://localhost/sparql")
    assert SD.SPARQL11Query in graph.objects(service, SD.supportedLanguage)
    assert "10 seconds" in response.text


def page(client, query, status=200):
    response = get(client, query, "text/html,application/xhtml+xml,*/*;q=0.8", lang="en")
    assert (response.status_code, response.mimetype) == (status, "text/html")
    return response.text


def test_a_browser_gets_the_query_page_with_limits_and_examples(client):
    text = client.get("/sparql", headers={"Accept": "text/html"}).text
    assert "<textarea" in text
    assert "may take 10 seconds; then it is stopped" in text
    assert "1024 MiB of memory" in text
    assert "SELECT" in text


def test_the_page_shows_a_table_with_links_language_tags_and_datatypes(client):
    text = page(
        client,
        'SELECT * { VALUES (?s ?o) { (<https://w3id.org/praleska/id/exm9s346q3> "Пэрсона Прыклад"@be) '
        "(<http://example.org/elsewhere> 5) (<urn:x> UNDEF) } }",
    )
    full = "https://w3id.org/praleska/id/exm9s346q3"
    assert f'<a href="/doc/exm9s346q3.en.html" title="{full}">Example Person</a>' in text
    assert '<span lang="be">Пэрсона Прыклад</span> <span class="tag">@be</span>' in text
    assert 'rel="noreferrer nofollow external">http://example.org/elsewhere' in text
    assert "<td>urn:x</td>" in text
    assert '<th scope="col">s</th>' in text
    assert ">integer</span>" in text


def test_the_page_shows_every_kind_of_answer(client):
    assert 'class="truth">Yes' in page(client, "ASK {}")
    assert "<pre" in page(client, CONSTRUCT)
    assert "nothing in this release fits" in page(client, "SELECT * { ?s <https://example.org/never> ?o }")


def test_the_page_shows_what_is_wrong_with_a_query(client):
    text = page(client, "SELECT * WHERE { ?s ?p }", 400)
    assert "Line 1, column" in text
    assert "SELECT * WHERE { ?s ?p }" in text
    assert "SERVICE" in page(client, "SELECT * { SERVICE <http://x.example/> {} }", 403)


def test_a_query_on_the_page_stays_text(client):
    text = page(client, 'SELECT ("</textarea><script>" AS ?x) {}')
    assert "<script>" not in text


def test_answers_are_utf8(client):
    response = get(client, 'SELECT ("Пралеска" AS ?x) {}')
    assert json.loads(response.data)["results"]["bindings"][0]["x"]["value"] == "Пралеска"


def test_the_page_marks_the_place_of_a_mistake(client):
    text = client.get("/sparql?query=SELECT+*%0AWHERE+oops", headers={"Accept": "text/html"}).text
    assert "Line 2, column" in text
    assert re.search(r'<pre class="excerpt".*WHERE .*<mark>', text)


BARS = """#defaultView:BarChart
SELECT ?town ?people { VALUES (?town ?people) { ("Exampletown" 3) ("Прыклад" 5) } }"""


def test_a_query_can_say_how_it_is_shown_and_the_address_wins(client):
    assert 'class="chart bar"' in page(client, BARS)
    assert "Прыклад" in page(client, BARS)
    shown = get(client, BARS, "text/html", lang="en", view="table").text
    assert 'class="chart' not in shown
    assert "no coordinates in this archive" in get(client, BARS, "text/html", lang="en", view="map").text


def test_views_are_links_that_keep_the_query_the_dataset_and_the_language(client):
    graph = "https://example.org/g"
    text = get(client, BARS, "text/html", lang="be", **{"default-graph-uri": graph}).text
    address = "/sparql?" + urlencode(
        {"query": BARS, "default-graph-uri": graph, "view": "table", "lang": "be"}
    )
    assert address.replace("&", "&amp;") + "#result" in text
    assert f'<input type="hidden" name="default-graph-uri" value="{graph}">' in text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (SELECT, ["CSV", "TSV", "XLSX", "JSON", "XML"]),
        ("ASK {}", ["JSON", "XML"]),
        (CONSTRUCT, ["Turtle", "JSON-LD", "N-Triples", "RDF/XML"]),
    ],
)
def test_every_download_of_the_page_works(client, query, names):
    text = page(client, query)
    links = dict(re.findall(r'<a href="(/sparql[^"]*format=[^"]*)">([^<]*)</a>', text))
    assert list(links.values()) == names
    for address in links:
        assert client.get(address.replace("&amp;", "&")).status_code == 200


def test_an_answer_can_be_had_as_a_spreadsheet(client):
    response = get(client, SELECT, format="xlsx")
    assert response.mimetype.endswith("spreadsheetml.sheet")
    assert response.data.startswith(b"PK")
    assert "attachment" in response.headers["Content-Disposition"]
    assert response.headers["ETag"]
    assert get(client, SELECT, response.mimetype).mimetype == response.mimetype
    again = client.get(
        "/sparql?" + urlencode({"query": SELECT, "format": "xlsx"}),
        headers={"If-None-Match": response.headers["ETag"]},
    )
    assert (again.status_code, again.data) == (304, b"")
    assert get(client, "SELECT * { ?s ?p }", format="xlsx").status_code == 400
    assert get(client, CONSTRUCT, format="xlsx").status_code == 406
    assert get(client, "ASK {}", format="xlsx").status_code == 406


def test_a_spreadsheet_that_is_cut_says_so(client, monkeypatch):
    monkeypatch.setattr("server.web.sheets.MOST_ROWS", 2)
    whole, cut = (get(client, f"SELECT * {{ ?s ?p ?o }} LIMIT {n}", format="xlsx") for n in (2, 50))
    assert "Answer-Cut" not in whole.headers
    assert cut.headers["Answer-Cut"] == "rows"
    monkeypatch.setattr("server.web.sheets._MOST_CELLS", 3)
    assert get(client, "SELECT * { ?s ?p ?o } LIMIT 2", format="xlsx").headers["Answer-Cut"] == "rows"


def test_a_page_may_be_asked_for_by_post_and_tells_its_address(client):
    query = BARS + " #" + "x" * 2000
    response = client.post("/sparql?lang=en", data={"query": query}, headers={"Accept": "text/html"})
    assert response.status_code == 200
    link = re.search(r'<a href="(http://localhost/sparql[^"]*)">Permanent', response.text)[1]
    assert urlencode({"query": query}) in link.replace("&amp;", "&")
    assert "some programs cut addresses" in response.text
    assert "some programs cut addresses" not in page(client, BARS)


def policy(response):
    return dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))


def test_only_the_view_to_embed_may_stand_in_a_frame(client):
    embedded = get(client, BARS, "text/html", lang="en", embed="1")
    assert policy(embedded)["frame-ancestors"] == "*"
    assert "script-src" not in policy(embedded)
    for other in (
        get(client, BARS, "text/html", embed="0"),
        get(client, BARS, "text/html", embed="true"),
        get(client, BARS, "text/csv", embed="1"),
        client.get("/en/?embed=1"),
        client.get("/sparql?embed=1", headers={"Accept": "text/html"}),
        get(client, "oops", "text/html", embed="1"),
    ):
        assert policy(other)["frame-ancestors"] == "'none'"


def test_the_view_to_embed_is_small_and_names_its_source(client):
    text = get(client, BARS, "text/html", lang="en", embed="1").text
    assert '<svg role="img"' in text
    assert "<form" not in text
    assert "<script" not in text
    assert 'rel="license' in text
    assert "Release " in text
    assert "Query and whole answer" in text
    table = get(client, BARS, "text/html", lang="en", embed="1", view="table").text
    assert "<td" in table
    assert "<svg" not in table


def test_the_code_to_embed_stays_text_and_leads_back(client):
    text = page(client, BARS + ' # "><script>alert(1)</script>')
    assert "<script>alert" not in text
    frame = html.unescape(re.search(r"&lt;iframe.*?&lt;/iframe&gt;", text, re.DOTALL)[0])
    source = html.unescape(re.search(r'src="([^"]*)"', frame)[1])
    assert client.get(source, headers={"Accept": "text/html"}).status_code == 200
    assert 'class="chart bar"' in client.get(source, headers={"Accept": "text/html"}).text


def test_the_page_of_a_large_answer_says_that_it_is_cut(client):
    text = page(client, "SELECT * { GRAPH ?g { ?s ?p ?o } }")
    assert "Only the first part is shown" in text
    assert text.count("<tr>") == 501


def test_editors_get_the_terms_in_use(client):
    found = client.get("/completions.json").get_json()
    assert "https://w3id.org/praleska/ontology#Person" in found["classes"]
    assert "http://www.w3.org/1999/02/22-rdf-syntax-ns#type" in found["properties"]
    assert not set(found["classes"]) & set(found["properties"])
    assert all(iri.startswith("http") for kind in found.values() for iri in kind)


def test_a_page_that_the_reader_has_is_not_sent_again(client):
    shapes = [{}, {"view": "table"}, {"embed": "1"}, {"lang": "be"}, {"named-graph-uri": "urn:x"}]
    tags = [get(client, BARS, "text/html", **shape).headers["ETag"] for shape in shapes]
    tags.append(client.get("/sparql", headers={"Accept": "text/html"}).headers["ETag"])
    assert len(set(tags)) == len(tags)
    for shape, etag in zip(shapes, tags, strict=False):
        address = "/sparql?" + urlencode({"query": BARS, **shape})
        again = client.get(address, headers={"Accept": "text/html", "If-None-Match": etag})
        whole = client.get(address, headers={"Accept": "text/html"})
        assert (again.status_code, again.data) == (304, b"")
        same = ("Content-Security-Policy", "Cache-Control", "ETag", "Vary")
        assert [again.headers[name] for name in same] == [whole.headers[name] for name in same]


@pytest.mark.parametrize("query", ["SELECT (RAND() AS ?x) {}", "oops", "SELECT (NOW() AS ?x) {}"])
def test_pages_that_may_differ_are_not_kept(client, query):
    response = get(client, query, "text/html")
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


@pytest.fixture
def scripted(app, tmp_path, monkeypatch):
    """The application with something in the place of the editor."""
    folder = tmp_path / "static"
    shutil.copytree(app.static_folder, folder)
    (folder / "editor").mkdir()
    for name in ("yasqe.min.js", "yasqe.min.css", "start.js", "editor.css"):
        (folder / "editor" / name).write_text("/* nothing */")
    monkeypatch.setattr(app, "static_folder", str(folder))
    return app.test_client()


def test_scripts_are_allowed_on_the_query_page_only_and_only_ours(scripted):
    asked = scripted.get("/sparql?lang=en", headers={"Accept": "text/html"})
    assert policy(asked)["script-src"] == policy(asked)["connect-src"] == "'self'"
    assert policy(asked)["frame-ancestors"] == policy(asked)["default-src"] == "'none'"
    stamp = sha256(b"/* nothing */").hexdigest()[:8]
    assert re.findall(r"<script[^>]*>", asked.text) == [
        f'<script src="/static/editor/{name}?{stamp}" defer>' for name in ("yasqe.min.js", "start.js")
    ]
    assert "No cookies, no scripts" not in asked.text
    for path in ("/en/", "/en/about", "/doc/exm9s346q3.en.html", "/validate"):
        other = scripted.get(path, headers={"Accept": "text/html"})
        assert "script-src" not in policy(other)
        assert "<script src" not in other.text


def test_without_the_editor_the_page_has_no_script(client):
    response = client.get("/sparql?lang=en", headers={"Accept": "text/html"})
    assert "script-src" not in policy(response)
    assert "<script" not in response.text
    assert "Tab leaves the field" not in response.text
    assert "No cookies, no scripts" in response.text


def test_the_chart_of_a_cut_answer_knows_that_it_is_cut(client):
    query = "#defaultView:BarChart\nSELECT ?s (1 AS ?n) { GRAPH ?g { ?s ?p ?o } } LIMIT %d"
    assert "The answer has more rows" in html.unescape(page(client, query % 501))
    assert "The answer has more rows" not in html.unescape(page(client, query % 500))


def test_a_spreadsheet_has_words_in_the_language_of_the_reader_and_says_so(client):
    address = "/sparql?" + urlencode({"query": SELECT, "format": "xlsx"})
    be, ru = (client.get(address, headers={"Accept-Language": lang}) for lang in ("be", "ru"))
    assert (be.headers["Content-Language"], ru.headers["Content-Language"]) == ("be", "ru")
    assert be.headers["ETag"] != ru.headers["ETag"]
    reader = {"Accept-Language": "be"}
    stored = client.get("/queries/21-held-in-a-facility-on-a-day.xlsx", headers=reader)
    again = client.get(stored.request.path, headers={**reader, "If-None-Match": stored.headers["ETag"]})
    assert again.status_code == 304
    assert {"Accept-Language"} <= set(be.vary) & set(stored.vary) & set(again.vary)


@pytest.mark.parametrize("error", [StoreUnavailable("Busy."), TooMany("Busy.")])
def test_a_page_that_could_not_be_made_says_when_to_come_back(client, monkeypatch, error):
    class Busy:
        def query(self, *_, **__):
            raise error

    monkeypatch.setattr("server.web.workbench.store", Busy)
    answer = get(client, SELECT, "text/html")
    assert answer.status_code in (429, 503)
    assert answer.headers["Retry-After"] == "5"


def test_a_form_may_say_how_its_answer_is_looked_at(client):
    fields = {"query": BARS, "view": "table"}
    assert "<svg" not in client.post("/sparql", data=fields, headers={"Accept": "text/html"}).text
    fields["view"] = "bar"
    assert 'class="chart bar"' in client.post("/sparql", data=fields, headers={"Accept": "text/html"}).text


@pytest.mark.parametrize("kind", ["SELECT * { ?s ?p ?o } LIMIT 3", "ASK {}"])
def test_a_query_that_no_address_holds_makes_no_page_full_of_addresses(client, kind):
    query = kind + " # " + '"' * 200_000
    answer = client.post("/sparql?lang=en", data={"query": query}, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "too long for an address" in answer.text
    # It stands in the field, and in the buttons for other languages.
    assert len(answer.data) < 2.2 * len(html.escape(query))
    assert "/sparql?query=%22" not in answer.text
    assert "too long for an address" not in page(client, kind)
