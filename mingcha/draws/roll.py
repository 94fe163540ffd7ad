"""The roll of those drawn (抽中名单), as the hall sees them appear: task by task, in the order of their tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from mingcha.draws.models import SelectedUnit
from mingcha.draws.states import DrawnAs
from mingcha.people.models import Region

ON_A_PAGE = 24


@dataclass(frozen=True, slots=True)
class Line:
    """One unit on the roll; the name is left out where it may not be shown."""

    number: int
    """Its place on the roll."""
    name: str
    region: str
    task: str


@dataclass(frozen=True, slots=True)
class Roll:
    """One page of the roll."""

    lines: Sequence[Line]
    page: int
    pages: int
    total: int
    is_named: bool

    @property
    def first(self) -> int:
        return (self.page - 1) * ON_A_PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.lines) - 1

    @property
    def previous(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def next(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None


def roll_of(named: QuerySet[SelectedUnit] | None, *, everyone: QuerySet[SelectedUnit], page: str) -> Roll:
    """A page of the roll; a page that does not exist is the first.

    Args:
        named: the units whose names may be shown, or None if the roll only counts.
        everyone: all units of the ceremony.
    """
    rows = (everyone if named is None else named).filter(drawn_as=DrawnAs.SELECTED)
    rows = rows.order_by("ceremony_task__task__number", "ticket")
    total = rows.count()
    pages = max(1, -(-total // ON_A_PAGE))
    wanted = int(page[:9]) if page.isdecimal() and page.isascii() else 1
    at = wanted if 1 <= wanted <= pages else 1
    start = (at - 1) * ON_A_PAGE
    places = Region.objects.in_bulk(field_name="code")
    lines = [
        Line(
            number=number,
            name=row.name if named is not None else "",
            region=places[row.region].name if row.region in places else row.region,
            task=row.ceremony_task.task.name,
        )
        for number, row in enumerate(rows[start : start + ON_A_PAGE], start=start + 1)
    ]
    return Roll(lines=lines, page=at, pages=pages, total=total, is_named=named is not None)
