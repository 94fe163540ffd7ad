from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.kernel.ratio_rules import Per, Rule, RuleKind, Stratum, decimal_text, from_json, to_json
from mingcha.kernel.ratio_texts import read


def test_a_rule_is_stored_with_decimals_as_text():
    rule = read("低风险3%,高风险50%").rule

    assert to_json(rule) == {
        "kind": "PER_STRATUM",
        "per": "YEAR",
        "strata": [
            {"label": "低风险", "rule": {"kind": "RATIO", "per": "YEAR", "ratio": "0.03"}},
            {"label": "高风险", "rule": {"kind": "RATIO", "per": "YEAR", "ratio": "0.5"}},
        ],
    }


shares = st.none() | st.decimals(min_value="0.0001", max_value=1, places=4)
counts = st.none() | st.integers(1, 10_000)
plain_rules = st.builds(
    Rule,
    st.sampled_from(RuleKind),
    ratio=shares,
    ratio_to=shares,
    count=counts,
    count_to=counts,
    expected=counts,
    per=st.sampled_from(Per),
)
rules = plain_rules | st.builds(
    Rule,
    st.just(RuleKind.PER_STRATUM),
    strata=st.lists(st.builds(Stratum, st.text(min_size=1), plain_rules), min_size=1, max_size=4).map(tuple),
)


@given(rules)
def test_what_is_stored_comes_back_the_same(rule):
    assert from_json(to_json(rule)) == rule


@pytest.mark.parametrize(
    "values", [{}, {"kind": "GUESS"}, {"kind": "RATIO", "ratio": "five"}, {"kind": "RATIO", "share": "0.03"}]
)
def test_what_is_no_rule_is_not_taken_for_one(values):
    with pytest.raises((KeyError, ValueError, ArithmeticError)):
        from_json(values)


def test_a_decimal_is_written_plainly():
    assert decimal_text(Decimal("1E-2")) == "0.01"
    assert decimal_text(Decimal("1.00")) == "1"
    assert decimal_text(Decimal("100")) == "100"


@pytest.mark.parametrize(
    ("text", "answer"), [("3%", True), ("≥3%", True), ("5家", True), ("3-5%", False), ("待定", False)]
)
def test_only_a_rule_that_fixes_a_number_can_be_drawn(text, answer):
    assert read(text).can_be_drawn is answer


def test_a_frequency_alone_cannot_be_drawn():
    assert not read("1次/年").can_be_drawn
