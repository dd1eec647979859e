"""How far a publication has come: a file with a line for each graph that the other store holds."""

import json
from collections.abc import Iterable
from pathlib import Path


class Journal:
    """Which graphs are written, with their digests. A graph is forgotten before it is touched."""

    def __init__(self, path: Path, run: str, digests: dict[str, str]) -> None:
        """Begins a new file for the run `run` of `praleska publish`."""
        self.digests = digests
        self._path = path
        draft = path.with_suffix(".new")
        draft.write_text("".join(map(_line, [("run", run), *digests.items()])), encoding="utf-8")
        draft.replace(path)

    @classmethod
    def read(cls, path: Path, run: str) -> "Journal":
        """What is known if the store was last filled by this run; else nothing, as it may hold anything."""
        found: dict[str, str] = {}
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        for line in lines:
            try:
                name, value = json.loads(line)
            except ValueError:
                break  # the last line of a process that was killed
            found[name] = value
        known = found.pop("run", "")
        return cls(path, known, found if known and known == run else {})

    def note(self, digests: dict[str, str]) -> None:
        """These are written now."""
        self.digests |= digests
        self._append(digests.items())

    def forget(self, graphs: Iterable[str]) -> None:
        """These are no longer known to be whole."""
        names = [name for name in graphs if self.digests.pop(name, "")]
        self._append((name, "") for name in names)

    def _append(self, entries: Iterable[tuple[str, str]]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.writelines(map(_line, entries))


def _line(entry: tuple[str, str]) -> str:
    return json.dumps(entry) + "\n"
