"""The application over the invented world (tests/conftest.py); nothing is written, so all share it."""

import contextlib
import shutil
import threading

import pytest
from werkzeug.serving import make_server

from server import create_app
from server.archive.archive import Archive
from tests.web.counting import Counting


@pytest.fixture(scope="session")
def app(world, archive, tmp_path_factory):
    """Without the editor of the query page, whether it was built or not: test_editor has it."""
    made = create_app(world, archive)
    folder = tmp_path_factory.mktemp("web") / "static"
    shutil.copytree(made.static_folder, folder, ignore=shutil.ignore_patterns("editor"))
    made.static_folder = str(folder)
    return made


@pytest.fixture
def client(app):
    return app.test_client()


@contextlib.contextmanager
def served(app):
    """The address at which the application listens meanwhile."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def address(app):
    with served(app) as found:
        yield found


@pytest.fixture(scope="module")
def counting(real):
    """The real archive on a store that counts the questions."""
    archive = Archive.open(real)
    archive.store = Counting(archive.store)
    return archive


@pytest.fixture(scope="module")
def reader(real, counting):
    return create_app(real, counting, counting.store).test_client()
