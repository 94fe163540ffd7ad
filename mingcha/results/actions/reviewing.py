"""Reviewing a record (审核): approve or return; and closing what followed from it (办结)."""

from datetime import datetime

from django.db import transaction

from fairdraw.suite import digest
from mingcha.kernel.refusal import gettext_noop
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.plans import actions as plans
from mingcha.plans.models import Task
from mingcha.plans.states import TaskState
from mingcha.results import queries, rules
from mingcha.results.actions.steps import locked, write_down
from mingcha.results.models import FollowUp
from mingcha.results.states import FollowUpState
from mingcha.visits.models import Record
from mingcha.visits.states import RecordState


@transaction.atomic
def approve(*, record: Record, by: Actor, at: datetime) -> Record:
    """Approve a record and lock it (审核通过); with the last record of a task the task is finished.

    Raises:
        CannotReview: not of the actor's line, their own entry, or not waiting for review.
    """
    require(by, "results.review")
    record = _reviewed(record, by)
    record.state, record.review_remark = RecordState.APPROVED, ""
    _save_review(record, by=by, at=at)
    write_down("results.approve", record, by=by, at=at)
    task = Task.objects.select_for_update().get(pk=record.task_id)
    if task.state == TaskState.DRAWN and queries.task_is_done(task.pk):
        plans.mark_finished(task=task, by=by, at=at)
    return record


@transaction.atomic
def return_record(*, record: Record, remark: str, by: Actor, at: datetime) -> Record:
    """Send a record back to its inspectors with a remark (退回).

    Raises:
        CannotReview: not of the actor's line, their own entry, not waiting for review, or no remark.
    """
    require(by, "results.review")
    record = _reviewed(record, by)
    rules.check_can_return(remark=remark)
    record.state, record.review_remark = RecordState.RETURNED, remark.strip()
    _save_review(record, by=by, at=at)
    write_down("results.return", record, by=by, at=at)
    return record


def _reviewed(record: Record, by: Actor) -> Record:
    record = locked(record)
    rules.check_can_review(
        state=RecordState(record.state),
        is_author=by.user.pk in (record.entered_by_id, record.submitted_by_id),
        is_in_line=queries.may_review(record, by),
    )
    return record


def _save_review(record: Record, *, by: Actor, at: datetime) -> None:
    record.reviewed_by, record.reviewed_at = by.user, at
    record.version += 1
    record.save(update_fields=["state", "review_remark", "reviewed_by", "reviewed_at", "version"])


@transaction.atomic
def close_follow_up(*, follow_up: FollowUp, note: str, by: Actor, at: datetime) -> FollowUp:
    """Close a follow-up with what became of it (办结).

    Raises:
        CannotClose: not of the actor's record or line, not approved yet, closed before, or nothing said.
    """
    require(by, "results.close_follow_up")
    follow_up = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    record = Record.objects.select_related("visit", "organization").get(pk=follow_up.record_id)
    if not (queries.is_ours(record, by.user) or queries.may_review(record, by)):
        raise rules.CannotClose(gettext_noop("只能由录入单位的检查人员或管理员办结"))
    rules.check_can_close(record_state=RecordState(record.state), state=FollowUpState(follow_up.state), note=note)
    follow_up.state, follow_up.closing_note = FollowUpState.CLOSED, note.strip()
    follow_up.closed_at, follow_up.closed_by = at, by.user
    follow_up.save(update_fields=["state", "closing_note", "closed_at", "closed_by"])
    facts = {"record": record.pk, "kind": follow_up.kind, "note": digest(note.strip().encode())}
    ledger.append(act="results.close_follow_up", subject=f"visit:{record.visit.number}", facts=facts, by=by, at=at)
    return follow_up
