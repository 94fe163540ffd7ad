"""The API of assignments: who sits, and changes by reserve."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import Field

from mingcha.assignments import actions, queries
from mingcha.assignments.models import Seat
from mingcha.assignments.states import ChangeReason
from mingcha.people.api import REFUSALS, caller

router = Router(tags=["assignments"])
LARGEST = 2**53
Key = Annotated[int, Path(ge=1, le=LARGEST)]


class SeatOut(Schema):
    """A seat of a visit's team (检查组席位): who sits, and the number of the inspector who was drawn."""

    id: int
    ceremony: str = Field(alias="ceremony.number")
    visit_id: str
    seat: int = Field(alias="drawn.seat")
    organization: str = Field(alias="organization.code")
    inspector: str = Field(alias="inspector.number")
    drawn_inspector: str = Field(alias="drawn.inspector_number")
    is_leader: bool
    is_locked: bool

    @staticmethod
    def resolve_is_locked(seat: Seat) -> bool:
        return seat.locked_at is not None


class Seats(Schema):
    seats: list[SeatOut]
    next: int | None


class ChangeIn(Schema):
    reason: ChangeReason
    note: str = Field("", max_length=500)


class ChangeOut(Schema):
    """A change after the lock (锁定后调整)."""

    from_inspector: str = Field(alias="from_inspector.number")
    to_inspector: str = Field(alias="to_inspector.number")
    from_group: str | None = Field(None, alias="from_group.number")
    to_group: str | None = Field(None, alias="to_group.number")
    reason: str
    at: datetime


@router.get("/seats", response={200: Seats, **REFUSALS}, operation_id="seats")
def seats(
    request: HttpRequest,
    ceremony: str = Query("", max_length=40),
    visit_id: str = Query("", max_length=140),
    after: int = Query(0, ge=0, le=LARGEST),
    limit: int = Query(100, ge=1, le=1000),
) -> dict:
    """The seats of the caller's organizations; `next` continues the list as `after`."""
    rows = queries.seats_for(caller(request, "assignments.view")).filter(pk__gt=after).order_by("pk")
    if ceremony:
        rows = rows.filter(ceremony__number=ceremony)
    if visit_id:
        rows = rows.filter(visit_id=visit_id)
    found = list(rows[: limit + 1])
    return {"seats": found[:limit], "next": found[limit - 1].pk if len(found) > limit else None}


@router.post("/seats/{seat}/change", response={200: ChangeOut, **REFUSALS}, operation_id="change_seat")
def change_seat(request: HttpRequest, seat: Key, change: ChangeIn) -> object:
    """Replace the holder of a seat by the next valid reserve (按程序递补)."""
    by = caller(request, "assignments.change")
    found = queries.seats_for(by).get(pk=seat)
    return actions.change_seat(seat=found, reason=change.reason, note=change.note, by=by, at=timezone.now())
