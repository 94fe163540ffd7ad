"""Two at once: whatever two tabs, two people or two servers ask, one draw comes of it."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from mingcha.draws import actions
from mingcha.draws.models import Ceremony, SelectedUnit
from mingcha.kernel.refusal import Refusal
from mingcha.ledger import queries as ledger
from tests import draws_world, world

pytestmark = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="the tests' SQLite lives in memory, which knows no waiting for a lock"
)


@pytest.fixture
def city(ledger_can_be_emptied) -> world.World:
    """The world in a database that really commits."""
    return world.build()


def both(*asked: Callable[[], object]) -> list[str]:
    """Ask everything in the same moment; gives the sentences of those refused."""
    gate, refused = Barrier(len(asked)), []

    def ask(question: Callable[[], object]) -> None:
        try:
            gate.wait()
            question()
        except Refusal as refusal:
            refused.append(str(refusal))
        finally:
            connections.close_all()

    threads = [Thread(target=ask, args=(question,)) for question in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_two_draws_at_once_are_one(city):
    issued = draws_world.issue_and_staff(city)
    ceremony = draws_world.freeze(city, draws_world.prepare(city, [issued.department]))
    draws_world.open_inputs(city, ceremony)

    refused = both(*[lambda: actions.hold(ceremony=ceremony, by=city["market"], at=city.now)] * 3)

    assert len(refused) == 2
    assert all("当前为“已抽取封存”" in sentence for sentence in refused)
    assert SelectedUnit.objects.filter(drawn_as="SELECTED").count() == 15
    assert ledger.entries(subject=ceremony.number, act="ceremony.draw").count() == 1


def test_two_freezes_at_once_are_one(city):
    issued = draws_world.issue_and_staff(city)
    ceremony = draws_world.prepare(city, [issued.department])
    draws_world.commit(city, ceremony)

    refused = both(
        *[
            lambda salt=salt: actions.freeze(ceremony=ceremony, salt=salt * 32, by=city["market"], at=city.now)
            for salt in (b"\x01", b"\x02")
        ]
    )

    assert len(refused) == 1
    assert ledger.entries(subject=ceremony.number, act="ceremony.commit").count() == 1


def test_two_preparations_at_once_are_one(city):
    issued = draws_world.issue_and_staff(city)

    refused = both(
        *[lambda: actions.prepare(title="甲", tasks=[issued.department], by=city["market"], at=city.now)] * 2
    )

    assert len(refused) == 1
    assert "不能重复抽取" in refused[0]
    assert Ceremony.objects.count() == 1
