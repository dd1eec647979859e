"""Claim sets: who says something, where, and how far it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from synthetic.writing import Page, Pair, concept, day, edtf, later, text, thing, to

_LICENCE = "<https://creativecommons.org/licenses/by/4.0/>"
_RECORDED_AFTER = 30


@dataclass(frozen=True)
class Claim:
    """Everything about a claim set but its graph."""

    claimant: str
    document: str
    recorder: str
    said: date
    reporter: str | None = None
    standing: str = "current"
    disputes: tuple[str, ...] = ()
    quote: str | None = None
    note: str | None = None
    more: tuple[Pair, ...] = ()

    def pairs(self) -> list[Pair]:
        """What the register says of the claim set."""
        said: list[Pair] = [
            ("pra:claimant", to(self.claimant)),
            ("prov:hadPrimarySource", to(self.document)),
            ("pra:assertedOn", edtf(self.said)),
            ("pra:standing", concept("standing", self.standing)),
            ("pra:recordedBy", to(self.recorder)),
            ("pra:recordedOn", day(later(self.said, _RECORDED_AFTER))),
            ("dct:license", _LICENCE),
        ]
        said += [("pra:reportedBy", to(self.reporter))] if self.reporter else []
        said += [("pra:quote", text(self.quote, "en"))] if self.quote else []
        said += [("pra:note", text(self.note, "en"))] if self.note else []
        return said + [("cito:disputes", to(other)) for other in self.disputes] + list(self.more)


def claim(page: Page, name: str, about: Claim, graph: Iterable[str]) -> str:
    """Writes a claim set, and returns its name."""
    page.claim(name, thing(name, "pra:ClaimSet", *about.pairs()), graph)
    return name
