"""Questions about plans and tasks. Lists, pages, exports and the API read through the `…_for(by)` functions only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, FilteredRelation, Prefetch, Q, QuerySet
from django.db.models.functions import Length

from mingcha.kernel.numbering import Kind, Number, parse
from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.kernel.widths import search_key
from mingcha.people.actors import Actor
from mingcha.people.models import Organization
from mingcha.people.scopes import WHOLE_CITY, organizations_for, owned
from mingcha.people.states import Level, Role
from mingcha.plans import rules
from mingcha.plans.models import Plan, Task, TaskItem, TaskParticipant
from mingcha.plans.states import OPEN_STATES, Disclosure, PlanKind, TaskState
from mingcha.registers import queries as registers
from mingcha.registers.models import InspectionItem, Qualification, RiskScheme
from mingcha.registers.rules import Scope
from mingcha.registers.states import ItemListState

LOCAL = (Level.COUNTY, Level.STATION)
SCOPE_UNSET = gettext_noop("抽查对象范围待设定")


def plans_for(by: Actor) -> QuerySet[Plan]:
    """The plans the actor may see: those of their organizations, and others with a task of theirs once submitted."""
    if by.role in WHOLE_CITY:
        return Plan.objects.all()
    mine = owned(Plan.objects.all(), by=by).values("pk")
    return Plan.objects.filter(Q(pk__in=mine) | Q(pk__in=tasks_for(by).values("plan")))


def tasks_for(by: Actor) -> QuerySet[Task]:
    """The tasks the actor may see: of own plans, led, or taken part in once the plan is submitted.

    What is carried out in the counties is seen there by the bureaus of the participating lines once it is issued.
    """
    if by.role in WHOLE_CITY:
        return Task.objects.all()
    organizations = organizations_for(by)
    parts = TaskParticipant.objects.filter(organization__in=organizations).values("task")
    seen = Q(plan__organization__in=organizations)
    seen |= Q(pk__in=parts) & ~Q(plan__state__in=OPEN_STATES)
    if by.level in LOCAL and by.role != Role.SYSTEM:
        ours = TaskParticipant.objects.filter(organization__line=by.organization.line).values("task")
        seen |= Q(pk__in=ours, implementing_level__in=LOCAL, initiating_level__in=[Level.PROVINCE, Level.CITY]) & ~Q(
            state=TaskState.DRAFT
        )
    return Task.objects.filter(seen)


def plans_found(
    by: Actor, *, year: int | None = None, kind: str = "", state: str = "", organization: str = "", words: str = ""
) -> QuerySet[Plan]:
    """The actor's plans, narrowed by what is given, newest first."""
    found = plans_for(by).select_related("organization")
    for name, value in {"year": year, "kind": kind, "state": state, "organization__code": organization}.items():
        if value:
            found = found.filter(**{name: value})
    if words:
        found = found.filter(Q(title__icontains=words) | Q(number__icontains=words))
    return found.annotate(task_count=Count("tasks")).order_by("-pk")


def plan_in_full(by: Actor, number: str) -> Plan:
    """A plan the actor may see, by its number.

    Raises:
        Plan.DoesNotExist: there is none, or the actor may not see it.
    """
    people = ("organization__region", "organization__line", "created_by", "submitted_by", "approved_by")
    return plans_for(by).select_related(*people).get(number=number)


def tasks_of(plan: Plan, by: Actor) -> list[Task]:
    """The tasks of a plan that the actor may see, with everything a table of them shows."""
    return list(in_full(tasks_for(by).filter(plan=plan)))


