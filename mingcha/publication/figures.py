"""Public figures: drawn, visited, published and late, by department; those with nothing too."""

from dataclasses import dataclass

from django.db.models import Count

from mingcha.draws.models import SelectedUnit
from mingcha.draws.states import DrawnAs
from mingcha.people.models import DepartmentLine
from mingcha.publication.models import Notice
from mingcha.publication.states import NoticeKind, NoticeState
from mingcha.visits.models import Record
from mingcha.visits.states import VisitState


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
