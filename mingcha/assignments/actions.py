"""Everything that changes sitting teams: seating them once, changing a seat, locking them when the visit begins."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from mingcha.assignments import queries, rules
from mingcha.assignments.models import Seat, SeatChange
from mingcha.draws.models import Ceremony, DrawnSeat
from mingcha.draws.states import CeremonyState, DrawnAs
from mingcha.kernel.refusal import gettext_noop
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.plans.models import TaskParticipant
from mingcha.registers.models import Absence, Inspector, Recusal
from mingcha.registers.states import InspectorState

SEATABLE = (CeremonyState.DRAWN, CeremonyState.RELEASED)


@transaction.atomic
def seat_teams(*, ceremony: Ceremony, by: Actor, at: datetime) -> int:
    """Let the drawn inspectors take their seats (编排检查组), once for each ceremony; the number of seats is returned.

    Raises:
        CannotSeat: a rehearsal, a ceremony that is not drawn, or a drawn inspector who is not in the register.
        AlreadySeated: the teams sit already.
    """
    require(by, "assignments.seat")
    ceremony = Ceremony.objects.select_for_update().get(pk=ceremony.pk)
    if ceremony.is_rehearsal or ceremony.state not in SEATABLE:
        raise rules.CannotSeat(gettext_noop("只有已抽取的正式场次才能编排检查组"))
    if Seat.objects.filter(ceremony=ceremony).exists():
        raise rules.AlreadySeated(gettext_noop("该场次的检查组已经编排,不能重复进行"))
    drawn = list(DrawnSeat.objects.filter(ceremony=ceremony, drawn_as=DrawnAs.SELECTED).order_by("visit_id", "seat"))
    inspectors = {inspector.number: inspector for inspector in _drawn_inspectors(drawn)}
    leaders = _leaders(ceremony, drawn)
    Seat.objects.bulk_create(
        Seat(
            ceremony=ceremony,
            visit_id=place.visit_id,
            drawn=place,
            organization_id=inspectors[place.inspector_number].organization_id,
            inspector=inspectors[place.inspector_number],
            is_leader=leaders[place.visit_id] == place.seat,
        )
        for place in drawn
    )
    facts = {"seats": len(drawn), "visits": len(leaders), "result": ceremony.result_digest}
    ledger.append(act="assignments.seat", subject=ceremony.number, facts=facts, by=by, at=at)
    return len(drawn)


def _drawn_inspectors(drawn: Iterable[DrawnSeat]) -> list[Inspector]:
    numbers = {place.inspector_number for place in drawn}
    found = [row for row in Inspector.objects.only("pk", "number", "organization") if row.number in numbers]
    missing = numbers - {row.number for row in found}
    if missing:
        raise rules.CannotSeat(gettext_noop("名录库中没有编号为%(number)s的检查人员"), number=min(missing))
    return found


def _leaders(ceremony: Ceremony, drawn: Iterable[DrawnSeat]) -> dict[str, int]:
    """Per visit the number of the leader's seat; the task that names the visit says which department leads."""
    lead_lines = dict(
        TaskParticipant.objects.filter(task__in=ceremony.tasks.values("task"), is_lead=True).values_list(
            "task__number", "organization__line"
        )
    )
    teams: dict[str, list[tuple[int, str]]] = {}
    for place in drawn:
        teams.setdefault(place.visit_id, []).append((place.seat, place.organ))
    return {
        visit_id: rules.leader_of(seats, lead_line=lead_lines.get(visit_id.rpartition("#")[2], ""))
        for visit_id, seats in teams.items()
    }


@transaction.atomic
def change_seat(*, seat: Seat, reason: str, note: str = "", by: Actor, at: datetime) -> SeatChange:
    """Replace the holder of a seat by the next valid reserve (按程序递补); nobody chooses who follows.

    The drawn person stays visible: in the drawn seats, which never change, and in the change itself.

    Raises:
        Seat.DoesNotExist: the seat is not the actor's to change.
        CannotChangeSeat: it may not be changed now, for this reason or by this actor, or nobody can follow.
    """
    require(by, "assignments.change")
    seat = queries.seats_for(by).get(pk=seat.pk)
    list(Seat.objects.select_for_update().filter(ceremony=seat.ceremony, visit_id=seat.visit_id).order_by("pk"))
    seat = queries.seats_for(by).get(pk=seat.pk)
    rules.check_can_change_seat(
        reason=reason,
        is_locked=seat.locked_at is not None,
        concerns_self=seat.inspector.user_id == by.user.pk,
    )
    former, successor = seat.inspector, _successor(seat, today=localdate(at))
    seat.inspector, seat.organization_id = successor, successor.organization_id
    seat.save(update_fields=["inspector", "organization"])
    change = SeatChange.objects.create(
        seat=seat,
        from_inspector=former,
        to_inspector=successor,
        reason=reason,
        note=note,
        approved_by=by.user,
        at=at,
    )
    facts = {
        "visit": seat.visit_id,
        "seat": seat.drawn.seat,
        "from": former.number,
        "to": successor.number,
        "reason": reason,
    }
    ledger.append(act="assignments.change", subject=seat.ceremony.number, facts=facts, by=by, at=at)
    return change


def _successor(seat: Seat, *, today: date) -> Inspector:
    """The inspector who follows on this seat.

    Raises:
        CannotChangeSeat: nobody can.
    """
    numbers = [place.inspector_number for place in queries.reserves_of(seat)]
    inspectors = {row.number: row for row in Inspector.objects.filter(number__in=numbers)}
    pks = [row.pk for row in inspectors.values()]
    recused = set(
        Recusal.objects.filter(inspector__in=pks, subject__unit_id=seat.drawn.unit_id).values_list(
            "inspector", flat=True
        )
    )
    absences: dict[int, list[tuple[date, date]]] = {}
    for pk, first, last in Absence.objects.filter(inspector__in=pks).values_list("inspector", "from_on", "to_on"):
        absences.setdefault(pk, []).append((first, last))
    used = _inspectors_used(seat)
    reserves = [
        rules.Reserve(
            number=number,
            is_active=row.state == InspectorState.ACTIVE,
            certificate_valid_to=row.certificate_valid_to,
            absences=tuple(absences.get(row.pk, ())),
            is_recused=row.pk in recused,
            was_in_visit=row.pk in used,
        )
        for number, row in ((number, inspectors[number]) for number in numbers if number in inspectors)
    ]
    window = queries.window_of(seat)
    return inspectors[rules.next_reserve(reserves, window=window, today=today).number]


def _inspectors_used(seat: Seat) -> set[int]:
    """Everybody who sits in the visit or did before a change."""
    team = Seat.objects.filter(ceremony=seat.ceremony, visit_id=seat.visit_id)
    changes = queries.changes_of(seat.ceremony, seat.visit_id).values_list("from_inspector", "to_inspector")
    return set(team.values_list("inspector", flat=True)) | {pk for pair in changes for pk in pair}


@transaction.atomic
def lock_team(*, ceremony: Ceremony, visit_id: str, at: datetime) -> list[Seat]:
    """Lock the team of a visit and return it. Only `visits.actions.start` calls this, and writes the ledger entry."""
    seats = Seat.objects.select_for_update().filter(ceremony=ceremony, visit_id=visit_id)
    team = list(seats.order_by("pk"))
    seats.filter(locked_at=None).update(locked_at=at)
    return team
