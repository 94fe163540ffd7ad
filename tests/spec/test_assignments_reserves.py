"""Who follows when somebody who was drawn cannot go (按程序递补): the first reserve who can, in drawn order."""

from datetime import date

import pytest

from mingcha.assignments import rules
from mingcha.assignments.rules import Reserve
from mingcha.assignments.states import CHANGE_REASON_LABELS, ChangeReason
from tests.drawn import rows

WINDOW = (date(2026, 4, 1), date(2026, 4, 30))

FIT = """
    today      | on duty | certificate | away                  | recused | was in visit | fit
    2026-03-02 | yes     | 2026-04-30  |                       | no      | no           | yes
    2026-03-02 | yes     | 2026-04-29  |                       | no      | no           | no
    2026-03-02 | no      | 2026-12-31  |                       | no      | no           | no
    2026-03-02 | yes     | 2026-12-31  |                       | yes     | no           | no
    2026-03-02 | yes     | 2026-12-31  |                       | no      | yes          | no
    2026-03-02 | yes     | 2026-12-31  | 2026-04-01 2026-04-30 | no      | no           | no
    2026-03-02 | yes     | 2026-12-31  | 2026-04-02 2026-04-30 | no      | no           | yes
    2026-04-15 | yes     | 2026-12-31  | 2026-04-10 2026-04-30 | no      | no           | no
    2026-04-15 | yes     | 2026-12-31  | 2026-04-10 2026-04-29 | no      | no           | yes
    2026-05-06 | yes     | 2026-05-05  |                       | no      | no           | no
"""

CHANGES = """
    reason      | locked | concerns self | answer
    RECUSAL     | no     | no            | may
    LEAVE       | no     | no            | may
    POST_CHANGE | no     | no            | may
    HEALTH      | no     | no            | may
    WORK_CLASH  | no     | no            | may
    DISLIKE     | no     | no            | 调整原因只能是
    RECUSAL     | yes    | no            | 检查已经开始
    RECUSAL     | no     | yes           | 不能审批本人的调整
"""


@pytest.mark.parametrize("case", rows(FIT), ids=lambda case: " ".join(case.values()))
def test_a_reserve_can_go_or_not(case):
    away = [date.fromisoformat(day) for day in case["away"].split()]
    reserve = Reserve(
        number="IN-1",
        is_active=case["on duty"] == "yes",
        certificate_valid_to=date.fromisoformat(case["certificate"]),
        absences=((away[0], away[1]),) if away else (),
        is_recused=case["recused"] == "yes",
        was_in_visit=case["was in visit"] == "yes",
    )

    fit = rules.is_fit(reserve, window=WINDOW, today=date.fromisoformat(case["today"]))

    assert fit == (case["fit"] == "yes")


def test_the_first_who_can_follows_in_drawn_order():
    reserves = [Reserve("IN-9", is_active=False), Reserve("IN-4"), Reserve("IN-1")]

    assert rules.next_reserve(reserves, window=WINDOW, today=date(2026, 4, 2)).number == "IN-4"


@pytest.mark.parametrize("reserves", [[], [Reserve("IN-9", is_recused=True)]])
def test_without_a_reserve_who_can_the_change_is_refused(reserves):
    with pytest.raises(rules.CannotChangeSeat, match="没有可以递补的人员"):
        rules.next_reserve(reserves, window=WINDOW, today=date(2026, 4, 2))


@pytest.mark.parametrize("case", rows(CHANGES), ids=lambda case: " ".join(case.values()))
def test_a_seat_may_change_or_not(case):
    asked = {
        "reason": case["reason"],
        "is_locked": case["locked"] == "yes",
        "concerns_self": case["concerns self"] == "yes",
    }
    if case["answer"] == "may":
        rules.check_can_change_seat(**asked)
        return

    with pytest.raises(rules.CannotChangeSeat, match=case["answer"]):
        rules.check_can_change_seat(**asked)


def test_the_table_speaks_of_every_reason_and_every_reason_has_a_label():
    assert {case["reason"] for case in rows(CHANGES)} >= set(ChangeReason) == set(CHANGE_REASON_LABELS)


def test_the_first_seat_of_the_lead_department_leads():
    seats = [(1, "education"), (2, "education"), (3, "market"), (4, "market")]

    assert rules.leader_of(seats, lead_line="market") == 3
    assert rules.leader_of(seats, lead_line="police") == 1
