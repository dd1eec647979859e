"""Readers' queries without threads: what holds for a lane holds here, and many wait while few run."""

import asyncio
import json
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from server.errors import BadQuery, QueryStopped, QueryTimeout, RefusedQuery, StoreUnavailable, TooMany
from server.store import answers, syntax
from server.store.answers import Answer, Dataset, Formats
from server.store.embedded import memory_store
from server.store.lane import LaneSpec
from server.store.pool import Pool
from server.store.relay import ClientStore, Relay, Threads
from server.store.spool import Limits

FORMATS = Formats(answers.JSON, answers.JSON, syntax.N_TRIPLES)
EASY = "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 1"
NUMBERS = " ".join(map(str, range(1000)))
ENDLESS = "SELECT (COUNT(*) AS ?n) {" + "".join(f"VALUES ?v{i} {{{NUMBERS}}}" for i in range(6)) + "}"
FEW = " ".join(map(str, range(300)))
MANY = f"SELECT ?a ?b {{ VALUES ?a {{ {FEW} }} VALUES ?b {{ {FEW} }} }}"
DEEP = "SELECT * " + "{" * 20_000 + "}" * 20_000
Scene = Callable[[Relay], Coroutine[Any, Any, None]]


@pytest.fixture(scope="module")
def spec(lane_of: Callable[..., LaneSpec], nquads_file: Path) -> Any:
    lane = lane_of(workers=2, seconds=1.0, memory=200)
    with Pool("server.store.embedded:query_handler", [str(nquads_file)], [lane]) as pool:
        yield lane, pool


@pytest.fixture
def play(spec: tuple[LaneSpec, Pool]) -> Callable[[Scene], None]:
    """Runs a scene with a relay of its own."""

    def run(scene: Scene) -> None:
        async def whole() -> None:
            relay = Relay(spec[0], Limits(50_000, 10**8))
            try:
                await scene(relay)
            finally:
                relay.close()

        asyncio.run(whole())

    return run


async def outcome(asked: Awaitable[Answer]) -> str:
    try:
        return "cut" if (await asked).cut else "answered"
    except Exception as error:
        return type(error).__name__


def test_the_answer_is_that_of_the_engine(play: Any, nquads: bytes) -> None:
    here = memory_store(nquads)

    async def scene(relay: Relay) -> None:
        for text in (EASY, "ASK {}", "CONSTRUCT WHERE { ?s ?p 'nothing' }"):
            assert await relay.ask(text, FORMATS) == here.query(text, FORMATS)
        empty = Dataset(("https://example.org/none",))
        assert b"false" in (await relay.ask("ASK { ?s ?p ?o }", FORMATS, empty)).body

    play(scene)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("SELECT", BadQuery),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> {} }", RefusedQuery),
        (ENDLESS, QueryTimeout),
        (DEEP, QueryStopped),
    ],
)
def test_each_error_arrives_and_the_next_query_is_answered(play: Any, text: str, error: type) -> None:
    async def scene(relay: Relay) -> None:
        for _ in range(3):
            with pytest.raises((error, BadQuery) if text == DEEP else error):
                await relay.ask(text, FORMATS)
            assert (await relay.ask(EASY, FORMATS)).body
        assert relay.turns.busy == 0

    play(scene)


def test_a_stopped_query_is_counted(play: Any) -> None:
    async def scene(relay: Relay) -> None:
        assert await outcome(relay.ask(ENDLESS, FORMATS)) == "QueryTimeout"
        assert relay.numbers() == {
            "workers_busy": 0,
            "workers_idle": 2,
            "workers_restarted_total": 1,
            "queries_waiting": 0,
        }

    play(scene)


def test_what_a_query_waits_it_has_not_to_run(play: Any) -> None:
    async def scene(relay: Relay) -> None:
        first = [asyncio.create_task(outcome(relay.ask(ENDLESS, FORMATS, client=b"a"))) for _ in range(2)]
        await asyncio.sleep(0.5)
        with pytest.raises(QueryTimeout, match=r"after 1 seconds\. It had waited 0\.\d of them") as found:
            await relay.ask(ENDLESS, FORMATS, client=b"b")
        assert 0 < found.value.waited < 1
        assert await asyncio.gather(*first) == ["QueryTimeout"] * 2

    play(scene)


def test_hundreds_are_answered_by_two(play: Any) -> None:
    async def scene(relay: Relay) -> None:
        asked = [
            relay.ask(f"SELECT ({number} AS ?n) {{}}", Formats(answers.CSV), client=b"%d" % (number % 25))
            for number in range(400)
        ]
        found = await asyncio.gather(*asked)
        assert [answer.body for answer in found] == [f"n\r\n{n}\r\n".encode() for n in range(400)]

    play(scene)


def test_a_storm_of_one_client_does_not_keep_out_another(play: Any) -> None:
    async def scene(relay: Relay) -> None:
        storm = [asyncio.create_task(outcome(relay.ask(ENDLESS, FORMATS, client=b"a"))) for _ in range(50)]
        await asyncio.sleep(0.1)
        # Its first two queries may run out; then it is known to be slow.
        found = [await outcome(relay.ask(EASY, FORMATS, client=b"b")) for _ in range(5)]
        assert found == ["answered"] * 5
        ends = await asyncio.gather(*storm)
        assert set(ends) == {"QueryTimeout", "TooMany", "StoreUnavailable"}
        assert ends.count("TooMany") == 28

    play(scene)


