"""The rule of the editorial view, each step deciding alone (docs/decisions/003-editorial-view.md)."""

from collections.abc import Callable

import pytest

from server.archive.dates import derived
from server.archive.editorial import choose_all, selection_iri
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE
from server.store.embedded import memory_store
from server.store.syntax import TRIG, Quad, canonical_nquads, parse

PRA = f"{SOURCE_BASE}ontology#"
ID = f"{SOURCE_BASE}id/"
THING = f"{ID}newnew0000"
Choosing = Callable[..., list[Quad]]

HEAD = """
@prefix pra: <https://w3id.org/praleska/ontology#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix schema: <https://schema.org/> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix g: <https://w3id.org/praleska/graph/> .
@prefix id: <https://w3id.org/praleska/id/> .
@prefix standing: <https://w3id.org/praleska/vocabulary/standing/> .
@prefix regime: <https://w3id.org/praleska/vocabulary/regime/> .
@prefix thing: <https://w3id.org/praleska/id/newnew0000> .
"""


def claim(
    number: int, body: str, by: str = "", document: str = "", standing: str = "current", said: str = ""
) -> str:
    """One claim set on the thing: by a claimant, in a document, each its own unless named."""
    asserted = f'pra:assertedOn "{said}"^^edtf:EDTF ;' if said else ""
    return f"""
g:register {{
  id:cs{number} pra:standing standing:{standing} ; pra:claimant id:{by or f"org{number}"} ; {asserted}
    prov:hadPrimarySource id:{document or f"doc{number}"} .
}}
id:cs{number} {{ thing: {body} . }}
"""


def dated(day: str) -> str:
    return f'pra:startEdtf "{day}"^^edtf:EDTF'


@pytest.fixture
def view(model: Model) -> Choosing:
    """The editorial view of some claims."""

    def choose(*texts: str, base: str = SOURCE_BASE) -> list[Quad]:
        text = (HEAD + "".join(texts)).replace(f"{SOURCE_BASE}id/", f"{base}id/")
        quads = parse(text.replace(f"{SOURCE_BASE}graph/", f"{base}graph/").encode(), TRIG, base)
        store = memory_store(canonical_nquads([*quads, *derived(quads, model)]))
        return list(choose_all(store, model, base))

    return choose


def values(quads: list[Quad], name: str, subject: str = THING) -> set[str]:
    found = {q.object.value for q in quads if q.subject.value == subject and q.predicate.value == PRA + name}
    return {value.rsplit("/", 1)[-1] if value.startswith("https") else value for value in found}


def chosen(view: Choosing, *texts: str) -> set[str]:
    return values(view(*texts), "startEdtf")


COPY = "g:register { id:doc2 prov:wasDerivedFrom id:doc9 . id:doc3 prov:wasDerivedFrom id:doc9 . }"
STEPS = {
    "a refuted claim is out, however many make it": [
        claim(1, dated("2021-07")),
        claim(2, dated("2021-07-14"), standing="refuted"),
        claim(3, dated("2021-07-14"), standing="refuted"),
    ],
    "a withdrawn claim is out": [
        claim(1, dated("2021-07")),
        claim(2, dated("2021-07-14"), standing="withdrawn"),
    ],
    "a superseded claim is out": [
        claim(1, dated("2021-07")),
        claim(2, dated("2021-07-14"), standing="superseded"),
    ],
    "a party to the act outweighs others": [
        claim(1, f"{dated('2021-07')} ; pra:court id:org1"),
        claim(2, dated("2021-07-14")),
        claim(3, dated("2021-07-14")),
    ],
    "two origins outweigh one narrower and newer": [
        claim(1, dated("2021-07")),
        claim(2, dated("2021-07")),
        claim(3, dated("2021-07-14"), said="2030"),
    ],
    "copies of one document are one origin": [
        COPY,
        claim(1, dated("2021-07"), said="2030"),
        claim(2, dated("2021-08"), said="2020"),
        claim(3, dated("2021-08"), said="2020"),
    ],
    "one claimant in two documents is one origin": [
        claim(1, dated("2021-07"), said="2030"),
        claim(2, dated("2021-08"), by="org2", said="2020"),
        claim(3, dated("2021-08"), by="org2", said="2020"),
    ],
    "two claimants in one document are one origin": [
        claim(1, dated("2021-07"), said="2030"),
        claim(2, dated("2021-08"), document="doc2", said="2020"),
        claim(3, dated("2021-08"), document="doc2", said="2020"),
    ],
    "the narrower date wins over the newer claim": [
        claim(1, dated("2021-07"), said="2020"),
        claim(2, dated("2021"), said="2030"),
    ],
    "a closed date is narrower than an open one": [claim(1, dated("2021-07")), claim(2, dated("2021-07/.."))],
    "the newer claim wins at last": [
        claim(1, dated("2021-07"), said="2030-02"),
        claim(2, dated("2021-08"), said="2030-01"),
    ],
    "a claim that says when is newer than one that does not": [
        claim(1, dated("2021-07"), said="2020"),
        claim(2, dated("2021-08")),
    ],
    "an unverified claim counts only where there is nothing better": [
        claim(1, dated("2021-07-14"), standing="unverified"),
        claim(2, dated("2021-07")),
    ],
    "an unverified claim counts where it is alone": [claim(1, dated("2021-07"), standing="unverified")],
}


