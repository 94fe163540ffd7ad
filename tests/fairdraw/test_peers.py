"""Public draws of others, replayed: their rules in a few lines each, so that ours can be held beside them.

They show what our rule avoids: an order that depends on the list's, names hashed together with nothing secret.
"""

import hashlib

from fairdraw.suite import hmac


def test_candidates_ordered_by_hash_are_ordered_again(shared_vectors):
    """Thomson's verifiable random selection: HMAC with a one-time code, then HMAC of each label; smallest first."""
    case = shared_vectors("vectors/draws_peers.json")["thomson_vrs"]
    for turn in (case["iteration1"], case["iteration2"]):
        key = hmac(bytes.fromhex(turn["otp"]), case["randomness"].encode())
        labels = [label for _, label in turn["sorted"]]

        ordered = sorted((hmac(key, label.encode() + b"\x01").hex(), label) for label in labels)

        assert [list(pair) for pair in ordered] == turn["sorted"]


def test_names_ordered_by_hash_and_issue_are_ordered_again(shared_vectors):
    case = shared_vectors("vectors/draws_peers.json")["hoffman_octo41"]

    def mark(name):
        text = "".join(f"{byte:x}" for byte in (name + case["D"]).encode())
        return hashlib.sha256(text.encode()).hexdigest()

    names = [name for _, name in case["sorted_desc"]]
    assert sorted(([mark(name), name] for name in names), reverse=True) == case["sorted_desc"]
