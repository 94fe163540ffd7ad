"""Public sources (公开来源): declared before the freeze, entered and verified after it, or given up for a fall-back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

import fairdraw
from fairdraw.canonical import jcs
from mingcha.draws import drawing, public_sources, queries, rules
from mingcha.draws.actions.steps import locked, next_position, note, refused_as
from mingcha.draws.models import Ceremony, EntropySource, SourceEntry
from mingcha.draws.states import ENTERED_TWICE, CeremonyState, EntropyKind, PublicSource
from mingcha.people.actors import Actor
from mingcha.people.models import Organization, User
from mingcha.people.permissions import require

SECOND = "…"
"""Stands for the second person while only the first has entered, so that the form can be verified at once."""


@transaction.atomic
def declare_source(
    *,
    ceremony: Ceremony,
    public: PublicSource,
    details: Mapping[str, Any],
    instead_of: EntropySource | None = None,
    by: Actor,
    at: datetime,
) -> EntropySource:
    """Declare a public source with all its details, perhaps as the fall-back (后备) of another (登记公开来源).

    Raises:
        Ceremony.DoesNotExist, EntropySource.DoesNotExist: the ceremony is not the actor's to prepare, or the other
            source is of another ceremony.
        CannotDeclare: the statement is fixed, the details are not as spec/randomness.md asks, it would speak too soon
            or is declared already, or it cannot be the fall-back of that source.
    """
    require(by, "draws.prepare")
    ceremony = locked(queries.held_by(by).get(pk=ceremony.pk))
    sources = drawing.sources_of(ceremony)
    before = ceremony.sources.get(pk=instead_of.pk) if instead_of else None
    source = EntropySource(
        ceremony=ceremony, position=next_position(ceremony), kind=public.kind, details=dict(details), instead_of=before
    )
    with refused_as(rules.CannotDeclare):
        fairdraw.check_declared(drawing.declared([*sources, source])[-1].to_json(), localtime(at))
    rules.check_can_declare_public(
        state=CeremonyState(ceremony.state),
        is_known=public is not PublicSource.DRAND or public_sources.network_of(details) is not None,
        is_declared=source.name in {each.name for each in sources},
        before=before.name if before else "",
        is_public=before is None or before.public is not None,
        is_taken=before is not None and any(each.instead_of_id == before.pk for each in sources),
    )
    source.save(force_insert=True)
    facts = {"source": source.name, "details": source.details, "instead_of": before.name if before else None}
    note(ceremony, "declare", facts, by=by, at=at)
    return source


@transaction.atomic
def withdraw_source(*, ceremony: Ceremony, position: int, by: Actor, at: datetime) -> None:
    """Take a declared public source back before the freeze (撤回); the ledger keeps that it was declared.

    Raises:
        Ceremony.DoesNotExist, EntropySource.DoesNotExist: the ceremony is not the actor's, or has no such source.
        CannotDeclare: the statement is fixed, it is no public source, or another is its fall-back.
    """
    require(by, "draws.prepare")
    ceremony = locked(queries.held_by(by).get(pk=ceremony.pk))
    source = ceremony.sources.get(position=position)
    rules.check_can_withdraw(
        state=CeremonyState(ceremony.state), is_public=source.public is not None, fall_back=_fall_back(source)
    )
    note(ceremony, "withdraw", {"source": source.name}, by=by, at=at)
    source.delete()


def _fall_back(source: EntropySource) -> str:
    found = EntropySource.objects.filter(instead_of=source).first()
    return found.name if found else ""


def enter_source(
    *, ceremony: Ceremony, position: int, evidence: Mapping[str, Any], by: Actor, at: datetime
) -> EntropySource:
    """Bring what a public source gave (录入); it is verified before it is kept, and accepted once and for all.

    What nobody signed (a lottery's numbers, dice) is accepted when two people entered the same. Every entry is kept,
    also one that differs from the other person's; whoever erred enters anew.

    Raises:
        Ceremony.DoesNotExist, EntropySource.DoesNotExist: the actor may not see the ceremony, or it has no such source.
        CannotEnter: not now, not by this person, or the evidence does not prove a value of what was declared.
        EntriesDiffer: the other person entered something else; both entries are kept and told.
    """
    require(by, "draws.enter")
    with transaction.atomic():
        ceremony = locked(queries.ceremonies_for(by).get(pk=ceremony.pk))
        source, public = _public(ceremony, position)
        rules.check_can_enter(state=CeremonyState(ceremony.state), source=_facts(source), at=at)
        given = public_sources.brought(public, evidence)
        rules.check_evidence_fits(len(json.dumps(given)))
        if EntropyKind(source.kind) not in ENTERED_TWICE:
            _keep(source, given, by=by, at=at)
            _accept(source, given, by=by, at=at)
            return source
        other = _vouch(source, public, given, by=by)
        _keep(source, given, by=by, at=at)
        if other and public_sources.agree(public, other.evidence, given):
            names = (_voucher(source, other.entered_by, other.organization, 1), _own_name(source, by))
            _accept(source, public_sources.vouched(public, given, by=names), by=by, at=at)
            return source
    if other:
        raise rules.EntriesDiffer(
            rules.ENTRIES_DIFFER,
            first=other.entered_by.name,
            one=public_sources.typed(public, other.evidence),
            second=by.user.name,
            two=public_sources.typed(public, given),
        )
    return source


def _public(ceremony: Ceremony, position: int) -> tuple[EntropySource, PublicSource]:
    source = ceremony.sources.select_related("ceremony", "instead_of").get(position=position)
    if source.public is None:
        raise EntropySource.DoesNotExist
    return source, source.public


def _facts(source: EntropySource) -> rules.PublicFacts:
    before = source.instead_of
    return rules.PublicFacts(
        name=source.name,
        is_opened=source.opened_at is not None,
        is_given_up=source.given_up_at is not None,
        due_at=localtime(source.due_at),
        ready_at=localtime(source.ready_at),
        instead_of=before.name if before and before.given_up_at is None else "",
        fall_back=_fall_back(source),
    )


def _vouch(source: EntropySource, public: PublicSource, given: Mapping[str, Any], *, by: Actor) -> SourceEntry | None:
    """Verify what one of two people enters, and give the other's latest entry, if there is one.

    An entry of dice in a real draw counts only of a witness, who saw them thrown.
    """
    _value(source, public_sources.vouched(public, given, by=(_own_name(source, by), SECOND)))
    entries = source.entries.select_related("entered_by").order_by("-pk")
    own, other = entries.filter(entered_by=by.user).first(), entries.exclude(entered_by=by.user).first()
    same = own is not None and public_sources.agree(public, own.evidence, given)
    agreed = other is not None and public_sources.agree(public, other.evidence, given)
    rules.check_can_vouch(
        is_dice=public is PublicSource.DICE,
        is_rehearsal=source.ceremony.is_rehearsal,
        is_witness=queries.own_source(source.ceremony, by) is not None,
        is_repeated=same and not agreed,
    )
    return other


def _own_name(source: EntropySource, by: Actor) -> str:
    return _voucher(source, by.user, by.organization, 2)


def _voucher(source: EntropySource, user: User, organization: Organization, place: int) -> str:
    """Who vouches, as the public reads it: a witness's public name, else the organ and which of the two entries."""
    witness = source.ceremony.sources.filter(witness=user).first()
    return witness.name if witness else f"{organization.name}-录入{place}"


def _value(source: EntropySource, proof: Mapping[str, Any]) -> bytes:
    with refused_as(rules.CannotEnter):
        value: bytes = fairdraw.value_of(drawing.KINDS[EntropyKind(source.kind)], source.details, dict(proof))
        jcs(proof)
    return value


def _keep(source: EntropySource, given: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    _value_digest = _digest(source, given)
    SourceEntry.objects.create(
        source=source, evidence=dict(given), entered_by=by.user, organization=by.organization, entered_at=at
    )
    note(source.ceremony, "enter", {"source": source.name, "evidence_digest": _value_digest}, by=by, at=at)


def _digest(source: EntropySource, evidence: Mapping[str, Any]) -> str:
    with refused_as(rules.CannotEnter):
        return fairdraw.digest(jcs(evidence), source.ceremony.suite)


def _accept(source: EntropySource, proof: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    value = _value(source, proof)
    source.value, source.evidence, source.opened_at = value.hex(), dict(proof), at
    source.save(update_fields=["value", "evidence", "opened_at"])
    facts = {"source": source.name, "value": source.value, "evidence_digest": _digest(source, proof)}
    note(source.ceremony, "open", facts, by=by, at=at)


@transaction.atomic
def give_up_source(*, ceremony: Ceremony, position: int, reason: str, by: Actor, at: datetime) -> EntropySource:
    """Give a public source up for its declared fall-back (改用后备), after the waiting time and with a reason.

    Raises:
        Ceremony.DoesNotExist, EntropySource.DoesNotExist: the ceremony is not the actor's, or has no such source.
        CannotGiveUp: too early, it has its value, it has no fall-back, or no reason is given.
    """
    require(by, "draws.hold")
    ceremony = locked(queries.held_by(by).get(pk=ceremony.pk))
    source, _ = _public(ceremony, position)
    facts, reason = _facts(source), reason.strip()
    rules.check_can_give_up(state=CeremonyState(ceremony.state), source=facts, reason=reason, at=at)
    source.given_up_at, source.given_up_reason = at, reason
    source.save(update_fields=["given_up_at", "given_up_reason"])
    note(ceremony, "fallback", {"source": source.name, "use": facts.fall_back, "reason": reason}, by=by, at=at)
    return source
