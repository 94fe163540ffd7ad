"""The bundle of a ceremony (抽取档案包) with the ledger's proof of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

import fairdraw
from mingcha.draws import store
from mingcha.ledger import keys
from mingcha.ledger import queries as ledger
from mingcha.ledger.models import Checkpoint, LedgerEntry

COMMIT, DRAW, COUNTERSIGN, RELEASE, ABANDON = (
    f"ceremony.{act}" for act in ("commit", "draw", "countersign", "release", "abandon")
)


def entries(number: str, *acts: str) -> QuerySet[LedgerEntry]:
    """What the ledger says of these acts of a ceremony, in order."""
    return LedgerEntry.objects.filter(subject=number, act__in=acts).order_by("seq")


def proven(number: str, *, release: LedgerEntry, for_auditors: bool) -> list[LedgerEntry]:
    """The entries that a bundle proves: commitment, draw, countersignatures, and its own release.

    The auditors' bundle is what they countersign, so it cannot hold their signatures.
    """
    acts = [COMMIT, DRAW] if for_auditors else [COMMIT, DRAW, COUNTERSIGN]
    return [*entries(number, *acts), release]


def sealed_up(files: Mapping[str, bytes], proven: Iterable[LedgerEntry], checkpoint: Checkpoint) -> str:
    """Write the bundle, keep it, and give its digest."""
    proof = fairdraw.ledger_proof(
        vkey=keys.verifier_key(),
        checkpoint=checkpoint.note,
        entries=[
            (
                entry.seq,
                json.loads(entry.body),
                [bytes.fromhex(step) for step in ledger.proof_of(entry, size=checkpoint.size)],
            )
            for entry in proven
        ],
    )
    return store.keep(store.bundles(), fairdraw.write_bundle({**files, "ledger-proof.json": proof}))
