"""Randomness from outside (见证随机): witnesses' commitments and openings, the system's generator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

import fairdraw
from mingcha.draws import archive, drawing, queries, rules
from mingcha.draws.actions.steps import locked, note, refused_as
from mingcha.draws.models import SYSTEM, Ceremony, EntropySource
from mingcha.draws.states import CeremonyState, EntropyKind
from mingcha.kernel.refusal import gettext_noop
from mingcha.people.actors import Actor
from mingcha.people.permissions import require


@transaction.atomic
def commit_input(*, ceremony: Ceremony, commitment: str, by: Actor, at: datetime) -> EntropySource:
    """Take a witness's commitment (提交承诺); until the freeze it may be replaced, which the ledger shows.

    Raises:
        EntropySource.DoesNotExist: the actor is no witness of this ceremony.
        CannotCommitInput: the statement is fixed, or it is no commitment.
    """
    require(by, "draws.witness")
    ceremony = locked(ceremony)
    source = _own_source(ceremony, by)
    others = ceremony.sources.exclude(pk=source.pk).values_list("commitment", flat=True)
    rules.check_can_commit_input(state=CeremonyState(ceremony.state), others=set(others) - {""}, commitment=commitment)
    if source.commitment == commitment:
        return source
    source.commitment, source.committed_at = commitment, at
    source.save(update_fields=["commitment", "committed_at"])
    note(ceremony, "input", {"witness": source.name, "commitment": commitment}, by=by, at=at)
    return source


def _own_source(ceremony: Ceremony, by: Actor) -> EntropySource:
    source = queries.own_source(ceremony, by)
    if source is None:
        raise EntropySource.DoesNotExist
    return source


@transaction.atomic
def open_input(*, ceremony: Ceremony, nonce: bytes, value: bytes, by: Actor, at: datetime) -> EntropySource:
    """Open a witness's input: it must be what was committed to (打开承诺).

    Witnesses open last: not before every public source has its value, or its fall-back has.

    Raises:
        EntropySource.DoesNotExist: the actor is no witness of this ceremony.
        CannotOpen: too early, too late, done before, or not what was committed to.
    """
    require(by, "draws.witness")
    ceremony = locked(ceremony)
    source = _own_source(ceremony, by)
    waiting = [each.name for each in drawing.awaited(drawing.sources_of(ceremony)) if each.public]
    _check_can_open(ceremony, source, value, waiting=waiting)
    with refused_as(rules.CannotOpen):
        found = fairdraw.commit_input(nonce=nonce, value=value, suite=ceremony.suite)
    if found != source.commitment:
        raise rules.CannotOpen(gettext_noop("打开的内容与承诺不符。请核对回执中的随机前缀和输入,逐字符一致(包括空格)"))
    _open(source, nonce=nonce.hex(), value=value, at=at)
    note(ceremony, "open", {"witness": source.name, "commitment": found}, by=by, at=at)
    return source


@transaction.atomic
def add_system_input(*, ceremony: Ceremony, value: bytes, by: Actor, at: datetime) -> EntropySource:
    """Add the value of the operating system's generator, after the statement is public (系统随机数).

    Raises:
        Ceremony.DoesNotExist: the ceremony is not the actor's.
        EntropySource.DoesNotExist: the generator was not declared.
        CannotOpen: too early, too late, or done before.
    """
    require(by, "draws.hold")
    ceremony = locked(queries.held_by(by).get(pk=ceremony.pk))
    source = ceremony.sources.get(kind=EntropyKind.SYSTEM)
    _check_can_open(ceremony, source, value)
    _open(source, nonce="", value=value, at=at)
    note(ceremony, "open", {"witness": SYSTEM, "value": value.hex()}, by=by, at=at)
    return source


def _check_can_open(ceremony: Ceremony, source: EntropySource, value: bytes, waiting: Sequence[str] = ()) -> None:
    logged = archive.entries(ceremony.number, archive.COMMIT).exists()
    rules.check_can_open(
        state=CeremonyState(ceremony.state),
        is_logged=logged,
        is_opened=source.opened_at is not None,
        size=len(value),
        waiting=waiting,
    )


def _open(source: EntropySource, *, nonce: str, value: bytes, at: datetime) -> None:
    source.nonce, source.value, source.opened_at = nonce, value.hex(), at
    source.save(update_fields=["nonce", "value", "opened_at"])
