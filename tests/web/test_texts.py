"""Interface words."""

import re
from pathlib import Path

import pytest

from server.web import texts
from server.web.texts import LANGUAGES, keys, words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_languages_have_the_same_words(lang):
    assert keys(words(lang)) == keys(words("en"))


def flat(table, prefix=""):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_languages_have_the_same_slots_and_no_empty_words(lang):
    english, own = dict(flat(words("en"))), dict(flat(words(lang)))
    slots = {key: set(re.findall(r"{\w+}", value)) for key, value in own.items()}
    assert slots == {key: set(re.findall(r"{\w+}", value)) for key, value in english.items()}
    assert all(value.strip() for value in own.values())


def test_every_word_is_used():
    web = Path(texts.__file__).parent
    source = "".join(path.read_text() for path in [*web.glob("*.py"), *web.glob("templates/*")])
    composed = ("problem.s", "problem.do", "gallery.why.", "tongues.", "date.", "value.")
    known = {key for key in keys(words("en")) if not key.startswith(composed)}
    assert {
        key for key in known if f"t.{key}" not in source and f'"{key.split(".")[-1]}"' not in source
    } == set()


def test_belarusian_uses_its_own_letters():
    text = " ".join(value for _, value in flat(words("be")))
    assert not set(text) & set("иИщЩъЪ")
    assert not set(" ".join(value for _, value in flat(words("ru")))) & set("іІўЎ")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_plural_forms_and_months_are_complete(lang):
    plurals = [value for key, value in flat(words(lang)) if "|" in value]
    assert {value.count("|") for value in plurals} == {1 if lang == "en" else 2}
    assert all(form.count("{n}") == 1 for value in plurals for form in value.split("|"))
    assert [len(words(lang)["date"][key].split()) for key in ("months", "months_of")] == [16, 16]
