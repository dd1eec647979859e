"""Handlers that test pools load in their zygote: they do what a request says, however bad for the worker."""

import errno
import os
import pwd
import resource
import socket
import time
from typing import Any

import pyoxigraph as ox

from server.errors import BadQuery, NotAcceptable
from server.store.wire import Handler

Reply = tuple[dict[str, Any], bytes]


def echo_handler() -> Handler:
    return lambda header, payload: (header, payload)


def broken_handler(message: str) -> Handler:
    raise BadQuery(message, 3, 4)


def crashing_handler() -> Handler:
    raise KeyError("nothing here")


def acting_handler() -> Handler:
    return lambda header, payload: ACTIONS[header["do"]](payload)


def ordinary_handler() -> Handler:
    """Here and not in the test, because the Python in use may be closed to other users."""
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)
    return acting_handler()


def _process(_: bytes) -> Reply:
    return {"process": os.getpid(), "parent": os.getppid(), "user": os.getuid()}, b""


def _sleep(payload: bytes) -> Reply:
    time.sleep(float(payload))
    return _process(b"")


def _hoard(payload: bytes) -> Reply:
    return {"size": len(bytearray(int(payload)))}, b""


def _open_socket(_: bytes) -> Reply:
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        try:
            socket.socket(family).close()
        except OSError as error:
            if error.errno == errno.EMFILE:
                continue
            return {"errno": error.errno}, b""
        return {"opened": str(family)}, b""
    return {}, b""


def _open_file(_: bytes) -> Reply:
    try:
        with open("/etc/hosts", encoding="utf-8"):
            return {"opened": "file"}, b""
    except OSError as error:
        return {"errno": error.errno}, b""


def _raise_limit(_: bytes) -> Reply:
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    except (OSError, ValueError):
        return {}, b""
    return {"raised": True}, b""


def _service(payload: bytes) -> Reply:
    query = f"SELECT * {{ SERVICE <{payload.decode()}> {{ ?s ?p ?o }} }}"
    try:
        result = ox.Store().query(query)
        assert isinstance(result, ox.QuerySolutions)
        return {"rows": len(list(result))}, b""
    except OSError as error:
        return {"failed": type(error).__name__}, b""


def _refuse(_: bytes) -> Reply:
    raise NotAcceptable(("text/turtle", "text/csv"))


def _fail(payload: bytes) -> Reply:
    raise KeyError(payload.decode())


def _exit(_: bytes) -> Reply:
    os._exit(3)


ACTIONS = {
    "process": _process,
    "sleep": _sleep,
    "hoard": _hoard,
    "open socket": _open_socket,
    "open file": _open_file,
    "raise limit": _raise_limit,
    "service": _service,
    "refuse": _refuse,
    "fail": _fail,
    "exit": _exit,
}
