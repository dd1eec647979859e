"""What can be downloaded: the dumps of every release that is kept, with their sizes and checksums."""

from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from server.archive.packing import SUFFIX
from server.archive.records import Release
from server.archive.releases import SUMS, ReleaseFolder, folders
from server.errors import PraleskaError

MANIFEST = "manifest.json"
GZIP = "application/gzip"
_MEDIA = {"nq": "application/n-quads", "trig": "application/trig"}


class Dump(NamedTuple):
    """One file that holds a whole release; `packed` is the media type of its compression, or empty."""

    name: str
    media: str
    packed: str
    size: int
    digest: str


class Kept:
    """One release on the shelf; a retired one has nothing but its number, date and day of retirement."""

    def __init__(self, path: Path) -> None:
        """Raises PraleskaError when there is no release."""
        self.path = path
        self.release: Release = ReleaseFolder(path).manifest

    @cached_property
    def sums(self) -> dict[str, str]:
        """SHA-256 of each file."""
        try:
            lines = (self.path / SUMS).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return {}
        return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}

    @property
    def names(self) -> tuple[str, ...]:
        """The files that may be handed out."""
        return (*self.release.files, SUMS, MANIFEST) if self.sums else ()

    def dumps(self) -> list[Dump]:
        """The files that hold everything, the plain one first."""
        named = [name for name in self.release.files if _media(name)]
        return [self._dump(name) for name in sorted(named, key=lambda name: (name.endswith(SUFFIX), name))]

    def _dump(self, name: str) -> Dump:
        packed = GZIP if name.endswith(SUFFIX) else ""
        return Dump(name, _media(name), packed, (self.path / name).stat().st_size, self.sums[name])


def _media(name: str) -> str:
    # Only what stands at the top: a copy of an ontology is no dump.
    return "" if "/" in name else _MEDIA.get(name.removesuffix(SUFFIX).rpartition(".")[2], "")


def shelf(releases: Path) -> list[Kept]:
    """All releases in a folder, the newest first."""
    found: list[Kept] = []
    for path in reversed(folders(releases)):
        try:
            found.append(Kept(path))
        except PraleskaError:
            continue  # a folder that somebody else put here
    return found
