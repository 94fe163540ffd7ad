"""Questions about results: what is due when, what waits for whom, what a record says."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    DateTimeField,
    ExpressionWrapper,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate, make_aware

from mingcha.assignments.models import Seat
from mingcha.draws import organs
from mingcha.kernel.refusal import gettext_noop
from mingcha.kernel.workdays import Due, WorkCalendar, is_announced
from mingcha.people.actors import Actor
from mingcha.people.models import User
from mingcha.people.permissions import may
from mingcha.people.scopes import owned
from mingcha.registers.models import InspectionItem
from mingcha.results import rules
from mingcha.results.models import CalendarDay, CalendarYear, Finding, FollowUp, RecordCategory, ResultCategory
from mingcha.results.states import FollowUpKind, FollowUpState
from mingcha.visits.models import Record
from mingcha.visits.queries import UNFINISHED
from mingcha.visits.queries import records_for as visible_records_for
from mingcha.visits.states import RecordState, VisitState


def work_calendar(days: Iterable[date]) -> WorkCalendar:
    """The working days (工作日历) around these days: the built-in announcements with the city's own table over them."""
    years = {day.year for day in days}
    first, last = min(years) - 1, max(years) + 1
    overrides = CalendarDay.objects.filter(day__year__gte=first, day__year__lte=last)
    return WorkCalendar(
        range(first, last + 1),
        days=dict(overrides.values_list("day", "is_workday")),
        announced=set(CalendarYear.objects.values_list("year", flat=True)),
    )


def due_on(record: Record) -> Due | None:
    """By when a record must be entered and published: 20 working days after the visit ended; unknown before."""
    return dues_of([record])[record.pk]


def dues_of(records: Iterable[Record]) -> dict[int, Due | None]:
    """The same for many records at once, by their keys."""
    ended = {record.pk: record.visit.ended_at for record in records}
    days = [localdate(at) for at in ended.values() if at]
    if not days:
        return dict.fromkeys(ended)
    calendar = work_calendar(days)
    return {pk: calendar.due_on(localdate(at)) if at else None for pk, at in ended.items()}


def records_for(by: Actor) -> QuerySet[Record]:
    """The records the actor may see, with what lists show."""
    return visible_records_for(by).select_related(
        "visit__region", "visit__ceremony", "task", "organization", "entered_by", "submitted_by", "reviewed_by"
    )


def may_review(record: Record, by: Actor) -> bool:
    """Whether the record belongs to the actor's organization, or to its line below a city department."""
    return may(by, "results.review") and owned(Record.objects.filter(pk=record.pk), by=by).exists()


def is_ours(record: Record, user: User) -> bool:
    """Whether a person sits in the visit's team for the department line of the record (谁检查、谁录入)."""
    seats = Seat.objects.filter(ceremony=record.visit.ceremony_id, visit_id=record.visit.visit_id)
    ours = seats.exclude(drawn__organ__endswith=organs.EXPERTS)
    return ours.filter(inspector__user=user, organization__line=record.organization.line_id).exists()


def overdue(today: date) -> Q:
    """Records whose visit ended more than 20 working days ago and that are still not submitted."""
    day = rules.first_day_not_overdue(work_calendar([today]), today=today)
    return Q(state__in=UNFINISHED, visit__ended_at__lt=make_aware(datetime.combine(day, time())))


BUILT_IN = gettext_noop("内置(国务院办公厅节假日安排)")
CHUNK = 2000
NOT_YET = datetime(9000, 1, 1, tzinfo=UTC)
QUEUES = {
    "submitted": Q(state=RecordState.SUBMITTED),
    "to_enter": Q(state__in=UNFINISHED, visit__state=VisitState.ENDED),
    "returned": Q(state=RecordState.RETURNED),
    "approved": Q(state=RecordState.APPROVED),
    "not_visited": Q(visit__state=VisitState.PLANNED),
}


def queue_of(records: QuerySet[Record], queue: str, *, today: date) -> QuerySet[Record]:
    """The records of one queue: submitted, to_enter, overdue, returned, approved, not_visited; else all."""
    if queue == "overdue":
        return records.filter(overdue(today))
    return records.filter(QUEUES[queue]) if queue in QUEUES else records


def in_queue_order(records: QuerySet[Record], *, today: date) -> QuerySet[Record]:
    """Overdue first, then what waits for review, the earliest end of a visit first; `is_overdue` is added."""
    rank = Case(
        When(overdue(today), then=Value(0)),
        When(QUEUES["submitted"], then=Value(1)),
        When(QUEUES["to_enter"], then=Value(2)),
        When(QUEUES["approved"], then=Value(4)),
        default=Value(3),
        output_field=IntegerField(),
    )
    rows = records.annotate(
        rank=rank,
        ended_at=Coalesce("visit__ended_at", Value(NOT_YET, output_field=DateTimeField())),
        is_overdue=ExpressionWrapper(overdue(today), output_field=BooleanField()),
    )
    return rows.order_by("rank", "ended_at", "pk")


