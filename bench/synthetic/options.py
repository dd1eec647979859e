"""What can be chosen about the archive that is made."""

from dataclasses import dataclass

# Ways in which two claimants contradict each other.
KINDS = (
    "start date",
    "verdict date",
    "court",
    "term",
    "article",
    "release date",
    "release denied",
    "departure denied",
    "refuted",
)


@dataclass(frozen=True)
class Options:
    """Shares are between 0 and 1: of people (minors, embargoed), of people for each kind of contradiction,
    of claim sets (withdrawn)."""

    persons: int
    seed: int = 1
    contradictions: float = 0.04
    withdrawn: float = 0.02
    minors: float = 0.0
    embargoed: float = 0.0
