"""The numbers of the gallery once more, in plain Python over the sources: no SPARQL, no editorial view."""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from server.archive.sources import REGISTER, read_sources

PRA = "https://w3id.org/praleska/ontology#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"
NOTATION = "http://www.w3.org/2004/02/skos/core#notation"
MEMBER, ORGANISATION = (f"http://www.w3.org/ns/org#{name}" for name in ("member", "organization"))
SOURCE, DERIVED, SPECIAL = (
    f"http://www.w3.org/ns/prov#{name}" for name in ("hadPrimarySource", "wasDerivedFrom", "specializationOf")
)
FALLEN = {"refuted", "withdrawn", "superseded"}


class Fact(NamedTuple):
    claims: str
    subject: str
    predicate: str
    value: str


def days(text: str) -> tuple[date, date]:
    """The first and the last day of a date as the sources write dates."""
    parts = text.strip("[]").replace("..", "/").replace(",", "/").rstrip("~?%").split("/")
    first, last = ([int(number) for number in part.split("-")] for part in (parts[0], parts[-1]))
    month = last[1] if len(last) > 1 else 12
    day = last[2] if len(last) > 2 else calendar.monthrange(last[0], month)[1]
    return date(*([*first, 1, 1])[:3]), date(last[0], month, day)


class Sources:
    """The quads of data/, the register by subject and predicate, the claims by predicate."""

    def __init__(self, folder: Path) -> None:
        self.names: dict[str, str] = {}
        self.register: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.claims: list[Fact] = []
        for quad in (quad for file in read_sources(folder) for quad in file.quads):
            subject, predicate, value = quad.subject.value, quad.predicate.value, quad.object.value
            if quad.graph.value != REGISTER:
                self.claims.append(Fact(quad.graph.value, subject, predicate, value))
                continue
            self.register[subject, predicate].add(value)
            if predicate == LABEL and quad.object.language == "en":
                self.names[subject] = value

    def one(self, subject: str, predicate: str) -> str:
        (value,) = self.register[subject, predicate]
        return value

    def stands(self, claims: str) -> bool:
        return self.one(claims, f"{PRA}standing").rpartition("/")[2] not in FALLEN

    def said(self, name: str, standing: bool = True) -> Iterator[Fact]:
        predicate = name if ":" in name else PRA + name
        return (
            f for f in self.claims if f.predicate == predicate and (self.stands(f.claims) or not standing)
        )

    def cases(self, thing: str) -> set[str]:
        return self.register[thing, f"{PRA}inCase"]

    def persons(self, thing: str) -> set[str]:
        return {p for case in self.cases(thing) for p in self.register[case, f"{PRA}subject"]}

    def is_a(self, thing: str, name: str) -> bool:
        return PRA + name in self.register[thing, TYPE]

    def roots(self, document: str) -> set[str]:
        older = self.register[document, DERIVED] | self.register[document, SPECIAL]
        return {root for each in older for root in self.roots(each)} or {document}

    def voice(self, fact: Fact) -> str:
        return self.one(fact.claims, f"{PRA}claimant")


def only_into_exile(sources: Sources) -> set[tuple[str]]:
    abroad = {fact.subject for fact in sources.said("completed") if fact.value == "true"}
    crossing = {fact.subject for fact in sources.said("departure") if fact.value in abroad}
    outside, inside = set(), set()
    for fact in sources.said("ends"):
        (outside if fact.subject in crossing else inside).update(sources.persons(fact.value))
    return {(sources.names[person],) for person in outside - inside}


def mirrored(sources: Sources) -> set[tuple[str, str, int, int, int]]:
    members, body = defaultdict(set), {}
    for fact in sources.said(ORGANISATION):
        body[fact.subject] = fact.value
    for fact in sources.said(MEMBER):
        members[body[fact.subject]].add(fact.value)
    rows = set()
    acts = [f for name in ("allegedUnder", "foundUnder") for f in sources.said(name)]
    for organisation, people in members.items():
        for article in {fact.value for fact in acts}:
            group = {f.subject for f in acts if f.value == article and sources.persons(f.subject) & people}
            charged = {p for act in group for p in sources.persons(act) & people}
            years = sorted(year for act in group for year in _years(sources, act))
            if len(charged) > 1:
                number = sources.one(article, NOTATION)
                rows.add((sources.names[organisation], number, len(charged), years[0], years[-1]))
    return rows


def _years(sources: Sources, act: str) -> set[int]:
    begun = list(sources.said("startEdtf"))
    own = {days(fact.value)[0].year for fact in begun if fact.subject == act}
    return own or {
        days(fact.value)[0].year
        for fact in begun
        if sources.is_a(fact.subject, "Detention") and sources.cases(fact.subject) & sources.cases(act)
    }


def one_source_only(sources: Sources) -> set[tuple[str, int, int]]:
    documents, voices = defaultdict(set), defaultdict(set)
    for fact in sources.said(TYPE):
        if sources.cases(fact.subject):
            documents[fact.subject] |= sources.roots(sources.one(fact.claims, SOURCE))
            voices[fact.subject].add(sources.voice(fact))
    rows = {(event, len(documents[event]), len(voices[event])) for event in documents}
    return {row for row in rows if min(row[1:]) < 2}


