"""Public figures: drawn, visited, published and late, by department; those with nothing too."""

from dataclasses import dataclass

from django.db.models import Count, Q

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
    public = Notice.objects.filter(kind=NoticeKind.RESULT, state=NoticeState.PUBLISHED).values("organization__line")
    results = {
        row["organization__line"]: (row["published"], row["late"])
        for row in public.annotate(published=Count("pk"), late=Count("pk", filter=Q(is_late=True))).order_by()
    }
    return [
        LineRow(line.name, drawn.get(line.code, 0), visited.get(line.code, 0), *results.get(line.code, (0, 0)))
        for line in DepartmentLine.objects.order_by("code")
    ]


def _counts(grouped: object) -> dict[str, int]:
    return dict(grouped.annotate(n=Count("pk")).order_by())  # type: ignore[attr-defined]
