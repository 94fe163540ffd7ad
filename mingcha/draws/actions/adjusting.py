"""Changing a task's population by hand before the freeze (手工增减), and exempting it from caps: never unseen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

import fairdraw
from fairdraw.canonical import jcs
from mingcha.draws import eligibility, eligibility_rules, queries
from mingcha.draws.actions.steps import locked, note
from mingcha.draws.models import Adjustment, Ceremony, CeremonyTask
from mingcha.draws.states import Adjusted, CeremonyState, Exemption, Ground
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.registers import queries as registers
from mingcha.registers.models import Subject


@transaction.atomic
def adjust(
    *,
    ceremony: Ceremony,
    task: str,
    unit_id: str,
    kind: Adjusted,
    ground: Ground,
    reason: str,
    by: Actor,
    at: datetime,
) -> Adjustment:
    """Enter that a subject is put into a task's population, or taken out of it (登记手工增减); it needs approval.

    Raises:
        Ceremony.DoesNotExist, CeremonyTask.DoesNotExist, Subject.DoesNotExist: not the actor's, or there is none.
        CannotAdjust: the freeze is over, the reason is missing, or the subject may not stand so.
    """
    require(by, "draws.adjust")
    ceremony = locked(queries.held_by(by).get(pk=ceremony.pk))
    row = _task(ceremony, task)
    subject: Subject = registers.subjects_for(by).get(unit_id=unit_id)
    eligibility_rules.check_can_adjust(
        state=CeremonyState(ceremony.state),
        kind=kind,
        ground=ground,
        note=reason,
        standing=eligibility.standing_of(row, subject, on=localdate(at)),
        is_adjusted=eligibility.changes_of(row).filter(unit_id=unit_id).exists(),
    )
    entry = Adjustment.objects.create(
        ceremony_task=row,
        kind=kind,
        unit_id=subject.unit_id,
        name=subject.name,
        ground=ground,
        note=reason.strip(),
        entered_by=by.user,
        entered_at=at,
    )
    note(ceremony, "adjust", _facts(entry), by=by, at=at)
    return entry


@transaction.atomic
def approve_adjustment(*, ceremony: Ceremony, entry: int, by: Actor, at: datetime) -> Adjustment:
    """Approve what another person entered (批准手工增减); asked twice, nothing more happens.

    Raises:
        Ceremony.DoesNotExist, Adjustment.DoesNotExist: not the actor's, or there is no such entry.
        CannotAdjust: the freeze is over, or it is the person's own entry.
    """
    require(by, "draws.approve_adjustment")
    ceremony = locked(queries.held_by(by).get(pk=ceremony.pk))
    found = _standing(ceremony, entry)
    eligibility_rules.check_can_approve(state=CeremonyState(ceremony.state), is_own=found.entered_by_id == by.user.pk)
    if found.approved_at is None:
        found.approved_by, found.approved_at = by.user, at
        found.save(update_fields=["approved_by", "approved_at"])
        note(ceremony, "approve_adjustment", _facts(found), by=by, at=at)
    return found


@transaction.atomic
def withdraw_adjustment(*, ceremony: Ceremony, entry: int, by: Actor, at: datetime) -> Adjustment:
    """Take a change by hand back before the freeze (撤回手工增减); it stays in the table and in the ledger.

    Raises:
        Ceremony.DoesNotExist, Adjustment.DoesNotExist: not the actor's, or there is no such entry.
        CannotAdjust: the freeze is over.
    """
    require(by, "draws.adjust")
    ceremony = locked(queries.held_by(by).get(pk=ceremony.pk))
    eligibility_rules.check_state(
        CeremonyState(ceremony.state), CeremonyState.PREPARING, eligibility_rules.CannotAdjust
    )
    found = _standing(ceremony, entry)
    found.withdrawn_at = at
    found.save(update_fields=["withdrawn_at"])
    note(ceremony, "withdraw_adjustment", _facts(found), by=by, at=at)
    return found


@transaction.atomic
def exempt(
    *, ceremony: Ceremony, task: str, exemption: Exemption | None, reason: str, by: Actor, at: datetime
) -> CeremonyTask:
    """Say that the caps which list this kind of check leave a task uncounted (频次豁免), or take it back with None.

    Raises:
        Ceremony.DoesNotExist, CeremonyTask.DoesNotExist: not the actor's, or there is none.
        CannotExempt: the freeze is over, no cap in force lists the kind, or the reason is missing.
    """
    require(by, "draws.adjust")
    ceremony = locked(queries.held_by(by).get(pk=ceremony.pk))
    row = _task(ceremony, task)
    eligibility_rules.check_can_exempt(
        state=CeremonyState(ceremony.state),
        exemption=exemption,
        note=reason,
        listed=eligibility.exemptions_for(row.task, on=localdate(at)),
    )
    row.exemption, row.exemption_note = exemption or "", reason.strip() if exemption else ""
    row.save(update_fields=["exemption", "exemption_note"])
    note(ceremony, "exempt", {"task": task, "exemption": row.exemption, "reason": row.exemption_note}, by=by, at=at)
    return row


def _task(ceremony: Ceremony, number: str) -> CeremonyTask:
    rows: CeremonyTask = ceremony.tasks.select_related("task__scheme", "task__organization").get(task__number=number)
    return rows


def _standing(ceremony: Ceremony, entry: int) -> Adjustment:
    rows = Adjustment.objects.filter(ceremony_task__ceremony=ceremony, withdrawn_at=None)
    return rows.select_related("ceremony_task__task").get(pk=entry)


def _facts(entry: Adjustment) -> dict[str, object]:
    """What the ledger keeps: which way and why; subject and words as a digest that binds them."""
    said = jcs({"entry": entry.pk, "reason": entry.note, "unit_id": entry.unit_id})
    return {
        "entry": entry.pk,
        "task": entry.ceremony_task.task.number,
        "kind": entry.kind,
        "ground": entry.ground,
        "digest": fairdraw.digest(said, "SHA-256"),
    }
