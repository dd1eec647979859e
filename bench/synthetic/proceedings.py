"""From the arrest to the appeal: who claims which part of it."""

from datetime import date

from synthetic.happening import Happening
from synthetic.writing import Pair, concept, edtf, later, text, thing, to


class Proceedings(Happening):
    """Arrest, charge, search, trial, verdict, appeal."""

    def _arrest(self) -> None:
        life = self.life
        self.detention = life.stub("Detention")
        body = ("pra:authority", to(self.world.body(self.random)))
        regime = ("pra:regime", self._any("regime", "police-custody", "pre-trial"))
        first = thing(self.detention, "pra:Detention", ("pra:startEdtf", edtf(self.start)), body, regime)
        monitor = self.world.monitor(self.random)
        said = life.says(
            self.world.newsroom(self.random),
            later(self.start, 1),
            [first],
            quote=self._quote("was taken away this morning"),
        )
        other = later(self.start, 3) if life.contradicts("start date") else self.start
        disputes = (said,) if other != self.start else ()
        second = thing(self.detention, "pra:Detention", ("pra:startEdtf", edtf(other)), body)
        life.says(monitor, later(self.start, 4), [second], "organisation-statement", disputes=disputes)

    def _charge(self) -> None:
        life, day = self.life, later(self.start, 9)
        self.accusation = life.stub("Accusation")
        self._accuse(self.accusation, day, self.provisions[:1])
        if self._chance(0.15):
            again = life.stub("Accusation")
            self._accuse(again, later(day, 60), self.provisions, ("pra:requalifies", to(self.accusation)))
            self.accusation = again

    def _accuse(self, name: str, day: date, provisions: list[int], *more: Pair) -> None:
        accuser = self.world.body(self.random)
        under = [
            ("pra:allegedUnder", to(self.world.ids.of("provision", number))) for number in set(provisions)
        ]
        wording = ("pra:wording", text("an example of what nobody did", "en"))
        stage = ("pra:stage", concept("stage", "charge"))
        said = thing(
            name,
            "pra:Accusation",
            ("pra:accuser", to(accuser)),
            stage,
            wording,
            self._when(day),
            *sorted(under),
            *more,
        )
        reporter = self.world.newsroom(self.random)
        self.life.says(
            accuser, later(day, 2), [said], reporter=reporter, quote=self._quote("has been charged")
        )
        if self.life.contradicts("article"):
            wrong = ("pra:allegedUnder", to(self.world.ids.of("provision", self.world.provisions - 1)))
            printed = thing(name, "pra:Accusation", ("pra:accuser", to(accuser)), wrong)
            self.life.says(
                reporter, later(day, 3), [printed], standing="unverified", note="The number as printed."
            )

    def _search(self) -> None:
        schemes = ("searched-kind", "seized-kind")
        if not self.world.vocabularies.has("Search", schemes=schemes) or not self._chance(0.4):
            return
        search = self.life.stub("Search")
        said = [
            ("pra:searchedKind", self._any("searched-kind", "home")),
            ("pra:seizedKind", self._any("seized-kind", "devices")),
            ("pra:authority", to(self.world.body(self.random))),
            self._when(self.start),
        ]
        self.life.says(
            self.world.monitor(self.random), later(self.start, 2), [thing(search, "pra:Search", *said)]
        )

    # --- The court ---

    def _trial(self) -> None:
        life, ids, day = self.life, self.world.ids, self.trial_day
        self.trial = life.stub("Trial")
        prosecutor = self.world.few(self.random, "prosecutor", self.world.prosecutors)
        court = ("pra:court", to(ids.of("court", self.court)))
        people = [
            ("pra:judge", to(self.world.judge(self.random, self.court))),
            ("pra:prosecutor", to(prosecutor)),
        ]
        openness = ("pra:openness", self._any("openness", "open", "closed"))
        graph = [thing(self.trial, "pra:Trial", court, *people, openness, ("pra:startEdtf", edtf(day)))]
        asked = life.stub("Penalty")
        graph.append(self._penalty(asked, ("pra:requestedBy", to(prosecutor)), "P6Y"))
        life.says(self.world.newsroom(self.random), later(day, 1), graph, quote=self._quote("stands trial"))

    def _penalty(self, name: str, origin: Pair, term: str) -> str:
        kind = ("pra:penaltyKind", concept("penalty-kind", "imprisonment"))
        return thing(name, "pra:Penalty", origin, kind, ("pra:term", f'"{term}"^^xsd:duration'))

    def _judged(self) -> None:
        life, ids = self.life, self.world.ids
        self.verdict, penalty = life.stub("Verdict"), life.stub("Penalty")
        court, day = ids.of("court", self.court), later(self.trial_day, 12)
        under = sorted({("pra:foundUnder", to(ids.of("provision", number))) for number in self.provisions})
        said = [
            ("pra:trial", to(self.trial)),
            ("pra:court", to(court)),
            ("pra:judge", to(self.world.judge(self.random, self.court))),
            ("pra:startEdtf", edtf(day)),
            ("pra:verdictResult", concept("verdict-result", "found-guilty-by-court")),
            *under,
        ]
        by = ("pra:imposedBy", to(self.verdict))
        graph = [thing(self.verdict, "pra:Verdict", *said), self._penalty(penalty, by, self.term)]
        graph += [self._fine(by)] if self._chance(0.25) else []
        reporter = self.world.newsroom(self.random)
        first = life.says(court, later(day, 1), graph, "court-document", reporter=reporter)
        self._also_judged(penalty, by, day, first)
        self._listed(penalty, by, day, first)

    def _fine(self, by: Pair) -> str:
        fine, units = self.life.stub("Penalty"), self.random.randint(20, 1000)
        said = [
            by,
            ("pra:penaltyKind", concept("penalty-kind", "fine")),
            ("pra:baseUnits", f"{units}.0"),
            ("pra:amount", f"{units * 32}.00"),
            ("pra:currency", '"BYN"'),
        ]
        return thing(fine, "pra:Penalty", *said)

    def _also_judged(self, penalty: str, by: Pair, day: date, first: str) -> None:
        """Another newsroom, which may have the day, the term or the court wrong."""
        life = self.life
        wrong = [life.contradicts("verdict date"), life.contradicts("term"), life.contradicts("court")]
        term = "P13Y" if wrong[1] else self.term
        court = self.world.ids.of("court", (self.court + wrong[2]) % self.world.courts)
        said = [("pra:startEdtf", edtf(later(day, 2 * wrong[0]))), ("pra:court", to(court))]
        graph = [thing(self.verdict, "pra:Verdict", *said), self._penalty(penalty, by, term)]
        disputes = (first,) if any(wrong) else ()
        standing = "refuted" if life.contradicts("refuted") else "current"
        life.says(
            self.world.newsroom(self.random), later(day, 2), graph, disputes=disputes, standing=standing
        )

    def _listed(self, penalty: str, by: Pair, day: date, first: str) -> None:
        """The entry in the list of a monitor: the whole case in one claim set."""
        under = [
            ("pra:foundUnder", to(self.world.ids.of("provision", number)))
            for number in sorted(set(self.provisions))
        ]
        graph = [
            thing(
                self.detention,
                "pra:Detention",
                ("pra:startEdtf", edtf(self.start)),
                ("pra:facility", to(self.world.facility(self.random))),
            ),
            thing(self.verdict, "pra:Verdict", ("pra:startEdtf", edtf(day)), *under),
            self._penalty(penalty, by, self.term),
        ]
        more = (("cito:confirms", to(first)),)
        self.life.says(self.world.monitor(self.random), later(day, 40), graph, "list-entry", more=more)

    def _appeal(self) -> None:
        if not self._chance(0.6):
            return
        appeal, day = self.life.stub("Appeal"), later(self.trial_day, 75)
        said = [
            ("pra:against", to(self.verdict)),
            ("pra:court", to(self.world.ids.of("court", 0))),
            ("pra:appealResult", self._any("appeal-result", "upheld")),
            ("pra:lodgedBy", self._any("party", "defence")),
            self._when(day),
        ]
        self.life.says(self.world.monitor(self.random), later(day, 3), [thing(appeal, "pra:Appeal", *said)])
