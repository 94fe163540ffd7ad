"""The API of plans: the same queries and actions as the pages, under the same permissions."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import AfterValidator, ConfigDict, Field

from mingcha.kernel.cells import read_text
from mingcha.people.actors import Actor
from mingcha.people.api import REFUSALS, caller
from mingcha.people.states import Level
from mingcha.plans import actions, queries, rules
from mingcha.plans.models import Plan, Task
from mingcha.plans.states import Disclosure, PlanKind, PlanState, RegionRule, TaskState, TeamForm
from mingcha.registers import queries as registers
from mingcha.registers.rules import Scope

router = Router(tags=["plans"])
LARGEST = 2**53
Clean = AfterValidator(read_text)  # no control characters: not every database can keep them
Text = Annotated[str, Field(max_length=300), Clean]
Line = Annotated[str, Field(max_length=200), Clean]
Short = Annotated[str, Field(max_length=100), Clean]
Code = Annotated[str, Field(max_length=64), Clean]
Number = Annotated[str, Path(max_length=40), Clean]
Words = Annotated[str, Query(max_length=60), Clean]


class PlanOut(Schema):
    """A yearly plan (年度抽查工作计划)."""

    id: int
    number: str
    year: int
    kind: str
    title: str
    state: str
    organization: str = Field(alias="organization.code")
    remark: str
    created_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None
    issued_at: datetime | None


class Plans(Schema):
    plans: list[PlanOut]
    next: int | None


class ItemOut(Schema):
    """An item by its list and code."""

    item_list: str = Field(alias="item.item_list.number")
    code: str = Field(alias="item.code")
    name: str = Field(alias="item.name")


class PartOut(Schema):
    """A participant of a task (参与部门)."""

    organization: str = Field(alias="organization.code")
    is_lead: bool
    inspectors: int
    qualification: str | None = Field(alias="qualification_id")
    team_form: str
    experts: int
    items: list[ItemOut]

    @staticmethod
    def resolve_items(part: Any) -> list:
        return list(part.items.all())


class TaskOut(Schema):
    """A task (抽查任务): the published texts beside scope and rule; `rule` is null while it must be set (待设定)."""

    id: int
    number: str
    plan: str = Field(alias="plan.number")
    name: str
    state: str
    organization: str = Field(alias="organization.code")
    directed: bool
    scope_text: str
    scope: dict[str, Any]
    ratio_text: str
    rule: dict[str, Any] | None
    scheme: str | None = Field(alias="scheme_id")
    override_reason: str
    initiating_level: str
    implementing_level: str
    region_rule: str
    disclosure: str
    window_text: str
    window_from: date
    window_to: date
    batches: list[tuple[date, date]]
    exclusion_months: int
    load_cap: int
    remark: str
    participants: list[PartOut]

    @staticmethod
    def resolve_participants(task: Task) -> list:
        return list(task.participants.all())


class Tasks(Schema):
    tasks: list[TaskOut]
    next: int | None


class StratumOut(Schema):
    """A stratum: its subjects now, and how many would be drawn; null while there is no rule."""

    stratum: str
    count: int
    selected: int | None
    reserves: int | None


class OutlookOut(Schema):
    """What a task amounts to today (实时测算), and what is missing before its plan can be submitted."""

    count: int
    selected: int | None
    is_exact: bool
    strata: list[StratumOut]
    problems: list[str]


class PlanIn(Schema):
    year: int = Field(ge=2015, le=2099)
    kind: PlanKind
    title: Line


class ScopeIn(Schema):
    """A scope over subjects (抽查对象范围); an empty condition leaves everybody in."""

    model_config = ConfigDict(extra="forbid")

    kinds: list[Code] = Field(default_factory=list, max_length=20)
    regions: list[Code] = Field(default_factory=list, max_length=100)
    industries: list[Code] = Field(default_factory=list, max_length=200)
    states: list[Code] = Field(default=["ACTIVE"], max_length=20)
    licences: list[Code] = Field(default_factory=list, max_length=100)
    tags: list[Code] = Field(default_factory=list, max_length=100)
    name_contains: Short = ""
    entity_types: list[Code] = Field(default_factory=list, max_length=50)
    ratings: dict[Code, list[Code]] = Field(default_factory=dict, max_length=20)


class BurdenIn(Schema):
    """How earlier visits of the year lower a chance (减少干扰): times `delta` for each, none from `cap` on."""

    model_config = ConfigDict(extra="forbid")

    delta: Code
    cap: int | None = Field(None, ge=1, le=999)
    exempt: list[Code] = Field(default_factory=list, max_length=50)


class RuleIn(Schema):
    """A rule (抽取规则); ratios and weights are decimal strings by class, `*` for every class.

    Of a range, and of the span `total` to `total_to`, the lower end is drawn.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["ratio", "range", "number"]
    ratios: dict[Code, Code] = Field(default_factory=dict, max_length=50)
    ratios_to: dict[Code, Code] = Field(default_factory=dict, max_length=50)
    rounding: Literal["up", "half_up", "down", "systematic"] = "up"
    minimum: int = Field(0, ge=0, le=10_000_000)
    least_total: int = Field(0, ge=0, le=10_000_000)
    total: int | None = Field(None, ge=1, le=10_000_000)
    total_to: int | None = Field(None, ge=1, le=10_000_000)
    weights: dict[Code, Code] = Field(default_factory=dict, max_length=50)
    reserve_ratio: Code = "0.2"
    reserve_minimum: int = Field(1, ge=0, le=10_000_000)
    burden: BurdenIn | None = None


