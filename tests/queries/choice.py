"""The values that the editorial rule prefers, chosen once more over the sources, for what is recomputed."""

from collections import defaultdict
from datetime import date
from functools import cache

from tests.queries.recomputed import PRA, SOURCE, Fact, Sources, days

# Whoever is named by one of these in the same claim set speaks of an own act.
_NEAR = ("court", "accuser", "decidedBy", "madeBy", "assessor")
Chosen = dict[str, set[str]]


@cache
def chosen(sources: Sources, name: str, single: bool = True) -> Chosen:
    """Subject -> the values of `name` that win; all of them where several are normal."""
    facts: dict[str, dict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for fact in sources.said(name):
        facts[fact.subject][fact.value].append(fact)
    dated = name.endswith("Edtf")
    return {subject: _winners(sources, values, single, dated) for subject, values in facts.items()}


def _winners(sources: Sources, values: dict[str, list[Fact]], single: bool, dated: bool) -> set[str]:
    sound = {
        value: facts for value, facts in values.items() if any(_verified(sources, f.claims) for f in facts)
    }
    values = sound or values
    if not single:
        return set(values)
    weights = {
        value: _weight(sources, facts, _span(value) if dated else 0) for value, facts in values.items()
    }
    return {value for value, weight in weights.items() if weight == max(weights.values())}


def _verified(sources: Sources, claims: str) -> bool:
    return not sources.one(claims, f"{PRA}standing").endswith("/unverified")


def _weight(sources: Sources, facts: list[Fact], span: int) -> tuple[bool, int, int, date]:
    roots = {root for fact in facts for root in sources.roots(sources.one(fact.claims, SOURCE))}
    voices = {sources.voice(fact) for fact in facts}
    said = [text for fact in facts for text in sources.register[fact.claims, f"{PRA}assertedOn"]]
    newest = max((days(text)[0] for text in said), default=date.min)
    return any(_near(sources, fact) for fact in facts), min(len(roots), len(voices)), -span, newest


def _near(sources: Sources, fact: Fact) -> bool:
    return sources.voice(fact) in _own(sources)[fact.claims, fact.subject]


@cache
def _own(sources: Sources) -> dict[tuple[str, str], set[str]]:
    """(claim set, thing) -> whose act it is."""
    found = defaultdict(set)
    for fact in (fact for name in _NEAR for fact in sources.said(name)):
        found[fact.claims, fact.subject].add(fact.value)
    return found


def _span(value: str) -> int:
    first, last = days(value)
    return (last - first).days
