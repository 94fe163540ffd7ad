"""Questions about sitting teams."""

import json
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import QuerySet

from fairdraw.design import Design, TeamRule, read_design
from fairdraw.visits import Claim, visits_of
from fairdraw.visits import Visit as DrawnVisit
from mingcha.assignments.models import Seat, SeatChange
from mingcha.draws import organs
from mingcha.draws.models import Ceremony, DrawnSeat, SelectedUnit
from mingcha.draws.states import DrawnAs
from mingcha.people.actors import Actor
from mingcha.people.scopes import owned

NO_TEAM = TeamRule((), "any", 0)


def seats_for(by: Actor) -> QuerySet[Seat]:
    """The seats whose inspectors' organization the actor answers for."""
    return owned(Seat.objects.select_related("ceremony", "drawn", "inspector__user", "organization"), by=by)


def seats_of(ceremony: Ceremony, visit_id: str) -> QuerySet[Seat]:
    """The team of a visit in the order of its seats, each with its changes."""
    return (
        Seat.objects.filter(ceremony=ceremony, visit_id=visit_id)
        .select_related("inspector__organization", "inspector__user", "organization", "drawn")
        .prefetch_related(
            "changes__from_inspector",
            "changes__to_inspector",
            "changes__approved_by",
            "changes__from_group",
            "changes__to_group",
        )
        .order_by("drawn__seat", "pk")
    )


def changes_of(ceremony: Ceremony, visit_id: str) -> QuerySet[SeatChange]:
    """Every change after the lock in one visit, as it happened."""
    return SeatChange.objects.filter(seat__ceremony=ceremony, seat__visit_id=visit_id).order_by("at", "pk")


def drawn_visits(ceremony: Ceremony, *, unit_id: str = "") -> Mapping[str, DrawnVisit]:
    """The visits a ceremony drew teams for, worked out again from what it froze (spec/teams.md), by visit_id."""
    units = SelectedUnit.objects.filter(ceremony_task__ceremony=ceremony, drawn_as=DrawnAs.SELECTED)
    if unit_id:
        units = units.filter(unit_id=unit_id)
    designs = _designs(ceremony)
    claims = [
        Claim(
            task=designs[row["ceremony_task"]].task,
            unit_id=row["unit_id"],
            region=row["stratum"].partition("/")[0],
            window=_window(designs[row["ceremony_task"]], row["batch"]),
            teams=designs[row["ceremony_task"]].teams or NO_TEAM,
        )
        for row in units.values("ceremony_task", "unit_id", "stratum", "batch")
    ]
    return {visit.visit_id: visit for visit in visits_of(claims)}


def _designs(ceremony: Ceremony) -> dict[int, Design]:
    return {row.pk: read_design(json.loads(row.design)) for row in ceremony.tasks.all()}


def _window(design: Design, batch: int | None) -> tuple[date, date]:
    """When a unit is checked: in the window of its batch, else in the task's."""
    return design.window if batch is None else design.batches[batch - 1]


def windows_of(ceremony: Ceremony, *, unit_id: str = "") -> Mapping[tuple[str, str], tuple[date, date]]:
    """When each selected unit is checked for each task, as frozen and drawn: by (task's number, unit_id)."""
    units = SelectedUnit.objects.filter(ceremony_task__ceremony=ceremony, drawn_as=DrawnAs.SELECTED)
    if unit_id:
        units = units.filter(unit_id=unit_id)
    designs = _designs(ceremony)
    return {
        (designs[task].task, unit): _window(designs[task], batch)
        for task, unit, batch in units.values_list("ceremony_task", "unit_id", "batch")
    }


def shared_window(windows: Iterable[tuple[date, date]]) -> tuple[date, date]:
    """The days that all windows of a visit share."""
    windows = list(windows)
    return max(first for first, _ in windows), min(last for _, last in windows)


def window_of(seat: Seat) -> tuple[date, date]:
    """The days on which a seat's visit can be made."""
    windows = windows_of(seat.ceremony, unit_id=seat.drawn.unit_id)
    visit = drawn_visits(seat.ceremony, unit_id=seat.drawn.unit_id)[seat.visit_id]
    return shared_window(windows[task, visit.unit_id] for task in visit.tasks)


def number_of(seat: Seat) -> str:
    """The number under which the seat is held now: an inspector's, or of a group its own."""
    if not organs.is_group(seat.drawn.organ):
        return seat.inspector.number
    changes = SeatChange.objects.filter(seat__drawn=seat.drawn_id, to_group__isnull=False).order_by("at", "pk")
    last = changes.select_related("to_group").last()
    return last.to_group.number if last and last.to_group else seat.drawn.inspector_number


def reserves_of(seat: Seat) -> list[DrawnSeat]:
    """The reserves drawn for this kind of seat, in drawn order: written beside the first seat of the kind."""
    visit = drawn_visits(seat.ceremony, unit_id=seat.drawn.unit_id)[seat.visit_id]
    first = visit.seats.index(visit.seats[seat.drawn.seat - 1]) + 1
    rows = DrawnSeat.objects.filter(
        ceremony=seat.ceremony, visit_id=seat.visit_id, seat=first, drawn_as=DrawnAs.RESERVE
    )
    return list(rows.order_by("position"))