class ItemIn(Schema):
    item_list: Code
    code: Code


class PartIn(Schema):
    organization: Code
    is_lead: bool = False
    inspectors: int = Field(2, ge=2, le=20)
    qualification: Code | None = None
    team_form: TeamForm = TeamForm.PERSONS
    experts: int = Field(0, ge=0, le=5)
    items: list[ItemIn] = Field(default_factory=list, max_length=300)


class TaskIn(Schema):
    """The whole of a task; writing it again replaces the former."""

    name: Line
    directed: bool
    scope: ScopeIn
    scope_text: Text = ""
    ratio_text: Text = ""
    rule: RuleIn | None = None
    scheme: Code | None = None
    override_reason: Text = ""
    initiating_level: Level = Level.CITY
    implementing_level: Level = Level.COUNTY
    region_rule: RegionRule = RegionRule.SAME_REGION
    disclosure: Disclosure = Disclosure.SEALED
    window_text: Short = ""
    window_from: date
    window_to: date
    batches: list[tuple[date, date]] = Field(default_factory=list, max_length=12)
    exclusion_months: int = Field(0, ge=0, le=36)
    load_cap: int = Field(30, ge=1, le=1000)
    remark: Text = ""
    participants: list[PartIn] = Field(default_factory=list, max_length=12)


class Remark(Schema):
    remark: Text


class Year(Schema):
    year: int = Field(ge=2015, le=2099)


@router.get("/", response={200: Plans, **REFUSALS}, operation_id="plans")
def plans(
    request: HttpRequest,
    year: int | None = Query(None, ge=2015, le=2099),
    kind: PlanKind | None = None,
    state: PlanState | None = None,
    organization: Words = "",
    words: Words = "",
    before: int | None = Query(None, ge=0, le=LARGEST),
    limit: int = Query(50, ge=1, le=200),
) -> dict:
    """The plans in the caller's scope, newest first; `next` continues the list as `before`."""
    by = caller(request, "plans.view")
    rows = queries.plans_found(
        by, year=year, kind=kind or "", state=state or "", organization=organization, words=words
    )
    found = list((rows.filter(pk__lt=before) if before is not None else rows)[: limit + 1])
    return {"plans": found[:limit], "next": found[limit - 1].pk if len(found) > limit else None}


@router.post("/", response={200: PlanOut, **REFUSALS}, operation_id="draft_plan")
def draft_plan(request: HttpRequest, entry: PlanIn) -> Plan:
    """Begin a plan of the caller's organization (编制)."""
    by = caller(request, "plans.draft")
    return actions.draft_plan(year=entry.year, kind=entry.kind, title=entry.title, by=by, at=timezone.now())


