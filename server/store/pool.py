"""A pool of workers that can be killed: starts and ends the zygote that forks them."""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from server.errors import StoreUnavailable
from server.store import wire
from server.store.lane import LaneSpec

_PATIENCE = 5.0


class Pool:
    """Workers for some lanes, all answering with `handler` ("module:factory", called with `arguments`)."""

    def __init__(
        self, handler: str, arguments: Sequence[Any], lanes: Sequence[LaneSpec], ready: bool = True
    ) -> None:
        """With `ready` it can be asked at once, else after `wait_until_ready`."""
        spec = {
            "handler": handler,
            "arguments": list(arguments),
            "lanes": [dataclasses.asdict(lane) for lane in lanes],
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "server.store.zygote", json.dumps(spec)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
        )
        if ready:
            self.wait_until_ready()

    @property
    def process(self) -> int:
        """The process id of the zygote."""
        return self._process.pid

    def close(self) -> None:
        """Ends the zygote and all workers, whatever they are doing."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def wait_until_ready(self) -> None:
        """Returns when the workers answer. Raises the error that kept them from starting."""
        assert self._process.stdout is not None
        # No time limit: loading takes as long as the data is large. A dead process ends the line.
        with self._process.stdout as stdout:
            line = stdout.readline()
        if not line:
            self.close()
            raise StoreUnavailable("The workers ended while they were starting.")
        header = json.loads(line)
        if header:
            self.close()
            wire.raise_error(header)


def _environment() -> dict[str, str]:
    """The zygote imports from where this process does."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
