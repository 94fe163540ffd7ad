"""Everything that makes something public, corrects it, or takes it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from fairdraw.canonical import jcs
from fairdraw.suite import digest
from mingcha.draws.models import Ceremony
from mingcha.draws.states import CeremonyState
from mingcha.kernel.refusal import Refusal
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.models import Organization
from mingcha.people.permissions import require
from mingcha.people.scopes import organizations_for
from mingcha.plans.models import Plan, Task
from mingcha.plans.states import PlanState, TaskState
from mingcha.publication import queries, rules, snapshots
from mingcha.publication.models import Notice
from mingcha.publication.states import NoticeKind, NoticeState
from mingcha.registers.models import ItemList
from mingcha.registers.states import ItemListState
from mingcha.results import queries as results
from mingcha.visits.models import Record
from mingcha.visits.states import RecordState


@dataclass(frozen=True)
class _Draft:
    """A notice before it is written."""

    kind: NoticeKind
    reference: str
    title: str
    organization: Organization
    content: snapshots.Content
    unit_id: str = ""
    unit_name: str = ""
    due_on: date | None = None


@transaction.atomic
def publish_item_list(*, item_list: ItemList, by: Actor, at: datetime) -> Notice:
    """Publish an edition of an item list (公示抽查事项清单).

    Raises:
        CannotPublish, AlreadyPublished: see `rules.check_can_publish`.
    """
    require(by, "publication.publish")
    item_list = ItemList.objects.select_for_update(of=("self",)).select_related("organization").get(pk=item_list.pk)
    return _publish(_draft_of_item_list(item_list), is_ready=item_list.state == ItemListState.PUBLISHED, by=by, at=at)


@transaction.atomic
def publish_plan(*, plan: Plan, by: Actor, at: datetime) -> Notice:
    """Publish an issued plan (公示抽查计划).

    Raises:
        CannotPublish, AlreadyPublished: see `rules.check_can_publish`.
    """
    require(by, "publication.publish")
    plan = Plan.objects.select_for_update(of=("self",)).select_related("organization").get(pk=plan.pk)
    return _publish(_draft_of_plan(plan), is_ready=plan.state == PlanState.ISSUED, by=by, at=at)


@transaction.atomic
def publish_task(*, task: Task, by: Actor, at: datetime) -> Notice:
    """Publish a task's notice (公示抽查任务), from its issue on; what is drawn later is added as a correction.

    Raises:
        CannotPublish, AlreadyPublished: see `rules.check_can_publish`.
    """
    require(by, "publication.publish")
    task = Task.objects.select_for_update(of=("self",)).select_related("organization", "plan").get(pk=task.pk)
    return _publish(_draft_of_task(task), is_ready=task.state != TaskState.DRAFT, by=by, at=at)


@transaction.atomic
def publish_ceremony(*, ceremony: Ceremony, by: Actor, at: datetime) -> Notice:
    """Publish a ceremony's statement and digests (公示抽取); never a rehearsal's.

    Raises:
        CannotPublish, AlreadyPublished: see `rules.check_can_publish`.
    """
    require(by, "publication.publish")
    ceremony = Ceremony.objects.select_for_update(of=("self",)).select_related("organization").get(pk=ceremony.pk)
    is_ready = ceremony.state != CeremonyState.PREPARING and not ceremony.is_rehearsal
    return _publish(_draft_of_ceremony(ceremony), is_ready=is_ready, by=by, at=at)


@transaction.atomic
def publish_result(*, record: Record, by: Actor, at: datetime) -> Notice:
    """Publish an approved result (公示抽查结果); after its due day it is marked late for ever.

    Raises:
        CannotPublish, AlreadyPublished: see `rules.check_can_publish`.
    """
    require(by, "publication.publish")
    Record.objects.select_for_update().get(pk=record.pk)
    record = queries.records_in_full().get(pk=record.pk)
    return _publish(_draft_of_record(record), is_ready=record.state == RecordState.APPROVED, by=by, at=at)


def publish_results(*, records: Iterable[Record], by: Actor, at: datetime) -> tuple[int, list[Refusal]]:
    """Publish many results, each in a transaction of its own; gives the number done and the refusals."""
    require(by, "publication.publish")
    done, refused = 0, []
    for record in records:
        try:
            publish_result(record=record, by=by, at=at)
        except Refusal as refusal:
            refused.append(refusal)
        else:
            done += 1
    return done, refused


@transaction.atomic
def correct(*, notice: Notice, by: Actor, at: datetime) -> Notice:
    """Publish the thing's present content as a new version (更正); the former version stays readable.

    Raises:
        CannotCorrect: it is not public, another organization's, or nothing has changed.
    """
    require(by, "publication.publish")
    notice = Notice.objects.select_for_update(of=("self",)).select_related("organization").get(pk=notice.pk)
    draft = _draft_again(notice)
    rules.check_can_correct(
        is_public=notice.state == NoticeState.PUBLISHED,
        is_own=_is_own(notice.organization, by),
        is_changed=draft.content != notice.content,
    )
    notice.state = NoticeState.REPLACED
    notice.save(update_fields=["state"])
    return _write(draft, version=notice.version + 1, due_on=notice.due_on, is_late=notice.is_late, by=by, at=at)


@transaction.atomic
def withdraw(*, notice: Notice, reason: str, by: Actor, at: datetime) -> Notice:
    """Take a notice back (撤回): no version's content is shown any more; title, versions and the reason are.

    Raises:
        CannotWithdraw: it is not public, another organization's, or there is no reason.
    """
    require(by, "publication.publish")
    notice = Notice.objects.select_for_update(of=("self",)).select_related("organization").get(pk=notice.pk)
    is_own = _is_own(notice.organization, by)
    rules.check_can_withdraw(is_public=notice.state == NoticeState.PUBLISHED, is_own=is_own, reason=reason)
    former = Notice.objects.filter(kind=notice.kind, reference=notice.reference, state=NoticeState.REPLACED)
    former.update(state=NoticeState.WITHDRAWN, withdrawn_at=at, withdrawn_reason=reason.strip())
    notice.state, notice.withdrawn_at, notice.withdrawn_reason = NoticeState.WITHDRAWN, at, reason.strip()
    notice.save(update_fields=["state", "withdrawn_at", "withdrawn_reason"])
    facts = {"version": notice.version, "reason": digest(reason.strip().encode())}
    ledger.append(
        act="publication.withdraw", subject=_subject(notice.kind, notice.reference), facts=facts, by=by, at=at
    )
    return notice


def _publish(draft: _Draft, *, is_ready: bool, by: Actor, at: datetime) -> Notice:
    former = Notice.objects.filter(kind=draft.kind, reference=draft.reference).order_by("-version").first()
    rules.check_can_publish(
        is_ready=is_ready,
        is_own=_is_own(draft.organization, by),
        is_public=former is not None and former.state == NoticeState.PUBLISHED,
    )
    late = rules.is_late(due_on=draft.due_on, on=localdate(at))
    version = former.version + 1 if former else 1
    return _write(draft, version=version, due_on=draft.due_on, is_late=late, by=by, at=at)


def _write(draft: _Draft, *, version: int, due_on: date | None, is_late: bool, by: Actor, at: datetime) -> Notice:
    notice = Notice.objects.create(
        kind=draft.kind,
        reference=draft.reference,
        version=version,
        title=draft.title[:200],
        organization=draft.organization,
        organization_name=draft.organization.name,
        unit_id=draft.unit_id,
        unit_name=draft.unit_name,
        content=draft.content,
        due_on=due_on,
        is_late=is_late,
        published_at=at,
        published_by=by.user,
    )
    facts = {"version": version, "late": is_late, "content": digest(jcs(draft.content))}
    ledger.append(act="publication.publish", subject=_subject(draft.kind, draft.reference), facts=facts, by=by, at=at)
    return notice


def _subject(kind: str, reference: str) -> str:
    return f"notice:{kind}:{reference}"


def _is_own(organization: Organization, by: Actor) -> bool:
    """Its own, or a bureau's of its line below; the office publishes its own only."""
    if by.organization.pk == organization.pk:
        return True
    return by.organization.line_id == organization.line_id and organizations_for(by).filter(pk=organization.pk).exists()


