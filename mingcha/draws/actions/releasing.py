"""Countersigning and releasing a draw (会签、公开), and the bundles that come of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

import fairdraw
from mingcha.draws import archive, certificate, drawing, queries, rules, store, verification
from mingcha.draws.actions.steps import locked, note, refused_as
from mingcha.draws.actions.working import told
from mingcha.draws.models import Ceremony, Countersignature
from mingcha.draws.states import CeremonyState, Work
from mingcha.kernel.refusal import gettext_noop
from mingcha.ledger import actions as ledger
from mingcha.ledger import keys
from mingcha.ledger.models import Checkpoint
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.plans.states import Disclosure

PUBLIC, AUDITORS = "public", "auditors"


def write_bundle(ceremony: Ceremony, held: drawing.Held, *, audience: str, by: Actor, at: datetime) -> str:
    """Write the bundle for the public or for the auditors, its files named in the ledger; give its digest."""
    commit = archive.entries(ceremony.number, archive.COMMIT).get()
    draw = archive.entries(ceremony.number, archive.DRAW).get()
    signed = Checkpoint.objects.filter(size__gt=draw.seq).order_by("size")[0]
    content = certificate.content(ceremony, held, commit=commit, draw=draw, checkpoint=signed)
    files = held.members(certificate.render(content))
    if audience == PUBLIC:
        ceremony.certificate = content
    if audience == PUBLIC and ceremony.disclosure == Disclosure.SEALED:
        files = fairdraw.public_members(files)
    facts = {"members": fairdraw.manifest(files, held.suite), "audience": audience}
    entry = ledger.append(act=archive.RELEASE, subject=ceremony.number, facts=facts, by=by, at=at)
    ledger.sign_checkpoint(at=at)
    checkpoint = Checkpoint.objects.get(size=entry.seq + 1)
    entries = archive.proven(ceremony.number, release=entry, for_auditors=audience == AUDITORS)
    return archive.sealed_up(files, entries, checkpoint)


def countersign(*, ceremony: Ceremony, by: Actor, at: datetime) -> Countersignature:
    """Countersign a sealed draw (会签), after the whole bundle was verified here; the auditor may do so elsewhere too.

    Raises:
        Ceremony.DoesNotExist: the auditor may not see the ceremony.
        CannotCountersign: nothing to countersign, done before, or the bundle does not prove the draw.
        FileChanged: the bundle is missing or changed.
    """
    require(by, "draws.verify")
    ceremony = queries.ceremonies_for(by).get(pk=ceremony.pk)
    _check_can_countersign(ceremony, by)
    bundle = store.find(store.bundles(), ceremony.auditors_bundle_digest)
    verdict = verification.verify_file(bundle, trusted_keys=[keys.verifier_key()])
    found = verdict.report.facts.get("result_digest") if verdict.report else None
    if not verdict.proves_all or found != ceremony.result_digest:
        raise rules.CannotCountersign(
            gettext_noop("档案包未通过核验,不能会签:%(reasons)s"), reasons=";".join(verdict.reasons)
        )
    with transaction.atomic():
        ceremony = locked(ceremony)
        _check_can_countersign(ceremony, by)
        signed = Countersignature.objects.create(
            ceremony=ceremony, auditor=by.user, organization=by.organization, at=at
        )
        facts = {
            "result_digest": ceremony.result_digest,
            "auditor": by.username,
            "organ": by.organization_code,
            "bundle": ceremony.auditors_bundle_digest,
        }
        note(ceremony, "countersign", facts, by=by, at=at)
    return signed


def _check_can_countersign(ceremony: Ceremony, by: Actor) -> None:
    rules.check_can_countersign(
        state=CeremonyState(ceremony.state),
        disclosure=Disclosure(ceremony.disclosure),
        has_signed=ceremony.countersignatures.filter(organization=by.organization).exists(),
    )


def release(*, ceremony: Ceremony, by: Actor, at: datetime) -> bytes:
    """Release the draw (公开) and give the bundle: the whole of an open one, the public's part of a sealed one.

    Raises:
        Ceremony.DoesNotExist: the ceremony is not the actor's.
        CannotRelease: it is not drawn, released before, or countersignatures are missing.
        CannotHold, FileChanged: something frozen was changed since.
    """
    require(by, "draws.release")
    ceremony = queries.held_by(by).get(pk=ceremony.pk)
    _check_can_release(ceremony)
    with refused_as(rules.CannotRelease), told(ceremony, Work.RELEASE, at=at) as tell:
        held = drawing.hold(ceremony, progress=tell)
        if held.outcome.result_digest(held.suite) != ceremony.result_digest:
            raise rules.CannotRelease(gettext_noop("按固化内容复算的结果与抽取时存证的摘要不符,不能公开;请查明原因"))
    with transaction.atomic():
        ceremony = locked(ceremony)
        _check_can_release(ceremony)
        ceremony.bundle_digest = write_bundle(ceremony, held, audience=PUBLIC, by=by, at=at)
        ceremony.state, ceremony.released_at = CeremonyState.RELEASED, at
        ceremony.save(update_fields=["bundle_digest", "certificate", "state", "released_at"])
    return queries.bundle_bytes(ceremony)


def _check_can_release(ceremony: Ceremony) -> None:
    rules.check_can_release(
        state=CeremonyState(ceremony.state),
        disclosure=Disclosure(ceremony.disclosure),
        organs=set(ceremony.countersignatures.values_list("organization__code", flat=True)),
    )
