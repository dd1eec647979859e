"""Submissions: each claim set is judged alone, with what the archive knows of the things that it names."""

from collections.abc import Callable
from typing import Any

import pytest
from pyshacl import Validator
from pyshacl.graph_abstraction import DataGraph
from rdflib import Graph

from server.archive.archive import Archive
from server.archive.checking import Checker, IndexedContext
from server.archive.findings import Finding
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE
from server.store.syntax import TRIG, TURTLE, parse

Check = Callable[..., list[Finding]]
ID = f"{SOURCE_BASE}id/"


def rules(found: list[Finding]) -> set[str]:
    return {finding.shape.rpartition("#")[2] for finding in found}


def claims(body: str, graph: str = "ex-cs-acts:") -> str:
    return f"{graph} {{ {body} }}\n"


DETENTION = "ex-detention: a pra:Detention ; pra:inCase ex-case: ; pra:startEdtf {} ."
JANUARY, MARCH = '"2031-01"^^edtf:EDTF', '"2031-03"^^edtf:EDTF'


def test_two_claim_sets_may_contradict_each_other(check: Check) -> None:
    text = claims(DETENTION.format(JANUARY)) + claims(DETENTION.format(MARCH), "ex-cs-other:")
    assert check(text) == []


def test_one_claim_set_may_not_contradict_itself(check: Check) -> None:
    found = check(claims(DETENTION.format(f"{JANUARY} , {MARCH}")))
    assert "Occurrence-startEdtf" in rules(found)
    assert {(f.focus, f.claim_set) for f in found} == {(f"{ID}ex96q14dr9", f"{ID}exq5e6eycn")}


def test_a_finding_names_the_claim_set_that_is_wrong(check: Check) -> None:
    bad = DETENTION.format(f"{JANUARY} , {MARCH}")
    text = claims(DETENTION.format(MARCH)) + claims(bad, "ex-cs-other:")
    assert {finding.claim_set for finding in check(text)} == {f"{ID}excybvn5sx"}


CASES = {
    "undeclaredTerm": claims("ex-new: a pra:Detention ; pra:inCase ex-case: ; pra:shoeSize 44 ."),
    "undeclaredTerm-class": claims("ex-new: a pra:Unheard ; pra:inCase ex-case: ."),
    "untyped": claims(f"ex-detention: pra:startEdtf {JANUARY} ."),
    "undescribedGraph": claims(DETENTION.format(JANUARY), "ex-cs-new:"),
    "claimInRegister": f"graph:register {{ ex-detention: pra:startEdtf {JANUARY} . }}",
    "claimInRegister-no-graph": f"ex-detention: a pra:Detention ; pra:startEdtf {JANUARY} .",
    "claimInRegister-name": 'graph:register { ex-detention: a pra:Detention ; skos:prefLabel "Name"@en . }',
    "neededInClaimSet": claims("ex-new: a pra:Quotation ; pra:occasion ex-trial: ."),
    "unknownReference": claims("ex-detention: a pra:Detention ; pra:inCase ex-new: ."),
    "unknownReference-concept": claims("ex-detention: a pra:Detention ; pra:regime regime:imaginary ."),
    "foreignGraph": claims(DETENTION.format(JANUARY), "<https://elsewhere.example/g>"),
    "foreignGraph-editorial": claims(DETENTION.format(JANUARY), "graph:editorial"),
    "blankNode": claims("ex-detention: a pra:Detention ; pra:inCase ex-case: ; pra:authority [] ."),
    "blankNode-subject": claims("[] a pra:Detention ; pra:inCase ex-case: ."),
    "opaqueId": f"graph:register {{ <{ID}example-person> a pra:Person . }}",
    "opaqueId-object": claims(f"ex-detention: a pra:Detention ; pra:inCase <{ID}Examplecase> ."),
    "opaqueId-letters": f"graph:register {{ <{ID}0123456il0> a pra:Person . }}",
    "edtf": claims(DETENTION.format('"14.07.2021"^^edtf:EDTF')),
    "edtf-impossible": claims(DETENTION.format('"2021-02-30"^^edtf:EDTF')),
    "derivedInSource": claims('ex-detention: a pra:Detention ; pra:startMin "2031-01-01"^^xsd:date .'),
    "notPublishable": claims("ex-detention: a pra:Detention ; pra:line 7 ."),
    "contactData": claims('ex-accusation: a pra:Accusation ; pra:wording "Call +375 29 000-00-00"@en .'),
    "tagScript": claims('ex-accusation: a pra:Accusation ; pra:wording "Слова"@en .'),
}


