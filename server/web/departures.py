"""Readers who leave while their query waits or runs: it is ended, so that the place is free for others."""

import asyncio
import time
from typing import Any

# Most queries are answered before anybody looks whether their reader is still there.
_PAUSE = 0.1


class Departures:
    """The tasks that work for readers. For one event loop."""

    def __init__(self) -> None:
        # When each task began, and the server's side of its request.
        self._new: dict[asyncio.Task[Any], tuple[float, Any]] = {}
        self._watched: dict[asyncio.Task[Any], asyncio.Task[None]] = {}
        self._left: set[asyncio.Task[Any]] = set()
        self._alarm: asyncio.TimerHandle | None = None

    def enter(self, exchange: Any) -> "asyncio.Task[Any]":
        """From now on the current task is cancelled when the reader leaves."""
        task = asyncio.current_task()
        assert task is not None
        self._new[task] = time.monotonic(), exchange
        if self._alarm is None:
            self._look_later()
        return task

    def has_left(self, task: "asyncio.Task[Any]") -> bool:
        """Whether the task was cancelled because its reader has left."""
        return task in self._left

    def leave(self, task: "asyncio.Task[Any]") -> None:
        """The task has got what it waited for, or not: from now on it is not cancelled."""
        self._new.pop(task, None)
        self._left.discard(task)
        watcher = self._watched.pop(task, None)
        if watcher:
            watcher.cancel()

    def _look_later(self) -> None:
        self._alarm = asyncio.get_running_loop().call_later(_PAUSE, self._look)

    def _look(self) -> None:
        oldest = time.monotonic() - _PAUSE
        for task, (begun, exchange) in list(self._new.items()):
            if begun > oldest:
                break  # they are in the order in which they began
            del self._new[task]
            self._watched[task] = asyncio.create_task(self._wait(task, exchange))
        self._alarm = None
        if self._new:
            self._look_later()

    async def _wait(self, task: "asyncio.Task[Any]", exchange: Any) -> None:
        await exchange.client_disconnect()
        if task in self._watched:
            self._left.add(task)
            task.cancel()
