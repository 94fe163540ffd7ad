"""Everything that changes plans: draft, copy, submit, return, approve, issue."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from mingcha.kernel.numbering import Kind
from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.plans import queries, rules
from mingcha.plans.actions import numbers
from mingcha.plans.actions.tasks import Part, TaskTerms, add_task, digest_of, set_participants
from mingcha.plans.models import Plan, Task, TaskParticipant
from mingcha.plans.states import PlanKind, PlanState, TaskState
from mingcha.registers import queries as registers
from mingcha.registers.models import InspectionItem
from mingcha.registers.states import ItemListState

YEARS = range(2015, 2100)
"""From the year in which random checks began (国办发〔2015〕58号) to the last a number can name."""


class CannotDraftPlan(Refusal):
    """The plan has no usable title or year, or there is one already."""


@transaction.atomic
def draft_plan(*, year: int, kind: PlanKind | str, title: str, by: Actor, at: datetime) -> Plan:
    """Begin a plan of one's own organization (编制抽查计划).

    Raises:
        CannotDraftPlan: no title, an impossible year, a department plan of the office, or the same title twice.
    """
    require(by, "plans.draft")
    kind, title = PlanKind(kind), title.strip()
    if not 0 < len(title) <= 120:
        raise CannotDraftPlan(gettext_noop("请填写 120 字以内的计划名称"))
    if year not in YEARS:
        raise CannotDraftPlan(gettext_noop("年度应在 %(first)d 至 %(last)d 之间"), first=YEARS[0], last=YEARS[-1])
    if kind is PlanKind.DEPARTMENT and by.organization.is_office:
        raise CannotDraftPlan(gettext_noop("联席办只编制部门联合抽查计划"))
    number = numbers.give(Kind.PLAN, region=by.organization.region_id, year=year)
    if Plan.objects.filter(organization=by.organization, year=year, title=title).exists():
        raise CannotDraftPlan(gettext_noop("本单位 %(year)d 年已有名为“%(title)s”的计划"), year=year, title=title)
    plan = Plan.objects.create(
        number=number,
        year=year,
        kind=kind,
        organization=by.organization,
        title=title,
        created_by=by.user,
        created_at=at,
    )
    _append("plans.draft", plan, {"year": year, "kind": kind.value}, by=by, at=at)
    return plan


@transaction.atomic
def edit_plan(*, plan: Plan, title: str, by: Actor, at: datetime) -> Plan:
    """Give an open plan another title (修改计划名称).

    Raises:
        CannotEditPlan: the plan is another organization's, or not open.
        CannotDraftPlan: no title, or one that another plan of the year has.
    """
    require(by, "plans.draft")
    plan, title = _locked(plan, by), title.strip()
    rules.check_can_edit(state=PlanState(plan.state), is_owner=_is_owner(plan, by))
    if not 0 < len(title) <= 120:
        raise CannotDraftPlan(gettext_noop("请填写 120 字以内的计划名称"))
    others = Plan.objects.filter(organization=plan.organization, year=plan.year, title=title).exclude(pk=plan.pk)
    if others.exists():
        raise CannotDraftPlan(gettext_noop("本单位 %(year)d 年已有名为“%(title)s”的计划"), year=plan.year, title=title)
    if title != plan.title:
        plan.title = title
        plan.save(update_fields=["title"])
        _append("plans.edit", plan, {"title": title}, by=by, at=at)
    return plan


@transaction.atomic
def drop_plan(*, plan: Plan, by: Actor, at: datetime) -> None:
    """Throw away a draft that was never submitted (删除草稿), with its tasks; their history stays.

    Raises:
        CannotEditPlan: the plan is another organization's, not open, or has been submitted before.
    """
    require(by, "plans.draft")
    plan = _locked(plan, by)
    rules.check_can_drop(
        state=PlanState(plan.state), is_owner=_is_owner(plan, by), was_submitted=plan.submitted_at is not None
    )
    number, tasks = plan.number, Task.objects.filter(plan=plan)
    facts = {"tasks": tasks.count()}
    TaskParticipant.objects.filter(task__in=tasks).delete()
    for task in tasks:
        task.delete()
    plan.delete()
    ledger.append(act="plans.drop", subject=f"plan:{number}", facts=facts, by=by, at=at)


@transaction.atomic
def submit(*, plan: Plan, by: Actor, at: datetime) -> Plan:
    """Send a complete plan to the office (报送).

    Raises:
        CannotMovePlan: the plan is another organization's, or not open.
        IncompletePlan: something is missing.
    """
    require(by, "plans.submit")
    plan = _locked(plan, by)
    rules.check_can_submit(state=PlanState(plan.state), is_owner=_is_owner(plan, by))
    _check_complete(plan, at)
    plan.submitted_by, plan.submitted_at = by.user, at
    plan.approved_by = plan.approved_at = None
    plan.remark = ""
    return _moved(plan, PlanState.SUBMITTED, "plans.submit", by=by, at=at)


@transaction.atomic
def return_plan(*, plan: Plan, remark: str, by: Actor, at: datetime) -> Plan:
    """Send a plan back with a remark (退回); it is open again.

    Raises:
        CannotMovePlan: the plan is not waiting for the office, or there is no remark.
    """
    require(by, "plans.approve")
    plan = _locked(plan, by)
    rules.check_can_return(state=PlanState(plan.state), remark=remark)
    plan.remark = remark.strip()
    return _moved(plan, PlanState.RETURNED, "plans.return", by=by, at=at)


@transaction.atomic
def approve(*, plan: Plan, by: Actor, at: datetime) -> Plan:
    """The office finds a plan in order (审核). Never by the person who submitted it, in the office neither.

    Raises:
        CannotMovePlan: the plan is not submitted, or was submitted by the same person.
        IncompletePlan: something is missing by now (a list was withdrawn, a scope has become empty).
    """
    require(by, "plans.approve")
    plan = _locked(plan, by)
    rules.check_can_approve(state=PlanState(plan.state), is_submitter=plan.submitted_by_id == by.user.pk)
    _check_complete(plan, at)
    plan.approved_by, plan.approved_at = by.user, at
    return _moved(plan, PlanState.APPROVED, "plans.approve", by=by, at=at)


@transaction.atomic
def issue(*, plan: Plan, by: Actor, at: datetime) -> Plan:
    """Issue an approved plan (下达): its tasks may be drawn from now on.

    Raises:
        CannotMovePlan: the plan is not approved.
        IncompletePlan: something is missing by now.
    """
    require(by, "plans.issue")
    plan = _locked(plan, by)
    rules.check_can_issue(state=PlanState(plan.state))
    _check_complete(plan, at)
    for task in Task.objects.filter(plan=plan).select_for_update(of=("self",)).order_by("pk"):
        rules.check_can_move_task(number=task.number, state=TaskState(task.state), to=TaskState.ISSUED)
        task.state = TaskState.ISSUED
        task.save(update_fields=["state"])
    plan.issued_at = at
    return _moved(plan, PlanState.ISSUED, "plans.issue", by=by, at=at)


@transaction.atomic
def copy_plan(*, plan: Plan, year: int, by: Actor, at: datetime) -> Plan:
    """Begin the plan of another year as a copy of one of one's own (沿用上年计划).

    Windows move by the years between. Items of withdrawn lists are replaced by the same item of a published edition
    where there is one, else left out. Everything is a draft again.

    Raises:
        CannotEditPlan: the plan is another organization's.
        CannotDraftPlan: the year is impossible, or has a plan of that title.
    """
    require(by, "plans.draft")
    source = _locked(plan, by)
    rules.check_is_owner(is_owner=_is_owner(source, by))
    if source.year == year:
        raise CannotDraftPlan(gettext_noop("请选择另一个年度"))
    title = _renamed(source.title, source.year, year)
    copied = draft_plan(year=year, kind=source.kind, title=title, by=by, at=at)
    for task in queries.in_full(Task.objects.filter(plan=source)):
        _copy_task(task, copied, by=by, at=at)
    return copied


def _copy_task(task: Task, plan: Plan, *, by: Actor, at: datetime) -> Task:
    old, new = task.plan.year, plan.year
    terms: TaskTerms = {
        "name": _renamed(task.name, old, new),
        "organization": task.organization,
        "directed": task.directed,
        "scope": queries.scope_of(task) if queries.has_scope(task) else None,
        "scope_text": task.scope_text,
        "saved_filter": task.saved_filter,
        "ratio_text": task.ratio_text,
        "rule": queries.rule_of(task),
        "scheme": task.scheme,
        "override_reason": task.override_reason,
        "initiating_level": task.initiating_level,
        "implementing_level": task.implementing_level,
        "region_rule": task.region_rule,
        "disclosure": task.disclosure,
        "window_text": _renamed(task.window_text, old, new),
        "window_from": _in_year(task.window_from, new - old),
        "window_to": _in_year(task.window_to, new - old),
        "batches": [(_in_year(a, new - old), _in_year(b, new - old)) for a, b in queries.batches_of(task)],
        "exclusion_months": task.exclusion_months,
        "load_cap": task.load_cap,
        "remark": task.remark,
    }
    copied = add_task(plan=plan, by=by, at=at, **terms)
    in_force = registers.items_in_force(by, on=copied.window_from)
    parts = [
        Part(
            part.organization,
            part.is_lead,
            part.inspectors,
            part.qualification,
            [item for taken in part.items.all() if (item := _of_today(taken.item, in_force))],
            part.team_form,
            part.experts,
        )
        for part in task.participants.all()
    ]
    return set_participants(task=copied, parts=parts, by=by, at=at)


def _of_today(item: InspectionItem, in_force: QuerySet[InspectionItem]) -> InspectionItem | None:
    """The item itself while its list is published, else the same item of an edition in force."""
    if item.item_list.state == ItemListState.PUBLISHED:
        return item
    return in_force.filter(line=item.line, name=item.name, sub_item=item.sub_item).order_by("-pk").first()


def _renamed(text: str, old: int, new: int) -> str:
    return text.replace(str(old), str(new))


def _in_year(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _locked(plan: Plan, by: Actor) -> Plan:
    """The plan, fresh and locked, if the actor may see it.

    Raises:
        Plan.DoesNotExist: the actor may not see it.
    """
    return queries.plans_for(by).select_for_update(of=("self",)).select_related("organization").get(pk=plan.pk)


def _is_owner(plan: Plan, by: Actor) -> bool:
    return plan.organization_id == by.organization.pk


def _check_complete(plan: Plan, at: datetime) -> None:
    tasks = queries.facts_of(plan, on=localdate(at))
    rules.check_complete(kind=PlanKind(plan.kind), year=plan.year, tasks=tasks)


def _moved(plan: Plan, to: PlanState, act: str, *, by: Actor, at: datetime) -> Plan:
    plan.state = to
    plan.save()
    tasks = {task.number: digest_of(task) for task in Task.objects.filter(plan=plan).order_by("number")}
    _append(act, plan, {"state": to.value, "tasks": tasks}, by=by, at=at)
    return plan


def _append(act: str, plan: Plan, facts: dict[str, object], *, by: Actor, at: datetime) -> None:
    ledger.append(act=act, subject=f"plan:{plan.number}", facts=facts, by=by, at=at)
