"""Days, years and days of reckoning of the gallery once more, in plain Python over the sources."""

from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import mean
from typing import NamedTuple

from tests.queries.choice import Chosen, chosen
from tests.queries.recomputed import PRA, TYPE, Sources, days
from tests.queries.recomputed_law import articles_of_cases

AS_OF = date(2026, 11, 25)
YEAR = Decimal("365.2425")
STEFANOVIC = "https://w3id.org/praleska/id/dtezg8jwry"
PRISON, DAY = "https://w3id.org/praleska/id/054j1x2tnr", date(2021, 12, 1)
Span = tuple[date, date]


class Held(NamedTuple):
    """One detention: who, and between which days it surely and possibly lasted."""

    detention: str
    person: str
    sure: Span
    possible: Span


def spans(values: Chosen, thing: str) -> Span | None:
    """The earliest and the latest day of the dates of a thing."""
    both = [days(value) for value in values.get(thing, ())]
    return (min(one for one, _ in both), max(two for _, two in both)) if both else None


def begun(sources: Sources) -> dict[str, Span]:
    starts = chosen(sources, "startEdtf")
    all_spans = {thing: spans(starts, thing) for thing in starts}
    return {thing: span for thing, span in all_spans.items() if span}


def ended(sources: Sources) -> dict[str, Span]:
    starts, found = begun(sources), defaultdict(list)
    ends = chosen(sources, "endEdtf")
    for thing in ends:
        found[thing] += [days(value) for value in ends[thing]]
    for name in ("ends", "endsDetention"):
        for act, detentions in chosen(sources, name).items():
            for detention in detentions:
                found[detention] += [starts[act]] if act in starts else []
    return {
        thing: (min(s[0] for s in all_), max(s[1] for s in all_)) for thing, all_ in found.items() if all_
    }


def held(sources: Sources) -> list[Held]:
    starts, ends, ongoing = begun(sources), ended(sources), chosen(sources, "ongoingOn", single=False)
    reported: dict[str, list[date]] = defaultdict(list)
    for fact in sources.said("ends"):
        for text in sources.register[fact.claims, f"{PRA}assertedOn"]:
            reported[fact.value].append(days(text)[1])
    detentions = {thing: span for thing, span in starts.items() if sources.is_a(thing, "Detention")}
    rows = []
    for thing, (low, high) in detentions.items():
        (person,) = sources.persons(thing)
        later = [s[1] for other, s in detentions.items() if s[0] > high and person in sources.persons(other)]
        stop = min(later, default=AS_OF)
        end = ends.get(thing)
        last = min(end[1] if end else min(reported[thing], default=stop), stop)
        still = max((days(value)[0] for value in ongoing.get(thing, ())), default=high)
        sure = min(end[0] if end else still, last)
        rows.append(Held(thing, person, (high, sure), (low, last)))
    return rows


def _within(span: Span, first: date, last: date) -> int:
    return max((min(span[1], last) - max(span[0], first)).days, 0)


def _years(number: int) -> Decimal:
    return (number * 100 / YEAR).quantize(Decimal(1), ROUND_HALF_UP) / 100


def person_years(sources: Sources) -> set[tuple[str, int, Decimal, Decimal]]:
    rows, all_held = set(), held(sources)
    for year in range(1990, 2040):
        part = [h for h in all_held if h.possible[0].year <= year <= h.possible[1].year]
        if part:
            rows.add((str(year), *_sums(part, date(year, 1, 1), date(year + 1, 1, 1))))
    return rows | {("in all", *_sums(all_held, date.min, date.max))}


def _sums(part: list[Held], first: date, last: date) -> tuple[int, Decimal, Decimal]:
    low = sum(_within(h.sure, first, last) for h in part)
    high = sum(_within(h.possible, first, last) for h in part)
    return len({h.person for h in part}), _years(low), _years(high)


def pre_trial(sources: Sources) -> set[tuple[str, int, int, int, int, int]]:
    starts, ends = begun(sources), ended(sources)
    regimes = chosen(sources, "regime", single=False)
    groups: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    for thing in (thing for thing in starts if sources.is_a(thing, "Detention")):
        low, high = starts[thing]
        kinds = {value.rpartition("/")[2] for value in regimes.get(thing, ())}
        (case,) = sources.cases(thing)
        verdicts = [
            span
            for act, span in starts.items()
            if sources.is_a(act, "Verdict") and case in sources.cases(act) and span[0] >= high
        ]
        if verdicts and not kinds & {"administrative", "house-arrest", "held-after-pardon"}:
            until = [*verdicts, *([ends[thing]] if thing in ends else [])]
            shortest = max((min(span[0] for span in until) - high).days, 0)
            longest = (min(span[1] for span in until) - low).days
            for number in {number for number, _ in articles_of_cases(sources)[case]}:
                groups[number, low.year].append((shortest, longest))
    return {
        (
            *key,
            len(times),
            _whole(mean(t[0] for t in times)),
            _whole(mean(t[1] for t in times)),
            max(times)[1],
        )
        for key, times in groups.items()
    }


def _whole(number: float) -> int:
    return int(Decimal(number).quantize(Decimal(1), ROUND_HALF_UP))


def _claimed(sources: Sources, claims: str, thing: str, name: str) -> list[str]:
    return [fact.value for fact in sources.said(name) if fact[:2] == (claims, thing)]


