"""Proving that nobody has touched the trail: every body is hashed again, every link, peak and signature checked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC

from fairdraw.canonical import NotCanonical, read_json
from fairdraw.merkle import Peaks, leaf_hash
from fairdraw.suite import digest
from mingcha.kernel.refusal import gettext_noop
from mingcha.ledger import keys
from mingcha.ledger.actions import GENESIS
from mingcha.ledger.models import Checkpoint, LedgerEntry, LedgerHead


@dataclass(frozen=True)
class Fault:
    """The first thing that is wrong: at which entry, and what."""

    seq: int
    message: str


@dataclass(frozen=True)
class Verdict:
    """What a verification found: how many entries and checkpoints were read, and the first fault, if any."""

    entries: int
    checkpoints: int
    fault: Fault | None

    @property
    def ok(self) -> bool:
        return self.fault is None


def verify(*, progress: Callable[[int], None] = lambda done: None) -> Verdict:
    """Read the whole trail and say where it was first touched."""
    signed = {checkpoint.size: checkpoint for checkpoint in Checkpoint.objects.order_by("size")}
    tree, previous = Peaks(), GENESIS
    for entry in _in_order():
        message = _fault_of(entry, expected_seq=tree.size, previous=previous, tree=tree)
        if message:
            return Verdict(tree.size, 0, Fault(tree.size, message))
        tree = tree.append(bytes.fromhex(entry.leaf))
        previous = entry.leaf
        if tree.size in signed and not _is_signed_rightly(signed[tree.size], tree):
            return Verdict(tree.size, 0, Fault(entry.seq, gettext_noop("检查点与记录不符,或签名无效")))
        progress(tree.size)
    return Verdict(tree.size, len(signed), _fault_at_end(tree.size, signed))


def _in_order() -> Iterator[LedgerEntry]:
    return LedgerEntry.objects.order_by("seq").iterator(chunk_size=2000)


def _fault_of(entry: LedgerEntry, *, expected_seq: int, previous: str, tree: Peaks) -> str:
    if entry.seq != expected_seq:
        return gettext_noop("记录缺失:序号不连续")
    try:
        body = read_json(entry.body.encode())
    except NotCanonical:
        return gettext_noop("记录正文被改动:不是规范形式")
    if digest(entry.body.encode()) != entry.digest:
        return gettext_noop("记录正文被改动:摘要不符")
    if leaf_hash(bytes.fromhex(entry.digest)).hex() != entry.leaf:
        return gettext_noop("叶哈希被改动")
    if not isinstance(body, dict) or body.get("previous") != previous:
        return gettext_noop("与前一条记录的链接断开")
    columns = {
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "act": entry.act,
        "subject": entry.subject,
        "organization": entry.organization,
        "actor": entry.actor,
    }
    if any(body.get(name) != value for name, value in columns.items()):
        return gettext_noop("记录的列与正文不符")
    peaks = tree.append(bytes.fromhex(entry.leaf)).hashes
    if " ".join(peak.hex() for peak in peaks) != entry.peaks:
        return gettext_noop("树顶哈希被改动")
    return ""


def _is_signed_rightly(checkpoint: Checkpoint, tree: Peaks) -> bool:
    return checkpoint.root == tree.root().hex() and keys.is_signed(
        checkpoint.note, size=checkpoint.size, root=tree.root()
    )


def _fault_at_end(size: int, signed: dict[int, Checkpoint]) -> Fault | None:
    if any(checkpoint > size for checkpoint in signed):
        return Fault(size, gettext_noop("末尾记录缺失:检查点之后的记录被删除"))
    head = LedgerHead.objects.filter(id=1).first()
    if (head.size if head else 0) != size:
        return Fault(size, gettext_noop("末尾记录缺失:链头与记录数不符"))
    return None
