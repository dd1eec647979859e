"""The application over the invented world (tests/conftest.py); nothing is written, so all share it."""

import pytest

from server import create_app


@pytest.fixture(scope="session")
def app(world, archive):
    return create_app(world, archive)


@pytest.fixture
def client(app):
    return app.test_client()