def in_full(records: QuerySet[Record]) -> Iterator[Record]:
    """The records one by one, each with `due` and `category_names`, for an export of any length."""
    rows = records.iterator(chunk_size=CHUNK)
    for chunk in iter(lambda: list(islice(rows, CHUNK)), []):
        dues, names = dues_of(chunk), category_names(chunk)
        for record in chunk:
            record.due = dues[record.pk]  # type: ignore[attr-defined]
            record.category_names = names.get(record.pk, [])  # type: ignore[attr-defined]
            yield record


def category_names(records: Iterable[Record]) -> dict[int, list[str]]:
    """The names of the categories chosen for each record, by its key."""
    chosen = RecordCategory.objects.filter(record__in=[record.pk for record in records])
    names: dict[int, list[str]] = {}
    for pk, name in chosen.order_by("category__position").values_list("record", "category__name"):
        names.setdefault(pk, []).append(name)
    return names


def counts_of(records: QuerySet[Record], *, today: date) -> Mapping[str, int]:
    """How many records stand in each queue."""
    counts = {name: Count("pk", filter=condition) for name, condition in QUEUES.items()}
    return records.order_by().aggregate(total=Count("pk"), overdue=Count("pk", filter=overdue(today)), **counts)


def categories_on(day: date) -> QuerySet[ResultCategory]:
    """The categories in force on a day, in their order."""
    valid = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))
    return ResultCategory.objects.filter(valid).select_related("parent").order_by("position", "code")


def findings_of(record: Record) -> QuerySet[Finding]:
    """What was found, item by item."""
    return (
        Finding.objects.filter(record_item__record=record).select_related("record_item__item").order_by("record_item")
    )


def items_said(record: Record) -> list[tuple[InspectionItem, Finding | None]]:
    """Every item of a record with what was found, or nothing yet."""
    found = {finding.record_item_id: finding for finding in findings_of(record)}
    rows = record.items.select_related("item").order_by("pk")
    return [(row.item, found.get(row.pk)) for row in rows]


def categories_of(record: Record) -> list[ResultCategory]:
    """The categories chosen for a record, in their order."""
    chosen = RecordCategory.objects.filter(record=record).select_related("category__parent")
    return [row.category for row in chosen.order_by("category__position", "category__code")]


def follow_ups_of(record: Record) -> QuerySet[FollowUp]:
    """The follow-ups of a record."""
    return FollowUp.objects.filter(record=record).select_related("closed_by").order_by("pk")


def entry_of(record: Record) -> rules.Entry:
    """What a record says now, as the rules read it."""
    return rules.Entry(
        findings=[
            rules.ItemFinding(finding.record_item_id, finding.outcome, finding.description)
            for finding in findings_of(record)
        ],
        categories=[as_rule(category) for category in categories_of(record)],
        follow_ups=[
            rules.PlannedFollowUp(follow_up.kind, follow_up.due_on, follow_up.note)
            for follow_up in follow_ups_of(record)
        ],
        checked_on=record.checked_on,
        method=record.method,
        items=dict(record.items.order_by("pk").values_list("pk", "item__name")),
    )


def said_by(record: Record) -> dict[str, Any]:
    """What a record says now, as the arguments of `actions.enter`."""
    entry = entry_of(record)
    return {
        "version": record.version,
        "findings": entry.findings,
        "categories": [category.code for category in entry.categories],
        "follow_ups": entry.follow_ups,
        "checked_on": entry.checked_on,
        "method": entry.method,
        "note": record.note,
    }


def as_rule(category: ResultCategory) -> rules.Category:
    """A category as the rules see it."""
    return rules.Category(category.code, category.meaning, category.is_exclusive, category.needs_follow_up)


def follow_ups_for(by: Actor) -> QuerySet[FollowUp]:
    """The follow-ups of the records the actor may see, once submitted; what needs nothing is left out."""
    records = visible_records_for(by).filter(state__in=(RecordState.SUBMITTED, RecordState.APPROVED))
    return (
        FollowUp.objects.filter(record__in=records)
        .exclude(kind=FollowUpKind.NONE)
        .select_related("record__visit__region", "record__organization", "record__task", "closed_by")
    )


def open_follow_ups(follow_ups: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    """Those that still wait for their proof, the earliest deadline first."""
    return _by_deadline(follow_ups.filter(state=FollowUpState.OPEN))


def closed_follow_ups(follow_ups: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    """Those that are done."""
    return _by_deadline(follow_ups.filter(state=FollowUpState.CLOSED))


def _by_deadline(follow_ups: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    last = Value(date(9000, 1, 1), output_field=DateField())
    return follow_ups.annotate(due_key=Coalesce("due_on", last)).order_by("due_key", "pk")


def task_is_done(task_id: int) -> bool:
    """Whether every record of a task is approved."""
    records = Record.objects.filter(task=task_id)
    return records.exists() and not records.exclude(state=RecordState.APPROVED).exists()


def calendar_days() -> QuerySet[CalendarDay]:
    """The days that were set by hand, the latest first."""
    return CalendarDay.objects.order_by("-day")


def years_known(years: Iterable[int]) -> list[tuple[int, str]]:
    """Years and where their schedule comes from; empty where deadlines are still provisional."""
    entered = dict(CalendarYear.objects.values_list("year", "source"))
    return [(year, entered.get(year) or (BUILT_IN if is_announced(year) else "")) for year in years]
