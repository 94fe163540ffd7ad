"""Fixtures of all tests: a home of their own, the world, and clients that are signed in."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

# Before Django reads its settings: tests never touch the database, keys or files of a running site.
os.environ["MINGCHA_HOME"] = tempfile.mkdtemp(prefix="mingcha-tests-")
os.environ.setdefault("MINGCHA_SECRET_KEY", "only-for-tests")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the tests' thread

import pytest  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from mingcha.ledger import guards  # noqa: E402
from tests import world as worlds  # noqa: E402

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(autouse=True)
def _fast_passwords(settings) -> None:
    """Hash passwords quickly; the real hasher is slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


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
