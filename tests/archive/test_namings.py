"""Names in the answers of the gallery, in the reader's language."""

import re

import pytest

from server.archive.namings import in_language
from server.archive.queries import select
from server.archive.releases import current
from server.archive.vocabulary import LANGUAGES
from server.store.embedded import memory_store
from tests.queries.expected import QUERIES

NAMED = {name: text for name, text in QUERIES.items() if in_language(text, "be") != text}
OTHERS = [lang for lang in LANGUAGES if lang != "en"]
LABELS = """
SELECT ?thing ?label WHERE { GRAPH ?g { ?thing <http://www.w3.org/2004/02/skos/core#prefLabel> ?label } }
"""


@pytest.fixture(scope="module")
def store(real):
    return memory_store(current(real.instance).nquads)


@pytest.fixture(scope="module")
def foreign(store):
    """English names of things that have no other one, by language."""
    names = {}
    for row in select(store, LABELS):
        names.setdefault(row["thing"].value, {})[row["label"].language] = row["label"].value
    return {lang: {one["en"] for one in names.values() if "en" in one and lang not in one} for lang in OTHERS}


def test_every_question_asks_for_names_in_the_form_that_can_be_translated():
    for name, text in QUERIES.items():
        body = re.sub(r"(?m)^#.*$", "", text)
        left = in_language(body, "be")
        asked = len(re.findall(r'LANG\(\?\w+\) = "en"', body))
        assert left.count('_own) = "be")') == asked, name
    assert len(NAMED) > 35


def test_an_english_question_stays_as_it_is():
    assert all(in_language(text, "en") == text for text in QUERIES.values())


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("name", NAMED)
def test_names_are_in_the_language_and_english_ones_only_of_what_has_no_other(store, foreign, name, lang):
    english, spoken = (select(store, in_language(NAMED[name], tag)) for tag in ("en", lang))
    assert len(spoken) == len(english)
    by_name = set(re.findall(r'LANG\(\?(\w+)\) = "en"', NAMED[name]))
    names = [term for row in spoken for key, term in row.items() if key in by_name and term.language]
    assert all(one.value in foreign[lang] for one in names if one.language == "en")
    assert {one.language for one in names} <= {lang, "en"}
    assert len(names) == sum(1 for row in english for key, t in row.items() if key in by_name and t.language)


@pytest.mark.parametrize("name", [name for name in NAMED if "LIMIT" not in NAMED[name]])
def test_what_is_no_name_does_not_follow_the_language(store, name):
    english, spoken = (select(store, in_language(NAMED[name], tag)) for tag in ("en", "be"))
    things = [
        sorted(t for row in rows for t in row.values() if t.kind == "iri") for rows in (english, spoken)
    ]
    assert things[0] == things[1]


def test_nothing_that_a_reader_gives_is_taken_for_a_name():
    text = 'VALUES ?said { "?a skos:prefLabel ?b" } ?a skos:prefLabel ?b FILTER(LANG(?b) = "ru")'
    assert in_language(text, "be") == text
