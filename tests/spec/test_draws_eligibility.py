"""Who may stand in a population, drawn as tables: changes by hand, exemptions, caps, days of validity."""

from datetime import date

import pytest

from mingcha.draws.eligibility_rules import (
    CannotAdjust,
    CannotExempt,
    CannotLimit,
    Standing,
    at_cap,
    check_approved,
    check_can_adjust,
    check_can_approve,
    check_can_exempt,
    check_end,
    check_limit,
    is_above,
)
from mingcha.draws.rules import CannotFreeze
from mingcha.draws.states import Adjusted, CeremonyState, Exclusion, Exemption, Ground
from mingcha.people.states import Level

OUTSIDE = Standing("甲公司", is_live=True, is_in_region=True, is_in_scope=False)
INSIDE = Standing("甲公司", is_live=True, is_in_region=True, is_in_scope=True)


def adjusted(kind, ground, standing, *, note="群众多次投诉", state=CeremonyState.PREPARING, is_adjusted=False):
    check_can_adjust(state=state, kind=kind, ground=ground, note=note, standing=standing, is_adjusted=is_adjusted)


@pytest.mark.parametrize(
    ("kind", "ground", "standing"),
    [
        # way            reason             where it stands
        (Adjusted.ADDED, Ground.COMPLAINT, OUTSIDE),
        (Adjusted.ADDED, Ground.ORDERED, OUTSIDE),
        (Adjusted.ADDED, Ground.OMITTED, OUTSIDE),
        (Adjusted.ADDED, Ground.OTHER, OUTSIDE),
        (Adjusted.REMOVED, Ground.CLOSED, INSIDE),
        (Adjusted.REMOVED, Ground.DUPLICATE, INSIDE),
        (Adjusted.REMOVED, Ground.UNDER_CASE, INSIDE),
        (Adjusted.REMOVED, Ground.WRONG, INSIDE),
        (Adjusted.REMOVED, Ground.OTHER, INSIDE),
    ],
)
def test_with_a_reason_of_its_way_a_subject_is_put_in_or_taken_out(kind, ground, standing):
    adjusted(kind, ground, standing)


@pytest.mark.parametrize(
    ("kind", "ground", "standing", "sentence"),
    [
        (Adjusted.ADDED, Ground.CLOSED, OUTSIDE, "“已停业或正在清算”不是“手工增加”的理由"),
        (Adjusted.REMOVED, Ground.COMPLAINT, INSIDE, "“投诉举报”不是“手工剔除”的理由"),
        (Adjusted.REMOVED, Ground.OTHER, OUTSIDE, "不在该任务的抽查对象之中,无须剔除"),
        (Adjusted.ADDED, Ground.OTHER, INSIDE, "已在该任务的抽查对象之中,无须增加"),
        (Adjusted.ADDED, Ground.OTHER, Standing("甲公司", False, True, False), "“甲公司”的登记状态不符,不能增加"),
        (Adjusted.ADDED, Ground.OTHER, Standing("甲公司", True, False, False), "“甲公司”不在该任务的区域内,不能增加"),
        (
            Adjusted.ADDED,
            Ground.OTHER,
            Standing("甲公司", True, True, False, Exclusion.CHECKED_ABOVE),
            "“甲公司”上级已抽查同一事项,不能增加",
        ),
        (
            Adjusted.ADDED,
            Ground.OTHER,
            Standing("甲公司", True, True, True, Exclusion.AT_CAP),
            "“甲公司”已达年度检查频次上限,不能增加",
        ),
        (
            Adjusted.REMOVED,
            Ground.OTHER,
            Standing("甲公司", True, True, True, Exclusion.CHECKED_RECENTLY),
            "不在该任务的抽查对象之中,无须剔除",
        ),
    ],
)
def test_no_hand_moves_a_limit(kind, ground, standing, sentence):
    with pytest.raises(CannotAdjust, match=sentence):
        adjusted(kind, ground, standing)


@pytest.mark.parametrize("state", [state for state in CeremonyState if state != CeremonyState.PREPARING])
def test_after_the_freeze_nothing_is_changed_by_hand(state):
    with pytest.raises(CannotAdjust, match="须在“筹备中”时进行"):
        adjusted(Adjusted.ADDED, Ground.OTHER, OUTSIDE, state=state)
    with pytest.raises(CannotAdjust, match="须在“筹备中”时进行"):
        check_can_approve(state=state, is_own=False)
    with pytest.raises(CannotExempt, match="须在“筹备中”时进行"):
        check_can_exempt(state=state, exemption=None, note="", listed=())


