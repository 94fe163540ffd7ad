"""Everything that changes tasks and who takes part in them."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction

from fairdraw.suite import digest
from mingcha.kernel.numbering import Kind
from mingcha.kernel.refusal import gettext_noop
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.models import Organization, Region
from mingcha.people.permissions import require
from mingcha.people.scopes import regions_for
from mingcha.people.states import Level
from mingcha.plans import queries, rules
from mingcha.plans.actions import numbers
from mingcha.plans.models import Plan, Task, TaskItem, TaskParticipant
from mingcha.plans.parts import Part
from mingcha.plans.rules import InvalidTask
from mingcha.plans.states import Disclosure, PlanKind, PlanState, RegionRule, TaskState, TeamForm
from mingcha.registers import queries as registers
from mingcha.registers.models import InspectionItem, Qualification, RiskScheme, SavedFilter
from mingcha.registers.rules import Scope

LOCAL = (Level.COUNTY, Level.STATION)


class TaskTerms(TypedDict, total=False):
    """What is planned of a task; what is not given keeps its value, or the default of a new task."""

    name: str
    organization: Organization
    """The lead; the plan's own organization unless said otherwise."""
    directed: bool
    scope: Scope | None
    """None while only the published text is known; the plan waits until it is set."""
    scope_text: str
    saved_filter: SavedFilter | None
    ratio_text: str
    rule: rules.DrawRule | None
    scheme: RiskScheme | None
    override_reason: str
    initiating_level: Level | str
    implementing_level: Level | str
    region_rule: RegionRule | str
    disclosure: Disclosure | str
    window_text: str
    window_from: date
    window_to: date
    batches: Sequence[tuple[date, date]]
    """The windows of batches, one after the other; empty without."""
    exclusion_months: int
    load_cap: int
    remark: str


@transaction.atomic
def add_task(*, plan: Plan, by: Actor, at: datetime, **terms: Unpack[TaskTerms]) -> Task:
    """Add a task to an open plan of one's own organization (新增抽查任务); without a rule it is 待设定.

    Raises:
        CannotEditPlan: the plan is another organization's, or not open.
        InvalidTask, InvalidRule: the terms contradict themselves.
    """
    plan = open_plan(plan, by)
    task = Task(
        plan=plan,
        organization=plan.organization,
        directed=True,
        scope=Scope().to_json(),
        initiating_level=Level.CITY if by.level not in LOCAL else by.level,
    )
    _put(task, dict(terms), by)
    task.number = numbers.give(Kind.TASK, region=plan.organization.region_id, year=plan.year)
    task.save()
    _append("plans.add_task", task, by=by, at=at)
    return task


@transaction.atomic
def edit_task(*, task: Task, by: Actor, at: datetime, **terms: Unpack[TaskTerms]) -> Task:
    """Change what is planned of a task while its plan is open (修改抽查任务).

    Raises:
        CannotEditPlan: the plan is another organization's, or not open.
        InvalidTask, InvalidRule: the terms contradict themselves.
    """
    task = _open_task(task, by)
    former = content_of(task)
    _put(task, dict(terms), by)
    if content_of(task) != former:
        task.save()
        _append("plans.edit_task", task, by=by, at=at)
    return task


@transaction.atomic
def remove_task(*, task: Task, by: Actor, at: datetime) -> None:
    """Take a task out of an open plan (删除抽查任务); its history stays.

    Raises:
        CannotEditPlan: the plan is another organization's, or not open.
    """
    task = _open_task(task, by)
    number, facts = task.number, {"plan": task.plan.number, "digest": digest_of(task)}
    TaskParticipant.objects.filter(task=task).delete()
    task.delete()
    ledger.append(act="plans.remove_task", subject=f"task:{number}", facts=facts, by=by, at=at)


@transaction.atomic
def set_participants(
    *,
    task: Task,
    parts: Iterable[Part | tuple[Organization, bool, int, Qualification | None, Sequence[InspectionItem]]],
    by: Actor,
    at: datetime,
) -> Task:
    """Say who takes part in a task, with how many inspectors and which items (设定参与部门); replaces the former ones.

    Raises:
        CannotEditPlan: the plan is another organization's, or not open.
        InvalidTask: an organization stands twice, is not active, or has too few or too many inspectors; there are two
            leads, or another lead than the task's; an item is not one the actor may see.
    """
    task = _open_task(task, by)
    chosen = [Part(*part) for part in parts]
    _check_parts(task, chosen, by)
    if _written(chosen) == _written(_parts_of(task)):
        return task
    TaskParticipant.objects.filter(task=task).delete()
    for part in chosen:
        participant = TaskParticipant.objects.create(
            task=task,
            organization=part.organization,
            is_lead=part.is_lead,
            inspectors=part.inspectors,
            qualification=part.qualification,
            team_form=part.team_form,
            experts=part.experts,
        )
        TaskItem.objects.bulk_create(TaskItem(participant=participant, item=item) for item in _once(part.items))
    _append("plans.set_participants", task, by=by, at=at)
    return task


