"""Names that look alike: the same person in many spellings, and namesakes that are not. All are invented."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.archive.matching import alike, readings
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE
from server.store.embedded import memory_store

# Spellings of one name: scripts, systems, house styles, order of words.
ALIKE = [
    (
        "Святаполк Прыкладоўскі",
        "Svyatapolk Prykladouski",
        "Sviatapolk Prykładoŭski",
        "Святаполк Прикладовский",
    ),
    ("Цімаця Узорыч", "Tsimatsia Uzorych", "Timatya Uzorich", "Тиматя Узорич", "Cimacia Uzoryč"),
    ("Хведар Макетнік", "Khvedar Maketnik", "Hvedar Makietnik", "Chwedar Makietnik"),
    ("Жан Чарнавік", "Zhan Charnavik", "Żan Czarnawik", "Žan Čarnavik", "Жан Чернавик"),
    ("Дзяніс Эскізаў", "Dzianis Eskizau", "Denis Eskizov", "Денис Эскизов"),
    ("Аляксандр Тэст", "Alexander Test", "Aliaksandr Test", "Александр Тест"),
    ("Проба Мадэлевіч", "Мадэлевіч Проба", "Мадэлевіч, Проба", "PROBA MADELEVICH"),
    ("Кола Шаблонін", "Кола Узоравіч Шаблонін", "Kola Šablonin", "Шаблонин Кола Узорович"),
]
APART = [
    ("Марыя Калясня", "Марыя Калясніч"),
    ("Аляксандр Прыклад", "Аляксандра Прыклад"),
    ("Янка Тэстаў", "Янка Тэставіч"),
    ("Янка Тэстаў", "Янка Тэстава"),
    ("Узор Прыклад", "Макет Прыклад"),
]


@pytest.mark.parametrize("names", ALIKE, ids=lambda names: names[0])
def test_spellings_of_one_name_are_found(names: tuple[str, ...]) -> None:
    missed = [pair for pair in combinations(names, 2) if not readings(pair[0]) & readings(pair[1])]
    assert missed == []


@pytest.mark.parametrize(("one", "other"), APART)
def test_different_names_are_kept_apart(one: str, other: str) -> None:
    assert not readings(one) & readings(other)


def test_no_name_of_one_row_is_found_in_another() -> None:
    for one, other in combinations(ALIKE, 2):
        assert not set().union(*map(readings, one)) & set().union(*map(readings, other))


@pytest.mark.parametrize("name", ["", " ", "Прыклад", "I. P.", "Ян Ян", "Ая Оя", "12 34", "— –"])
def test_what_cannot_tell_people_apart_is_left_alone(name: str) -> None:
    assert readings(name) == set()


@given(st.text(max_size=200))
def test_any_text_has_few_readings(text: str) -> None:
    assert len(readings(text)) <= 8


def people(*names: str) -> bytes:
    kind, label = f"{SOURCE_BASE}ontology#Person", "http://www.w3.org/2004/02/skos/core#prefLabel"
    graph, rdf = f"<{SOURCE_BASE}graph/register>", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    lines = []
    for number, name in enumerate(names):
        thing = f"<{SOURCE_BASE}id/{number:010}>"
        lines += [f"{thing} <{rdf}> <{kind}> {graph} .", f'{thing} <{label}> "{name}"@be {graph} .']
    return "\n".join(lines).encode()


def test_many_namesakes_make_few_pairs(model: Model) -> None:
    pairs = alike(memory_store(people(*["Проба Прыкладовіч"] * 300, "Іншы Чалавек")), model, SOURCE_BASE)
    assert len(pairs) == 299
    assert {one for one, _ in pairs} == {f"{SOURCE_BASE}id/0000000000"}
