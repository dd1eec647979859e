"""A new release takes the place of an old one while readers ask: none is turned away, none gets both."""

import json
import re
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.servers import Site, praleska

pytestmark = pytest.mark.slow
REQUESTS = 10_000
SWITCHES = 3
READERS = 4
MARK = "urn:x-praleska:release"
WHICH = f"SELECT ?release WHERE {{ GRAPH ?g {{ <{MARK}> <{MARK}> ?release }} }}"
# Each answer tells its release twice: in its tag, and in what it says.
ASKED = ("/sparql?" + urlencode({"query": WHICH}), "/sparql?" + urlencode({"query": WHICH + "#{}"}))


def release(real: Path, instance: Path, name: str) -> None:
    """A copy of the release with another name, which it also says in its statements."""
    folder = instance / "releases" / name
    shutil.copytree((real / "current").resolve(), folder)
    with (folder / "praleska.nq").open("a", encoding="utf-8") as nquads:
        nquads.write(f'<{MARK}> <{MARK}> "{name}" <{MARK}> .\n')
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | {"id": name}), "utf-8")


def switch(instance: Path, name: str) -> None:
    (instance / "new").symlink_to(Path("releases") / name)
    (instance / "new").replace(instance / "current")


class Reader(threading.Thread):
    """Asks on one connection and notes what each answer says."""

    def __init__(self, site: Site, number: int) -> None:
        super().__init__()
        self.netloc = urlsplit(site.url).netloc
        self.number = number
        self.stopping = threading.Event()
        self.seen: Counter[tuple[int, str, str]] = Counter()
        self.failed: list[Exception] = []

    def run(self) -> None:
        connection = HTTPConnection(self.netloc, timeout=30)
        while not self.stopping.is_set():
            # One of the two is kept, the other is asked of a worker each time.
            path = ASKED[self.seen.total() % 2].replace("%7B%7D", f"{self.number}.{self.seen.total()}")
            try:
                connection.request("GET", path, headers={"Accept": "text/csv"})
                answer = connection.getresponse()
                said = answer.read().decode().split()
            except Exception as error:
                self.failed.append(error)
                return
            tag = re.sub(r'W/"(.*)-[^-]+"', r"\1", answer.headers.get("ETag", ""))
            self.seen[answer.status, tag, said[-1]] += 1
        connection.close()


@contextmanager
def reading(site: Site) -> Iterator[list[Reader]]:
    readers = [Reader(site, number) for number in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        yield readers
    finally:
        for reader in readers:
            reader.stopping.set()
        for reader in readers:
            reader.join()


def wait_until(readers: list[Reader], name: str, number: int) -> None:
    """Until so many answers of the release have come, and of all."""
    end = time.monotonic() + 60
    while sum(n for one in readers for seen, n in list(one.seen.items()) if name in seen[2]) < number:
        assert time.monotonic() < end, "no new release"
        assert [one.failed for one in readers] == [[]] * READERS
        time.sleep(0.02)


def test_ten_thousand_requests_during_three_switches(real, tmp_path) -> None:
    instance = tmp_path / "instance"
    names = [f"{number:04}-{'abc'[number % 3] * 12}" for number in range(1, SWITCHES + 2)]
    for name in names:
        release(real.instance, instance, name)
    switch(instance, names[0])
    with praleska(instance, tmp_path / "run") as site, reading(site) as readers:
        for name in names[1:]:
            before = sum(one.seen.total() for one in readers)
            switch(instance, name)
            wait_until(readers, name, 200)
            # What is asked between two switches comes from one of two releases.
            assert sum(one.seen.total() for one in readers) > before
        wait_until(readers, "", REQUESTS)
    assert [one.failed for one in readers] == [[]] * READERS
    seen = sum((one.seen for one in readers), Counter[tuple[int, str, str]]())
    assert seen.total() >= REQUESTS
    assert {status for status, _, _ in seen} == {200}
    assert {said for _, _, said in seen} == set(names)
    assert [pair for pair in seen if pair[1] != pair[2]] == []
