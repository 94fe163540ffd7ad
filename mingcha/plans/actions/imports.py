"""Bringing a published table of a plan in (导入计划表)."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from mingcha.kernel.refusal import gettext_noop
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.plans.actions.tasks import add_task, open_plan, set_participants
from mingcha.plans.models import Plan, Task
from mingcha.plans.published import NotAPlan
from mingcha.plans.recognising import Recognised, recognise


@transaction.atomic
def import_tasks(*, file_name: str, content: bytes, plan: Plan, by: Actor, at: datetime) -> list[Task]:
    """Add the tasks of a table to an open plan of one's own, as `recognise` shows them before (导入任务).

    Texts are kept as published; scopes, and rules that the texts do not settle, are set by hand afterwards. What the
    preview leaves out is left out: the same file twice adds nothing.

    Raises:
        CannotEditPlan: the plan is another organization's, or not open.
        CannotImport: the file cannot be read.
        NotAPlan: the file holds no table of a plan, or nothing that could be added.
    """
    require(by, "plans.draft")
    plan = open_plan(plan, by)
    found = recognise(file_name, content, plan=plan, by=by, on=localdate(at))
    wanted = [each for each in found if each.refused is None]
    if not wanted:
        raise NotAPlan(gettext_noop("没有可导入的任务:表中的任务已在计划中或不能识别"))
    tasks = [_add(each, plan, by=by, at=at) for each in wanted]
    facts = {"file": hashlib.sha256(content).hexdigest(), "tasks": [task.number for task in tasks]}
    ledger.append(act="plans.import_tasks", subject=f"plan:{plan.number}", facts=facts, by=by, at=at)
    return tasks


def _add(found: Recognised, plan: Plan, *, by: Actor, at: datetime) -> Task:
    task = add_task(
        plan=plan,
        by=by,
        at=at,
        name=found.published.name,
        organization=found.parts[0].organization,
        directed=found.published.is_directed,
        scope=None,
        scope_text=found.published.scope_text,
        ratio_text=found.published.ratio_text,
        rule=found.proposal.rule,
        window_text=found.published.window_text,
        window_from=found.window.start,
        window_to=found.window.end,
        remark=found.remark,
    )
    return set_participants(task=task, parts=found.parts, by=by, at=at)
