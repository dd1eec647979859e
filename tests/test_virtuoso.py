"""The questions of the gallery on Virtuoso: the same rows as elsewhere, but for the known exceptions.

`queries/virtuoso.tsv` lists them: `order` (the same rows in another order), `rows` (other rows), `refused`
(an error) and `unasked` (it would end the server, or not end itself). Why, says the decision record. What
Virtuoso has learnt since fails here, so that the list stays true.
"""

import os
import re
import subprocess
from collections.abc import Iterator

import pytest

from server.archive.publication import publication
from server.config import Settings
from server.errors import PraleskaError
from server.store.answers import CSV, Dataset, Formats
from server.store.remote import RemoteStore
from tests.queries.expected import FOLDER, QUERIES, ROOT, expected, table
from tests.servers import BIN, virtuoso

_LINES = (FOLDER / "virtuoso.tsv").read_text("utf-8").splitlines()
EXCEPTIONS: dict[str, str] = dict(line.split("\t") for line in _LINES)
DECISION = (ROOT / "docs" / "decisions" / "011-another-store.md").read_text("utf-8")


@pytest.fixture(scope="module")
def there(real: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteStore]:
    """A Virtuoso with the real archive, as `praleska serve` asks it."""
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as address:
        endpoint = f"{address}/sparql"
        environment = {"PRALESKA_STORE": endpoint, "PRALESKA_STORE_UPDATE": endpoint}
        command = [str(BIN / "praleska"), "--instance", str(real.instance), "publish"]
        subprocess.run(command, env=os.environ | environment, check=True, capture_output=True)
        state = publication(RemoteStore(endpoint, 30), real.base)
        assert state
        assert state.is_complete
        own = Dataset(state.default_graphs)
        yield RemoteStore(endpoint, 60, own=own, guarded=bool(state.guarded))


def rows(store: RemoteStore, name: str) -> list[tuple[str, ...]]:
    return table(store.query(QUERIES[name], Formats(solutions=CSV)).body.decode())


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in QUERIES if EXCEPTIONS.get(name) != "unasked"])
def test_virtuoso_gives_the_same_rows_or_is_known_not_to(there: RemoteStore, name: str) -> None:
    kind = EXCEPTIONS.get(name, "")
    if kind == "refused":
        with pytest.raises(PraleskaError):
            rows(there, name)
        return
    found, right = rows(there, name), expected(name)
    assert (sorted(found) == sorted(right)) is (kind != "rows")
    assert (found == right) is (not kind)


def test_the_exceptions_are_questions_and_explained() -> None:
    assert set(EXCEPTIONS) <= set(QUERIES)
    assert set(EXCEPTIONS.values()) <= {"order", "rows", "refused", "unasked"}
    told = {number for cell in re.findall(r"(?m)^\| ([\d, ]+) \|", DECISION) for number in cell.split(", ")}
    assert told == {name[:2] for name in EXCEPTIONS}


def test_most_questions_are_no_exception() -> None:
    assert len(EXCEPTIONS) * 3 <= len(QUERIES)
