"""The registers of tests/registers_world.py."""

import pytest

from tests import registers_world


@pytest.fixture
def stock(world) -> registers_world.Stock:
    return registers_world.stock(world)
