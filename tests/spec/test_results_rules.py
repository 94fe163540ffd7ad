"""What a record must say before it is submitted, who reviews it, and when it is overdue."""

from datetime import date

import pytest

from mingcha.kernel.workdays import WorkCalendar
from mingcha.results import rules
from mingcha.results.rules import Category, Entry, ItemFinding, PlannedFollowUp
from mingcha.results.states import (
    FOLLOW_UP_LABELS,
    FOLLOW_UP_STATE_LABELS,
    MEANING_LABELS,
    OUTCOME_LABELS,
    FollowUpKind,
    FollowUpState,
    Meaning,
    Outcome,
)
from mingcha.visits.states import RecordState, VisitState
from tests.drawn import rows

CATEGORIES = {
    "clean": Category("CLEAN", "CLEAN", is_exclusive=True),
    "ordered": Category("CORRECTED", "PROBLEM", needs_follow_up=True),
    "pending": Category("PENDING", "PROBLEM", needs_follow_up=True),
    "closed": Category("CLOSED-DOWN", "STANDING"),
    "unreachable": Category("UNREACHABLE", "STANDING", needs_follow_up=True),
}
OUTCOMES = {"ok": "NO_PROBLEM", "bad": "PROBLEM", "bad!": "PROBLEM", "n/a": "NOT_CONCERNED"}

# Two items; “bad!” is a problem without a description. The visit began on 2026-03-10; today is 2026-03-20.
COMPLETE = """
    items     | categories    | follow-ups                  | checked on | method  | answer
    ok ok     | clean         | NONE                        | 2026-03-10 | ON_SITE | may
    ok n/a    | clean         | NONE                        | 2026-03-20 | ON_SITE | may
    n/a n/a   | closed        | NONE                        | 2026-03-10 | ON_SITE | may
    n/a n/a   | unreachable   | ABNORMAL_LIST               | 2026-03-10 | ON_SITE | may
    ok bad    | ordered       | CORRECTION_ORDER=2026-04-10 | 2026-03-10 | ON_SITE | may
    ok bad    | ordered pending | CORRECTION_ORDER=2026-04-10 CASE | 2026-03-10 | ON_SITE | may
    ok        | clean         | NONE                        | 2026-03-10 | ON_SITE | 事项“乙”尚未填写检查情况
    ok bad!   | ordered       | CORRECTION_ORDER=2026-04-10 | 2026-03-10 | ON_SITE | 事项“乙”发现问题,请写明具体情况
    ok bad    | clean         | NONE                        | 2026-03-10 | ON_SITE | 有事项发现问题
    ok ok     | ordered       | CORRECTION_ORDER=2026-04-10 | 2026-03-10 | ON_SITE | 没有事项发现问题
    ok ok     |               | NONE                        | 2026-03-10 | ON_SITE | 请选择检查结果类别
    ok ok     | clean closed  | NONE                        | 2026-03-10 | ON_SITE | 不能与其他检查结果类别同时选择
    ok ok     | clean         |                             | 2026-03-10 | ON_SITE | 请选择后续处置
    ok bad    | ordered       | NONE CASE                   | 2026-03-10 | ON_SITE | 不能与其他后续处置同时选择
    ok bad    | pending       | NONE                        | 2026-03-10 | ON_SITE | 需要后续处置
    n/a n/a   | unreachable   | NONE                        | 2026-03-10 | ON_SITE | 需要后续处置
    ok bad    | ordered       | CORRECTION_ORDER            | 2026-03-10 | ON_SITE | 责令改正须填写改正期限
    ok bad    | ordered       | CORRECTION_ORDER=2026-03-09 | 2026-03-10 | ON_SITE | 期限不能早于检查日期
    ok ok     | clean         | NONE                        |            | ON_SITE | 请填写检查日期
    ok ok     | clean         | NONE                        | 2026-03-21 | ON_SITE | 不能晚于今天
    ok ok     | clean         | NONE                        | 2026-03-09 | ON_SITE | 不能早于检查开始日2026-03-10
    ok ok     | clean         | NONE                        | 2026-03-10 |         | 请选择检查方式
"""

ENTER = """
    ours | visit   | record    | answer
    yes  | STARTED | OPEN      | may
    yes  | ENDED   | OPEN      | may
    yes  | ENDED   | RETURNED  | may
    no   | ENDED   | OPEN      | 只能由本次检查中该部门的检查人员录入
    yes  | PLANNED | OPEN      | 检查尚未开始
    yes  | ENDED   | SUBMITTED | 正在审核
    yes  | ENDED   | APPROVED  | 已审核通过并锁定
"""

SUBMIT = """
    visit   | record    | answer
    ENDED   | OPEN      | may
    ENDED   | RETURNED  | may
    STARTED | OPEN      | 请先结束检查
    ENDED   | SUBMITTED | 已经提交
    ENDED   | APPROVED  | 已审核通过并锁定
"""

REVIEW = """
    record    | author | in line | answer
    SUBMITTED | no     | yes     | may
    SUBMITTED | yes    | yes     | 不能审核本人录入
    SUBMITTED | no     | no      | 只能由录入单位或其市级主管部门审核
    OPEN      | no     | yes     | 不在待审核状态
    RETURNED  | no     | yes     | 不在待审核状态
    APPROVED  | no     | yes     | 已经审核通过
"""

