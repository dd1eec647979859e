"""The parent of the workers: loads once, forks them, replaces the dead. Run as a module with a JSON spec."""

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from server.errors import PraleskaError, StoreUnavailable
from server.store import wire
from server.store.lane import LaneSpec
from server.store.wire import Handler
from server.store.worker import report, work

# Workers that die younger than this, several times in a row, are replaced after a pause.
_YOUNG = 0.2
_QUICK_REPLACEMENTS = 4
_LONGEST_PAUSE = 0.1


class Zygote:
    """Forks the workers of all lanes and keeps their number."""

    def __init__(self, handler: Handler, lanes: Sequence[LaneSpec]) -> None:
        self.handler = handler
        self.lanes = lanes
        self.listeners = [_listen(lane) for lane in lanes]
        self.leash, self.leash_end = os.pipe()
        self.selector = selectors.DefaultSelector()
        self.workers: dict[int, tuple[int, float]] = {}  # process id -> lane, time of birth
        self.missing: list[tuple[float, int]] = []  # when to fork, for which lane
        self.young_deaths = [0] * len(lanes)
        self.stopping = False

    def run(self, ready: Callable[[], None]) -> None:
        """Works until the parent has gone or a SIGTERM comes."""
        wakeup = self._watch()
        self.missing = [(0.0, index) for index, lane in enumerate(self.lanes) for _ in range(lane.workers)]
        self._fork_due()
        ready()
        while not self.stopping:
            for key, _ in self.selector.select(self._pause()):
                self._wake(key.fd, wakeup)
            self._reap()
            self._fork_due()

    def end(self) -> None:
        """Ends all workers and removes the sockets."""
        for process in self.workers:
            os.kill(process, signal.SIGKILL)
        for lane in self.lanes:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(lane.socket)

    def _watch(self) -> int:
        """Makes signals and the parent's end readable by the selector."""
        wakeup, wakeup_end = os.pipe()
        os.set_blocking(wakeup, False)
        os.set_blocking(wakeup_end, False)
        signal.set_wakeup_fd(wakeup_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self._stop)
        # Ctrl-C reaches the whole group; the parent decides when to stop.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.selector.register(wakeup, selectors.EVENT_READ)
        self.selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        return wakeup

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _wake(self, readable: int, wakeup: int) -> None:
        data = os.read(readable, 4096)
        if readable != wakeup and not data:
            self.stopping = True

    def _pause(self) -> float | None:
        return max(0.0, min(self.missing)[0] - time.monotonic()) if self.missing else None

    def _reap(self) -> None:
        while self.workers:
            process, _ = os.waitpid(-1, os.WNOHANG)
            if not process:
                return
            lane, born = self.workers.pop(process)
            self.missing.append((self._rebirth(lane, born), lane))

    def _rebirth(self, lane: int, born: float) -> float:
        now = time.monotonic()
        self.young_deaths[lane] = self.young_deaths[lane] + 1 if now - born < _YOUNG else 0
        excess = self.young_deaths[lane] - _QUICK_REPLACEMENTS
        return now if excess <= 0 else now + min(_LONGEST_PAUSE, 0.02 * 2.0 ** min(excess, 10))

    def _fork_due(self) -> None:
        now = time.monotonic()
        due = [lane for when, lane in self.missing if when <= now]
        self.missing = [entry for entry in self.missing if entry[0] > now]
        for lane in due:
            try:
                self._fork(lane)
            except OSError:
                self.missing.append((now + _LONGEST_PAUSE, lane))

    def _fork(self, lane: int) -> None:
        process = os.fork()
        if process:
            self.workers[process] = (lane, time.monotonic())
            return
        status = 1
        try:
            self._live(lane)
            status = 0
        except Exception as error:
            report(error)
        finally:
            os._exit(status)

    def _live(self, lane: int) -> None:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        self.selector.close()
        os.close(self.leash_end)
        work(self.handler, self.lanes[lane], self.listeners, lane, self.leash)


def _listen(lane: LaneSpec) -> socket.socket:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(lane.socket)  # left by a process that was killed
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(lane.socket)
    listener.listen(128)
    # Several workers wait for one connection; all but one must not block.
    listener.setblocking(False)
    return listener


def _handler(spec: dict[str, Any]) -> Handler:
    module, _, factory = spec["handler"].partition(":")
    handler: Handler = getattr(importlib.import_module(module), factory)(*spec["arguments"])
    return handler


def _started(spec: dict[str, Any]) -> Zygote:
    try:
        return Zygote(_handler(spec), [LaneSpec(**lane) for lane in spec["lanes"]])
    except PraleskaError:
        raise
    except Exception as error:
        message = f"The workers cannot start: {type(error).__name__}: {error}"
        raise StoreUnavailable(message) from error


def main(spec: dict[str, Any]) -> int:
    """Tells the parent in one line of JSON how the start went, then works."""
    report = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what anything prints must not be taken for the report
    os.umask(0o077)

    def tell(header: dict[str, Any]) -> None:
        with report:
            report.write(json.dumps(header) + "\n")

    try:
        zygote = _started(spec)
    except PraleskaError as error:
        tell(wire.pack_error(error))
        return 1
    # Objects that live as long as the zygote stay in pages that are shared.
    gc.collect()
    gc.freeze()
    try:
        zygote.run(lambda: tell({}))
    finally:
        zygote.end()
    return 0


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
