"""Menu and lists, driven by shapes that Python never saw."""

from typing import Any

import pytest

from server.archive.archive import Archive
from server.archive.listings import PAGE_SIZE
from server.archive.queries import SOURCE_BASE
from server.archive.records import Asked, Link, Text
from server.errors import BadValue, NotFound


def test_the_menu_has_the_listed_classes_with_their_counts(tiny: Archive) -> None:
    assert [(entry.slug, entry.name.value, entry.count) for entry in tiny.types("en")] == [
        ("Garden", "Gardens", 2)
    ]


def test_columns_are_the_fields_marked_as_summary(tiny: Archive) -> None:
    listing = tiny.listing("Garden", "be", 1)
    assert [column.value for column in listing.columns] == ["плошча"]
    assert listing.title.value == "Сады"


def test_a_list_has_the_things_of_subclasses_sorted_by_name(tiny: Archive) -> None:
    rows = tiny.listing("Garden", "en", 1).rows
    assert [row.title.text.value for row in rows] == ["North Garden", "South Orchard"]
    assert [[shown(v) for v in cell] for row in rows for cell in row.cells] == [["120"], []]


def shown(value: Link | Text) -> str:
    return value.value if isinstance(value, Text) else value.text.value


@pytest.mark.parametrize("slug", ["Bloom", "Bundle", "Orchard", "garden", ""])
def test_classes_that_are_not_listed_have_no_list(tiny: Archive, slug: str) -> None:
    with pytest.raises(NotFound):
        tiny.listing(slug, "en", 1)


@pytest.mark.parametrize("page", [0, -1, 2])
def test_pages_that_do_not_exist_are_not_found(tiny: Archive, page: int) -> None:
    with pytest.raises(NotFound):
        tiny.listing("Garden", "en", page)


def test_a_long_list_is_cut_into_pages(tiny_sources: Any) -> None:
    gardens = "\n".join(
        f'<{SOURCE_BASE}id/g{n:09d}> a garden:Garden ; rdfs:label "Garden {n:03d}"@en .'
        for n in range(PAGE_SIZE)
    )
    tiny_sources.add("data/register/gardens.ttl", gardens)
    tiny_sources.build()
    archive = tiny_sources.archive()
    first, second = (archive.listing("Garden", "en", page) for page in (1, 2))
    assert (first.total, first.pages, len(first.rows), len(second.rows)) == (PAGE_SIZE + 2, 2, PAGE_SIZE, 2)
    titles = [row.title.text.value for listing in (first, second) for row in listing.rows]
    assert titles == sorted(titles)


def test_a_subclass_with_a_list_of_its_own_is_not_counted_twice(tiny_sources: Any) -> None:
    tiny_sources.add(
        "shapes/garden.ttl",
        "s:Orchard a sh:NodeShape ; sh:targetClass garden:Orchard ; pra:listed true .",
    )
    tiny_sources.build()
    counts = {entry.slug: entry.count for entry in tiny_sources.archive().types("en")}
    assert counts == {"Garden": 1, "Orchard": 1}


def test_values_of_one_spelling_are_one_choice(tiny_sources: Any) -> None:
    """A literal in two languages, of two datatypes, or like the sign for nothing: addresses tell no more."""
    tiny_sources.replace("shapes/garden.ttl", "sh:path rdfs:label ;", "sh:path rdfs:label ; pra:facet true ;")
    gardens = [
        f"<{SOURCE_BASE}id/g{number:09d}> a garden:Garden ; rdfs:label {label} ."
        for number, label in enumerate(('"Same"@en', '"Same"@be', '"Same"', '"-"@en'))
    ]
    tiny_sources.add("data/register/gardens.ttl", "\n".join(gardens))
    tiny_sources.build()
    archive = tiny_sources.archive()
    facet = archive.listing("Garden", "en", 1).facets[0]
    counts = {choice.value: choice.count for choice in facet.choices}
    assert counts == {"Same": 3, "North Garden": 1, "South Orchard": 1, "Паўночны сад": 1, "-": 1}
    for name, count in counts.items():
        assert archive.listing("Garden", "en", 1, Asked(narrowed=((facet.name, name),))).total == count


def test_too_many_filters_are_a_bad_value(tiny_sources: Any) -> None:
    tiny_sources.replace("shapes/garden.ttl", "sh:path rdfs:label ;", "sh:path rdfs:label ; pra:facet true ;")
    tiny_sources.build()
    archive = tiny_sources.archive()
    facet = archive.listing("Garden", "en", 1).facets[0]
    for most, many in ((1, 50), (0, 51)):
        asked = Asked(narrowed=((facet.name, "North Garden"),) * many)
        if most:
            assert archive.listing("Garden", "en", 1, asked).total == 1
        else:
            with pytest.raises(BadValue):
                archive.listing("Garden", "en", 1, asked)
