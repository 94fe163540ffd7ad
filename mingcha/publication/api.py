"""The API of publication: the public record without a key, publishing, correcting and taking back with one."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import Field

from mingcha.draws import queries as draws
from mingcha.people.api import REFUSALS, UNREADABLE, Message, caller
from mingcha.people.doors import told
from mingcha.plans import queries as plans
from mingcha.publication import actions, figures, overview, queries
from mingcha.publication.boards import BY_KIND, BY_SLUG
from mingcha.publication.models import Notice
from mingcha.publication.states import NoticeKind, NoticeState
from mingcha.registers import queries as registers
from mingcha.results import queries as results
from mingcha.visits.models import Record

router = Router(tags=["publication"])
LARGEST = 2**53
Key = Annotated[int, Path(ge=1, le=LARGEST)]
Number = Annotated[str, Path(min_length=1, max_length=40)]
Reference = Annotated[str, Path(min_length=1, max_length=120)]
Slug = StrEnum("Slug", {kind.name: board.slug for kind, board in BY_KIND.items()})  # type: ignore[misc]


class Thing(StrEnum):
    """What is published by its number; results are published by the key of their record."""

    ITEM_LIST = "item-list"
    PLAN = "plan"
    TASK = "task"
    CEREMONY = "ceremony"


class NoticeOut(Schema):
    """A public notice (公示信息). `content` is empty once it is withdrawn; only the reason stays."""

    board: str
    reference: str
    version: int
    state: NoticeState
    title: str
    organization_name: str
    unit_id: str
    unit_name: str
    due_on: date | None
    is_late: bool
    published_at: datetime
    withdrawn_reason: str
    content: dict[str, Any] | None

    @staticmethod
    def resolve_board(notice: Notice) -> str:
        return BY_KIND[NoticeKind(notice.kind)].slug

    @staticmethod
    def resolve_content(notice: Notice) -> dict[str, Any] | None:
        return None if notice.state == NoticeState.WITHDRAWN else notice.content


class Notices(Schema):
    total: int
    notices: list[NoticeOut]
    next: int | None


class OwnNotice(NoticeOut):
    """A notice as its own officials see it, with the key by which it is corrected or taken back."""

    id: int


class OwnNotices(Schema):
    notices: list[OwnNotice]
    next: int | None


class LineOut(Schema):
    """One line of departments in the public statistics; lines with nothing are there too."""

    name: str
    drawn: int
    visited: int
    published: int
    late: int


class DueOut(Schema):
    """An approved result that is not public yet, with its last day."""

    record: int = Field(alias="record.pk")
    visit: str = Field(alias="record.visit.number")
    task: str = Field(alias="record.task.number")
    organization: str = Field(alias="record.organization.code")
    unit_name: str = Field(alias="record.visit.subject_name")
    due_on: date | None
    is_provisional: bool
    days_late: int


class RecordsIn(Schema):
    records: list[Annotated[int, Field(ge=1, le=LARGEST)]] = Field(min_length=1, max_length=500)


class PublishedOut(Schema):
    published: int
    refused: list[str]


class Reason(Schema):
    reason: str = Field(max_length=200)


@router.get("/boards/{slug}", auth=None, response={200: Notices, **UNREADABLE}, operation_id="board")
def board(
    request: HttpRequest,
    slug: Annotated[Slug, Path()],
    q: str = Query("", max_length=100),
    organization: str = Query("", max_length=100),
    before: int | None = Query(None, ge=1, le=LARGEST),
    limit: int = Query(50, ge=1, le=200),
) -> dict:
    """What is public on one board, newest first; `next` continues the list as `before`. No key needed."""
    rows = queries.on_board(BY_SLUG[slug].kind, text=q, organization=organization)
    found = list(queries.before(rows, before)[: limit + 1])
    return {"total": rows.count(), "notices": found[:limit], "next": _next(found, limit)}


@router.get(
    "/notices/{slug}/{path:reference}",
    auth=None,
    response={200: list[NoticeOut], **UNREADABLE, 404: Message},
    operation_id="notice",
)
def notice(request: HttpRequest, slug: Annotated[Slug, Path()], reference: Reference) -> list[Notice]:
    """Every version of one notice, newest first; a withdrawn one says why and shows no content. No key needed."""
    found = list(queries.versions_of(BY_SLUG[slug].kind, reference))
    if not found:
        raise Notice.DoesNotExist
    return found


@router.get("/statistics", auth=None, response={200: list[LineOut], **UNREADABLE}, operation_id="statistics")
def statistics(request: HttpRequest) -> list[figures.LineRow]:
    """How many were drawn, checked and published, by the line of departments. No key needed."""
    return figures.by_line()


@router.get("/due", response={200: list[DueOut], **REFUSALS}, operation_id="due_results")
def due(request: HttpRequest, limit: int = Query(50, ge=1, le=200)) -> list[overview.Waiting]:
    """Results of the caller's organizations that wait to be published, the longest ended first."""
    waiting = queries.unpublished_results(caller(request, "publication.view"))[:limit]
    return overview.with_dues(list(waiting), today=timezone.localdate())


