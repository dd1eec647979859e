"""One case of one invented person: what all parts of its story share."""

from datetime import date
from typing import TYPE_CHECKING

from synthetic.writing import Pair, edtf, later

if TYPE_CHECKING:
    from synthetic.lives import Life

_TERMS = ("P1Y", "P1Y6M", "P2Y", "P2Y6M", "P3Y", "P4Y", "P5Y", "P7Y", "P9Y", "P11Y")
_AROUND = ("{0}", "{0}", "{0}", "{0}", "{1}/{0}", "{0:%Y-%m}", "{0:%Y-%m}~")


class Happening:
    """One case of one person."""

    def __init__(self, life: "Life", start: date, released: bool) -> None:
        self.life, self.random, self.world = life, life.random, life.world
        self.start, self.released = start, released
        self.trial_day = later(start, self.random.randint(90, 320))
        self.end = later(self.trial_day, self.random.randint(60, 500))
        self.court = self.world.court(self.random)
        self.provisions = [self.world.provision(self.random) for _ in range(self.random.randint(1, 2))]
        self.term = self.random.choice(_TERMS)
        self.detention = self.accusation = self.trial = self.verdict = ""

    def _when(self, day: date) -> Pair:
        pattern = self.random.choice(_AROUND)
        return "pra:startEdtf", edtf(pattern.format(day, later(day, -1)))

    def _quote(self, what: str) -> str:
        return f"{self.life.name.en} {what}"

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _any(self, scheme: str, *common: str) -> str:
        return self.world.vocabularies.any(scheme, self.random, *common)
