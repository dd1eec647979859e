"""Writes to another store by SPARQL 1.1 Update. Only `praleska publish` does."""

from collections.abc import Iterable, Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import (
    BaseHandler,
    HTTPBasicAuthHandler,
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    build_opener,
)

from server.errors import BadSource, RefusedQuery, StoreUnavailable

# What every store takes in one request (some compile an update as if it were a program).
_STATEMENTS = 1000
_BYTES = 256 * 1024
_GRAPHS = 100
_SECONDS = 600.0

_IN_ADDRESS = "The address of a store may not hold a password: it goes into a file."
_NO_LOGIN = "The login file must hold one line: user:password."
_DENIED = "The store does not let this user write."
_FAILED = "The store did not take an update (HTTP status {})."
_SILENT = "The store does not answer updates."


class _Closing(BaseHandler):
    """Closes the answer that asks for a login: whoever gives one sends anew and forgets it."""

    # Before the handlers that do.
    handler_order = 100

    def http_error_401(self, request: Any, reply: Any, *about: Any) -> None:
        reply.close()


class Updates:
    """Sends updates to `address`, as the user that the file `login` names (user:password)."""

    def __init__(self, address: str, login: str = "") -> None:
        if urlsplit(address).username is not None:
            raise BadSource(_IN_ADDRESS)
        self._address = address
        passwords = HTTPPasswordMgrWithDefaultRealm()
        if login:
            passwords.add_password(None, address, *_read_login(Path(login)))
        # Which of the two, the store says.
        self._opener = build_opener(
            _Closing(), HTTPBasicAuthHandler(passwords), HTTPDigestAuthHandler(passwords)
        )

    def run(self, text: str) -> None:
        """Raises RefusedQuery when the store does not do this, StoreUnavailable when it can't now."""
        try:
            with self._opener.open(self._address, urlencode({"update": text}).encode(), _SECONDS) as answer:
                answer.read()
        except HTTPError as error:
            error.close()
            raise _failure(error.code) from None
        except (OSError, HTTPException, ValueError) as error:
            raise StoreUnavailable(_SILENT) from error

    def drop(self, graphs: Iterable[str]) -> Iterator[list[str]]:
        """Removes named graphs, whether they are there or not; yields those that are gone now."""
        names = list(graphs)
        for start in range(0, len(names), _GRAPHS):
            some = names[start : start + _GRAPHS]
            self.run(" ;\n".join(f"DROP SILENT GRAPH <{name}>" for name in some))
            yield some

    def insert(self, graphs: Iterable[tuple[str, list[str]]]) -> Iterator[list[str]]:
        """Adds to graphs, each with its lines of N-Triples; yields those that are complete now."""
        done: list[str] = []
        parts: list[str] = []
        room, size = _STATEMENTS, _BYTES
        for name, lines in graphs:
            for piece in _pieces(lines):
                length = sum(map(len, piece))
                if parts and (len(piece) > room or length > size):
                    self._insert(parts)
                    yield done
                    done, parts, room, size = [], [], _STATEMENTS, _BYTES
                parts.append(f"GRAPH <{name}> {{\n{''.join(piece)}}}")
                room, size = room - len(piece), size - length
            done.append(name)
        if parts:
            self._insert(parts)
        yield done

    def _insert(self, parts: list[str]) -> None:
        self.run("INSERT DATA {\n" + "\n".join(parts) + "\n}")


def _pieces(lines: list[str]) -> Iterator[list[str]]:
    """Parts of a graph that fit into a request; a single line may be longer."""
    piece: list[str] = []
    size = 0
    for line in lines:
        if piece and (len(piece) == _STATEMENTS or size + len(line) > _BYTES):
            yield piece
            piece, size = [], 0
        piece.append(line)
        size += len(line)
    if piece:
        yield piece


def _read_login(path: Path) -> tuple[str, str]:
    # What is no text has no colon either, and its error would repeat it.
    user, colon, password = path.read_text(encoding="utf-8", errors="replace").strip().partition(":")
    if "\ufffd" in user + password or not colon or "\n" in password:
        raise BadSource(_NO_LOGIN)
    return user, password


def _failure(status: int) -> Exception:
    if status in (401, 403):
        return StoreUnavailable(_DENIED)
    if status in (400, 422, 500, 501):
        return RefusedQuery(_FAILED.format(status))
    return StoreUnavailable(_FAILED.format(status))
