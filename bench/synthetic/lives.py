"""One invented person: who this is, the case, and what newsrooms, monitors and courts claim about it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from random import Random

from synthetic import names
from synthetic.claiming import Claim, claim
from synthetic.events import Events
from synthetic.names import Name
from synthetic.options import KINDS, Options
from synthetic.world import BEGINNING, END, World
from synthetic.writing import Page, Pair, concept, day, edtf, labels, later, text, thing, to

_MIRRORED, _COPIED, _TWO_CASES = 0.2, 0.15, 0.1
_SOME_DAY = date(2040, 1, 1)
_NEEDS_RELEASE = {"release date", "release denied", "departure denied"}
_ROLES = ("journalist", "activist", "trade-unionist", "lawyer")


class Life:
    """Writes what is said of one person; its own random numbers make it independent of all others."""

    def __init__(self, world: World, options: Options, number: int) -> None:
        self.world = world
        self.random = Random(f"{options.seed} {number}")
        self.number = number
        self.name = names.person(self.random)
        self.person = world.ids.of("person", number)
        self.wanted = {
            kind for place, kind in enumerate(KINDS) if self._wants(kind, place, options.contradictions)
        }
        self.withdrawn = options.withdrawn
        self.counts: dict[str, int] = {}
        self.said: dict[str, int] = {}
        self.case = ""
        self.page = Page()
        self.minor = self.random.random() < options.minors
        self.embargoed = self.random.random() < options.embargoed

    def _wants(self, kind: str, place: int, share: float) -> bool:
        # Each kind is there in a hundred people, whatever chance says.
        return share > 0 and (self.random.random() < share or self.number % 97 == place * 7)

    def new(self, kind: str) -> str:
        """An identifier for the next thing of a kind."""
        self.counts[kind] = self.counts.get(kind, -1) + 1
        return self.world.ids.of(f"own-{kind}", self.number, self.counts[kind])

    def stub(self, kind: str, *more: Pair, in_case: bool = True) -> str:
        """The stub of a new thing of this class in the present case."""
        name = self.new(kind)
        said = [("pra:inCase", to(self.case))] if in_case else []
        self.page.stubs.append(thing(name, f"pra:{kind}", *said, *more))
        return name

    def write(self) -> Page:
        """All that is said: one or two cases."""
        self._introduce()
        start = date.fromordinal(self.random.randint(BEGINNING.toordinal(), END.toordinal() - 900))
        self._case(start)
        if self.random.random() < _TWO_CASES:
            self._case(later(start, 700))
        return self.page

    def _introduce(self) -> None:
        random = self.random
        said = [*labels(self.name), ("skos:altLabel", text(self.name.latin, "be-Latn"))]
        said.append(("pra:exposure", self.world.vocabularies.any("exposure", random)))
        if random.random() < 0.1:
            said.append(("skos:hiddenLabel", text(names.misspelt(self.name.en, random), "en")))
        if random.random() < 0.5:
            said.append(("pra:recordElsewhere", f"<https://example.org/list/{self.number}>"))
        if self.minor:
            said.append(("pra:birthDate", day(later(BEGINNING, -16 * 365 + self.number % 300))))
        else:
            said += self._particulars()
        self.page.register.append(thing(self.person, "pra:Person", *said))

    def _particulars(self) -> list[Pair]:
        random, vocabularies = self.random, self.world.vocabularies
        known = vocabularies.has("birthYear", "gender", "publicRole", schemes=("gender", "public-role"))
        if not known or random.random() < 0.3:
            return []
        return [
            ("pra:birthYear", f'"{random.randint(1950, 2002)}"^^xsd:gYear'),
            ("pra:gender", vocabularies.any("gender", random, "woman", "man")),
            ("pra:publicRole", vocabularies.any("public-role", random, *_ROLES)),
        ]

    def _case(self, start: date) -> None:
        self.case = self.new("Case")
        be, ru, _, en = self.name
        name = Name(
            f"Справа: {be}, {start.year}", f"Дело: {ru}, {start.year}", "", f"Case of {en}, {start.year}"
        )
        said = [*labels(name), ("pra:subject", to(self.person))]
        if self.random.random() < 0.35:
            collective = self.world.few(self.random, "collective", self.world.collectives)
            said.append(("pra:partOfCollective", to(collective)))
        self.page.register.append(thing(self.case, "pra:Case", *said))
        released = self.random.random() < 0.45 or bool(self.wanted & _NEEDS_RELEASE)
        Events(self, start, released).write()
        self.wanted = set()

    def document(self, publisher: str, kind: str, when: date) -> str:
        """A new document; some were read at a mirror."""
        name, random = self.new("Document"), self.random
        address = f"https://example.org/{name}"
        said = [
            ("dct:title", text(f"Example report {when} on {self.name.en}", "en")),
            ("pra:documentKind", concept("document-kind", kind)),
            ("dct:publisher", to(publisher)),
            ("dct:issued", edtf(when)),
            ("dct:language", random.choice(('"be"', '"ru"', '"en"'))),
            ("pra:address", f"<{address}>"),
        ]
        if random.random() < _MIRRORED:
            said.append(("pra:seenAt", f"<https://mirror.example.net/{name}>"))
        self.page.register.append(thing(name, "pra:Document", *said))
        return name

    def says(
        self, claimant: str, when: date, graph: Iterable[str], kind: str = "news-report", **more: object
    ) -> str:
        """A claim set on a document of its own; some documents were copied by others."""
        document = self.document(str(more.get("reporter") or claimant), kind, when)
        editors = self.world.ids.of("editors", 0)
        about = replace(Claim(claimant, document, editors, when), **more)  # type: ignore[arg-type]
        about = replace(about, more=(*about.more, *self._waits()))
        if about.standing == "current" and self.random.random() < self.withdrawn:
            about = replace(about, standing="withdrawn")
        graph = list(graph)
        name = claim(self.page, self.new("ClaimSet"), about, graph)
        if self.random.random() < _COPIED:
            self._copied(about, graph)
        return name

    def is_restricted(self) -> bool:
        """Whether none of this may be published yet."""
        return self.minor or self.embargoed

    def _waits(self) -> list[Pair]:
        """The day before which this may not go out, and sometimes an event too."""
        waits = [("pra:notBefore", day(_SOME_DAY))] if self.is_restricted() else []
        return [*waits, ("pra:untilEvent", to(self.case))] if self.embargoed and self.number % 2 else waits

    def _copied(self, about: Claim, graph: Iterable[str]) -> None:
        publisher = self.world.newsroom(self.random)
        copy = self.document(publisher, "news-report", later(about.said, 1))
        derived = ("prov:wasDerivedFrom", to(about.document))
        self.page.register[-1] = self.page.register[-1].replace(" .\n", f" ;\n    {' '.join(derived)} .\n")
        again = replace(about, document=copy, reporter=publisher, said=later(about.said, 1), disputes=())
        claim(self.page, self.new("ClaimSet"), again, graph)

    def contradicts(self, kind: str) -> bool:
        """Whether a contradiction of this kind is to be told here; counts it."""
        if kind not in self.wanted:
            return False
        self.said[kind] = self.said.get(kind, 0) + 1
        return True
