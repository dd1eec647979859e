"""Numbers and verdict-like answers of the gallery, recomputed from the sources without SPARQL."""

from datetime import timedelta

import pytest

from tests.queries.expected import QUERIES, ROOT, answers, plain, records
from tests.queries.recomputed import Sources, days
from tests.queries.recomputed_overviews import AT_MOST, patterns
from tests.queries.recomputed_panels import acts, examples

ANSWERS = answers()


@pytest.fixture(scope="module")
def sources() -> Sources:
    return Sources(ROOT)


@pytest.mark.parametrize("name", ANSWERS)
def test_plain_python_finds_the_same(sources, name) -> None:
    columns, find = ANSWERS[name]
    rows = {tuple(row[column] for column in columns) for row in records(name)}
    assert rows == {tuple(map(plain, row)) for row in find(sources)}


def test_what_is_recomputed_is_a_question() -> None:
    assert set(ANSWERS) <= set(QUERIES)


def test_days_between_a_release_and_the_next_detention(sources) -> None:
    claimed = {(fact.subject, fact.value) for fact in sources.said("startEdtf")}
    dates = {(p, value) for subject, value in claimed for p in sources.persons(subject)}
    for row in records("03-held-again-after-a-release"):
        assert {(row["person"], row["released"]), (row["person"], row["held_again"])} <= dates
        apart = days(row["held_again"])[0] - days(row["released"])[1]
        assert timedelta(days=int(row["days"])) == max(apart, timedelta())


def test_days_in_custody_before_a_new_charge(sources) -> None:
    arrests = {
        (person, days(fact.value)[0])
        for fact in sources.said("startEdtf")
        if sources.is_a(fact.subject, "Detention") and len(fact.value) == len("2021-07-14")
        for person in sources.persons(fact.subject)
    }
    dated = [row for row in records("12-re-qualified") if row["dated"]]
    assert dated
    for row in dated:
        arrested = days(row["dated"])[0] - timedelta(days=int(row["days_in_custody"]))
        assert (row["person"], arrested) in arrests
    assert not [row for row in records("12-re-qualified") if row["days_in_custody"] and not row["dated"]]


def test_nobody_is_said_to_be_in_prison_without_a_claimant_or_free_without_a_word_on_the_date() -> None:
    for row in records("39-in-prison-today"):
        assert row["claimant_name"]
        assert row["claimed"] in ("held", "released")
        assert row["as_of"] or row["claimed"] == "released"


@pytest.mark.parametrize("name", AT_MOST)
def test_the_editorial_view_counts_what_is_said_and_nothing_else(sources, name) -> None:
    (key, *columns), find = AT_MOST[name]
    said = {row[0]: row[1:] for row in find(sources)}
    counted = {row[key]: tuple(int(row[column]) for column in columns) for row in records(name)}
    assert all(
        number <= most for one in counted for number, most in zip(counted[one], said[one], strict=True)
    )
    # Claims that differ about an article or a court are few.
    assert sum(one not in counted or counted[one] != said[one] for one in said) <= 2


def test_what_the_software_inferred_is_counted_apart(sources) -> None:
    rows = records("46-pattern-counts")
    by_people = {row["pattern"]: int(row["things"]) - int(row["by_software"]) for row in rows}
    found = {pattern: things for pattern, things, _ in patterns(sources)}
    assert {pattern: number for pattern, number in by_people.items() if number} == found
    assert any(int(row["by_software"]) for row in rows)


def test_what_the_software_did_not_infer_somebody_called_an_example(sources) -> None:
    rows = records("51-examples-of-a-pattern")
    own = [row for row in rows if row["pattern"] == row["example_of"]]
    said = [row for row in own if row["by_software"] == "false"]
    assert {(r["pattern"], r["thing"], r["assessor"], r["claims"]) for r in said} == examples(sources)
    assert len(said) < len(own) < len(rows)
    # Whoever asks about a wider pattern finds the examples of the narrower ones.
    narrow = {(row["example_of"], row["thing"]) for row in rows}
    assert narrow == {(row["pattern"], row["thing"]) for row in own}


def test_who_took_part_is_whom_the_sources_name_and_nobody_is_left_out(sources) -> None:
    found = {(row["official"], row["as"], row["act"]) for row in records("50-acts-of-officials")}
    said = acts(sources)
    assert found <= said
    # Where the plain rule leaves a tie, the editorial view names one of them.
    assert {row[1:] for row in found} == {row[1:] for row in said}
    assert len(said) - len(found) <= 3