CLOSE = """
    record    | follow-up | note | answer
    APPROVED  | OPEN      | 已改 | may
    APPROVED  | OPEN      |      | 请写明办结情况
    APPROVED  | CLOSED    | 已改 | 已经完结
    SUBMITTED | OPEN      | 已改 | 审核通过后才能办结
"""

# Ended before that day, a record is overdue. The Spring Festival of 2026 is from 02-15 to 02-23, 02-14 is made up.
OVERDUE = """
    today      | ended first not overdue
    2026-03-20 | 2026-02-14
    2023-10-27 | 2023-09-25
    2023-10-28 | 2023-09-26
"""


def entry_of(case: dict[str, str]) -> Entry:
    findings = [
        ItemFinding(place, OUTCOMES[word], "灭火器过期" if word == "bad" else "")
        for place, word in enumerate(case["items"].split(), start=1)
    ]
    follow_ups = []
    for text in case["follow-ups"].split():
        kind, _, day = text.partition("=")
        follow_ups.append(PlannedFollowUp(kind, date.fromisoformat(day) if day else None))
    return Entry(
        findings=findings,
        categories=[CATEGORIES[name] for name in case["categories"].split()],
        follow_ups=follow_ups,
        checked_on=date.fromisoformat(case["checked on"]) if case["checked on"] else None,
        method=case["method"],
        items={1: "甲", 2: "乙"},
    )


def held_to(answer: str, refusal: type[Exception], check, **asked) -> None:
    if answer == "may":
        check(**asked)
        return
    with pytest.raises(refusal, match=answer):
        check(**asked)


@pytest.mark.parametrize("case", rows(COMPLETE), ids=lambda case: " ".join(case.values()))
def test_an_entry_is_complete_or_says_what_is_wrong(case):
    days = {"started_on": date(2026, 3, 10), "today": date(2026, 3, 20)}
    entry = entry_of(case)

    problems = [str(problem) for problem in rules.problems_of(entry, **days)]

    assert problems == [] if case["answer"] == "may" else any(case["answer"] in problem for problem in problems)
    if case["answer"] == "may":
        rules.check_complete(entry, **days)
    else:
        with pytest.raises(rules.NotComplete):
            rules.check_complete(entry, **days)


@pytest.mark.parametrize("case", rows(ENTER), ids=lambda case: " ".join(case.values()))
def test_a_record_may_be_written_or_not(case):
    held_to(
        case["answer"],
        rules.CannotEnter,
        rules.check_can_enter,
        is_ours=case["ours"] == "yes",
        visit_state=VisitState(case["visit"]),
        state=RecordState(case["record"]),
    )


@pytest.mark.parametrize("case", rows(SUBMIT), ids=lambda case: " ".join(case.values()))
def test_a_record_may_be_submitted_or_not(case):
    held_to(
        case["answer"],
        rules.CannotEnter,
        rules.check_can_submit,
        visit_state=VisitState(case["visit"]),
        state=RecordState(case["record"]),
    )


@pytest.mark.parametrize("case", rows(REVIEW), ids=lambda case: " ".join(case.values()))
def test_a_record_may_be_reviewed_or_not(case):
    held_to(
        case["answer"],
        rules.CannotReview,
        rules.check_can_review,
        state=RecordState(case["record"]),
        is_author=case["author"] == "yes",
        is_in_line=case["in line"] == "yes",
    )


@pytest.mark.parametrize("case", rows(CLOSE), ids=lambda case: " ".join(case.values()))
def test_a_follow_up_may_be_closed_or_not(case):
    held_to(
        case["answer"],
        rules.CannotClose,
        rules.check_can_close,
        record_state=RecordState(case["record"]),
        state=FollowUpState(case["follow-up"]),
        note=case["note"],
    )


def test_a_return_says_why():
    rules.check_can_return(remark="请补充照片")

    with pytest.raises(rules.CannotReview, match="请写明理由"):
        rules.check_can_return(remark="  ")


def test_whoever_has_not_seen_the_last_version_is_refused():
    rules.check_version(seen=3, now=3)

    with pytest.raises(rules.StaleRecord, match="已被他人修改"):
        rules.check_version(seen=2, now=3)


@pytest.mark.parametrize(
    ("outcomes", "offered"),
    [("ok ok", Meaning.CLEAN), ("ok n/a", Meaning.CLEAN), ("ok bad", None), ("ok", None)],
)
def test_no_problem_is_offered_once_every_item_is_answered(outcomes, offered):
    findings = [ItemFinding(place, OUTCOMES[word]) for place, word in enumerate(outcomes.split())]

    assert rules.offered_category(findings, items=2) == offered


@pytest.mark.parametrize("case", rows(OVERDUE), ids=lambda case: case["today"])
def test_what_ended_before_this_day_is_overdue(case):
    calendar = WorkCalendar(range(2023, 2028))
    today, first = date.fromisoformat(case["today"]), date.fromisoformat(case["ended first not overdue"])

    assert rules.first_day_not_overdue(calendar, today=today) == first


def test_the_tables_speak_of_every_state_and_every_word_has_a_label():
    assert {case["record"] for case in rows(ENTER)} == {case["record"] for case in rows(SUBMIT)} == set(RecordState)
    assert {case["record"] for case in rows(REVIEW)} == set(RecordState)
    assert set(OUTCOME_LABELS) == set(Outcome)
    assert set(FOLLOW_UP_LABELS) == set(FollowUpKind)
    assert set(FOLLOW_UP_STATE_LABELS) == set(FollowUpState)
    assert set(MEANING_LABELS) == set(Meaning)
