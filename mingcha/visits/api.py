"""The API of visits: an inspector's own, start and end; the list; making visits of a ceremony."""

from datetime import date, datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from mingcha.people.api import REFUSALS, caller
from mingcha.visits import actions, queries
from mingcha.visits.models import Visit
from mingcha.visits.states import VisitState

router = Router(tags=["visits"])
LARGEST = 2**53


class VisitOut(Schema):
    """One door, one unit, one window (检查)."""

    id: int
    number: str
    ceremony: str = Field(alias="ceremony.number")
    visit_id: str
    subject: str = Field(alias="subject.unit_id")
    subject_name: str
    address: str
    region: str = Field(alias="region_id")
    window_from: date
    window_to: date
    state: str
    started_at: datetime | None
    ended_at: datetime | None


class Visits(Schema):
    visits: list[VisitOut]
    next: int | None


class Arranged(Schema):
    visits: int


@router.get("/", response={200: Visits, **REFUSALS}, operation_id="visits")
def visits(
    request: HttpRequest,
    state: VisitState | None = None,
    region: str = Query("", max_length=12),
    task: str = Query("", max_length=40),
    after: int = Query(0, ge=0, le=LARGEST),
    limit: int = Query(100, ge=1, le=1000),
) -> dict:
    """The visits in the caller's scope; `next` continues the list as `after`."""
    rows = queries.visits_for(caller(request, "visits.view")).filter(pk__gt=after)
    if state:
        rows = rows.filter(state=state)
    if region:
        rows = rows.filter(region=region)
    if task:
        rows = rows.filter(records__task__number=task).distinct()
    return _paged(rows, limit)


@router.get("/mine", response={200: Visits, **REFUSALS}, operation_id="my_visits")
def my_visits(
    request: HttpRequest,
    state: VisitState | None = None,
    after: int = Query(0, ge=0, le=LARGEST),
    limit: int = Query(100, ge=1, le=1000),
) -> dict:
    """The visits in whose team the caller sits."""
    by = caller(request, "visits.view_own")
    rows = queries.visits_of_inspector(by.user).filter(pk__gt=after)
    return _paged(rows.filter(state=state) if state else rows, limit)


def _paged(rows: QuerySet[Visit], limit: int) -> dict:
    found = list(rows.select_related("ceremony", "subject").order_by("pk")[: limit + 1])
    return {"visits": found[:limit], "next": found[limit - 1].pk if len(found) > limit else None}


@router.post("/{number}/start", response={200: VisitOut, **REFUSALS}, operation_id="start_visit")
def start_visit(request: HttpRequest, number: str) -> object:
    """Begin a visit on arrival (到场)."""
    by = caller(request, "visits.carry_out")
    visit = queries.visits_of_inspector(by.user).get(number=number)
    return actions.start(visit=visit, by=by, at=timezone.now())


@router.post("/{number}/end", response={200: VisitOut, **REFUSALS}, operation_id="end_visit")
def end_visit(request: HttpRequest, number: str) -> object:
    """End a visit (检查完毕); the term for entering begins."""
    by = caller(request, "visits.carry_out")
    visit = queries.visits_of_inspector(by.user).get(number=number)
    return actions.end(visit=visit, by=by, at=timezone.now())


@router.post("/arrange/{ceremony}", response={200: Arranged, **REFUSALS}, operation_id="arrange_visits")
def arrange_visits(request: HttpRequest, ceremony: str) -> dict:
    """Make the visits of a drawn ceremony (生成检查任务), once."""
    by = caller(request, "visits.arrange")
    found = queries.arrangeable(by).get(number=ceremony)
    return {"visits": actions.arrange(ceremony=found, by=by, at=timezone.now())}
