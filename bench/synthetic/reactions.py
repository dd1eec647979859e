"""What others say of a case: status, assessments, words, demands."""

from synthetic.happening import Happening
from synthetic.writing import edtf, later, text, thing, to


class Reactions(Happening):
    """Monitors and newsrooms, and the person."""

    def _recognised(self) -> None:
        life, day = self.life, later(self.start, 45)
        if not self._chance(0.7):
            return
        monitor, document = self.world.monitor(self.random), self.world.ids.of("monitor-overview", 0)
        decision = life.stub("StatusDecision", in_case=False)
        said = [
            ("pra:concerns", to(life.person)),
            ("pra:decidedBy", to(monitor)),
            ("pra:document", to(document)),
            ("pra:status", self._any("status", "political-prisoner")),
            ("pra:validFrom", edtf(day)),
        ]
        said += [("pra:exPostFacto", "true")] if self._chance(0.1) else []
        if self._chance(0.03):
            said += [("pra:withdrawnOn", edtf(later(day, 200))), ("pra:withdrawnBy", to(monitor))]
        graph = [thing(decision, "pra:StatusDecision", *said)]
        if self._chance(0.3):
            graph.append(self._assessed(monitor))
        life.says(
            monitor, day, graph, "organisation-statement", quote=self._quote("must be released at once")
        )

    def _assessed(self, monitor: str) -> str:
        assessment = self.life.stub("Assessment", in_case=False)
        said = [
            ("pra:assessor", to(monitor)),
            ("pra:concerns", to(self.detention)),
            ("pra:assessedAs", self._any("assessment")),
            ("pra:exemplifies", self._any("pattern")),
        ]
        return thing(assessment, "pra:Assessment", *said)

    def _spoken(self) -> None:
        life, day = self.life, later(self.trial_day, 20)
        if self._chance(0.1):
            quotation = life.stub("Quotation")
            words = "A sample sentence that nobody said in court"
            said = [
                ("schema:creator", to(life.person)),
                ("schema:text", text(words, "en")),
                ("pra:saidOn", edtf(day)),
                ("pra:occasion", to(self.trial)),
                ("pra:originalLanguage", '"en"'),
                ("pra:sourceStatus", self._any("quotation-status", "located-in-primary-source")),
            ]
            life.says(
                life.person,
                day,
                [thing(quotation, "pra:Quotation", *said)],
                "interview",
                quote=words,
                reporter=self.world.newsroom(self.random),
            )
        if self._chance(0.06):
            demand, monitor = life.stub("Demand", in_case=False), self.world.monitor(self.random)
            said = [
                ("pra:madeBy", to(monitor)),
                ("pra:addressedTo", to(self.world.body(self.random))),
                ("pra:asks", self._any("demand", "unconditional-release")),
                ("pra:concerns", to(life.case)),
            ]
            life.says(monitor, day, [thing(demand, "pra:Demand", *said)], "organisation-statement")
        if self._chance(0.12):
            self._member()

    def _member(self) -> None:
        membership = self.life.stub("Membership", in_case=False)
        organisation = self.world.few(self.random, "dissolved", self.world.dissolved)
        said = [
            ("org:member", to(self.life.person)),
            ("org:organization", to(organisation)),
            ("org:role", self._any("member-role", "member")),
            ("pra:startEdtf", edtf(self.start.year - 4)),
        ]
        graph = [thing(membership, "pra:Membership", *said)]
        self.life.says(self.world.newsroom(self.random), later(self.start, 5), graph)
