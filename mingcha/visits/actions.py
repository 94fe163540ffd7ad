"""Everything that changes visits: making them of a ceremony, beginning and ending them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from fairdraw.visits import Visit as DrawnVisit
from mingcha.assignments import actions as assignments
from mingcha.assignments import queries as teams
from mingcha.assignments.models import Seat
from mingcha.draws import actions as draws
from mingcha.draws import organs
from mingcha.draws import queries as draws_queries
from mingcha.draws.models import Ceremony, SelectedUnit
from mingcha.draws.states import DrawnAs
from mingcha.kernel import numbering
from mingcha.kernel.refusal import gettext_noop
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.models import Region
from mingcha.people.permissions import require
from mingcha.plans.models import TaskParticipant
from mingcha.registers.models import Subject
from mingcha.registers.states import InspectorState
from mingcha.visits import queries, rules
from mingcha.visits.models import Record, RecordItem, Visit, VisitMember
from mingcha.visits.states import VisitState

AT_ONCE = 2000


@transaction.atomic
def arrange(*, ceremony: Ceremony, by: Actor, at: datetime) -> int:
    """Seat the teams of a ceremony and make its visits and records (生成检查任务), once; gives the number of visits.

    Raises:
        Ceremony.DoesNotExist: the ceremony is not the actor's.
        CannotArrange: a rehearsal, not drawn, or done before (AlreadyArranged).
    """
    require(by, "visits.arrange")
    Ceremony.objects.select_for_update().get(pk=ceremony.pk)
    ceremony = draws_queries.held_by(by).get(pk=ceremony.pk)
    rules.check_can_arrange(
        is_drawn=ceremony.state in queries.DRAWN_STATES,
        is_rehearsal=ceremony.is_rehearsal,
        is_arranged=ceremony.arranged_at is not None,
        is_short=ceremony.shortage is not None,
    )
    assignments.seat_teams(ceremony=ceremony, by=by, at=at)
    drawn = teams.drawn_visits(ceremony)
    visits = Visit.objects.bulk_create(_visits(ceremony, drawn, year=localdate(at).year), batch_size=AT_ONCE)
    records = _make_records(ceremony, visits, drawn)
    draws.mark_arranged(ceremony=ceremony, at=at)
    facts = {"visits": len(visits), "records": records, "result": ceremony.result_digest}
    ledger.append(act="visits.arrange", subject=ceremony.number, facts=facts, by=by, at=at)
    return len(visits)


def _visits(ceremony: Ceremony, drawn: Mapping[str, DrawnVisit], *, year: int) -> Iterator[Visit]:
    """The visits as frozen, numbered per region in the order of their names."""
    units = {(unit.unit_id, unit.ceremony_task.task.number): unit for unit in _selected(ceremony)}
    unit_ids = {unit.unit_id for unit in units.values()}
    subjects = _subjects(unit_ids)
    windows = teams.windows_of(ceremony)
    numbers = _numbers({unit.region for unit in units.values()}, year)
    for visit_id, visit in sorted(drawn.items()):
        unit = units[visit.unit_id, visit_id.rpartition("#")[2]]
        first, last = teams.shared_window(windows[task, visit.unit_id] for task in visit.tasks)
        yield Visit(
            number=next(numbers[unit.region]),
            ceremony=ceremony,
            visit_id=visit_id,
            subject_id=subjects[visit.unit_id],
            subject_name=unit.name,
            address=unit.address,
            region_id=unit.region,
            window_from=first,
            window_to=last,
        )


def _selected(ceremony: Ceremony) -> Iterable[SelectedUnit]:
    rows = SelectedUnit.objects.filter(ceremony_task__ceremony=ceremony, drawn_as=DrawnAs.SELECTED)
    return rows.select_related("ceremony_task__task")


def _subjects(unit_ids: set[str]) -> dict[str, int]:
    wanted = sorted(unit_ids)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), AT_ONCE):
        found |= Subject.objects.filter(unit_id__in=wanted[start : start + AT_ONCE]).values_list("unit_id", "pk")
    missing = unit_ids - found.keys()
    if missing:
        raise rules.CannotArrange(gettext_noop("名录库中没有代码为%(unit)s的检查对象"), unit=min(missing))
    return found


def _numbers(regions: set[str], year: int) -> dict[str, Iterator[str]]:
    """Endless numbers for each region. Its row is locked, so that two ceremonies never give the same number."""
    locked = list(Region.objects.select_for_update().filter(pk__in=regions).order_by("pk"))
    return {region.code: _numbers_of(numbering.Number(numbering.Kind.VISIT, region.code, year, 1)) for region in locked}


def _numbers_of(number: numbering.Number) -> Iterator[str]:
    given = Visit.objects.filter(number__startswith=number.series).values_list("number", flat=True)
    number = replace(number, serial=1 + max((numbering.parse(text).serial for text in given), default=0))
    while True:
        yield str(number)
        number = number.next


def _make_records(ceremony: Ceremony, visits: Iterable[Visit], drawn: Mapping[str, DrawnVisit]) -> int:
    """One record for each visit, task and responsible organization, with copies of the participants' items."""
    participants = _participants(ceremony)
    sittings = _sittings(ceremony)
    parts: dict[tuple[int, int, int], tuple[Record, set[int]]] = {}
    for visit in visits:
        for task in drawn[visit.visit_id].tasks:
            for participant, sitting, items in participants[task]:
                organization = rules.responsible_organization(
                    participant=sitting, team=sittings.get(visit.visit_id, ()), region=visit.region_id
                )
                record = Record(
                    visit=visit, task_id=participant.task_id, participant=participant, organization_id=organization
                )
                _, taken = parts.setdefault((visit.pk, participant.task_id, organization), (record, set()))
                taken |= items
    Record.objects.bulk_create([record for record, _ in parts.values()], batch_size=AT_ONCE)
    RecordItem.objects.bulk_create(
        [RecordItem(record=record, item_id=item) for record, items in parts.values() for item in sorted(items)],
        batch_size=AT_ONCE,
    )
    return len(parts)


