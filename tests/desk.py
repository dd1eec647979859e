"""A curator's desk for tests: an installation over the invented world, with a vault and its key."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from server.archive.compiling import build
from server.archive.model import Model
from server.archive.queries import SOURCE_BASE
from server.archive.refusals import Refusals
from server.archive.releases import current
from server.archive.restricting import Restricted
from server.archive.sources import read_sources
from server.archive.vault import Vault, new_key
from server.config import Settings
from server.store.syntax import canonical_nquads

MODEL = Model.load(Path(__file__).parents[1], SOURCE_BASE)
FILES = Path(__file__).parent / "sensitivity"
ID = f"{SOURCE_BASE}id/r"
EVENT = f"{ID}zarka0004"
BEFORE, THE_DAY = date(2033, 5, 31), date(2033, 6, 1)
# What stays restricted whatever happens; and statements that are for the build only.
SECRETS = (
    "Vasilok",
    "Kept for good",
    "They held her",
    "id/rvas00000",
    '#notBefore> "',
    "#untilEvent> <https://w3id.org/praleska/id/",
)


def text(name: str, **slots: str) -> bytes:
    """A restricted file with the prefixes that all have."""
    body = (FILES / f"{name}.trig").read_text(encoding="utf-8")
    for slot, value in slots.items():
        assert slot in body
        body = body.replace(slot, value)
    return ((FILES / "prefixes.trig").read_text(encoding="utf-8") + body).encode()


class Desk:
    """An installation over the invented world, with a vault."""

    def __init__(self, world: Settings, folder: Path) -> None:
        key = folder / "key"
        self.settings = replace(world, instance=folder / "instance", restricted_key=str(key))
        new_key(key, self.settings.instance)
        self.vault = Vault(self.settings.instance, str(key))

    def restricted(self) -> Restricted:
        source = self.settings.source
        return Restricted(self.vault, read_sources(source), MODEL)

    def opened(self, day: date) -> str:
        """What goes out on a day, as N-Quads."""
        return canonical_nquads(self.restricted().opened(day)).decode()

    def add(self, data: bytes) -> str:
        return self.restricted().add(data, "file.trig", Refusals(self.settings.instance, SOURCE_BASE))

    def build(self, day: date, key: str | None = None) -> str:
        settings = self.settings
        key = settings.restricted_key if key is None else key
        build(settings.source, settings.instance, settings.base, lambda *_: None, key, day)
        return self.dump().decode()

    def dump(self) -> bytes:
        return current(self.settings.instance).nquads.read_bytes()
