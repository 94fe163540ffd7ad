"""The only writers of the trail: `append` and `sign_checkpoint`."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from django.db import transaction

from fairdraw.canonical import jcs
from fairdraw.merkle import leaf_hash
from fairdraw.suite import digest as digest_of
from mingcha.ledger import keys
from mingcha.ledger.models import Checkpoint, LedgerEntry, LedgerHead
from mingcha.ledger.queries import last_entry, peaks_of

GENESIS = "0" * 64


class Signatory(Protocol):
    """Who acts, as the ledger writes it down."""

    @property
    def username(self) -> str: ...
    @property
    def organization_code(self) -> str: ...
    @property
    def role_code(self) -> str: ...


@transaction.atomic
def composed(fact: Any) -> Any:
    """A fact with its texts in Unicode's composed form."""
    if isinstance(fact, str):
        return unicodedata.normalize("NFC", fact)
    if isinstance(fact, Mapping):
        return {composed(name): composed(value) for name, value in fact.items()}
    return [composed(value) for value in fact] if isinstance(fact, list | tuple) else fact


def append(*, act: str, subject: str, facts: Mapping[str, Any], by: Signatory, at: datetime) -> LedgerEntry:
    """Append one entry (留痕) inside the caller's transaction.

    `act` is `room.verb`; `subject` names the thing (`plan:4416002026001`); `facts` are JSON without personal data.
    Their texts are composed (NFC), since the same letter may be typed in several ways.
    Appends of all processes are put in line by a lock on the head, held until the transaction ends: append last.
    """
    LedgerHead.objects.get_or_create(id=1)
    head = LedgerHead.objects.select_for_update().get(id=1)
    former = last_entry() if head.size else None
    body = jcs(
        {
            "seq": head.size,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "act": act,
            "subject": subject,
            "organization": by.organization_code,
            "actor": by.username,
            "role": by.role_code,
            "facts": composed(dict(facts)),
            "previous": former.leaf if former else GENESIS,
        }
    )
    digest = digest_of(body)
    leaf = leaf_hash(bytes.fromhex(digest))
    tree = peaks_of(former).append(leaf)
    entry = LedgerEntry.objects.create(
        seq=head.size,
        at=at,
        act=act,
        subject=subject,
        organization=by.organization_code,
        actor=by.username,
        body=body.decode(),
        digest=digest,
        leaf=leaf.hex(),
        peaks=" ".join(peak.hex() for peak in tree.hashes),
    )
    head.size += 1
    head.save(update_fields=["size"])
    return entry


@transaction.atomic
def sign_checkpoint(*, at: datetime) -> Checkpoint | None:
    """Sign size and root of the tree as it stands (检查点).

    Nothing to sign gives nothing; twice the same gives the first one.
    """
    entry = last_entry()
    if entry is None:
        return None
    size = entry.seq + 1
    signed = Checkpoint.objects.filter(size=size).first()
    if signed:
        return signed
    root = peaks_of(entry).root()
    return Checkpoint.objects.create(size=size, root=root.hex(), note=keys.sign_note(size=size, root=root), at=at)