def different_dates(sources: Sources) -> set[tuple[str, str, str, str, str, str, int]]:
    rows = set()
    for kind, name in (("beginning", "startEdtf"), ("end", "endEdtf")):
        dates = list(sources.said(name, standing=False))
        for one, two in ((one, two) for one in dates for two in dates if one.subject == two.subject):
            apart = (days(two.value)[0] - days(one.value)[1]).days
            if apart > 0:
                voices = [sources.names[sources.voice(fact)] for fact in (one, two)]
                rows.add((one.subject, kind, one.value, voices[0], two.value, voices[1], apart))
    return rows


class State(NamedTuple):
    person: str
    claimed: str
    as_of: str
    voice: str


def in_prison_now(sources: Sources) -> set[State]:
    states = set(_states(sources))
    rows = set()
    for person in {state.person for state in states}:
        own = [state for state in states if state.person == person]
        last = max((days(state.as_of)[0] for state in own if state.as_of), default=None)
        rows |= {state for state in own if not state.as_of or days(state.as_of)[1] >= last}
    return {state._replace(person=sources.names[state.person]) for state in rows}


def _states(sources: Sources) -> Iterator[State]:
    ongoing = list(sources.said("ongoingOn"))
    known = {(fact.claims, fact.subject) for fact in ongoing}
    begun = list(sources.said("startEdtf"))
    # Where one claim set says both when it began and that it went on, the second counts.
    held = ongoing + [fact for fact in begun if (fact.claims, fact.subject) not in known]
    for fact in held:
        if sources.is_a(fact.subject, "Detention"):
            yield from _of(sources, fact, fact.subject, "held", fact.value)
    for fact in sources.said("ends"):
        dated = [f.value for f in begun if (f.claims, f.subject) == (fact.claims, fact.subject)]
        reported = list(sources.register[fact.claims, f"{PRA}assertedOn"])
        yield from _of(sources, fact, fact.value, "released", *(dated or reported or [""]))


def _of(sources: Sources, fact: Fact, detention: str, claimed: str, as_of: str) -> Iterable[State]:
    voice = sources.names[sources.voice(fact)]
    return [State(person, claimed, as_of, voice) for person in sources.persons(detention)]


VOICED = {
    *(PRA + name for name in ("allegedUnder", "foundUnder", "wording", "verdictResult", "appealResult")),
    *(PRA + name for name in ("term", "amount", "outcome", "inAbsentiaOf", "startEdtf", "completed")),
    *(PRA + name for name in ("idDocuments", "consent", "translation")),
    "https://schema.org/text",
}
VIASNA = "https://w3id.org/praleska/id/v7ws96rk5t"
CREATOR = "https://schema.org/creator"


def three_voices(sources: Sources) -> set[tuple[str, ...]]:
    speakers = {(f.claims, f.subject): f.value for f in sources.claims if f.predicate == CREATOR}
    rows = set()
    for fact in (fact for fact in sources.claims if fact.predicate in VOICED):
        claimant, speaker = sources.voice(fact), speakers.get((fact.claims, fact.subject))
        persons = sources.persons(fact.subject)
        official = claimant == VIASNA or sources.is_a(claimant, "Court")
        voices = {claimant} if official or claimant in persons else set()
        voices |= {speaker} & persons
        for case, voice in ((case, voice) for case in sources.cases(fact.subject) for voice in voices):
            (kind,) = sources.register[fact.subject, TYPE]
            says = fact.predicate.replace("#", "/").rpartition("/")[2]
            names = (sources.names[case], sources.names[voice], kind.rpartition("#")[2], says)
            rows.add((*names, _shown(sources, fact.value), fact.claims))
    return rows


def _shown(sources: Sources, value: str) -> str:
    number = next(iter(sources.register[value, NOTATION]), None)
    return number or sources.names.get(value) or value.removeprefix("https://w3id.org/praleska/vocabulary/")


def refused(sources: Sources) -> set[tuple[str, str]]:
    """Who refused to leave, and who says so."""
    return {
        (person, sources.names[sources.voice(fact)])
        for fact in sources.said("consent")
        if fact.value.endswith("/consent/refused")
        for person in sources.persons(fact.subject)
    }


ANSWERS = {
    "01-released-only-into-exile": (("name",), only_into_exile),
    "02-refused-to-leave": (("person", "said_by"), refused),
    "04-mirrored-charges": (("organisation", "provision", "people", "first_year", "last_year"), mirrored),
    "09-one-source-only": (("event", "documents", "claimants"), one_source_only),
    "10-different-dates": (
        ("event", "date_of", "earlier", "earlier_by", "later", "later_by", "days_apart"),
        different_dates,
    ),
    "11-court-viasna-person": (("case_name", "voice", "of", "says", "value", "claims"), three_voices),
    "39-in-prison-today": (("name", "claimed", "as_of", "claimant_name"), in_prison_now),
}