@pytest.mark.parametrize("step", STEPS)
def test_the_rule_chooses_july(view: Choosing, step: str) -> None:
    assert chosen(view, *STEPS[step]) == {"2021-07"}


def test_copies_of_a_capture_are_followed_to_the_document_that_it_shows(view: Choosing) -> None:
    copies = "g:register { id:doc2 prov:specializationOf id:doc9 . id:doc3 prov:wasDerivedFrom id:doc2 . }"
    loser = (claim(n, dated("2021-08"), said="2020") for n in (2, 3))
    assert chosen(view, copies, claim(1, dated("2021-07"), said="2030"), *loser) == {"2021-07"}


def test_ties_stay_side_by_side(view: Choosing) -> None:
    assert chosen(view, claim(1, dated("2021-07")), claim(2, dated("2021-08"))) == {"2021-07", "2021-08"}


def test_dates_are_never_averaged(view: Choosing) -> None:
    assert chosen(view, *(claim(n, dated(f"2021-0{n}")) for n in (1, 3, 5))) == {
        "2021-01",
        "2021-03",
        "2021-05",
    }


def test_where_many_values_are_normal_all_that_stand_are_kept(view: Choosing) -> None:
    quads = view(
        claim(1, "pra:allegedUnder id:art1 , id:art2"),
        claim(2, "pra:allegedUnder id:art2"),
        claim(3, "pra:allegedUnder id:art3", standing="refuted"),
    )
    assert values(quads, "allegedUnder") == {"art1", "art2"}


def test_a_field_that_only_refuted_claims_fill_stays_empty(view: Choosing) -> None:
    assert view(claim(1, dated("2021-07"), standing="refuted")) == []


def test_fields_are_chosen_one_by_one(view: Choosing) -> None:
    quads = view(
        claim(1, f"{dated('2021-07')} ; pra:acknowledged true", said="2020"),
        claim(2, f"{dated('2021')} ; pra:acknowledged false", said="2030"),
    )
    assert (values(quads, "startEdtf"), values(quads, "acknowledged")) == ({"2021-07"}, {"false"})


def test_what_may_change_keeps_all_values(view: Choosing) -> None:
    quads = view(claim(1, "pra:regime regime:pre-trial"), claim(2, "pra:regime regime:after-verdict"))
    assert values(quads, "regime") == {"pre-trial", "after-verdict"}


def test_a_vaguer_date_does_not_contradict_a_narrower_one(view: Choosing) -> None:
    quads = view(claim(1, dated("2021-07")), claim(2, dated("2021-07-14")))
    assert selection(quads)["contested"] == {"false"}


