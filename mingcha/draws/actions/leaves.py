"""Showing one unit its own leaf of the result (抽签凭据): drawn or not, its ticket, and the path to the public root."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

import fairdraw
from mingcha.draws import drawing, queries, rules
from mingcha.draws.actions.steps import locked, note, refused_as
from mingcha.draws.models import Ceremony
from mingcha.draws.states import CeremonyState
from mingcha.people.actors import Actor
from mingcha.people.permissions import require


def show_leaf(*, ceremony: Ceremony, task: str, unit_id: str, by: Actor, at: datetime) -> dict[str, Any]:
    """The leaf of a unit in a task of a released ceremony, for the unit alone; the ledger holds that it was shown.

    The draw is repeated from what was frozen: a proof that the public root would not bear out is never handed out.

    Raises:
        Ceremony.DoesNotExist: the ceremony is not the actor's.
        CannotShowLeaf: the ceremony is not released, or the unit was not in the frame of this task.
        CannotHold, FileChanged: something frozen was changed since.
    """
    require(by, "draws.show_leaf")
    ceremony = queries.held_by(by).get(pk=ceremony.pk)
    rules.check_can_show_leaf(CeremonyState(ceremony.state))
    with refused_as(rules.CannotShowLeaf):
        held = drawing.hold(ceremony)
        shown = fairdraw.leaf_proof(
            held.tasks,
            held.outcome.selections,
            task=task,
            unit_id=unit_id,
            seed=held.outcome.seed,
            salt=held.salt,
            suite=held.suite,
        )
    rules.check_leaf(fairdraw.verify_leaf(shown, root=ceremony.result_root, suite=held.suite))
    with transaction.atomic():
        ceremony = locked(ceremony)
        leaf = fairdraw.digest(fairdraw.jcs(shown["leaf"]), held.suite)
        note(ceremony, "show_leaf", {"task": task, "leaf": leaf}, by=by, at=at)
    return shown
