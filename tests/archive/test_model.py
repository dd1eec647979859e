"""The model read from an ontology and shapes that the software has never seen."""

from pathlib import Path

import pytest

from server.archive.archive import Archive
from server.archive.model import Model, choose, local_name
from server.archive.queries import SOURCE_BASE
from server.errors import BadSource

GARDEN = "https://garden.example/terms#"
SHAPES = "https://garden.example/shapes#"


@pytest.fixture(scope="module")
def gardens(tiny: Archive) -> Model:
    return tiny.model


def test_types_come_from_node_shapes_in_their_order(gardens: Model) -> None:
    assert [shape.slug for shape in gardens.types] == ["Garden", "Bloom", "Bundle"]


def test_the_marks_of_a_node_shape_are_read(gardens: Model) -> None:
    garden, bloom, bundle = gardens.types
    assert (garden.listed, bloom.listed, bundle.listed) == (True, False, False)
    assert (garden.claimed, bloom.claimed, bundle.claimed) == (False, True, False)
    assert (garden.names_graph, bloom.names_graph, bundle.names_graph) == (False, False, True)


def test_a_property_shape_becomes_a_field(gardens: Model) -> None:
    area = next(field for field in gardens.types[0].fields if field.predicate == f"{GARDEN}area")
    assert area.name == {"en": "area", "be": "плошча"}
    assert (area.group, area.order) == (f"{SHAPES}group-ground", 1)
    assert (area.single, area.summary, area.shown, area.page_only) == (True, True, True, False)


def test_a_back_link_is_a_link_and_not_a_row(gardens: Model) -> None:
    garden = gardens.types[0]
    assert [field.path for field in garden.links] == [f"^<{GARDEN}inGarden>"]
    assert [field.predicate for field in garden.rows] == [f"{GARDEN}area"]


def test_what_has_no_group_or_is_derived_is_not_shown(gardens: Model) -> None:
    shown = {local_name(field.predicate or "") for field in gardens.types[1].rows}
    assert shown == {"inGarden", "seenOn", "colour", "visitor"}


def test_sections_are_the_groups_in_order(gardens: Model) -> None:
    assert [local_name(group) for group, _ in gardens.groups()] == [
        "group-growth",
        "group-ground",
        "group-content",
    ]


def test_the_shape_of_a_subclass_is_that_of_its_nearest_class(gardens: Model) -> None:
    for kind in ("Garden", "Orchard"):
        shape = gardens.shape_of([f"{GARDEN}{kind}"])
        assert shape is not None
        assert shape.slug == "Garden"
    assert gardens.shape_of([f"{GARDEN}Unheard"]) is None
    assert gardens.subclasses(f"{GARDEN}Garden") == [f"{GARDEN}Garden", f"{GARDEN}Orchard"]


def test_bounds_come_from_the_ontology(gardens: Model) -> None:
    assert gardens.bounds == {f"{GARDEN}seenOn": (f"{GARDEN}seenFrom", f"{GARDEN}seenTo")}
    assert gardens.derived == {f"{GARDEN}seenFrom", f"{GARDEN}seenTo"}


def test_single_is_what_every_shape_allows_once(gardens: Model) -> None:
    assert {local_name(name) for name in gardens.single} == {"area", "inGarden", "seenOn", "colour"}


def test_a_stub_may_hold_its_class_and_what_is_marked_for_it(gardens: Model) -> None:
    stubs = {shape.slug: {local_name(name) for name in shape.stub()} for shape in gardens.types}
    assert stubs == {"Garden": {"type"}, "Bloom": {"type", "inGarden"}, "Bundle": {"type"}}


def test_what_is_declared_is_not_yet_publishable(gardens: Model) -> None:
    assert f"{GARDEN}secretPath" in gardens.declared - gardens.publishable


def test_labels_come_from_ontology_vocabularies_and_shapes(gardens: Model) -> None:
    assert gardens.labels[f"{GARDEN}Bloom"]["ru"] == "цветение"
    assert gardens.labels["https://garden.example/colours/blue"]["be"] == "блакітны"
    assert gardens.labels[f"{SHAPES}group-growth"]["be"] == "Рост"


def test_prefixes_are_those_of_the_ontology_files(gardens: Model) -> None:
    assert gardens.prefixes["garden"] == GARDEN


@pytest.mark.parametrize(
    ("options", "language", "chosen"),
    [
        ({"be": "а", "ru": "б", "en": "c"}, "en", ("c", "en")),
        ({"be": "а", "ru": "б"}, "en", ("а", "be")),
        ({"ru": "б", "en": "c"}, "be", ("б", "ru")),
        ({"en": "c", "de": "d"}, "be", ("c", "en")),
        ({"pl": "p", "de": "d"}, "be", ("d", "de")),
        ({"": "x"}, "be", ("x", "")),
        ({}, "be", ("", "")),
    ],
)
def test_a_missing_language_falls_back_to_be_then_ru_then_en(
    options: dict[str, str], language: str, chosen: tuple[str, str]
) -> None:
    assert choose(options, language) == chosen


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("https://a.example/b#c", "c"),
        ("https://a.example/b/c/", "c"),
        ("https://a.example/b#", "b"),
        ("c", "c"),
    ],
)
def test_a_local_name_is_the_end_of_the_iri(iri: str, name: str) -> None:
    assert local_name(iri) == name


def folder(tmp_path: Path, shapes: str) -> Path:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "one.ttl").write_text(shapes, encoding="utf-8")
    return tmp_path


def test_a_broken_shape_file_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match=r"one\.ttl: line 2, column"):
        Model.load(
            folder(tmp_path, "@prefix sh: <http://www.w3.org/ns/shacl#> .\nsh:a sh:b [ .\n"), SOURCE_BASE
        )


SH = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <https://e.example/> .\n"


@pytest.mark.parametrize(
    ("path", "sparql"),
    [
        ("e:p", "<https://e.example/p>"),
        ("[ sh:inversePath e:p ]", "^<https://e.example/p>"),
        ("( e:p e:q )", "(<https://e.example/p>/<https://e.example/q>)"),
        ("( [ sh:inversePath e:p ] e:q )", "(^<https://e.example/p>/<https://e.example/q>)"),
        ("[ sh:alternativePath ( e:p e:q ) ]", "(<https://e.example/p>|<https://e.example/q>)"),
        ("[ sh:zeroOrMorePath e:p ]", "(<https://e.example/p>)*"),
        ("[ sh:oneOrMorePath e:p ]", "(<https://e.example/p>)+"),
        ("[ sh:zeroOrOnePath e:p ]", "(<https://e.example/p>)?"),
    ],
)
def test_every_shacl_path_becomes_a_sparql_path(tmp_path: Path, path: str, sparql: str) -> None:
    shapes = f"{SH} e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property e:P . e:P sh:path {path} ."
    (shape,) = Model.load(folder(tmp_path, shapes), SOURCE_BASE).types
    assert [field.path for field in shape.fields] == [sparql]


@pytest.mark.parametrize("path", ["sh:order 1", "sh:path [ sh:order 1 ]"])
def test_a_property_shape_without_a_path_is_refused(tmp_path: Path, path: str) -> None:
    shapes = f"{SH} e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property e:P . e:P {path} ."
    with pytest.raises(BadSource, match="path"):
        Model.load(folder(tmp_path, shapes), SOURCE_BASE)
