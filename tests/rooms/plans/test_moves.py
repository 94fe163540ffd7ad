"""From draft to issued plan, and every step that is refused."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from mingcha.ledger import queries as ledger
from mingcha.people import actions as people
from mingcha.people.actors import Actor
from mingcha.people.permissions import NotPermitted
from mingcha.people.states import Role
from mingcha.plans import actions
from mingcha.plans.models import Plan, Task
from mingcha.plans.rules import CannotEditPlan, CannotMovePlan, CannotMoveTask, IncompletePlan
from mingcha.registers import actions as registers
from mingcha.registers.rules import Scope
from tests.plans_world import SAME_FOR_ALL
from tests.world import PASSWORD


def acts(subject: str) -> list[str]:
    return [entry.act for entry in ledger.entries(subject=subject)]


def test_a_plan_goes_from_draft_to_issued_and_its_task_may_be_drawn(world, issued):
    assert issued.department_plan.state == "ISSUED"
    assert issued.department.state == "ISSUED"
    assert issued.department.number == "T4416002026001"
    assert issued.department_plan.number == "4416002026001"
    assert acts("plan:4416002026001") == ["plans.issue", "plans.approve", "plans.submit", "plans.draft"]
    assert acts("task:T4416002026001") == ["plans.set_participants", "plans.add_task"]


def test_submitting_twice_changes_nothing_the_second_time(world, draft):
    actions.submit(plan=draft.plan, by=world["market"], at=world.now)
    before = ledger.last_entry().seq

    with pytest.raises(CannotMovePlan, match="计划已报送,不能报送"):
        actions.submit(plan=draft.plan, by=world["market"], at=world.now)

    assert ledger.last_entry().seq == before


@pytest.mark.parametrize(
    ("act", "sentence"),
    [("approve", "计划编制中,不能审核"), ("issue", "计划编制中,不能下达")],
)
def test_the_office_waits_until_a_plan_is_submitted(world, draft, act, sentence):
    with pytest.raises(CannotMovePlan, match=sentence):
        getattr(actions, act)(plan=draft.plan, by=world["office"], at=world.now)

    assert Plan.objects.get(pk=draft.plan_id).state == "DRAFT"


def test_a_submitted_plan_is_not_issued_before_it_is_approved(world, draft):
    actions.submit(plan=draft.plan, by=world["market"], at=world.now)

    with pytest.raises(CannotMovePlan, match="计划已报送,不能下达"):
        actions.issue(plan=draft.plan, by=world["office"], at=world.now)


@pytest.mark.parametrize("act", ["approve", "issue"])
@pytest.mark.parametrize("username", ["market", "yc-market", "discipline", "yc-inspector"])
def test_only_the_office_approves_and_issues(world, draft, act, username):
    actions.submit(plan=draft.plan, by=world["market"], at=world.now)

    with pytest.raises(NotPermitted, match=r"审核抽查计划|下达抽查计划"):
        getattr(actions, act)(plan=draft.plan, by=world[username], at=world.now)


def test_another_department_does_not_even_find_the_plan(world, draft):
    with pytest.raises(Plan.DoesNotExist):
        actions.submit(plan=draft.plan, by=world["education"], at=world.now)


def test_the_office_sees_a_draft_but_does_not_submit_it_for_its_owner(world, draft):
    with pytest.raises(CannotMovePlan, match="只有编制单位可以报送"):
        actions.submit(plan=draft.plan, by=world["office"], at=world.now)


def test_a_returned_plan_is_open_again_and_says_why(world, draft):
    actions.submit(plan=draft.plan, by=world["market"], at=world.now)

    actions.return_plan(plan=draft.plan, remark="请补充事项", by=world["office"], at=world.now)

    plan = Plan.objects.get(pk=draft.plan_id)
    assert (plan.state, plan.remark) == ("RETURNED", "请补充事项")
    actions.edit_task(task=draft, remark="已补充", by=world["market"], at=world.now)
    actions.submit(plan=draft.plan, by=world["market"], at=world.now)
    assert Plan.objects.get(pk=draft.plan_id).remark == ""


def test_a_plan_is_not_returned_without_a_remark(world, draft):
    actions.submit(plan=draft.plan, by=world["market"], at=world.now)

    with pytest.raises(CannotMovePlan, match="应写明意见"):
        actions.return_plan(plan=draft.plan, remark="  ", by=world["office"], at=world.now)


def test_an_issued_plan_is_not_returned(world, issued):
    with pytest.raises(CannotMovePlan, match="计划已下达,不能退回"):
        actions.return_plan(plan=issued.department_plan, remark="改", by=world["office"], at=world.now)


@pytest.fixture
def second_in_office(world) -> Actor:
    user = people.add_user(username="office-two", name="欧阳复", password=PASSWORD, by=world.sysadmin, at=world.now)
    membership = people.add_membership(
        user=user, organization=world.organizations["office"], role=Role.OFFICE, by=world.sysadmin, at=world.now
    )
    return Actor.of(membership)


def test_the_office_approves_its_own_plan_with_another_pair_of_eyes(world, stock, second_in_office):
    plan = _office_plan(world, stock)

    with pytest.raises(CannotMovePlan, match="报送人不能审核自己报送的计划"):
        actions.approve(plan=plan, by=world["office"], at=world.now)
    approved = actions.approve(plan=plan, by=second_in_office, at=world.now)

    assert approved.state == "APPROVED"


def test_the_database_refuses_one_pair_of_eyes(world, draft):
    actions.submit(plan=draft.plan, by=world["market"], at=world.now)

    with pytest.raises(IntegrityError, match="plan_four_eyes"), transaction.atomic():
        Plan.objects.filter(pk=draft.plan_id).update(approved_by=world.user("market"), approved_at=world.now)


def _office_plan(world, stock) -> Plan:
    office, at = world["office"], world.now
    plan = actions.draft_plan(year=2026, kind="JOINT", title="联席办联合计划", by=office, at=at)
    task = actions.add_task(
        plan=plan,
        name="培训机构联合抽查",
        organization=world.organizations["education"],
        directed=True,
        scope=Scope(industries=("8391",)),
        rule=SAME_FOR_ALL,
        window_from=date(2026, 6, 1),
        window_to=date(2026, 8, 31),
        by=office,
        at=at,
    )
    parts = [
        (world.organizations["education"], True, 2, None, [stock.items["J-01"]]),
        (world.organizations["market"], False, 2, None, [stock.items["J-02"]]),
    ]
    actions.set_participants(task=task, parts=parts, by=office, at=at)
    return actions.submit(plan=plan, by=office, at=at)


def test_an_item_list_withdrawn_in_between_stops_the_approval(world, stock, draft):
    actions.submit(plan=draft.plan, by=world["market"], at=world.now)
    registers.withdraw_item_list(item_list=stock.market_list, by=world["market"], at=world.now)

    with pytest.raises(IncompletePlan, match="所在清单未发布或已废止"):
        actions.approve(plan=draft.plan, by=world["office"], at=world.now)

    assert Plan.objects.get(pk=draft.plan_id).state == "SUBMITTED"


def test_a_plan_without_tasks_is_not_submitted(world):
    plan = actions.draft_plan(year=2026, kind="DEPARTMENT", title="空计划", by=world["market"], at=world.now)

    with pytest.raises(IncompletePlan, match="还没有抽查任务"):
        actions.submit(plan=plan, by=world["market"], at=world.now)


def test_a_task_without_a_rule_waits_to_be_set_and_keeps_its_plan_back(world, draft):
    actions.edit_task(task=draft, rule=None, by=world["market"], at=world.now)

    with pytest.raises(IncompletePlan, match="抽查比例待设定"):
        actions.submit(plan=draft.plan, by=world["market"], at=world.now)


@pytest.mark.parametrize(
    "change",
    [
        lambda task, by, at: actions.edit_task(task=task, name="改名", by=by, at=at),
        lambda task, by, at: actions.remove_task(task=task, by=by, at=at),
        lambda task, by, at: actions.set_participants(task=task, parts=[], by=by, at=at),
        lambda task, by, at: actions.edit_plan(plan=task.plan, title="改名", by=by, at=at),
        lambda task, by, at: actions.drop_plan(plan=task.plan, by=by, at=at),
    ],
    ids=["edit", "remove", "participants", "title", "drop"],
)
def test_nothing_changes_in_a_submitted_plan(world, draft, change):
    actions.submit(plan=draft.plan, by=world["market"], at=world.now)
    before = ledger.last_entry().seq

    with pytest.raises(CannotEditPlan, match="计划已报送,不能修改"):
        change(draft, world["market"], world.now)

    assert Task.objects.get(pk=draft.pk).name == "企业公示信息抽查"
    assert ledger.last_entry().seq == before


def test_the_office_does_not_edit_a_department_s_plan(world, draft):
    with pytest.raises(CannotEditPlan, match="只有编制单位可以修改"):
        actions.edit_task(task=draft, name="改名", by=world["office"], at=world.now)


def test_a_draft_is_thrown_away_with_its_tasks(world, draft):
    actions.drop_plan(plan=draft.plan, by=world["market"], at=world.now)

    assert not Plan.objects.filter(pk=draft.plan_id).exists()
    assert not Task.objects.filter(pk=draft.pk).exists()
    assert ledger.last_entry().act == "plans.drop"


def test_a_returned_plan_is_not_thrown_away(world, draft):
    actions.submit(plan=draft.plan, by=world["market"], at=world.now)
    actions.return_plan(plan=draft.plan, remark="改", by=world["office"], at=world.now)

    with pytest.raises(CannotEditPlan, match="曾经报送"):
        actions.drop_plan(plan=draft.plan, by=world["market"], at=world.now)


def test_a_task_is_drawn_once_then_finished_once(world, issued):
    actions.mark_drawn(task=issued.department, by=world["market"], at=world.now)
    with pytest.raises(CannotMoveTask, match="检查中"):
        actions.mark_drawn(task=issued.department, by=world["market"], at=world.now)

    actions.mark_finished(task=issued.department, by=world["yc-market"], at=world.now)

    assert Task.objects.get(pk=issued.department.pk).state == "FINISHED"
    assert acts(f"task:{issued.department.number}")[:2] == ["plans.mark_finished", "plans.mark_drawn"]


def test_a_draft_task_is_not_drawn(world, draft):
    with pytest.raises(CannotMoveTask, match="编制中"):
        actions.mark_drawn(task=draft, by=world["market"], at=world.now)


def test_the_ledger_names_the_digest_of_every_task_at_each_step(world, issued):
    submitted = next(e for e in ledger.entries(subject="plan:4416002026001") if e.act == "plans.submit")
    issued_entry = next(e for e in ledger.entries(subject="plan:4416002026001") if e.act == "plans.issue")

    assert '"tasks":{"T4416002026001":"' in submitted.body
    assert submitted.body.split('"tasks"')[1][:80] == issued_entry.body.split('"tasks"')[1][:80]


def test_a_copied_plan_moves_its_batches_to_the_new_year(world, draft):
    batches = [(date(2026, 3, 1), date(2026, 5, 31)), (date(2026, 6, 1), date(2026, 10, 31))]
    actions.edit_task(task=draft, batches=batches, by=world["market"], at=world.now)

    copied = actions.copy_plan(plan=draft.plan, year=2027, by=world["market"], at=world.now)

    assert copied.tasks.get().batches == [["2027-03-01", "2027-05-31"], ["2027-06-01", "2027-10-31"]]