def test_workers_that_died_while_they_were_idle_cost_no_query(play: Any, spec: Any) -> None:
    async def scene(relay: Relay) -> None:
        await asyncio.gather(relay.ask(EASY, FORMATS), relay.ask(EASY, FORMATS))
        listed = subprocess.run(["pgrep", "-P", str(spec[1].process)], capture_output=True, text=True)
        for process in map(int, listed.stdout.split()):
            os.kill(process, signal.SIGKILL)
        assert (await relay.ask(EASY, FORMATS)).body

    play(scene)


def test_a_large_answer_comes_packed_and_cut(play: Any) -> None:
    async def scene(relay: Relay) -> None:
        answer = await relay.ask(MANY, FORMATS)
        assert (answer.packed, answer.cut) == (True, "rows")
        assert len(json.loads(answer.unpacked().body)["results"]["bindings"]) == 50_000
        few = await relay.ask(MANY, FORMATS, rows=10)
        assert (few.packed, few.cut, len(json.loads(few.body)["results"]["bindings"])) == (False, "rows", 10)

    play(scene)


def test_who_does_not_wait_frees_the_place(play: Any) -> None:
    async def scene(relay: Relay) -> None:
        task = asyncio.create_task(relay.ask(ENDLESS, FORMATS))
        await asyncio.sleep(0.1)
        task.cancel()
        assert await outcome(relay.ask(EASY, FORMATS)) == "answered"
        assert relay.turns.busy == 0

    play(scene)


def test_a_query_that_nobody_waits_for_leaves_no_worker_behind(play: Any, spec: Any) -> None:
    def busy() -> list[str]:
        command = ["ps", "-o", "stat=", "--ppid", str(spec[1].process)]
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return [state for state in listed.split() if state.startswith("R")]

    async def scene(relay: Relay) -> None:
        tasks = [asyncio.create_task(relay.ask(ENDLESS, FORMATS, client=b"%d" % n)) for n in range(9)]
        await asyncio.sleep(0.2)
        assert len(busy()) == 2
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (relay.turns.busy, relay.turns.waiting) == (0, 0)
        await asyncio.sleep(0.3)
        assert busy() == []

    play(scene)


def test_a_query_that_was_not_read_is_asked_again(play: Any, spec: Any) -> None:
    async def scene(relay: Relay) -> None:
        await relay.ask(EASY, FORMATS)
        link = relay._idle[-1]
        signal.pidfd_send_signal(link._worker, signal.SIGSTOP)
        asked = asyncio.create_task(relay.ask(EASY, FORMATS))
        await asyncio.sleep(0.1)
        signal.pidfd_send_signal(link._worker, signal.SIGKILL)
        assert (await asked).body
        assert (relay.turns.busy, relay.lost) == (0, 0)

    play(scene)


def test_without_workers_it_is_unavailable(lane_of: Callable[..., LaneSpec]) -> None:
    async def scene() -> None:
        with pytest.raises(StoreUnavailable):
            await Relay(lane_of(), Limits(10, 1000)).ask(EASY, FORMATS)

    asyncio.run(scene())


def test_a_thread_asks_in_the_same_queue_and_gets_nothing_cut(play: Any) -> None:
    async def scene(relay: Relay) -> None:
        loop = asyncio.get_running_loop()
        store = ClientStore(relay, loop, b"client")
        with ThreadPoolExecutor(1) as thread:
            ask = lambda *given: loop.run_in_executor(thread, store.query, *given)  # noqa: E731
            assert (await ask(EASY, FORMATS)).body
            assert (await ask(MANY, FORMATS, Dataset(), 5)).cut == "rows"
            with pytest.raises(QueryStopped, match="LIMIT"):
                await ask(MANY, FORMATS)
            with pytest.raises(BadQuery):
                await ask("SELECT", FORMATS)

    play(scene)


def test_a_store_that_needs_threads_takes_turns_too(nquads: bytes) -> None:
    class Slow:
        def query(self, *_: Any) -> Answer:
            time.sleep(0.02)
            return memory_store(nquads).query(EASY, FORMATS)

        def close(self) -> None: ...

    async def scene() -> None:
        queries = Threads(Slow(), places=1, patience=5.0)
        found = await asyncio.gather(
            *(outcome(queries.ask(EASY, FORMATS, client=b"a")) for _ in range(40)),
            outcome(queries.ask(EASY, FORMATS, client=b"b")),
        )
        assert found[-1] == "answered"
        assert found.count(TooMany.__name__) == 19
        assert queries.numbers()["workers_busy"] == 0
        queries.close()

    asyncio.run(scene())


def test_the_place_of_a_reader_who_left_is_free_when_the_store_has_answered(nquads: bytes) -> None:
    answering = Event()

    class Waiting:
        def query(self, *_: Any) -> Answer:
            answering.wait(10)
            return memory_store(nquads).query(EASY, FORMATS)

        def close(self) -> None: ...

    async def scene() -> None:
        queries = Threads(Waiting(), places=1, patience=5.0)
        left = asyncio.create_task(queries.ask(EASY, FORMATS, client=b"a"))
        await asyncio.sleep(0.05)
        left.cancel()
        with pytest.raises(asyncio.CancelledError):
            await left
        assert queries.numbers()["workers_busy"] == 1
        answering.set()
        assert (await queries.ask(EASY, FORMATS, client=b"b")).body
        await asyncio.sleep(0)
        assert queries.numbers()["workers_busy"] == 0
        queries.close()

    asyncio.run(scene())
