"""The files of the pages: fetched once where the address tells the content, asked for again where not."""

import re

import pytest

from server import create_app


@pytest.fixture(scope="module")
def client(world, archive):
    return create_app(world, archive).test_client()


def test_a_page_names_its_files_by_their_content_and_they_are_kept_for_ever(client) -> None:
    names = re.findall(r'"(/static/[^"?]+)\?(\w+)"', client.get("/en/").text)
    assert {path.rpartition(".")[2] for path, _ in names} >= {"css", "svg"}
    for path, stamp in names:
        with client.get(f"{path}?{stamp}") as file:
            assert file.headers["Cache-Control"].endswith("immutable")


@pytest.mark.parametrize("query", ["", "?", "?00000000", "?v=1"])
def test_by_another_name_a_file_is_asked_for_again(client, query) -> None:
    with client.get("/static/style.css" + query) as first:
        assert first.headers["Cache-Control"] == "public, no-cache"
    with client.get("/static/style.css" + query, headers={"If-None-Match": first.headers["ETag"]}) as again:
        assert (again.status_code, again.headers["Cache-Control"]) == (304, "public, no-cache")


def test_a_file_that_is_not_there_is_not_named(client) -> None:
    assert client.get("/static/none.css").status_code == 404
