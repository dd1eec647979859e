"""What is served: which release, and what is known of the store that holds it."""

from pathlib import Path
from typing import NamedTuple

from server.archive.index import INDEX, fits
from server.archive.publication import publication
from server.archive.releases import ReleaseFolder, current
from server.config import Settings
from server.errors import BadSource, PraleskaError
from server.store.remote import RemoteStore

_SECONDS = 5.0
_UNDER_WAY = "The store is taking in a release just now; try again in a moment."
_ELSEWHERE = "The store holds release {}, which is not here: run `praleska publish`."
_OTHER_VERSION = "Release {} was made by another version of this software: run `praleska build`."

_NO_NETWORK = "PRALESKA_FEDERATION needs another store (PRALESKA_STORE): the embedded one has no network."


class Offer(NamedTuple):
    """A release; `refusal` says why its store is not asked at present."""

    path: Path
    default_graphs: tuple[str, ...] = ()
    refusal: str = ""
    is_guarded: bool = False

    @property
    def folder(self) -> ReleaseFolder:
        """The release itself."""
        return ReleaseFolder(self.path)


def offered(settings: Settings, before: Offer | None = None) -> Offer:
    """What to serve now. Raises PraleskaError when there is no release."""
    path = current(settings.instance).path
    if not _is_readable(path, before):
        raise BadSource(_OTHER_VERSION.format(path.name))
    if settings.store == "embedded":
        if settings.federation:
            raise BadSource(_NO_NETWORK)
        return Offer(path)
    try:
        found = publication(RemoteStore(settings.store, _SECONDS), settings.base)
    except PraleskaError:
        # It says so itself to whoever asks, and may come back.
        return before or Offer(path)
    if found is None:
        return Offer(path)
    if not found.is_complete:
        return Offer(path, refusal=_UNDER_WAY)
    try:
        held = ReleaseFolder(settings.instance.resolve() / "releases" / found.release)
    except PraleskaError:
        return Offer(path, refusal=_ELSEWHERE.format(found.release))
    if held.manifest.retired or not _is_readable(held.path, before):
        return Offer(path, refusal=_ELSEWHERE.format(found.release))
    return Offer(held.path, found.default_graphs, is_guarded=bool(found.guarded))


def _is_readable(release: Path, before: Offer | None) -> bool:
    """Whether this version of the software can list and search a release; what is served already it can."""
    return (before is not None and release == before.path) or fits(release / INDEX)
