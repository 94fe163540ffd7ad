"""What goes public of each thing (公示内容): snapshots of public fields only (see disclosure.py).

Labels are Chinese, as the public record is; no risk class, no person's name or telephone ever enters a snapshot.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.timezone import localtime

from mingcha.draws.models import Ceremony, EntropySource
from mingcha.draws.queries import countersignatures_of
from mingcha.draws.states import CEREMONY_STATE_LABELS, ENTROPY_KIND_LABELS, CeremonyState, EntropyKind
from mingcha.people.states import LEVEL_LABELS, Level
from mingcha.plans.models import Plan, Task
from mingcha.plans.states import PLAN_KIND_LABELS, PlanKind
from mingcha.registers.models import InspectionItem, ItemList
from mingcha.registers.states import IMPORTANCE_LABELS, Importance
from mingcha.results import queries as results
from mingcha.results.states import FOLLOW_UP_LABELS, FollowUpKind
from mingcha.visits.models import Record

Content = dict[str, Any]


def of_item_list(item_list: ItemList) -> Content:
    """An edition of an item list with all its items."""
    items = InspectionItem.objects.filter(item_list=item_list).select_related("line", "qualification").order_by("code")
    return {
        "number": item_list.number,
        "title": item_list.title,
        "edition": item_list.edition,
        "organization": item_list.organization.name,
        "valid_from": item_list.valid_from.isoformat(),
        "items": [_item(item) for item in items],
    }


def _item(item: InspectionItem) -> Content:
    return {
        "code": item.code,
        "category": item.category,
        "name": item.name,
        "sub_item": item.sub_item,
        "content": item.content,
        "legal_basis": item.legal_basis,
        "line": item.line.name,
        "subject_scope": item.subject_scope,
        "importance": IMPORTANCE_LABELS[Importance(item.importance)],
        "methods": item.methods,
        "ratio_text": item.ratio_text,
        "frequency_text": item.frequency_text,
        "organising_level": LEVEL_LABELS[Level(item.organising_level)],
        "executing_level": LEVEL_LABELS[Level(item.executing_level)],
    }


def of_plan(plan: Plan) -> Content:
    """An issued plan with its tasks: the published texts, not the rules by risk class."""
    tasks = Task.objects.filter(plan=plan).select_related("organization").order_by("number")
    return {
        "number": plan.number,
        "title": plan.title,
        "year": plan.year,
        "kind": PLAN_KIND_LABELS[PlanKind(plan.kind)],
        "organization": plan.organization.name,
        "tasks": [_task(task) for task in tasks],
    }


def _task(task: Task) -> Content:
    participants = task.participants.select_related("organization").order_by("-is_lead", "pk")
    return {
        "number": task.number,
        "name": task.name,
        "organization": task.organization.name,
        "partners": [part.organization.name for part in participants if not part.is_lead],
        "directed": "定向" if task.directed else "不定向",
        "items": [line.item.name for part in participants for line in part.items.select_related("item").order_by("pk")],
        "scope_text": task.scope_text,
        "ratio_text": _public_ratio(task),
        "initiating_level": LEVEL_LABELS[Level(task.initiating_level)],
        "implementing_level": LEVEL_LABELS[Level(task.implementing_level)],
        "window_text": task.window_text,
        "window_from": task.window_from.isoformat(),
        "window_to": task.window_to.isoformat(),
        **({"batches": task.batches} if task.batches else {}),
    }


def _public_ratio(task: Task) -> str:
    """The published text, as plans are published (with shares per class where the plan names them)."""
    return task.ratio_text


def of_task(task: Task, ceremony: Ceremony | None) -> Content:
    """A task notice; once drawn, with the number of units. The list itself is never shown before the results."""
    content = {"plan_number": task.plan.number, "plan_title": task.plan.title, **_task(task)}
    if ceremony is not None:
        row = ceremony.tasks.get(task=task)
        content["ceremony"] = ceremony.number
        content["drawn_on"] = _day(ceremony.drawn_at)
        content["population"] = row.population
        content["selected"] = row.units.filter(drawn_as="SELECTED").count()
    return content


def of_ceremony(ceremony: Ceremony) -> Content:
    """A ceremony's public face: statement, sources, digests; seed and bundle once released, the seed only if open."""
    is_open = ceremony.disclosure == "OPEN"
    released = ceremony.state == CeremonyState.RELEASED
    return {
        "number": ceremony.number,
        "title": ceremony.title,
        "organization": ceremony.organization.name,
        "disclosure": "全部公开" if is_open else "密封公开",
        "suite": ceremony.suite,
        "state": CEREMONY_STATE_LABELS[CeremonyState(ceremony.state)],
        "statement": ceremony.statement,
        "statement_digest": ceremony.statement_digest,
        "tasks": [
            {"number": row.task.number, "name": row.task.name, "population": row.population}
            for row in ceremony.tasks.select_related("task").order_by("task__number")
        ],
        "entropy": [_source(source) for source in ceremony.sources.select_related("organization").order_by("position")],
        "committed_on": _day(ceremony.committed_at),
        "drawn_on": _day(ceremony.drawn_at),
        "result_digest": ceremony.result_digest,
        "result_root": ceremony.result_root,
        "seed": ceremony.seed if released and is_open else "",
        "has_bundle": released,
        "released_on": _day(ceremony.released_at),
        "release_due_on": _release_due_on(ceremony).isoformat(),
        "countersigned_by": [each.organization.name for each in countersignatures_of(ceremony)],
        "abandoned_on": _day(ceremony.abandoned_at),
        "abandoned_reason": ceremony.abandoned_reason,
        "previous": ceremony.previous.number if ceremony.previous else "",
    }


def _source(source: EntropySource) -> Content:
    """A source of randomness: what it is and whose, not who stood there."""
    organ = source.organization.name if source.organization else ""
    return {"kind": ENTROPY_KIND_LABELS[EntropyKind(source.kind)], "organ": organ}


def _release_due_on(ceremony: Ceremony) -> date:
    """By when a draw is to be released: when the result of its last possible visit must be public."""
    last = max(row.task.window_to for row in ceremony.tasks.select_related("task"))
    return results.work_calendar([last]).due_on(last).on


def of_record(record: Record) -> Content:
    """One result: who was checked by whom for what, on which day, and what came of it."""
    follow_ups = results.follow_ups_of(record)
    return {
        "visit_number": record.visit.number,
        "plan_number": record.task.plan.number,
        "plan_title": record.task.plan.title,
        "task_number": record.task.number,
        "task_name": record.task.name,
        "unit_id": record.visit.subject.unit_id,
        "unit_name": record.visit.subject_name,
        "organization": record.organization.name,
        "checked_on": _text(record.checked_on),
        "items": [item.name for item, _ in results.items_said(record)],
        "categories": [category.name for category in results.categories_of(record)],
        "follow_ups": [FOLLOW_UP_LABELS[FollowUpKind(each.kind)] for each in follow_ups],
        "inspectors": sorted(
            member.inspector.number
            for member in record.visit.members.select_related("inspector")
            if member.inspector.organization_id == record.organization_id
        ),
    }


def reference_of(record: Record) -> str:
    """The public name of a result: visit, task, organization."""
    return f"{record.visit.number}/{record.task.number}/{record.organization.code}"


def _day(moment: Any) -> str:
    return localtime(moment).date().isoformat() if moment else ""


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
