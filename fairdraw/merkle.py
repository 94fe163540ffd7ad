"""Merkle trees (RFC 6962, RFC 9162): roots, proofs, and the peaks from which a ledger grows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fairdraw.suite import Hash, sha256


def leaf_hash(data: bytes, h: Hash = sha256) -> bytes:
    """The hash of a leaf; the prefix keeps leaves and nodes apart."""
    return h(b"\x00" + data)


def node_hash(left: bytes, right: bytes, h: Hash = sha256) -> bytes:
    """The hash of an inner node."""
    return h(b"\x01" + left + right)


@dataclass(frozen=True, slots=True)
class Peaks:
    """The hashes of the perfect subtrees of a tree, left to right, and its size: all that appending needs.

    >>> Peaks().append(leaf_hash(b"")).root().hex()[:8]
    '6e340b9c'
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def append(self, leaf: bytes, h: Hash = sha256) -> Peaks:
        """The peaks of the tree with one more leaf hash at its end."""
        hashes, size = [*self.hashes, leaf], self.size
        while size & 1:
            right = hashes.pop()
            hashes.append(node_hash(hashes.pop(), right, h))
            size >>= 1
        return Peaks(self.size + 1, tuple(hashes))

    def root(self, h: Hash = sha256) -> bytes:
        """The root of the whole tree."""
        if not self.hashes:
            return h(b"")
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root, h)
        return root


def root(leaves: Iterable[bytes], h: Hash = sha256) -> bytes:
    """The root over leaf hashes."""
    level = list(leaves)
    if not level:
        return h(b"")
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1], h) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]  # an odd last node moves up as it is
    return level[0]


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(leaves: Sequence[bytes], index: int, h: Hash = sha256) -> list[bytes]:
    """The sibling hashes from leaf `index` up to the root.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    proof, level = [], list(leaves)
    while len(level) > 1:
        if index ^ 1 < len(level):
            proof.append(level[index ^ 1])
        paired = [node_hash(level[i], level[i + 1], h) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
        index >>= 1
    return proof


def _are_hashes(*hashes: bytes) -> bool:
    return all(len(value) == 32 for value in hashes)  # in both suites


def verify_inclusion(
    leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes, h: Hash = sha256
) -> bool:
    """Whether the proof shows the leaf hash at `index` of the tree of this size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    node, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            result = node_hash(sibling, result, h)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, sibling, h)
        node, last = node >> 1, last >> 1
    return last == 0 and result == root


def consistency_proof(leaves: Sequence[bytes], earlier: int, h: Hash = sha256) -> list[bytes]:
    """The hashes which show that the tree of the first `earlier` leaves is the beginning of this one.

    Raises:
        IndexError: the tree never had that size.
    """
    if not 0 < earlier <= len(leaves):
        raise IndexError(earlier)
    return _consistency(leaves, earlier, h, whole=True)


def _consistency(leaves: Sequence[bytes], earlier: int, h: Hash, *, whole: bool) -> list[bytes]:
    if earlier == len(leaves):
        return [] if whole else [root(leaves, h)]
    half = _split(len(leaves))
    if earlier <= half:
        return [*_consistency(leaves[:half], earlier, h, whole=whole), root(leaves[half:], h)]
    return [*_consistency(leaves[half:], earlier - half, h, whole=False), root(leaves[:half], h)]


def verify_consistency(
    *, size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes], h: Hash = sha256
) -> bool:
    """Whether the proof shows that the first tree is the beginning of the second (RFC 9162, 2.1.4.2)."""
    if not 0 < size1 <= size2 or not _are_hashes(*proof):
        return False
    if size1 == size2:
        return not proof and root1 == root2
    path = [root1, *proof] if size1 & (size1 - 1) == 0 else list(proof)
    if not path:
        return False
    node, last = size1 - 1, size2 - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(sibling, first, h), node_hash(sibling, second, h)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, sibling, h)
        node, last = node >> 1, last >> 1
    return last == 0 and first == root1 and second == root2
