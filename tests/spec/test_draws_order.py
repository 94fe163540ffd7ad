"""In which order a ceremony goes (场次的次序): nothing skipped, nothing turned round."""

from datetime import date

import pytest

from mingcha.draws import rules
from mingcha.draws.states import CEREMONY_MOVES, CEREMONY_STATE_LABELS, CeremonyState
from mingcha.kernel.refusal import Refusal
from mingcha.plans.states import Disclosure, TaskState
from tests.drawn import rows

STEPS = """
    state     | declare | input | freeze | open | hold | countersign | release | abandon
    PREPARING | may     | may   | may    | no   | no   | no          | no      | may
    COMMITTED | no      | no    | no     | may  | may  | no          | no      | may
    DRAWN     | no      | no    | no     | no   | no   | may         | may     | may
    RELEASED  | no      | no    | no     | no   | no   | no          | no      | no
    ABANDONED | no      | no    | no     | no   | no   | no          | no      | no
"""

TASKS = """
    tasks                              | previous | answer
    ISSUED                             |          | may
    ISSUED, ISSUED                     |          | may
                                       |          | 请至少选择一项
    DRAFT                              |          | 只有已下达
    FINISHED                           |          | 只有已下达
    DRAWN                              |          | 只有已下达
    ISSUED in D1                       |          | 已在场次 D1 中,不能重复抽取
    DRAWN in D1                        |          | 只有已下达
    ISSUED after D1                    |          | 曾在已作废的场次 D1 中抽取
    ISSUED after D1                    | D2       | 曾在已作废的场次 D1 中抽取
    ISSUED after D1                    | D1       | may
    DRAWN after D1                     | D1       | may
    ISSUED after D1 D2                 | D1       | 曾在已作废的场次 D2 中抽取
    ISSUED after D1 D2                 | D2       | may
    ISSUED                             | D1       | 不是所选任务已作废的场次
    ISSUED, ISSUED OPEN                |          | 公开方式须一致
    ISSUED, ISSUED CITY                |          | 实施层级须一致
    ISSUED without                     |          | 尚未设定抽取规则
    ISSUED OPEN classes                |          | 风险等级不公开
    ISSUED classes                     |          | may
"""

FREEZES = """
    kind      | organs             | waiting  | system | answer
    real      | discipline justice |          | no     | may
    real      | discipline justice |          | yes    | 系统随机数只能用于演练
    real      | discipline         |          | yes    | 两名来自不同单位的见证人
    real      | justice justice    |          | no     | 两名来自不同单位的见证人
    real      |                    |          | no     | 两名来自不同单位的见证人
    real      | discipline justice | 纪正     | no     | 尚未提交承诺:纪正
    rehearsal |                    |          | yes    | may
    rehearsal |                    |          | no     | 请先登记随机来源
    rehearsal | discipline         |          | yes    | 见证人至少两名
    rehearsal | discipline justice |          | no     | may
"""

ABANDONING = """
    state     | reason         | kind      | arranged | office | answer
    COMMITTED | 见证人未能到场 | real      | no       | no     | may
    COMMITTED | 重抽           | real      | no       | no     | 请写明作废理由
    COMMITTED |                | real      | no       | yes    | 请写明作废理由
    DRAWN     | 人员名单有误   | real      | no       | no     | 只能由联席办作废
    DRAWN     | 人员名单有误   | real      | no       | yes    | may
    DRAWN     | 人员名单有误   | rehearsal | no       | no     | may
    DRAWN     | 人员名单有误   | real      | yes      | yes    | 已安排检查
    RELEASED  | 人员名单有误   | real      | no       | yes    | 不能作废
"""

MONTHS = """
    day        | months | before
    2026-03-15 | 1      | 2026-02-15
    2026-03-31 | 1      | 2026-02-28
    2024-03-31 | 1      | 2024-02-29
    2026-03-02 | 12     | 2025-03-02
    2026-01-10 | 2      | 2025-11-10
"""


def answer_of(ask) -> str:
    try:
        ask()
    except Refusal as refusal:
        return str(refusal)
    return "may"


def asked(step: str, state: CeremonyState):
    """Ask whether a step may be taken in a state, with nothing else in the way."""
    commitment, sealed = "0" * 64, Disclosure.SEALED
    return {
        "declare": lambda: rules.check_can_declare(state=state),
        "input": lambda: rules.check_can_commit_input(state=state, others=(), commitment=commitment),
        "freeze": lambda: rules.check_can_freeze(
            state=state, is_rehearsal=False, organs=["a", "b"], waiting=[], has_system=False
        ),
        "open": lambda: rules.check_can_open(state=state, is_logged=True, is_opened=False, size=8),
        "hold": lambda: rules.check_can_hold(state=state, waiting=[]),
        "countersign": lambda: rules.check_can_countersign(state=state, disclosure=sealed, has_signed=False),
        "release": lambda: rules.check_can_release(state=state, disclosure=sealed, organs=["a", "b"]),
        "abandon": lambda: rules.check_can_abandon(
            state=state, reason="见证人未能到场", is_rehearsal=False, is_arranged=False, is_office=True
        ),
    }[step]


@pytest.mark.parametrize("case", rows(STEPS), ids=lambda case: case["state"])
def test_each_step_has_its_state(case):
    state = CeremonyState(case.pop("state"))

    for step, expected in case.items():
        answer = answer_of(asked(step, state))
        assert answer == "may" if expected == "may" else answer != "may", step


def test_the_table_speaks_of_every_state():
    assert {row["state"] for row in rows(STEPS)} == set(CeremonyState) == set(CEREMONY_MOVES)
    assert set(CEREMONY_STATE_LABELS) == set(CeremonyState)


