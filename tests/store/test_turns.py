"""Whose query is next: nobody waits for somebody else's hundred queries."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from server.errors import StoreUnavailable, TooMany
from server.store import turns
from server.store.turns import Turns

GREEDY, MODEST, THIRD = b"greedy", b"modest", b"third"


def run(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(scene())


class Stage:
    """Clients that enter, and the order in which they were let in."""

    def __init__(self, places: int, patience: float = 5.0) -> None:
        self.turns = Turns(places, patience)
        self.order: list[bytes] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def send(self, client: bytes, times: int = 1) -> None:
        self.tasks += [asyncio.create_task(self._enter(client)) for _ in range(times)]
        await self.pause()

    async def _enter(self, client: bytes) -> None:
        await self.turns.enter(client)
        self.order.append(client)

    async def leave(self, client: bytes) -> None:
        self.turns.leave(client)
        await self.pause()

    @staticmethod
    async def pause() -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    async def end(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def test_a_client_with_many_queries_does_not_delay_another() -> None:
    async def scene() -> None:
        stage = Stage(places=1)
        await stage.send(GREEDY, 15)
        await stage.send(MODEST)
        await stage.leave(GREEDY)
        assert stage.order == [GREEDY, MODEST]
        await stage.end()

    run(scene)


def test_clients_are_served_in_turn() -> None:
    async def scene() -> None:
        stage = Stage(places=1)
        for client in (GREEDY, MODEST, THIRD):
            await stage.send(client, 3)
        for _ in range(8):
            await stage.leave(stage.order[-1])
        assert stage.order == [GREEDY, MODEST, THIRD] * 3
        await stage.end()

    run(scene)


def test_all_places_are_used_and_no_more() -> None:
    async def scene() -> None:
        stage = Stage(places=3)
        await stage.send(GREEDY, 9)
        assert (stage.turns.busy, stage.turns.waiting) == (3, 6)
        for _ in range(9):
            await stage.leave(GREEDY)
        assert (stage.turns.busy, stage.turns.waiting, len(stage.order)) == (0, 0, 9)

    run(scene)


def test_a_slow_client_leaves_a_place_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_SLOW", -1.0)

    async def scene() -> None:
        stage = Stage(places=2)
        await stage.send(GREEDY, 2)
        assert stage.order == [GREEDY]
        await stage.send(MODEST)
        assert stage.order == [GREEDY, MODEST]
        await stage.leave(MODEST)
        assert (stage.turns.busy, stage.turns.waiting) == (1, 1)
        await stage.leave(GREEDY)
        assert stage.order == [GREEDY, MODEST, GREEDY]
        await stage.end()

    run(scene)


def test_a_slow_client_may_have_the_only_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_SLOW", -1.0)

    async def scene() -> None:
        stage = Stage(places=1)
        await stage.send(GREEDY, 2)
        await stage.leave(GREEDY)
        assert stage.order == [GREEDY, GREEDY]

    run(scene)


def test_too_many_of_one_client_are_refused_and_nobody_else() -> None:
    async def scene() -> None:
        stage = Stage(places=1)
        await stage.send(GREEDY, 100)
        refused = [task for task in stage.tasks if task.done() and task.exception()]
        assert 50 < len(refused) < 100
        assert all(isinstance(task.exception(), TooMany) for task in refused)
        await stage.send(MODEST)
        await stage.leave(GREEDY)
        assert stage.order == [GREEDY, MODEST]
        await stage.end()

    run(scene)


def test_the_queue_of_all_has_an_end() -> None:
    async def scene() -> None:
        stage = Stage(places=1)
        for number in range(1100):
            await stage.send(str(number).encode())
        assert stage.turns.waiting == 1000
        failed = [task.exception() for task in stage.tasks if task.done() and task.exception()]
        assert {type(error) for error in failed} == {StoreUnavailable}
        await stage.end()
        assert stage.turns.waiting == 0

    run(scene)


def test_nobody_waits_longer_than_the_patience() -> None:
    async def scene() -> None:
        stage = Stage(places=1, patience=0.05)
        await stage.send(GREEDY)
        with pytest.raises(StoreUnavailable, match="busy"):
            await stage.turns.enter(MODEST)
        assert (stage.turns.busy, stage.turns.waiting) == (1, 0)
        await stage.leave(GREEDY)
        await stage.turns.enter(MODEST)

    run(scene)


def test_who_gives_up_leaves_no_hole() -> None:
    async def scene() -> None:
        stage = Stage(places=1)
        await stage.send(GREEDY)
        await stage.send(MODEST, 2)
        stage.tasks[1].cancel()
        await stage.pause()
        assert stage.turns.waiting == 1
        # Let in and given up in the same moment: the place goes on to the next.
        stage.turns.leave(GREEDY)
        stage.tasks[2].cancel()
        await stage.pause()
        assert (stage.turns.busy, stage.turns.waiting) == (0, 0)

    run(scene)


def test_who_has_gone_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_SLOW", -1.0)
    monkeypatch.setattr(turns, "_SLOW_FOR", -1.0)

    async def scene() -> None:
        stage = Stage(places=1)
        await stage.send(GREEDY, 3)
        for _ in range(3):
            await stage.leave(GREEDY)
        kept = [value for value in vars(stage.turns).values() if isinstance(value, dict)]
        assert len(kept) == 4
        assert not any(kept)

    run(scene)
