"""The rule a draw reads (抽取规则): shares per risk class or a number, rounding, least number, reserves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

from fairdraw.canonical import decimal
from fairdraw.design import ROUNDINGS
from fairdraw.refused import Refused
from mingcha.kernel.refusal import Refusal, gettext_noop

RATIO, NUMBER = "ratio", "number"
EVERY_CLASS = "*"
"""The key of a share that holds for every class not named itself."""
UNRATED = "-"
"""The class of a subject without a rating, and of all subjects of a task without a scheme."""
LARGEST = 10_000_000

ROUNDING_LABELS = {
    "up": gettext_noop("向上取整"),
    "half_up": gettext_noop("四舍五入"),
    "down": gettext_noop("向下取整"),
    "systematic": gettext_noop("系统舍入"),
}


class InvalidRule(Refusal):
    """The values are no rule that could be drawn."""


@dataclass(frozen=True, slots=True)
class DrawRule:
    """How many are drawn (抽取规则). Shares are decimal strings, as the draw protocol wants them.

    RATIO: `ratios` by class, `rounding`, and the `minimum` of every stratum. NUMBER: `total`, shared among the strata
    by `count × weight`.

    Raises:
        InvalidRule: a part is missing, impossible, or belongs to the other kind.
    """

    kind: str
    ratios: Mapping[str, str] = field(default_factory=dict)
    rounding: str = "up"
    minimum: int = 0
    total: int | None = None
    weights: Mapping[str, str] = field(default_factory=dict)
    reserve_ratio: str = "0.2"
    reserve_minimum: int = 1

    def __post_init__(self) -> None:
        if self.kind == RATIO:
            _check_ratios(self)
        elif self.kind == NUMBER:
            _check_number(self)
        else:
            raise InvalidRule(gettext_noop("没有抽取方式“%(kind)s”"), kind=self.kind)
        _check_share(self.reserve_ratio, gettext_noop("候补比例应在 0 至 1 之间,现为“%(share)s”"))
        _check_count(self.reserve_minimum, gettext_noop("候补户数不能为负数或过大"))

    @property
    def shares(self) -> Mapping[str, str]:
        """The ratios, or the weights of a number: what must rise with risk."""
        return self.ratios if self.kind == RATIO else self.weights

    def share_of(self, risk_class: str) -> str:
        """The share of a class; an unrated subject without a share of its own has that of the least one.

        Raises:
            InvalidRule: the rule says nothing about the class.
        """
        for key in (risk_class, EVERY_CLASS):
            if key in self.shares:
                return self.shares[key]
        if risk_class == UNRATED:
            return min(self.shares.values(), key=Fraction)
        raise InvalidRule(gettext_noop("抽取规则没有规定“%(risk_class)s”类的比例"), risk_class=risk_class)


def _check_ratios(rule: DrawRule) -> None:
    if rule.total is not None or rule.weights:
        raise InvalidRule(gettext_noop("按比例抽取不能同时规定抽取户数"))
    if not rule.ratios:
        raise InvalidRule(gettext_noop("请填写抽查比例"))
    for risk_class, ratio in rule.ratios.items():
        _check_class(risk_class)
        _check_share(ratio, gettext_noop("抽查比例应在 0%% 至 100%% 之间,现为“%(share)s”"))
    if rule.rounding not in ROUNDINGS:
        raise InvalidRule(gettext_noop("没有取整方式“%(rounding)s”"), rounding=rule.rounding)
    _check_count(rule.minimum, gettext_noop("每层最低户数不能为负数或过大"))
    if rule.rounding == "systematic" and rule.minimum:
        raise InvalidRule(gettext_noop("系统舍入不能再设每层最低户数"))


def _check_number(rule: DrawRule) -> None:
    if rule.ratios or rule.minimum:
        raise InvalidRule(gettext_noop("按户数抽取不能同时规定比例或每层最低户数"))
    if rule.total is None or _is_no_count(rule.total) or rule.total < 1:
        raise InvalidRule(gettext_noop("抽取户数应为正整数"))
    if not rule.weights:
        raise InvalidRule(gettext_noop("按户数抽取应规定各类的权重"))
    for risk_class, weight in rule.weights.items():
        _check_class(risk_class)
        _fraction(weight, gettext_noop("权重应为不小于 0 的十进制数,现为“%(share)s”"))


def _check_class(risk_class: object) -> None:
    if not isinstance(risk_class, str) or not 1 <= len(risk_class) <= 8 or "/" in risk_class:
        raise InvalidRule(gettext_noop("“%(risk_class)s”不是风险等级代码"), risk_class=risk_class)


def _check_share(share: object, sentence: str) -> None:
    if _fraction(share, sentence) > 1:
        raise InvalidRule(sentence, share=share)


def _fraction(share: object, sentence: str) -> Fraction:
    try:
        return decimal(share)
    except Refused as refused:
        raise InvalidRule(sentence, share=share) from refused


def _check_count(count: object, sentence: str) -> None:
    if _is_no_count(count):
        raise InvalidRule(sentence)


def _is_no_count(count: object) -> bool:
    return not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= LARGEST


def to_json(rule: DrawRule) -> dict[str, Any]:
    """The rule as JSON, without what its kind does not have."""
    reserves = {"reserve_ratio": rule.reserve_ratio, "reserve_minimum": rule.reserve_minimum}
    if rule.kind == NUMBER:
        return {"kind": NUMBER, "total": rule.total, "weights": dict(rule.weights), **reserves}
    size = {"ratios": dict(rule.ratios), "rounding": rule.rounding, "minimum": rule.minimum}
    return {"kind": RATIO, **size, **reserves}


_FIELDS = {"kind", "ratios", "rounding", "minimum", "total", "weights", "reserve_ratio", "reserve_minimum"}


def from_json(values: object) -> DrawRule:
    """The rule that `to_json` wrote, or an interface sent.

    Raises:
        InvalidRule: the values are no rule.
    """
    if not isinstance(values, Mapping) or "kind" not in values or set(values) - _FIELDS:
        raise InvalidRule(gettext_noop("抽取规则的字段不对,应有:%(fields)s"), fields=", ".join(sorted(_FIELDS)))
    if not all(isinstance(values.get(name, {}), Mapping) for name in ("ratios", "weights")):
        raise InvalidRule(gettext_noop("各类的比例或权重应按等级代码给出"))
    return DrawRule(**values)


def check_covers(rule: DrawRule, classes: Sequence[str]) -> None:
    """Hold a rule to its scheme: a share for each class, and none for a class the scheme does not have.

    `classes` are the codes from low to high risk; empty for a task without a scheme.

    Raises:
        InvalidRule: a class has no share, or a share no class.
    """
    if strange := sorted(set(rule.shares) - {*classes, EVERY_CLASS, UNRATED}):
        raise InvalidRule(gettext_noop("风险分类方案中没有“%(classes)s”类,请核对比例"), classes="、".join(strange))
    if not classes and EVERY_CLASS not in rule.shares:
        raise InvalidRule(gettext_noop("不涉及信用风险分类的任务应规定一个统一的比例"))
    for risk_class in classes:
        rule.share_of(risk_class)


def check_rising(rule: DrawRule, classes: Sequence[str], override_reason: str = "") -> None:
    """Shares rise with risk and nobody is exempt (不免抽), unless a reason is written down.

    Raises:
        InvalidRule: a share is 0, or lower than that of a class of lower risk, and there is no reason.
    """
    if override_reason.strip():
        return
    named = [risk_class for risk_class, share in rule.shares.items() if Fraction(share) == 0]
    if named:
        raise InvalidRule(
            gettext_noop("比例不能为 0(不免抽):“%(classes)s”类;确需如此请写明理由"), classes="、".join(named)
        )
    for lower, higher in pairwise(classes):
        if Fraction(rule.share_of(higher)) < Fraction(rule.share_of(lower)):
            raise InvalidRule(
                gettext_noop(
                    "风险越高比例应越高:“%(higher)s”类的 %(high)s 低于“%(lower)s”类的 %(low)s;确需如此请写明理由"
                ),
                higher=higher,
                high=rule.share_of(higher),
                lower=lower,
                low=rule.share_of(lower),
            )
