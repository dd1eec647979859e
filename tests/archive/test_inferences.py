"""What the software concludes: claims of its own, told apart, that rest on what others say."""

import re
import shutil
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from server.archive.audits import audit
from server.archive.checking import Checker, IndexedContext
from server.archive.compiling import build, compile_quads, withhold
from server.archive.inferences import identifier, inferred
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE
from server.archive.releases import current
from server.config import Settings
from server.errors import BadSource
from server.store.answers import CSV, Formats
from server.store.embedded import memory_store
from server.store.syntax import N_QUADS, TRIG, Quad, canonical_nquads, parse, serialize
from tests.conftest import silent

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).parent / "inferred.trig"
ALIASES = dict(re.findall(r"@prefix (ex-[\w-]+): <([^>]+)>", FILE.read_text("utf-8")))
NAMES = {iri: alias for alias, iri in ALIASES.items()}
# All that is hers in that file: her record, its claim sets, what they tell of.
OF_THE_FIRST = [
    "ex-first",
    "ex-case-first",
    "ex-charge-first",
    "ex-member-first",
    "ex-det-first",
    "ex-rel-first",
    "ex-det-again",
    "ex-cs-member-first",
    "ex-cs-first",
    "ex-cs-again",
    "ex-cs-refuted",
]
SOFTWARE = ALIASES["ex-software"]
MIRROR = "https://mirror.example/"
Said = dict[str, set[str]]


def short(iri: str) -> str:
    return NAMES.get(iri, re.split("[#/]", iri)[-1])


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load(ROOT, SOURCE_BASE)


def sources() -> list[Quad]:
    """The invented world with the people of this file."""
    files = (ROOT / "tests" / "shapes" / "context.trig", FILE)
    return [quad for path in files for quad in parse(path.read_bytes(), TRIG, SOURCE_BASE)]


def compiled(
    quads: list[Quad], model: Model, source: Path | None = ROOT, base: str = SOURCE_BASE
) -> list[Quad]:
    return parse(compile_quads(quads, model, base, silent, source).nquads(), N_QUADS, base)


def claim_sets(quads: list[Quad]) -> list[tuple[Said, Said]]:
    """What is said of each claim set of the software, and what it says of its one thing."""
    own = {
        q.subject.value
        for q in quads
        if q.predicate.value.endswith("#claimant") and q.object.value == SOFTWARE
    }
    found = []
    for claim_set in sorted(own):
        about, says = defaultdict(set), defaultdict(set)
        for quad in quads:
            graph = quad.graph.value if quad.graph else ""
            if quad.subject.value == claim_set and graph.endswith("/register"):
                about[short(quad.predicate.value)].add(short(quad.object.value))
            if graph == claim_set:
                says[short(quad.predicate.value)].add(short(quad.object.value))
        found.append((about, says))
    return found


def by_source(quads: list[Quad], source: str) -> tuple[Said, Said]:
    (one,) = [pair for pair in claim_sets(quads) if pair[0]["hadPrimarySource"] == {source}]
    return one


@pytest.fixture(scope="module")
def released(model: Model) -> list[Quad]:
    return compiled(sources(), model)


def test_a_later_case_repeats_the_first_charge_of_the_organisation(released: list[Quad]) -> None:
    about, says = by_source(released, "ex-mirrored")
    assert says["type"] == {"Assessment"}
    assert says["assessor"] == {"ex-software"}
    assert says["concerns"] == {"ex-case-later"}
    assert says["mirrors"] == {"ex-charge-first"}
    assert says["exemplifies"] == {"recycled-charge"}
    assert about["wasDerivedFrom"] == {
        "ex-cs-first",
        "ex-cs-later",
        "ex-cs-member-first",
        "ex-cs-member-later",
    }


def test_a_detention_on_the_day_of_a_release_is_held_again(released: list[Quad]) -> None:
    about, says = by_source(released, "ex-again")
    assert says["concerns"] == {"ex-det-again", "ex-rel-first"}
    assert says["exemplifies"] == {"re-detention"}
    # Not from the refuted claim set.
    assert about["wasDerivedFrom"] == {"ex-cs-first", "ex-cs-again"}


