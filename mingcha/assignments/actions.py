"""Everything that changes sitting teams: seating them once, changing a seat, locking them when the visit begins."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from mingcha.assignments import queries, rules
from mingcha.assignments.models import Seat, SeatChange
from mingcha.draws import organs
from mingcha.draws.models import Ceremony, DrawnSeat
from mingcha.draws.states import CeremonyState, DrawnAs
from mingcha.kernel.refusal import gettext_noop
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.plans.models import TaskParticipant
from mingcha.registers.models import Absence, GroupMember, Inspector, InspectorGroup, Recusal
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
    crews = _drawn_crews(drawn)
    leaders = _leaders(ceremony, drawn)
    seats = [
        Seat(
            ceremony=ceremony,
            visit_id=place.visit_id,
            drawn=place,
            organization_id=inspector.organization_id,
            inspector=inspector,
            is_leader=leaders[place.visit_id] == place.seat and nth == 0,
        )
        for place in drawn
        for nth, inspector in enumerate(crews[place.inspector_number])
    ]
    Seat.objects.bulk_create(seats)
    facts = {"seats": len(seats), "visits": len(leaders), "result": ceremony.result_digest}
    ledger.append(act="assignments.seat", subject=ceremony.number, facts=facts, by=by, at=at)
    return len(seats)


def _drawn_crews(drawn: Iterable[DrawnSeat]) -> dict[str, list[Inspector]]:
    drawn = list(drawn)
    crews = crews_numbered((place.inspector_number for place in drawn), as_groups=False)
    crews |= crews_numbered((place.inspector_number for place in drawn if organs.is_group(place.organ)), as_groups=True)
    missing = {place.inspector_number for place in drawn} - crews.keys()
    if missing:
        raise rules.CannotSeat(gettext_noop("名录库中没有编号为%(number)s的检查人员"), number=min(missing))
    return crews


def crews_numbered(numbers: Iterable[str], *, as_groups: bool) -> dict[str, list[Inspector]]:
    """Who comes under a drawn number: the inspector, or the members of the group, its leader first."""
    wanted = set(numbers)
    if not as_groups:
        return {row.number: [row] for row in Inspector.objects.all() if row.number in wanted}
    crews: dict[str, list[Inspector]] = {}
    members = GroupMember.objects.select_related("inspector", "group").order_by("-is_leader", "inspector__number")
    for member in members:
        if member.group.number in wanted:
            crews.setdefault(member.group.number, []).append(member.inspector)
    return crews


def _leaders(ceremony: Ceremony, drawn: Iterable[DrawnSeat]) -> dict[str, int]:
    """Per visit the number of the leader's seat; the task that names the visit says which department leads."""
    lead_lines = dict(
        TaskParticipant.objects.filter(task__in=ceremony.tasks.values("task"), is_lead=True).values_list(
            "task__number", "organization__line"
        )
    )
    teams: dict[str, list[tuple[int, str]]] = {}
    for place in drawn:
        if not organs.is_expert(place.organ):
            teams.setdefault(place.visit_id, []).append((place.seat, organs.line_of(place.organ)))
    return {
        visit_id: rules.leader_of(seats, lead_line=lead_lines.get(visit_id.rpartition("#")[2], ""))
        for visit_id, seats in teams.items()
    }


