"""What all the invented people share: institutions, courts, officials, law, groups; how many there are."""

from dataclasses import dataclass
from datetime import date
from random import Random

from synthetic.identifiers import Identifiers
from synthetic.vocabularies import Vocabularies

BEGINNING = date(2020, 8, 1)
END = date(2026, 10, 1)
_CODES = 2
_VERSIONS = 2


@dataclass(frozen=True)
class World:
    """Numbers of shared things, and who is picked for an act: a few courts and judges do most of the work."""

    ids: Identifiers
    vocabularies: Vocabularies
    persons: int
    newsrooms: int = 12
    monitors: int = 4
    bodies: int = 6
    abroad: int = 3
    codes: int = _CODES
    provisions: int = 60
    versions: int = _VERSIONS

    @property
    def courts(self) -> int:
        """Courts: more people, slowly more courts."""
        return 6 + int(self.persons**0.4)

    @property
    def judges(self) -> int:
        """Judges of all courts."""
        return self.courts * 4

    @property
    def prosecutors(self) -> int:
        """Prosecutors."""
        return self.courts * 2

    @property
    def facilities(self) -> int:
        """Places of detention."""
        return 5 + int(self.persons**0.3)

    @property
    def groups(self) -> int:
        """Groups of people released together."""
        return 3 + self.persons // 150

    @property
    def collectives(self) -> int:
        """Collective cases."""
        return 3 + self.persons // 25

    @property
    def dissolved(self) -> int:
        """Organisations that were dissolved."""
        return 4 + self.persons // 60

    def few(self, random: Random, kind: str, count: int) -> str:
        """One of `count` things of a kind, the first ones far more often."""
        return self.ids.of(kind, int(count * random.random() ** 3))

    def newsroom(self, random: Random) -> str:
        """A newsroom."""
        return self.few(random, "newsroom", self.newsrooms)

    def monitor(self, random: Random) -> str:
        """An organisation that keeps lists."""
        return self.few(random, "monitor", self.monitors)

    def body(self, random: Random) -> str:
        """A body that arrests and accuses."""
        return self.few(random, "body", self.bodies)

    def court(self, random: Random) -> int:
        """The number of a court."""
        return int(self.courts * random.random() ** 3)

    def judge(self, random: Random, court: int) -> str:
        """A judge of the court; one of its four has most of the cases."""
        return self.ids.of("judge", court * 4 + int(4 * random.random() ** 3))

    def facility(self, random: Random) -> str:
        """A place of detention."""
        return self.few(random, "facility", self.facilities)

    def provision(self, random: Random) -> int:
        """The number of a provision."""
        return int(self.provisions * random.random() ** 3)

    def group_day(self, group: int) -> date:
        """The day on which a group was released."""
        span = (END - date(2024, 7, 1)).days
        return date.fromordinal(date(2024, 7, 1).toordinal() + group * span // self.groups)
