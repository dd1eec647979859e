"""The register of what all share, and what newsrooms and monitors say about it."""

from collections.abc import Iterator
from random import Random

from synthetic.claiming import Claim, claim
from synthetic.names import Name, person, place
from synthetic.world import World
from synthetic.writing import Page, Pair, concept, edtf, labels, later, text, thing, to

_ORGANISATIONS = {
    "newsroom": ("media", "Прыкладнае агенцтва", "Образцовое агентство", "Example Wire"),
    "monitor": ("human-rights-organisation", "Узорны цэнтр", "Образцовый центр", "Example Monitor"),
    "dissolved": ("initiative", "Выдуманая суполка", "Вымышленное общество", "Example Society"),
    "abroad": ("foreign-government", "Выдуманы ўрад", "Вымышленное правительство", "Example Government"),
}
_BODIES = {
    "investigation": (
        "InvestigationBody",
        "Узорны следчы орган",
        "Образцовый следственный орган",
        "Example Investigators",
    ),
    "prosecution": (
        "ProsecutionBody",
        "Узорная пракуратура",
        "Образцовая прокуратура",
        "Example Prosecution",
    ),
    "security": ("SecurityBody", "Узорная служба", "Образцовая служба", "Example Security Body"),
}
_PENALTIES = ("P1Y", "P3Y", "P5Y", "P8Y", "P12Y")


def shared(world: World, random: Random) -> Page:
    """Everything that belongs to no single person."""
    page = Page()
    page.register += [*_organisations(world), *_bodies(world), *_courts(world, random), *_facilities(world)]
    page.register += [*_law(world), *_collectives(world), *_groups(world), *_sources(world)]
    _say_law(world, page)
    _say_groups(world, random, page)
    _say_organisations(world, random, page)
    return page


def _numbered(be: str, ru: str, en: str, number: int) -> Name:
    return Name(*(f"{words} {number + 1}" for words in (be, ru, en, en)))


def _organisations(world: World) -> Iterator[str]:
    editors = _numbered("Узорная рэдакцыя", "Образцовая редакция", "Example Editors", 0)
    archive = ("pra:organisationKind", concept("organisation-kind", "archive"))
    yield thing(world.ids.of("editors", 0), "pra:Organisation", *labels(editors), archive)
    counts = {name: getattr(world, f"{name}s", None) or getattr(world, name) for name in _ORGANISATIONS}
    for name, (kind, be, ru, en) in _ORGANISATIONS.items():
        for number in range(counts[name]):
            said = ("pra:organisationKind", concept("organisation-kind", kind))
            yield thing(
                world.ids.of(name, number), "pra:Organisation", *labels(_numbered(be, ru, en, number)), said
            )


def _bodies(world: World) -> Iterator[str]:
    for number in range(world.bodies):
        kind = sorted(_BODIES)[number % len(_BODIES)]
        own, be, ru, en = _BODIES[kind]
        class_name = own if world.vocabularies.has(own) else "StateBody"
        said = ("pra:organisationKind", concept("organisation-kind", kind))
        name = labels(_numbered(be, ru, en, number))
        yield thing(world.ids.of("body", number), f"pra:{class_name}", *name, said)


