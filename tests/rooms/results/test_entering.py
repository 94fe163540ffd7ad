"""Entering and submitting records: who, when, what; drafts, two windows, doubled requests."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from mingcha.assignments import actions as assignments
from mingcha.ledger import queries as ledger
from mingcha.people.permissions import NotPermitted
from mingcha.results import actions, queries, rules
from mingcha.results.models import Finding, FollowUp, RecordCategory, ResultCategory
from mingcha.results.rules import ItemFinding, PlannedFollowUp
from mingcha.visits.models import Record, RecordItem
from tests import results_world, visits_world
from tests.results_world import NEXT_DAY, enter, findings
from tests.visits_world import SPRING, SUMMER, visit_of


@pytest.fixture
def record(world):
    """A record to be entered by 江勘 of 源城."""
    return results_world.open_record(world)


def submit(world, record, *, username="yc-inspector", at=NEXT_DAY):
    record.refresh_from_db()
    return actions.submit(record=record, version=record.version, by=world[username], at=at)


def test_what_is_entered_is_what_the_record_says(world, record):
    entered = results_world.enter_problem(world, record)

    assert [finding.outcome for finding in queries.findings_of(record)] == ["PROBLEM", "NO_PROBLEM"]
    assert [category.name for category in queries.categories_of(record)] == ["发现问题已责令改正"]
    assert list(queries.follow_ups_of(record).values_list("kind", "due_on", "note", "state")) == [
        ("CORRECTION_ORDER", date(2026, 4, 15), "限期公示", "OPEN")
    ]
    assert (entered.checked_on, entered.method, entered.entered_by) == (
        date(2026, 3, 10),
        "ON_SITE",
        world.user("yc-inspector"),
    )
    assert entered.version == 2


def test_the_trail_holds_the_digest_and_no_word_of_the_finding(world, record):
    results_world.enter_problem(world, record)

    entry = ledger.last_entry()
    assert (entry.act, entry.subject) == ("results.enter", f"visit:{record.visit.number}")
    assert "content" in entry.body
    assert "营业执照" not in entry.body


def test_a_draft_may_be_incomplete_and_is_replaced_as_a_whole(world, record):
    results_world.enter_problem(world, record)

    enter(world, record, findings=[], categories=[], follow_ups=[], method="", checked_on=None)

    assert not Finding.objects.exists()
    assert not RecordCategory.objects.exists()
    assert not FollowUp.objects.exists()


def test_no_further_action_closes_itself(world, record):
    enter(world, record)

    follow_up = FollowUp.objects.get()
    assert (follow_up.kind, follow_up.state, follow_up.closed_by) == ("NONE", "CLOSED", world.user("yc-inspector"))


def test_a_draft_may_be_entered_while_the_visit_goes_on_but_not_submitted(world):
    visits_world.arrange_visits(world)
    actions.load_categories(by=world.sysadmin, at=world.now)
    visit = visits_world.started(world, visit_of(world, "yc-inspector"))
    record = enter(world, results_world.record_of(visit), at=SPRING)

    with pytest.raises(rules.CannotEnter, match="请先结束检查"):
        submit(world, record, at=SPRING)


def test_before_the_visit_begins_nothing_is_entered(world):
    visits_world.arrange_visits(world)
    actions.load_categories(by=world.sysadmin, at=world.now)
    record = results_world.record_of(visit_of(world, "yc-inspector"))

    with pytest.raises(rules.CannotEnter, match="检查尚未开始"):
        enter(world, record, at=SPRING)

    assert not Finding.objects.exists()


def test_the_team_mate_may_enter_too(world):
    visits_world.arrange_visits(world)
    actions.load_categories(by=world.sysadmin, at=world.now)
    visit = visits_world.ended(world, visits_world.visit_of_both(world, "yc-inspector", "yc-inspector-two"))

    entered = enter(world, results_world.record_of(visit), username="yc-inspector-two")

    assert entered.entered_by == world.user("yc-inspector-two")


def test_an_inspector_who_was_not_there_may_not_enter(world, record):
    with pytest.raises(rules.CannotEnter, match="只能由本次检查中该部门的检查人员录入"):
        enter(world, record, username="dy-inspector")

    assert not Finding.objects.exists()


def test_who_was_replaced_before_the_visit_may_not_enter(world):
    visits_world.arrange_visits(world)
    actions.load_categories(by=world.sysadmin, at=world.now)
    visit = visits_world.visit_of_both(world, "yc-inspector", "yc-inspector-two")
    seat = visits_world.seat_of(world, visit, "yc-inspector")
    assignments.change_seat(seat=seat, reason="LEAVE", by=world["yc-market"], at=SPRING)
    visits_world.ended(world, visit, "yc-inspector-two")

    with pytest.raises(rules.CannotEnter, match="只能由本次检查中该部门的检查人员录入"):
        enter(world, results_world.record_of(visit))


def test_one_department_does_not_write_anothers_part(world):
    visits_world.arrange_joint_visits(world)
    actions.load_categories(by=world.sysadmin, at=world.now)
    visit = visits_world.ended(world, visit_of(world, "yc-teacher"), "yc-teacher", SUMMER)

    with pytest.raises(rules.CannotEnter, match="该部门的检查人员"):
        enter(world, results_world.record_of(visit, "market"), username="yc-teacher", at=SUMMER)

    assert enter(world, results_world.record_of(visit, "education"), username="yc-teacher", at=SUMMER).version == 2


@pytest.mark.parametrize("by", ["office", "market", "yc-market", "discipline"])
def test_officials_enter_nothing(world, record, by):
    with pytest.raises(NotPermitted, match="录入检查结果"):
        enter(world, record, username=by)


def test_of_two_windows_the_later_one_overwrites_nothing(world, record):
    enter(world, record, note="第一个窗口")

    with pytest.raises(rules.StaleRecord, match="已被他人修改"):
        enter(world, record, version=1, note="第二个窗口", categories=[])

    record.refresh_from_db()
    assert (record.note, record.version) == ("第一个窗口", 2)
    assert RecordCategory.objects.count() == 1


def foreign_finding(record):
    other = RecordItem.objects.exclude(record=record).first()
    return {"findings": [ItemFinding(other.pk, "NO_PROBLEM")]}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (foreign_finding, "不属于本记录的事项"),
        (lambda record: {"findings": [*findings(record), *findings(record)]}, "不属于本记录的事项"),
        (lambda record: {"findings": [ItemFinding(findings(record)[0].record_item, "FINE")]}, "没有这种检查情况"),
        (lambda record: {"categories": ["NOBODY"]}, "不存在或已停用"),
        (lambda record: {"follow_ups": [PlannedFollowUp("PRAISE")]}, "重复或不存在"),
        (lambda record: {"follow_ups": [PlannedFollowUp("CASE"), PlannedFollowUp("CASE")]}, "重复或不存在"),
        (lambda record: {"method": "TELEPATHY"}, "没有这种检查方式"),
    ],
)
def test_what_does_not_exist_cannot_be_entered_and_the_draft_stays(world, record, said, sentence):
    enter(world, record, note="原来的草稿")

    with pytest.raises(rules.NotComplete, match=sentence):
        enter(world, record, **said(record))

    record.refresh_from_db()
    assert (record.note, record.version) == ("原来的草稿", 2)
    assert Finding.objects.count() == 2


def test_a_category_out_of_force_cannot_be_chosen(world, record):
    ResultCategory.objects.filter(code="CLEAN").update(valid_to=date(2026, 1, 1))

    with pytest.raises(rules.NotComplete, match="不存在或已停用"):
        enter(world, record)


def test_a_complete_record_goes_to_review(world, record):
    enter(world, record)

    submitted = submit(world, record)

    assert (submitted.state, submitted.submitted_by) == ("SUBMITTED", world.user("yc-inspector"))
    assert ledger.last_entry().act == "results.submit"


def test_an_incomplete_record_stays_a_draft(world, record):
    enter(world, record, categories=[])

    with pytest.raises(rules.NotComplete, match="请选择检查结果类别"):
        submit(world, record)

    record.refresh_from_db()
    assert record.state == "OPEN"


def test_a_day_before_the_visit_or_after_today_is_refused(world, record):
    enter(world, record, checked_on=date(2026, 3, 9))
    with pytest.raises(rules.NotComplete, match="不能早于检查开始日2026-03-10"):
        submit(world, record)

    enter(world, record, checked_on=NEXT_DAY.date() + timedelta(days=1))
    with pytest.raises(rules.NotComplete, match="不能晚于今天"):
        submit(world, record)


def test_a_doubled_submission_does_nothing_twice(world, record):
    enter(world, record)
    submit(world, record)
    before = ledger.last_entry().seq

    with pytest.raises(rules.CannotEnter, match="已经提交,无需重复操作"):
        submit(world, record)

    assert ledger.last_entry().seq == before


def test_what_is_submitted_is_not_edited(world, record):
    enter(world, record)
    submit(world, record)

    with pytest.raises(rules.CannotEnter, match="正在审核"):
        enter(world, record)


def test_a_submission_of_a_version_not_seen_is_refused(world, record):
    enter(world, record)

    with pytest.raises(rules.StaleRecord):
        actions.submit(record=record, version=1, by=world["yc-inspector"], at=NEXT_DAY)


def test_categories_are_loaded_once_with_their_tree(world):
    assert actions.load_categories(by=world.sysadmin, at=world.now) == 18
    assert actions.load_categories(by=world["office"], at=world.now) == 0

    branches = ResultCategory.objects.filter(parent__code="PENDING")
    assert branches.count() == 5
    assert ResultCategory.objects.get(is_exclusive=True).name == "未发现问题"


@pytest.mark.parametrize("by", ["market", "yc-inspector", "discipline"])
def test_categories_are_loaded_by_office_or_administrator(world, by):
    with pytest.raises(NotPermitted):
        actions.load_categories(by=world[by], at=world.now)

    assert not ResultCategory.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"state": "LOST"}, {"method": "TELEPATHY"}, {"submitted_at": SPRING}, {"reviewed_at": SPRING}],
)
def test_the_database_refuses_a_record_that_cannot_be(world, record, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Record.objects.filter(pk=record.pk).update(**wrong)


@pytest.mark.parametrize("wrong", [{"kind": "PRAISE"}, {"state": "OPEN"}, {"closed_at": None, "closed_by": None}])
def test_the_database_refuses_a_follow_up_that_cannot_be(world, record, wrong):
    enter(world, record)

    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.update(**wrong)


def test_the_database_keeps_an_outcome_known_and_a_category_once(world, record):
    enter(world, record)

    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.update(outcome="FINE")
    chosen = RecordCategory.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordCategory.objects.create(record=chosen.record, category=chosen.category)