@router.get("/tasks", response={200: Tasks, **REFUSALS}, operation_id="tasks")
def tasks(
    request: HttpRequest,
    year: int | None = Query(None, ge=2015, le=2099),
    state: TaskState | None = None,
    after: int = Query(0, ge=0, le=LARGEST),
    limit: int = Query(50, ge=1, le=200),
) -> dict:
    """The tasks in the caller's scope; `next` continues the list as `after`."""
    rows = queries.tasks_for(caller(request, "plans.view")).filter(pk__gt=after)
    if year:
        rows = rows.filter(plan__year=year)
    if state:
        rows = rows.filter(state=state)
    found = list(queries.in_full(rows).order_by("pk")[: limit + 1])
    return {"tasks": found[:limit], "next": found[limit - 1].pk if len(found) > limit else None}


@router.get("/tasks/{number}", response={200: TaskOut, **REFUSALS}, operation_id="task")
def task(request: HttpRequest, number: Number) -> Task:
    """One task."""
    return _task(caller(request, "plans.view"), number)


@router.get("/tasks/{number}/outlook", response={200: OutlookOut, **REFUSALS}, operation_id="task_outlook")
def task_outlook(request: HttpRequest, number: Number) -> dict:
    """How many subjects the task's scope holds today, and how many would be drawn."""
    on = timezone.localdate()
    found = queries.outlook(_task(caller(request, "plans.view"), number), on=on)
    sizes = {f"{each.region}/{each.risk_class}": each for each in found.estimate.strata} if found.estimate else {}
    strata = [
        {
            "stratum": stratum,
            "count": count,
            "selected": sizes[stratum].selected if stratum in sizes else None,
            "reserves": sizes[stratum].reserves if stratum in sizes else None,
        }
        for stratum, count in sorted(queries.population_of(found.task, on=on).counts.items())
    ]
    return {
        "count": found.facts.subjects,
        "selected": found.estimate.selected if found.estimate else None,
        "is_exact": found.estimate is not None and found.estimate.is_exact,
        "strata": strata,
        "problems": [str(problem) for problem in found.problems],
    }


@router.put("/tasks/{number}", response={200: TaskOut, **REFUSALS}, operation_id="edit_task")
def edit_task(request: HttpRequest, number: Number, entry: TaskIn) -> Task:
    """Replace what is planned of a task of an open plan."""
    by = caller(request, "plans.draft")
    with transaction.atomic():
        found = _task(by, number)
        terms, parts = _terms(entry, found.plan, by), _parts(entry, by)
        edited = actions.edit_task(task=found, by=by, at=timezone.now(), **terms)
        actions.set_participants(task=edited, parts=parts, by=by, at=timezone.now())
    return _task(by, number)


@router.delete("/tasks/{number}", response={204: None, **REFUSALS}, operation_id="remove_task")
def remove_task(request: HttpRequest, number: Number) -> tuple[int, None]:
    """Take a task out of an open plan."""
    by = caller(request, "plans.draft")
    actions.remove_task(task=_task(by, number), by=by, at=timezone.now())
    return 204, None


@router.get("/{number}", response={200: PlanOut, **REFUSALS}, operation_id="plan")
def plan(request: HttpRequest, number: Number) -> Plan:
    """One plan."""
    return queries.plan_in_full(caller(request, "plans.view"), number)


@router.get("/{number}/tasks", response={200: list[TaskOut], **REFUSALS}, operation_id="plan_tasks")
def plan_tasks(request: HttpRequest, number: Number) -> list[Task]:
    """The tasks of a plan that the caller may see."""
    by = caller(request, "plans.view")
    return queries.tasks_of(queries.plan_in_full(by, number), by)


@router.post("/{number}/tasks", response={200: TaskOut, **REFUSALS}, operation_id="add_task")
def add_task(request: HttpRequest, number: Number, entry: TaskIn) -> Task:
    """Add a task to an open plan of the caller's organization."""
    by = caller(request, "plans.draft")
    with transaction.atomic():
        found = queries.plan_in_full(by, number)
        terms, parts = _terms(entry, found, by), _parts(entry, by)
        added = actions.add_task(plan=found, by=by, at=timezone.now(), **terms)
        actions.set_participants(task=added, parts=parts, by=by, at=timezone.now())
    return _task(by, added.number)


