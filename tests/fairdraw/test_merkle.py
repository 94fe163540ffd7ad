"""Merkle trees: reference roots and proofs, adversarial proofs, and growing from peaks alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdraw.merkle import (
    Peaks,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from fairdraw.suite import hash_of

LEAVES = st.lists(st.binary(max_size=8), max_size=40).map(lambda data: [leaf_hash(d) for d in data])


@given(LEAVES)
def test_a_tree_grown_from_its_peaks_has_the_root_of_all_its_leaves(leaves):
    peaks = Peaks()

    for size, leaf in enumerate(leaves):
        assert peaks.root() == root(leaves[:size])
        peaks = peaks.append(leaf)

    assert (peaks.size, peaks.root()) == (len(leaves), root(leaves))
    assert len(peaks.hashes) == len(leaves).bit_count()


@given(LEAVES.filter(bool), st.data())
def test_every_leaf_can_be_shown_and_no_other_passes_for_it(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = inclusion_proof(leaves, index)
    shown = {"index": index, "size": len(leaves), "proof": proof, "root": root(leaves)}

    assert verify_inclusion(leaves[index], **shown)
    assert not verify_inclusion(leaf_hash(b"another leaf"), **shown)
    assert not verify_inclusion(leaves[index], **shown | {"proof": [*proof, bytes(32)]})
    assert not verify_inclusion(leaves[index], **shown | {"index": len(leaves)})
    assert not verify_inclusion(leaves[index], **shown | {"index": -1})


@given(LEAVES.filter(bool), st.data())
def test_every_earlier_tree_is_shown_to_be_the_beginning(leaves, data):
    earlier = data.draw(st.integers(1, len(leaves)))
    proof = consistency_proof(leaves, earlier)
    shown = {"size1": earlier, "size2": len(leaves), "root1": root(leaves[:earlier]), "root2": root(leaves)}

    assert verify_consistency(**shown, proof=proof)
    assert not verify_consistency(**shown | {"root1": bytes(32)}, proof=proof)
    assert not verify_consistency(**shown | {"root2": bytes(32)}, proof=proof)
    assert not verify_consistency(**shown, proof=[*proof, bytes(32)])


def test_there_is_no_proof_of_what_is_not_there():
    with pytest.raises(IndexError):
        inclusion_proof([leaf_hash(b"")], 1)
    with pytest.raises(IndexError):
        consistency_proof([leaf_hash(b"")], 2)
    with pytest.raises(IndexError):
        consistency_proof([leaf_hash(b"")], 0)


def test_the_reference_tree_of_certificate_transparency_is_ours(shared_vectors):
    vector = shared_vectors("vectors/merkle_log.json")["rfc6962"]
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in vector["leaves_hex"]]

    assert [leaf.hex() for leaf in leaves] == vector["leaf_hashes"]
    assert [root(leaves[:size]).hex() for size in range(9)] == vector["roots_by_size"]
    for case in vector["inclusion"]:
        assert [p.hex() for p in inclusion_proof(leaves[: case["size"]], case["index"])] == case["proof"]
    for case in vector["consistency"]:
        assert [p.hex() for p in consistency_proof(leaves[: case["size2"]], case["size1"])] == case["proof"]
    assert leaf_hash(b"L123456").hex() == vector["extra"]["leaf_L123456"]
    assert node_hash(b"N123", b"N456").hex() == vector["extra"]["node_N123_N456"]


def test_all_adversarial_proofs_are_judged_as_they_should_be(shared_vectors):
    vector = shared_vectors("vectors/merkle_log.json")["adversarial"]

    for case in vector["inclusion"]:
        holds = verify_inclusion(
            bytes.fromhex(case["leaf_hash"]),
            index=case["index"],
            size=case["size"],
            proof=[bytes.fromhex(p) for p in case["proof"]],
            root=bytes.fromhex(case["root"]),
        )
        assert holds == case["valid"], case["desc"]
    for case in vector["consistency"]:
        holds = verify_consistency(
            size1=case["size1"],
            size2=case["size2"],
            root1=bytes.fromhex(case["root1"]),
            root2=bytes.fromhex(case["root2"]),
            proof=[bytes.fromhex(p) for p in case["proof"]],
        )
        assert holds == case["valid"], case["desc"]
    assert len(vector["inclusion"]) + len(vector["consistency"]) == 196


def test_the_same_tree_with_sm3_has_the_roots_others_found(shared_vectors):
    vector = shared_vectors("vectors/merkle_log.json")
    h = hash_of("SM3")
    leaves = [leaf_hash(bytes.fromhex(leaf), h) for leaf in vector["rfc6962"]["leaves_hex"]]

    assert [root(leaves[:size], h).hex() for size in range(9)] == vector["gm"]["merkle_sm3_same_tree_shape"]
