"""Who may move a plan on, and when (计划流转); the answers serve buttons and server alike."""

from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.plans.states import (
    OPEN_STATES,
    PLAN_MOVES,
    PLAN_STATE_LABELS,
    TASK_MOVES,
    TASK_STATE_LABELS,
    PlanState,
    TaskState,
)


class CannotEditPlan(Refusal):
    """The plan and its tasks may not be changed."""


class CannotMovePlan(Refusal):
    """The plan may not go into that state now, or not by this person."""


class CannotMoveTask(Refusal):
    """The task may not go into that state now."""


def check_can_edit(*, state: PlanState, is_owner: bool) -> None:
    """Only the organization that drafts a plan changes it, and only while it is open."""
    if not is_owner:
        raise CannotEditPlan(gettext_noop("只有编制单位可以修改本计划"))
    if state not in OPEN_STATES:
        raise CannotEditPlan(
            gettext_noop("计划%(state)s,不能修改;需要修改时请联席办退回"), state=PLAN_STATE_LABELS[state]
        )


def check_is_owner(*, is_owner: bool) -> None:
    """A plan is copied by the organization that drafted it."""
    if not is_owner:
        raise CannotEditPlan(gettext_noop("只能沿用本单位编制的计划"))


def check_can_drop(*, state: PlanState, is_owner: bool, was_submitted: bool) -> None:
    """Only what the office never had before it is thrown away."""
    check_can_edit(state=state, is_owner=is_owner)
    if was_submitted:
        raise CannotEditPlan(gettext_noop("计划曾经报送,不能删除"))


def check_can_submit(*, state: PlanState, is_owner: bool) -> None:
    if not is_owner:
        raise CannotMovePlan(gettext_noop("只有编制单位可以报送本计划"))
    _check_move(state, PlanState.SUBMITTED)


def check_can_approve(*, state: PlanState, is_submitter: bool) -> None:
    """Two pairs of eyes: nobody approves what they submitted, in the office neither."""
    _check_move(state, PlanState.APPROVED)
    if is_submitter:
        raise CannotMovePlan(gettext_noop("报送人不能审核自己报送的计划,请由联席办另一人审核"))


def check_can_return(*, state: PlanState, remark: str) -> None:
    _check_move(state, PlanState.RETURNED)
    if not remark.strip():
        raise CannotMovePlan(gettext_noop("退回计划应写明意见"))


def check_can_issue(*, state: PlanState) -> None:
    _check_move(state, PlanState.ISSUED)


_VERBS = {
    PlanState.SUBMITTED: gettext_noop("计划%(state)s,不能报送"),
    PlanState.APPROVED: gettext_noop("计划%(state)s,不能审核"),
    PlanState.RETURNED: gettext_noop("计划%(state)s,不能退回"),
    PlanState.ISSUED: gettext_noop("计划%(state)s,不能下达"),
}


def _check_move(state: PlanState, to: PlanState) -> None:
    if to not in PLAN_MOVES[state]:
        raise CannotMovePlan(_VERBS[to], state=PLAN_STATE_LABELS[state])


def check_can_move_task(*, number: str, state: TaskState, to: TaskState) -> None:
    if to not in TASK_MOVES[state]:
        raise CannotMoveTask(
            gettext_noop("任务 %(number)s 的状态是“%(state)s”,不能转为“%(to)s”"),
            number=number,
            state=TASK_STATE_LABELS[state],
            to=TASK_STATE_LABELS[to],
        )
