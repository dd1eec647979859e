"""When something was, as far as is known, and the situation that it puts somebody in."""

from dataclasses import dataclass

from server.archive.records import Source, Text


@dataclass(frozen=True)
class Extent:
    """The bounds of a beginning and an end, ISO days, "" if unknown; what does not last has no end."""

    start_min: str
    start_max: str
    end_min: str
    end_max: str
    lasting: bool

    def surely(self, day: str) -> bool:
        """Whether `day` lies within, however the dates are read."""
        known = bool(self.start_max and self.end_min)
        return known and self.start_max <= day <= self.end_min and self.maybe(day)

    def maybe(self, day: str) -> bool:
        """Whether the dates allow that `day` lies within."""
        return self.start_min <= day and (not self.end_max or day <= self.end_max)


@dataclass(frozen=True)
class State:
    """The situation that an event puts somebody in: words, and the latest day of which somebody says so."""

    words: Text
    when: Text | None
    # For comparing; the day of the report if `reported`.
    latest: str
    sources: tuple[Source, ...]
    reported: bool = False
    lasting: bool = False
    # The IRIs of what it puts an end to.
    ends: tuple[str, ...] = ()
