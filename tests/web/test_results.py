"""What the query page makes of an answer: names, views, spreadsheets, programs."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from io import BytesIO
from threading import BoundedSemaphore
from xml.etree import ElementTree

import pytest

from server.errors import QueryStopped, QueryTimeout, StoreUnavailable
from server.store.answers import OWN_DATASET, Answer, Dataset
from server.web import results, sheets, snippets
from server.web.cells import XSD, Cell
from server.web.results import Shown, shown
from server.web.views import view

PERSON = "https://w3id.org/praleska/id/exm9s346q3"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def answer(columns, *rows, cut=""):
    bindings = [{name: term for name, term in zip(columns, row, strict=True) if term} for row in rows]
    body = json.dumps({"head": {"vars": columns}, "results": {"bindings": bindings}})
    return Answer("solutions", "application/sparql-results+json", body.encode(), cut)


def uri(value):
    return {"type": "uri", "value": value}


def literal(value, **more):
    return {"type": "literal", "value": value} | {key.replace("_", ":"): found for key, found in more.items()}


@pytest.mark.parametrize(("lang", "name"), [("be", "Пэрсона Прыклад"), ("en", "Example Person")])
def test_our_things_have_names_in_the_language_of_the_reader(app, lang, name):
    with app.test_request_context("/sparql"):
        found = shown(answer(["x"], [uri(PERSON)], [uri("https://example.org/x")]), lang)
    ours, other = (row[0] for row in found.rows)
    assert (ours.value, ours.name.value) == (PERSON, name)
    assert other.name is None


def test_a_page_of_names_takes_one_query(app, archive, monkeypatch):
    asked = []
    query = archive.store.query
    monkeypatch.setattr(
        archive.store, "query", lambda *args, **more: asked.append(args) or query(*args, **more)
    )
    rows = [[uri(f"https://w3id.org/praleska/id/{n:010}"), uri(PERSON)] for n in range(50)]
    with app.test_request_context("/sparql"):
        shown(answer(["a", "b"], *rows), "en")
    assert len(asked) == 1


def test_an_answer_is_shown_even_if_its_names_cannot_be_had(app, archive, monkeypatch):
    def late(*args, **more):
        raise QueryTimeout(1)

    monkeypatch.setattr(archive.store, "query", late)
    with app.test_request_context("/sparql"):
        assert shown(answer(["x"], [uri(PERSON)]), "en").rows == ((Cell("uri", PERSON),),)


def test_the_order_of_rows_and_columns_is_kept(app):
    with app.test_request_context("/sparql"):
        found = shown(answer(["b", "a"], [literal("2"), literal("z")], [literal("1"), None]), "en")
    assert found.columns == ("b", "a")
    assert [[cell.value for cell in row] for row in found.rows] == [["2", "z"], ["1", ""]]


def test_what_a_column_has_in_common_is_found(app):
    with app.test_request_context("/sparql"):
        one, two = literal("a", xml_lang="be"), literal("1", datatype=XSD + "integer")
        assert shown(answer(["x", "y"], [one, two], [one, two]), "en").tags == ("@be", XSD + "integer")
        assert shown(answer(["x"], [one], [two]), "en").tags == ("",)
        assert shown(answer(["x"]), "en").tags == ()


def table(*columns):
    cells = {"text": Cell("literal", "x"), "number": Cell("literal", "1", datatype=XSD + "integer")}
    return Shown("solutions", columns, (tuple(cells[name] for name in columns),), 1)


@pytest.mark.parametrize(
    ("query", "asked", "name", "missed"),
    [
        ("SELECT", "", "table", ""),
        ("#defaultView:BarChart\nSELECT", "", "bar", ""),
        ('  # defaultView : barchart{"hide": ["?x"]}\nSELECT', "", "bar", ""),
        ("SELECT *\n#defaultView:BarChart", "", "bar", ""),
        ("#defaultView:BarChart\nSELECT", "table", "table", ""),
        ("#defaultView:Table\nSELECT", "bar", "bar", ""),
        ("#defaultView:Map\nSELECT", "", "table", "map"),
        ("#defaultView:Timeline\nSELECT", "", "table", "timeline"),
        ("#defaultView:ImageGrid\nSELECT", "", "table", "ImageGrid"),
        ("SELECT", "nonsense", "table", "nonsense"),
        ('SELECT ("#defaultView:BarChart" AS ?x)', "", "table", ""),
    ],
)
def test_the_view_comes_from_the_address_or_the_query(query, asked, name, missed):
    found = view(table("text", "number"), query, asked, "en")
    assert (found.name, found.missed) == (name, missed)
    assert bool(found.drawing) == (name == "bar")
    assert found.offered == ("table", "bar")


def test_statements_have_a_text_a_table_and_a_network(app):
    body = f"<{PERSON}> a <urn:x> . <urn:a> <urn:p> 5 .".encode()
    with app.test_request_context("/sparql"):
        found = shown(Answer("graph", "text/turtle", body), "en")
    assert (found.total, found.columns) == (2, ("subject", "property", "value"))
    assert view(found, "", "", "en").offered == ("text", "table", "network")
    assert view(found, "", "network", "en").drawing.kind == "network"


def cells_of(sheet, name="sheet1"):
    """Cell -> (type, content) of a sheet, with shared strings filled in."""
    with zipfile.ZipFile(BytesIO(sheet)) as book:
        root = ElementTree.fromstring(book.read(f"xl/worksheets/{name}.xml"))
        strings = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    shared = ["".join(part.text or "" for part in one.iter(f"{MAIN}t")) for one in strings]
    found = {}
    for one in root.iter(f"{MAIN}c"):
        kind, value = one.get("t", "n"), one.findtext(f"{MAIN}v")
        found[one.get("r")] = (kind, shared[int(value)] if kind == "s" else value)
        assert one.find(f"{MAIN}f") is None, "a formula"
    return found


def made(*args, **more):
    return sheets.sheet(*args, **more).body


def test_a_sheet_has_typed_cells():
    row = [
        uri(PERSON),
        literal("12.5", datatype=XSD + "decimal"),
        literal("2020-02-03", datatype=XSD + "date"),
    ]
    row += [literal("true", datatype=XSD + "boolean"), literal("Прыклад", xml_lang="be"), None]
    sheet = made(answer(list("abcdef"), row))
    found = cells_of(sheet)
    assert [found[f"{letter}1"] for letter in "ABCDEF"] == [("s", letter) for letter in "abcdef"]
    assert found["A2"] == ("s", PERSON)
    assert found["B2"] == ("n", "12.5")
    assert found["C2"] == ("n", "43864")
    assert found["D2"] == ("b", "1")
    assert found["E2"] == ("s", "Прыклад")
    assert "F2" not in found
    with zipfile.ZipFile(BytesIO(sheet)) as book:
        assert PERSON in book.read("xl/worksheets/_rels/sheet1.xml.rels").decode()


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "=HYPERLINK(\"http://evil.example\")", "+1", "-1", "@SUM(A1)", "{=1}", "\t=1",
        "\r=1", "=cmd|' /C'!A0", "", " ", "\x00\x01", "\ud800", "_x0041_", "<a>&amp;", "x" * 40_000,
        "http://example.org/", "mailto:x@example.org",
    ],
)  # fmt: skip
def test_text_in_a_sheet_is_never_a_formula_or_a_link(text):
    sheet = made(answer(["x", text], [literal(text), literal("end")]), [(text, text)])
    kinds = {kind for name in ("sheet1", "sheet2") for kind, _ in cells_of(sheet, name).values()}
    assert kinds == {"s"}
    with zipfile.ZipFile(BytesIO(sheet)) as book:
        assert not [name for name in book.namelist() if "sheet1.xml.rels" in name]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("12345678901234567890", "integer"), ("0.1234567890123456789", "decimal"), ("NaN", "double"),
        ("INF", "double"), ("1850-01-01", "date"), ("2020-01-01Z", "date"), ("2020-99-99", "date"),
        ("-0044-03-15", "date"), ("1", "string"), ("2020", "gYear"), ("oops", "integer"),
        ("maybe", "boolean"),
    ],
)  # fmt: skip
def test_what_a_sheet_cannot_hold_exactly_stays_text(value, kind):
    found = cells_of(made(answer(["x"], [literal(value, datatype=XSD + kind)])))
    assert found["A2"] == ("s", value)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "https://example.org/" + "x" * 3000]
)
def test_only_addresses_of_the_web_are_links(address):
    sheet = made(answer(["x"], [uri(address)]))
    assert cells_of(sheet)["A2"] == ("s", address)
    with zipfile.ZipFile(BytesIO(sheet)) as book:
        assert not [name for name in book.namelist() if name.endswith("sheet1.xml.rels")]


def test_a_cut_is_said_in_the_sheet(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    rows = [[literal(str(n))] for n in range(3)]
    assert cells_of(made(answer(["x"], *rows), cut="There is more."))["A4"] == ("s", "There is more.")
    assert "A4" not in cells_of(made(answer(["x"], *rows[:2]), cut="There is more."))
    said = made(answer(["x"], rows[0], cut="rows"), cut="There is more.")
    assert cells_of(said)["A3"] == ("s", "There is more.")


NASTY = (
    "SELECT ?x WHERE { VALUES ?x { \"it's $HOME `id` \\\\ \\\" ${1+1} \" '''a\"\"\"b''' } }"
    ' # \')---" \\N{DASH} !x %d {{7*7}} "',
    "SELECT ?x\r\nWHERE {\r\n  VALUES ?x { 'рад\\nок' 'a\\tb' }\r\n}",
    '#defaultView:BarChart\nSELECT ("end\\"" AS ?x) {}\n# """',
    "SELECT ('\"' AS ?x) {} #\"",
)


