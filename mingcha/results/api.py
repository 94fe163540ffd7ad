"""The API of results: records to enter, to submit and to review; the categories."""

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import Field

from mingcha.people.api import REFUSALS, caller
from mingcha.results import actions, queries, rules
from mingcha.results.states import FollowUpKind, Outcome
from mingcha.visits.models import Record
from mingcha.visits.states import Method, RecordState

router = Router(tags=["results"])
LARGEST = 2**53
Key = Annotated[int, Path(ge=1, le=LARGEST)]


class CategoryOut(Schema):
    """A category of results (检查结果类别)."""

    code: str
    name: str
    meaning: str
    parent: str | None
    is_exclusive: bool
    needs_follow_up: bool


class RecordOut(Schema):
    """One organization's part of a visit for one task (检查记录); `version` goes back with every write."""

    id: int
    visit: str = Field(alias="visit.number")
    task: str = Field(alias="task.number")
    organization: str = Field(alias="organization.code")
    state: str
    version: int
    checked_on: date | None
    method: str
    due_on: date | None
    due_is_provisional: bool | None

    @staticmethod
    def resolve_due_on(record: Record) -> date | None:
        due = queries.due_on(record)
        return due.on if due else None

    @staticmethod
    def resolve_due_is_provisional(record: Record) -> bool | None:
        due = queries.due_on(record)
        return due.provisional if due else None


class Records(Schema):
    records: list[RecordOut]
    next: int | None


class FindingSaid(Schema):
    record_item: int = Field(ge=1, le=LARGEST)
    outcome: Outcome | None = None
    description: str = Field("", max_length=2000)


class FollowUpSaid(Schema):
    kind: FollowUpKind
    due_on: date | None = None
    note: str = Field("", max_length=500)


class ItemOut(Schema):
    record_item: int
    code: str
    name: str


class RecordInFull(RecordOut):
    items: list[ItemOut]
    findings: list[FindingSaid]
    categories: list[str]
    follow_ups: list[FollowUpSaid]
    note: str
    review_remark: str

    @staticmethod
    def resolve_items(record: Record) -> list[dict]:
        rows = record.items.select_related("item").order_by("pk")
        return [{"record_item": row.pk, "code": row.item.code, "name": row.item.name} for row in rows]

    @staticmethod
    def resolve_findings(record: Record) -> list:
        return list(queries.findings_of(record).values("record_item", "outcome", "description"))

    @staticmethod
    def resolve_categories(record: Record) -> list[str]:
        return [category.code for category in queries.categories_of(record)]

    @staticmethod
    def resolve_follow_ups(record: Record) -> list:
        return list(queries.follow_ups_of(record).values("kind", "due_on", "note"))


class EntryIn(Schema):
    """Everything a record says; the former draft is replaced as a whole."""

    version: int = Field(ge=1, le=32767)
    findings: list[FindingSaid] = Field(default_factory=list, max_length=500)
    categories: list[str] = Field(default_factory=list, max_length=50)
    follow_ups: list[FollowUpSaid] = Field(default_factory=list, max_length=20)
    checked_on: date | None = None
    method: Method | None = None
    note: str = Field("", max_length=2000)


class Version(Schema):
    version: int = Field(ge=1, le=32767)


class Remark(Schema):
    remark: str = Field(max_length=500)


class ClosingNote(Schema):
    note: str = Field(max_length=500)


class FollowUpOut(Schema):
    id: int
    record: int = Field(alias="record_id")
    kind: str
    due_on: date | None
    state: str
    closed_at: datetime | None


@router.get("/categories", response={200: list[CategoryOut], **REFUSALS}, operation_id="result_categories")
def result_categories(request: HttpRequest) -> list[dict]:
    """The categories in force today."""
    caller(request, "people.start")
    return [
        {
            "code": category.code,
            "name": category.name,
            "meaning": category.meaning,
            "parent": category.parent.code if category.parent else None,
            "is_exclusive": category.is_exclusive,
            "needs_follow_up": category.needs_follow_up,
        }
        for category in queries.categories_on(timezone.localdate())
    ]


