"""How many are drawn (抽取数量): an official should be able to read these tables and say “yes, that is the rule”."""

from fractions import Fraction

import pytest

import fairdraw
from fairdraw.quotas import systematic
from tests.drawn import rows

SEED = "000102030405060708090a0b0c0d0e0f"

ROUNDING = """
    units | ratio | minimum | up  | half_up | down | why
    299   | 0.03  | 0       | 9   | 9       | 8    | 8.97: “not less than 3 %” needs 9
    100   | 0.03  | 0       | 3   | 3       | 3    | 3 exactly: nothing to round
    3     | 0.01  | 0       | 1   | 0       | 0    | a tiny stratum is over-sampled by rounding up: 33 %
    3     | 0.01  | 2       | 2   | 2       | 2    | at least two, whatever the ratio
    1     | 0.01  | 2       | 1   | 1       | 1    | never more than there are
    50    | 0.05  | 0       | 3   | 3       | 2    | 2.5 goes up in both
    49    | 0.05  | 0       | 3   | 2       | 2    | 2.45
    0     | 0.50  | 1       | 0   | 0       | 0    | nobody there, nobody drawn
    7     | 1     | 0       | 7   | 7       | 7    | high risk: all of them
    1000  | 0.001 | 0       | 1   | 1       | 1    | one in a thousand, in exact arithmetic
    30    | 0.1   | 0       | 3   | 3       | 3    | not 4, as with binary fractions
"""

RANGE = """
    units | from | to   | drawn | why
    40    | 0.05 | 0.20 | 2     | the smallest whole number from 5 % on
    41    | 0.05 | 0.20 | 3     | 2.05 goes up: not less than 5 %
    3     | 0.05 | 0.20 | 1     | no whole number lies between 5 % and 20 % of 3; the lower bound counts
    100   | 0.61 | 1    | 61    | highest class: 61 % to 100 %
"""

NUMBER = """
    total | A units × w | B units × w | C units × w | A  | B  | C | why
    10    | 100 × 1     | 100 × 1     | 0 × 1       | 5  | 5  | 0 | in proportion
    10    | 100 × 1     | 100 × 3     | 100 × 1     | 2  | 6  | 2 | three times the weight
    10    | 100 × 1     | 100 × 1     | 100 × 1     | 4  | 3  | 3 | equal remainders: by the stratum's code
    10    | 97 × 1      | 2 × 1       | 1 × 1       | 10 | 0  | 0 | 9.7, 0.2, 0.1
    10    | 10 × 1      | 2 × 50      | 1 × 1       | 7  | 2  | 1 | B has only two; the rest is shared out again
    100   | 10 × 1      | 20 × 1      | 3 × 1       | 10 | 20 | 3 | more asked for than there are: all
"""

SYSTEMATIC = """
    A expected | B expected | C expected | start | A | B | C
    0.3        | 0.3        | 0.4        | 0     | 0 | 0 | 1
    0.3        | 0.3        | 0.4        | 0.5   | 0 | 1 | 0
    0.3        | 0.3        | 0.4        | 0.7   | 1 | 0 | 0
    2.5        | 2.5        | 1          | 0     | 2 | 3 | 1
    2.5        | 2.5        | 1          | 0.5   | 3 | 2 | 1
    2          | 0          | 1          | 0.99  | 2 | 0 | 1
"""

RESERVES = """
    units | drawn | ratio | minimum | reserves | why
    100   | 10    | 0.2   | 1       | 2        | a fifth
    100   | 11    | 0.2   | 1       | 3        | 2.2 goes up
    100   | 1     | 0.2   | 2       | 2        | at least two
    10    | 9     | 0.5   | 1       | 1        | only one is left
    5     | 5     | 0.2   | 1       | 0        | nobody is left
"""

