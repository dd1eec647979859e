"""The vault of an installation: records that are not for the public, encrypted at rest.

Only curators' commands and the build open it; the server never does. Its key lies outside the instance
folder, so that a copy of the folder betrays nothing.
"""

import json
import os
import secrets
import stat
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from server.errors import BadSource

_FOLDER, _ENDING, _JOURNAL = "restricted", ".fernet", "events.jsonl"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Happening:
    """An event that a curator has declared as happened, and when it was declared."""

    event: str
    declared: str


class Vault:
    """The encrypted files of one installation, and the journal of what has happened."""

    def __init__(self, instance: Path, key: str = "") -> None:
        self._instance = instance
        self._folder = instance / _FOLDER
        self._key = key

    @property
    def can_open(self) -> bool:
        """Whether a key is set; without one the restricted records do not exist for the build."""
        return bool(self._key)

    def check_key(self) -> None:
        """Raises BadSource when there is no key, or others can read it."""
        self._cipher()

    def names(self) -> list[str]:
        """The files, by names that say nothing."""
        return sorted(path.stem for path in self._folder.glob(f"*{_ENDING}"))

    def add(self, data: bytes) -> str:
        """Stores a file, encrypted, and returns the name it got."""
        name = secrets.token_hex(5)
        self._write(f".{name}", self._cipher().encrypt(data), os.O_EXCL)
        # A file that a crash cut short must not look like a record.
        (self._folder / f".{name}").rename(self._folder / f"{name}{_ENDING}")
        return name

    def read(self, name: str) -> bytes:
        """The content of one file. Raises BadSource when there is no such file or the key is another."""
        path = self._folder / f"{name}{_ENDING}"
        if name not in self.names():
            raise BadSource(f"There is no restricted record {name}.")
        try:
            return self._cipher().decrypt(path.read_bytes())
        except InvalidToken as error:
            raise BadSource(f"The key does not open {path}.") from error

    def remove(self, name: str) -> None:
        """Deletes one file for good. Raises BadSource when the key does not open it."""
        self.read(name)
        (self._folder / f"{name}{_ENDING}").unlink()

    def happened(self) -> list[Happening]:
        """Every event declared as happened, in order."""
        path = self._folder / _JOURNAL
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [Happening(**json.loads(line)) for line in lines]

    def declare(self, event: str) -> None:
        """Writes down that `event` has happened; once is enough."""
        if event not in {entry.event for entry in self.happened()}:
            line = json.dumps(asdict(Happening(event, date.today().isoformat())))
            self._write(_JOURNAL, f"{line}\n".encode(), os.O_APPEND)

    def _cipher(self) -> Fernet:
        if not self._key:
            raise BadSource("PRALESKA_RESTRICTED_KEY does not name the file of the key.")
        path = Path(self._key)
        _refuse_inside(path, self._instance)
        if path.stat().st_mode & _OTHERS:
            raise BadSource(f"Others can read {path}: run chmod 600 on it.")
        try:
            return Fernet(path.read_bytes().strip())
        except ValueError as error:
            raise BadSource(f"{path} holds no key.") from error

    def _write(self, name: str, data: bytes, flag: int) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_private(self._folder / name, data, flag)


def new_key(path: Path, instance: Path) -> None:
    """Makes a key in a new file that only its owner can read. Raises BadSource inside `instance`."""
    _refuse_inside(path, instance)
    _write_private(path, Fernet.generate_key() + b"\n", os.O_EXCL)


def _refuse_inside(path: Path, instance: Path) -> None:
    if path.resolve().is_relative_to(instance.resolve()):
        raise BadSource("The key must lie outside the instance folder: who copies that must not get both.")


def _write_private(path: Path, data: bytes, flag: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flag, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
