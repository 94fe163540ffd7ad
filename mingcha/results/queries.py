"""Questions about results: what is due when, what waits for whom, what a record says."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.utils.timezone import localdate, make_aware

from mingcha.assignments.models import Seat
from mingcha.kernel.workdays import Due, WorkCalendar
from mingcha.people.actors import Actor
from mingcha.people.models import User
from mingcha.people.permissions import may
from mingcha.people.scopes import owned
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
    return seats.filter(inspector__user=user, organization__line=record.organization.line_id).exists()


def overdue(today: date) -> Q:
    """Records whose visit ended more than 20 working days ago and that are still not submitted."""
    day = rules.first_day_not_overdue(work_calendar([today]), today=today)
    return Q(state__in=UNFINISHED, visit__ended_at__lt=make_aware(datetime.combine(day, time())))


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


def with_overdue(records: QuerySet[Record], *, today: date) -> QuerySet[Record]:
    """The records, each with `is_overdue`."""
    return records.annotate(is_overdue=ExpressionWrapper(overdue(today), output_field=BooleanField()))


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
    return follow_ups.filter(state=FollowUpState.OPEN)


def task_is_done(task_id: int) -> bool:
    """Whether every record of a task is approved."""
    records = Record.objects.filter(task=task_id)
    return records.exists() and not records.exclude(state=RecordState.APPROVED).exists()


def calendar_days(year: int) -> QuerySet[CalendarDay]:
    """The days of a year that were set by hand."""
    return CalendarDay.objects.filter(day__year=year).order_by("day")
