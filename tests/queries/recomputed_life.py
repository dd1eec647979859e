"""Groups, demands, changes and the order of life of the gallery once more, in plain Python."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import product

from tests.queries.choice import Chosen, chosen
from tests.queries.recomputed import PRA, TYPE, Fact, Sources, days
from tests.queries.recomputed_archive import claimant, named, short, told

REVISION = "http://www.w3.org/ns/prov#wasRevisionOf"
STEFANOVIC, KNOWN, VALID = "https://w3id.org/praleska/id/dtezg8jwry", "2026-11-24", date(2023, 1, 1)
TOTALS = {"persons-released", "persons-pardoned"}
COUNTRIES = {"LTU": "taken-to-lithuania", "UKR": "taken-to-ukraine"}
ROUTES = set(COUNTRIES.values())
Numbers = dict[tuple[str, str], set[tuple[int, str, str]]]


def numbers(sources: Sources) -> Numbers:
    """(group, kind) -> the numbers that were published, each with its claimant and claim set."""
    found: Numbers = defaultdict(set)
    for (claims, _), says in told(sources).items():
        for group, kind, value in product(says["countOf"], says["countKind"], says["countValue"]):
            if sources.is_a(group, "ReleaseGroup"):
                found[group, short(kind)].add((int(value), claimant(sources, claims), claims))
    return found


def on_record(sources: Sources) -> dict[tuple[str, str], set[str]]:
    """(group, kind) -> the people whom the archive knows to be counted there."""
    names = ("releaseGroup", "ends", "legalBasis", "departure")
    grouped, ends, basis, departures = (chosen(sources, name) for name in names)
    completed, destination, papers, consent = (
        chosen(sources, name) for name in ("completed", "destination", "idDocuments", "consent")
    )
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for release, group in ((one, group) for one, values in grouped.items() for group in values):
        who = {person for detention in ends.get(release, ()) for person in sources.persons(detention)}
        kinds = {"persons-released"}
        kinds |= {"persons-pardoned" for value in basis.get(release, ()) if short(value) == "pardon"}
        for leaving in departures.get(release, ()):
            crossed = "true" in completed.get(leaving, ())
            kinds |= {"crossed-border"} if crossed else set()
            kinds |= {COUNTRIES.get(short(v), "") for v in destination.get(leaving, ()) if crossed}
            kinds |= {
                "without-papers" for v in papers.get(leaving, ()) if short(v) in ("withheld", "destroyed")
            }
            kinds |= {"refused-to-leave" for v in consent.get(leaving, ()) if short(v) == "refused"}
        for kind in kinds:
            found[group, kind] |= who
    return found


def parts(published: Numbers, group: str) -> tuple[str, str]:
    """The least and the greatest sum of the parts of a group that were published."""
    counted = {kind for of, kind in published if of == group}
    kinds = {
        "released-inside-country",
        "refused-to-leave",
        *(ROUTES & counted or {"crossed-border"}),
    } & counted
    values = [[number for number, _, _ in published[group, kind]] for kind in kinds]
    return (str(sum(map(min, values))), str(sum(map(max, values)))) if values else ("", "")


COUNTED = TOTALS | ROUTES
COUNTED |= {"released-inside-country", "crossed-border", "refused-to-leave", "without-papers"}


def groups(sources: Sources) -> set[tuple[str, ...]]:
    published, record = numbers(sources), on_record(sources)
    rows = set()
    everything = {group for group, _ in [*published, *record]}
    for group, kind in product(everything, COUNTED | {kind for _, kind in published}):
        known = len(record[group, kind])
        if kind == "released-inside-country":
            known = len(record[group, "persons-released"]) - len(record[group, "crossed-border"])
        sums = parts(published, group) if kind in TOTALS else ("", "")
        shown = str(known) if kind in COUNTED else ""
        for number, voice, claims in published.get((group, kind)) or ({("", "", "")} if known else set()):
            rows.add((group, kind, str(number), shown, *sums, voice, claims))
    return rows


def demands(sources: Sources) -> set[tuple[str, ...]]:
    answers = defaultdict(set)
    for (claims, demand), says in told(sources).items():
        answers[demand] |= {(short(answer), claimant(sources, claims)) for answer in says["response"]}
    rows: set[tuple[str, ...]] = set()
    for (claims, demand), says in told(sources).items():
        for asks, maker, addressee, (answer, teller) in product(
            map(short, says["asks"]),
            named(sources, says["madeBy"]),
            named(sources, says["addressedTo"]),
            answers[demand] or {("", "")},
        ):
            answered = str(answer not in ("", "none-known")).lower()
            rows.add(
                (demand, asks, maker, addressee, answered, answer, teller, claimant(sources, claims), claims)
            )
    return rows


def changes(sources: Sources) -> set[tuple[str, ...]]:
    """Every change of the sources, by its place."""
    rows: set[tuple[str, ...]] = set()
    for (thing, name), values in list(sources.register.items()):
        if name == f"{PRA}recordedOn":
            (day,) = values
            rows.add((f"{day} added {thing}", claimant(sources, thing), ""))
        for older in values if name == REVISION else ():
            day, change = sources.one(thing, f"{PRA}recordedOn"), short(sources.one(older, f"{PRA}standing"))
            rows.add((f"{day} {change} {older}", claimant(sources, older), thing))
    return rows


def out_of_order(sources: Sources) -> set[tuple[str, str, str]]:
    """What is dated surely before what comes earlier in life, by claims that stand."""
    starts = list(sources.said("startEdtf"))
    by_thing = defaultdict(list)
    for fact in starts:
        by_thing[fact.subject].append(fact)
    rows = set()
    for rule, name in (
        ("release before detention", "ends"),
        ("verdict before trial", "trial"),
        ("appeal before verdict", "against"),
    ):
        for link in sources.said(name, standing=False):
            if any(_before(*pair) for pair in product(by_thing[link.subject], by_thing[link.value])):
                rows.add((rule, link.subject, link.value))
    return rows | set(_charged_early(sources, starts))


def _before(one: Fact, two: Fact) -> bool:
    return days(one.value)[1] < days(two.value)[0]


def _charged_early(sources: Sources, starts: list[Fact]) -> Iterator[tuple[str, str, str]]:
    detained = [fact for fact in starts if sources.is_a(fact.subject, "Detention")]
    for charge in (fact for fact in starts if sources.is_a(fact.subject, "Accusation")):
        arrests = [fact for fact in detained if sources.cases(fact.subject) & sources.cases(charge.subject)]
        if arrests and all(_before(charge, arrest) for arrest in arrests):
            yield from (("charge before arrest", charge.subject, arrest.subject) for arrest in arrests)


def known_as_of(sources: Sources) -> set[tuple[str, str, str]]:
    """Thing, property and claim set of what was recorded of one person, and had begun."""
    starts = chosen(sources, "startEdtf")
    rows = set()
    for (claims, thing), says in told(sources).items():
        about = {person for concerned in says["concerns"] for person in _whose(sources, concerned)}
        about |= sources.persons(thing) | says["http://www.w3.org/ns/org#member"]
        about |= says["https://schema.org/creator"]
        if STEFANOVIC not in about or sources.one(claims, f"{PRA}recordedOn") > KNOWN:
            continue
        if not _later(_begun(starts, says, thing)) and not _later(says["validFrom"] | says["saidOn"]):
            kept = {name for name in says if name != TYPE and says[name]}
            kept -= {name for name in ("endEdtf", "ongoingOn") if _later(says[name])}
            rows |= {(thing, short(name), claims) for name in kept}
    return rows


def _whose(sources: Sources, concerned: str) -> set[str]:
    return sources.register[concerned, f"{PRA}subject"] | {concerned}


def _begun(starts: Chosen, says: dict[str, set[str]], thing: str) -> set[str]:
    """When a thing began: as the claim says, or as the claims on it are weighed, or when its verdict was."""
    verdicts = (value for verdict in says["imposedBy"] for value in starts.get(verdict, ()))
    return says["startEdtf"] or starts.get(thing, set()) or set(verdicts)


def _later(dates: set[str]) -> bool:
    return any(days(text)[0] > VALID for text in dates)


ANSWERS = {
    "26-release-groups": (
        ("group", "counted", "claimed", "on_record", "parts_low", "parts_high", "claimant_name", "claims"),
        groups,
    ),
    "27-demands-and-responses": (
        (
            *("demand", "asks", "made_by", "addressed_to", "answered", "response", "response_by"),
            *("claimant_name", "claims"),
        ),
        demands,
    ),
    "35-order-of-life": (("rule", "later", "earlier"), out_of_order),
}
