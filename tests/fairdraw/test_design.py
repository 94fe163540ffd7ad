"""What a freeze refuses in a design, and what it lets through for a written reason."""

import copy

import pytest

import fairdraw

GOOD = {
    "protocol": "1",
    "task": "T4416002026001",
    "release": "sealed",
    "window": ["2026-03-01", "2026-03-31"],
    "rule": {
        "kind": "ratio",
        "rounding": "up",
        "strata": {"441602/A/E": {"ratio": "0.01"}, "441602/B/E": {"ratio": "0.03", "minimum": 1}},
    },
    "reserves": {"ratio": "0.2", "minimum": 1},
    "risk": {"order": ["A", "B"], "part": 1},
    "burden": {"delta": "0.5", "cap": 3, "exempt": ["441602/B/E"]},
    "teams": {
        "seats": [{"organ": "441600SJ", "count": 2, "qualification": None}],
        "region_rule": "same",
        "reserves": 1,
    },
}


def changed(path, value):
    design = copy.deepcopy(GOOD)
    *way, last = path.split(".")
    part = design
    for step in way:
        part = part[int(step)] if step.isdigit() else part[step]
    if value is KeyError:
        del part[last]
    else:
        part[last] = value
    return design


def test_a_complete_design_is_read():
    design = fairdraw.read_design(GOOD)

    assert (design.task, design.rounding, design.departures) == ("T4416002026001", "up", ())


def test_the_digest_of_a_design_is_that_of_its_canonical_form():
    shuffled = dict(reversed(GOOD.items()))

    assert fairdraw.design_digest(GOOD) == fairdraw.design_digest(shuffled)
    assert fairdraw.design_digest(GOOD) == "104f4b7914352a798da989a004c3e1f8a1c9142b379c9ef7f5fafc79832922c4"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("protocol", "2"),
        ("task", "a/b"),
        ("task", KeyError),
        ("release", "secret"),
        ("extra", 1),
        ("window", ["2026-03-31", "2026-03-01"]),
        ("window", ["2026-3-1", "2026-03-31"]),
        ("window", ["2026-02-30", "2026-03-31"]),
        ("window", "2026"),
        ("rule", None),
        ("rule.kind", "dice"),
        ("rule.rounding", "even"),
        ("rule.rounding", "systematic"),
        ("rule.strata", []),
        ("rule.strata.441602/A/E", "0.01"),
        ("rule.strata.441602/A/E.ratio", 0.01),
        ("rule.strata.441602/A/E.ratio", "1.01"),
        ("rule.strata.441602/A/E.ratio", "-0.01"),
        ("rule.strata.441602/A/E.minimum", -1),
        ("rule.strata.441602/A/E.minimum", True),
        ("rule.strata.441602/A/E.maximum", 1),
        ("rule.strata.河源", {"ratio": "0.03"}),
        ("rule", {"kind": "range", "strata": {"441602/A/E": {"from": "0.2", "to": "0.1"}}}),
        ("rule", {"kind": "number", "total": 0, "weights": {"441602/A/E": "1"}}),
        ("rule", {"kind": "number", "total": 1, "weights": ["441602/A/E"]}),
        ("reserves", 5),
        ("reserves", {"strata": {"441602/A/E": -1}}),
        ("reserves", {"ratio": "0.2", "strata": {}}),
        ("risk.order", "AB"),
        ("risk.part", 7),
        ("risk.order", ["B", "C"]),
        ("burden.delta", "0"),
        ("burden.delta", "1.5"),
        ("burden.cap", 0),
        ("burden.exempt", 3),
        ("teams.seats", []),
        ("teams.seats", None),
        ("teams.seats.0.count", 0),
        ("teams.seats.0.count", 10**8),
        ("teams.reserves", 10**8),
        ("teams.seats.0.organ", "市场监管局"),
        ("teams.region_rule", "near"),
        ("batches", []),
        ("batches", "2"),
        ("batches", [["2026-03-01", "2026-03-31"]]),
        ("batches", [["2026-03-01", "2026-03-10"], ["2026-03-10", "2026-03-20"]]),
        ("batches", [["2026-03-11", "2026-03-20"], ["2026-03-01", "2026-03-10"]]),
        ("batches", [["2026-02-28", "2026-03-10"], ["2026-03-11", "2026-03-20"]]),
        ("batches", [["2026-03-01", "2026-03-10"], ["2026-03-11", "2026-12-20"]]),
        ("batches", [[f"2026-03-{day:02}"] * 2 for day in range(1, 32)] * 4),
        ("reasons", {"because": "x"}),
    ],
)
def test_a_design_that_breaks_the_form_is_refused(path, value):
    with pytest.raises(fairdraw.Refused):
        fairdraw.read_design(changed(path, value))


@pytest.mark.parametrize(
    ("path", "value", "reason", "sentence"),
    [
        ("rule.strata.441602/A/E.ratio", "0", "zero_ratio", "比例为 0(免抽)必须写明理由:441602/A/E"),
        ("rule.strata.441602/A/E.ratio", "0.05", "falling_ratio", "风险高而比例低必须写明理由:441602/B/E"),
        ("release", "open", "open_risk", "公开含风险等级的分层必须写明理由:T4416002026001"),
    ],
)
def test_a_rule_may_be_broken_for_a_written_reason_only(path, value, reason, sentence):
    design = changed(path, value)

    with pytest.raises(fairdraw.BadDesign) as caught:
        fairdraw.read_design(design)
    with pytest.raises(fairdraw.BadDesign):
        fairdraw.read_design(design | {"reasons": {reason: "  "}})
    departures = fairdraw.read_design(design | {"reasons": {reason: "省局文件要求"}}).departures

    assert str(caught.value) == sentence
    assert departures == ((reason, "省局文件要求"),)


def test_ratios_are_compared_only_among_strata_that_differ_in_risk_alone():
    strata = {"441602/A/E": {"ratio": "0.05"}, "441625/B/E": {"ratio": "0.03"}, "441602/B/P": {"ratio": "0.01"}}

    design = fairdraw.read_design(changed("rule.strata", strata))

    assert design.departures == ()
