"""Questions about ceremonies. Pages, exports and the API read through the `…_for(by)` functions only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from mingcha.draws import eligibility, organs, rules, store
from mingcha.draws.models import (
    Adjustment,
    Attendance,
    Ceremony,
    CeremonyTask,
    Countersignature,
    DrawnSeat,
    EntropySource,
    FrequencyCap,
    ItemEquivalence,
    SelectedUnit,
)
from mingcha.draws.states import CeremonyState, DrawnAs, Duty, EntropyKind
from mingcha.kernel.refusal import gettext_noop
from mingcha.people.actors import Actor
from mingcha.people.models import Membership, Organization, User
from mingcha.people.permissions import ACTS, may
from mingcha.people.scopes import WHOLE_CITY, organizations_for, owned
from mingcha.people.states import Level, Role
from mingcha.plans import queries as plans
from mingcha.plans.models import Task
from mingcha.plans.states import Disclosure, TaskState
from mingcha.registers import queries as registers
from mingcha.registers.models import InspectionItem, Inspector, InspectorGroup
from mingcha.registers.states import ItemListState


def ceremonies_for(by: Actor) -> QuerySet[Ceremony]:
    """The ceremonies the actor may see: of their organizations, of tasks they take part in, or witnessed by them."""
    ceremonies = Ceremony.objects.select_related("organization", "created_by", "drawn_by", "previous")
    if by.role in WHOLE_CITY:
        return ceremonies
    mine = owned(Ceremony.objects.all(), by=by).values("pk")
    taking_part = CeremonyTask.objects.filter(task__in=plans.tasks_for(by).values("pk")).values("ceremony")
    return ceremonies.filter(Q(pk__in=mine) | Q(pk__in=taking_part) | Q(pk__in=_witnessed(by)))


def _witnessed(by: Actor) -> QuerySet:
    return EntropySource.objects.filter(witness=by.user, organization=by.organization).values("ceremony")


def held_by(by: Actor) -> QuerySet[Ceremony]:
    """The ceremonies the actor's organizations hold: what they may freeze, draw, release or abandon."""
    if by.role == Role.AUDITOR:
        return Ceremony.objects.none()
    return owned(Ceremony.objects.all(), by=by)


def may_see_left_out(ceremony: Ceremony, by: Actor) -> bool:
    """Whether the actor may see who was left out or changed by hand: no release opens it, it tells of other draws."""
    if by.role in WHOLE_CITY or owned(Ceremony.objects.filter(pk=ceremony.pk), by=by).exists():
        return True
    return ceremony.tasks.filter(task__in=plans.tasks_for(by).values("pk")).exists()


def adjustments_for(ceremony: Ceremony, by: Actor) -> QuerySet[Adjustment]:
    """The changes by hand that the actor may see, those taken back too, oldest first."""
    rows = Adjustment.objects.filter(ceremony_task__ceremony=ceremony)
    rows = rows.select_related("ceremony_task__task", "entered_by", "approved_by").order_by("pk")
    return rows if may_see_left_out(ceremony, by) else rows.none()


@dataclass(frozen=True, slots=True)
class BehindFigure:
    """A unit behind a figure of a ceremony (未列入名单): left out by a rule, or put in or taken out by hand."""

    task: Task
    unit_id: str
    name: str
    region: str
    why: str


def behind_figures(ceremony: Ceremony, by: Actor) -> list[BehindFigure]:
    """The units behind the figures that the actor may see, by task and code; a county sees its own region.

    Raises:
        FileChanged: a kept list is missing or was changed.
    """
    if not may_see_left_out(ceremony, by):
        return []
    return [
        BehindFigure(row.task, unit_id, name, region, why)
        for row in ceremony.tasks.select_related("task").order_by("task__number")
        for unit_id, name, region, why in eligibility.behind(row)
        if _sees_all(by) or region == by.organization.region_id
    ]


def caps_in_order(*, q: str = "") -> QuerySet[FrequencyCap]:
    """All yearly caps, as published: by organ, the newest first."""
    rows = FrequencyCap.objects.select_related("organization", "set_by")
    found = rows.filter(Q(organization__name__icontains=q) | Q(basis__icontains=q)) if q else rows
    return found.order_by("organization__code", "-valid_from", "-pk")


def equivalents_in_order() -> QuerySet[ItemEquivalence]:
    """All declared pairs, by their first item, the newest first."""
    rows = ItemEquivalence.objects.select_related("line", "other_line", "declared_by")
    return rows.order_by("line", "code", "-valid_from", "-pk")


