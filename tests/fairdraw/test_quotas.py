"""Sizes in exact arithmetic: systematic rounding, largest remainders, and the burden rule against others' answers."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fairdraw
from fairdraw.quotas import burden_shares, shared_out, systematic

SHARES = st.lists(st.fractions(0, 50, max_denominator=97), max_size=12)
STARTS = st.fractions(0, 1, max_denominator=10**6).filter(lambda u: u < 1)


@given(SHARES, STARTS)
def test_systematic_rounding_keeps_every_partial_sum_within_one(shares, u):
    sizes = systematic(list(enumerate(shares)), u)

    for upto in range(len(shares) + 1):
        exact = sum(shares[:upto], Fraction(0))
        assert abs(sum(sizes[cell] for cell in range(upto)) - exact) < 1
    assert all(abs(sizes[cell] - share) < 1 for cell, share in enumerate(shares))


@given(st.lists(st.fractions(0, 5, max_denominator=12), min_size=1, max_size=6))
def test_systematic_rounding_meets_every_size_on_average(shares):
    steps = 27720  # all borders lie on this grid, so the mean over its middles is the exact expectation

    means = Counter()
    for start in range(0, steps, 40):
        means.update(systematic(list(enumerate(shares)), Fraction(2 * start + 1, 2 * steps)))

    for cell, share in enumerate(shares):
        assert abs(Fraction(means[cell] * 40, steps) - share) < Fraction(1, 50)


@given(
    st.dictionaries(st.sampled_from("ABCDEFG"), st.integers(0, 40), min_size=1),
    st.integers(1, 200),
    st.lists(st.fractions(0, 9, max_denominator=10), min_size=7, max_size=7),
)
def test_a_number_is_shared_out_whole_and_never_beyond_what_a_stratum_has(counts, total, weights):
    weight = dict(zip("ABCDEFG", weights, strict=True))

    sizes = shared_out(total, counts, weight)

    assert all(0 <= sizes[h] <= counts[h] for h in counts)
    assert sum(sizes.values()) == min(total, sum(counts[h] for h in counts if weight[h]))


@given(
    st.dictionaries(st.integers(0, 5), st.integers(0, 60), min_size=1),
    st.integers(0, 100),
    st.fractions("0.05", 1, max_denominator=20),
    st.none() | st.integers(1, 5),
)
def test_burden_shares_add_up_and_fall_with_the_visits(visited, n, delta, cap):
    able = sum(count for b, count in visited.items() if cap is None or b < cap)
    if n > able:
        with pytest.raises(fairdraw.BadQuota):
            burden_shares(visited, n, delta=delta, cap=cap)
        return

    shares = burden_shares(visited, n, delta=delta, cap=cap)

    assert sum(visited[b] * share for b, share in shares.items()) == n
    assert all(0 <= share <= 1 for share in shares.values())
    held = [shares[b] for b in sorted(shares) if visited[b]]
    assert held == sorted(held, reverse=True)


def test_the_burden_rule_gives_the_shares_and_sizes_others_found(shared_vectors):
    cases = shared_vectors("vectors/burden.json")["cases"]

    for case in cases:
        visited = {int(b): count for b, count in case["N"].items()}
        shares = burden_shares(visited, case["n"], delta=Fraction(case["delta"]), cap=case["cap"])
        assert {str(b): share for b, share in shares.items()} == {b: Fraction(p) for b, p in case["p"].items()}
        for u, expected in case["systematic"].items():
            sizes = systematic([(b, visited[b] * shares[b]) for b in sorted(visited)], Fraction(u))
            assert {str(b): size for b, size in sizes.items()} == expected
    assert len(cases) == 6


def test_take_all_strata_are_those_of_inclusion_probabilities_in_r(shared_vectors):
    """`pi = n x / sum x`, those reaching 1 taken whole: our rule with one unit a stratum and weight x (R sps)."""
    cases = shared_vectors("vectors/prn_sampling.json")["cases"]

    for case in cases:
        weights = {f"{unit:03}": Fraction(x) for unit, x in enumerate(case["x"])}
        sizes = shared_out(case["n"], dict.fromkeys(weights, 1), weights)
        assert sum(sizes.values()) == case["n"]
        assert all(sizes[f"{unit:03}"] == 1 for unit, pi in enumerate(case["pi"]) if pi == 1)
    assert len(cases) == 60


def test_sizes_by_systematic_rounding_are_not_known_before_the_seed():
    plan = {
        "protocol": "1",
        "task": "T1",
        "release": "open",
        "window": ["2026-03-01", "2026-03-31"],
        "rule": {"kind": "ratio", "rounding": "systematic", "strata": {"A": {"ratio": "0.03"}}},
    }

    with pytest.raises(fairdraw.BadQuota, match="种子产生之后"):
        fairdraw.sizes(plan, {"A": 100})
    with pytest.raises(fairdraw.BadQuota, match="方案没有规定分层:B"):
        fairdraw.sizes(plan, {"A": 100, "B": 1}, "0" * 32)
