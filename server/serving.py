"""Puts the processes together: workers for queries, pages and checks first, then the web server."""

import json
import multiprocessing
import os
import socket
import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from math import ceil
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from server.config import Settings
from server.errors import PraleskaError
from server.generations import Generation, Generations
from server.offering import offered

# Tells the web server's process where it finds which workers were started for it.
PLAN = "PRALESKA_PLAN"
_HEADER_MILLISECONDS = 10_000


def serve(settings: Settings, announce: Callable[[], None]) -> None:
    """Serves the current release until it is told to stop; calls `announce` when all is in place.

    Raises PraleskaError when there is no release, or when the address is taken.
    """
    offer = offered(settings)
    _try_address(settings.host, settings.port)
    # A forked web process would hold the pipes by which the workers notice that this one has gone.
    multiprocessing.set_start_method("spawn", force=True)
    with tempfile.TemporaryDirectory(prefix="praleska-") as sockets:
        plan = Path(sockets) / "plan"
        os.environ[PLAN] = str(plan)
        generations = Generations(settings, Path(sockets), lambda new: _write_plan(plan, settings, new))
        with generations.following(offer):
            announce()
            server = Granian("server.hosting:application", **_options(settings))
            server.serve()


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "factory": True,
        "address": settings.host,
        "port": settings.port,
        "interface": Interfaces.RSGI,
        "http": HTTPModes.http1,
        # A client that sends half of its headers is not waited for much longer.
        "http1_settings": HTTP1Settings(header_read_timeout=_HEADER_MILLISECONDS),
        "websockets": False,
        "log_access": False,
        "log_level": LogLevels.error,
        # A query may still be answered; a client that sends half a request must not hold up the end.
        "workers_kill_timeout": ceil(settings.query_seconds) + 1,
    }


def _try_address(host: str, port: int) -> None:
    # The web server lets others listen at its port: a second one would answer every other request.
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, port), family=family).close()
    except (OSError, OverflowError) as error:
        reason = str(error.args[-1]).partition(" (")[0].rstrip(".")
        raise PraleskaError(f"Cannot listen on port {port} of {host}: {reason}.") from error


def _write_plan(plan: Path, settings: Settings, generation: Generation) -> None:
    # Nothing that serves needs to know where the key of the restricted records lies, or who may write.
    open_settings = asdict(replace(settings, restricted_key="", store_update="", store_login=""))
    values = {name: str(v) if isinstance(v, Path) else v for name, v in open_settings.items()}
    text = json.dumps(
        {
            "number": generation.number,
            "settings": values,
            "release": str(generation.offer.path),
            "default_graphs": generation.offer.default_graphs,
            "refusal": generation.offer.refusal,
            "is_guarded": generation.offer.is_guarded,
            "lanes": {name: asdict(lane) for name, lane in generation.lanes.items()},
            "done": str(generation.done),
        }
    )
    draft = plan.with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(plan)