def published_items() -> QuerySet[InspectionItem]:
    """The items of all published lists."""
    items = InspectionItem.objects.filter(item_list__state=ItemListState.PUBLISHED).select_related("line", "item_list")
    return items.order_by("line", "code", "pk")


def organs_limited_by(by: Actor) -> QuerySet[Organization]:
    """The organs for which the actor enters yearly caps: their own and those below in the line; the office for all."""
    return organizations_for(by).filter(is_active=True).order_by("code")


def items_limited_by(by: Actor) -> QuerySet[InspectionItem]:
    """The items that the actor may declare equivalent to others: of their own line; the office for all."""
    items = published_items()
    return items if by.role in WHOLE_CITY else items.filter(line=by.organization.line_id)


def equivalents_limited_by(by: Actor) -> QuerySet[ItemEquivalence]:
    """The declared pairs that the actor may end: with an item of their own line; the office all."""
    rows = ItemEquivalence.objects.all()
    line = by.organization.line_id
    return rows if by.role in WHOLE_CITY else rows.filter(Q(line=line) | Q(other_line=line))


def tasks_led_by(by: Actor) -> QuerySet[Task]:
    """The tasks led by the actor's organizations."""
    tasks = owned(Task.objects.all(), by=by) if by.role != Role.AUDITOR else Task.objects.none()
    return tasks.select_related("organization", "plan", "scheme").order_by("number")


def tasks_to_rehearse(by: Actor) -> QuerySet[Task]:
    """The tasks that a rehearsal may use, drawn before or not."""
    return tasks_led_by(by).filter(state__in=[TaskState.ISSUED, TaskState.DRAWN], rule__isnull=False)


def tasks_to_draw(by: Actor) -> QuerySet[Task]:
    """The tasks the actor may draw: issued, with a rule, and in no standing ceremony."""
    standing = CeremonyTask.objects.filter(stands=True).values("task")
    return tasks_to_rehearse(by).exclude(pk__in=standing)


def facts_of(task: Task) -> rules.TaskFacts:
    """What the rules ask about a task."""
    rows = CeremonyTask.objects.filter(task=task, ceremony__is_rehearsal=False)
    standing = rows.filter(stands=True).values_list("ceremony__number", flat=True).first()
    abandoned = rows.filter(ceremony__state=CeremonyState.ABANDONED).order_by("ceremony__created_at", "pk")
    return rules.TaskFacts(
        number=task.number,
        state=TaskState(task.state),
        disclosure=Disclosure(task.disclosure),
        level=task.implementing_level,
        has_rule=task.rule is not None,
        shows_classes=task.scheme_id is not None and not task.override_reason.strip(),
        standing_in=standing or "",
        abandoned_in=tuple(abandoned.values_list("ceremony__number", flat=True)),
    )


def abandoned_before(tasks: QuerySet[Task]) -> QuerySet[Ceremony]:
    """Abandoned ceremonies of these tasks, newest first: what a new one may repeat."""
    rows = Ceremony.objects.filter(
        tasks__task__in=tasks.order_by().values("pk"), state=CeremonyState.ABANDONED, is_rehearsal=False
    )
    return rows.distinct().order_by("-created_at", "-pk")


def possible_witnesses(ceremony: Ceremony) -> QuerySet[Membership]:
    """Who may be declared a witness: in office, allowed to witness, not preparing, not declared yet."""
    declared = ceremony.sources.filter(kind=EntropyKind.WITNESS).values("witness")
    roles = [role.value for role in ACTS["draws.witness"].roles]
    members = Membership.objects.filter(is_active=True, user__is_active=True, organization__is_active=True)
    members = members.filter(role__in=roles).exclude(user__in=declared).exclude(user=ceremony.created_by)
    return members.select_related("user", "organization").order_by("organization__name", "user__name", "pk")


def is_member(user: User, organization: Organization) -> bool:
    """Whether a person may witness for an organization."""
    roles = [role.value for role in ACTS["draws.witness"].roles]
    return Membership.objects.filter(
        user=user, organization=organization, is_active=True, role__in=roles, organization__is_active=True
    ).exists()


def own_source(ceremony: Ceremony, by: Actor) -> EntropySource | None:
    """The source that the actor, as a witness, answers for."""
    mine = ceremony.sources.filter(kind=EntropyKind.WITNESS, witness=by.user, organization=by.organization)
    return mine.select_related("witness", "organization").first()


