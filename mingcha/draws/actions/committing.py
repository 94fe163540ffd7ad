"""Fixing everything before the seed (固化承诺)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime

import fairdraw
from fairdraw.canonical import jcs
from mingcha.draws import designs, drawing, eligibility, freezing, queries, rules, staffing
from mingcha.draws.actions.steps import locked, note, refused_as
from mingcha.draws.actions.working import told
from mingcha.draws.models import Ceremony, CeremonyTask, EntropySource
from mingcha.draws.states import CeremonyState, EntropyKind, Work
from mingcha.kernel.refusal import gettext_noop
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.plans.states import Disclosure


def freeze(*, ceremony: Ceremony, salt: bytes, by: Actor, at: datetime) -> Ceremony:
    """Fix frames, designs, inspectors and salt, and write the statement into the ledger (固化承诺).

    Raises:
        Ceremony.DoesNotExist: the ceremony is not the actor's.
        CannotFreeze: it was done before; sources or commitments are missing; the frames, designs or inspectors cannot
            be drawn from.
        InvalidRule: a task's rule says nothing about a class in its frame.
    """
    require(by, "draws.freeze")
    ceremony = queries.held_by(by).get(pk=ceremony.pk)
    _check_can_freeze(ceremony, drawing.sources_of(ceremony))
    rows, mark = drawing.tasks_of(ceremony), eligibility.mark(ceremony)
    with refused_as(rules.CannotFreeze), told(ceremony, Work.FREEZE, at=at) as tell:
        frozen: list[freezing.Frozen] = []
        for row in rows:
            tell(len(frozen), len(rows))
            frozen.append(freezing.freeze_task(row, at=at))
        tell(len(rows), len(rows))
        inspectors = staffing.freeze_inspectors(frozen, at=at)
        rules.check_can_be_served(staffing.needs_of(frozen, inspectors))
        people = fairdraw.inspectors_to_bytes(inspectors)
    with transaction.atomic():
        ceremony = locked(ceremony)
        sources = drawing.sources_of(ceremony)
        _check_can_freeze(ceremony, sources)
        if eligibility.mark(ceremony) != mark:
            raise rules.CannotFreeze(gettext_noop("固化期间手工增减或豁免情形有变动,请重新固化"))
        with refused_as(rules.CannotFreeze):
            statement = fairdraw.build_statement(
                ceremony=ceremony.number,
                rehearsal=ceremony.is_rehearsal,
                release=designs.RELEASES[Disclosure(ceremony.disclosure)],
                frozen_at=localtime(at),
                salt=salt,
                sources=drawing.declared(sources),
                tasks=[each.fixed for each in frozen],
                inspectors=inspectors,
                previous=ceremony.previous.number if ceremony.previous else None,
                suite=ceremony.suite,
            )
        for row, each in zip(rows, frozen, strict=True):
            _keep_frozen(row, each, suite=ceremony.suite)
        ceremony.salt = salt
        ceremony.statement = jcs(statement).decode()
        ceremony.statement_digest = fairdraw.statement_digest(statement).hex()
        ceremony.inspectors_frame = people.decode()
        ceremony.committed_at = at
        ceremony.state = CeremonyState.COMMITTED
        ceremony.save()
        note(ceremony, "commit", {"statement_digest": ceremony.statement_digest}, by=by, at=at)
        ledger.sign_checkpoint(at=at)
    return ceremony


def _check_can_freeze(ceremony: Ceremony, sources: Sequence[EntropySource]) -> None:
    witnesses = [source for source in sources if source.witness]
    rules.check_can_freeze(
        state=CeremonyState(ceremony.state),
        is_rehearsal=ceremony.is_rehearsal,
        organs=[source.organization.code for source in witnesses if source.organization],
        waiting=[source.witness.name for source in witnesses if source.witness and not source.commitment],
        has_system=any(source.kind == EntropyKind.SYSTEM for source in sources),
        has_public=any(source.public for source in sources),
    )


def _keep_frozen(row: CeremonyTask, frozen: freezing.Frozen, *, suite: str) -> None:
    row.design = jcs(frozen.fixed.design).decode()
    row.design_digest = fairdraw.design_digest(frozen.fixed.design, suite)
    row.frame_digest = frozen.fixed.frame.digest(suite)
    row.frame_file = frozen.file
    row.population = len(frozen.fixed.frame.lines)
    row.counts = frozen.counts
    row.excluded = dict(frozen.fixed.excluded)
    row.added, row.removed = frozen.fixed.added, frozen.fixed.removed
    row.left_out_file = frozen.left_out_file
    row.save()
