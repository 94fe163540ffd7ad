"""The buttons of a plan (流转按钮): which steps a person takes, and why one may not be taken now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.people.actors import Actor
from mingcha.people.permissions import may
from mingcha.plans import rules
from mingcha.plans.models import Plan
from mingcha.plans.states import PlanKind, PlanState


@dataclass(frozen=True, slots=True)
class Step:
    """One button: what it does, and why not, if it may not be pressed."""

    name: str
    label: str
    why_not: Refusal | None

    @property
    def asks_remark(self) -> bool:
        """A plan is returned with a remark."""
        return self.name == "return"


def steps_for(plan: Plan, by: Actor, tasks: Sequence[rules.TaskFacts]) -> list[Step]:
    """The steps this person takes in general, judged by the very rules that the actions ask."""
    is_owner = plan.organization_id == by.organization.pk
    state = PlanState(plan.state)

    def complete() -> None:
        rules.check_complete(kind=PlanKind(plan.kind), year=plan.year, tasks=tasks)

    def can_submit() -> None:
        rules.check_can_submit(state=state, is_owner=is_owner)
        complete()

    def can_approve() -> None:
        rules.check_can_approve(state=state, is_submitter=plan.submitted_by_id == by.user.pk)
        complete()

    def can_issue() -> None:
        rules.check_can_issue(state=state)
        complete()

    def can_return() -> None:
        rules.check_can_return(state=state, remark="-")

    every = [
        ("submit", gettext_noop("报送"), is_owner and may(by, "plans.submit"), can_submit),
        ("approve", gettext_noop("审核通过"), may(by, "plans.approve"), can_approve),
        ("issue", gettext_noop("下达"), may(by, "plans.issue"), can_issue),
        ("return", gettext_noop("退回"), may(by, "plans.approve"), can_return),
    ]
    return [Step(name, label, _why_not(check)) for name, label, is_shown, check in every if is_shown]


def _why_not(check: Callable[[], None]) -> Refusal | None:
    try:
        check()
    except Refusal as refusal:
        return refusal
    return None
