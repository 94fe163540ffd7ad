"""Review, locking, the end of a task, and what follows from a record."""

from datetime import timedelta

import pytest

from mingcha.assignments.models import Seat
from mingcha.ledger import queries as ledger
from mingcha.people import actions as people
from mingcha.people.actors import Actor
from mingcha.people.permissions import NotPermitted
from mingcha.people.states import Role
from mingcha.plans.models import Task
from mingcha.results import actions, queries, rules
from mingcha.results.models import FollowUp
from mingcha.visits.models import Record
from tests import results_world, visits_world
from tests.results_world import NEXT_DAY, enter
from tests.visits_world import SUMMER

LATER = NEXT_DAY + timedelta(days=2)


@pytest.fixture
def submitted(world):
    """A record of 源城 that waits for review."""
    return results_world.submitted_record(world)


@pytest.mark.parametrize("by", ["yc-market", "market"])
def test_the_bureau_and_its_city_department_approve(world, submitted, by):
    approved = actions.approve(record=submitted, by=world[by], at=LATER)

    assert (approved.state, approved.reviewed_by, approved.reviewed_at) == ("APPROVED", world.user(by), LATER)
    assert ledger.last_entry().act == "results.approve"


@pytest.mark.parametrize("by", ["dy-market", "education", "yc-education"])
def test_other_organizations_do_not_review(world, submitted, by):
    with pytest.raises(rules.CannotReview, match="只能由录入单位或其市级主管部门审核"):
        actions.approve(record=submitted, by=world[by], at=LATER)

    submitted.refresh_from_db()
    assert submitted.state == "SUBMITTED"


@pytest.mark.parametrize("by", ["office", "yc-inspector", "discipline", "sysadmin"])
def test_other_roles_do_not_review(world, submitted, by):
    with pytest.raises(NotPermitted, match="审核检查结果"):
        actions.approve(record=submitted, by=world[by], at=LATER)


def as_county(world, username: str) -> Actor:
    """The same person in a second role."""
    membership = people.add_membership(
        user=world.user(username),
        organization=world.organizations["yc-market"],
        role=Role.COUNTY,
        by=world.sysadmin,
        at=world.now,
    )
    return Actor.of(membership)


def test_nobody_approves_or_returns_what_they_entered(world, submitted):
    both = as_county(world, "yc-inspector")

    with pytest.raises(rules.CannotReview, match="不能审核本人录入"):
        actions.approve(record=submitted, by=both, at=LATER)
    with pytest.raises(rules.CannotReview, match="不能审核本人录入"):
        actions.return_record(record=submitted, remark="退回", by=both, at=LATER)


def test_a_doubled_approval_does_nothing_twice(world, submitted):
    actions.approve(record=submitted, by=world["yc-market"], at=LATER)
    before = ledger.last_entry().seq

    with pytest.raises(rules.CannotReview, match="已经审核通过,无需重复操作"):
        actions.approve(record=submitted, by=world["market"], at=LATER)

    assert ledger.last_entry().seq == before


def test_an_approved_record_is_locked(world, submitted):
    actions.approve(record=submitted, by=world["yc-market"], at=LATER)

    with pytest.raises(rules.CannotEnter, match="已审核通过并锁定"):
        enter(world, submitted)
    with pytest.raises(rules.CannotReview, match="已经审核通过"):
        actions.return_record(record=submitted, remark="还要改", by=world["yc-market"], at=LATER)


def test_what_is_not_submitted_is_not_reviewed(world):
    record = results_world.open_record(world)

    with pytest.raises(rules.CannotReview, match="不在待审核状态"):
        actions.approve(record=record, by=world["yc-market"], at=LATER)


def test_a_returned_record_is_entered_and_submitted_again(world, submitted):
    returned = actions.return_record(record=submitted, remark="请写明检查地点", by=world["yc-market"], at=LATER)
    assert (returned.state, returned.review_remark) == ("RETURNED", "请写明检查地点")

    entered = enter(world, returned, note="经营场所一楼", at=LATER)
    again = actions.submit(record=entered, version=entered.version, by=world["yc-inspector"], at=LATER)

    assert actions.approve(record=again, by=world["yc-market"], at=LATER).review_remark == ""


def test_a_return_without_a_remark_is_refused(world, submitted):
    with pytest.raises(rules.CannotReview, match="退回时请写明理由"):
        actions.return_record(record=submitted, remark=" ", by=world["yc-market"], at=LATER)

    submitted.refresh_from_db()
    assert submitted.state == "SUBMITTED"


def test_the_task_is_finished_with_its_last_record(world, submitted):
    task = submitted.task
    others = Record.objects.filter(task=task).exclude(pk=submitted.pk)
    approved = {
        "state": "APPROVED",
        "reviewed_by": world.user("market"),
        "reviewed_at": LATER,
    }
    last = others.first()
    others.exclude(pk=last.pk).update(**approved)  # the other visits, made short

    actions.approve(record=submitted, by=world["yc-market"], at=LATER)
    assert Task.objects.get(pk=task.pk).state == "DRAWN"

    Record.objects.filter(pk=last.pk).update(state="SUBMITTED")
    actions.approve(record=last, by=world["market"], at=LATER)
    assert Task.objects.get(pk=task.pk).state == "FINISHED"
    assert ledger.last_entry().act == "plans.mark_finished"


