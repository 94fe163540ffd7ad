"""Everything that changes results: entering, submitting, reviewing, follow-ups; and the tables they are read by."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils.timezone import localdate

from fairdraw.canonical import jcs
from fairdraw.suite import digest
from mingcha.kernel.refusal import gettext_noop
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.plans import actions as plans
from mingcha.plans.models import Task
from mingcha.plans.states import TaskState
from mingcha.results import queries, rules
from mingcha.results.models import CalendarDay, CalendarYear, Finding, FollowUp, RecordCategory, ResultCategory
from mingcha.results.states import FollowUpKind, FollowUpState, Outcome
from mingcha.visits.models import Record
from mingcha.visits.states import Method, RecordState, VisitState

CATEGORIES = Path(__file__).resolve().parent / "tables" / "categories.csv"


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
    record = _locked(record)
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
    _append("results.enter", record, by=by, at=at)
    return record


def _locked(record: Record) -> Record:
    Record.objects.select_for_update().get(pk=record.pk)
    return Record.objects.select_related("visit", "organization", "task").get(pk=record.pk)


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
    record = _locked(record)
    state, visit_state = RecordState(record.state), VisitState(record.visit.state)
    rules.check_can_submit(visit_state=visit_state, state=state)
    rules.check_can_enter(is_ours=queries.is_ours(record, by.user), visit_state=visit_state, state=state)
    rules.check_version(seen=version, now=record.version)
    rules.check_complete(queries.entry_of(record), started_on=localdate(record.visit.started_at), today=localdate(at))
    record.state, record.submitted_by, record.submitted_at = RecordState.SUBMITTED, by.user, at
    record.version += 1
    record.save(update_fields=["state", "submitted_by", "submitted_at", "version"])
    _append("results.submit", record, by=by, at=at)
    return record


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
    _append("results.approve", record, by=by, at=at)
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
    _append("results.return", record, by=by, at=at)
    return record


def _reviewed(record: Record, by: Actor) -> Record:
    record = _locked(record)
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


def _append(act: str, record: Record, *, by: Actor, at: datetime) -> None:
    """One entry of the trail: which record, which version, and the digest of everything it says."""
    facts = {
        "record": record.pk,
        "task": record.task.number,
        "organization": record.organization.code,
        "version": record.version,
        "content": digest(jcs(_content(record))),
    }
    ledger.append(act=act, subject=f"visit:{record.visit.number}", facts=facts, by=by, at=at)


def _content(record: Record) -> Mapping[str, object]:
    entry = queries.entry_of(record)
    return {
        "findings": [[finding.record_item, finding.outcome, finding.description] for finding in entry.findings],
        "categories": [category.code for category in entry.categories],
        "follow_ups": [
            [follow_up.kind, follow_up.due_on.isoformat() if follow_up.due_on else "", follow_up.note]
            for follow_up in entry.follow_ups
        ],
        "checked_on": entry.checked_on.isoformat() if entry.checked_on else "",
        "method": entry.method,
        "note": record.note,
        "state": str(record.state),
        "remark": record.review_remark,
    }


@transaction.atomic
def load_categories(*, by: Actor, at: datetime) -> int:
    """Load the default categories (检查结果类别) that are not there yet; the number of new ones is returned."""
    require(by, "results.load_categories")
    known = set(ResultCategory.objects.values_list("code", flat=True))
    with CATEGORIES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    fresh = [(position, row) for position, row in enumerate(rows, start=1) if row["code"] not in known]
    for position, row in fresh:
        ResultCategory.objects.create(
            code=row["code"],
            name=row["name"],
            meaning=row["meaning"],
            parent=ResultCategory.objects.get(code=row["parent"]) if row["parent"] else None,
            is_exclusive=row["exclusive"] == "yes",
            needs_follow_up=row["needs_follow_up"] == "yes",
            position=position,
            valid_from=date.fromisoformat(row["valid_from"]),
        )
    facts = {"new": [row["code"] for _, row in fresh], "table": digest(CATEGORIES.read_bytes())}
    ledger.append(act="results.load_categories", subject="result-categories", facts=facts, by=by, at=at)
    return len(fresh)


@transaction.atomic
def set_calendar_day(*, day: date, is_workday: bool, source: str, by: Actor, at: datetime) -> CalendarDay:
    """Say of one day whether it is worked (工作日历), over the built-in table.

    Raises:
        CannotSetCalendar: no source is named.
    """
    require(by, "results.set_calendar")
    _check_source(source)
    values = {"is_workday": is_workday, "source": source.strip()}
    row, _ = CalendarDay.objects.update_or_create(day=day, defaults=values)
    facts = {"is_workday": is_workday, "source": source.strip()}
    ledger.append(act="results.set_calendar", subject=f"calendar:{day}", facts=facts, by=by, at=at)
    return row


@transaction.atomic
def announce_year(*, year: int, days: Mapping[date, bool], source: str, by: Actor, at: datetime) -> CalendarYear:
    """Enter a year's official schedule (节假日安排): its days off and make-up days; its deadlines become final.

    Raises:
        CannotSetCalendar: no source is named, no day given, or a day of another year.
    """
    require(by, "results.set_calendar")
    _check_source(source)
    if not days or any(day.year != year for day in days):
        raise rules.CannotSetCalendar(gettext_noop("请列出%(year)s年的放假和调休上班日期"), year=year)
    for day, is_workday in days.items():
        CalendarDay.objects.update_or_create(day=day, defaults={"is_workday": is_workday, "source": source.strip()})
    row, _ = CalendarYear.objects.update_or_create(year=year, defaults={"source": source.strip()})
    facts = {"days": {str(day): is_workday for day, is_workday in sorted(days.items())}, "source": source.strip()}
    ledger.append(act="results.announce_year", subject=f"calendar:{year}", facts=facts, by=by, at=at)
    return row


def _check_source(source: str) -> None:
    if not source.strip():
        raise rules.CannotSetCalendar(gettext_noop("请写明依据的文件"))
