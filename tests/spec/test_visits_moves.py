"""When a visit may be made, begin and end; who answers for a part; where it stands on the inspector's page."""

from datetime import date

import pytest

from mingcha.visits import rules
from mingcha.visits.rules import Section, Sitting
from mingcha.visits.states import (
    METHOD_LABELS,
    RECORD_MOVES,
    RECORD_STATE_LABELS,
    VISIT_MOVES,
    VISIT_STATE_LABELS,
    Method,
    RecordState,
    VisitState,
)
from tests.drawn import rows

WINDOW = (date(2026, 4, 1), date(2026, 4, 30))

ARRANGE = """
    drawn | rehearsal | short | arranged | answer
    yes   | no        | no    | no       | may
    no    | no        | no    | no       | 尚未抽取或已经作废
    yes   | yes       | no    | no       | 演练场次
    yes   | no        | yes   | no       | 检查人员不足
    yes   | no        | no    | yes      | 已经生成
"""

START = """
    state   | today      | seated | unfit | answer
    PLANNED | 2026-04-01 | yes    |       | may
    PLANNED | 2026-04-30 | yes    |       | may
    PLANNED | 2026-03-31 | yes    |       | 2026-04-01起方可检查
    PLANNED | 2026-05-01 | yes    |       | 已于2026-04-30结束
    PLANNED | 2026-04-02 | no     |       | 不在本次检查的检查组中
    PLANNED | 2026-04-02 | yes    | 江勘  | 江勘的执法证件已失效或不在岗
    STARTED | 2026-04-02 | yes    |       | 已经开始或结束
    ENDED   | 2026-04-02 | yes    |       | 已经开始或结束
"""

END = """
    state   | seated | answer
    STARTED | yes    | may
    STARTED | no     | 不在本次检查的检查组中
    PLANNED | yes    | 尚未开始
    ENDED   | yes    | 已经结束
"""

SECTIONS = """
    state   | today      | to enter | section
    PLANNED | 2026-03-31 | yes      | NEXT
    PLANNED | 2026-04-01 | yes      | NOW
    PLANNED | 2026-04-30 | yes      | NOW
    PLANNED | 2026-05-01 | yes      | OVERDUE
    STARTED | 2026-05-01 | yes      | NOW
    ENDED   | 2026-04-02 | yes      | TO_ENTER
    ENDED   | 2026-04-02 | no       | DONE
"""

# Organizations: 1 the city's market bureau, 2 that of 源城, 3 that of 东源, 4 education of 源城.
RESPONSIBLE = """
    team | region | answers | why
    2 2  | 441602 | 2       | the county's bureau sends its own
    3 3  | 441602 | 3       | exchange: 东源 goes to 源城
    3 2  | 441602 | 2       | from all over the city: the bureau of the place
    3 3 2 | 441625 | 3      | from all over the city: the bureau of the place
    1 2  | 441602 | 1       | the participant itself goes
    3 3  | 4416JD | 3       | nobody of the place: the first seat
    4 4  | 441602 | 1       | nobody of the line: the participant
"""
ORGANIZATIONS = {
    1: Sitting(1, "market", "441600"),
    2: Sitting(2, "market", "441602"),
    3: Sitting(3, "market", "441625"),
    4: Sitting(4, "education", "441602"),
}


def held_to(answer: str, refusal: type[Exception], check, **asked) -> None:
    """The check lets pass what the table says may be, and refuses the rest in the table's words."""
    if answer == "may":
        check(**asked)
        return
    with pytest.raises(refusal, match=answer):
        check(**asked)


@pytest.mark.parametrize("case", rows(ARRANGE), ids=lambda case: " ".join(case.values()))
def test_visits_are_made_of_a_ceremony_or_not(case):
    held_to(
        case["answer"],
        rules.CannotArrange,
        rules.check_can_arrange,
        is_drawn=case["drawn"] == "yes",
        is_rehearsal=case["rehearsal"] == "yes",
        is_short=case["short"] == "yes",
        is_arranged=case["arranged"] == "yes",
    )


@pytest.mark.parametrize("case", rows(START), ids=lambda case: " ".join(case.values()))
def test_a_visit_begins_or_not(case):
    held_to(
        case["answer"],
        rules.CannotStart,
        rules.check_can_start,
        state=VisitState(case["state"]),
        window=WINDOW,
        today=date.fromisoformat(case["today"]),
        is_seated=case["seated"] == "yes",
        unfit=case["unfit"].split(),
    )


@pytest.mark.parametrize("case", rows(END), ids=lambda case: " ".join(case.values()))
def test_a_visit_ends_or_not(case):
    held_to(
        case["answer"],
        rules.CannotEnd,
        rules.check_can_end,
        state=VisitState(case["state"]),
        is_seated=case["seated"] == "yes",
    )


@pytest.mark.parametrize("case", rows(SECTIONS), ids=lambda case: " ".join(case.values()))
def test_a_visit_has_its_place_on_the_page(case):
    section = rules.section_of(
        state=VisitState(case["state"]),
        window=WINDOW,
        today=date.fromisoformat(case["today"]),
        has_open_records=case["to enter"] == "yes",
    )

    assert section == Section(case["section"])


@pytest.mark.parametrize("case", rows(RESPONSIBLE), ids=lambda case: case["why"])
def test_a_part_has_one_organization_that_answers_for_it(case):
    team = [ORGANIZATIONS[int(number)] for number in case["team"].split()]

    answers = rules.responsible_organization(participant=ORGANIZATIONS[1], team=team, region=case["region"])

    assert answers == int(case["answers"])


def test_the_tables_speak_of_every_state():
    assert {case["state"] for case in rows(START)} == {case["state"] for case in rows(END)} == set(VisitState)
    assert {case["section"] for case in rows(SECTIONS)} == set(Section) == set(rules.SECTION_LABELS)
    assert set(VISIT_MOVES) == set(VISIT_STATE_LABELS) == set(VisitState)
    assert set(RECORD_MOVES) == set(RECORD_STATE_LABELS) == set(RecordState)
    assert set(METHOD_LABELS) == set(Method)