def facilities(sources: Sources) -> set[tuple[str, ...]]:
    rows = set()
    for fact in (f for f in sources.said("facility") if STEFANOVIC in sources.persons(f.subject)):
        place, voice = sources.names[fact.value], sources.names[sources.voice(fact)]
        starts, ends, held_on = (
            _claimed(sources, *fact[:2], name) or [""] for name in ("startEdtf", "endEdtf", "ongoingOn")
        )
        seen = held_on if held_on[0] else list(sources.register[fact.claims, f"{PRA}assertedOn"]) or [""]
        if sources.is_a(fact.subject, "Stay"):
            rows.add((place, "stay", starts[0], ends[0], "", voice))
        elif sources.is_a(fact.subject, "Detention"):
            rows |= {(place, "detention", "", "", day, voice) for day in seen}
    return rows


def in_one_place(sources: Sources) -> set[tuple[str, str, int, int]]:
    starts, ends = begun(sources), ended(sources)
    found: dict[tuple[str, str], tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for fact in (fact for fact in sources.said("facility") if fact.value == PRISON):
        stay = sources.is_a(fact.subject, "Stay")
        own = [spans({"": set(_claimed(sources, *fact[:2], name))}, "") for name in ("startEdtf", "endEdtf")]
        best = [starts.get(fact.subject), ends.get(fact.subject)]
        voice = "by claim", sources.names[sources.voice(fact)]
        for view, (start, end) in ((voice, own if stay else best), (("editorial view", ""), best)):
            if start and start[0] <= DAY and (not end or end[1] >= DAY):
                found[view][1].update(sources.persons(fact.subject))
                if stay and end and start[1] <= DAY <= end[0]:
                    found[view][0].update(sources.persons(fact.subject))
    return {(*view, len(surely), len(possibly)) for view, (surely, possibly) in found.items()}


def freed(sources: Sources, person: str) -> list[date]:
    starts = begun(sources)
    return sorted(
        starts[act][0]
        for act, detentions in chosen(sources, "ends").items()
        if act in starts and any(person in sources.persons(detention) for detention in detentions)
    )


def _decisions(sources: Sources, *statuses: str) -> set[tuple[str, str, str]]:
    """(claim set, decision, person) of the decisions with one of the statuses."""
    rows = set()
    about = {(f.claims, f.subject): f.value for f in sources.said("concerns")}
    for fact in sources.said("status"):
        if fact.value.rpartition("/")[2] in statuses:
            subject = about[fact[:2]]
            people = sources.register[subject, f"{PRA}subject"] or {subject}
            rows |= {(*fact[:2], person) for person in people if sources.is_a(person, "Person")}
    return rows


def opinions(sources: Sources) -> set[tuple[str, str, str]]:
    dated = {(f.claims, f.subject): f.value for f in sources.said("validFrom")}
    rows = set()
    for claims, decision, person in _decisions(sources, "arbitrary-detention"):
        day = dated.get((claims, decision), "")
        later = [when for when in freed(sources, person) if day and when >= days(day)[0]]
        rows.add((sources.names[person], day, str(min(later, default=""))))
    return rows


def listed(sources: Sources) -> set[tuple[str, str, str]]:
    dated = {(f.claims, f.subject): f.value for f in sources.said("validFrom")}
    every = _decisions(sources, "listed-extremist-person", "listed-terrorist-person")
    rows = set()
    for claims, decision, person in every:
        day = dated.get((claims, decision), "")
        before = [when for when in freed(sources, person) if day and when < days(day)[0]]
        if before or len({other for _, other, whose in every if whose == person}) > 1:
            rows.add((sources.names[person], day, str(max(before, default=""))))
    return rows


def counts(sources: Sources) -> set[tuple[str, int]]:
    detentions, accusations, verdicts = (
        {f.subject for f in sources.said(TYPE) if f.value == PRA + kind and sources.persons(f.subject)}
        for kind in ("Detention", "Accusation", "Verdict")
    )
    results = chosen(sources, "verdictResult")
    guilty = {v for v in verdicts if any(r.endswith("/found-guilty-by-court") for r in results.get(v, ()))}
    subjects = [key for key in sources.register if key[1] == f"{PRA}subject" and sources.is_a(key[0], "Case")]
    numbers = {
        "1. people with a case": {person for key in subjects for person in sources.register[key]},
        "2. people held at least once": _people(sources, detentions),
        "3. people said to have been found guilty by a court": _people(sources, guilty),
        "4. prosecutions: cases of one person with an accusation or a verdict": {
            case for thing in accusations | verdicts for case in sources.cases(thing)
        },
        "5. detentions": detentions,
        "6. accusations": accusations,
        "7. verdicts": verdicts,
        "8. verdicts said to have found somebody guilty": guilty,
        "9. releases": {act for act, of in chosen(sources, "ends").items() if _people(sources, of)},
    }
    return {(rule, len(found)) for rule, found in numbers.items()}


def _people(sources: Sources, things: set[str]) -> set[str]:
    return {person for thing in things for person in sources.persons(thing)}


ANSWERS = {
    "05-person-years": (("period", "people", "low", "high"), person_years),
    "18-pre-trial-custody": (
        ("provision", "year", "detentions", "average_low", "average_high", "longest"),
        pre_trial,
    ),
    "20-facilities-in-order": (
        ("facility", "basis", "from", "until", "seen_on", "according_to"),
        facilities,
    ),
    "21-held-in-a-facility-on-a-day": (
        ("view", "according_to", "surely", "possibly"),
        in_one_place,
    ),
    "24-working-group-opinions": (("name", "decided", "freed"), opinions),
    "25-listed-after-a-release-or-twice": (("name", "listed_on", "freed"), listed),
    "38-counting-rules": (("rule", "number"), counts),
}