@pytest.mark.parametrize("name", CASES)
def test_each_rule_of_the_software_finds_its_fault(check: Check, name: str) -> None:
    assert f"Rule-{name.partition('-')[0]}" in rules(check(CASES[name]))


@pytest.mark.parametrize("name", CASES)
def test_a_finding_of_a_rule_speaks_three_languages(check: Check, name: str) -> None:
    for finding in check(CASES[name]):
        assert {"be", "ru", "en"} <= set(finding.messages), finding.shape


def test_an_empty_submission_is_a_fault(check: Check) -> None:
    assert rules(check("")) == {"Rule-emptySubmission"}


def test_claims_in_plain_turtle_are_refused_with_the_advice_to_use_named_graphs(check: Check) -> None:
    found = check(DETENTION.format(JANUARY), TURTLE)
    assert rules(found) == {"Rule-claimInRegister"}
    assert "TriG" in found[0].sentence("en")


def test_a_register_entry_in_plain_turtle_is_welcome(check: Check) -> None:
    text = 'ex-new: a pra:Person ; skos:prefLabel "New Example"@en ; pra:exposure exposure:public-figure .'
    assert check(text, TURTLE) == []


def test_a_stub_in_the_register_is_welcome(check: Check) -> None:
    assert check("graph:register { ex-new: a pra:Detention ; pra:inCase ex-case: . }") == []


def test_a_register_entry_without_a_class_is_told(check: Check) -> None:
    text = "graph:register { ex-new: pra:inCase ex-case: . }" + claims("ex-new: a pra:Detention .")
    assert "Rule-untyped" in rules(check(text))


def test_an_addition_to_a_known_entry_is_checked_by_the_shape_of_its_class(check: Check) -> None:
    assert rules(check("graph:register { ex-person: pra:regime regime:pre-trial . }")) == {"Person"}


def test_an_addition_to_a_known_entry_need_not_repeat_the_entry(check: Check) -> None:
    assert check('graph:register { ex-person: skos:altLabel "E. Person"@en . }') == []


def test_a_field_that_is_given_anew_replaces_the_one_that_is_known(check: Check) -> None:
    assert check("graph:register { ex-person: pra:exposure exposure:historical . }") == []


def test_without_context_every_named_thing_is_unknown(check: Check) -> None:
    found = check(claims(DETENTION.format(JANUARY)), context=IndexedContext([]))
    assert {"Rule-unknownReference", "Rule-undescribedGraph"} <= rules(found)


# The case is named by the stub only, so its class is found at the second step.
SECOND_STEP = """graph:register {
  ex-cs-acts: a pra:ClaimSet . ex-detention: a pra:Detention ; pra:inCase ex-case: . ex-case: a KIND .
}"""


@pytest.mark.parametrize(("kind", "fine"), [("pra:Case", True), ("pra:Person", False)])
def test_what_the_stub_names_is_looked_up_too(check: Check, prefixes: str, kind: str, fine: bool) -> None:
    quads = parse((prefixes + SECOND_STEP.replace("KIND", kind)).encode(), "application/trig", SOURCE_BASE)
    text = claims(f"ex-detention: a pra:Detention ; pra:startEdtf {JANUARY} .")
    assert (check(text, context=IndexedContext(quads)) == []) is fine


def test_the_same_fault_is_told_once(check: Check) -> None:
    text = claims("ex-detention: a pra:Detention ; pra:inCase ex-case: ; pra:shoeSize 44 , 45 , 46 .")
    assert len([f for f in check(text) if f.shape.endswith("undeclaredTerm")]) == 1


def test_nothing_of_one_check_remains_for_the_next(check: Check) -> None:
    good, bad = claims(DETENTION.format(JANUARY)), claims(DETENTION.format(f"{JANUARY} , {MARCH}"))
    first = check(bad)
    assert check(good) == []
    assert check(bad) == first


