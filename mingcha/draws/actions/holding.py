"""Holding the draw (抽取): once."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction

import fairdraw
from fairdraw.canonical import jcs
from mingcha.draws import drawing, queries, rules, store
from mingcha.draws.actions.releasing import AUDITORS, write_bundle
from mingcha.draws.actions.steps import locked, note, refused_as
from mingcha.draws.actions.working import told
from mingcha.draws.models import Ceremony, DrawnSeat, EntropySource, SelectedUnit
from mingcha.draws.states import CeremonyState, DrawnAs, EntropyKind, Work
from mingcha.kernel.refusal import gettext_noop
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.plans import actions as plans
from mingcha.plans.states import Disclosure, TaskState

BATCH = 1_000


def hold(*, ceremony: Ceremony, by: Actor, at: datetime) -> Ceremony:
    """Hold the draw (抽取): once, from what was frozen and opened. The result's digest goes to the ledger at once.

    Of a sealed ceremony the auditors' bundle is made with it.

    Raises:
        Ceremony.DoesNotExist: the ceremony is not the actor's.
        CannotHold: a source is missing, the draw was held, or something frozen was changed.
        FileChanged: a frozen file is missing or changed.
    """
    require(by, "draws.hold")
    ceremony = queries.held_by(by).get(pk=ceremony.pk)
    _check_can_hold(ceremony)
    with refused_as(rules.CannotHold), told(ceremony, Work.HOLD, at=at) as tell:
        held = drawing.hold(ceremony, progress=tell)
        independent = drawing.visits_if_independent(held)
    with transaction.atomic():
        ceremony = locked(ceremony)
        _check_can_hold(ceremony)
        _keep_units(ceremony, held)
        _keep_seats(ceremony, held)
        shortage = held.outcome.shortage
        ceremony.seed = held.outcome.seed
        ceremony.result_digest = held.outcome.result_digest(held.suite)
        ceremony.result_root = str(held.outcome.result["root"])
        ceremony.visits, ceremony.visits_if_independent = len(held.outcome.visits), independent
        ceremony.shortage = _told(shortage) if shortage else None
        ceremony.engine, ceremony.state = held.engine, CeremonyState.DRAWN
        ceremony.drawn_by, ceremony.drawn_at = by.user, at
        _mark_tasks(ceremony, by=by, at=at)
        facts = {
            "entropy_digest": fairdraw.digest(jcs(held.entropy), held.suite),
            "result_digest": ceremony.result_digest,
            "result_root": ceremony.result_root,
            "selected": sum(len(selection.selected) for selection in held.outcome.selections),
            "visits": ceremony.visits,
            "engine": ceremony.engine,
        }
        note(ceremony, "draw", facts, by=by, at=at)
        ledger.sign_checkpoint(at=at)
        if ceremony.disclosure == Disclosure.SEALED:
            ceremony.auditors_bundle_digest = write_bundle(ceremony, held, audience=AUDITORS, by=by, at=at)
        ceremony.save()
    return ceremony


def _check_can_hold(ceremony: Ceremony) -> None:
    waiting = [_spoken(source) for source in drawing.awaited(drawing.sources_of(ceremony))]
    rules.check_can_hold(state=CeremonyState(ceremony.state), waiting=waiting)


def _spoken(source: EntropySource) -> str:
    """A source as people call it."""
    if source.kind == EntropyKind.SYSTEM:
        return gettext_noop("系统随机数")
    return source.witness.name if source.witness else source.name


def _told(shortage: fairdraw.Infeasible) -> dict[str, Any]:
    return {
        "seats": len(shortage.seats),
        "inspectors": list(shortage.inspectors),
        "places": shortage.places,
    }


def _mark_tasks(ceremony: Ceremony, *, by: Actor, at: datetime) -> None:
    if ceremony.is_rehearsal:
        return
    for row in drawing.tasks_of(ceremony):
        if row.task.state == TaskState.ISSUED:  # drawn again after an abandoned ceremony, it is DRAWN already
            plans.mark_drawn(task=row.task, by=by, at=at)


def _keep_units(ceremony: Ceremony, held: drawing.Held) -> None:
    rows = {row.task.number: row for row in drawing.tasks_of(ceremony)}
    units = []
    for frozen, selection in zip(held.tasks, held.outcome.selections, strict=True):
        task, batch = rows[selection.task], fairdraw.batches(fairdraw.read_design(frozen.design), selection)
        drawn = [(row, DrawnAs.SELECTED) for row in selection.selected]
        drawn += [(row, DrawnAs.RESERVE) for row in selection.reserves]
        file = store.find(store.frames(), task.frame_file)
        details = drawing.details_of(file, [row.unit_id for row, _ in drawn])
        for row, drawn_as in drawn:
            name, region, address = details[row.unit_id]
            units.append(
                SelectedUnit(
                    ceremony_task=task,
                    unit_id=row.unit_id,
                    stratum=row.stratum,
                    ticket=row.ticket,
                    rank=row.rank,
                    drawn_as=drawn_as,
                    batch=batch.get(row.unit_id) if drawn_as is DrawnAs.SELECTED else None,
                    name=name,
                    region=region,
                    address=address,
                )
            )
    SelectedUnit.objects.bulk_create(units, batch_size=BATCH)


def _keep_seats(ceremony: Ceremony, held: drawing.Held) -> None:
    if held.outcome.teams is None:
        return
    visits = {visit.visit_id: visit for visit in held.outcome.visits}

    def seat(place: fairdraw.Place, drawn_as: DrawnAs, position: int) -> DrawnSeat:
        visit = visits[place.visit_id]
        kind = visit.seats[place.seat - 1]
        return DrawnSeat(
            ceremony=ceremony,
            visit_id=place.visit_id,
            unit_id=visit.unit_id,
            seat=place.seat,
            organ=kind.organ,
            qualification=kind.qualification,
            drawn_as=drawn_as,
            position=position,
            inspector_number=place.inspector_id,
        )

    seats = [seat(place, DrawnAs.SELECTED, 0) for place in held.outcome.teams.seats]
    for _, places in groupby(held.outcome.teams.reserves, key=lambda place: (place.visit_id, place.seat)):
        seats += [seat(place, DrawnAs.RESERVE, position) for position, place in enumerate(places, start=1)]
    DrawnSeat.objects.bulk_create(seats, batch_size=BATCH)
