"""Two at once: numbers are given once, and a plan moves once."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from mingcha.kernel.refusal import Refusal
from mingcha.ledger import queries as ledger
from mingcha.plans import actions
from mingcha.plans.models import Plan, Task
from mingcha.registers.rules import Scope
from tests import plans_world, registers_world, world

pytestmark = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="the tests' SQLite lives in memory, which knows no waiting for a lock"
)


@pytest.fixture
def city(ledger_can_be_emptied) -> world.World:
    """The world in a database that really commits."""
    return world.build()


def at_once(*asked: Callable[[], object]) -> list[str]:
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


def test_plans_and_tasks_begun_at_once_have_numbers_of_their_own(city):
    by, at = city["market"], city.now
    at_once(
        *[
            lambda title=title: actions.draft_plan(year=2026, kind="DEPARTMENT", title=title, by=by, at=at)
            for title in "甲乙丙丁"
        ]
    )
    plans = list(Plan.objects.order_by("number"))

    at_once(
        *[
            lambda plan=plan: actions.add_task(
                plan=plan,
                name="任务",
                scope=Scope(industries=("62",)),
                window_from=date(2026, 3, 1),
                window_to=date(2026, 3, 31),
                by=by,
                at=at,
            )
            for plan in plans
        ]
    )

    assert [plan.number for plan in plans] == [f"441600202600{n}" for n in (1, 2, 3, 4)]
    assert sorted(Task.objects.values_list("number", flat=True)) == [f"T441600202600{n}" for n in (1, 2, 3, 4)]


def test_a_plan_submitted_twice_at_once_is_submitted_once(city):
    task = plans_world.draft_department_plan(city, registers_world.stock(city))

    refused = at_once(*[lambda: actions.submit(plan=task.plan, by=city["market"], at=city.now)] * 3)

    assert refused == ["计划已报送,不能报送"] * 2
    assert ledger.entries(subject=f"plan:{task.plan.number}", act="plans.submit").count() == 1
