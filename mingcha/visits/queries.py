"""Questions about visits and their records."""

from collections.abc import Mapping
from datetime import date

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from mingcha.assignments.models import Seat
from mingcha.draws import queries as draws
from mingcha.draws.models import Ceremony
from mingcha.draws.states import CeremonyState
from mingcha.people.actors import Actor
from mingcha.people.models import User
from mingcha.people.scopes import WHOLE_CITY, organizations_for
from mingcha.people.states import Role
from mingcha.visits.models import Record, Visit
from mingcha.visits.states import RecordState, VisitState

DRAWN_STATES = (CeremonyState.DRAWN, CeremonyState.RELEASED)
UNFINISHED = (RecordState.OPEN, RecordState.RETURNED)


def visits_of_inspector(user: User) -> QuerySet[Visit]:
    """The visits in whose team a person sits now (本人检查任务); a replaced person's visit is no longer theirs."""
    seats = Seat.objects.filter(ceremony=OuterRef("ceremony"), visit_id=OuterRef("visit_id"), inspector__user=user)
    return Visit.objects.filter(Exists(seats))


def visits_for(by: Actor) -> QuerySet[Visit]:
    """The visits the actor may see: those with a part of theirs or of a task they lead; an inspector's own."""
    if by.role in WHOLE_CITY:
        return Visit.objects.all()
    if by.role == Role.INSPECTOR:
        return visits_of_inspector(by.user)
    return Visit.objects.filter(Exists(_own_parts(by).filter(visit=OuterRef("pk"))))


def records_for(by: Actor) -> QuerySet[Record]:
    """The records the actor may see; of a visit with several departments an inspector sees all."""
    if by.role in WHOLE_CITY:
        return Record.objects.all()
    if by.role == Role.INSPECTOR:
        return Record.objects.filter(visit__in=visits_of_inspector(by.user))
    return _own_parts(by)


def _own_parts(by: Actor) -> QuerySet[Record]:
    organizations = organizations_for(by)
    return Record.objects.filter(Q(organization__in=organizations) | Q(task__organization__in=organizations))


def arrangeable(by: Actor) -> QuerySet[Ceremony]:
    """The drawn ceremonies of the actor, rehearsals apart."""
    return draws.held_by(by).filter(state__in=DRAWN_STATES, is_rehearsal=False)


def waiting_ceremonies(by: Actor) -> QuerySet[Ceremony]:
    """Those that no visits were made of yet (待生成检查任务)."""
    return arrangeable(by).filter(arranged_at=None).order_by("drawn_at", "pk")


def with_open_records(visits: QuerySet[Visit], *, line: str) -> QuerySet[Visit]:
    """The visits, each with `has_open_records`: whether something of this department line is still to be entered."""
    unfinished = Record.objects.filter(visit=OuterRef("pk"), state__in=UNFINISHED, organization__line=line)
    return visits.annotate(has_open_records=Exists(unfinished))


def overdue(today: date) -> Q:
    """Visits that did not begin within their window."""
    return Q(state=VisitState.PLANNED, window_to__lt=today)


def in_order_of_urgency(visits: QuerySet[Visit], *, today: date) -> QuerySet[Visit]:
    """Overdue first, then going on, then planned, then done; `urgency` and `is_overdue` are added."""
    urgency = Case(
        When(overdue(today), then=Value(0)),
        When(state=VisitState.STARTED, then=Value(1)),
        When(state=VisitState.PLANNED, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    rows = visits.annotate(urgency=urgency, is_overdue=ExpressionWrapper(overdue(today), output_field=BooleanField()))
    return rows.order_by("urgency", "window_to", "number")


def with_progress(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """The visits with the counts of their records: all, submitted or further, approved."""
    done = Q(records__state__in=(RecordState.SUBMITTED, RecordState.APPROVED))
    return visits.annotate(
        record_count=Count("records", distinct=True),
        submitted_count=Count("records", filter=done, distinct=True),
        approved_count=Count("records", filter=Q(records__state=RecordState.APPROVED), distinct=True),
    )


def counts_of(visits: QuerySet[Visit], *, today: date) -> Mapping[str, int]:
    """How many visits there are in each state, and how many are overdue."""
    return visits.order_by().aggregate(
        total=Count("pk"),
        planned=Count("pk", filter=Q(state=VisitState.PLANNED)),
        started=Count("pk", filter=Q(state=VisitState.STARTED)),
        ended=Count("pk", filter=Q(state=VisitState.ENDED)),
        overdue=Count("pk", filter=overdue(today)),
    )


def parts_of(visit: Visit) -> QuerySet[Record]:
    """The records of a visit with what they need to be shown, the lead's first."""
    rows = visit.records.select_related("task", "organization__line", "submitted_by", "participant")
    return rows.prefetch_related("items__item").order_by("task__number", F("participant__is_lead").desc(), "pk")


def is_seated(visit: Visit, user: User) -> bool:
    """Whether a person sits in the team of a visit."""
    return visits_of_inspector(user).filter(pk=visit.pk).exists()
