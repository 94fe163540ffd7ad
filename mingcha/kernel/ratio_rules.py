"""The rule behind a published ratio (抽查比例) and frequency (抽查频次): what a draw can work with.

Ratios are decimals, as the draw protocol wants them ("0.03"); there is no floating point here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any

from mingcha.kernel.refusal import gettext_noop


class RuleKind(StrEnum):
    """The forms a published ratio takes."""

    RATIO = "RATIO"
    COUNT = "COUNT"
    RANGE = "RANGE"
    MINIMUM = "MINIMUM"
    PER_STRATUM = "PER_STRATUM"
    OPEN = "OPEN"


LABELS = {
    RuleKind.RATIO: gettext_noop("固定比例"),
    RuleKind.COUNT: gettext_noop("固定数量"),
    RuleKind.RANGE: gettext_noop("区间"),
    RuleKind.MINIMUM: gettext_noop("下限"),
    RuleKind.PER_STRATUM: gettext_noop("分层比例"),
    RuleKind.OPEN: gettext_noop("待定"),
}


class Per(StrEnum):
    """The span of time a ratio or frequency speaks of."""

    MONTH = "MONTH"
    QUARTER = "QUARTER"
    HALF_YEAR = "HALF_YEAR"
    YEAR = "YEAR"
    TWO_YEARS = "TWO_YEARS"


class Bound(StrEnum):
    """Whether a figure is meant exactly or as a limit."""

    EXACTLY = "EXACTLY"
    AT_LEAST = "AT_LEAST"
    AT_MOST = "AT_MOST"


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often one subject, or the population, is checked (抽查频次)."""

    times: int
    per: Per
    bound: Bound = Bound.EXACTLY


@dataclass(frozen=True, slots=True)
class Rule:
    """How many subjects a task draws (抽查比例、抽查数量).

    RATIO: `ratio`, and beside it `count` as the least number in a stratum. COUNT: `count`. RANGE: from `ratio` to
    `ratio_to`, or from `count` to `count_to`; an end that is not set is open. MINIMUM: at least `ratio`, at least
    `count`, or both. PER_STRATUM: `strata`. OPEN: published as still to be decided. `expected` is the number of
    subjects the text itself names beside a ratio.
    """

    kind: RuleKind
    ratio: Decimal | None = None
    ratio_to: Decimal | None = None
    count: int | None = None
    count_to: int | None = None
    expected: int | None = None
    per: Per = Per.YEAR
    strata: tuple[Stratum, ...] = ()

    @property
    def can_be_drawn(self) -> bool:
        """Whether the rule fixes a number once the frame is known; a range and an open rule leave a choice."""
        if self.kind is RuleKind.PER_STRATUM:
            return bool(self.strata) and all(stratum.rule.can_be_drawn for stratum in self.strata)
        return self.kind in (RuleKind.RATIO, RuleKind.COUNT, RuleKind.MINIMUM)


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum of a rule, under the name the text gives it (分层)."""

    label: str
    rule: Rule


def to_json(rule: Rule) -> dict[str, Any]:
    """The rule as JSON, without what is not set; decimals as strings."""
    values: dict[str, Any] = {"kind": rule.kind.value, "per": rule.per.value}
    for name in ("ratio", "ratio_to"):
        if (share := getattr(rule, name)) is not None:
            values[name] = decimal_text(share)
    for name in ("count", "count_to", "expected"):
        if (number := getattr(rule, name)) is not None:
            values[name] = number
    if rule.strata:
        values["strata"] = [{"label": stratum.label, "rule": to_json(stratum.rule)} for stratum in rule.strata]
    return values


def from_json(values: Mapping[str, Any]) -> Rule:
    """The rule that `to_json` wrote.

    Raises:
        KeyError, ValueError, TypeError, decimal.InvalidOperation: the values are not a rule.
    """
    if unknown := values.keys() - {field.name for field in fields(Rule)}:
        raise ValueError(f"unknown: {sorted(unknown)}")
    shares = {name: Decimal(values[name]) for name in ("ratio", "ratio_to") if name in values}
    numbers = {name: int(values[name]) for name in ("count", "count_to", "expected") if name in values}
    return Rule(
        RuleKind(values["kind"]),
        ratio=shares.get("ratio"),
        ratio_to=shares.get("ratio_to"),
        count=numbers.get("count"),
        count_to=numbers.get("count_to"),
        expected=numbers.get("expected"),
        per=Per(values.get("per", Per.YEAR)),
        strata=tuple(Stratum(each["label"], from_json(each["rule"])) for each in values.get("strata", ())),
    )


def decimal_text(share: Decimal) -> str:
    """A decimal without exponent and trailing zeros: "0.03", "1".

    >>> decimal_text(Decimal("0.050"))
    '0.05'
    """
    text = f"{share:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
