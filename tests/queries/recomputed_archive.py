"""Lists, members, documents, officials and spellings of the gallery once more, in plain Python."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

from tests.queries.recomputed import (
    DERIVED,
    MEMBER,
    NOTATION,
    ORGANISATION,
    PRA,
    SOURCE,
    SPECIAL,
    TYPE,
    Sources,
)

ID = "https://w3id.org/praleska/id/"
VIASNA, AMNESTY, STEFANOVIC_CASE = (f"{ID}{name}" for name in ("v7ws96rk5t", "0y2nxdj04a", "54xxskj31h"))
RECOGNISED = {
    "political-prisoner",
    "former-political-prisoner",
    "prisoner-of-conscience",
    "arbitrary-detention",
}
SKOS, DCT = "http://www.w3.org/2004/02/skos/core#", "http://purl.org/dc/terms/"
Told = dict[tuple[str, str], dict[str, set[str]]]


def told(sources: Sources, fallen: bool = False) -> Told:
    """(claim set, thing) -> short name of a property -> values; of claims that stand, or of all."""
    found: Told = defaultdict(lambda: defaultdict(set))
    for fact in sources.claims:
        if fallen or sources.stands(fact.claims):
            name = fact.predicate.removeprefix(PRA)
            found[fact.claims, fact.subject][name].add(fact.value)
    return found


def short(iri: str) -> str:
    return iri.replace("#", "/").rpartition("/")[2]


def named(sources: Sources, things: Iterable[str]) -> list[str]:
    """The names of things that have one; an empty one where there is none at all."""
    return [sources.names[thing] for thing in things if thing in sources.names] or [""]


def people(sources: Sources, concerned: str) -> set[str]:
    """Whom a decision is about: the person named, or the one whose case is."""
    return sources.register[concerned, f"{PRA}subject"] or (
        {concerned} if sources.is_a(concerned, "Person") else set()
    )


def claimant(sources: Sources, claims: str) -> str:
    return sources.names[sources.one(claims, f"{PRA}claimant")]


def recognised(sources: Sources) -> set[tuple[str, ...]]:
    rows = set()
    for (claims, _), says in told(sources).items():
        status = {short(value) for value in says["status"]} & {
            "political-prisoner",
            "former-political-prisoner",
        }
        about = {person for concerned in says["concerns"] for person in people(sources, concerned)}
        for row in product(
            about,
            status,
            named(sources, says["decidedBy"]),
            map(short, says["criterion"] or {""}),
            says["validFrom"] or {""},
            says["withdrawnOn"] or {""},
            named(sources, says["withdrawnBy"]),
            says["exPostFacto"] or {""},
        ):
            rows.add((row[0], sources.names[row[0]], *row[1:], claimant(sources, claims), claims))
    return rows


def counted_by(sources: Sources, body: str) -> set[tuple[str, str, str]]:
    """Person, status and claim set of every decision of one body."""
    return {
        (person, short(status), claims)
        for (claims, _), says in told(sources).items()
        if body in says["decidedBy"]
        for concerned, status in product(says["concerns"], says["status"])
        if short(status) in RECOGNISED
        for person in people(sources, concerned)
    }


def on_one_list(sources: Sources) -> set[tuple[str, ...]]:
    rows = set()
    for one, other in ((VIASNA, AMNESTY), (AMNESTY, VIASNA)):
        there = {person for person, _, _ in counted_by(sources, other)}
        for person, status, claims in counted_by(sources, one):
            if person not in there:
                names = sources.names[person], sources.names[one], status, sources.names[other]
                rows.add((person, *names, claimant(sources, claims), claims))
    return rows


def members(sources: Sources, body: str) -> set[str]:
    """Members by the editorial view, which holds every value that stands."""
    inside = {fact.subject for fact in sources.said(ORGANISATION) if fact.value == body}
    return {fact.value for fact in sources.said(MEMBER) if fact.subject in inside}


def prosecuted(sources: Sources) -> set[tuple[str, ...]]:
    everybody = members(sources, VIASNA)
    rows = set(_fate(sources))
    for (claims, act), says in told(sources).items():
        for person in sources.persons(act) & everybody:
            (case,) = sources.cases(act)
            collective = [
                joint
                for joint in sources.register[case, f"{PRA}partOfCollective"]
                if VIASNA in sources.register[joint, f"{PRA}organisationTargeted"]
            ]
            for article, by, date, joint in product(
                says["allegedUnder"] | says["foundUnder"],
                named(sources, says["accuser"] | says["court"]),
                says["startEdtf"] or {""},
                named(sources, collective),
            ):
                kind, number = short(sources.one(act, TYPE)), sources.one(article, NOTATION)
                rows.add(
                    (sources.names[person], kind, number, by, date, joint, claimant(sources, claims), claims)
                )
    return rows


def _fate(sources: Sources) -> Iterator[tuple[str, ...]]:
    """What is said of the organisation itself."""
    for (claims, thing), says in told(sources).items():
        end = ("", claimant(sources, claims), claims)
        if thing == VIASNA:
            for name in ("foundedOn", "registeredOn", "dissolvedOn", "dissolvedBy"):
                for value in says[name]:
                    yield (sources.names[VIASNA], name, sources.names.get(value, value), "", "", *end)
        if VIASNA in says["concerns"]:
            for status, by, date in product(
                says["status"], named(sources, says["decidedBy"]), says["validFrom"] or {""}
            ):
                yield (sources.names[VIASNA], "status", f"status/{short(status)}", by, date, *end)


GIVEN = (
    "Валентин Стефанович",
    "SIARHEI TSIKHANOUSKI",
    "Zmister Salauyou",
    "Ales Bialiatski",
    "Nobody Example",
)
BEARERS = {
    *("Person", "OfficialCapacity", "Organisation", "StateBody", "Court"),
    *("ProsecutionBody", "InvestigationBody", "SecurityBody"),
}


def matching(sources: Sources) -> set[tuple[str, ...]]:
    rows = set()
    for (record, predicate), values in list(sources.register.items()):
        kinds = {short(kind) for kind in sources.register.get((record, TYPE), ())} & BEARERS
        if short(predicate) not in ("prefLabel", "altLabel", "hiddenLabel") or not predicate.startswith(SKOS):
            continue
        for value, given, kind in product(values, GIVEN, kinds):
            if value.lower() == given.lower():
                rows.add((given, record, sources.names[record], kind, short(predicate), value))
    return rows


def documents(sources: Sources) -> set[tuple[str, ...]]:
    """Documents behind a case, with the number of claim sets that rest on each."""
    behind = defaultdict(set)
    for (claims, thing), says in told(sources, fallen=True).items():
        if STEFANOVIC_CASE in sources.cases(thing) | says["concerns"]:
            source = sources.one(claims, SOURCE)
            behind[next(iter(sources.register[source, SPECIAL]), source)].add(claims)
    rows = set()
    for document, claims in behind.items():
        about = sources.register
        roots = sources.roots(document) if about[document, DERIVED] else set()
        for title, published, issued, address, seen, origin in product(
            about[document, f"{DCT}title"],
            named(sources, about[document, f"{DCT}publisher"]),
            about[document, f"{DCT}issued"] or {""},
            about[document, f"{PRA}address"] or {""},
            about[document, f"{PRA}seenAt"] or {""},
            {title for root in roots for title in about[root, f"{DCT}title"]} or {""},
        ):
            rows.add((document, title, published, issued, address, seen, origin, str(len(claims))))
    return rows


STEPS = {
    kind: number
    for number, kinds in enumerate(
        (
            ("Search",),
            ("Detention", "Stay", "ContactDenial"),
            ("Accusation",),
            ("Trial",),
            ("Penalty", "Verdict"),
            ("Appeal",),
            ("DisciplinaryMeasure",),
            ("Release", "ForcedDeparture"),
            ("PostReleaseRestriction",),
        ),
        start=1,
    )
    for kind in kinds
}
CAPACITIES = (
    *("authority", "actor", "facility", "accuser"),
    *("court", "judge", "prosecutor", "requestedBy"),
)


def officials(sources: Sources) -> set[tuple[str, ...]]:
    joint = sources.register[STEFANOVIC_CASE, f"{PRA}partOfCollective"]
    rows = set()
    for (claims, act), says in told(sources).items():
        if not sources.cases(act) & {STEFANOVIC_CASE, *joint}:
            continue
        kind = short(sources.one(act, TYPE))
        for name in (name for name in CAPACITIES if kind in STEPS):
            for actor, date in product(says[name], says["startEdtf"] or {""}):
                step, who = str(STEPS[kind]), sources.names[actor]
                rows.add((step, kind, act, name, who, date, claimant(sources, claims), claims))
    return rows


ANSWERS = {
    "22-recognised-as-political-prisoners": (
        (
            *("person", "name", "recognised_as", "decided_by", "criterion", "valid_from", "withdrawn_on"),
            *("withdrawn_by", "ex_post_facto", "claimant_name", "claims"),
        ),
        recognised,
    ),
    "23-on-one-list-only": (
        ("person", "name", "counted_by", "counted_as", "not_counted_by", "claimant_name", "claims"),
        on_one_list,
    ),
    "30-prosecuted-members": (
        ("about", "what", "value", "by", "dated", "collective_case", "claimant_name", "claims"),
        prosecuted,
    ),
    "32-matching-records": (
        ("given", "record", "name", "of", "matched_by", "as_it_stands"),
        matching,
    ),
    "33-documents-behind-a-case": (
        ("document", "title", "published_by", "issued", "address", "seen_at", "origin", "claim_sets"),
        documents,
    ),
    "40-officials-in-a-case": (
        ("step", "act", "thing", "as", "who", "dated", "claimant_name", "claims"),
        officials,
    ),
}