@transaction.atomic
def change_seat(*, seat: Seat, reason: str, note: str = "", by: Actor, at: datetime) -> SeatChange:
    """Replace the holder of a seat by the next valid reserve (按程序递补); nobody chooses who follows.

    A group gives way to a group. The drawn person stays visible: in the drawn seats, which never change, and in the
    change itself.

    Raises:
        Seat.DoesNotExist: the seat is not the actor's to change.
        CannotChangeSeat: it may not be changed now, for this reason or by this actor, or nobody can follow.
    """
    require(by, "assignments.change")
    seat = queries.seats_for(by).get(pk=seat.pk)
    list(Seat.objects.select_for_update().filter(ceremony=seat.ceremony, visit_id=seat.visit_id).order_by("pk"))
    crew = list(queries.seats_for(by).filter(drawn=seat.drawn_id).order_by("pk"))
    rules.check_can_change_seat(
        reason=reason,
        is_locked=any(each.locked_at is not None for each in crew),
        concerns_self=any(each.inspector.user_id == by.user.pk for each in crew),
    )
    number, successors = _successors(crew[0], today=localdate(at))
    former, former_number = crew[0].inspector, queries.number_of(crew[0])
    _hand_over(crew, successors)
    is_group = organs.is_group(crew[0].drawn.organ)
    change = SeatChange.objects.create(
        seat=crew[0],
        from_inspector=former,
        to_inspector=successors[0],
        from_group=InspectorGroup.objects.get(number=former_number) if is_group else None,
        to_group=InspectorGroup.objects.get(number=number) if is_group else None,
        reason=reason,
        note=note,
        approved_by=by.user,
        at=at,
    )
    facts = {
        "visit": seat.visit_id,
        "seat": seat.drawn.seat,
        "from": former_number,
        "to": number,
        "reason": reason,
    }
    ledger.append(act="assignments.change", subject=seat.ceremony.number, facts=facts, by=by, at=at)
    return change


def _hand_over(crew: Sequence[Seat], successors: Sequence[Inspector]) -> None:
    """Let others sit: the first seat, which keeps the changes, passes on; the rest of a group leaves and comes."""
    first, *rest = crew
    for seat in rest:
        seat.delete()
    first.inspector, first.organization_id = successors[0], successors[0].organization_id
    first.save(update_fields=["inspector", "organization"])
    Seat.objects.bulk_create(
        Seat(
            ceremony_id=first.ceremony_id,
            visit_id=first.visit_id,
            drawn_id=first.drawn_id,
            organization_id=inspector.organization_id,
            inspector=inspector,
        )
        for inspector in successors[1:]
    )


def _successors(seat: Seat, *, today: date) -> tuple[str, list[Inspector]]:
    """Who follows on this seat: the number that was drawn in reserve, and the inspector or the group's members.

    Raises:
        CannotChangeSeat: nobody can.
    """
    numbers = [place.inspector_number for place in queries.reserves_of(seat)]
    crews = crews_numbered(numbers, as_groups=organs.is_group(seat.drawn.organ))
    pks = [row.pk for rows in crews.values() for row in rows]
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
            is_active=all(row.state == InspectorState.ACTIVE for row in crew),
            certificate_valid_to=min(
                _goes_until(row, seat.drawn.organ, leads=nth == 0) for nth, row in enumerate(crew)
            ),
            absences=tuple(absence for row in crew for absence in absences.get(row.pk, ())),
            is_recused=any(row.pk in recused for row in crew),
            was_in_visit=any(row.pk in used for row in crew),
        )
        for number, crew in ((number, crews[number]) for number in numbers if number in crews)
    ]
    window = queries.window_of(seat)
    chosen = rules.next_reserve(reserves, window=window, today=today).number
    return chosen, crews[chosen]


def _goes_until(inspector: Inspector, organ: str, *, leads: bool) -> date:
    """The last day on which somebody may be sent; an expert's seat, or an expert with a group, needs no certificate."""
    if inspector.is_expert and (organs.is_expert(organ) or (organs.is_group(organ) and not leads)):
        return date.max
    return inspector.certificate_valid_to or date.min


def _inspectors_used(seat: Seat) -> set[int]:
    """Everybody who sits in the visit or did before a change."""
    team = Seat.objects.filter(ceremony=seat.ceremony, visit_id=seat.visit_id)
    changes = queries.changes_of(seat.ceremony, seat.visit_id)
    single = changes.values_list("from_inspector", "to_inspector")
    former = GroupMember.objects.filter(group__in=changes.exclude(from_group=None).values("from_group"))
    used = set(team.values_list("inspector", flat=True)) | {pk for pair in single for pk in pair}
    return used | set(former.values_list("inspector", flat=True))


@transaction.atomic
def lock_team(*, ceremony: Ceremony, visit_id: str, at: datetime) -> list[Seat]:
    """Lock the team of a visit and return it. Only `visits.actions.start` calls this, and writes the ledger entry."""
    seats = Seat.objects.select_for_update().filter(ceremony=ceremony, visit_id=visit_id)
    team = list(seats.order_by("pk"))
    seats.filter(locked_at=None).update(locked_at=at)
    return team
