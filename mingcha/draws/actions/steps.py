"""What all steps share: the lock, the line in the ledger, saying a refusal of the heart as our own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db.models import Max

import fairdraw
from mingcha.draws.models import Ceremony
from mingcha.kernel.refusal import Refusal
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor


@contextmanager
def refused_as(kind: type[Refusal]) -> Iterator[None]:
    """Say a refusal of the heart as one of ours; its sentence and details stay."""
    try:
        yield
    except fairdraw.Refused as refusal:
        raise kind(refusal.message, **refusal.details) from refusal


def locked(ceremony: Ceremony) -> Ceremony:
    return Ceremony.objects.select_for_update().get(pk=ceremony.pk)


def note(ceremony: Ceremony, act: str, facts: dict[str, Any], *, by: Actor, at: datetime) -> None:
    ledger.append(act=f"ceremony.{act}", subject=ceremony.number, facts=facts, by=by, at=at)


def next_position(ceremony: Ceremony) -> int:
    """Where the next declared source stands."""
    last = ceremony.sources.aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1
