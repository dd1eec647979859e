"""What stands on the pages of provisions, groups, officials and patterns once more, in plain Python."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import product

from tests.queries.choice import chosen
from tests.queries.recomputed import MEMBER, ORGANISATION, PRA, Sources, days
from tests.queries.recomputed_law import many, of_kind
from tests.queries.recomputed_overviews import PART_OF, SOFTWARE

# How somebody takes part in an act, and whether one is preferred where sources differ.
TAKING_PART = {
    **dict.fromkeys(("court", "accuser", "requestedBy"), True),
    **dict.fromkeys(("judge", "prosecutor", "authority", "actor", "mediator"), False),
}
Row = tuple[object, ...]


def provisions(sources: Sources, part: str) -> set[str]:
    """A part, the article around it, and so on, without the code."""
    wider = {one for one in sources.register[part, PART_OF] if sources.is_a(one, "Provision")}
    return {part} | {found for one in wider for found in provisions(sources, one)}


def uses(sources: Sources) -> set[Row]:
    begun = chosen(sources, "startEdtf")
    counted: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for name in ("allegedUnder", "foundUnder"):
        found = {(p, act) for act, part in many(sources, name) for p in provisions(sources, part)}
        for provision, act in found:
            year = min((str(days(text)[0].year) for text in begun.get(act, ())), default="undated")
            counted[provision, year][name] += 1
    return {(*key, numbers["allegedUnder"], numbers["foundUnder"]) for key, numbers in counted.items()}


def belonging(sources: Sources) -> set[tuple[str, str, str]]:
    """(group, person, case); the case is "" for somebody without one."""
    cases = {c: values for (c, p), values in list(sources.register.items()) if p == f"{PRA}subject"}
    rows = {
        (whole, person, case)
        for case, people in cases.items()
        for whole in sources.register[case, f"{PRA}partOfCollective"]
        for person in people
    }
    bodies = chosen(sources, ORGANISATION)
    for membership, people in chosen(sources, MEMBER).items():
        for body, person in product(bodies.get(membership, ()), people):
            own = {case for case, subjects in cases.items() if person in subjects}
            rows |= {(body, person, case) for case in own or {""}}
    ends = many(sources, "ends")
    for release, group in many(sources, "releaseGroup"):
        held = {detention for one, detention in ends if one == release}
        rows |= {(group, p, case) for one in held for case in sources.cases(one) for p in cases.get(case, ())}
    return rows


def people(sources: Sources) -> set[Row]:
    return {
        (group, person, case, first, last, verdict, term)
        for group, person, case in belonging(sources)
        for first in [_end(sources, case, "Detention", min)]
        for last in [_end(sources, case, "Release", max)]
        for verdict, term in _verdicts(sources, case)
    }


def _events(sources: Sources, case: str, kind: str) -> set[str]:
    everything = {
        s for (s, p), values in list(sources.register.items()) if p == f"{PRA}inCase" and case in values
    }
    return {event for event in everything if sources.is_a(event, kind)}


def _end(sources: Sources, case: str, kind: str, which: type) -> str:
    begun = chosen(sources, "startEdtf")
    dates = [text for event in _events(sources, case, kind) for text in begun.get(event, ())]
    return which(dates) if dates else ""


def _verdicts(sources: Sources, case: str) -> Iterable[tuple[str, str]]:
    results, begun = chosen(sources, "verdictResult"), chosen(sources, "startEdtf")
    imposed, terms = chosen(sources, "imposedBy"), chosen(sources, "term")
    rows = set()
    for verdict in _events(sources, case, "Verdict") & results.keys():
        own = of_kind(sources, (p for p, by in imposed.items() if verdict in by), "imprisonment")
        given = {term for penalty in own for term in terms.get(penalty, ())}
        rows |= set(product(begun.get(verdict) or {""}, given or {""}))
    return rows or {("", "")}


def acts(sources: Sources) -> set[Row]:
    return {(official, name, act) for name in TAKING_PART for act, official in many(sources, name)}


def examples(sources: Sources) -> set[Row]:
    about, by = defaultdict(set), defaultdict(set)
    for found, name in ((about, "concerns"), (by, "assessor")):
        for fact in sources.said(name):
            found[fact.claims, fact.subject].add(fact.value)
    return {
        (fact.value, thing, assessor, fact.claims)
        for fact in sources.said("exemplifies")
        for thing, assessor in product(about[fact.claims, fact.subject], by[fact.claims, fact.subject])
        if assessor != SOFTWARE
    }


ANSWERS = {
    "48-provision-by-year": (("provision", "year", "accusations", "verdicts"), uses),
    "49-what-became-of-people": (("of", "person", "case", "detained", "released", "dated", "term"), people),
}
