"""What the archive hands to the web layer: frozen records of plain strings."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from server.archive.situations import Extent, State


class Text(NamedTuple):
    """Some text with its language ("" if none) and, where it is not prose, its datatype IRI."""

    value: str
    lang: str = ""
    datatype: str = ""
    # A date inside `value`, as it was recorded.
    when: str = ""

    @property
    def dir(self) -> str:
        """Writing direction for HTML."""
        return "rtl" if self.lang.split("-")[0] in ("ar", "fa", "he", "ur") else "ltr"


_NOTHING = Text("")


class Link(NamedTuple):
    """Something with an address. `path` is ours, without the leading slash ("id/…"); empty for others."""

    iri: str
    text: Text
    path: str = ""

    @property
    def external(self) -> bool:
        """Whether the address leads away from this archive."""
        return not self.path


class Source(NamedTuple):
    """Who says something, who passes it on, in which document, and how that claim stands."""

    # By its name only where nobody is known who claims it.
    claim_set: Link
    claimant: Link | None
    reporter: Link | None
    document: Link | None
    standing: Link | None
    asserted: Text | None
    quotes: tuple[Text, ...]
    disputed_by: tuple[Link, ...]
    # Where the document is saved.
    copies: tuple[Link, ...] = ()


class Value(NamedTuple):
    """One value of a property, with all that say so; no sources = an entry of the register."""

    text: Text
    link: Link | None
    sources: tuple[Source, ...]
    preferred: bool


class Row(NamedTuple):
    """One property of a thing; `contested` when sources give different values where one is expected."""

    name: Text
    description: Text
    values: tuple[Value, ...]
    contested: bool
    # The IRI of the property, "" for what a shape collects; why a value was preferred.
    property: str = ""
    reason: Text = _NOTHING
    # Its name stands with it where there is one line for all.
    named: bool = False


@dataclass(frozen=True)
class Section:
    """A group of rows, or of unfolded things in order of time; a `folded` one is shown closed."""

    title: Text
    rows: tuple[Row, ...]
    entries: tuple["Resource", ...] = ()
    folded: bool = False


@dataclass(frozen=True)
class Resource:
    """A thing as a page shows it."""

    iri: str
    path: str
    title: Text
    type_name: Text
    type_slug: str
    sections: tuple[Section, ...]
    # The title without what the page around it says anyway, and the rows that tell the most.
    brief: Text = _NOTHING
    summary: tuple[Row, ...] = ()
    # Earliest day that is given, "" if none; the IRI of the broader thing in a tree.
    day: str = ""
    parent: str = ""
    # Its dates; the situation that it puts somebody in, and the rows that say when.
    extent: "Extent | None" = None
    state: "State | None" = None
    dated: tuple[Row, ...] = ()
    # The IRIs of its classes.
    types: tuple[str, ...] = ()


@dataclass(frozen=True)
class TypeEntry:
    """A class in the menu."""

    slug: str
    name: Text
    description: Text
    count: int


@dataclass(frozen=True)
class ListRow:
    """One thing in a list; each cell holds the values of one column."""

    title: Link
    cells: tuple[tuple[Link | Text, ...], ...]
    # Who says what stands in the cells; nobody where it comes from the register.
    claimants: tuple[Link, ...] = ()
    # Between the dates that are asked for it only may lie; of what went on then no end is known.
    possible: bool = False
    endless: bool = False


@dataclass(frozen=True)
class Asked:
    """What a reader wants of a list: page, order ("-name" is backwards), (filter, value) pairs, dates.

    `low` and `high` are a year, a month or a day; `surely` leaves out what only may lie between them. `whole`
    names the filter of which all choices are wanted.
    """

    page: int = 1
    size: int = 50
    sort: str = ""
    narrowed: tuple[tuple[str, str], ...] = ()
    low: str = ""
    high: str = ""
    surely: bool = False
    whole: str = ""
    # The dates are those on which something went on, not those on which it began.
    during: bool = False


@dataclass(frozen=True)
class Choice:
    """A value by which a list can be narrowed, and how many would stay; `value` is its text in addresses."""

    value: str
    label: Text
    count: int
    iri: str = ""


@dataclass(frozen=True)
class Facet:
    """A filter of a list with its most frequent choices, and how many choices there are."""

    name: str
    label: Text
    description: Text
    choices: tuple[Choice, ...]
    total: int


@dataclass(frozen=True)
class Narrowed:
    """A filter that is in force."""

    name: str
    label: Text
    choice: Choice


@dataclass(frozen=True)
class DateRange:
    """The dates by which a list can be narrowed, and how many things lie there surely and possibly."""

    label: Text
    low: str
    high: str
    surely: bool
    certain: int
    possible: int
    # Whether things of this list last, and readers ask when they went on.
    lasting: bool = False
    during: bool = False

    @property
    def given(self) -> bool:
        """Whether a reader asks for dates."""
        return bool(self.low or self.high)


@dataclass(frozen=True)
class Listing:
    """One page of all things of a class, or of those that fit the filters."""

    slug: str
    title: Text
    description: Text
    columns: tuple[Text, ...]
    rows: tuple[ListRow, ...]
    total: int
    page: int
    pages: int
    newest_first: bool = False
    # The columns in addresses, and which of them hold things; the order ("-name" is backwards).
    names: tuple[str, ...] = ()
    linked: tuple[bool, ...] = ()
    sort: str = ""
    facets: tuple[Facet, ...] = ()
    narrowed: tuple[Narrowed, ...] = ()
    dates: DateRange | None = None


@dataclass(frozen=True)
class Found:
    """One page of what a search found; `kinds` count the hits by class, `slug` is the class that is shown.

    Of one class the answer can be narrowed like its list."""

    text: str
    slug: str
    rows: tuple["FoundRow", ...]
    kinds: tuple[TypeEntry, ...]
    total: int
    page: int
    pages: int
    facets: tuple[Facet, ...] = ()
    narrowed: tuple[Narrowed, ...] = ()
    dates: DateRange | None = None


@dataclass(frozen=True)
class FoundRow:
    """One thing that fits: its name, what it is, and the words around the place when they fit."""

    link: Link
    kind: Text
    excerpt: str


@dataclass(frozen=True)
class Release:
    """What is served: an immutable, numbered state of the archive."""

    id: str
    created: str
    quads: int
    licence: str
    sha256: str = ""
    files: tuple[str, ...] = field(default=())
    retired: str = ""
    # Statements of the dump, which repeats for the default graph what graphs of that say.
    lines: int = 0


@dataclass(frozen=True)
class Withdrawn:
    """An entry of the list of withdrawals: what, since when, and the class of reason with its label."""

    iri: str
    date: str
    reason: str
    label: str
