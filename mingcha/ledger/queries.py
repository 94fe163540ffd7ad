"""Reading the trail: the last entry, the tree's peaks, proofs, the entries of a thing."""

from django.db.models import QuerySet

from fairdraw.merkle import Peaks, inclusion_proof
from mingcha.ledger.models import Checkpoint, LedgerEntry


def last_entry() -> LedgerEntry | None:
    """The newest entry."""
    return LedgerEntry.objects.order_by("-seq").first()


def peaks_of(entry: LedgerEntry | None) -> Peaks:
    """The peaks of the tree as it stood after an entry; without one, of the empty tree."""
    if entry is None:
        return Peaks()
    return Peaks(size=entry.seq + 1, hashes=tuple(bytes.fromhex(peak) for peak in entry.peaks.split()))


def entries(*, subject: str = "", act: str = "", organization: str = "") -> QuerySet[LedgerEntry]:
    """Entries, newest first; each filter that is given narrows them."""
    rows = LedgerEntry.objects.order_by("-seq")
    if subject:
        rows = rows.filter(subject=subject)
    if act:
        rows = rows.filter(act__startswith=act)
    if organization:
        rows = rows.filter(organization=organization)
    return rows


def proof_of(entry: LedgerEntry, *, size: int) -> list[str]:
    """The inclusion proof of an entry in the tree of the first `size` entries, in hex (RFC 9162).

    Raises:
        IndexError: the entry is not among them.
    """
    leaves = LedgerEntry.objects.filter(seq__lt=size).order_by("seq").values_list("leaf", flat=True)
    proof = inclusion_proof([bytes.fromhex(leaf) for leaf in leaves], entry.seq)
    return [sibling.hex() for sibling in proof]


def last_checkpoint() -> Checkpoint | None:
    """The newest signed checkpoint."""
    return Checkpoint.objects.order_by("-size").first()
