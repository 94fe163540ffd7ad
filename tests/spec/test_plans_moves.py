"""Who moves a plan on, and what it must have (计划流转、报送前检查)."""

from datetime import date

import pytest

from mingcha.plans import rules
from mingcha.plans.rules import DrawRule, ItemFacts, PartFacts, TaskFacts
from mingcha.plans.states import PLAN_MOVES, TASK_MOVES, Disclosure, PlanKind, PlanState, TaskState
from tests.drawn import rows

MOVES = """
    state     | submit           | approve          | issue            | return
    DRAFT     | may              | 计划编制中,不能审核 | 计划编制中,不能下达 | 计划编制中,不能退回
    RETURNED  | may              | 计划已退回,不能审核 | 计划已退回,不能下达 | 计划已退回,不能退回
    SUBMITTED | 计划已报送,不能报送 | may              | 计划已报送,不能下达 | may
    APPROVED  | 计划已审核,不能报送 | 计划已审核,不能审核 | may              | may
    ISSUED    | 计划已下达,不能报送 | 计划已下达,不能审核 | 计划已下达,不能下达 | 计划已下达,不能退回
"""


@pytest.mark.parametrize("case", rows(MOVES), ids=lambda case: case["state"])
def test_every_step_has_its_states(case):
    state = PlanState(case["state"])

    assert _answer(rules.check_can_submit, state=state, is_owner=True) == case["submit"]
    assert _answer(rules.check_can_approve, state=state, is_submitter=False) == case["approve"]
    assert _answer(rules.check_can_issue, state=state) == case["issue"]
    assert _answer(rules.check_can_return, state=state, remark="改") == case["return"]


def test_the_tables_speak_of_every_state():
    assert {case["state"] for case in rows(MOVES)} == set(PlanState)
    assert set(PLAN_MOVES) == set(PlanState)
    assert set(TASK_MOVES) == set(TaskState)


def _answer(check, **facts) -> str:
    try:
        check(**facts)
    except (rules.CannotMovePlan, rules.CannotEditPlan) as refusal:
        return str(refusal)
    return "may"


def item(line: str = "market", *, is_published: bool = True) -> ItemFacts:
    return ItemFacts("事项", line, is_published)


def part(name: str = "市场监管局", line: str = "market", **changes) -> PartFacts:
    values = {"is_lead": True, "inspectors": 2, "items": (item(line),), **changes}
    return PartFacts(organization=name, line=line, **values)


def task(**changes) -> TaskFacts:
    values = {
        "name": "任务",
        "rule": DrawRule("ratio", ratios={"*": "0.03"}),
        "subjects": 100,
        "window": (date(2026, 3, 1), date(2026, 10, 31)),
        "lead": "市场监管局",
        "disclosure": Disclosure.SEALED,
        "parts": (part(),),
        **changes,
    }
    return TaskFacts(**values)


PARTNER = part("教育局", "education", is_lead=False)
INCOMPLETE = [
    ({"rule": None}, "抽查比例待设定"),
    ({"rule": DrawRule("ratio", ratios={"*": "0"})}, "不免抽"),
    ({"subjects": 0}, "没有检查对象"),
    ({"scope_problem": "没有代码为“X”的行业"}, "没有代码为“X”的行业"),
    ({"window": (date(2026, 11, 1), date(2027, 1, 31))}, "应在 2026 年之内"),
    ({"window": (date(2025, 12, 1), date(2026, 1, 31))}, "应在 2026 年之内"),
    ({"parts": ()}, "有且只有一个牵头部门"),
    ({"parts": (part(is_lead=False),)}, "有且只有一个牵头部门"),
    ({"lead": "教育局"}, "牵头部门应为发起部门“教育局”"),
    ({"parts": (part(), PARTNER)}, "只能有本部门参与"),
    ({"parts": (part(inspectors=1),)}, "不得少于 2 人"),
    ({"parts": (part(items=()),)}, "还没有抽查事项"),
    ({"parts": (part(items=(item(is_published=False),)),)}, "未发布或已废止"),
    ({"parts": (part(items=(item("education"),)),)}, "不是市场监管局条线的事项"),
    (
        {"classes": ("A",), "disclosure": Disclosure.OPEN},
        "应密封公开",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), INCOMPLETE, ids=[sentence for _, sentence in INCOMPLETE])
