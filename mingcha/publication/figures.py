"""Figures of publicity (公示率): what is due, late, published; by department, those with nothing too."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from mingcha.draws.models import SelectedUnit
from mingcha.draws.states import DrawnAs
from mingcha.people.actors import Actor
from mingcha.people.models import DepartmentLine
from mingcha.publication import queries
from mingcha.publication.models import Notice
from mingcha.publication.states import NoticeKind, NoticeState
from mingcha.results import queries as results
from mingcha.visits.models import Record
from mingcha.visits.states import VisitState


@dataclass(frozen=True)
class Figures:
    """Where an actor's organizations stand with publishing results."""

    waiting: int
    overdue: int
    published: int
    late: int

    @property
    def on_time_share(self) -> str:
        """按期率: results published on time among those published; a dash while there are none."""
        return f"{(self.published - self.late) / self.published:.1%}" if self.published else "—"

    @property
    def published_share(self) -> str:
        """公示率: published among those approved."""
        due = self.published + self.waiting
        return f"{self.published / due:.1%}" if due else "—"


def of(by: Actor, *, today: date) -> Figures:
    """The figures of the actor's organizations."""
    waiting = list(queries.unpublished_results(by))
    dues = results.dues_of(waiting)
    public = queries.notices_for(by).filter(kind=NoticeKind.RESULT, state=NoticeState.PUBLISHED)
    counts = public.order_by().aggregate(published=Count("pk"), late=Count("pk", filter=Q(is_late=True)))
    overdue = sum(1 for due in dues.values() if due and due.on < today)
    return Figures(waiting=len(waiting), overdue=overdue, **counts)


@dataclass(frozen=True)
class Waiting:
    """A result to be published, with its last day."""

    record: Record
    due_on: date | None
    is_provisional: bool
    days_late: int


def with_dues(records: object, *, today: date) -> list[Waiting]:
    """The results with their last days, the most pressing first."""
    found = list(records)  # type: ignore[call-overload]
    dues = results.dues_of(found)
    rows = []
    for record in found:
        due = dues[record.pk]
        rows.append(
            Waiting(
                record=record,
                due_on=due.on if due else None,
                is_provisional=bool(due and due.provisional),
                days_late=max(0, (today - due.on).days) if due else 0,
            )
        )
    return sorted(rows, key=lambda row: (row.due_on or date.max, row.record.pk))


@dataclass(frozen=True)
class LineRow:
    """One department line in the public statistics."""

    name: str
    drawn: int
    visited: int
    published: int
    late: int


def by_line() -> list[LineRow]:
    """Drawn, visited, published and late by the line of departments; lines with zero are shown."""
    drawn = _counts(
        SelectedUnit.objects.filter(drawn_as=DrawnAs.SELECTED, ceremony_task__stands=True).values_list(
            "ceremony_task__task__organization__line"
        )
    )
    visited = _counts(Record.objects.filter(visit__state=VisitState.ENDED).values_list("organization__line"))
    public = Notice.objects.filter(kind=NoticeKind.RESULT, state=NoticeState.PUBLISHED)
    published = _counts(public.values_list("organization__line"))
    late = _counts(public.filter(is_late=True).values_list("organization__line"))
    return [
        LineRow(line.name, *(found.get(line.code, 0) for found in (drawn, visited, published, late)))
        for line in DepartmentLine.objects.order_by("code")
    ]


def _counts(grouped: object) -> dict[str, int]:
    return dict(grouped.annotate(n=Count("pk")).order_by())  # type: ignore[attr-defined]