def test_the_validator_uses_the_shapes_that_replace_its_own(checker: Checker) -> None:
    # Checker parses the shapes once and puts them into each Validator; a new pyshacl might look elsewhere.
    data = Graph().parse(data=f"<{ID}newnew0000> a <{SOURCE_BASE}ontology#Person> .", format="turtle")
    empty = Validator(DataGraph.from_rdflib(data), shacl_graph=Graph(), options={"inplace": True})
    assert empty.run()[0] is True
    replaced = Validator(DataGraph.from_rdflib(data), shacl_graph=Graph(), options={"inplace": True})
    replaced.shacl_graph = checker._shapes._shapes
    assert replaced.run()[0] is False


def test_an_unheard_of_ontology_checks_just_the_same(tiny: Archive) -> None:
    prefixes = (
        "@prefix g: <https://garden.example/terms#> . @prefix r: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    )
    north = f"<{ID}0000000001> a g:Garden ; r:label 'North' ; g:area "
    assert tiny.check(f"{prefixes}{north} 5 .".encode(), TURTLE).conforms
    (found,) = tiny.check(f"{prefixes}{north} 0 .".encode(), TURTLE).findings
    assert found.sentence("en") == "The area is a whole number above 0."
    assert rules(list(tiny.check(f"{prefixes}{north} 5 ; g:petals 5 .".encode(), TURTLE).findings)) == {
        "Rule-undeclaredTerm",
        "Garden",
    }


NEEDS = "s:Bloom pra:needsInClaimSet prov:wasQuotedFrom .\ns:Bloom a sh:NodeShape ;"
QUOTED = """
@prefix g: <https://garden.example/terms#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix id: <https://w3id.org/praleska/id/> . @prefix pra: <https://w3id.org/praleska/ontology#> .
<https://w3id.org/praleska/graph/register> { id:0000000004 a prov:Bundle ; pra:claimant id:0000000009 %s . }
id:0000000004 { id:0000000003 a %s ; g:inGarden id:0000000001 . }
"""


@pytest.mark.parametrize(
    ("said", "kind", "lacking"),
    [
        ("", "g:Bloom", True),
        ("", "g:Night", True),
        ("", "g:Garden", False),
        ("; prov:wasQuotedFrom id:0000000008", "g:Bloom", False),
        ("; prov:wasQuotedFrom id:0000000008", "g:Night", False),
    ],
)
def test_a_mark_on_a_shape_says_what_a_claim_set_needs(
    tiny_sources: Any, said: str, kind: str, lacking: bool
) -> None:
    tiny_sources.replace("shapes/garden.ttl", "s:Bloom a sh:NodeShape ;", NEEDS)
    narrower = "garden:Night rdfs:subClassOf garden:Bloom ; a owl:Class ."
    tiny_sources.add("ontology/garden.ttl", f"\n{narrower}\n")
    quads = parse((QUOTED % (said, kind)).encode(), TRIG, SOURCE_BASE)
    found = Checker(Model.load(tiny_sources.source, SOURCE_BASE)).check(quads, IndexedContext([]))
    told = [(f.focus, f.path) for f in found if f.shape.endswith("#Rule-neededInClaimSet")]
    expected = [(f"{ID}0000000004", "http://www.w3.org/ns/prov#wasQuotedFrom")]
    assert told == (expected if lacking else [])


def test_a_shape_without_a_message_never_speaks_in_the_words_of_the_validator(tiny_sources: Any) -> None:
    tiny_sources.replace("shapes/garden.ttl", 'sh:message "Blooms have no such property."@en ;', "")
    text = (
        f"<{ID}0000000004> {{ <{ID}0000000003> a <https://garden.example/terms#Bloom> ; "
        '<https://garden.example/terms#area> "SECRET" . }'
    )
    quads = parse(text.encode(), TRIG, SOURCE_BASE)
    found = Checker(Model.load(tiny_sources.source, SOURCE_BASE)).check(quads, IndexedContext([]))
    assert "Bloom" in rules(found)
    assert not any("SECRET" in str(finding) for finding in found)
