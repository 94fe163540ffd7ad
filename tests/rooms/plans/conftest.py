"""The registers and plans that the tests of this room begin with."""

import pytest

from tests import plans_world, registers_world


@pytest.fixture
def stock(world):
    return registers_world.stock(world)


@pytest.fixture
def draft(world, stock):
    """The department task of 市场监管 in a complete, unsubmitted plan."""
    return plans_world.draft_department_plan(world, stock)


@pytest.fixture
def issued(world, stock):
    return plans_world.issue_plan(world, stock)
