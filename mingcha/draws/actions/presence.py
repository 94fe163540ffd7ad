"""Who was present (在场人员), until the ceremony is released or abandoned."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mingcha.draws import queries, rules
from mingcha.draws.actions.steps import locked, note
from mingcha.draws.models import Attendance, Ceremony
from mingcha.draws.states import CeremonyState, Duty
from mingcha.people.actors import Actor
from mingcha.people.permissions import require


@transaction.atomic
def record_attendance(*, ceremony: Ceremony, name: str, organ: str, duty: Duty, by: Actor, at: datetime) -> Attendance:
    """Note that somebody is present (登记在场人员); the same person twice is noted once.

    Raises:
        Ceremony.DoesNotExist: the ceremony is not the actor's.
        CannotRecord: it is over.
    """
    require(by, "draws.attend")
    ceremony = _open(ceremony, by)
    present = ceremony.attendances.filter(struck_at=None)
    known = present.filter(name=name, organ=organ, duty=duty).first()
    if known:
        return known
    entry = Attendance.objects.create(
        ceremony=ceremony, name=name, organ=organ, duty=duty, entered_by=by.user, entered_at=at
    )
    note(ceremony, "attend", {"entry": entry.pk, "duty": duty, "present": present.count()}, by=by, at=at)
    return entry


@transaction.atomic
def strike_attendance(*, ceremony: Ceremony, entry: int, by: Actor, at: datetime) -> Attendance:
    """Strike a mistaken entry out (划去); asked twice, nothing more happens.

    Raises:
        Ceremony.DoesNotExist, Attendance.DoesNotExist: not the actor's, or there is no such entry.
        CannotRecord: it is over.
    """
    require(by, "draws.attend")
    ceremony = _open(ceremony, by)
    struck = ceremony.attendances.get(pk=entry)
    if struck.struck_at is None:
        struck.struck_at = at
        struck.save(update_fields=["struck_at"])
        present = ceremony.attendances.filter(struck_at=None).count()
        note(ceremony, "unattend", {"entry": struck.pk, "duty": struck.duty, "present": present}, by=by, at=at)
    return struck


def _open(ceremony: Ceremony, by: Actor) -> Ceremony:
    ceremony = locked(queries.held_by(by).get(pk=ceremony.pk))
    rules.check_can_record(state=CeremonyState(ceremony.state))
    return ceremony