def may_see_list(ceremony: Ceremony, by: Actor) -> bool:
    """Whether the actor may see who was drawn: those who need it, and of an open one that is released everybody.

    A mere witness does not; of a sealed ceremony the list stays with office, departments concerned and auditors.
    """
    is_public = ceremony.state == CeremonyState.RELEASED and ceremony.disclosure == Disclosure.OPEN
    return is_public or may_see_left_out(ceremony, by)


def may_name(ceremony: Ceremony, by: Actor) -> bool:
    """Whether the hall's screen that this actor opened may show the names of those drawn: never of a sealed draw."""
    return ceremony.disclosure == Disclosure.OPEN and may_see_list(ceremony, by)


def may_see_minutes(ceremony: Ceremony, by: Actor) -> bool:
    """Whether the actor may read who was present: those who hold the ceremony, office, auditors and its witnesses."""
    holds = owned(Ceremony.objects.filter(pk=ceremony.pk), by=by).exists()
    return by.role in WHOLE_CITY or holds or own_source(ceremony, by) is not None


def present_at(ceremony: Ceremony) -> list[Attendance]:
    """Who was present, by duty, then in the order of their entries."""
    order = list(Duty)
    rows = ceremony.attendances.filter(struck_at=None).order_by("pk")
    return sorted(rows, key=lambda each: order.index(Duty(each.duty)))


def may_see_classes(ceremony: Ceremony, by: Actor) -> bool:
    """Whether the actor may see strata with classes; of a sealed ceremony they are confidential."""
    if ceremony.disclosure == Disclosure.OPEN:
        return may_see_list(ceremony, by)
    return may(by, "registers.view_ratings") and (
        by.role in WHOLE_CITY or owned(Ceremony.objects.filter(pk=ceremony.pk), by=by).exists()
    )


def selected_units(ceremony: Ceremony) -> QuerySet[SelectedUnit]:
    """Everyone drawn, selected and reserves, by task, stratum and rank."""
    rows = SelectedUnit.objects.filter(ceremony_task__ceremony=ceremony).select_related("ceremony_task__task")
    return rows.order_by("ceremony_task__task__number", "stratum", "rank")


def drawn_seats(ceremony: Ceremony) -> QuerySet[DrawnSeat]:
    """Every seat drawn, with its reserves, by visit, those drawn first."""
    return DrawnSeat.objects.filter(ceremony=ceremony).order_by("visit_id", "position", "seat")


def units_for(ceremony: Ceremony, by: Actor) -> QuerySet[SelectedUnit]:
    """Of those drawn, the ones the actor may see: a county sees its own region."""
    rows = selected_units(ceremony)
    if not may_see_list(ceremony, by):
        return rows.none()
    return rows if _sees_all(by) else rows.filter(region=by.organization.region_id)


def seats_for(ceremony: Ceremony, by: Actor) -> QuerySet[DrawnSeat]:
    """Of the teams drawn, those the actor may see: a county sees the visits in its own region."""
    rows = drawn_seats(ceremony)
    return (
        rows
        if _sees_all(by) and may_see_list(ceremony, by)
        else rows.filter(unit_id__in=units_for(ceremony, by).filter(drawn_as=DrawnAs.SELECTED).values("unit_id"))
    )


def _sees_all(by: Actor) -> bool:
    return by.role in WHOLE_CITY or by.level in (Level.PROVINCE, Level.CITY)


def inspectors_named(seats: Sequence[DrawnSeat]) -> dict[str, Inspector]:
    """The inspectors of these seats by number, for their names; the drawn number itself never changes."""
    numbers = {seat.inspector_number for seat in seats}
    rows = Inspector.objects.filter(number__in=numbers).select_related("organization")
    return {row.number: row for row in rows}


def groups_named(seats: Sequence[DrawnSeat]) -> dict[str, InspectorGroup]:
    """The groups of these seats by number, with their members."""
    numbers = {seat.inspector_number for seat in seats if organs.is_group(seat.organ)}
    rows = registers.group_in_full(InspectorGroup.objects.filter(number__in=numbers))
    return {row.number: row for row in rows}


def names_of(ceremony: Ceremony, unit_ids: Sequence[str]) -> dict[str, str]:
    """The names of drawn units, as they were at the freeze."""
    rows = SelectedUnit.objects.filter(ceremony_task__ceremony=ceremony, drawn_as=DrawnAs.SELECTED)
    wanted = set(unit_ids)
    return {unit: name for unit, name in rows.values_list("unit_id", "name").iterator() if unit in wanted}


@dataclass(frozen=True, slots=True)
class TaskFigures:
    """What one task's draw gave, in numbers."""

    row: CeremonyTask
    selected: int
    reserves: int
    regions: dict[str, int]
    """Selected units by region."""
    batches: list[int]
    """Selected units by batch; empty without batches."""


