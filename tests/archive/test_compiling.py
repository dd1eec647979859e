"""From sources to a release: same sources, same bytes; a fault stops the build and names its place."""

import shutil
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from server.archive.archive import Archive
from server.archive.compiling import check
from server.archive.queries import SOURCE_BASE
from server.archive.releases import current
from server.errors import BuildFailed

GRAPH = f"{SOURCE_BASE}graph/"
MIRROR = "https://mirror.example/"


def dump(sources: Any) -> bytes:
    return current(sources.instance).nquads.read_bytes()


def test_the_same_sources_make_the_same_release_in_every_folder(tiny_sources: Any, tiny: Archive) -> None:
    release, new, _ = tiny_sources.build()
    assert new
    assert (release.id, release.sha256) == (tiny.release.id, tiny.release.sha256)
    assert dump(tiny_sources) == (tiny.folder / "praleska.nq").read_bytes()


def test_the_names_and_the_order_of_source_files_do_not_matter(tiny_sources: Any, tiny: Archive) -> None:
    register, claims = tiny_sources.file("data/register"), tiny_sources.file("data/claims")
    head, _, body = (register / "gardens.ttl").read_text(encoding="utf-8").partition("\n\n")
    (register / "gardens.ttl").unlink()
    statements = [statement for statement in body.split(" .\n") if statement]
    for number, statement in enumerate(reversed(statements)):
        (register / f"{number}.ttl").write_text(f"{head}\n{statement} .\n", encoding="utf-8")
    (claims / "deep").mkdir()
    (claims / "blooms.trig").rename(claims / "deep" / "other.trig")
    assert tiny_sources.build()[0].sha256 == tiny.release.sha256


def test_an_unchanged_build_keeps_its_release(tiny_sources: Any) -> None:
    first, _, _ = tiny_sources.build()
    again, new, _ = tiny_sources.build()
    assert (again, new) == (first, False)


