"""The pages of ontology and vocabularies: each term with definition, example, shape, uses and alignments."""

import re
from html import unescape
from itertools import pairwise

import pytest
from rdflib import OWL, RDF, SH, SKOS, URIRef

from server.archive.model import local_name, texts
from server.archive.names import Names
from server.archive.rulebook import Rulebook
from server.web import outline
from tests.web.test_pages import page, plain

LANGUAGES = ["be", "ru", "en"]
PRA = "https://w3id.org/praleska/ontology#"
FLOW = re.compile(r"<h([1-6])\b")


@pytest.fixture(scope="module")
def model(archive):
    return archive.model


def article(text, name):
    """One term on the page of the ontology."""
    start = text.index(f'<article class="term" id="{name}">')
    return text[start : text.index("</article>", start)]


def own(model, *kinds):
    found = {str(t) for kind in kinds for t in model.ontology.subjects(RDF.type, kind)}
    return sorted(t for t in found if t.startswith(PRA))


def in_language(graph, node, predicate, lang):
    return texts(graph, URIRef(node), predicate)[lang]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_term_stands_on_the_page_with_definition_and_example(client, model, lang):
    text, _ = page(client, f"/doc/ontology.{lang}.html")
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    terms = own(model, *kinds)
    assert len(terms) > 200
    for term in terms:
        told = unescape(article(text, local_name(term)))
        assert in_language(model.ontology, term, SKOS.definition, lang) in told
        (example,) = (o for o in model.ontology.objects(URIRef(term), SKOS.example) if not o.language)
        assert f"<code>{example}</code></pre>" in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_concept_stands_on_the_page_with_definition_and_example(client, model, lang):
    text = unescape(page(client, f"/doc/ontology.{lang}.html")[0])
    for concept in model.ontology.subjects(RDF.type, SKOS.Concept):
        assert in_language(model.ontology, concept, SKOS.definition, lang) in text
        assert in_language(model.ontology, concept, SKOS.example, lang) in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_message_of_a_field_stands_on_the_page(client, model, lang):
    text = unescape(page(client, f"/doc/ontology.{lang}.html")[0])
    shown = [f for t in model.types if t.target.startswith(PRA) for f in t.fields if not f.page_only]
    messages = [texts(model.shapes, URIRef(f.iri), SH.message).get(lang, "") for f in shown if f.group]
    assert len(messages) > 150
    assert [message for message in messages if message not in text] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headings_are_in_order_and_places_are_there(client, lang):
    text, tags = page(client, f"/doc/ontology.{lang}.html")
    levels = list(map(int, FLOW.findall(text)))
    assert levels[0] == 1
    assert all(deeper <= level + 1 for level, deeper in pairwise(levels))
    ids = [tag.attrs["id"] for tag in tags.tags if "id" in tag.attrs]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for a in tags.all("a") if a["href"].startswith("#")} <= set(ids)
    assert " style=" not in text
    assert not tags.all("script")


def test_a_class_tells_what_its_description_holds(client):
    text, _ = page(client, "/doc/ontology.en.html")
    assert '<a href="#Occurrence">Occurrence</a>' in article(text, "Detention")
    told = plain(article(text, "Detention"))
    assert "regime Choose how the person is held" in told
    assert "Expected: Kinds of detention · at most one" in told
    assert "The field “regime” takes only one value, and only from the list." in told
    assert "The rules of “ Occurrence ” hold too." in told
    assert "Computed by the build" in told


def test_what_all_narrower_classes_share_is_told_once(client):
    text, _ = page(client, "/doc/ontology.en.html")
    assert "An event belongs to one case." in plain(article(text, "Occurrence"))
    assert "An event belongs to one case." not in plain(article(text, "Detention"))
    assert "The rules of" not in plain(article(text, "Occurrence"))


def test_the_rules_of_another_vocabulary_s_classes_are_not_ours(model, archive):
    book = Rulebook(model, Names(archive.store, model, archive.base, "en"))
    assert book.shape("http://linkedevents.org/ontology/Event") is None
    assert book.shape(f"{PRA}Agent") is not None


def test_a_property_tells_who_uses_it_with_which_vocabulary(client):
    text, _ = page(client, "/doc/ontology.en.html")
    assert "Used by Detention : regime ( Kinds of detention)" in plain(article(text, "regime"))
    assert '<a href="#vocabulary-regime">Kinds of detention</a>' in article(text, "regime")


