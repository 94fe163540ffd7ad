"""Public draws of others, replayed: their rules in a few lines each, so that ours can be held beside them.

They show what our rule avoids: MD5 and a modulo that favours low positions (RFC 3797), an order that depends on the
list's, names hashed together with nothing secret.
"""

import hashlib

from fairdraw.suite import hmac


def rfc_3797(sources, pool, wanted):
    """Positions (from 1) drawn by RFC 3797: MD5 of counter, key, counter, modulo what is left of the pool."""
    key = "/".join("".join(f"{n}." for n in sorted(numbers)) for numbers in sources).encode() + b"/"
    left = list(range(1, pool + 1))
    drawn = []
    for turn in range(wanted):
        counter = turn.to_bytes(2, "big")
        digest = hashlib.md5(counter + key + counter, usedforsecurity=False).digest()
        drawn.append(left.pop(int.from_bytes(digest, "big") % len(left)))
    return drawn


def test_the_example_of_rfc_3797_and_a_committee_of_2012_are_drawn_again(shared_vectors):
    for name in ("draws/rfc3797_reference.json", "draws/ietf_nomcom_2012.json"):
        case = shared_vectors(name)
        sources = [[int(number) for number in line.split()] for line in case["seed_sources"]]

        drawn = rfc_3797(sources, case["pool_size"], len(case["published_selection"]))

        assert drawn == case["published_selection"]


def test_the_committee_of_2022_is_drawn_again(shared_vectors):
    case = shared_vectors("vectors/draws_peers.json")["rfc3797_nomcom2022"]
    rows = case["rows_index_md5_div_selected"]

    assert rfc_3797(case["inputs"], case["pool_size"], len(rows)) == [row[3] for row in rows]


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