def test_a_conclusion_is_a_claim_of_the_software_as_new_as_its_newest_input(released: list[Quad]) -> None:
    for (about, _), day in zip(
        (by_source(released, "ex-mirrored"), by_source(released, "ex-again")),
        ("2033-02-02", "2033-01-01"),
        strict=True,
    ):
        assert about["type"] == {"ClaimSet"}
        assert about["claimant"] == about["recordedBy"] == {"ex-software"}
        assert about["standing"] == {"current"}
        assert about["recordedOn"] == {day}


def own_ids(quads: list[Quad]) -> set[str]:
    """The things that no source speaks of."""
    known = {term.value for quad in sources() for term in quad if term}
    typed = {(q.subject.value, short(q.object.value)) for q in quads if q.predicate.value.endswith("#type")}
    return {iri for iri, kind in typed if "/id/" in iri and kind in ("Assessment", "ClaimSet")} - known


def test_identifiers_are_opaque_and_the_same_under_another_base(released: list[Quad], model: Model) -> None:
    ids = own_ids(released)
    assert len(ids) == 4
    assert all(re.fullmatch(rf"{SOURCE_BASE}id/[0-9a-hjkmnp-tv-z]{{10}}", iri) for iri in ids)
    moved = {iri for iri in own_ids(compiled(sources(), model, base=MIRROR)) if iri.startswith(MIRROR)}
    assert {iri.removeprefix(MIRROR) for iri in moved} >= {iri.removeprefix(SOURCE_BASE) for iri in ids}
    assert len({identifier(str(number)) for number in range(1000)}) == 1000


def test_the_claims_are_well_formed(released: list[Quad], model: Model) -> None:
    ids = own_ids(released)
    own = [q for q in released if q.graph and (q.subject.value in ids or q.graph.value in ids)]
    context = IndexedContext(q for q in released if q.graph and q.graph.value.endswith("/register"))
    assert [found.summary() for found in Checker(model).check(own, context)] == []


def test_no_conclusion_gets_into_the_editorial_view(released: list[Quad], model: Model) -> None:
    def editorial(quads: list[Quad]) -> set[Quad]:
        return {quad for quad in quads if quad.graph and quad.graph.value.endswith("/editorial")}

    assert editorial(released) == editorial(compiled(sources(), model, None))


def test_no_conclusion_rests_on_another(released: list[Quad], model: Model) -> None:
    def conclusions(quads: list[Quad]) -> set[Quad]:
        return set(inferred(memory_store(canonical_nquads(quads)), ROOT, model, SOURCE_BASE))

    assert conclusions(released) == conclusions(compiled(sources(), model, None))


def test_conclusions_can_be_switched_off(model: Model) -> None:
    assert claim_sets(compiled(sources(), model, None)) == []


@pytest.mark.parametrize("gone", ["ex-cs-member-first", "ex-cs-member-later", "ex-cs-later", "ex-cs-first"])
def test_without_one_input_there_is_no_conclusion(gone: str, model: Model) -> None:
    left = [
        quad
        for quad in sources()
        if ALIASES[gone] not in (quad.subject.value, quad.graph.value if quad.graph else "")
    ]
    found = claim_sets(compiled(left, model))
    assert [about for about, _ in found if about["hadPrimarySource"] == {"ex-mirrored"}] == []
    assert all(gone not in about["wasDerivedFrom"] for about, _ in found)


def test_a_conclusion_is_no_second_source(released: list[Quad], model: Model) -> None:
    question = (ROOT / "data" / "queries" / "09-one-source-only.rq").read_text("utf-8")
    answers = []
    for quads in (released, compiled(sources(), model, None)):
        store = memory_store(canonical_nquads(quads))
        rules = {outcome.rule.number: outcome.remarks for outcome in audit(store, model, SOURCE_BASE)}
        alone = [(r.focus, r.claim_sets, r.values["documents"], r.values["claimants"]) for r in rules["W6"]]
        answers.append((store.query(question, Formats(CSV)).body, alone))
    assert answers[0] == answers[1]
    assert ALIASES["ex-det-later"] in {focus for focus, *_ in answers[0][1]}