@router.post("/{number}/submit", response={200: PlanOut, **REFUSALS}, operation_id="submit_plan")
def submit_plan(request: HttpRequest, number: Number) -> Plan:
    """Send a complete plan to the office (报送)."""
    by = caller(request, "plans.submit")
    return actions.submit(plan=queries.plan_in_full(by, number), by=by, at=timezone.now())


@router.post("/{number}/approve", response={200: PlanOut, **REFUSALS}, operation_id="approve_plan")
def approve_plan(request: HttpRequest, number: Number) -> Plan:
    """Find a plan in order (审核通过)."""
    by = caller(request, "plans.approve")
    return actions.approve(plan=queries.plan_in_full(by, number), by=by, at=timezone.now())


@router.post("/{number}/return", response={200: PlanOut, **REFUSALS}, operation_id="return_plan")
def return_plan(request: HttpRequest, number: Number, said: Remark) -> Plan:
    """Send a plan back with a remark (退回)."""
    by = caller(request, "plans.approve")
    found = queries.plan_in_full(by, number)
    return actions.return_plan(plan=found, remark=said.remark, by=by, at=timezone.now())


@router.post("/{number}/issue", response={200: PlanOut, **REFUSALS}, operation_id="issue_plan")
def issue_plan(request: HttpRequest, number: Number) -> Plan:
    """Issue an approved plan (下达)."""
    by = caller(request, "plans.issue")
    return actions.issue(plan=queries.plan_in_full(by, number), by=by, at=timezone.now())


@router.post("/{number}/copy", response={200: PlanOut, **REFUSALS}, operation_id="copy_plan")
def copy_plan(request: HttpRequest, number: Number, into: Year) -> Plan:
    """Begin another year's plan as a copy (沿用)."""
    by = caller(request, "plans.draft")
    return actions.copy_plan(plan=queries.plan_in_full(by, number), year=into.year, by=by, at=timezone.now())


def _task(by: Actor, number: str) -> Task:
    return queries.in_full(queries.tasks_for(by)).get(number=number)


def _terms(entry: TaskIn, plan: Plan, by: Actor) -> actions.TaskTerms:
    """The terms of an entry; the lead among its participants is the lead of the task.

    Raises:
        ObjectDoesNotExist: a scheme or department is not there.
    """
    lead = next((part.organization for part in entry.participants if part.is_lead), None)
    return {
        "organization": queries.partner_organizations(by).get(code=lead) if lead else plan.organization,
        "name": entry.name,
        "directed": entry.directed,
        "scope": Scope.from_json(entry.scope.dict()),
        "scope_text": entry.scope_text,
        "ratio_text": entry.ratio_text,
        "rule": rules.from_json(entry.rule.dict()) if entry.rule else None,
        "scheme": registers.schemes_for(by).get(code=entry.scheme) if entry.scheme else None,
        "override_reason": entry.override_reason,
        "initiating_level": entry.initiating_level,
        "implementing_level": entry.implementing_level,
        "region_rule": entry.region_rule,
        "disclosure": entry.disclosure,
        "window_text": entry.window_text,
        "window_from": entry.window_from,
        "window_to": entry.window_to,
        "batches": entry.batches,
        "exclusion_months": entry.exclusion_months,
        "load_cap": entry.load_cap,
        "remark": entry.remark,
    }


def _parts(entry: TaskIn, by: Actor) -> list[actions.Part]:
    """The participants of an entry.

    Raises:
        ObjectDoesNotExist: a department, qualification or item is not there.
    """
    items = registers.items_for(by)
    return [
        actions.Part(
            organization=queries.partner_organizations(by).get(code=part.organization),
            is_lead=part.is_lead,
            inspectors=part.inspectors,
            qualification=queries.qualification(part.qualification) if part.qualification else None,
            items=[items.get(item_list__number=each.item_list, code=each.code) for each in part.items],
            team_form=part.team_form,
            experts=part.experts,
        )
        for part in entry.participants
    ]