def test_a_chosen_date_comes_with_its_bounds_and_no_others(view: Choosing) -> None:
    quads = view(claim(1, dated("2021-07")), claim(2, dated("2021")))
    assert (values(quads, "startMin"), values(quads, "startMax")) == ({"2021-07-01"}, {"2021-07-31"})


def test_everything_stands_in_the_editorial_graph(view: Choosing) -> None:
    graphs = {quad.graph and quad.graph.value for quad in view(claim(1, dated("2021-07")))}
    assert graphs == {f"{SOURCE_BASE}graph/editorial"}


def selection(quads: list[Quad], name: str = "startEdtf") -> dict[str, set[str]]:
    iri = selection_iri(SOURCE_BASE, THING, PRA + name)
    return {
        term: values(quads, term, iri)
        for term in ("selectedSubject", "selectedProperty", "selectedFrom", "rule", "contested")
    }


def test_each_field_says_how_it_was_chosen(view: Choosing) -> None:
    quads = view(claim(1, dated("2021-07")), claim(2, dated("2021-07")), claim(3, dated("2020")))
    assert selection(quads) == {
        "selectedSubject": {"newnew0000"},
        "selectedProperty": {"ontology#startEdtf"},
        "selectedFrom": {"cs1", "cs2"},
        "rule": {"editorial-1"},
        "contested": {"true"},
    }


def test_a_field_on_which_claims_agree_is_not_contested(view: Choosing) -> None:
    assert selection(view(claim(1, dated("2021-07")), claim(2, dated("2021-07"))))["contested"] == {"false"}


def test_a_field_of_many_values_is_never_contested(view: Choosing) -> None:
    quads = view(claim(1, "pra:allegedUnder id:art1"), claim(2, "pra:allegedUnder id:art2"))
    assert selection(quads, "allegedUnder")["contested"] == {"false"}


def test_the_same_field_has_the_same_selection_under_any_base() -> None:
    mirror = "https://mirror.example/"
    own, other = (
        selection_iri(base, f"{base}id/newnew0000", f"{PRA}startEdtf") for base in (SOURCE_BASE, mirror)
    )
    assert own.removeprefix(SOURCE_BASE) == other.removeprefix(mirror)
    assert selection_iri(SOURCE_BASE, THING, f"{PRA}endEdtf") != own


def test_the_order_of_claims_does_not_matter(view: Choosing) -> None:
    claims = [claim(n, dated(f"2021-0{n}"), said=f"203{n % 2}") for n in (1, 2, 3, 4)]
    assert set(view(*claims)) == set(view(*reversed(claims)))


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ([claim(1, dated("2021-07")), claim(2, dated("2021-07")), claim(3, dated("2020"))], "origins"),
        ([claim(1, dated("2021-07-14")), claim(2, dated("2020"))], "narrower"),
        ([claim(1, dated("2021"), said="2033"), claim(2, dated("2022"), said="2031")], "newer"),
        ([claim(1, dated("2021")), claim(2, dated("2022"))], "tie"),
        ([claim(1, dated("2021")), claim(2, dated("2020-01-01"), standing="unverified")], "verified"),
        ([claim(1, dated("2021")), claim(2, dated("2021-07"))], None),
        ([claim(1, dated("2021")), claim(2, dated("2020"), standing="refuted")], None),
    ],
)
def test_a_preference_says_why_and_only_where_claims_differ(view: Choosing, claims, why) -> None:
    quads = view(*claims)
    iri = selection_iri(SOURCE_BASE, THING, PRA + "startEdtf")
    found = {value.rpartition("/")[2] for value in values(quads, "preferredFor", iri)}
    assert found == ({why} if why else set())


def test_whoever_took_part_is_preferred_for_that(view: Choosing) -> None:
    quads = view(
        claim(1, f"{dated('2020')} ; pra:court id:org1"),
        claim(2, dated("2021-01-01")),
        claim(3, dated("2021-01-01")),
    )
    iri = selection_iri(SOURCE_BASE, THING, PRA + "startEdtf")
    assert {value.rpartition("/")[2] for value in values(quads, "preferredFor", iri)} == {"party"}