@transaction.atomic
def mark_drawn(*, task: Task, by: Actor, at: datetime) -> Task:
    """The task has been drawn (已抽取); called by its ceremony.

    Raises:
        CannotMoveTask: it is not waiting for its draw.
    """
    require(by, "plans.mark_drawn")
    return _move(task, TaskState.DRAWN, "plans.mark_drawn", by=by, at=at)


@transaction.atomic
def mark_finished(*, task: Task, by: Actor, at: datetime) -> Task:
    """The last record of the task is done (已完成); called by its results.

    Raises:
        CannotMoveTask: it is not being carried out.
    """
    require(by, "plans.mark_finished")
    return _move(task, TaskState.FINISHED, "plans.mark_finished", by=by, at=at)


def _move(task: Task, to: TaskState, act: str, *, by: Actor, at: datetime) -> Task:
    moving = queries.tasks_for(by).select_for_update(of=("self",)).get(pk=task.pk)
    rules.check_can_move_task(number=moving.number, state=TaskState(moving.state), to=to)
    moving.state = to
    moving.save(update_fields=["state"])
    ledger.append(act=act, subject=f"task:{moving.number}", facts={}, by=by, at=at)
    return moving


def open_plan(plan: Plan, by: Actor) -> Plan:
    """The plan, locked and open to the actor."""
    require(by, "plans.draft")
    locked = queries.plans_for(by).select_for_update(of=("self",)).get(pk=plan.pk)
    rules.check_can_edit(state=PlanState(locked.state), is_owner=locked.organization_id == by.organization.pk)
    return locked


def _open_task(task: Task, by: Actor) -> Task:
    """The task, its plan locked and open to the actor."""
    plan = open_plan(task.plan, by)
    fresh = Task.objects.select_related("organization", "scheme", "saved_filter").get(pk=task.pk, plan=plan)
    fresh.plan = plan
    return fresh


def _put(task: Task, terms: dict[str, Any], by: Actor) -> None:
    """Set the terms on a task and hold the whole to the rules; nothing is saved."""
    for name, value in terms.items():
        if name == "scope":
            value = Scope.from_json(value.to_json()).to_json() if value is not None else {}
        elif name == "rule":
            value = rules.to_json(value) if value is not None else None
        elif name == "batches":
            value = rules.batches_to_json(value)
        setattr(task, name, value)
    task.name = task.name.strip()
    if task.window_from is None or task.window_to is None:
        raise InvalidTask(gettext_noop("请填写检查的开始和结束日期"))
    _check_terms(task)
    _check_scope(task, by)
    _check_lead(task)
    if Task.objects.filter(plan=task.plan, name=task.name).exclude(pk=task.pk).exists():
        raise InvalidTask(gettext_noop("本计划中已有名为“%(name)s”的任务"), name=task.name)


def _check_terms(task: Task) -> None:
    rules.check_task(
        name=task.name,
        window=(task.window_from, task.window_to),
        initiating_level=Level(task.initiating_level),
        implementing_level=Level(task.implementing_level),
        exclusion_months=task.exclusion_months,
        load_cap=task.load_cap,
    )
    rules.check_batches(queries.batches_of(task), (task.window_from, task.window_to))
    rules.check_texts(scope_text=task.scope_text, ratio_text=task.ratio_text, window_text=task.window_text)
    rules.check_rule(
        queries.rule_of(task),
        classes=queries.classes_of(task),
        disclosure=Disclosure(task.disclosure),
        override_reason=task.override_reason,
    )


