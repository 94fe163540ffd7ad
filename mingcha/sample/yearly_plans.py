"""Last year's and this year's plans of the sample city (示例计划): drafted, submitted, approved and issued.

The one task whose published ratio is “待定” cannot be drawn; this year it waits in a draft plan of its own.
"""

from datetime import date, datetime

from mingcha.people.actors import Actor
from mingcha.people.models import Organization
from mingcha.plans import actions as plans
from mingcha.plans.models import Plan, Task
from mingcha.plans.rules import DrawRule
from mingcha.publication import actions as publication
from mingcha.registers import queries as registers
from mingcha.registers.models import InspectionItem, Qualification, RiskScheme
from mingcha.registers.rules import Scope
from mingcha.sample import rows as made

SUPPLEMENT = "(补充)"


def make_plans(made_plans: tuple[made.Plan, ...], actors: dict[str, Actor], *, at: datetime) -> list[list[Task]]:
    """The plans as they would stand on the day they were issued; gives the issued tasks of each."""
    issued = []
    for one in made_plans:
        ready = tuple(task for task in one.tasks if task.ratios and _has_subjects(task, on=at.date()))
        if not ready:
            continue
        issued.append(_issue(_draft(one, ready, one.title, actors, at=at), actors, at=at))
    return issued


def _has_subjects(task: made.Task, *, on: date) -> bool:
    """A small sample has trades without anybody in them; what cannot be drawn is not planned."""
    return registers.subjects_in(_scope(task.scope), on=on).exists()


def _scope(scope: made.Scope) -> Scope:
    return Scope(
        kinds=scope.kinds,
        industries=scope.industries,
        licences=scope.licences,
        tags=scope.tags,
        states=scope.states,
    )


def draft_supplements(made_plans: tuple[made.Plan, ...], actors: dict[str, Actor], *, at: datetime) -> None:
    """What cannot be drawn yet, as drafts."""
    for one in made_plans:
        if waiting := tuple(task for task in one.tasks if not task.ratios):
            _draft(one, waiting, one.title + SUPPLEMENT, actors, at=at)


def _draft(one: made.Plan, tasks: tuple[made.Task, ...], title: str, actors: dict[str, Actor], *, at: datetime) -> Plan:
    by = actor_of(actors, one.organization)
    plan = plans.draft_plan(year=one.year, kind=one.kind, title=title, by=by, at=at)
    for task in tasks:
        _add(plan, task, one.item_list, by=by, at=at)
    return plan


def _add(plan: Plan, one: made.Task, item_list: str, *, by: Actor, at: datetime) -> None:
    rule = None
    if one.ratios:
        rule = DrawRule("ratio", ratios={each: str(share) for each, share in one.ratios.items()}, minimum=one.minimum)
    task = plans.add_task(
        plan=plan,
        name=one.name,
        organization=Organization.objects.get(code=one.organization),
        directed=one.directed,
        scope=_scope(one.scope),
        scope_text=one.scope_text,
        ratio_text=one.ratio_text,
        rule=rule,
        scheme=RiskScheme.objects.get(code=one.scheme) if one.scheme else None,
        initiating_level=one.initiating_level,
        implementing_level=one.implementing_level,
        region_rule=one.region_rule,
        disclosure=one.disclosure,
        window_text=one.window_text,
        window_from=one.window_from,
        window_to=one.window_to,
        exclusion_months=one.exclusion_months,
        remark=one.remark,
        by=by,
        at=at,
    )
    parts = [
        plans.Part(
            Organization.objects.get(code=part.organization),
            part.is_lead,
            part.inspectors,
            Qualification.objects.get(code=part.qualification) if part.qualification else None,
            list(InspectionItem.objects.filter(item_list__number=item_list, code__in=part.items).order_by("code")),
        )
        for part in one.participants
    ]
    plans.set_participants(task=task, parts=parts, by=by, at=at)


def _issue(plan: Plan, actors: dict[str, Actor], *, at: datetime) -> list[Task]:
    plan = plans.submit(plan=plan, by=actor_of(actors, plan.organization.code), at=at)
    plan = plans.approve(plan=plan, by=actors["office2"], at=at)
    plan = plans.issue(plan=plan, by=actors["office"], at=at)
    publication.publish_plan(plan=plan, by=actor_of(actors, plan.organization.code), at=at)
    tasks = list(Task.objects.filter(plan=plan).select_related("organization", "plan").order_by("number"))
    for task in tasks:
        publication.publish_task(task=task, by=actor_of(actors, task.organization.code), at=at)
    return tasks


def actor_of(actors: dict[str, Actor], organization: str) -> Actor:
    """The ready account that acts for an organization."""
    return next(actor for actor in actors.values() if actor.organization_code == organization)
