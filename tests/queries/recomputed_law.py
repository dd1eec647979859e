"""Courts, provisions, trials and penalties of the gallery once more, in plain Python over the sources."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from statistics import median

from tests.queries.choice import Chosen, chosen
from tests.queries.recomputed import NOTATION, ORGANISATION, PRA, Fact, Sources, days

ELI = "http://data.europa.eu/eli/ontology#"
PART_OF, VERSION_OF, TITLE = f"{ELI}is_part_of", f"{ELI}is_member_of", f"{ELI}title"
IN_FORCE = f"{ELI}first_date_entry_in_force"
ROLE = "http://www.w3.org/ns/org#role"
CASE = "https://w3id.org/praleska/id/54xxskj31h"
Pairs = set[tuple[str, str]]


def months(term: str) -> int:
    years, rest = re.fullmatch(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:\d+D)?", term).groups()
    return 12 * int(years or 0) + int(rest or 0)


def many(sources: Sources, *names: str) -> Pairs:
    """(thing, value) of properties of which several values are normal."""
    return {
        (thing, value)
        for name in names
        for thing, values in chosen(sources, name, single=False).items()
        for value in values
    }


def of_kind(sources: Sources, things: Iterable[str], kind: str) -> set[str]:
    kinds = chosen(sources, "penaltyKind")
    return {thing for thing in things if any(k.endswith(f"/{kind}") for k in kinds.get(thing, ()))}


def deciding(sources: Sources) -> Pairs:
    """(verdict, judge), the judge named in the verdict or in its trial."""
    judges = many(sources, "judge")
    trials = chosen(sources, "trial")
    of_trials = {(v, judge) for v, ts in trials.items() for t, judge in judges if t in ts}
    return {(v, judge) for v, judge in judges | of_trials if sources.is_a(v, "Verdict")}


def courts(sources: Sources, verdict: str) -> set[str]:
    found, trials = chosen(sources, "court"), chosen(sources, "trial")
    places = {c for thing in {verdict, *trials.get(verdict, ())} for c in found.get(thing, ())}
    return {sources.names[place] for place in places}


def judges(sources: Sources) -> set[tuple[str, str, int, int, float]]:
    imposed, terms, by_judge = chosen(sources, "imposedBy"), chosen(sources, "term"), defaultdict(set)
    for verdict, judge in deciding(sources):
        by_judge[judge].add(verdict)
    rows = set()
    for judge, verdicts in by_judge.items():
        own = of_kind(sources, (p for p, by in imposed.items() if by & verdicts), "imprisonment")
        lengths = {(penalty, months(term)) for penalty in own for term in terms.get(penalty, ())}
        body = next(iter(sources.register[judge, ORGANISATION]), None)
        places = {sources.names[body]} if body else {c for v in verdicts for c in courts(sources, v)}
        middle = median(length for _, length in lengths) if lengths else ""
        if len(verdicts) > 1:
            counted = len({penalty for penalty, _ in lengths})
            rows.add((sources.names[judge], max(places, default=""), len(verdicts), counted, middle))
    return rows


def not_sanctioned(sources: Sources) -> set[tuple[str, int]]:
    acts = many(sources, "judge", "prosecutor", "requestedBy")
    trials, against = chosen(sources, "trial"), chosen(sources, "against")
    acts |= {(v, who) for v, ts in trials.items() for act, who in acts if act in ts}
    acts |= {(v, who) for appeal, vs in against.items() for v in vs for act, who in acts if act == appeal}
    listed = {f.subject for f in sources.said("status") if f.value.endswith("/under-sanctions")}
    barred = {fact.value for fact in sources.said("concerns") if fact.subject in listed}
    people = defaultdict(set)
    for act, who in acts:
        if {role.rpartition("/")[2] for role in sources.register[who, ROLE]} & {"judge", "prosecutor"}:
            people[who] |= sources.persons(act)
    return {(sources.names[who], len(found)) for who, found in people.items() if who not in barred}


def chain(sources: Sources, provision: str) -> Iterator[str]:
    """A provision and what it is part of, up to the article."""
    yield provision
    for wider in sources.register[provision, PART_OF]:
        if sources.is_a(wider, "Provision"):
            yield from chain(sources, wider)


def article(sources: Sources, provision: str) -> tuple[str, str]:
    """Number of the article that a provision belongs to, and the code."""
    *_, top = chain(sources, provision)
    return sources.one(top, NOTATION), sources.names[sources.one(top, PART_OF)]


def charged(sources: Sources) -> Pairs:
    return many(sources, "allegedUnder", "foundUnder")


@cache
def articles_of_cases(sources: Sources) -> dict[str, Pairs]:
    found = defaultdict(set)
    for act, provision in charged(sources):
        for case in sources.cases(act):
            found[case].add(article(sources, provision))
    return found


def years(sources: Sources, starts: Chosen, act: str) -> set[int]:
    """The year of an act; for one without a date, that of the first arrest in its case."""
    own = [days(value)[0] for value in starts.get(act, ())]
    arrests = [
        days(value)[0]
        for thing, values in starts.items()
        if sources.is_a(thing, "Detention") and sources.cases(thing) & sources.cases(act)
        for value in values
    ]
    return {day.year for day in own} or {day.year for day in sorted(arrests)[:1]}


def per_year(sources: Sources) -> set[tuple[int, str, str, int, str]]:
    starts, people = chosen(sources, "startEdtf"), defaultdict(set)
    for act, provision in charged(sources):
        for year in years(sources, starts, act):
            people[(year, *article(sources, provision))] |= sources.persons(act)
    most = defaultdict(int)
    for (year, *_), found in people.items():
        most[year] = max(most[year], len(found))
    return {
        (*key, len(found), str(len(found) == most[key[0]]).lower()) for key, found in people.items() if found
    }


def versions(sources: Sources) -> set[tuple[str, str, str, str, str]]:
    titles = {(f.claims, f.subject): f.value for f in sources.said(TITLE)}
    rows = set()
    for act, provision in charged(sources):
        kind = "Verdict" if sources.is_a(act, "Verdict") else "Accusation"
        wider = set(chain(sources, provision)) if CASE in sources.cases(act) else set()
        for fact in (fact for fact in sources.said(VERSION_OF) if fact.value in wider):
            numbers = sources.one(provision, NOTATION), sources.one(fact.value, NOTATION)
            title = titles.get((fact.claims, fact.subject), "")
            rows.add((kind, *numbers, title, sources.names[sources.voice(fact)]))
    return rows


def newer_law(sources: Sources) -> set[tuple[str, str]]:
    """No version in the sources has a first date yet; when one has, this must be computed."""
    assert not list(sources.said(IN_FORCE))
    return set()


def closed(sources: Sources) -> set[tuple[str, str, int, str]]:
    trials, provisions, places = chosen(sources, "trial"), charged(sources), chosen(sources, "court")
    groups = defaultdict(set)
    for fact in sources.said("openness"):
        verdicts = {verdict for verdict, of in trials.items() if fact.subject in of}
        cases = {case for thing in {fact.subject, *verdicts} for case in sources.cases(thing)}
        numbers = {sources.one(p, NOTATION) for act, p in provisions if sources.cases(act) & cases}
        names = {sources.names[place] for place in places.get(fact.subject, ())}
        for key in ((place, number) for place in names or {""} for number in numbers or {""}):
            groups[fact.value, *key, sources.names[sources.voice(fact)]].add(fact.subject)
    groups = {key: found for key, found in groups.items() if not key[0].endswith("/open")}
    return {(place, number, len(found), voice) for (_, place, number, voice), found in groups.items()}


def _value(sources: Sources, fact: Fact, name: str) -> str:
    found = [f.value for f in sources.said(name) if f[:2] == fact[:2]]
    return found[0] if found else ""


def absent(sources: Sources) -> set[tuple[str, str, str, str]]:
    tried = many(sources, "inAbsentiaOf")
    people = {person for _, person in tried}
    together = {(f.subject, f.value) for f in sources.said("jointlyWith")}
    rows = {
        (sources.names[f.value], "", "", sources.names[sources.voice(f)])
        for f in sources.said("inAbsentiaOf")
    }
    trials = chosen(sources, "trial")
    for person in people:
        own = {trial for trial, who in tried if who == person}
        cases = {c for v, of in trials.items() if of & own for c in sources.cases(v)}
        cases |= {case for trial in own for case in sources.cases(trial)}
        cases = {case for case in cases if person in sources.register[case, f"{PRA}subject"]}
        for fact in sources.said("imposedBy"):
            if sources.cases(fact.subject) & cases or (fact.subject, person) in together:
                extent = _value(sources, fact, "term"), _value(sources, fact, "amount")
                rows.add((sources.names[person], *extent, sources.names[sources.voice(fact)]))
    return rows


def asked(sources: Sources) -> set[tuple[str, str, str, str, str]]:
    imposed, kinds = chosen(sources, "imposedBy"), chosen(sources, "penaltyKind")
    terms, amounts = chosen(sources, "term"), chosen(sources, "amount")
    rows = set()
    for fact in sources.said("requestedBy"):
        term, amount = _value(sources, fact, "term"), _value(sources, fact, "amount")
        for penalty in imposed:
            same = sources.cases(penalty) & sources.cases(fact.subject)
            if not same or kinds[penalty] != {_value(sources, fact, "penaltyKind")}:
                continue
            pairs = [(months(term), months(t)) for t in terms.get(penalty, ())] if term else []
            pairs += [(float(amount), float(a)) for a in amounts.get(penalty, ())] if amount else []
            voices = sources.names[fact.value], sources.names[sources.voice(fact)]
            for person in sources.persons(penalty):
                rows |= {(sources.names[person], f"{a:g}", f"{b:g}", *voices) for a, b in pairs}
    return rows


ANSWERS = {
    "06-judges": (("name", "court", "verdicts", "terms", "median_months"), judges),
    "07-officials-not-sanctioned": (("name", "people"), not_sanctioned),
    "08-provisions-per-year": (("year", "provision", "code_name", "people", "most"), per_year),
    "13-law-on-the-day": (("act", "provision", "version_of", "title", "according_to"), versions),
    "14-law-newer-than-the-arrest": (("name", "provision"), newer_law),
    "15-closed-trials": (("court", "provision", "trials", "according_to"), closed),
    "16-in-absentia": (("name", "term", "amount", "according_to"), absent),
    "17-asked-and-imposed": (("name", "asked", "imposed", "asked_by", "according_to"), asked),
}