@pytest.fixture
def order(world):
    """A correction order that follows from an approved record."""
    return FollowUp.objects.get(record=results_world.approved_record(world, with_problem=True))


@pytest.mark.parametrize("by", ["yc-inspector", "yc-market", "market"])
def test_a_follow_up_is_closed_by_inspector_or_bureau(world, order, by):
    closed = actions.close_follow_up(follow_up=order, note="已公示营业执照", by=world[by], at=LATER)

    assert (closed.state, closed.closing_note, closed.closed_by) == ("CLOSED", "已公示营业执照", world.user(by))
    assert "已公示" not in ledger.last_entry().body


@pytest.mark.parametrize("by", ["dy-market", "education", "dy-inspector"])
def test_others_do_not_close_it(world, order, by):
    with pytest.raises(rules.CannotClose, match="只能由录入单位"):
        actions.close_follow_up(follow_up=order, note="已改", by=world[by], at=LATER)

    order.refresh_from_db()
    assert order.state == "OPEN"


@pytest.mark.parametrize("by", ["office", "discipline"])
def test_other_roles_do_not_close_it(world, order, by):
    with pytest.raises(NotPermitted):
        actions.close_follow_up(follow_up=order, note="已改", by=world[by], at=LATER)


def test_a_follow_up_is_closed_once_and_with_a_word(world, order):
    with pytest.raises(rules.CannotClose, match="请写明办结情况"):
        actions.close_follow_up(follow_up=order, note=" ", by=world["yc-market"], at=LATER)
    actions.close_follow_up(follow_up=order, note="已改", by=world["yc-market"], at=LATER)

    with pytest.raises(rules.CannotClose, match="已经完结"):
        actions.close_follow_up(follow_up=order, note="又改", by=world["yc-market"], at=LATER)

    order.refresh_from_db()
    assert order.closing_note == "已改"


def test_before_approval_no_follow_up_is_closed(world):
    record = results_world.submitted_record(world, with_problem=True)

    with pytest.raises(rules.CannotClose, match="审核通过后"):
        actions.close_follow_up(
            follow_up=FollowUp.objects.get(record=record), note="已改", by=world["yc-market"], at=LATER
        )


def test_follow_ups_are_seen_in_scope_and_those_that_need_nothing_are_not_listed(world, order):
    def seen(username):
        return list(queries.follow_ups_for(world[username]))

    assert seen("office") == seen("market") == seen("yc-market") == seen("yc-inspector") == [order]
    assert seen("dy-market") == seen("education") == []


def test_records_are_seen_in_scope(world, submitted):
    def regions(username):
        return set(queries.records_for(world[username]).values_list("visit__region", flat=True))

    assert regions("office") == regions("market") == regions("discipline") == {"441602", "441625", "4416JD"}
    assert regions("yc-market") == regions("yc-inspector") == {"441602"}
    assert regions("education") == regions("sysadmin") == set()


@pytest.fixture
def joint(world):
    """The two parts of a joint visit in 源城, both submitted: (market's, education's)."""
    arranged = visits_world.arrange_joint_visits(world)
    actions.load_categories(by=world.sysadmin, at=world.now)
    visit = visits_world.ended(world, visits_world.visit_of(world, "yc-teacher"), "yc-teacher", SUMMER)
    parts = []
    for line, username in (("market", market_member(visit)), ("education", "yc-teacher")):
        entered = enter(world, results_world.record_of(visit, line), username=username, at=SUMMER)
        by = world[username]
        parts.append(actions.submit(record=entered, version=entered.version, by=by, at=SUMMER + timedelta(hours=3)))
    Record.objects.filter(task=arranged.task).exclude(visit=visit).update(
        state="APPROVED", reviewed_by=world.user("market"), reviewed_at=SUMMER
    )  # the other visits, made short
    return parts


def market_member(visit) -> str:
    """The account of a market inspector in the team."""
    members = Seat.objects.filter(ceremony=visit.ceremony, visit_id=visit.visit_id, organization__line="market")
    return members.exclude(inspector__user=None).first().inspector.user.username


def test_the_lead_sees_every_part_and_reviews_only_its_own(world, joint):
    _, education = joint

    assert education in queries.records_for(world["market"])
    with pytest.raises(rules.CannotReview, match="只能由录入单位或其市级主管部门审核"):
        actions.approve(record=education, by=world["market"], at=SUMMER + timedelta(days=1))


def test_a_joint_task_is_finished_only_when_all_departments_are_approved(world, joint):
    market, education = joint

    actions.approve(record=market, by=world["yc-market"], at=SUMMER + timedelta(days=1))
    assert Task.objects.get(pk=market.task_id).state == "DRAWN"

    actions.approve(record=education, by=world["yc-education"], at=SUMMER + timedelta(days=1))
    assert Task.objects.get(pk=market.task_id).state == "FINISHED"