def test_alignments_lead_away_and_say_so(client):
    told = article(page(client, "/doc/ontology.en.html")[0], "Person")
    assert (
        'href="http://xmlns.com/foaf/0.1/Person" class="external" rel="noreferrer nofollow external"' in told
    )
    assert "foaf:Person" in told
    assert "xmlns.com" not in article(page(client, "/doc/ontology.en.html")[0], "Detention")


def test_the_contents_list_the_classes_as_a_tree_in_the_order_of_the_shapes(client, model):
    text, _ = page(client, "/doc/ontology.en.html")
    contents = text[text.index('class="contents"') : text.index("</nav>", text.index('class="contents"'))]
    assert re.search(r'<a href="#Agent">Agent</a><ul>\s*<li><a href="#Person">', contents)
    order = [t.slug for t in model.types if t.target.startswith(PRA) and not t.slug.endswith("Body")]
    tops = [slug for slug in order if re.search(rf'<li><a href="#{slug}">', contents)]
    places = {slug: contents.index(f'<li><a href="#{slug}">') for slug in tops}
    assert places["Person"] < places["Organisation"] < places["Court"] < places["OfficialCapacity"]
    assert places["Detention"] < places["Accusation"] < places["Trial"] < places["Verdict"]
    assert contents.index('"#AllowList"') > max(places.values())
    below = contents[contents.index('<a href="#Organisation">') : contents.index('<a href="#Case">')]
    assert below.index('<a href="#StateBody">') < below.index('<a href="#Court">') < below.index("</ul></li>")


def test_classes_properties_and_vocabularies_are_chapters_of_their_own(client):
    text, tags = page(client, "/doc/ontology.en.html")
    titles = [plain(title).strip() for title in re.findall("<h2 id=.chapter-.*?</h2>", text)]
    assert titles[:2] == ["Classes", "Links"]
    assert titles[-2:] == ["Vocabularies", "Terms of other vocabularies"]
    assert {"Person", "dct-title", "skos-prefLabel"} <= {tag.attrs.get("id") for tag in tags.tags}


def test_the_lines_that_examples_begin_with_are_shown(client):
    assert "PREFIX ex: &lt;https://example.org/&gt;" in page(client, "/doc/ontology.be.html")[0]


@pytest.mark.parametrize(
    ("lang", "words"), [("be", "Дзе ўжываецца"), ("ru", "Где используется"), ("en", "Used by")]
)
def test_vocabulary_pages_say_where_they_are_used_and_give_examples(client, model, lang, words):
    concept = "https://w3id.org/praleska/vocabulary/regime/pre-trial"
    example = in_language(model.ontology, concept, SKOS.example, lang)
    for name in ("vocabulary/regime", "vocabulary/regime/pre-trial"):
        text, _ = page(client, f"/doc/{name}.{lang}.html")
        assert f"{words}: " in plain(text)
        assert f'<a href="/doc/ontology.{lang}.html#Detention">' in text
        assert example in unescape(text)


def test_the_number_of_a_list_elsewhere_is_shown(client):
    assert "HURIDOCS 42" in plain(page(client, "/doc/vocabulary/reliability.en.html")[0])
    assert "HURIDOCS 42" in plain(page(client, "/doc/ontology.en.html")[0])


def test_things_are_no_terms(client):
    assert "Used by" not in plain(page(client, "/doc/exm9s346q3.en.html")[0])


def test_examples_are_part_of_the_ontology(client):
    assert "ex:detention a pra:Detention" in client.get("/doc/ontology.ttl").text
    assert "ex:detention a pra:Detention" in client.get("/doc/graph/ontology.nq").text


def test_places_of_terms_on_the_page(app):
    with app.test_request_context("/"):
        assert outline.spot(f"{PRA}Person") == "Person"
        assert outline.spot("http://purl.org/dc/terms/title") == "dct-title"
        assert (
            outline.spot("https://w3id.org/praleska/vocabulary/regime/pre-trial")
            == "vocabulary-regime-pre-trial"
        )


def test_a_release_keeps_the_examples_that_it_is_shown_with(archive):
    assert "pra:Detention skos:example" in (archive.folder / "ontology" / "examples.ttl").read_text()
