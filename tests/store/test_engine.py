"""Loading the embedded engine: data that are not whole are never taken for an empty archive."""

from pathlib import Path

import pytest

from server.errors import StoreUnavailable
from server.store import engine

WHOLE = b"<x:a> <x:b> <x:c> .\n"


@pytest.mark.parametrize("broken", [b"<x:a> <x:b> Secret", b'<x:a> <x:b> "Secret', b"\xff\xfe Secret\n"])
def test_broken_data_are_no_store_and_are_not_repeated(broken: bytes, tmp_path: Path) -> None:
    file = tmp_path / "data.nq"
    file.write_bytes(WHOLE + broken)
    for given in (WHOLE + broken, file):
        with pytest.raises(StoreUnavailable) as caught:
            engine.load(given)
        assert "Secret" not in caught.value.message
        assert "line 2" in caught.value.message
    assert str(file) in caught.value.message


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"missing\.nq"):
        engine.load(tmp_path / "missing.nq")
