"""The check for submitters."""

import io
import re
from pathlib import Path

import pytest

from server.store.syntax import QUAD_FORMATS, parse, serialize
from server.web.negotiation import DOCUMENTS

HERE = Path(__file__).parent.parent / "shapes" / "person"
GOOD = (HERE / "valid" / "named.trig").read_bytes()
BAD = (HERE / "invalid" / "exposure-of-another-list.trig").read_bytes()
BROKEN = b"<https://example.org/x> <https://example.org/p> 1 .\n oops here ."
TRIG = "application/trig"


def post(client, data, media=TRIG, **headers):
    return client.post("/validate", data=data, content_type=media, headers=headers)


@pytest.mark.parametrize("media", list(DOCUMENTS.values()))
def test_a_body_in_any_format_gets_a_report_as_json(client, media):
    quads = parse(BAD, TRIG, "https://example.org/")
    if media not in QUAD_FORMATS:
        quads = [quad._replace(graph=None) for quad in quads]
    data = serialize(quads, media)
    response = post(client, data, f"{media}; charset=UTF-8")
    assert (response.status_code, response.mimetype) == (200, "application/json")
    assert response.get_json()["conforms"] is False
    assert response.headers["Cache-Control"] == "no-store"


def test_a_finding_names_the_rule_the_thing_and_the_line(client):
    finding = post(client, BAD).get_json()["findings"][0]
    assert finding["rule"].endswith("#Person-exposure")
    assert finding["focus"].endswith("/id/expkjdvg27")
    assert finding["line"] == 14


def test_good_data_conform(client):
    assert post(client, GOOD).get_json()["conforms"] is True


def test_messages_come_in_the_wanted_language(client):
    headers = {"Accept-Language": "be", "Accept": "application/json"}
    assert "Выберыце адно значэнне" in post(client, BAD, **headers).text


def test_the_report_comes_as_shacl_in_turtle(client):
    response = post(client, BAD, Accept="text/turtle")
    assert response.mimetype == "text/turtle"
    assert "sh:ValidationReport" in response.text


def test_a_malformed_body_gets_line_and_column(client):
    response = post(client, BROKEN, "text/turtle")
    assert response.status_code == 400
    problem = response.get_json(force=True)
    assert problem["line"] == 2
    assert problem["column"] >= 1


@pytest.mark.parametrize("media", ["text/html", "application/octet-stream", "text/turtle; charset=koi8-r"])
def test_an_unknown_type_is_refused(client, media):
    assert post(client, GOOD, media).status_code == 415


def test_too_much_is_refused(client):
    assert post(client, b"#" * (4 * 1024 * 1024 + 1)).status_code == 413
    assert post(client, b"#" * (6 * 1024 * 1024)).status_code == 413
    body = b'--x\r\nContent-Disposition: form-data; name="data"\r\n\r\n' + b"#" * 4_210_000 + b"\r\n--x--\r\n"
    assert (
        client.post("/validate", data=body, content_type="multipart/form-data; boundary=x").status_code == 413
    )


def test_an_unknown_answer_is_refused(client):
    assert post(client, GOOD, Accept="image/png").status_code == 406


def form(client, lang="en", **fields):
    address = f"/validate?lang={lang}"
    headers = {"Accept": "text/html"}
    return client.post(address, data=fields, content_type="multipart/form-data", headers=headers)


def test_pasted_text_gets_a_page_with_the_report(client):
    response = form(client, "be", data=BAD.decode(), format="trig")
    assert response.status_code == 200
    assert "Знойдзены памылкі" in response.text
    assert "Выберыце адно значэнне" in response.text
    assert "каля радка 14" in response.text
    assert "Person-exposure" in response.text


def test_an_uploaded_file_is_read_by_its_ending(client):
    response = form(client, file=(io.BytesIO(GOOD), "x.trig"))
    assert response.status_code == 200
    assert "no rule is broken" in response.text


def test_a_malformed_text_comes_back_with_its_place(client):
    response = form(client, data=BROKEN.decode())
    assert response.status_code == 400
    assert "Line 2, column" in response.text
    assert "oops" in response.text


def test_pasted_markup_stays_text(client):
    response = form(client, data="</textarea><script>alert(1)</script>")
    assert "<script>" not in response.text


def test_an_empty_form_and_an_unknown_ending_are_refused(client):
    assert form(client, data="").status_code == 400
    assert form(client, file=(io.BytesIO(GOOD), "x.docx")).status_code == 415


def test_the_page_shows_each_rule_once_with_the_lines_that_break_it(client):
    text = form(client, data=BAD.decode(), format="trig").text
    assert text.count('<section class="finding">') == 1
    assert "error" in text
    assert re.search(r'near line \d+: <code>[\w/]+</code><pre class="excerpt"', text)


def test_the_page_marks_the_place_of_a_mistake(client):
    assert re.search('<pre class="excerpt".*<mark>', form(client, data=BROKEN.decode()).text)


def test_only_the_page_shows_lines_of_the_text(client):
    for accept in ("application/json", "text/turtle"):
        report = post(client, BAD, Accept=accept).text
        assert "@prefix ex-" not in report
        assert "named.trig" not in report
    text = post(client, BROKEN, "text/turtle", Accept="application/json").text
    assert "oops here" not in text
