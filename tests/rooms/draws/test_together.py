"""Tasks drawn in one ceremony meet at the same doors (进一次门,查多项事)."""

import pytest

import fairdraw
from mingcha.draws import actions, queries
from mingcha.draws.models import DrawnSeat, SelectedUnit
from mingcha.draws.stage import stage_of
from mingcha.plans import actions as plans
from mingcha.plans.rules import DrawRule
from mingcha.plans.states import Disclosure
from mingcha.registers.rules import Scope
from tests import draws_world, plans_world, registers_world


@pytest.fixture
def both(world):
    """Two sealed tasks over the same firms by the same classes, the second with the higher ratios.

    A region has 6 firms of class A, 4 of B, and one each of C, of D and without a class: 1, 1, 1, 1, 1 of them are
    drawn for the first task and 3, 2, 1, 1, 1 for the second.
    """
    stock = registers_world.stock(world)
    draws_world.staff_zone(world)
    by, at = world["market"], world.now
    department = plans_world.draft_department_plan(world, stock)
    joint = plans_world.draft_joint_plan(world, stock)
    plans.edit_task(
        task=joint,
        disclosure=Disclosure.SEALED,
        directed=False,
        scheme=stock.scheme,
        rule=DrawRule("ratio", ratios={"A": "0.4", "B": "0.5", "C": "0.6", "D": "0.8"}, minimum=1),
        scope=Scope(kinds=("ENTERPRISE", "INDIVIDUAL")),
        by=by,
        at=at,
    )
    for task in (department, joint):
        plans.submit(plan=task.plan, by=by, at=at)
        plans.approve(plan=task.plan, by=world["office"], at=at)
        plans.issue(plan=task.plan, by=world["office"], at=at)
        task.refresh_from_db()
    return [department, joint]


def selected(ceremony, task) -> set[str]:
    rows = SelectedUnit.objects.filter(ceremony_task__ceremony=ceremony, ceremony_task__task=task)
    return set(rows.filter(drawn_as="SELECTED").values_list("unit_id", flat=True))


def test_shared_tickets_save_visits(world, both):
    ceremony = draws_world.draw(world, both)

    fewer, more = (selected(ceremony, task) for task in both)
    assert (len(fewer), len(more)) == (15, 24)
    assert fewer < more, "the smaller sample lies inside the larger"
    assert ceremony.visits == 24
    # A region, if drawn apart: 6 (1 - 5/6 · 3/6) + 4 (1 - 3/4 · 2/4) + 3 = 9 visits on average.
    assert ceremony.visits_if_independent == 27
    assert stage_of(ceremony, now=world.now).saved == 3


def test_a_department_with_two_tasks_at_one_door_sends_one_pair(world, both):
    ceremony = draws_world.draw(world, both)

    shared = min(selected(ceremony, both[0]) & selected(ceremony, both[1]))
    team = DrawnSeat.objects.filter(ceremony=ceremony, unit_id=shared, drawn_as="SELECTED")
    assert sorted(team.values_list("organ", flat=True)) == ["education", "education", "market", "market"]
    assert team.values("visit_id").distinct().count() == 1


def test_the_hall_shows_regions_tasks_and_what_was_saved(world, both, client_of):
    ceremony = draws_world.draw(world, both)

    page = client_of("market").get(f"/draws/{ceremony.number}/", {"screen": "1"})

    assert page.context["stage"].regions == [
        ("源城区", [5, 8], 13),
        ("东源县", [5, 8], 13),
        ("江东新区", [5, 8], 13),
    ]
    assert "比各自抽取少上门" in page.content.decode()


def test_the_partner_sees_the_ceremony_it_takes_part_in(world, both):
    ceremony = draws_world.draw(world, both)

    assert list(queries.ceremonies_for(world["education"])) == [ceremony]
    assert queries.may_see_list(ceremony, world["education"])
    assert not queries.may_see_classes(ceremony, world["education"])
    assert not queries.held_by(world["education"]).exists()


def test_the_bundle_of_several_tasks_is_proven(world, both):
    ceremony = draws_world.draw(world, both)
    draws_world.countersign(world, ceremony)

    actions.release(ceremony=ceremony, by=world["market"], at=world.now)

    report = fairdraw.verify_bundle(queries.bundle_bytes(ceremony, for_auditors=True))
    assert (report.ok, report.facts["visits"], report.facts["selected"]) == (True, 24, 39)
