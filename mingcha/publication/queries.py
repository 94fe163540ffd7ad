"""Reading notices: the public's view of them, and the officials' view of what is still to be published."""

from __future__ import annotations

from django.db.models import CharField, Exists, Max, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.timezone import localtime

from mingcha.draws import queries as draws
from mingcha.draws.models import Ceremony, CeremonyTask
from mingcha.draws.states import CeremonyState
from mingcha.people.actors import Actor
from mingcha.people.scopes import owned
from mingcha.plans.models import Plan, Task
from mingcha.plans.states import PlanState, TaskState
from mingcha.publication.models import Notice
from mingcha.publication.states import NoticeKind, NoticeState
from mingcha.registers.models import ItemList
from mingcha.registers.states import ItemListState
from mingcha.visits.models import Record
from mingcha.visits.states import RecordState


def public_notices(kind: NoticeKind | str = "") -> QuerySet[Notice]:
    """What is public now, newest first."""
    rows = Notice.objects.filter(state=NoticeState.PUBLISHED)
    return (rows.filter(kind=kind) if kind else rows).order_by("-pk")


def on_board(
    kind: NoticeKind | str, *, text: str = "", organization: str = "", year: int | None = None
) -> QuerySet[Notice]:
    """What a board shows of what is public, newest first; `year` is the year of publication."""
    rows = found(public_notices(kind), text)
    if organization:
        rows = rows.filter(organization_name=organization)
    return rows.filter(published_at__year=year) if year else rows


def before(notices: QuerySet[Notice], key: int | None) -> QuerySet[Notice]:
    """The notices older than one already seen, newest first: the next page of a board."""
    return (notices.filter(pk__lt=key) if key else notices).order_by("-pk")


def found(notices: QuerySet[Notice], text: str) -> QuerySet[Notice]:
    """Those whose title holds the words (a result's begins with the firm's name) or whose code they are."""
    text = text.replace("\0", "").strip()
    if not text:
        return notices
    return notices.filter(Q(title__icontains=text) | Q(unit_id=text.upper()))


def versions_of(kind: str, reference: str) -> QuerySet[Notice]:
    """Every version of a notice, newest first; withdrawn ones say so and show no content."""
    return Notice.objects.filter(kind=kind, reference=reference).order_by("-version")


def notices_for(by: Actor) -> QuerySet[Notice]:
    """The notices of the organizations the actor may see."""
    return owned(Notice.objects.all(), by=by).order_by("-published_at", "-pk")


def records_in_full() -> QuerySet[Record]:
    """Records with what a snapshot needs."""
    return Record.objects.select_related("visit__subject", "task__plan", "organization")


def unpublished_results(by: Actor) -> QuerySet[Record]:
    """Approved results of the actor's organizations that are not public; a withdrawn one waits again."""
    reference = Concat(
        OuterRef("visit__number"),
        Value("/"),
        OuterRef("task__number"),
        Value("/"),
        OuterRef("organization__code"),
        output_field=CharField(),
    )
    public = Notice.objects.filter(kind=NoticeKind.RESULT, state=NoticeState.PUBLISHED, reference=reference)
    rows = owned(records_in_full().filter(state=RecordState.APPROVED), by=by)
    return rows.filter(~Exists(public)).order_by("visit__ended_at", "pk")


def unpublished_item_lists(by: Actor) -> QuerySet[ItemList]:
    """Published editions without a notice."""
    return _without_notice(
        owned(ItemList.objects.filter(state=ItemListState.PUBLISHED), by=by), NoticeKind.ITEM_LIST
    ).order_by("number")


def unpublished_plans(by: Actor) -> QuerySet[Plan]:
    """Issued plans without a notice."""
    rows = owned(Plan.objects.filter(state=PlanState.ISSUED), by=by)
    return _without_notice(rows, NoticeKind.PLAN).order_by("number")


def unpublished_tasks(by: Actor) -> QuerySet[Task]:
    """Issued tasks without a notice."""
    rows = owned(Task.objects.exclude(state=TaskState.DRAFT), by=by)
    return _without_notice(rows, NoticeKind.TASK).order_by("number")


def unpublished_ceremonies(by: Actor) -> QuerySet[Ceremony]:
    """Committed ceremonies without a notice; rehearsals are never public."""
    rows = draws.ceremonies_for(by).filter(is_rehearsal=False).exclude(state=CeremonyState.PREPARING)
    return _without_notice(owned(rows, by=by), NoticeKind.CEREMONY).order_by("number")


def _without_notice(rows: QuerySet, kind: NoticeKind) -> QuerySet:
    public = Notice.objects.filter(kind=kind, state=NoticeState.PUBLISHED, reference=OuterRef("number"))
    return rows.filter(~Exists(public))


def standing_ceremony_of(task: Task) -> Ceremony | None:
    """The ceremony that drew a task, if it has been drawn."""
    row = CeremonyTask.objects.filter(task=task, stands=True, ceremony__drawn_at__isnull=False)
    found_row = row.select_related("ceremony").first()
    return found_row.ceremony if found_row else None


def released_ceremonies() -> QuerySet[Ceremony]:
    """Ceremonies whose bundle anyone may have; rehearsals are never public."""
    return Ceremony.objects.filter(released_at__isnull=False, is_rehearsal=False)


def publishing_organizations(kind: NoticeKind | str) -> list[str]:
    """The names of the organizations that have something public on a board."""
    names = public_notices(kind).order_by().values_list("organization_name", flat=True)
    return sorted(names.distinct())


def years_of(kind: NoticeKind | str) -> list[int]:
    """The years in which something on a board was published, the newest first."""
    ends = public_notices(kind).order_by().aggregate(first=Min("published_at"), last=Max("published_at"))
    if ends["first"] is None:
        return []
    return list(range(localtime(ends["last"]).year, localtime(ends["first"]).year - 1, -1))