def _participants(ceremony: Ceremony) -> dict[str, list[tuple[TaskParticipant, rules.Sitting, set[int]]]]:
    rows = (
        TaskParticipant.objects.filter(task__in=ceremony.tasks.values("task"))
        .select_related("organization", "task")
        .prefetch_related("items")
        .order_by("task", "pk")
    )
    by_task: dict[str, list[tuple[TaskParticipant, rules.Sitting, set[int]]]] = {}
    for row in rows:
        ours = rules.Sitting(row.organization_id, row.organization.line_id, row.organization.region_id)
        by_task.setdefault(row.task.number, []).append((row, ours, {item.item_id for item in row.items.all()}))
    return by_task


def _sittings(ceremony: Ceremony) -> dict[str, list[rules.Sitting]]:
    seats = Seat.objects.filter(ceremony=ceremony).exclude(drawn__organ__endswith=organs.EXPERTS)
    seats = seats.order_by("visit_id", "drawn__seat")
    fields = ("visit_id", "organization", "organization__line", "organization__region")
    by_visit: dict[str, list[rules.Sitting]] = {}
    for visit_id, organization, line, region in seats.values_list(*fields):
        by_visit.setdefault(visit_id, []).append(rules.Sitting(organization, line, region))
    return by_visit


@transaction.atomic
def start(*, visit: Visit, by: Actor, at: datetime) -> Visit:
    """Begin a visit (到场): lock its team and copy it as it goes in.

    Raises:
        CannotStart: not by this person, not in this state, not on this day, not with this team.
    """
    require(by, "visits.carry_out")
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    today = localdate(at)
    team = assignments.lock_team(ceremony=visit.ceremony, visit_id=visit.visit_id, at=at)
    rules.check_can_start(
        state=VisitState(visit.state),
        window=(visit.window_from, visit.window_to),
        today=today,
        is_seated=any(seat.inspector.user_id == by.user.pk for seat in team),
        unfit=[seat.inspector.name for seat in team if not _may_inspect(seat, today)],
    )
    VisitMember.objects.bulk_create(VisitMember(visit=visit, inspector_id=seat.inspector_id) for seat in team)
    visit.state, visit.started_at, visit.started_by = VisitState.STARTED, at, by.user
    visit.save(update_fields=["state", "started_at", "started_by"])
    facts = {"team": sorted(seat.inspector.number for seat in team)}
    ledger.append(act="visits.start", subject=f"visit:{visit.number}", facts=facts, by=by, at=at)
    return visit


def _may_inspect(seat: Seat, today: date) -> bool:
    """On duty and certified; an expert (专家) on an expert's seat, or with a group, assists without a certificate."""
    inspector, organ = seat.inspector, seat.drawn.organ
    is_certified = inspector.certificate_valid_to is not None and inspector.certificate_valid_to >= today
    assists = inspector.is_expert and (organs.is_expert(organ) or (organs.is_group(organ) and not seat.is_leader))
    return inspector.state == InspectorState.ACTIVE and (is_certified or assists)


@transaction.atomic
def end(*, visit: Visit, by: Actor, at: datetime) -> Visit:
    """End a visit (检查完毕): the inspectors leave, and the twenty working days for entering begin to run.

    Raises:
        CannotEnd: not by this person, or not in this state.
    """
    require(by, "visits.carry_out")
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    rules.check_can_end(state=VisitState(visit.state), is_seated=queries.is_seated(visit, by.user))
    visit.state, visit.ended_at, visit.ended_by = VisitState.ENDED, at, by.user
    visit.save(update_fields=["state", "ended_at", "ended_by"])
    facts = {"ended_at": at.isoformat()}
    ledger.append(act="visits.end", subject=f"visit:{visit.number}", facts=facts, by=by, at=at)
    return visit