@router.get("/published", response={200: OwnNotices, **REFUSALS}, operation_id="own_notices")
def own_notices(
    request: HttpRequest,
    before: int | None = Query(None, ge=1, le=LARGEST),
    limit: int = Query(50, ge=1, le=200),
) -> dict:
    """The notices of the caller's organizations in every state; `next` continues the list as `before`."""
    rows = queries.notices_for(caller(request, "publication.view"))
    found = list(queries.before(rows, before)[: limit + 1])
    return {"notices": found[:limit], "next": _next(found, limit)}


@router.post("/publish/{kind}/{number}", response={200: OwnNotice, **REFUSALS}, operation_id="publish")
def publish(request: HttpRequest, kind: Annotated[Thing, Path()], number: Number) -> Notice:
    """Publish an item list, a plan, a task or a ceremony (公示)."""
    by, at = caller(request, "publication.publish"), timezone.now()
    if kind == Thing.ITEM_LIST:
        return actions.publish_item_list(item_list=registers.item_lists_for(by).get(number=number), by=by, at=at)
    if kind == Thing.PLAN:
        return actions.publish_plan(plan=plans.plans_for(by).get(number=number), by=by, at=at)
    if kind == Thing.TASK:
        return actions.publish_task(task=plans.tasks_for(by).get(number=number), by=by, at=at)
    return actions.publish_ceremony(ceremony=draws.ceremonies_for(by).get(number=number), by=by, at=at)


@router.post("/publish/results", response={200: PublishedOut, **REFUSALS}, operation_id="publish_results")
def publish_results(request: HttpRequest, chosen: RecordsIn) -> dict:
    """Publish many results; each is done or refused by itself, and every refusal is told."""
    by = caller(request, "publication.publish")
    records = list(results.records_for(by).filter(pk__in=chosen.records).order_by("pk"))
    if len(records) < len(set(chosen.records)):
        raise Record.DoesNotExist
    done, refused = actions.publish_results(records=records, by=by, at=timezone.now())
    return {"published": done, "refused": [told(refusal) for refusal in refused]}


@router.post("/results/{record}", response={200: OwnNotice, **REFUSALS}, operation_id="publish_result")
def publish_result(request: HttpRequest, record: Key) -> Notice:
    """Publish one approved result (公示抽查结果)."""
    by = caller(request, "publication.publish")
    return actions.publish_result(record=results.records_for(by).get(pk=record), by=by, at=timezone.now())


@router.post("/published/{pk}/correct", response={200: OwnNotice, **REFUSALS}, operation_id="correct_notice")
def correct(request: HttpRequest, pk: Key) -> Notice:
    """Publish the present content as a new version (更正); the former one stays readable."""
    by = caller(request, "publication.publish")
    return actions.correct(notice=queries.notices_for(by).get(pk=pk), by=by, at=timezone.now())


@router.post("/published/{pk}/withdraw", response={200: OwnNotice, **REFUSALS}, operation_id="withdraw_notice")
def withdraw(request: HttpRequest, pk: Key, given: Reason) -> Notice:
    """Take a notice back with a reason that everybody sees (撤回)."""
    by = caller(request, "publication.publish")
    found = queries.notices_for(by).get(pk=pk)
    return actions.withdraw(notice=found, reason=given.reason, by=by, at=timezone.now())


def _next(found: list[Notice], limit: int) -> int | None:
    return found[limit - 1].pk if len(found) > limit else None
