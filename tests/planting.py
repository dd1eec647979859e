"""An invented person whose record holds some 230 secret values, over all fields and neighbours.

The person is withheld by the tests; then none of the values may stand in any output. Every value is unlike
anything else in the archive, so that finding it anywhere is a leak.
"""

from pathlib import Path

PREFIXES = (Path(__file__).parent / "sensitivity" / "prefixes.trig").read_text(encoding="utf-8")
BASE = "https://w3id.org/praleska/"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
# One surname in each script; every text that holds one of them has to go.
SURNAME = {"be": "Таямніцкі", "ru": "Таямницкий", "en": "Tajamnicki", "be-Latn": "Tajamnićki"}


def thing(number: int) -> str:
    return f"{BASE}id/s{number:09d}"


PERSON = thing(1)


class Planted:
    """Writes the record, and remembers every secret that it wrote."""

    def __init__(self) -> None:
        self.secrets: list[str] = []
        self._next = 1
        self.register: list[str] = []
        self.claims: list[str] = []
        self._person()
        for number in range(10):
            self._episode(number)

    def text(self, words: str, language: str = "en") -> str:
        """A literal with a word of its own."""
        word = (
            f"Zq{len(self.secrets):03d}x"
            if language in ("en", "be-Latn", "pl")
            else f"Жц{len(self.secrets):03d}ш"
        )
        self.secrets.append(word)
        return f'"{words} {word}"@{language}'

    def address(self, host: str) -> str:
        """An address elsewhere."""
        self.secrets.append(f"zq{len(self.secrets):03d}.example/{host}")
        return f"<https://{self.secrets[-1]}>"

    def new(self) -> str:
        """An identifier, which is a secret too: except that of the person, whose tombstone is public."""
        name = thing(self._next)
        self._next += 1
        if name != PERSON:
            self.secrets.append(name.rpartition("/")[2])
        return f"<{name}>"

    def day(self) -> str:
        """A day that nothing else in the archive has."""
        number = len(self.secrets)
        self.secrets.append(f"{2100 + number}-07-11")
        return f'"{self.secrets[-1]}"^^edtf:EDTF'

    def amount(self) -> str:
        """A sum that nothing else in the archive has."""
        self.secrets.append(f"7{len(self.secrets):03d}913.57")
        return self.secrets[-1]

    def _person(self) -> None:
        self.person = self.new()
        names = [
            f'"Прыклад {SURNAME["be"]}"@be',
            f'"Пример {SURNAME["ru"]}"@ru',
            f'"Example {SURNAME["en"]}"@en',
        ]
        self.secrets += SURNAME.values()
        other = [self.text(SURNAME["en"]) for _ in range(6)] + [
            self.text(SURNAME["be"], "be") for _ in range(6)
        ]
        wrong = [self.text("Prykład " + SURNAME["be-Latn"], "be-Latn") for _ in range(4)]
        pages = [self.address("people") for _ in range(4)]
        self.register.append(
            f"{self.person} a pra:Person ; skos:prefLabel {' , '.join(names)} ;"
            f" skos:altLabel {' , '.join(other)} ; skos:hiddenLabel {' , '.join(wrong)} ;"
            f" pra:exposure exposure:public-figure ;"
            f" pra:recordElsewhere {' , '.join(pages)} ."
        )

    def _episode(self, number: int) -> None:
        """One case with what happened in it, as two documents tell it."""
        case, detention, charge, verdict, penalty = (self.new() for _ in range(5))
        label = self.text("The affair of the north"), self.text("Справа поўначы", "be")
        self.register.append(
            f"{case} a pra:Case ; skos:prefLabel {' , '.join(label)} ; pra:subject {self.person} ."
            f" {detention} a pra:Detention ; pra:inCase {case} ."
            f" {charge} a pra:Accusation ; pra:inCase {case} . {verdict} a pra:Verdict ; pra:inCase {case} ."
            f" {penalty} a pra:Penalty ; pra:inCase {case} ."
        )
        graph = self._claim_set()
        self.claims.append(
            f"{graph} {{ {detention} a pra:Detention ; pra:startEdtf {self.day()} ;"
            f" pra:place {self.text('Near')} . {charge} a pra:Accusation ; pra:accuser ex-body: ;"
            f" pra:wording {self.text('фармулёўка', 'be')} . {verdict} a pra:Verdict ;"
            f" pra:startEdtf {self.day()} ; pra:wording {self.text('it was found')} ."
            f" {penalty} a pra:Penalty ; pra:imposedBy {verdict} ; pra:penaltyKind penalty-kind:fine ;"
            f' pra:amount {self.amount()} ; pra:currency "BYN" . }}'
        )
        self._words(number, case)

    def _words(self, number: int, case: str) -> None:
        graph = self._claim_set()
        said, member = self.new(), self.new()
        self.claims.append(
            f"{graph} {{ {said} a pra:Quotation ; schema:creator {self.person} ;"
            f" schema:text {self.text('словы', 'be')} ;"
            f' pra:originalLanguage "be" ; pra:translation {self.text("words")} ; pra:inCase {case} ;'
            f" pra:sourceStatus quotation-status:located-in-primary-source ."
            f" {member} a pra:Membership ; org:member {self.person} ; org:organization ex-org: ;"
            f" pra:roleWording {self.text('chair of the')} . }}"
        )

    def _claim_set(self) -> str:
        graph, document = self.new(), self.new()
        self.register.append(
            f'{document} a pra:Document ; dct:title {self.text("Weather report")} ; dct:language "en" ;'
            f" pra:documentKind document-kind:news-report ; dct:publisher ex-org-2: ;"
            f" pra:address {self.address('news')} ; pra:seenAt {self.address('mirror')} ."
            f" {graph} a pra:ClaimSet ; pra:claimant ex-org-2: ; prov:hadPrimarySource {document} ;"
            f" pra:standing standing:current ; pra:recordedBy ex-org: ; pra:quote {self.text('so it was')} ;"
            f' pra:note {self.text("as printed")} ; pra:recordedOn "2033-01-01"^^xsd:date ;'
            f" dct:license <{LICENCE}> ."
        )
        return graph

    def record(self) -> str:
        """The record as TriG."""
        head = PREFIXES + "".join(f"@prefix {line} .\n" for line in _MORE)
        return (
            head + "graph:register {\n" + "\n".join(self.register) + "\n}\n" + "\n".join(self.claims) + "\n"
        )

    def neighbours(self) -> str:
        """A claim about somebody else whose texts name the person, and a document that does."""
        en, be = SURNAME["en"], SURNAME["be"]
        texts = (
            f"; pra:quote {self.text(f'{en} was there too, and')} , {self.text(f'{be} таксама, і', 'be')}"
            f" ; pra:note {self.text(f'Not to be confused with Mr {en}')}"
        )
        about = (
            f"<{BASE}id/sne1ghb002> a pra:Document ; dct:title {self.text(f'A long talk with {en}')} ;"
            f' dct:language "en" ; pra:documentKind document-kind:interview ;'
            f" pra:address {self.address('talk')} ."
        )
        return _neighbour(about, texts)


def without_names() -> str:
    """The claim of the neighbour as it is without the person."""
    return _neighbour("", "")


def _neighbour(document: str, texts: str) -> str:
    graph = f"<{BASE}id/sne1ghb001>"
    return (
        f"{PREFIXES}graph:register {{ {document} {graph} a pra:ClaimSet ; pra:claimant ex-org-2: ;"
        f" prov:hadPrimarySource ex-doc-2: ; pra:standing standing:current ; pra:recordedBy ex-org: ;"
        f' pra:recordedOn "2033-01-01"^^xsd:date {texts} ; dct:license <{LICENCE}> . }}\n'
        f'{graph} {{ ex-detention: a pra:Detention ; pra:endEdtf "2032"^^edtf:EDTF . }}\n'
    )


_MORE = (
    "org: <http://www.w3.org/ns/org#>",
    "schema: <https://schema.org/>",
    "penalty-kind: <https://w3id.org/praleska/vocabulary/penalty-kind/>",
    "quotation-status: <https://w3id.org/praleska/vocabulary/quotation-status/>",
)