@router.get("/records", response={200: Records, **REFUSALS}, operation_id="records")
def records(
    request: HttpRequest,
    state: RecordState | None = None,
    task: str = Query("", max_length=40),
    after: int = Query(0, ge=0, le=LARGEST),
    limit: int = Query(50, ge=1, le=200),
) -> dict:
    """The records in the caller's scope; `next` continues the list as `after`."""
    rows = queries.records_for(caller(request, "results.view")).filter(pk__gt=after).order_by("pk")
    if state:
        rows = rows.filter(state=state)
    if task:
        rows = rows.filter(task__number=task)
    found = list(rows[: limit + 1])
    return {"records": found[:limit], "next": found[limit - 1].pk if len(found) > limit else None}


@router.get("/mine", response={200: list[RecordOut], **REFUSALS}, operation_id="my_records")
def my_records(request: HttpRequest, visit: str = Query(..., max_length=40)) -> list[Record]:
    """All parts of one of the caller's own visits."""
    by = caller(request, "results.enter")
    return list(queries.records_for(by).filter(visit__number=visit).order_by("pk"))


@router.get("/records/{record}", response={200: RecordInFull, **REFUSALS}, operation_id="record")
def record(request: HttpRequest, record: Key) -> Record:
    """One record in full."""
    return queries.records_for(caller(request, "results.view")).get(pk=record)


@router.get("/mine/{record}", response={200: RecordInFull, **REFUSALS}, operation_id="my_record")
def my_record(request: HttpRequest, record: Key) -> Record:
    """One record of a visit of the caller's own, in full."""
    return queries.records_for(caller(request, "results.enter")).get(pk=record)


@router.put("/records/{record}", response={200: RecordInFull, **REFUSALS}, operation_id="enter_record")
def enter_record(request: HttpRequest, record: Key, entry: EntryIn) -> Record:
    """Save what a record says (录入), complete or not."""
    by = caller(request, "results.enter")
    actions.enter(
        record=queries.records_for(by).get(pk=record),
        version=entry.version,
        findings=[rules.ItemFinding(said.record_item, said.outcome or "", said.description) for said in entry.findings],
        categories=entry.categories,
        follow_ups=[rules.PlannedFollowUp(said.kind, said.due_on, said.note) for said in entry.follow_ups],
        checked_on=entry.checked_on,
        method=entry.method or "",
        note=entry.note,
        by=by,
        at=timezone.now(),
    )
    return queries.records_for(by).get(pk=record)


@router.post("/records/{record}/submit", response={200: RecordOut, **REFUSALS}, operation_id="submit_record")
def submit_record(request: HttpRequest, record: Key, seen: Version) -> Record:
    """Send a record to review (提交审核)."""
    by = caller(request, "results.enter")
    found = queries.records_for(by).get(pk=record)
    return actions.submit(record=found, version=seen.version, by=by, at=timezone.now())


@router.post("/records/{record}/approve", response={200: RecordOut, **REFUSALS}, operation_id="approve_record")
def approve_record(request: HttpRequest, record: Key) -> Record:
    """Approve a record and lock it (审核通过)."""
    by = caller(request, "results.review")
    return actions.approve(record=queries.records_for(by).get(pk=record), by=by, at=timezone.now())


@router.post("/records/{record}/return", response={200: RecordOut, **REFUSALS}, operation_id="return_record")
def return_record(request: HttpRequest, record: Key, given: Remark) -> Record:
    """Send a record back with a remark (退回)."""
    by = caller(request, "results.review")
    found = queries.records_for(by).get(pk=record)
    return actions.return_record(record=found, remark=given.remark, by=by, at=timezone.now())


@router.post("/follow-ups/{follow_up}/close", response={200: FollowUpOut, **REFUSALS}, operation_id="close_follow_up")
def close_follow_up(request: HttpRequest, follow_up: Key, given: ClosingNote) -> object:
    """Close a follow-up with what became of it (办结)."""
    by = caller(request, "results.close_follow_up")
    found = queries.follow_ups_for(by).get(pk=follow_up)
    return actions.close_follow_up(follow_up=found, note=given.note, by=by, at=timezone.now())
