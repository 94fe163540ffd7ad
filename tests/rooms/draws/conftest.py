"""Fixtures of the draws' tests."""

import pytest

from tests import draws_world


@pytest.fixture
def issued(world):
    """Issued plans, and inspectors everywhere."""
    return draws_world.issue_and_staff(world)


@pytest.fixture
def prepared(world, issued):
    """A sealed ceremony with two witnesses declared."""
    return draws_world.prepare(world, [issued.department])


@pytest.fixture
def committed(world, prepared):
    """The same, frozen."""
    return draws_world.freeze(world, prepared)


@pytest.fixture
def opened(world, committed):
    """The same, with both inputs opened."""
    draws_world.open_inputs(world, committed)
    return committed


@pytest.fixture
def drawn(world, issued):
    """A sealed ceremony that was held."""
    return draws_world.draw(world, [issued.department])
