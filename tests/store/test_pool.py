"""What the pool promises: a request ends when it should, and what it does to its worker hurts nobody else."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.errors import BadQuery, NotAcceptable, QueryStopped, QueryTimeout, StoreUnavailable
from server.store import answers, syntax
from server.store.answers import Formats
from server.store.embedded import EmbeddedStore
from server.store.lane import Lane, LaneSpec
from server.store.pool import Pool

PoolOf = Callable[..., tuple[Pool, Lane]]
FORMATS = Formats(answers.JSON, answers.JSON, syntax.N_TRIPLES)
QUERIES = "server.store.embedded:query_handler"
ACTIONS = "handlers:acting_handler"
EASY = "SELECT * { ?s ?p ?o } LIMIT 1"
NUMBERS = " ".join(map(str, range(1000)))
CROSS_PRODUCT = "SELECT (COUNT(*) AS ?n) {" + "".join(f"VALUES ?v{i} {{{NUMBERS}}}" for i in range(6)) + "}"
# Every row is kept to be sorted.
HOG = "SELECT * {" + "".join(f"VALUES ?v{i} {{{NUMBERS}}}" for i in range(4)) + "} ORDER BY ?v0"


@pytest.fixture
def small(pool_of: PoolOf, nquads_file: Path) -> EmbeddedStore:
    """A store with two workers that may take a second and 200 MiB."""
    _, lane = pool_of(QUERIES, str(nquads_file), workers=2, seconds=1.0, memory=200)
    return EmbeddedStore(lane, 5.0)


def act(lane: Lane, action: str, payload: bytes = b"") -> dict[str, object]:
    return lane.call({"do": action}, payload, 5.0)[0]


def alive(process: int) -> bool:
    """Whether it runs; a dead child that nobody has waited for does not."""
    command = ["ps", "-o", "stat=", "-p", str(process)]
    state = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return state != "" and not state.startswith("Z")


def wait_for_the_end_of(*processes: int) -> None:
    deadline = time.monotonic() + 5
    while any(map(alive, processes)):
        assert time.monotonic() < deadline, "a process lives on"
        time.sleep(0.01)


def test_a_cross_product_is_stopped_at_its_deadline_while_others_go_on(small: EmbeddedStore) -> None:
    with ThreadPoolExecutor() as threads:
        start = time.monotonic()
        slow = threads.submit(small.query, CROSS_PRODUCT, FORMATS)
        time.sleep(0.1)
        for _ in range(20):
            assert small.query(EASY, FORMATS).body
        assert time.monotonic() - start < 0.9
        with pytest.raises(QueryTimeout) as caught:
            slow.result()
        assert 0.9 < time.monotonic() - start < 2.5
    assert caught.value.seconds == 1.0


def test_a_memory_hog_is_stopped_and_the_service_recovers(pool_of: PoolOf, nquads_file: Path) -> None:
    _, lane = pool_of(QUERIES, str(nquads_file), seconds=20.0, memory=200)
    store = EmbeddedStore(lane)
    with pytest.raises(QueryStopped, match="memory"):
        store.query(HOG, FORMATS)
    assert store.query(EASY, FORMATS).body


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * " + "{" * 20_000 + "}" * 20_000,
        "SELECT * { FILTER" + "(" * 20_000 + "1" + ")" * 20_000 + "}",
    ],
)
def test_a_deeply_nested_query_kills_no_more_than_its_worker(small: EmbeddedStore, text: str) -> None:
    with pytest.raises((QueryStopped, BadQuery)):
        small.query(text, FORMATS)
    assert small.query(EASY, FORMATS).body


def test_workers_do_not_share_their_random_numbers(pool_of: PoolOf, nquads_file: Path) -> None:
    _, lane = pool_of(QUERIES, str(nquads_file), workers=2)
    store = EmbeddedStore(lane)
    threads = [ThreadPoolExecutor(1) for _ in range(2)]
    barrier = threading.Barrier(2)

    def names() -> bytes:
        barrier.wait()  # both connections are in use at once, so these are two workers
        return store.query("SELECT (UUID() AS ?u) (RAND() AS ?r) (BNODE() AS ?b) {}", FORMATS).body

    first, second = (thread.submit(names) for thread in threads)
    assert first.result() != second.result()
    for thread in threads:
        thread.shutdown()


def test_requests_and_replies_of_any_size_arrive(pool_of: PoolOf) -> None:
    _, lane = pool_of("handlers:echo_handler")
    for size in (0, 1, 100_000, 5_000_000):
        payload = os.urandom(size)
        assert lane.call({"ў": size}, payload, 1.0) == ({"ў": size}, payload)


def test_a_python_memory_error_is_reported(pool_of: PoolOf) -> None:
    _, lane = pool_of(ACTIONS, memory=100)
    assert act(lane, "hoard", b"50000000") == {"size": 50_000_000}
    with pytest.raises(QueryStopped, match="memory"):
        act(lane, "hoard", b"500000000")
    assert act(lane, "process")


def test_errors_cross_the_socket(pool_of: PoolOf) -> None:
    _, lane = pool_of(ACTIONS)
    before = act(lane, "process")
    with pytest.raises(NotAcceptable) as caught:
        act(lane, "refuse")
    assert caught.value.available == ("text/turtle", "text/csv")
    assert act(lane, "process") == before


def test_a_fault_of_a_handler_tells_nothing_of_the_request(
    pool_of: PoolOf, capfd: pytest.CaptureFixture[str]
) -> None:
    _, lane = pool_of(ACTIONS)
    with pytest.raises(QueryStopped):
        act(lane, "fail", b"secret")
    log = capfd.readouterr().err
    assert "KeyError" in log
    assert "secret" not in log


def test_a_deadline_stops_python_too(pool_of: PoolOf) -> None:
    _, lane = pool_of(ACTIONS, seconds=0.3)
    assert act(lane, "sleep", b"0.1")
    start = time.monotonic()
    with pytest.raises(QueryTimeout):
        act(lane, "sleep", b"5")
    assert time.monotonic() - start < 1.0


def test_the_timer_does_not_run_between_requests(pool_of: PoolOf) -> None:
    _, lane = pool_of(ACTIONS, seconds=0.2)
    before = act(lane, "process")
    time.sleep(0.4)
    assert act(lane, "process") == before


def test_a_dead_worker_is_replaced(pool_of: PoolOf) -> None:
    _, lane = pool_of(ACTIONS)
    seen = set()
    for _ in range(8):
        seen.add(act(lane, "process")["process"])
        with pytest.raises(QueryStopped):
            act(lane, "exit")
    assert len(seen) == 8


def test_a_worker_that_dies_while_idle_costs_no_request(pool_of: PoolOf) -> None:
    _, lane = pool_of(ACTIONS)
    process = act(lane, "process")["process"]
    assert isinstance(process, int)
    os.kill(process, signal.SIGKILL)
    wait_for_the_end_of(process)
    assert act(lane, "process")["process"] != process


def test_a_busy_lane_is_unavailable(pool_of: PoolOf) -> None:
    _, lane = pool_of(ACTIONS)
    with ThreadPoolExecutor() as threads:
        running = threads.submit(act, lane, "sleep", b"0.5")
        time.sleep(0.1)
        for wait in (0, 0.1):
            with pytest.raises(StoreUnavailable, match="busy"):
                lane.call({"do": "process"}, b"", wait)
        assert running.result()
    assert act(lane, "process")


def test_lanes_do_not_wait_for_each_other(
    lane_of: Callable[..., LaneSpec], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    specs = [lane_of(), lane_of(nice=10)]
    with Pool(ACTIONS, [], specs), ThreadPoolExecutor() as threads:
        pages, readers = map(Lane, specs)
        slow = threads.submit(act, readers, "sleep", b"0.4")
        assert act(pages, "process")
        assert not slow.done()
        slow.result()
        pages.close()
        readers.close()


def test_two_hundred_concurrent_queries_are_all_answered(pool_of: PoolOf, nquads_file: Path) -> None:
    _, lane = pool_of(QUERIES, str(nquads_file), workers=2)
    store = EmbeddedStore(lane, 10.0)
    queries = [f"SELECT ({number} AS ?n) {{}}" for number in range(200)]
    with ThreadPoolExecutor(50) as threads:
        found = list(threads.map(lambda text: store.query(text, Formats(answers.CSV)).body, queries))
    assert found == [f"n\r\n{number}\r\n".encode() for number in range(200)]


def test_a_closed_pool_is_unavailable_and_leaves_nothing(pool_of: PoolOf, folder: Path) -> None:
    pool, lane = pool_of(ACTIONS, workers=2)
    process = act(lane, "process")["process"]
    assert isinstance(process, int)
    pool.close()
    wait_for_the_end_of(process, pool.process)
    with pytest.raises(StoreUnavailable):
        act(lane, "process")
    assert not [path for path in folder.iterdir() if path.is_socket()]


def test_a_terminated_zygote_ends_its_workers(pool_of: PoolOf) -> None:
    pool, lane = pool_of(ACTIONS)
    process = act(lane, "process")["process"]
    assert isinstance(process, int)
    os.kill(pool.process, signal.SIGTERM)
    wait_for_the_end_of(process, pool.process)


def test_a_killed_zygote_takes_waiting_workers_with_it(pool_of: PoolOf) -> None:
    pool, _ = pool_of(ACTIONS, workers=3)
    workers = children(pool.process)
    assert len(workers) == 3
    os.kill(pool.process, signal.SIGKILL)
    wait_for_the_end_of(*workers)


def children(process: int) -> list[int]:
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    return [child for child, parent in pairs if parent == process]


PARENT = """
import sys
from server.store.lane import Lane, LaneSpec
from server.store.pool import Pool
spec = LaneSpec(sys.argv[1], 2, 60.0, 10**9)
pool = Pool("handlers:acting_handler", [], [spec])
lane = Lane(spec)
print(pool.process, lane.call({"do": "process"}, b"", 1.0)[0]["process"], flush=True)
lane.call({"do": "sleep"}, b"60", 1.0)
"""


def test_the_death_of_the_parent_ends_zygote_and_workers(lane_of: Callable[..., LaneSpec]) -> None:
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, lane_of().socket],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    ) as parent:
        assert parent.stdout is not None
        zygote, busy = map(int, parent.stdout.readline().split())
        workers = children(zygote)
        assert busy in workers
        parent.kill()
    wait_for_the_end_of(zygote, *workers)


def test_errors_of_a_factory_are_told(pool_of: PoolOf) -> None:
    with pytest.raises(BadQuery) as caught:
        pool_of("handlers:broken_handler", "Example")
    assert (caught.value.message, caught.value.line) == ("Example", 3)
    with pytest.raises(StoreUnavailable, match="nothing here"):
        pool_of("handlers:crashing_handler")
    with pytest.raises(StoreUnavailable, match="nowhere"):
        pool_of("nowhere:handler")
    with pytest.raises(StoreUnavailable, match=r"missing\.nq"):
        pool_of(QUERIES, "/missing.nq")
