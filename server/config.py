"""Settings: one default each, overridden by PRALESKA_<NAME> in the environment, then by arguments."""

import os
from dataclasses import dataclass, fields, replace
from math import inf
from pathlib import Path
from typing import Any

from server.errors import BadSource

_CHECKOUT = Path(__file__).resolve().parent.parent
_WHEEL = Path(__file__).resolve().parent / "_source"


def source_folder() -> Path:
    """Where ontology/, shapes/ and data/ are: the checkout, else the copies inside the wheel."""
    return _CHECKOUT if (_CHECKOUT / "ontology").is_dir() else _WHEEL


_SOURCE = source_folder()
_MAY_BE_ZERO = ("proxies", "cache_size")


@dataclass(frozen=True)
class Settings:
    """All settings; README.md documents each."""

    # Folder that holds ontology/, shapes/ and data/.
    source: Path = _SOURCE
    # Folder of this installation, for its releases. Never in git.
    instance: Path = Path("instance")
    # File with the key of the restricted records, outside the instance folder. Empty: they are left out.
    restricted_key: str = ""
    # First part of every IRI in the archive. Sources use the default; another value rewrites them at build.
    base: str = "https://w3id.org/praleska/"
    # Address that readers use, for the service description. Empty: taken from each request.
    public_url: str = ""
    # "embedded", or the query address of a SPARQL 1.1 service that holds the release.
    store: str = "embedded"
    # Address of its updates, for `praleska publish`, and a file with "user:password" for it.
    store_update: str = ""
    store_login: str = ""
    # Addresses that SERVICE may name, separated by spaces; only with another store.
    federation: str = ""
    # Interface the server listens on, and its port.
    host: str = "127.0.0.1"
    port: int = 5000
    # Reverse proxies in front that add to X-Forwarded-For: readers are told apart by what they add.
    proxies: int = 0
    # Wall-clock seconds that a reader's query may take.
    query_seconds: float = 10.0
    # Memory in MiB that one query may use beyond the store itself.
    query_memory: int = 1024
    # Worker processes for readers' queries.
    query_workers: int = 2
    # Largest answer to a query, in MiB; a larger one is cut, and says so.
    answer_size: int = 256
    # Memory in MiB for answers that are kept to be given again.
    cache_size: int = 64

    @classmethod
    def load(cls, **overrides: Any) -> "Settings":
        """Defaults, then environment, then `overrides` (None = not given). Raises BadSource."""
        environment = {field.name: _read(field.name, type(field.default)) for field in fields(cls)}
        return cls().having(environment).having(overrides)

    def having(self, values: dict[str, Any]) -> "Settings":
        """These settings with those `values` that are given (not None)."""
        return replace(self, **{name: value for name, value in values.items() if value is not None})


def _read(name: str, kind: type) -> Any:
    variable = f"PRALESKA_{name.upper()}"
    text = os.environ.get(variable)
    if text is None:
        return None
    convert: Any = Path if issubclass(kind, Path) else kind
    try:
        value = convert(text)
    except ValueError as error:
        raise BadSource(f"{variable}={text!r} is not of type {kind.__name__}.") from error
    if kind in (int, float) and not (0 < value < inf or (value == 0 and name in _MAY_BE_ZERO)):
        raise BadSource(f"{variable}={text!r} is too small, or no number to work with.")
    return value
