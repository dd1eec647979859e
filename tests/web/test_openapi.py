"""The description of the addresses: none that programs need is missing, and what it says is so."""

import re

import pytest
from jsonschema import Draft202012Validator

# What only people need: pages that stand beside an address for programs, and the way to them.
FOR_PEOPLE = {
    "pages.start", "pages.home", "pages.about", "pages.publisher", "gallery.index", "gallery.question",
    "listings.page", "submissions.form", "audits.start", "audits.overview", "audits.of_rule", "static",
}  # fmt: skip
# Other forms of an address that is described, or descriptions of themselves.
BESIDE = {
    "documents.term", "documents.whole", "documents.allowed", "documents.version", "sitemap.part",
    "withdrawals.atom", "examples.one", "downloads.robots", "openapi.description",
}  # fmt: skip
PERSON = "exm9s346q3"


@pytest.fixture(scope="module")
def document(app):
    return app.test_client().get("/openapi.json").get_json()


def choices(document, path):
    """What each parameter of a path may be."""
    found = document["paths"][path]["get"]["parameters"]
    known = document["components"]["parameters"]
    every = [known[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in found]
    return {one["name"]: one["schema"].get("enum") for one in every if one["in"] == "path"}


def test_every_address_for_programs_is_described(app, document):
    described = [re.sub(r"\\{\w+\\}", ".+", re.escape(path)) for path in document["paths"]]
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in FOR_PEOPLE | BESIDE]
    assert len(rules) > 20
    for rule in rules:
        plain = re.sub(r"<any\(([^,)]*)[^>]*>|<[^>]*>", lambda found: found[1] or "x", str(rule))
        plain = plain.replace("/queries/x.", "/queries/21-held-in-a-facility-on-a-day.")
        assert any(re.fullmatch(pattern, plain) for pattern in described), plain


def test_what_is_excepted_is_there(app):
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= FOR_PEOPLE | BESIDE


def test_a_thing_is_had_in_every_described_form_and_no_other(client, document):
    forms = choices(document, "/doc/{name}.{format}")["format"]
    offered = document["paths"]["/doc/{name}.{format}"]["get"]["responses"]["200"]["content"]
    got = {client.get(f"/doc/{PERSON}.{form}") for form in forms}
    assert {answer.status_code for answer in got} == {200}
    assert {answer.mimetype for answer in got} == set(offered)
    assert {"csv", "linkset.json", "bib", "be.html"} < set(forms)


def test_lists_and_overviews_are_had_as_described(client, document):
    path = "/{lang}/list/{type}.{format}"
    named = choices(document, path)
    for slug in named["type"]:
        for suffix in named["format"]:
            answer = client.get(f"/be/list/{slug}.{suffix}")
            assert answer.status_code == 200, slug
            assert answer.mimetype in document["paths"][path]["get"]["responses"]["200"]["content"]
    slugs = choices(document, "/{lang}/overview/{slug}")["slug"]
    assert slugs
    assert {client.get(f"/ru/overview/{slug}").status_code for slug in slugs} == {200}


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/held", f"?person={PERSON}&on=2021-06-01"),
        ("/search", "?q=Example&format=json"),
        ("/health", ""),
        ("/prefixes.json", ""),
        ("/completions.json", ""),
        ("/dumps/", "?format=json"),
    ],
)
def test_an_answer_in_json_has_the_described_shape(client, document, path, asked):
    content = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    answer = client.get(path + asked)
    assert answer.status_code == 200
    Draft202012Validator(content["schema"]).validate(answer.get_json())
    assert not Draft202012Validator(content["schema"]).is_valid([])
