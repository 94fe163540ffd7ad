"""What a plan must have before it is submitted (报送前检查). All problems are listed, each in its own sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.plans.rules.draw_rule import DrawRule, InvalidRule, check_covers, check_rising
from mingcha.plans.rules.terms import LEAST_INSPECTORS
from mingcha.plans.states import Disclosure, PlanKind


class IncompletePlan(Refusal):
    """Something is missing in a plan."""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """An item of a participant (抽查事项)."""

    name: str
    line: str
    is_published: bool


@dataclass(frozen=True, slots=True)
class PartFacts:
    """A participant of a task (参与部门)."""

    organization: str
    line: str
    is_lead: bool
    inspectors: int
    items: tuple[ItemFacts, ...]


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What the check asks of a task."""

    name: str
    rule: DrawRule | None
    subjects: int
    window: tuple[date, date]
    lead: str
    disclosure: Disclosure
    parts: tuple[PartFacts, ...]
    classes: tuple[str, ...] = ()
    override_reason: str = ""
    scope_problem: str = field(default="")
    """A sentence about a scope that cannot be read any more."""


def check_complete(*, kind: PlanKind, year: int, tasks: Sequence[TaskFacts]) -> None:
    """Refuse with the first problem.

    Raises:
        IncompletePlan: something is missing.
    """
    for problem in problems_of(kind=kind, year=year, tasks=tasks):
        raise problem


def problems_of(*, kind: PlanKind, year: int, tasks: Sequence[TaskFacts]) -> list[IncompletePlan]:
    """Every problem of a plan, in the order of its tasks."""
    if not tasks:
        return [IncompletePlan(gettext_noop("计划中还没有抽查任务"))]
    return [problem for task in tasks for problem in problems_of_task(task, kind=kind, year=year)]


def problems_of_task(task: TaskFacts, *, kind: PlanKind, year: int) -> list[IncompletePlan]:
    """Every problem of one task."""
    return [
        *_of_rule(task),
        *_of_scope_and_window(task, year),
        *_of_lead(task),
        *_of_lines(task, kind),
        *_of_parts(task),
    ]


def _of_rule(task: TaskFacts) -> Iterator[IncompletePlan]:
    if task.rule is None:
        yield IncompletePlan(gettext_noop("任务“%(task)s”:抽查比例待设定"), task=task.name)
        return
    try:
        check_covers(task.rule, task.classes)
        check_rising(task.rule, task.classes, task.override_reason)
    except InvalidRule as invalid:
        yield IncompletePlan(gettext_noop("任务“%(task)s”:%(why)s"), task=task.name, why=str(invalid))
    if task.classes and task.disclosure is Disclosure.OPEN and not task.override_reason.strip():
        yield IncompletePlan(
            gettext_noop("任务“%(task)s”:按风险分类抽取的任务应密封公开,全部公开须写明理由"), task=task.name
        )


def _of_scope_and_window(task: TaskFacts, year: int) -> Iterator[IncompletePlan]:
    if task.scope_problem:
        yield IncompletePlan(gettext_noop("任务“%(task)s”:%(why)s"), task=task.name, why=task.scope_problem)
    elif task.subjects == 0:
        yield IncompletePlan(gettext_noop("任务“%(task)s”:抽查范围内没有检查对象"), task=task.name)
    if any(day.year != year for day in task.window):
        yield IncompletePlan(gettext_noop("任务“%(task)s”:检查时间应在 %(year)d 年之内"), task=task.name, year=year)


def _of_lead(task: TaskFacts) -> Iterator[IncompletePlan]:
    leads = [part.organization for part in task.parts if part.is_lead]
    if len(leads) != 1:
        yield IncompletePlan(gettext_noop("任务“%(task)s”:应有且只有一个牵头部门"), task=task.name)
    elif leads != [task.lead]:
        yield IncompletePlan(
            gettext_noop("任务“%(task)s”:牵头部门应为发起部门“%(lead)s”"), task=task.name, lead=task.lead
        )


def _of_lines(task: TaskFacts, kind: PlanKind) -> Iterator[IncompletePlan]:
    lines = {part.line for part in task.parts}
    if kind is PlanKind.JOINT and len(lines) < 2:
        yield IncompletePlan(gettext_noop("任务“%(task)s”:部门联合抽查至少有两个部门参与"), task=task.name)
    if kind is PlanKind.DEPARTMENT and len(lines) > 1:
        yield IncompletePlan(
            gettext_noop("任务“%(task)s”:部门抽查计划只能有本部门参与,多部门任务请列入联合计划"), task=task.name
        )


def _of_parts(task: TaskFacts) -> Iterator[IncompletePlan]:
    for part in task.parts:
        named = {"task": task.name, "organization": part.organization}
        if part.inspectors < LEAST_INSPECTORS:
            yield IncompletePlan(gettext_noop("任务“%(task)s”:%(organization)s每户检查人员不得少于 2 人"), **named)
        if not part.items:
            yield IncompletePlan(gettext_noop("任务“%(task)s”:%(organization)s还没有抽查事项"), **named)
        for item in part.items:
            if not item.is_published:
                yield IncompletePlan(
                    gettext_noop("任务“%(task)s”:事项“%(item)s”所在清单未发布或已废止"), task=task.name, item=item.name
                )
            elif item.line != part.line:
                yield IncompletePlan(
                    gettext_noop("任务“%(task)s”:事项“%(item)s”不是%(organization)s条线的事项"), **named, item=item.name
                )