@pytest.mark.parametrize("note", ["", "    ", "投诉", "  四个字啊  "])
def test_a_change_by_hand_says_why(note):
    with pytest.raises(CannotAdjust, match="不少于5个字"):
        adjusted(Adjusted.ADDED, Ground.OTHER, OUTSIDE, note=note)


def test_a_subject_is_changed_once_per_task():
    with pytest.raises(CannotAdjust, match="已有手工增减,请先撤回"):
        adjusted(Adjusted.ADDED, Ground.OTHER, OUTSIDE, is_adjusted=True)


def test_nobody_approves_their_own_entry():
    with pytest.raises(CannotAdjust, match="须由另一人批准"):
        check_can_approve(state=CeremonyState.PREPARING, is_own=True)


def test_what_waits_for_approval_stops_the_freeze():
    check_approved([])
    with pytest.raises(CannotFreeze, match="有 2 条手工增减尚未批准"):
        check_approved(["甲公司", "乙公司"])


@pytest.mark.parametrize(
    ("exemption", "note", "sentence"),
    [
        (Exemption.COMPLAINT, "12345热线第8号", None),
        (None, "", None),
        (Exemption.REVISIT, "12345热线第8号", "现行频次上限未将“整改复查”列为豁免情形"),
        (Exemption.COMPLAINT, "8号", "请写明豁免的依据"),
    ],
)
def test_a_task_is_exempt_only_as_a_cap_lists_it(exemption, note, sentence):
    def ask():
        check_can_exempt(state=CeremonyState.PREPARING, exemption=exemption, note=note, listed={Exemption.COMPLAINT})

    if sentence is None:
        ask()
    else:
        with pytest.raises(CannotExempt, match=sentence):
            ask()


MARCH, JUNE = (date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 6, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("windows", "most", "reached"),
    [
        # ceremony → windows of the tasks that selected the unit
        ({1: [MARCH]}, 1, True),
        ({1: [MARCH]}, 2, False),
        ({1: [MARCH, MARCH]}, 2, False),  # one visit for two tasks
        ({1: [MARCH, JUNE]}, 2, True),  # two visits of one ceremony
        ({1: [MARCH], 2: [MARCH]}, 2, True),  # two ceremonies never share a visit
        ({1: [MARCH], 2: [JUNE]}, 3, False),
    ],
)
def test_a_cap_counts_visits_not_tasks(windows, most, reached):
    assert at_cap({"U": windows}, most) == (frozenset({"U"}) if reached else frozenset())


@pytest.mark.parametrize(
    ("first", "last", "rival", "may"),
    [
        (date(2026, 1, 1), None, (date(2025, 1, 1), date(2025, 12, 31)), True),
        (date(2026, 1, 1), None, (date(2025, 1, 1), date(2026, 1, 1)), False),
        (date(2026, 1, 1), None, (date(2025, 1, 1), None), False),
        (date(2026, 1, 1), date(2026, 6, 30), (date(2026, 7, 1), None), True),
        (date(2026, 1, 1), None, (date(2026, 7, 1), None), False),
    ],
)
def test_on_a_day_one_cap_of_a_kind_holds(first, last, rival, may):
    if may:
        check_limit(basis="河府办〔2025〕9号", valid_from=first, valid_to=last, rivals=[rival])
    else:
        with pytest.raises(CannotLimit, match="已有同样的规定,请先终止"):
            check_limit(basis="河府办〔2025〕9号", valid_from=first, valid_to=last, rivals=[rival])


def test_a_limit_has_a_basis_and_ends_after_it_began():
    with pytest.raises(CannotLimit, match="请写明依据"):
        check_limit(basis=" ", valid_from=date(2026, 1, 1), valid_to=None, rivals=[])
    with pytest.raises(CannotLimit, match="终止日期早于起始日期"):
        check_limit(basis="河府办〔2025〕9号", valid_from=date(2026, 1, 2), valid_to=date(2026, 1, 1), rivals=[])
    with pytest.raises(CannotLimit, match="终止日期早于起始日期"):
        check_end(valid_from=date(2026, 1, 2), valid_to=None, ends=date(2026, 1, 1))
    with pytest.raises(CannotLimit, match="已于2026-03-31终止"):
        check_end(valid_from=date(2026, 1, 2), valid_to=date(2026, 3, 31), ends=date(2026, 5, 1))


@pytest.mark.parametrize(
    ("one", "other", "above"),
    [
        (Level.PROVINCE, Level.CITY, True),
        (Level.CITY, Level.COUNTY, True),
        (Level.COUNTY, Level.STATION, True),
        (Level.CITY, Level.CITY, False),
        (Level.COUNTY, Level.CITY, False),
    ],
)
def test_levels_stand_above_each_other(one, other, above):
    assert is_above(one, other) is above
