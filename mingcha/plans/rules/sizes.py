"""How many a rule draws from live counts: by the very function of the draw, so that estimate and draw agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fairdraw import quotas
from fairdraw.design import Design, read_design
from mingcha.plans.rules.draw_rule import NUMBER, RANGE, UNRATED, DrawRule


def stratum_of(region: str, risk_class: str | None, classes: Sequence[str]) -> str:
    """The stratum (分层) of a subject: region first, then its class; “-” where it has none of the scheme."""
    return f"{region}/{risk_class if risk_class in classes else UNRATED}"


def design_parts(
    rule: DrawRule, counts: Mapping[str, int], classes: Sequence[str], override_reason: str = ""
) -> dict[str, Any]:
    """What a design (spec/draw.md) says of sizes: rule, reserves, burden, risk order, reasons.

    Args:
        counts: the frame's units by stratum.

    Raises:
        InvalidRule: the rule says nothing about a stratum's class.
    """
    parts: dict[str, Any] = {
        "rule": _sizes(rule, dict(sorted(counts.items()))),
        "reserves": {"ratio": rule.reserve_ratio, "minimum": rule.reserve_minimum},
    }
    if rule.burden is not None:
        exempt = sorted(stratum for stratum in counts if _class_of(stratum) in rule.burden.exempt)
        parts["burden"] = {"delta": rule.burden.delta, "cap": rule.burden.cap, "exempt": exempt}
    if classes:
        parts["risk"] = {"order": list(risk_order(rule, classes)), "part": 1}
    if override_reason.strip():
        parts["reasons"] = dict.fromkeys(("zero_ratio", "falling_ratio", "open_risk"), override_reason.strip())
    return parts


def _class_of(stratum: str) -> str:
    return stratum.split("/")[1]


def _sizes(rule: DrawRule, counts: Mapping[str, int]) -> dict[str, Any]:
    shares = {stratum: rule.share_of(_class_of(stratum)) for stratum in counts}
    if rule.kind == NUMBER:
        return {"kind": "number", "total": rule.total, "weights": shares}
    least = _least(rule, counts, {stratum: Fraction(share) for stratum, share in shares.items()})
    if rule.kind == RANGE:
        ends = {stratum: {"from": share, "to": rule.upper_of(_class_of(stratum))} for stratum, share in shares.items()}
        return {"kind": "range", "strata": {stratum: {**ends[stratum], "minimum": least[stratum]} for stratum in ends}}
    cells = {stratum: {"ratio": share, "minimum": least[stratum]} for stratum, share in shares.items()}
    return {"kind": "ratio", "rounding": rule.rounding, "strata": cells}


def _least(rule: DrawRule, counts: Mapping[str, int], shares: Mapping[str, Fraction]) -> dict[str, int]:
    """The least number of each stratum: the rule's own, and its part of the least total where ratios give too few."""
    least = dict.fromkeys(counts, rule.minimum)
    if rule.least_total == 0:
        return least
    drawn = {h: min(n, max(rule.minimum, quotas.rounded(shares[h] * n, rule.rounding))) for h, n in counts.items()}
    if sum(drawn.values()) >= rule.least_total:
        return least
    parts = quotas.shared_out(rule.least_total, counts, shares)
    return {stratum: max(rule.minimum, part) for stratum, part in parts.items()}


def risk_order(rule: DrawRule, classes: Sequence[str]) -> tuple[str, ...]:
    """The classes from low to high, the unrated placed where their share stands: they have no risk of their own."""
    unrated = Fraction(rule.share_of(UNRATED))
    place = next(
        (place for place, risk_class in enumerate(classes) if Fraction(rule.share_of(risk_class)) > unrated),
        len(classes),
    )
    return (*classes[:place], UNRATED, *classes[place:])


@dataclass(frozen=True, slots=True)
class StratumSize:
    """One stratum of an estimate (分层测算)."""

    region: str
    risk_class: str
    count: int
    selected: int
    reserves: int
    share: str
    """The ratio, or the weight, that the rule gives it."""

    @property
    def effective(self) -> Fraction:
        """The share that is really drawn after rounding and least numbers."""
        return Fraction(self.selected, self.count) if self.count else Fraction(0)


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many would be drawn if the draw were held on these counts (测算)."""

    strata: tuple[StratumSize, ...]
    is_exact: bool
    """False with systematic rounding: the seed then moves each size by at most one."""

    @property
    def count(self) -> int:
        return sum(stratum.count for stratum in self.strata)

    @property
    def selected(self) -> int:
        return sum(stratum.selected for stratum in self.strata)

    @property
    def reserves(self) -> int:
        return sum(stratum.reserves for stratum in self.strata)

    @property
    def passed_over(self) -> int:
        """Strata with subjects of which nobody would be drawn (免抽)."""
        return sum(1 for stratum in self.strata if stratum.selected == 0) if self.is_exact else 0

    @property
    def effective(self) -> Fraction:
        return Fraction(self.selected, self.count) if self.count else Fraction(0)


def estimate(rule: DrawRule, counts: Mapping[str, int], classes: Sequence[str]) -> Estimate:
    """The sizes for counts by stratum.

    Raises:
        InvalidRule: the rule says nothing about a stratum's class.
    """
    if not counts:
        return Estimate((), rule.rounding != "systematic")
    design = _design(rule, counts, classes)
    is_exact = design.rounding != "systematic"
    sizes = quotas.sizes(design, counts) if is_exact else _expected(design, counts)
    strata = []
    for stratum, (selected, reserves) in sorted(sizes.items()):
        region, risk_class = stratum.split("/")
        share = rule.share_of(risk_class)
        strata.append(StratumSize(region, risk_class, counts[stratum], selected, reserves, share))
    return Estimate(tuple(strata), is_exact)


def _design(rule: DrawRule, counts: Mapping[str, int], classes: Sequence[str]) -> Design:
    # With a reason, so that a rule still being set can be estimated; whether it needs one is for check_rising to say.
    parts = design_parts(rule, counts, classes, override_reason="estimate")
    window = ["2000-01-01", "2000-12-31"]
    return read_design({"protocol": "1", "task": "ESTIMATE", "release": "sealed", "window": window, **parts})


def _expected(design: Design, counts: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Systematic sizes at the middle start; the true start comes from the seed."""
    expected = [(stratum, design.strata[stratum].ratio * counts[stratum]) for stratum in sorted(counts)]
    selected = quotas.systematic(expected, Fraction(1, 2))
    return {h: (n, quotas.reserve_size(design, h, counts[h], n)) for h, n in selected.items()}