BURDEN = """
    unvisited | once | twice | drawn | delta | cap | p unvisited | p once | p twice | why
    80        | 15   | 5     | 10    | 1     | -   | 1/10        | 1/10   | 1/10    | delta 1: no difference
    80        | 15   | 5     | 10    | 0.5   | -   | 8/71        | 4/71   | 2/71    | half the chance per visit
    80        | 15   | 5     | 10    | 0.25  | 2   | 8/67        | 2/67   | 0       | nobody a third time
    2         | 2    | 96    | 50    | 0.5   | -   | 1           | 24/25  | 12/25   | never above certainty
"""


def design(rule, **more):
    window = ["2026-03-01", "2026-03-31"]
    return {"protocol": "1", "task": "T1", "release": "open", "window": window, "rule": rule, **more}


@pytest.mark.parametrize("case", rows(ROUNDING), ids=lambda case: f"{case['ratio']} of {case['units']}")
def test_a_ratio_gives_a_size_by_its_rounding(case):
    for rounding in ("up", "half_up", "down"):
        cell = {"ratio": case["ratio"], "minimum": int(case["minimum"])}
        rule = {"kind": "ratio", "rounding": rounding, "strata": {"A": cell}}

        assert fairdraw.sizes(design(rule), {"A": int(case["units"])})["A"] == (int(case[rounding]), 0)


@pytest.mark.parametrize("case", rows(RANGE), ids=lambda case: f"{case['from']} to {case['to']} of {case['units']}")
def test_a_range_begins_at_its_lower_bound(case):
    rule = {"kind": "range", "strata": {"A": {"from": case["from"], "to": case["to"]}}}

    assert fairdraw.sizes(design(rule), {"A": int(case["units"])})["A"][0] == int(case["drawn"])


@pytest.mark.parametrize("case", rows(NUMBER), ids=lambda case: case["why"])
def test_a_number_is_shared_out_among_strata(case):
    counts, weights = {}, {}
    for stratum in "ABC":
        units, weight = case[f"{stratum} units × w"].split("×")
        counts[stratum], weights[stratum] = int(units), weight.strip()
    rule = {"kind": "number", "total": int(case["total"]), "weights": weights}

    sizes = fairdraw.sizes(design(rule), counts)

    assert {h: n for h, (n, _) in sizes.items()} == {h: int(case[h]) for h in "ABC"}


@pytest.mark.parametrize("case", rows(SYSTEMATIC), ids=lambda case: f"start {case['start']}")
def test_systematic_rounding_steps_through_the_strata_from_a_random_start(case):
    expected = [(stratum, Fraction(case[f"{stratum} expected"])) for stratum in "ABC"]

    assert systematic(expected, Fraction(case["start"])) == {stratum: int(case[stratum]) for stratum in "ABC"}


@pytest.mark.parametrize("case", rows(RESERVES), ids=lambda case: case["why"])
def test_reserves_are_a_share_of_the_drawn(case):
    rule = {"kind": "number", "total": int(case["drawn"]), "weights": {"A": "1"}}
    reserves = {"ratio": case["ratio"], "minimum": int(case["minimum"])}

    sizes = fairdraw.sizes(design(rule, reserves=reserves), {"A": int(case["units"])})

    assert sizes["A"] == (int(case["drawn"]), int(case["reserves"]))


@pytest.mark.parametrize("case", rows(BURDEN), ids=lambda case: case["why"])
def test_earlier_visits_lower_the_chance_of_a_unit(case):
    visited = {b: int(case[column]) for b, column in enumerate(["unvisited", "once", "twice"])}
    cap = None if case["cap"] == "-" else int(case["cap"])

    shares = fairdraw.burden_shares(visited, int(case["drawn"]), delta=Fraction(case["delta"]), cap=cap)

    assert list(shares.values()) == [Fraction(case[f"p {column}"]) for column in ("unvisited", "once", "twice")]


def test_the_tables_speak_of_every_way_of_rounding():
    told = {*rows(ROUNDING)[0]} | {"systematic"}

    assert set(fairdraw.design.ROUNDINGS) <= told