def test_what_is_missing_is_said(changes, sentence):
    problems = rules.problems_of(kind=PlanKind.DEPARTMENT, year=2026, tasks=[task(**changes)])

    assert len(problems) == 1
    assert sentence in str(problems[0])


def test_a_complete_plan_has_no_problem():
    rules.check_complete(kind=PlanKind.DEPARTMENT, year=2026, tasks=[task()])
    rules.check_complete(kind=PlanKind.JOINT, year=2026, tasks=[task(parts=(part(), PARTNER))])


def test_a_joint_task_needs_two_lines():
    two_of_one_line = (part(), part("源城局", "market", is_lead=False))

    problems = rules.problems_of(kind=PlanKind.JOINT, year=2026, tasks=[task(parts=two_of_one_line)])

    assert [str(problem) for problem in problems] == ["任务“任务”:部门联合抽查至少有两个部门参与"]


def test_every_problem_is_listed_and_the_first_one_refuses():
    broken = task(rule=None, subjects=0)

    assert len(rules.problems_of(kind=PlanKind.DEPARTMENT, year=2026, tasks=[broken])) == 2
    with pytest.raises(rules.IncompletePlan, match="待设定"):
        rules.check_complete(kind=PlanKind.DEPARTMENT, year=2026, tasks=[broken])


BALANCE = """
    window                  | visits | first | second
    2026-01-01 - 2026-12-31 | 365    | 181   | 184
    2026-03-01 - 2026-05-31 | 92     | 92    | 0
    2026-07-01 - 2026-07-31 | 7      | 0     | 7
    2026-06-30 - 2026-07-01 | 1      | 1     | 0
    2025-12-31 - 2026-01-01 | 2      | 1     | 0
"""


@pytest.mark.parametrize("case", rows(BALANCE), ids=lambda case: case["window"])
def test_visits_are_spread_over_the_days_of_a_window(case):
    start, end = (date.fromisoformat(day) for day in case["window"].split(" - "))

    balance = rules.balance([rules.Load(start, end, int(case["visits"]))], 2026)

    assert (balance.first_half, balance.second_half) == (int(case["first"]), int(case["second"]))


def test_the_months_say_how_many_tasks_are_open():
    loads = [
        rules.Load(date(2026, 3, 1), date(2026, 5, 31), 10),
        rules.Load(date(2026, 5, 1), date(2026, 5, 1), 0),
    ]

    assert rules.balance(loads, 2026).tasks == (0, 0, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0)
    assert rules.balance([], 2026).first_percent == 0


REPEATED = """
    other's items | other's window          | other's level | answer
    i             | 2026-06-30 - 2026-07-31 | CITY          | repeats
    i             | 2026-06-30 - 2026-07-31 | PROVINCE      | repeats
    i             | 2026-06-30 - 2026-07-31 | COUNTY        | repeats
    i             | 2026-06-30 - 2026-07-31 | STATION       | does not
    i             | 2026-07-01 - 2026-07-31 | CITY          | does not
    j             | 2026-06-30 - 2026-07-31 | CITY          | does not
"""


@pytest.mark.parametrize("case", rows(REPEATED), ids=lambda case: "".join(case.values()))
def test_a_task_repeats_another_of_the_same_item_time_and_at_least_its_level(case):
    start, end = (date.fromisoformat(day) for day in case["other's window"].split(" - "))
    county = rules.Claim("T1", frozenset({"i"}), (date(2026, 3, 1), date(2026, 6, 30)), "COUNTY")
    other = rules.Claim("T2", frozenset({case["other's items"]}), (start, end), case["other's level"])

    found = list(rules.repeated(county, [county, other]))

    assert bool(found) == (case["answer"] == "repeats")