def _courts(world: World, random: Random) -> Iterator[str]:
    kind = ("pra:organisationKind", concept("organisation-kind", "court"))
    for number in range(world.courts):
        town = place(number)
        name = Name(
            f"Суд {number + 1}, {town.be}",
            f"Суд {number + 1}, {town.ru}",
            "",
            f"{town.en} Court {number + 1}",
        )
        yield thing(world.ids.of("court", number), "pra:Court", *labels(name), kind)
    for number in range(world.judges):
        yield _official(world, random, "judge", number, world.ids.of("court", number // 4))
    for number in range(world.prosecutors):
        yield _official(world, random, "prosecutor", number, world.ids.of("body", number % world.bodies))


def _official(world: World, random: Random, role: str, number: int, where: str) -> str:
    own, (be, ru, en) = (
        person(random),
        {"judge": ("суддзя", "судья", "judge"), "prosecutor": ("пракурор", "прокурор", "prosecutor")}[role],
    )
    name = Name(f"{own.be}, {be}", f"{own.ru}, {ru}", "", f"{own.en}, {en}")
    said = [("org:organization", to(where)), ("org:role", concept("official-role", role))]
    return thing(world.ids.of(role, number), "pra:OfficialCapacity", *labels(name), *said)


def _facilities(world: World) -> Iterator[str]:
    kinds = ("penal-colony", "pre-trial-centre", "prison", "temporary-detention", "open-institution")
    for number in range(world.facilities):
        said: list[Pair] = [("pra:facilityKind", concept("facility-kind", kinds[number % len(kinds)]))]
        said += labels(place(number), "pra:settlement")
        name = _numbered("Узорная ўстанова", "Образцовое учреждение", "Example Facility", number)
        yield thing(world.ids.of("facility", number), "pra:Facility", *labels(name), *said)


def _law(world: World) -> Iterator[str]:
    kinds = ("code-of-criminal-law", "code-of-administrative-offences")
    for number in range(world.codes):
        name = _numbered("Выдуманы кодэкс", "Вымышленный кодекс", "Example Code", number)
        said = ("pra:contextKind", concept("context-kind", kinds[number]))
        yield thing(world.ids.of("code", number), "pra:Code", *labels(name), said)
    for number in range(world.provisions):
        yield _provision(world, number)


def _provision(world: World, number: int) -> str:
    article, part = 900 + number // 3, number % 3
    name = Name(f"Артыкул {article}", f"Статья {article}", "", f"Article {article}")
    if part:
        name = Name(f"{name.be}, частка {part}", f"{name.ru}, часть {part}", "", f"{name.en}, part {part}")
    whole = world.ids.of("provision", number - part) if part else world.ids.of("code", number % world.codes)
    notation = f'"{article}({part})"' if part else f'"{article}"'
    said = [("skos:notation", notation), ("eli:is_part_of", to(whole))]
    return thing(world.ids.of("provision", number), "pra:Provision", *labels(name), *said)


def _collectives(world: World) -> Iterator[str]:
    for number in range(world.collectives):
        name = _numbered(
            "Выдуманая калектыўная справа", "Вымышленное коллективное дело", "Example collective case", number
        )
        target = world.ids.of("dissolved", number % world.dissolved)
        said = ("pra:organisationTargeted", to(target))
        yield thing(world.ids.of("collective", number), "pra:CollectiveCase", *labels(name), said)


def _groups(world: World) -> Iterator[str]:
    for number in range(world.groups):
        when = world.group_day(number)
        name = Name(f"Выдуманая група, {when}", f"Вымышленная группа, {when}", "", f"Example group of {when}")
        yield thing(world.ids.of("group", number), "pra:ReleaseGroup", *labels(name))


def _sources(world: World) -> Iterator[str]:
    """One document of each newsroom and monitor that shared claims can come from."""
    for kind, count in (("newsroom", world.newsrooms), ("monitor", world.monitors)):
        for number in range(count):
            said = [
                ("dct:title", text(f"Example overview {number + 1}", "en")),
                ("pra:documentKind", concept("document-kind", "article")),
                ("dct:publisher", to(world.ids.of(kind, number))),
                ("dct:language", '"en"'),
                ("pra:address", f"<https://example.org/{kind}/{number + 1}/overview>"),
            ]
            yield thing(world.ids.of(f"{kind}-overview", number), "pra:Document", *said)


def _overview(world: World, kind: str, number: int) -> Claim:
    document = world.ids.of(f"{kind}-overview", number)
    return Claim(world.ids.of(kind, number), document, world.ids.of("editors", 0), world.group_day(0))


def _say_law(world: World, page: Page) -> None:
    for number in range(world.provisions * world.versions):
        provision, second = divmod(number, world.versions)
        version = world.ids.of("version", number)
        page.stubs.append(thing(version, "pra:ProvisionVersion"))
        said = [
            ("eli:is_member_of", to(world.ids.of("provision", provision))),
            ("eli:first_date_entry_in_force", edtf(2001 + 20 * second)),
            ("pra:maxTerm", f'"{_PENALTIES[provision % len(_PENALTIES)]}"^^xsd:duration'),
            ("eli:title", text(f"Example act {provision + 1}, wording {second + 1}", "en")),
        ]
        said += [] if second else [("eli:date_no_longer_in_force", edtf(2021))]
        graph = [thing(version, "pra:ProvisionVersion", *said)]
        claim(page, world.ids.of("shared-claim", number), _overview(world, "monitor", 0), graph)


def _say_groups(world: World, random: Random, page: Page) -> None:
    """Three claimants count each group, and do not agree."""
    for number in range(world.groups * 3):
        group, claimant = divmod(number, 3)
        kind = "newsroom" if claimant else "monitor"
        count, other = world.ids.of("count", number), world.ids.of("count", number, 1)
        page.stubs += [thing(count, "pra:Count"), thing(other, "pra:Count")]
        of = ("pra:countOf", to(world.ids.of("group", group)))
        size = 14 + group % 40 + claimant
        graph = [
            thing(
                world.ids.of("group", group),
                "pra:ReleaseGroup",
                ("pra:startEdtf", edtf(later(world.group_day(group), claimant % 2))),
            ),
            thing(
                count,
                "pra:Count",
                of,
                ("pra:countKind", concept("count-kind", "persons-released")),
                ("pra:countValue", str(size)),
            ),
            thing(
                other,
                "pra:Count",
                of,
                ("pra:countKind", concept("count-kind", "crossed-border")),
                ("pra:countValue", str(size - random.randint(1, 6))),
            ),
        ]
        claim(page, world.ids.of("group-claim", number), _overview(world, kind, claimant), graph)


def _say_organisations(world: World, random: Random, page: Page) -> None:
    for number in range(world.dissolved):
        founded, dissolved = random.randint(1991, 2015), random.randint(2021, 2023)
        said = [
            ("pra:foundedOn", edtf(founded)),
            ("pra:dissolvedOn", edtf(f"{dissolved}-{number % 12 + 1:02}")),
        ]
        said.append(("pra:dissolvedBy", to(world.few(random, "court", world.courts))))
        graph = [thing(world.ids.of("dissolved", number), "pra:Organisation", *said)]
        source = _overview(world, "newsroom", number % world.newsrooms)
        claim(page, world.ids.of("organisation-claim", number), source, graph)
