"""What is known last of somebody's situation, and whether it held on a day: never without who says so."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Flask

from server.archive.records import Resource, Text
from server.web import outline
from server.web.timeline import Drawing, Span, drawn, said_of

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# More than these say nothing new in one line.
_MOST = 3


@dataclass(frozen=True)
class OnDay:
    """What the dates of the events say of one day: "certain", "possible" or "no", and which events."""

    day: str
    answer: str
    entries: tuple[Resource, ...]


def register(app: Flask) -> None:
    """Give the templates their filters."""
    for found in (last_known, can_ask, timeline, lasting_states, dates_in_words):
        app.add_template_filter(found)


def last_known(thing: Resource) -> list[Resource]:
    """The events of a page that say last what became of somebody; several when none is later."""
    told = [entry for entry in outline.entries(thing) if entry.state]
    latest = {entry.iri: _latest(entry, told) for entry in told}
    left = [entry for entry in told if not _is_over(entry, told, latest)]
    best = max((latest[entry.iri] for entry in left), default="")
    last = [entry for entry in left if latest[entry.iri] == best]
    # A moment tells more than a stretch that is known to go on until then.
    moments = [entry for entry in last if entry.state and not entry.state.lasting]
    return (moments or last)[:_MOST]


def _latest(entry: Resource, told: Sequence[Resource]) -> str:
    """The day of an event; it is no earlier than what it puts an end to."""
    if not entry.state:
        return ""
    ended = (other.state.latest for other in told if other.state and other.iri in entry.state.ends)
    return entry.state.latest or max(ended, default="")


def _is_over(entry: Resource, told: Sequence[Resource], latest: dict[str, str]) -> bool:
    return any(
        other.state and entry.iri in other.state.ends and latest[other.iri] >= latest[entry.iri]
        for other in told
    )


def on_day(thing: Resource, day: str) -> OnDay | None:
    """Whether what lasts and puts somebody in a situation held on `day`; None if `day` is no day."""
    if not is_day(day):
        return None
    lasting = [e for e in outline.entries(thing) if e.state and e.state.lasting]
    sure = tuple(e for e in lasting if e.extent and e.extent.surely(day))
    # Of what bears no date at all every day is possible.
    maybe = tuple(e for e in lasting if not e.extent or e.extent.maybe(day))
    answer = "certain" if sure else "possible" if maybe else "no"
    return OnDay(day, answer, sure or maybe)


def is_day(text: str) -> bool:
    """Whether `text` is a day of the calendar, YYYY-MM-DD."""
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def lasting_states(thing: Resource) -> list[Text]:
    """The words for the situations that last."""
    return [e.state.words for e in outline.entries(thing) if e.state and e.state.lasting]


def dates_in_words(entry: Resource, lang: str) -> str:
    """When an event began and ended."""
    return said_of(span(entry, ""), lang)


def can_ask(thing: Resource) -> bool:
    """Whether a page has anything of which one can ask on which day it held."""
    return any(e.state and e.state.lasting for e in outline.entries(thing))


def span(entry: Resource, label: str) -> Span:
    """An event of a page as a span of the timeline."""
    when = entry.extent
    if when is None:
        return Span(label)
    return Span(
        label, f"#{entry.path}", when.start_min, when.start_max, when.end_min, when.end_max, when.lasting
    )


def timeline(thing: Resource, lang: str) -> Drawing | None:
    """The timeline of a page: a lane for each kind of event, in the order in which they begin."""
    entries = [e for e in outline.entries(thing) if e.extent and outline.cited(e)]
    if len(entries) < _MOST:
        return None
    entries.sort(key=lambda e: (e.day or "9999", e.title.value))
    return drawn([span(entry, entry.type_name.value) for entry in entries], lang)
