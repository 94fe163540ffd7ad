"""Fixtures of all tests: the world, and clients that are signed in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from mingcha.ledger import guards
from tests import world as worlds

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture
def world(db) -> worlds.World:
    """The small Heyuan of tests/world.py."""
    return worlds.build()


@pytest.fixture
def client_of(world) -> Callable[[str], Client]:
    """Sign a person of the world in."""

    def sign_in(username: str) -> Client:
        client = Client()
        client.force_login(world.user(username), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def ledger_can_be_emptied(transactional_db) -> Iterator[None]:
    """For tests that really commit: put the ledger's guards up, and take them down before the database is emptied."""
    guards.put_up(connection)
    yield
    guards.take_down(connection)


@pytest.fixture
def shared_data() -> Path:
    """The folder of real rows; tests that use it skip where it is absent."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("the folder of real rows is not here")
    return folder
