"""In prison, and out of it: stays, punishments, release, departure."""

from datetime import date

from synthetic.happening import Happening
from synthetic.writing import Pair, concept, edtf, later, thing, to


class Imprisonment(Happening):
    """What happens between the verdict and freedom."""

    def _held(self) -> None:
        if not self.world.vocabularies.has("Stay", "withinDetention"):
            return
        within, begin = ("pra:withinDetention", to(self.detention)), self.start
        for number in range(self.random.randint(1, 3)):
            stay, facility = self.life.stub("Stay"), self.world.facility(self.random)
            said = [within, ("pra:facility", to(facility)), self._when(later(begin, 150 * number))]
            self.life.says(
                self.world.monitor(self.random),
                later(begin, 150 * number + 20),
                [thing(stay, "pra:Stay", *said)],
            )
        self._punished(within)
        self._unreachable(within)

    def _punished(self, within: Pair) -> None:
        if not self.world.vocabularies.has(
            "DisciplinaryMeasure", schemes=("disciplinary-kind",)
        ) or not self._chance(0.25):
            return
        measure = self.life.stub("DisciplinaryMeasure")
        kind = ("pra:measureKind", self._any("disciplinary-kind", "punishment-cell"))
        day = later(self.trial_day, 40)
        said = thing(measure, "pra:DisciplinaryMeasure", within, kind, self._when(day))
        self.life.says(self.world.monitor(self.random), later(day, 10), [said])

    def _unreachable(self, within: Pair) -> None:
        if not self.world.vocabularies.has("ContactDenial", schemes=("contact",)) or not self._chance(0.1):
            return
        denial, day = self.life.stub("ContactDenial"), later(self.trial_day, 50)
        to_whom = ("pra:deniedTo", self._any("contact", "all"))
        said = thing(denial, "pra:ContactDenial", within, to_whom, self._when(day))
        self.life.says(self.world.monitor(self.random), later(day, 30), [said], "organisation-statement")

    # --- The end ---

    def _release(self) -> None:
        life, random = self.life, self.random
        release, group = life.stub("Release"), None
        day, graph = self.end, []
        facets = [
            ("pra:mechanism", self._any("mechanism", "individual")),
            ("pra:legalBasis", self._any("legal-basis", "term-served", "pardon")),
        ]
        if day >= self.world.group_day(0) and self._chance(0.6):
            group = random.randrange(self.world.groups)
            day = self.world.group_day(group)
            facets = [
                ("pra:mechanism", concept("mechanism", "negotiated-group")),
                ("pra:legalBasis", concept("legal-basis", "pardon")),
            ]
            facets += [
                ("pra:releaseGroup", to(self.world.ids.of("group", group))),
                ("pra:condition", concept("condition", "leave-country")),
            ]
        departure = self._departure(day) if group is not None or "departure denied" in life.wanted else None
        if departure:
            facets.append(("pra:departure", to(departure)))
            graph.append(self._departed(departure, day, True))
        said = [("pra:ends", to(self.detention)), ("pra:startEdtf", edtf(day)), *facets]
        graph.append(thing(release, "pra:Release", *said))
        first = life.says(self.world.newsroom(random), day, graph, quote=self._quote("is free"))
        self._also_released(release, day, first, departure)
        if self._chance(0.05):
            self._held_again(release, day)

    def _departure(self, day: date) -> str:
        return self.life.stub("ForcedDeparture")

    def _departed(self, name: str, day: date, completed: bool) -> str:
        said = [
            ("pra:destination", self._any("country", "LTU")),
            ("pra:consent", self._any("consent", "not-asked")),
            ("pra:completed", str(completed).lower()),
            ("pra:idDocuments", self._any("id-documents", "withheld")),
            ("pra:startEdtf", edtf(day)),
        ]
        return thing(name, "pra:ForcedDeparture", *said)

    def _also_released(self, release: str, day: date, first: str, departure: str | None) -> None:
        life = self.life
        other = later(day, 1) if life.contradicts("release date") else day
        graph = [
            thing(release, "pra:Release", ("pra:ends", to(self.detention)), ("pra:startEdtf", edtf(other)))
        ]
        disputes = (first,) if other != day else ()
        life.says(self.world.monitor(self.random), later(day, 2), graph, "list-entry", disputes=disputes)
        if life.contradicts("release denied"):
            denied = thing(self.detention, "pra:Detention", ("pra:ongoingOn", edtf(later(day, 20))))
            life.says(self.world.newsroom(self.random), later(day, 21), [denied], disputes=(first,))
        if departure and life.contradicts("departure denied"):
            stayed = self._departed(departure, day, False)
            life.says(self.world.monitor(self.random), later(day, 4), [stayed], disputes=(first,))

    def _held_again(self, release: str, day: date) -> None:
        detention = self.life.stub("Detention")
        said = [("pra:startEdtf", edtf(later(day, 120))), ("pra:followsRelease", to(release))]
        graph = [thing(detention, "pra:Detention", *said, ("pra:regime", self._any("regime", "pre-trial")))]
        self.life.says(self.world.newsroom(self.random), later(day, 121), graph)
