"""What ends a ceremony, or keeps it from being ended."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mingcha.draws import queries, rules
from mingcha.draws.actions.steps import locked, note
from mingcha.draws.models import Ceremony
from mingcha.draws.states import CeremonyState
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.people.states import Role


@transaction.atomic
def abandon(*, ceremony: Ceremony, reason: str, by: Actor, at: datetime) -> Ceremony:
    """Abandon a ceremony (作废): it stays visible for ever with its reason, and its tasks may be drawn anew.

    Raises:
        Ceremony.DoesNotExist: the ceremony is not the actor's.
        CannotAbandon: it is over, visits follow from it, the reason is missing, or the actor may not.
    """
    require(by, "draws.hold")
    ceremony = locked(queries.held_by(by).get(pk=ceremony.pk))
    reason = reason.strip()
    rules.check_can_abandon(
        state=CeremonyState(ceremony.state),
        reason=reason,
        is_rehearsal=ceremony.is_rehearsal,
        is_arranged=ceremony.arranged_at is not None,
        is_office=by.role == Role.OFFICE,
    )
    was = ceremony.state
    ceremony.state = CeremonyState.ABANDONED
    ceremony.abandoned_at, ceremony.abandoned_reason = at, reason
    ceremony.save(update_fields=["state", "abandoned_at", "abandoned_reason"])
    ceremony.tasks.update(stands=False)
    note(ceremony, "abandon", {"reason": reason, "was": was}, by=by, at=at)
    return ceremony


@transaction.atomic
def mark_arranged(*, ceremony: Ceremony, at: datetime) -> None:
    """Note that visits follow from this ceremony, so that it can no longer be abandoned.

    Only `visits.actions.arrange` calls this, once, inside its own transaction and ledger entry.

    Raises:
        CannotHold: the ceremony is not drawn, was abandoned meanwhile, or is a rehearsal.
    """
    ceremony = locked(ceremony)
    rules.check_can_arrange(state=CeremonyState(ceremony.state), is_rehearsal=ceremony.is_rehearsal)
    Ceremony.objects.filter(pk=ceremony.pk, arranged_at=None).update(arranged_at=at)