BROKEN = {
    "a file that is not Turtle": (
        "data/register/gardens.ttl",
        "\nnorth: a garden:Garden ;; oops\n",
        ("gardens.ttl:19", "Rule-syntax"),
    ),
    "a value that its shape refuses": (
        "data/register/gardens.ttl",
        "\nsouth: garden:area 0 .\n",
        (
            "gardens.ttl:19",
            f"{SOURCE_BASE}id/0000000002",
            "[Garden-area]",
            "The area is a whole number above 0.",
        ),
    ),
    "a term that nobody declared": (
        "data/register/gardens.ttl",
        "\nnorth: garden:petals 5 .\n",
        ("gardens.ttl:19", f"{SOURCE_BASE}id/0000000001", "terms#petals", "[Rule-undeclaredTerm]"),
    ),
    "a term that is not for publication": (
        "data/register/gardens.ttl",
        '\nnorth: garden:secretPath "behind the hedge" .\n',
        ("gardens.ttl:19", "terms#secretPath", "[Rule-notPublishable]"),
    ),
    "a claim that its shape refuses": (
        "data/claims/blooms.trig",
        '\nkeeper: { bluebell: garden:seenOn "2031-05"^^edtf:EDTF . }\n',
        ("blooms.trig:13", f"{SOURCE_BASE}id/0000000003", "[Bloom-seen]"),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_source_stops_the_build_and_names_its_place(tiny_sources: Any, name: str) -> None:
    before, _, _ = tiny_sources.build()
    file, text, told = BROKEN[name]
    tiny_sources.add(file, text)
    with pytest.raises(BuildFailed) as raised:
        tiny_sources.build()
    assert any(all(part in line for part in told) for line in raised.value.findings), raised.value.findings
    assert all(line.startswith("data/") for line in raised.value.findings)
    assert current(tiny_sources.instance).manifest == before


def test_all_faults_of_all_files_are_told_at_once(tiny_sources: Any) -> None:
    tiny_sources.add("data/register/gardens.ttl", "\nsouth: garden:area 0 .\n")
    tiny_sources.add("data/claims/blooms.trig", "\nnonsense\n")
    with pytest.raises(BuildFailed) as raised:
        tiny_sources.build()
    assert {line.partition(":")[0] for line in raised.value.findings} == {
        "data/register/gardens.ttl",
        "data/claims/blooms.trig",
    }


def test_a_warning_does_not_stop_the_build(tiny_sources: Any) -> None:
    tiny_sources.add(
        "data/register/gardens.ttl", '\nsouth: <http://www.w3.org/2000/01/rdf-schema#label> "Сад"@pl .\n'
    )
    _, new, report = tiny_sources.build()
    assert new
    assert [(f.severity, f.line) for f in report.findings] == [("Warning", 12)]


def test_a_property_that_the_allow_list_forgets_stops_the_build(tiny_sources: Any) -> None:
    # Nobody checks the ontology's own statements, so the list itself is the last guard.
    tiny_sources.add("ontology/garden.ttl", '\ngarden:Garden <https://e.example/inventor> "Somebody" .\n')
    with pytest.raises(BuildFailed) as raised:
        tiny_sources.build()
    assert raised.value.findings == ("ontology/publishable.ttl does not allow https://e.example/inventor",)


def test_the_allow_list_holds_for_what_the_build_adds_too(tiny_sources: Any) -> None:
    tiny_sources.replace("ontology/garden.ttl", "pra:contested , ", "")
    with pytest.raises(BuildFailed) as raised:
        tiny_sources.build()
    assert raised.value.findings == (
        f"ontology/publishable.ttl does not allow {SOURCE_BASE}ontology#contested",
    )


def test_checking_all_sources_finds_what_the_build_would(tiny_sources: Any) -> None:
    tiny_sources.add("data/register/gardens.ttl", "\nsouth: garden:area 0 .\n")
    steps: list[tuple[str, int, int]] = []
    report = check(tiny_sources.source, lambda *step: steps.append(step))
    assert [found.shape.rpartition("#")[2] for found in report.violations] == ["Garden-area"]
    assert steps == [("check", 1, 2), ("check", 2, 2)]


def test_a_statement_outside_the_graphs_of_a_claims_file_belongs_to_the_register(tiny_sources: Any) -> None:
    tiny_sources.replace("data/register/gardens.ttl", " ; garden:area 120 .", " .")
    tiny_sources.add("data/claims/blooms.trig", f"\n<{SOURCE_BASE}id/0000000001> garden:area 120 .\n")
    tiny_sources.build()
    assert (
        f'terms#area> "120"^^<http://www.w3.org/2001/XMLSchema#integer> <{GRAPH}register>'.encode()
        in dump(tiny_sources)
    )


def graphs(quads: list[ox.Quad]) -> dict[str, set[tuple[str, str, str]]]:
    found: dict[str, set[tuple[str, str, str]]] = {}
    for quad in quads:
        name = "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value
        triple = (str(quad.subject), str(quad.predicate), str(quad.object))
        found.setdefault(name.removeprefix(GRAPH), set()).add(triple)
    return found


@pytest.fixture(scope="module")
def released(world: Any) -> dict[str, set[tuple[str, str, str]]]:
    """The graphs of the invented world."""
    return graphs(list(ox.parse(path=str(current(world.instance).nquads))))


def test_the_default_graph_is_register_view_ontology_and_vocabularies(
    released: dict[str, set[tuple[str, str, str]]],
) -> None:
    shared = [
        "register",
        "editorial",
        "ontology",
        *(name for name in released if name.startswith("vocabulary-")),
    ]
    assert len(shared) > 30
    assert released[""] == set().union(*(released[name] for name in shared))


def test_no_claim_stands_in_the_default_graph_unless_it_was_chosen(
    released: dict[str, set[tuple[str, str, str]]],
) -> None:
    refuted = released[f"{SOURCE_BASE}id/excybvn5sx"]
    dates = {triple for triple in refuted if triple[1].endswith("startEdtf>")}
    assert dates
    assert dates & released[""] == set()


def test_every_claim_set_has_its_bounds_beside_its_dates(
    released: dict[str, set[tuple[str, str, str]]],
) -> None:
    names = {triple[1].rpartition("#")[2] for triple in released[f"{SOURCE_BASE}id/excybvn5sx"]}
    assert {"startEdtf>", "startMin>", "startMax>"} <= names


def test_the_metadata_count_what_is_there(released: dict[str, set[tuple[str, str, str]]]) -> None:
    counted = {
        triple[2] for triple in released["metadata"] if triple[1] == "<http://rdfs.org/ns/void#triples>"
    }
    named = sum(len(triples) for name, triples in released.items() if name not in ("", "metadata"))
    # The description of the data set that was there before it was counted.
    own = len(ox_triples(Path(__file__).parents[2] / "data" / "dataset.ttl"))
    assert f'"{named + own}"^^<http://www.w3.org/2001/XMLSchema#integer>' in counted


def ox_triples(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path=str(path)))


def test_another_base_moves_things_and_graphs_but_no_terms(tiny_sources: Any, tiny: Archive) -> None:
    tiny_sources.build(MIRROR)
    text = dump(tiny_sources).decode()
    for kind in ("id", "graph"):
        assert f"{SOURCE_BASE}{kind}/" not in text
        assert f"<{MIRROR}{kind}/" in text
    for term in (
        "https://garden.example/terms#Garden",
        f"{SOURCE_BASE}ontology#claimant",
        f"{SOURCE_BASE}vocabulary/standing/current",
    ):
        assert f"<{term}>" in text
    assert len(text.splitlines()) == len((tiny.folder / "praleska.nq").read_bytes().splitlines())


def test_another_base_keeps_every_identifier(tiny_sources: Any, tiny: Archive) -> None:
    tiny_sources.build(MIRROR)
    own = (tiny.folder / "praleska.nq").read_text(encoding="utf-8")
    assert sorted(local_ids(dump(tiny_sources).decode(), MIRROR)) == sorted(local_ids(own, SOURCE_BASE))


def local_ids(text: str, base: str) -> set[str]:
    return {part[:10] for part in text.split(f"<{base}id/")[1:]}


def test_under_another_base_pages_lists_and_checks_work(tiny_sources: Any) -> None:
    tiny_sources.build(MIRROR)
    archive = tiny_sources.archive(MIRROR)
    page = archive.describe(f"{MIRROR}id/0000000001", "en")
    assert (page.title.value, page.path) == ("North Garden", "id/0000000001")
    assert archive.listing("Garden", "en", 1).total == 2
    area = f"@prefix g: <https://garden.example/terms#> . <{MIRROR}id/0000000001> a g:Garden ; g:area"
    assert archive.check(f"{area} 7 .".encode(), "text/turtle").conforms
    assert not archive.check(f"{area} 0 .".encode(), "text/turtle").conforms


def test_a_release_does_not_need_its_sources_any_more(tiny_sources: Any) -> None:
    tiny_sources.build()
    shutil.rmtree(tiny_sources.source)
    assert tiny_sources.archive().types("en")[0].slug == "Garden"