def _draft_again(notice: Notice) -> _Draft:
    """The present content of what a notice is about."""
    if notice.kind == NoticeKind.ITEM_LIST:
        return _draft_of_item_list(ItemList.objects.select_related("organization").get(number=notice.reference))
    if notice.kind == NoticeKind.PLAN:
        return _draft_of_plan(Plan.objects.select_related("organization").get(number=notice.reference))
    if notice.kind == NoticeKind.TASK:
        return _draft_of_task(Task.objects.select_related("organization", "plan").get(number=notice.reference))
    if notice.kind == NoticeKind.CEREMONY:
        return _draft_of_ceremony(Ceremony.objects.select_related("organization").get(number=notice.reference))
    visit, task, organization = notice.reference.split("/")
    record = queries.records_in_full().get(visit__number=visit, task__number=task, organization__code=organization)
    return _draft_of_record(record)


def _draft_of_item_list(item_list: ItemList) -> _Draft:
    content = snapshots.of_item_list(item_list)
    return _Draft(NoticeKind.ITEM_LIST, item_list.number, str(item_list), item_list.organization, content)


def _draft_of_plan(plan: Plan) -> _Draft:
    return _Draft(NoticeKind.PLAN, plan.number, plan.title, plan.organization, snapshots.of_plan(plan))


def _draft_of_task(task: Task) -> _Draft:
    content = snapshots.of_task(task, queries.standing_ceremony_of(task))
    return _Draft(NoticeKind.TASK, task.number, task.name, task.organization, content)


def _draft_of_ceremony(ceremony: Ceremony) -> _Draft:
    content = snapshots.of_ceremony(ceremony)
    return _Draft(NoticeKind.CEREMONY, ceremony.number, ceremony.title, ceremony.organization, content)


def _draft_of_record(record: Record) -> _Draft:
    due = results.due_on(record)
    return _Draft(
        kind=NoticeKind.RESULT,
        reference=snapshots.reference_of(record),
        title=f"{record.visit.subject_name} · {record.task.name}",
        organization=record.organization,
        content=snapshots.of_record(record),
        unit_id=record.visit.subject.unit_id,
        unit_name=record.visit.subject_name,
        due_on=due.on if due else None,
    )
