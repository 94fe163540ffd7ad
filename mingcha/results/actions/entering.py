"""Entering a record (录入) and sending it to review (提交)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from mingcha.kernel.refusal import gettext_noop
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.results import queries, rules
from mingcha.results.actions.steps import locked, write_down
from mingcha.results.models import Finding, FollowUp, RecordCategory
from mingcha.results.states import FollowUpKind, FollowUpState, Outcome
from mingcha.visits.models import Record
from mingcha.visits.states import Method, RecordState, VisitState


@transaction.atomic
def enter(
    *,
    record: Record,
    version: int,
    findings: Iterable[rules.ItemFinding] = (),
    categories: Iterable[str] = (),
    follow_ups: Iterable[rules.PlannedFollowUp] = (),
    checked_on: date | None = None,
    method: str = "",
    note: str = "",
    by: Actor,
    at: datetime,
) -> Record:
    """Save what a record says (录入), complete or not; the former draft is replaced as a whole.

    `version` is the one the writer saw; `categories` are codes.

    Raises:
        CannotEnter: not theirs to write, or not now.
        StaleRecord: somebody wrote it after the writer opened it; nothing is overwritten.
        NotComplete: it names an item, category, method or follow-up that does not exist here.
    """
    require(by, "results.enter")
    record = locked(record)
    rules.check_can_enter(
        is_ours=queries.is_ours(record, by.user),
        visit_state=VisitState(record.visit.state),
        state=RecordState(record.state),
    )
    rules.check_version(seen=version, now=record.version)
    _replace_findings(record, findings)
    _replace_categories(record, categories, on=checked_on or localdate(at))
    _replace_follow_ups(record, follow_ups, by=by, at=at)
    if method not in {"", *Method}:
        raise rules.NotComplete(gettext_noop("没有这种检查方式"))
    record.checked_on, record.method, record.note = checked_on, method, note
    record.entered_by, record.entered_at = by.user, at
    record.version += 1
    record.save(update_fields=["checked_on", "method", "note", "entered_by", "entered_at", "version"])
    write_down("results.enter", record, by=by, at=at)
    return record


def _replace_findings(record: Record, findings: Iterable[rules.ItemFinding]) -> None:
    answered = [finding for finding in findings if finding.outcome]
    keys = [finding.record_item for finding in answered]
    own = set(record.items.values_list("pk", flat=True))
    if not own.issuperset(keys) or len(keys) != len(set(keys)):
        raise rules.NotComplete(gettext_noop("检查情况中有不属于本记录的事项"))
    if any(finding.outcome not in set(Outcome) for finding in answered):
        raise rules.NotComplete(gettext_noop("没有这种检查情况"))
    Finding.objects.filter(record_item__record=record).delete()
    Finding.objects.bulk_create(
        Finding(record_item_id=finding.record_item, outcome=finding.outcome, description=finding.description.strip())
        for finding in answered
    )


def _replace_categories(record: Record, codes: Iterable[str], *, on: date) -> None:
    wanted = set(codes)
    chosen = list(queries.categories_on(on).filter(code__in=wanted))
    if len(chosen) != len(wanted):
        raise rules.NotComplete(gettext_noop("所选检查结果类别不存在或已停用"))
    RecordCategory.objects.filter(record=record).delete()
    RecordCategory.objects.bulk_create(RecordCategory(record=record, category=category) for category in chosen)


def _replace_follow_ups(
    record: Record, follow_ups: Iterable[rules.PlannedFollowUp], *, by: Actor, at: datetime
) -> None:
    planned = list(follow_ups)
    kinds = [follow_up.kind for follow_up in planned]
    if not set(kinds) <= set(FollowUpKind) or len(kinds) != len(set(kinds)):
        raise rules.NotComplete(gettext_noop("后续处置重复或不存在"))
    FollowUp.objects.filter(record=record).delete()
    FollowUp.objects.bulk_create(_follow_up(record, follow_up, by=by, at=at) for follow_up in planned)


def _follow_up(record: Record, planned: rules.PlannedFollowUp, *, by: Actor, at: datetime) -> FollowUp:
    """A follow-up; “无需后续处置” closes itself."""
    follow_up = FollowUp(record=record, kind=planned.kind, due_on=planned.due_on, note=planned.note.strip())
    if planned.kind == FollowUpKind.NONE:
        follow_up.due_on = None
        follow_up.state, follow_up.closed_at, follow_up.closed_by = FollowUpState.CLOSED, at, by.user
    return follow_up


@transaction.atomic
def submit(*, record: Record, version: int, by: Actor, at: datetime) -> Record:
    """Send a record to review (提交审核).

    Raises:
        CannotEnter: not theirs, the visit has not ended, or it was submitted before.
        StaleRecord: somebody wrote it after the submitter opened it.
        NotComplete: it breaks a rule; `rules.problems_of` lists all.
    """
    require(by, "results.enter")
    record = locked(record)
    state, visit_state = RecordState(record.state), VisitState(record.visit.state)
    rules.check_can_submit(visit_state=visit_state, state=state)
    rules.check_can_enter(is_ours=queries.is_ours(record, by.user), visit_state=visit_state, state=state)
    rules.check_version(seen=version, now=record.version)
    rules.check_complete(queries.entry_of(record), started_on=localdate(record.visit.started_at), today=localdate(at))
    record.state, record.submitted_by, record.submitted_at = RecordState.SUBMITTED, by.user, at
    record.version += 1
    record.save(update_fields=["state", "submitted_by", "submitted_at", "version"])
    write_down("results.submit", record, by=by, at=at)
    return record
