"""What the officials' overview asks (公示台账): which results wait, which of them longest, and how that counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.timezone import make_aware
from django.utils.translation import gettext

from mingcha.draws.models import Ceremony, CeremonyTask
from mingcha.kernel.refusal import gettext_noop
from mingcha.people.actors import Actor
from mingcha.people.listing import Column
from mingcha.people.scopes import owned
from mingcha.publication import queries
from mingcha.publication.boards import BY_KIND
from mingcha.publication.models import Notice
from mingcha.publication.states import NOTICE_STATE_LABELS, NoticeKind, NoticeState
from mingcha.results import queries as results
from mingcha.results import rules as results_rules
from mingcha.visits.models import Record

CHUNK = 2000
WAITING_KEYS = ("ended_at", "pk")
LATE = "LATE"
"""A notice that was published after its last day, whatever its state."""


@dataclass(frozen=True)
class Figures:
    """Where an actor's organizations stand with publishing results."""

    waiting: int
    overdue: int
    published: int
    late: int

    @property
    def due(self) -> int:
        """应公示: approved, public or not."""
        return self.waiting + self.published

    @property
    def published_share(self) -> str:
        """公示率: public among those approved; a dash while there are none."""
        return _share(self.published, self.due)

    @property
    def on_time_share(self) -> str:
        """按期率: published on time among those published or overdue, so that waiting longer never helps."""
        return _share(self.published - self.late, self.published + self.overdue)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "—"


def figures(by: Actor, *, today: date) -> Figures:
    """The figures of the actor's organizations."""
    overdue = Count("pk", filter=_is_overdue(today))
    waiting = queries.unpublished_results(by).order_by().aggregate(waiting=Count("pk"), overdue=overdue)
    public = queries.notices_for(by).filter(kind=NoticeKind.RESULT, state=NoticeState.PUBLISHED).order_by()
    return Figures(**waiting, **public.aggregate(published=Count("pk"), late=Count("pk", filter=Q(is_late=True))))


def _is_overdue(today: date) -> Q:
    day = results_rules.first_day_not_overdue(results.work_calendar([today]), today=today)
    return Q(visit__ended_at__lt=make_aware(datetime.combine(day, time())))


def waiting(
    by: Actor, *, today: date, text: str = "", organization: str = "", overdue: bool = False
) -> QuerySet[Record]:
    """Approved results that are not public, the longest ended first; narrowed by what is given."""
    rows = queries.unpublished_results(by)
    if text:
        named = Q(visit__subject_name__icontains=text) | Q(visit__subject__unit_id=text.upper())
        rows = rows.filter(named | Q(task__name__icontains=text))
    if organization:
        rows = rows.filter(organization__code=organization)
    if overdue:
        rows = rows.filter(_is_overdue(today))
    return rows.annotate(ended_at=F("visit__ended_at")).order_by(*WAITING_KEYS)


@dataclass(frozen=True)
class Waiting:
    """A result to be published, with its last day."""

    record: Record
    due_on: date | None
    is_provisional: bool
    days_late: int


def with_dues(records: Sequence[Record], *, today: date) -> list[Waiting]:
    """The results with their last days, in the order given."""
    dues = results.dues_of(records)
    rows = []
    for record in records:
        due = dues[record.pk]
        rows.append(
            Waiting(
                record=record,
                due_on=due.on if due else None,
                is_provisional=bool(due and due.provisional),
                days_late=max(0, (today - due.on).days) if due else 0,
            )
        )
    return rows


def in_full(records: QuerySet[Record], *, today: date) -> Iterator[Waiting]:
    """The same one by one, for an export of any length."""
    rows = records.iterator(chunk_size=CHUNK)
    for chunk in iter(lambda: list(islice(rows, CHUNK)), []):
        yield from with_dues(chunk, today=today)


def outdated(by: Actor) -> QuerySet[Notice]:
    """The actor's public notices of tasks and ceremonies that do not tell yet what has happened since."""
    public = owned(Notice.objects.filter(state=NoticeState.PUBLISHED), by=by)
    since = OuterRef("published_at")
    moved = Q(drawn_at__gt=since) | Q(released_at__gt=since) | Q(abandoned_at__gt=since)
    ceremonies = Ceremony.objects.filter(moved | Q(countersignatures__at__gt=since), number=OuterRef("reference"))
    drawn = CeremonyTask.objects.filter(task__number=OuterRef("reference"), stands=True, ceremony__drawn_at__gt=since)
    return public.filter(
        (Q(kind=NoticeKind.CEREMONY) & Exists(ceremonies)) | (Q(kind=NoticeKind.TASK) & Exists(drawn))
    ).order_by("pk")


def published(by: Actor, *, text: str = "", board: str = "", state: str = "") -> QuerySet[Notice]:
    """The notices of the actor's organizations, newest first; `state` is a notice's, or LATE."""
    rows = queries.found(queries.notices_for(by), text).order_by("-pk")
    kinds = [kind for kind, found in BY_KIND.items() if found.slug == board]
    if kinds:
        rows = rows.filter(kind=kinds[0])
    if state == LATE:
        return rows.filter(is_late=True)
    return rows.filter(state=state) if state in set(NoticeState) else rows


WAITING_COLUMNS: tuple[Column, ...] = (
    (gettext_noop("检查编号"), lambda row: row.record.visit.number),
    (gettext_noop("统一社会信用代码/注册号"), lambda row: row.record.visit.subject.unit_id),
    (gettext_noop("检查对象"), lambda row: row.record.visit.subject_name),
    (gettext_noop("任务编号"), lambda row: row.record.task.number),
    (gettext_noop("抽查任务"), lambda row: row.record.task.name),
    (gettext_noop("检查机关"), lambda row: row.record.organization.name),
    (gettext_noop("检查结束"), lambda row: row.record.visit.ended_at),
    (gettext_noop("公示期限"), lambda row: row.due_on),
    (gettext_noop("逾期天数"), lambda row: row.days_late or ""),
)


NOTICE_COLUMNS: tuple[Column, ...] = (
    (gettext_noop("公示类型"), lambda notice: gettext(BY_KIND[NoticeKind(notice.kind)].heading)),
    (gettext_noop("编号"), lambda notice: notice.reference),
    (gettext_noop("标题"), lambda notice: notice.title),
    (gettext_noop("单位"), lambda notice: notice.organization_name),
    (gettext_noop("版本"), lambda notice: notice.version),
    (gettext_noop("状态"), lambda notice: gettext(NOTICE_STATE_LABELS[NoticeState(notice.state)])),
    (gettext_noop("公示期限"), lambda notice: notice.due_on),
    (gettext_noop("公示日期"), lambda notice: notice.published_at),
    (gettext_noop("逾期公示"), lambda notice: gettext("是") if notice.is_late else ""),
    (gettext_noop("撤回原因"), lambda notice: notice.withdrawn_reason),
)