def _check_scope(task: Task, by: Actor) -> None:
    rules.check_level(own=by.level, initiating=Level(task.initiating_level))
    if not queries.has_scope(task):
        return
    scope = queries.scope_of(task)
    trade = bool(
        scope.industries or scope.licences or scope.tags or scope.name_contains or scope.entity_types or scope.ratings
    )
    has_conditions = trade or bool(scope.kinds or scope.regions)
    rules.check_directed(directed=task.directed, has_conditions=has_conditions, narrows_trade=trade)
    is_local = by.level in LOCAL
    allowed = (regions_for(by) if is_local else Region.objects.all()).values_list("code", flat=True)
    rules.check_regions(chosen=scope.regions, allowed=allowed, is_limited=is_local)
    if task.saved_filter_id and not registers.filters_for(by).filter(pk=task.saved_filter_id).exists():
        raise InvalidTask(gettext_noop("所选常用筛选不存在或不属于本单位"))
    if not task.scope_text.strip():
        task.scope_text = scope.describe()[:300]


def _check_lead(task: Task) -> None:
    if task.organization.is_office or not task.organization.is_active:
        raise InvalidTask(gettext_noop("“%(name)s”不能作为牵头部门"), name=task.organization.name)
    if task.plan.kind == PlanKind.DEPARTMENT and task.organization_id != task.plan.organization_id:
        raise InvalidTask(gettext_noop("部门抽查计划的任务由本部门发起"))


def _check_parts(task: Task, parts: Sequence[Part], by: Actor) -> None:
    organizations = [part.organization.pk for part in parts]
    if len(set(organizations)) < len(organizations):
        raise InvalidTask(gettext_noop("同一部门在参与部门中只能出现一次"))
    for part in parts:
        rules.check_part(
            name=part.organization.name,
            is_active=part.organization.is_active and not part.organization.is_office,
            inspectors=part.inspectors,
            team_form=part.team_form,
            experts=part.experts,
        )
    if any(part.is_lead and part.organization.pk != task.organization_id for part in parts) or (
        sum(part.is_lead for part in parts) > 1
    ):
        raise InvalidTask(gettext_noop("牵头部门只能是任务的发起部门“%(name)s”"), name=task.organization.name)
    wanted = {item.pk for part in parts for item in part.items}
    if registers.items_for(by).filter(pk__in=wanted).count() < len(wanted):
        raise InvalidTask(gettext_noop("有抽查事项不存在或不可用"))


def _once(items: Iterable[InspectionItem]) -> list[InspectionItem]:
    return list({item.pk: item for item in items}.values())


def _parts_of(task: Task) -> list[Part]:
    return [
        Part(
            part.organization,
            part.is_lead,
            part.inspectors,
            part.qualification,
            [each.item for each in part.items.all()],
            part.team_form,
            part.experts,
        )
        for part in queries.participants_of(task)
    ]


def _written(parts: Iterable[Part]) -> list[dict[str, object]]:
    """Who takes part, as JSON in a steady order; what is as it always was is left out, so that old digests stay."""
    return sorted(
        (
            {
                "organization": part.organization.code,
                "is_lead": part.is_lead,
                "inspectors": part.inspectors,
                "qualification": part.qualification.code if part.qualification else None,
                **({"experts": part.experts} if part.experts else {}),
                **({"team_form": str(part.team_form)} if part.team_form != TeamForm.PERSONS else {}),
                "items": sorted(f"{item.item_list_id}/{item.code}" for item in part.items),
            }
            for part in parts
        ),
        key=lambda part: str(part["organization"]),
    )


_CONTENT = [
    "name",
    "directed",
    "scope_text",
    "scope",
    "ratio_text",
    "rule",
    "scheme_id",
    "override_reason",
    "initiating_level",
    "implementing_level",
    "region_rule",
    "disclosure",
    "window_text",
    "window_from",
    "window_to",
    "batches",
    "exclusion_months",
    "load_cap",
    "remark",
    "organization_id",
    "saved_filter_id",
]


def content_of(task: Task) -> dict[str, Any]:
    """Everything that is planned of a task besides its participants, as JSON."""
    return {name: _plain(getattr(task, name)) for name in _CONTENT}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def digest_of(task: Task) -> str:
    """The digest of a task with its participants, as the trail keeps it."""
    content = {**content_of(task), "parts": _written(_parts_of(task))}
    return digest(json.dumps(content, ensure_ascii=False, sort_keys=True).encode())


def _append(act: str, task: Task, *, by: Actor, at: datetime) -> None:
    facts = {"plan": task.plan.number, "digest": digest_of(task)}
    ledger.append(act=act, subject=f"task:{task.number}", facts=facts, by=by, at=at)
