"""Releases: compiled from the sources, immutable, switched to at once.

A release folder holds praleska.nq (the store's data and the dump in one), praleska.trig, both compressed too,
copies of ontology/, shapes/ and queries/ that it is shown with, SHA256SUMS and manifest.json. The hash that
names a release is that of the plain praleska.nq: another zlib packs the same bytes into others.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path

from server.archive.dump import Dump
from server.archive.index import INDEX, fits
from server.archive.mentions import Names
from server.archive.model import Model
from server.archive.packing import pack_all
from server.archive.records import Release
from server.errors import PraleskaError

DUMP = "praleska.nq"
_TRIG = "praleska.trig"
SUMS = "SHA256SUMS"
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_MANIFEST = "manifest.json"
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"(?!\^\^)')
_COPIES = {
    "ontology": "ontology",
    "shapes": "shapes",
    "data/queries": "queries",
    "data/inferences": "inferences",
}


class ReleaseFolder:
    """One release on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest = _read_manifest(path)

    @property
    def instance(self) -> Path:
        """The installation that it belongs to."""
        return self.path.parents[1]

    @property
    def nquads(self) -> Path:
        """The file that the store loads."""
        return self.path / DUMP

    def model(self, base: str) -> Model:
        """Ontology and shapes as of this release."""
        return Model.load(self.path, base)


def _read_manifest(path: Path) -> Release:
    try:
        values = json.loads((path / _MANIFEST).read_text(encoding="utf-8"))
        return Release(**{**values, "files": tuple(values["files"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise PraleskaError(f"There is no release in {path}; run `praleska build`.") from error


def _known(path: Path) -> Release | None:
    try:
        return _read_manifest(path)
    except PraleskaError:
        return None


def current(instance: Path) -> ReleaseFolder:
    """The release that is served. Raises PraleskaError when there is none."""
    return ReleaseFolder((instance / "current").resolve())


@contextmanager
def exclusive(instance: Path) -> Iterator[None]:
    """Keeps a second build, and a publication, out while one runs."""
    instance.mkdir(parents=True, exist_ok=True)
    with (instance / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise PraleskaError(f"Another build or publication is running in {instance}.") from error
        yield


def write(
    instance: Path, dump: Dump, source: Path, prefixes: dict[str, str], derive: Callable[[Path], None]
) -> tuple[Release, bool]:
    """Makes the next release and switches to it; when nothing changed, the current one stays.

    `derive` adds to the folder what is made from its statements, before it is sealed. Returns the release
    that is current now, and whether it is new.
    """
    data = dump.nquads()
    digest = hashlib.sha256(data).hexdigest()
    folder = instance / "releases"
    # What a build left that was killed may hold what is withheld by now.
    for left in folder.glob(".[0-9]*"):
        shutil.rmtree(left)
    same = next((path for path in folders(folder) if _is_same(path, digest, source)), None)
    if same:
        _switch(instance, same)
        return ReleaseFolder(same).manifest, False
    name = f"{_next_number(folder):04d}-{digest[:12]}"
    draft = folder / f".{name}"
    draft.mkdir(parents=True)
    (draft / DUMP).write_bytes(data)
    (draft / _TRIG).write_bytes(dump.trig(prefixes))
    pack_all((draft / DUMP, draft / _TRIG))
    _copy_sources(source, draft)
    derive(draft)
    release = _finish(draft, name, digest, dump.count, data.count(b"\n"))
    draft.rename(folder / name)
    _sync(folder)
    _switch(instance, folder / name)
    return release, True


def retire(instance: Path, things: Collection[str], names: Names) -> None:
    """Empties every kept release that still speaks of one of the `things` (the ends of their IRIs), or holds
    one of the `names` in a text; its manifest stays. What an earlier call did not finish is finished too."""
    served = (instance / "current").resolve()
    ends = [f"/{thing}>" for thing in things]
    for path in folders(instance / "releases"):
        if path != served and (_is_half_empty(path) or _speaks_of(path / DUMP, ends, names)):
            _empty(path)


def retired(instance: Path) -> set[str]:
    """The ids of the releases that were emptied."""
    return {path.name for path in folders(instance / "releases") if (known := _known(path)) and known.retired}


def _speaks_of(dump: Path, ends: Iterable[str], names: Names) -> bool:
    """Whether a dump says more of a thing than that it was withheld. It may have any base."""
    if not dump.exists():
        return False
    with dump.open(encoding="utf-8") as lines:
        return any(
            ("graph/tombstones>" not in line and any(end in line for end in ends))
            or any(map(names.mentioned, _TEXT.findall(line)))
            for line in lines
        )


def _is_half_empty(path: Path) -> bool:
    known = _known(path)
    return known is not None and bool(known.retired) and len(list(path.iterdir())) > 1


def _empty(path: Path) -> None:
    if known := _known(path):
        # The manifest first: a half-emptied folder must not look like a release.
        _write_manifest(path, replace(known, files=(), retired=known.retired or date.today().isoformat()))
    for file in path.iterdir():
        if file.is_dir():
            shutil.rmtree(file)
        elif file.name != _MANIFEST:
            file.unlink()
    _sync(path)


def _write_manifest(path: Path, release: Release) -> None:
    draft = path / f".{_MANIFEST}"
    draft.write_text(json.dumps(asdict(release), indent=2) + "\n")
    _sync(draft)
    draft.replace(path / _MANIFEST)


def folders(folder: Path) -> list[Path]:
    """The folders of all releases in `folder`, the oldest first."""
    return sorted(path for path in folder.glob("[0-9]*-*") if path.is_dir()) if folder.is_dir() else []


def _copy_sources(source: Path, draft: Path) -> None:
    for origin, target in _COPIES.items():
        if (source / origin).is_dir():
            shutil.copytree(source / origin, draft / target, ignore=shutil.ignore_patterns("*.md"))


def _next_number(folder: Path) -> int:
    return max((int(path.name.partition("-")[0]) for path in folders(folder)), default=0) + 1


def _is_same(release: Path, digest: str, source: Path) -> bool:
    """Whether a release says the same, is shown with the same, and can be read by this software."""
    return (
        release.name.endswith(digest[:12])
        and fits(release / INDEX)
        and all(_digests(release / target) == _digests(source / origin) for origin, target in _COPIES.items())
    )


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md")
    return {str(path.relative_to(folder)): _sha256(path) for path in files}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _finish(draft: Path, name: str, digest: str, count: int, lines: int) -> Release:
    sums = _digests(draft)
    created = datetime.now(UTC).isoformat(timespec="seconds")
    release = Release(name, created, count, _LICENCE, digest, tuple(sorted(sums)), lines=lines)
    (draft / SUMS).write_text("".join(f"{value}  {file}\n" for file, value in sums.items()))
    _write_manifest(draft, release)
    for path in [*draft.rglob("*"), draft]:
        _sync(path)
    return release


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _switch(instance: Path, release: Path) -> None:
    """Points `current` at `release` in one step: readers see the old or the new one, never none."""
    draft = instance / ".current"
    draft.unlink(missing_ok=True)
    draft.symlink_to(release.relative_to(instance))
    draft.replace(instance / "current")
    _sync(instance)
