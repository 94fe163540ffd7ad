"""The command line in this process, on the tests' small Heyuan."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mingcha.cli import main
from mingcha.registers import actions as registers
from mingcha.results import actions as results
from tests import clock, draws_world, registers_world

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Run a command as somebody and hold it to its exit code."""

    def command(*arguments: object, by: str = "", code: int = 0, typed: str = "") -> Result:
        words = [str(argument) for argument in arguments]
        done = CliRunner().invoke(main, words + (["--as", by] if by else []), input=typed)
        assert done.exit_code == code, f"mingcha {' '.join(words)}\n{done.output}\n{done.exception!r}"
        return done

    return command


@pytest.fixture
def facts(run) -> Callable[..., Any]:
    """Run a command with --json and give what it says."""
    return lambda *arguments, **how: json.loads(run(*arguments, "--json", **how).stdout)


@pytest.fixture
def stock(world) -> registers_world.Stock:
    return registers_world.stock(world)


@pytest.fixture
def staffed(world, stock) -> registers_world.Stock:
    """The registers, with inspectors everywhere and the categories of results."""
    draws_world.staff_zone(world)
    results.load_categories(by=world.sysadmin, at=world.now)
    return stock


@pytest.fixture
def founded(world) -> None:
    """A city without any row in its registers, but with schemes, qualifications and categories."""
    office, at = world["office"], world.now
    registers.define_qualifications(registers_world.QUALIFICATIONS, by=office, at=at)
    results.load_categories(by=world.sysadmin, at=at)


@pytest.fixture
def at(monkeypatch) -> Callable[[datetime], None]:
    """Let it be a certain moment for the commands that follow."""
    return lambda moment: clock.stop(monkeypatch, moment)


@pytest.fixture(autouse=True)
def first_day(world, at) -> None:
    """Every test begins at the world's moment."""
    at(world.now)
