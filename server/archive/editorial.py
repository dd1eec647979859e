"""The editorial view: one preferred value a field, chosen by a written rule from the claim sets.

The rule (docs/decisions/003-editorial-view.md), in this order: the claimant is itself a party to the act;
more independent origins; the narrower date; the newer claim. Ties stay side by side.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from server.archive.dates import bounds, derived, have_a_day_in_common, is_date
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE, fill, iri_text, rebase, select, stored
from server.archive.terms import iri
from server.archive.vocabulary import RDF
from server.store.answers import Formats, Store
from server.store.syntax import N_TRIPLES, Quad, Term, parse

# What stands in the pattern of a selection for itself, its thing, its property and its claim set.
_PLACES = tuple(f"urn:place:{name}" for name in ("selection", "subject", "property", "claim-set"))
_REASON = "urn:place:reason"
# What the rule says of a preference, in the order in which it compares: the concepts of a vocabulary.
_REASONS = ("party", "origins", "narrower", "newer")
_VERIFIED, _TIE = "verified", "tie"
_OPEN_SPAN = 1_000_000
Key = tuple[Term, Term]


class Candidate:
    """One value of one field, with every claim set that gives it."""

    def __init__(self, value: Term) -> None:
        self.value = value
        self.claim_sets: set[str] = set()
        self.claimants: set[str] = set()
        self.roots: set[str] = set()
        self.near = False
        self.verified = False
        self.asserted = ""

    def add(self, row: dict[str, Term]) -> None:
        """Counts one more claim."""
        self.claim_sets.add(row["claim_set"].value)
        self.claimants.add(row["claimant"].value)
        self.roots.add(row["root"].value)
        self.near = self.near or "near" in row
        self.verified = self.verified or "doubtful" not in row
        self.asserted = max(self.asserted, row["asserted"].value if "asserted" in row else "")

    def weight(self) -> tuple[bool, int, int, str]:
        """What the rule compares, the heaviest wins. Origins are independent only if both the
        documents' roots and the claimants differ."""
        return self.near, min(len(self.roots), len(self.claimants)), -_span(self.value), self.asserted


def _span(value: Term) -> int:
    """Days between the earliest and the latest day of a date; 0 for anything else."""
    if not is_date(value):
        return 0
    low, high = bounds(value.value) or (None, None)
    return (date.fromisoformat(high) - date.fromisoformat(low)).days if low and high else _OPEN_SPAN


def choose_all(store: Store, model: Model, base: str) -> Iterator[Quad]:
    """Every statement of the editorial view: chosen values, their bounds, and how they were chosen."""
    graph = iri(f"{base}graph/editorial")
    fields = _candidates(store, model, base)
    chosen = [
        Quad(subject, name, value.value, graph)
        for (subject, name), candidates in fields.items()
        for value in preferred(candidates, name.value in model.single)
    ]
    yield from chosen
    yield from derived(chosen, model)
    write = Selections(store, base)
    for key, candidates in fields.items():
        yield from write.of(key, candidates, model.single)


def preferred(candidates: Iterable[Candidate], single: bool) -> list[Candidate]:
    """The heaviest candidates where one value is expected, else all."""
    values = list(candidates)
    # What nobody could verify counts only where there is nothing better.
    values = [value for value in values if value.verified] or values
    if not single:
        return values
    heaviest = max(value.weight() for value in values)
    return [value for value in values if value.weight() == heaviest]


def reason(candidates: Iterable[Candidate]) -> str:
    """Why the rule prefers what it prefers among values that differ."""
    values = list(candidates)
    best = preferred(values, single=True)
    if len(best) > 1:
        return _TIE
    rivals = [value for value in values if value.verified and value is not best[0]]
    if not rivals or not best[0].verified:
        return _VERIFIED
    second = max(value.weight() for value in rivals)
    pairs = zip(_REASONS, best[0].weight(), second, strict=True)
    return next(name for name, one, other in pairs if one != other)


def differ(candidates: list[Candidate]) -> bool:
    """Whether the values contradict each other; a vaguer date does not contradict a narrower one."""
    return len(candidates) > 1 and not have_a_day_in_common(value.value for value in candidates)


def _candidates(store: Store, model: Model, base: str) -> dict[Key, list[Candidate]]:
    fields: dict[Key, dict[Term, Candidate]] = defaultdict(dict)
    for row in select(store, rebase(stored("candidates"), base)):
        subject, name, value = row["subject"], row["property"], row["value"]
        if name.value not in model.derived and name.value != str(RDF.type):
            fields[subject, name].setdefault(value, Candidate(value)).add(row)
    return {key: list(values.values()) for key, values in fields.items()}


def selection_iri(base: str, subject: str, name: str) -> str:
    """The same IRI for the same field in every build."""
    # Source IRIs are hashed, so that another base does not change the ids.
    key = f"{subject.replace(base, SOURCE_BASE, 1)} {name}"
    return f"{base}id/{hashlib.sha256(key.encode()).hexdigest()[:10]}"


class Selections:
    """Writes down how the view came about, in the statements that queries/selections.rq constructs."""

    def __init__(self, store: Store, base: str) -> None:
        self._base = base
        self._graph = iri(f"{base}graph/editorial")
        text = rebase(stored("selections"), base)
        # One query for each field would take minutes: the pattern is asked for once, with places to fill.
        self._patterns = {contested: self._pattern(store, text, contested) for contested in (True, False)}

    def _pattern(self, store: Store, text: str, contested: bool) -> list[Quad]:
        row = f"({' '.join(map(iri_text, _PLACES))} {str(contested).lower()})"
        filled = fill(text, selection=[row], preferred_for=[iri_text(_REASON)])
        answer = store.query(filled, Formats(graph=N_TRIPLES))
        return parse(answer.body, N_TRIPLES, self._base)

    def of(self, key: Key, candidates: list[Candidate], single: frozenset[str]) -> Iterator[Quad]:
        """The statements on one field."""
        subject, name = key
        alone = name.value in single
        is_contested = alone and differ(candidates)
        pattern = self._patterns[is_contested]
        why = iri(f"{SOURCE_BASE}vocabulary/preference/{reason(candidates)}") if is_contested else None
        selection = iri(selection_iri(self._base, subject.value, name.value))
        values = preferred(candidates, alone)
        for claim_set in sorted({claim_set for value in values for claim_set in value.claim_sets}):
            places = (*_PLACES, _REASON)
            terms = dict(zip(places, (selection, subject, name, iri(claim_set), why), strict=True))
            for quad in pattern:
                about, value = (terms.get(term.value) or term for term in (quad.subject, quad.object))
                yield Quad(about, quad.predicate, value, self._graph)