def facts(text: str, number: int) -> rules.TaskFacts:
    words, _, after = text.partition(" after ")
    words, _, standing = words.partition(" in ")
    state, *more = words.split()
    return rules.TaskFacts(
        number=f"T{number}",
        state=TaskState(state),
        disclosure=Disclosure.OPEN if "OPEN" in more else Disclosure.SEALED,
        level="CITY" if "CITY" in more else "COUNTY",
        has_rule="without" not in more,
        shows_classes="classes" in more,
        standing_in=standing,
        abandoned_in=tuple(after.split()),
    )


@pytest.mark.parametrize("case", rows(TASKS), ids=lambda case: f"{case['tasks']} {case['previous']}")
def test_which_tasks_may_be_drawn_together(case):
    tasks = [facts(text.strip(), number) for number, text in enumerate(case["tasks"].split(",")) if text.strip()]

    answer = answer_of(
        lambda: rules.check_can_prepare(tasks=tasks, is_rehearsal=False, suite="SHA-256", previous=case["previous"])
    )

    assert case["answer"] in answer


@pytest.mark.parametrize("text", ["ISSUED", "DRAWN", "ISSUED in D1", "DRAWN in D1", "ISSUED after D1"])
def test_a_rehearsal_may_use_a_task_whatever_became_of_it(text):
    rules.check_can_prepare(tasks=[facts(text, 1)], is_rehearsal=True, suite="SM3", previous="")


def test_an_unknown_suite_is_refused():
    with pytest.raises(rules.CannotPrepare, match="没有算法套件“MD5”"):
        rules.check_can_prepare(tasks=[facts("ISSUED", 1)], is_rehearsal=False, suite="MD5", previous="")


@pytest.mark.parametrize("case", rows(FREEZES), ids=lambda case: f"{case['kind']} {case['organs']} {case['waiting']}")
def test_what_randomness_a_freeze_asks_for(case):
    answer = answer_of(
        lambda: rules.check_can_freeze(
            state=CeremonyState.PREPARING,
            is_rehearsal=case["kind"] == "rehearsal",
            organs=case["organs"].split(),
            waiting=case["waiting"].split(),
            has_system=case["system"] == "yes",
        )
    )

    assert case["answer"] in answer


@pytest.mark.parametrize("case", rows(ABANDONING), ids=lambda case: f"{case['state']} {case['answer']}")
def test_when_a_ceremony_may_be_abandoned(case):
    answer = answer_of(
        lambda: rules.check_can_abandon(
            state=CeremonyState(case["state"]),
            reason=case["reason"],
            is_rehearsal=case["kind"] == "rehearsal",
            is_arranged=case["arranged"] == "yes",
            is_office=case["office"] == "yes",
        )
    )

    assert case["answer"] in answer


@pytest.mark.parametrize(
    ("logged", "opened", "size", "sentence"),
    [
        (False, False, 8, "尚未存证"),
        (True, True, 8, "已经打开,不能更改"),
        (True, False, 0, "1至1024字节"),
        (True, False, 1025, "1至1024字节"),
    ],
)
def test_an_input_is_opened_once_and_after_the_statement_is_logged(logged, opened, size, sentence):
    with pytest.raises(rules.CannotOpen, match=sentence):
        rules.check_can_open(state=CeremonyState.COMMITTED, is_logged=logged, is_opened=opened, size=size)


@pytest.mark.parametrize("commitment", ["", "0" * 63, "0" * 65, "A" * 64, "春" * 64])
def test_a_commitment_is_a_digest(commitment):
    with pytest.raises(rules.CannotCommitInput, match="64位小写十六进制"):
        rules.check_can_commit_input(state=CeremonyState.PREPARING, others=(), commitment=commitment)


def test_the_public_ceremony_needs_no_countersignature():
    with pytest.raises(rules.CannotCountersign, match="人人可以复算"):
        rules.check_can_countersign(state=CeremonyState.DRAWN, disclosure=Disclosure.OPEN, has_signed=False)

    rules.check_can_release(state=CeremonyState.DRAWN, disclosure=Disclosure.OPEN, organs=[])


@pytest.mark.parametrize("organs", [[], ["justice"], ["justice", "justice"]])
def test_a_sealed_release_needs_two_organs(organs):
    with pytest.raises(rules.CannotRelease, match="至少两个不同单位"):
        rules.check_can_release(state=CeremonyState.DRAWN, disclosure=Disclosure.SEALED, organs=organs)


@pytest.mark.parametrize("case", rows(MONTHS), ids=lambda case: f"{case['day']} {case['months']}")
def test_months_are_counted_back_by_the_calendar(case):
    assert rules.months_before(date.fromisoformat(case["day"]), int(case["months"])) == date.fromisoformat(
        case["before"]
    )


SERVED = """
    visits | seats | inspectors | places | answer
    5      | 2     | 2          | 10     | may
    0      | 2     | 0          | 0      | may
    5      | 2     | 1          | 30     | 每次检查需要市场监管检查人员2名,而符合条件的只有1名
    5      | 2     | 3          | 9      | 需要市场监管检查人员10人次,而符合条件的3名人员合计只有9人次
"""


@pytest.mark.parametrize("case", rows(SERVED), ids=lambda case: case["answer"])
def test_what_no_seed_could_serve_is_refused_before_the_seed(case):
    numbers = {key: int(case[key]) for key in ("visits", "seats", "inspectors", "places")}
    need = rules.SeatsNeeded(task="T1", line="市场监管", region="源城区", **numbers)

    assert case["answer"] in answer_of(lambda: rules.check_can_be_served([need]))