def in_full(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Tasks in the order of their numbers, with plan, lead, scheme, participants and items."""
    items = TaskItem.objects.select_related("item__item_list", "item__line").order_by("item__code", "pk")
    parts = (
        TaskParticipant.objects.select_related("organization__line", "qualification")
        .prefetch_related(Prefetch("items", items))
        .order_by("-is_lead", "pk")
    )
    with_all = tasks.select_related("plan__organization", "organization__line", "scheme", "saved_filter")
    return with_all.prefetch_related(Prefetch("participants", parts)).order_by("number")


def participants_of(task: Task) -> QuerySet[TaskParticipant]:
    """The participants of a task, the lead first, with their items."""
    items = TaskItem.objects.select_related("item__item_list", "item__line").order_by("item__code", "pk")
    parts = TaskParticipant.objects.filter(task=task).select_related("organization__line", "qualification")
    return parts.prefetch_related(Prefetch("items", items)).order_by("-is_lead", "pk")


def partner_organizations(by: Actor, *, level: Level | None = None) -> QuerySet[Organization]:
    """The departments that may take part in a task: of the actor's level, without the office."""
    active = Organization.objects.filter(is_active=True, is_office=False).select_related("line", "region")
    if by.level in LOCAL:
        return active.filter(level=by.level, region=by.organization.region).order_by("name")
    return active.filter(level=level or by.level).order_by("name")


def qualification(code: str) -> Qualification:
    """A qualification by its code.

    Raises:
        Qualification.DoesNotExist: there is none.
    """
    return Qualification.objects.get(code=code)


# What stands in a task


def scope_of(task: Task) -> Scope:
    """The scope of a task.

    Raises:
        UnknownCondition: it names a condition that does not exist any more.
    """
    return Scope.from_json(task.scope)


def rule_of(task: Task) -> rules.DrawRule | None:
    """The rule of a task; None while it must be set."""
    return rules.from_json(task.rule) if task.rule is not None else None


def batches_of(task: Task) -> tuple[tuple[date, date], ...]:
    """The windows of a task's batches; none without."""
    return rules.batches_from_json(task.batches)


def labels_of(scheme: RiskScheme | None) -> dict[str, str]:
    """The classes of a scheme by code, from low to high risk; empty without one."""
    return {each["code"]: each["label"] for each in scheme.classes} if scheme else {}


def classes_of(task: Task) -> tuple[str, ...]:
    """The codes of the task's risk classes from low to high; empty without a scheme."""
    return tuple(labels_of(task.scheme))


def has_scope(task: Task) -> bool:
    """Whether the scope is set; an imported task begins with the published text alone."""
    return bool(task.scope)


# Live counts


@dataclass(frozen=True, slots=True)
class Population:
    """How many subjects a scope holds now (抽查基数), by stratum “REGION/CLASS”."""

    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def population(scope: Scope, *, scheme: RiskScheme | None, on: date) -> Population:
    """Count a scope by region and class, in one query."""
    subjects = registers.subjects_in(scope, on=on).order_by()
    if scheme is None:
        regions = subjects.values_list("region_id").annotate(Count("pk"))
        return Population({rules.stratum_of(region, None, ()): count for region, count in regions})
    rated = subjects.annotate(rated=FilteredRelation("ratings", condition=Q(ratings__scheme=scheme)))
    classes, counts = tuple(labels_of(scheme)), dict[str, int]()
    for region, risk_class, count in rated.values_list("region_id", "rated__risk_class").annotate(Count("pk")):
        stratum = rules.stratum_of(region, risk_class, classes)
        counts[stratum] = counts.get(stratum, 0) + count
    return Population(counts)


def population_of(task: Task, *, on: date) -> Population:
    """The live count of a task; nobody while its scope is not set.

    Raises:
        UnknownCondition: its scope cannot be read any more.
    """
    return population(scope_of(task), scheme=task.scheme, on=on) if has_scope(task) else Population({})


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a task amounts to today: how many subjects, how many would be drawn, what is missing."""

    task: Task
    facts: rules.TaskFacts
    estimate: rules.Estimate | None
    problems: tuple[rules.IncompletePlan, ...]

    @property
    def load(self) -> rules.Load:
        """What it adds to the year's work."""
        selected = self.estimate.selected if self.estimate else 0
        return rules.Load(self.task.window_from, self.task.window_to, selected)


def outlook(task: Task, *, on: date) -> Outlook:
    """Count and judge one task."""
    rule, counts, why = _rule_or_none(task), Population({}), "" if has_scope(task) else SCOPE_UNSET
    try:
        counts = population_of(task, on=on)
    except Refusal as refusal:
        why = str(refusal)
    facts = _facts(task, rule, counts.total, why)
    estimate = rules.estimate(rule, counts.counts, classes_of(task)) if rule and _fits(rule, task) else None
    problems = rules.problems_of_task(facts, kind=PlanKind(task.plan.kind), year=task.plan.year)
    return Outlook(task, facts, estimate, tuple(problems))


def outlooks(tasks: Iterable[Task], *, on: date) -> list[Outlook]:
    """Count and judge several tasks."""
    return [outlook(task, on=on) for task in tasks]


def _rule_or_none(task: Task) -> rules.DrawRule | None:
    try:
        return rule_of(task)
    except rules.InvalidRule:
        return None


def _fits(rule: rules.DrawRule, task: Task) -> bool:
    try:
        rules.check_covers(rule, classes_of(task))
    except rules.InvalidRule:
        return False
    return True


def _facts(task: Task, rule: rules.DrawRule | None, subjects: int, scope_problem: str) -> rules.TaskFacts:
    return rules.TaskFacts(
        name=task.name,
        rule=rule,
        subjects=subjects,
        window=(task.window_from, task.window_to),
        lead=task.organization.name,
        disclosure=Disclosure(task.disclosure),
        parts=tuple(_part(part) for part in task.participants.all()),
        classes=classes_of(task),
        override_reason=task.override_reason,
        scope_problem=scope_problem,
    )


def _part(part: TaskParticipant) -> rules.PartFacts:
    items = (taken.item for taken in part.items.all())
    return rules.PartFacts(
        organization=part.organization.name,
        line=part.organization.line_id,
        is_lead=part.is_lead,
        inspectors=part.inspectors,
        items=tuple(
            rules.ItemFacts(item.name, item.line_id, item.item_list.state == ItemListState.PUBLISHED) for item in items
        ),
    )


def facts_of(plan: Plan, *, on: date) -> list[rules.TaskFacts]:
    """What the check before submission asks of every task of a plan, whoever may see them."""
    return [outlook(task, on=on).facts for task in in_full(Task.objects.filter(plan=plan))]


# Tasks that repeat another


@dataclass(frozen=True, slots=True)
class Repetition:
    """A task that may repeat another one (疑似重复): the items both inspect, and how many subjects both may draw."""

    task: Task
    other: Task
    items: tuple[str, ...]
    subjects: int


def repetitions(tasks: Sequence[Task], *, by: Actor, on: date) -> list[Repetition]:
    """Warnings for some tasks against all tasks of the year that the actor may see."""
    years = {task.plan.year for task in tasks}
    rivals = in_full(tasks_for(by).filter(plan__year__in=years).exclude(plan__state__in=OPEN_STATES))
    known = {task.number: task for task in (*rivals, *tasks)}
    claims = {number: _claim(task) for number, task in known.items()}
    found = []
    for task in tasks:
        for other, keys in rules.repeated(claims[task.number], claims.values()):
            shared = _shared_subjects(task, known[other.number], on=on)
            if shared:
                names = tuple(sorted({item.name for item in _items(task) if item_key(item) in keys}))
                found.append(Repetition(task, known[other.number], names, shared))
    return found


def _claim(task: Task) -> rules.Claim:
    items = frozenset(item_key(item) for item in _items(task))
    return rules.Claim(task.number, items, (task.window_from, task.window_to), Level(task.initiating_level))


def _items(task: Task) -> list[InspectionItem]:
    return [taken.item for part in task.participants.all() for taken in part.items.all()]


def item_key(item: InspectionItem) -> str:
    """The same item in two editions or lists: line, name and sub-item."""
    return "/".join((item.line_id, search_key(item.name), search_key(item.sub_item)))


def _shared_subjects(one: Task, other: Task, *, on: date) -> int:
    if not (has_scope(one) and has_scope(other)):
        return 0
    try:
        first, second = scope_of(one), scope_of(other)
    except Refusal:
        return 0
    also = registers.subjects_in(second, on=on).values("pk")
    return registers.subjects_in(first, on=on).filter(pk__in=also).count()


# Numbers


def next_number(kind: Kind, *, region: str, year: int) -> Number:
    """The number that follows the last one of its series; the caller holds the region's lock."""
    first = Number(kind, region, year, 1)
    rows: QuerySet[Plan] | QuerySet[Task] = Plan.objects.all() if kind is Kind.PLAN else Task.objects.all()
    taken = rows.filter(number__startswith=first.series).values_list("number", flat=True)
    last = taken.order_by(Length("number").desc(), "-number").first()
    return parse(last).next if last else first