def programs(query, kind="solutions", address="http://localhost/sparql", dataset=OWN_DATASET):
    return {one.name: one.text for one in snippets.snippets(query, dataset, kind, address)}


@pytest.mark.parametrize("query", NASTY)
def test_python_quotes_a_query_without_loss(query):
    assert eval(snippets.python(query)) == query


@pytest.mark.parametrize("query", NASTY)
def test_r_quotes_a_query_without_loss(query):
    # R ends a raw string at the first `)`, dashes of the same number, `"`.
    dashes, inside = re.fullmatch(r'r"(-+)\((.*)\)\1"', snippets.r(query), re.DOTALL).groups()
    assert inside == query
    assert f'){dashes}"' not in inside


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node")
def test_javascript_quotes_a_query_without_loss():
    script = f"console.log(JSON.stringify([{','.join(map(snippets.javascript, NASTY))}]))"
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    # Ends of lines are one character in a template string, however they are written.
    assert json.loads(done.stdout) == list(NASTY)


def values_in(output):
    return re.findall(r"рад|it's|end|\"", output)


@pytest.mark.parametrize("query", NASTY)
def test_programs_get_the_answer(app, address, query, tmp_path):
    with app.test_request_context("/sparql"):
        texts = programs(query, address=f"{address}/sparql")
    outputs = {}
    commands = {"curl": ("sh", "curl"), "Python": (sys.executable, ""), "JavaScript": ("node", "node")}
    for name, (program, needed) in commands.items():
        if needed and not shutil.which(needed):
            continue
        script = tmp_path / ("x.mjs" if name == "JavaScript" else "x")
        script.write_text(texts[name], encoding="utf-8")
        done = subprocess.run([program, script], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        outputs[name] = done.stdout
    direct = app.test_client().post("/sparql", data={"query": query, "format": "json"}).get_json(force=True)
    for binding in direct["results"]["bindings"]:
        value = binding["x"]["value"]
        assert value.replace('"', '""') in outputs.get("curl", value.replace('"', '""'))
        assert repr(value) in outputs["Python"]
    assert all(output.strip() for output in outputs.values())


@pytest.mark.parametrize(
    ("query", "kind", "said"),
    [("ASK {}", "boolean", "true"), ("CONSTRUCT { <urn:a> <urn:b> <urn:c> } {}", "graph", "urn:c")],
)
def test_programs_print_a_yes_and_statements(app, address, query, kind, said, tmp_path):
    with app.test_request_context("/sparql"):
        texts = programs(query, kind, f"{address}/sparql")
    for name, program in (("curl", "sh"), ("Python", sys.executable), ("JavaScript", "node")):
        if not shutil.which({"sh": "curl"}.get(program, program)):
            continue
        script = tmp_path / f"{name}.mjs"
        script.write_text(texts[name], encoding="utf-8")
        done = subprocess.run([program, script], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        assert said in done.stdout.lower()


def test_programs_ask_the_dataset_of_the_request(app):
    with app.test_request_context("/sparql"):
        texts = programs("ASK {}", "boolean", dataset=Dataset(("https://example.org/a b",), ("urn:named",)))
    for text in texts.values():
        assert "default-graph-uri" in text
        assert "urn:named" in text


def test_names_are_looked_up_for_so_many_things_only(app, archive, monkeypatch):
    monkeypatch.setattr(results, "_MOST_NAMES", 1)
    with app.test_request_context("/sparql"):
        found = shown(answer(["x"], [uri("https://w3id.org/praleska/id/0000000000")], [uri(PERSON)]), "en")
    assert found.rows[1][0].name is None


def test_a_wide_answer_has_fewer_rows_and_a_long_text_is_shortened(app):
    columns = [f"c{n}" for n in range(1000)]
    rows = [[literal("x" * 3000)] + [None] * 999 for _ in range(100)]
    with app.test_request_context("/sparql"):
        found = shown(answer(columns, *rows), "en")
    assert (len(found.rows), found.cut) == (20, True)
    assert found.rows[0][0].value == "x" * 2000 + "…"


def test_an_answer_that_no_page_can_hold_is_not_read(app, monkeypatch):
    monkeypatch.setattr(results, "_MOST_BYTES", 100)
    with app.test_request_context("/sparql"), pytest.raises(QueryStopped, match="too large for a page"):
        shown(answer(["x"], [literal("x" * 200)]), "en")
    monkeypatch.setattr(sheets, "_MOST_BYTES", 100)
    with pytest.raises(QueryStopped, match="too large for a spreadsheet"):
        made(answer(["x"], [literal("x" * 200)]))


def test_only_so_many_spreadsheets_are_made_at_once(monkeypatch):
    monkeypatch.setattr(sheets, "_PLACES", BoundedSemaphore(1))
    monkeypatch.setattr(sheets, "_WAIT", 0.01)
    made(answer(["x"], [literal("1")]))
    with sheets._PLACES, pytest.raises(StoreUnavailable):
        made(answer(["x"], [literal("1")]))
    assert made(answer(["x"], [literal("1")])).startswith(b"PK")


def test_a_wide_spreadsheet_has_fewer_rows(monkeypatch):
    monkeypatch.setattr(sheets, "_MOST_CELLS", 4)
    rows = [[literal("a"), literal("b")]] * 3
    found = cells_of(made(answer(["x", "y"], *rows), cut="There is more."))
    assert found["A4"] == ("s", "There is more.")