def figures_of(ceremony: Ceremony) -> list[TaskFigures]:
    """The numbers of each task, counted from the rows of the draw."""
    counted = SelectedUnit.objects.filter(ceremony_task__ceremony=ceremony)
    counts = counted.values("ceremony_task", "region", "drawn_as").annotate(units=Count("pk"))
    found = [(c["ceremony_task"], c["region"], c["drawn_as"], c["units"]) for c in counts.order_by("region")]
    in_batches = counted.filter(batch__isnull=False).values("ceremony_task", "batch").annotate(units=Count("pk"))
    batches = [(c["ceremony_task"], c["units"]) for c in in_batches.order_by("batch")]
    rows = ceremony.tasks.select_related("task__organization").order_by("task__number")
    return [
        TaskFigures(
            row=row,
            selected=sum(n for task, _, kind, n in found if (task, kind) == (row.pk, DrawnAs.SELECTED)),
            reserves=sum(n for task, _, kind, n in found if (task, kind) == (row.pk, DrawnAs.RESERVE)),
            regions={region: n for task, region, kind, n in found if (task, kind) == (row.pk, DrawnAs.SELECTED)},
            batches=[n for task, n in batches if task == row.pk],
        )
        for row in rows
    ]


def countersignatures_of(ceremony: Ceremony) -> QuerySet[Countersignature]:
    """Who countersigned, in order."""
    return ceremony.countersignatures.select_related("auditor", "organization").order_by("at", "pk")


def waiting_for(by: Actor) -> QuerySet[EntropySource]:
    """The sources for which the actor, as a witness, still has to do something."""
    mine = EntropySource.objects.filter(witness=by.user, organization=by.organization).select_related("ceremony")
    to_commit = Q(ceremony__state=CeremonyState.PREPARING, committed_at=None)
    to_open = Q(ceremony__state=CeremonyState.COMMITTED, opened_at=None)
    return mine.filter(to_commit | to_open).order_by("ceremony__number")


def bundle_bytes(ceremony: Ceremony, for_auditors: bool = False) -> bytes:
    """The bundle that was released, or of a sealed ceremony the auditors' whole one.

    Raises:
        CannotRelease: there is none yet.
        FileChanged: the kept file is missing or was changed.
    """
    name = ceremony.auditors_bundle_digest if for_auditors else ceremony.bundle_digest
    if for_auditors and ceremony.disclosure == Disclosure.OPEN:
        name = ceremony.bundle_digest
    if not name:
        raise rules.CannotRelease(gettext_noop("该场次的档案包尚未公开"))
    return store.read(store.bundles(), name)


def ceremonies_found(ceremonies: QuerySet[Ceremony], *, q: str, state: str, kind: str) -> QuerySet[Ceremony]:
    """Ceremonies narrowed by what is given, newest first."""
    if q:
        ceremonies = ceremonies.filter(Q(number__icontains=q) | Q(title__icontains=q))
    if state:
        ceremonies = ceremonies.filter(state=state)
    if kind:
        ceremonies = ceremonies.filter(is_rehearsal=kind == "rehearsal")
    return ceremonies.order_by("-pk")


def batches_in(ceremony: Ceremony) -> list[int]:
    """The numbers of the batches in which units of a ceremony are checked; none without."""
    rows = SelectedUnit.objects.filter(ceremony_task__ceremony=ceremony, batch__isnull=False)
    return [number for number in rows.order_by("batch").values_list("batch", flat=True).distinct() if number]


def units_found(
    units: QuerySet[SelectedUnit], *, q: str, task: str, drawn_as: str, batch: str = ""
) -> QuerySet[SelectedUnit]:
    """Units narrowed by what is given."""
    for word in q.split():
        units = units.filter(Q(name__icontains=word) | Q(unit_id__icontains=word) | Q(address__icontains=word))
    if task:
        units = units.filter(ceremony_task__task__number=task)
    if batch:
        units = units.filter(batch=batch)
    return units.filter(drawn_as=drawn_as) if drawn_as else units


def seats_found(seats: QuerySet[DrawnSeat], *, q: str) -> QuerySet[DrawnSeat]:
    """The whole teams of the visits in which a unit or an inspector is found."""
    if not q:
        return seats
    named = seats.filter(Q(unit_id__icontains=q) | Q(inspector_number__icontains=q)).order_by()
    return seats.filter(visit_id__in=named.values("visit_id"))