def test_a_query_that_names_no_inference_is_refused(tmp_path: Path, model: Model) -> None:
    (tmp_path / "data" / "inferences").mkdir(parents=True)
    (tmp_path / "data" / "inferences" / "nameless.rq").write_text("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    with pytest.raises(BadSource, match=r"nameless\.rq"):
        list(inferred(memory_store(b""), tmp_path, model, SOURCE_BASE))


# Whole builds


@pytest.fixture
def settings(world: Settings, tmp_path: Path) -> Settings:
    """The invented world with the people of this file and the real inferences."""
    source = tmp_path / "source"
    shutil.copytree(world.source, source)
    shutil.copytree(ROOT / "data" / "inferences", source / "data" / "inferences", dirs_exist_ok=True)
    shutil.copy(FILE, source / "data" / "claims" / "example")
    return Settings(source=source, instance=tmp_path / "instance")


def dump(settings: Settings) -> list[Quad]:
    return parse(current(settings.instance).nquads.read_bytes(), N_QUADS, SOURCE_BASE)


@pytest.mark.slow
def test_a_release_carries_the_conclusions_and_their_queries(settings: Settings) -> None:
    release, _, _ = build(settings.source, settings.instance, settings.base, silent)
    assert len(claim_sets(dump(settings))) == 2
    assert {"inferences/held-again.rq", "inferences/mirrored-charges.rq"} <= set(release.files)
    _, new, _ = build(settings.source, settings.instance, settings.base, silent)
    assert not new
    _, new, _ = build(settings.source, settings.instance, settings.base, silent, inferences=False)
    assert new
    assert claim_sets(dump(settings)) == []


@pytest.mark.slow
def test_when_a_person_is_withheld_no_trace_is_left_in_conclusions(settings: Settings) -> None:
    build(settings.source, settings.instance, settings.base, silent)
    before = own_ids(dump(settings))
    withhold(settings.source, settings.instance, settings.base, ALIASES["ex-first"], "request", silent)
    assert claim_sets(dump(settings)) == []
    text = current(settings.instance).nquads.read_text("utf-8")
    assert [iri for iri in before if iri in text] == []
    for name in current(settings.instance).manifest.files:
        content = (current(settings.instance).path / name).read_bytes()
        assert not [iri for iri in (*before, ALIASES["ex-det-again"]) if iri.encode() in content], name


@pytest.mark.slow
def test_with_conclusions_too_a_withheld_person_might_never_have_been_there(
    settings: Settings, tmp_path: Path
) -> None:
    build(settings.source, settings.instance, settings.base, silent)
    assert claim_sets(dump(settings))
    withhold(settings.source, settings.instance, settings.base, ALIASES["ex-first"], "request", silent)
    never = replace(settings, source=tmp_path / "never", instance=tmp_path / "never-instance")
    shutil.copytree(settings.source, never.source)
    copy = never.source / "data" / "claims" / "example" / FILE.name
    hers = {ALIASES[name] for name in OF_THE_FIRST}
    quads = parse(copy.read_bytes(), TRIG, SOURCE_BASE)
    stays = [q for q in quads if not hers & {q.subject.value, q.graph.value if q.graph else ""}]
    assert 0 < len(stays) < len(quads)
    copy.write_bytes(serialize(stays, TRIG, {}))
    build(never.source, never.instance, never.base, silent)
    shutil.copytree(settings.instance / "withheld", never.instance / "withheld")
    build(never.source, never.instance, never.base, silent)
    for name in (*current(never.instance).manifest.files, "SHA256SUMS"):
        left, right = (current(s.instance).path / name for s in (settings, never))
        assert left.read_bytes() == right.read_bytes(), name
