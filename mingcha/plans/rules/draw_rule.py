"""The rule a draw reads (抽取规则): shares per risk class or a number, rounding, least numbers, reserves, burden."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from itertools import pairwise
from typing import Any

from fairdraw.canonical import decimal
from fairdraw.design import ROUNDINGS
from fairdraw.refused import Refused
from mingcha.kernel.refusal import Refusal, gettext_noop

RATIO, RANGE, NUMBER = "ratio", "range", "number"
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
class Burden:
    """How much earlier visits of the year lower a subject's chance (减少干扰).

    Each visit multiplies the chance within a stratum by `delta`; from `cap` visits on a subject is not drawn. Classes
    in `exempt` are drawn as if nobody had been visited.
    """

    delta: str
    cap: int | None = None
    exempt: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrawRule:
    """How many are drawn (抽取规则). Shares are decimal strings, as the draw protocol wants them.

    RATIO: `ratios` by class, `rounding`, the `minimum` of every stratum, and `least_total` of all together.
    RANGE: the same from `ratios` to `ratios_to`; the lower end is drawn, rounded up.
    NUMBER: `total`, shared among the strata by `count × weight`; `total_to` is the upper end of a published span
    (60-70家), whose lower end is drawn.

    Raises:
        InvalidRule: a part is missing, impossible, or belongs to another kind.
    """

    kind: str
    ratios: Mapping[str, str] = field(default_factory=dict)
    ratios_to: Mapping[str, str] = field(default_factory=dict)
    rounding: str = "up"
    minimum: int = 0
    least_total: int = 0
    total: int | None = None
    total_to: int | None = None
    weights: Mapping[str, str] = field(default_factory=dict)
    reserve_ratio: str = "0.2"
    reserve_minimum: int = 1
    burden: Burden | None = None

    def __post_init__(self) -> None:
        if self.kind in (RATIO, RANGE):
            _check_ratios(self)
            _check_range(self)
        elif self.kind == NUMBER:
            _check_number(self)
        else:
            raise InvalidRule(gettext_noop("没有抽取方式“%(kind)s”"), kind=self.kind)
        _check_share(self.reserve_ratio, gettext_noop("候补比例应在 0 至 1 之间,现为“%(share)s”"))
        _check_count(self.reserve_minimum, gettext_noop("候补户数不能为负数或过大"))
        if self.burden is not None:
            _check_burden(self.burden, self.rounding)

    @property
    def shares(self) -> Mapping[str, str]:
        """The ratios (of a range the lower ends), or the weights of a number: what must rise with risk."""
        return self.weights if self.kind == NUMBER else self.ratios

    def share_of(self, risk_class: str) -> str:
        """The share of a class; an unrated subject without a share of its own has that of the least one.

        Raises:
            InvalidRule: the rule says nothing about the class.
        """
        return self.shares[self._key_of(risk_class)]

    def upper_of(self, risk_class: str) -> str:
        """The upper end of a class's range.

        Raises:
            InvalidRule: the rule says nothing about the class.
        """
        return self.ratios_to[self._key_of(risk_class)]

    def _key_of(self, risk_class: str) -> str:
        for key in (risk_class, EVERY_CLASS):
            if key in self.shares:
                return key
        if risk_class == UNRATED:
            return min(self.shares, key=lambda each: Fraction(self.shares[each]))
        raise InvalidRule(gettext_noop("抽取规则没有规定“%(risk_class)s”类的比例"), risk_class=risk_class)


def _check_ratios(rule: DrawRule) -> None:
    if rule.total is not None or rule.total_to is not None or rule.weights:
        raise InvalidRule(gettext_noop("按比例抽取不能同时规定抽取户数"))
    if not rule.ratios:
        raise InvalidRule(gettext_noop("请填写抽查比例"))
    for risk_class, ratio in rule.ratios.items():
        _check_class(risk_class)
        _check_share(ratio, gettext_noop("抽查比例应在 0%% 至 100%% 之间,现为“%(share)s”"))
    if rule.rounding not in ROUNDINGS:
        raise InvalidRule(gettext_noop("没有取整方式“%(rounding)s”"), rounding=rule.rounding)
    _check_count(rule.minimum, gettext_noop("每层最低户数不能为负数或过大"))
    _check_count(rule.least_total, gettext_noop("合计最低户数不能为负数或过大"))
    if rule.rounding == "systematic" and (rule.minimum or rule.least_total):
        raise InvalidRule(gettext_noop("系统舍入不能再设每层或合计最低户数"))


def _check_range(rule: DrawRule) -> None:
    if rule.kind == RATIO:
        if rule.ratios_to:
            raise InvalidRule(gettext_noop("固定比例没有上限;请改选“按比例区间”"))
        return
    if rule.rounding != "up":
        raise InvalidRule(gettext_noop("按比例区间抽取只能向上取整,以免低于下限"))
    if set(rule.ratios_to) != set(rule.ratios):
        raise InvalidRule(gettext_noop("比例区间的下限和上限应逐类填写齐全"))
    for risk_class, upper in rule.ratios_to.items():
        _check_share(upper, gettext_noop("抽查比例应在 0%% 至 100%% 之间,现为“%(share)s”"))
        if Fraction(upper) < Fraction(rule.ratios[risk_class]):
            raise InvalidRule(
                gettext_noop("比例区间的上限 %(upper)s 低于下限 %(lower)s"), upper=upper, lower=rule.ratios[risk_class]
            )


def _check_number(rule: DrawRule) -> None:
    if rule.ratios or rule.ratios_to or rule.minimum or rule.least_total:
        raise InvalidRule(gettext_noop("按户数抽取不能同时规定比例或每层最低户数"))
    if rule.total is None or _is_no_count(rule.total) or rule.total < 1:
        raise InvalidRule(gettext_noop("抽取户数应为正整数"))
    if rule.total_to is not None and (_is_no_count(rule.total_to) or rule.total_to <= rule.total):
        raise InvalidRule(gettext_noop("户数区间的上限应大于下限"))
    if not rule.weights:
        raise InvalidRule(gettext_noop("按户数抽取应规定各类的权重"))
    for risk_class, weight in rule.weights.items():
        _check_class(risk_class)
        _fraction(weight, gettext_noop("权重应为不小于 0 的十进制数,现为“%(share)s”"))


def _check_burden(burden: Burden, rounding: str) -> None:
    sentence = gettext_noop("已检查对象的机会系数应大于 0、不超过 1,现为“%(share)s”")
    if not 0 < _fraction(burden.delta, sentence) <= 1:
        raise InvalidRule(sentence, share=burden.delta)
    if burden.cap is not None and (_is_no_count(burden.cap) or burden.cap < 1):
        raise InvalidRule(gettext_noop("不再抽取的检查次数应为正整数"))
    for risk_class in burden.exempt:
        _check_class(risk_class)
    if rounding == "systematic":
        raise InvalidRule(gettext_noop("系统舍入不能与减少干扰规则同用"))


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
    """The rule as JSON, without what its kind does not have or what is not set."""
    if rule.kind == NUMBER:
        size: dict[str, Any] = {"total": rule.total, "total_to": rule.total_to, "weights": dict(rule.weights)}
    else:
        size = {"ratios": dict(rule.ratios), "ratios_to": dict(rule.ratios_to), "rounding": rule.rounding}
        size |= {"minimum": rule.minimum, "least_total": rule.least_total or None}
    further: dict[str, Any] = {
        "reserve_ratio": rule.reserve_ratio,
        "reserve_minimum": rule.reserve_minimum,
        "burden": None,
    }
    if rule.burden is not None:
        further["burden"] = {
            "delta": rule.burden.delta,
            "cap": rule.burden.cap,
            "exempt": list(rule.burden.exempt),
        }
    return {"kind": rule.kind, **{key: value for key, value in (size | further).items() if value not in (None, {})}}


_FIELDS = {each.name for each in fields(DrawRule)}


def from_json(values: object) -> DrawRule:
    """The rule that `to_json` wrote, or an interface sent.

    Raises:
        InvalidRule: the values are no rule.
    """
    if not isinstance(values, Mapping) or "kind" not in values or set(values) - _FIELDS:
        raise InvalidRule(gettext_noop("抽取规则的字段不对,应有:%(fields)s"), fields=", ".join(sorted(_FIELDS)))
    if not all(isinstance(values.get(name, {}), Mapping) for name in ("ratios", "ratios_to", "weights")):
        raise InvalidRule(gettext_noop("各类的比例或权重应按等级代码给出"))
    return DrawRule(**{**values, "burden": _burden(values.get("burden"))})


def _burden(values: object) -> Burden | None:
    if values is None:
        return None
    if not isinstance(values, Mapping) or not {"delta"} <= set(values) <= {"delta", "cap", "exempt"}:
        raise InvalidRule(gettext_noop("减少干扰规则的字段不对,应有:delta, cap, exempt"))
    exempt = values.get("exempt") or []
    if not isinstance(exempt, list | tuple):
        raise InvalidRule(gettext_noop("减少干扰规则的字段不对,应有:delta, cap, exempt"))
    return Burden(values["delta"], values.get("cap"), tuple(exempt))


def check_covers(rule: DrawRule, classes: Sequence[str]) -> None:
    """Hold a rule to its scheme: a share for each class, and none for a class the scheme does not have.

    `classes` are the codes from low to high risk; empty for a task without a scheme.

    Raises:
        InvalidRule: a class has no share, or a share no class.
    """
    exempt = rule.burden.exempt if rule.burden else ()
    if strange := sorted({*rule.shares, *exempt} - {*classes, EVERY_CLASS, UNRATED}):
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
    _check_order(classes, rule.share_of)
    if rule.kind == RANGE:
        _check_order(classes, rule.upper_of)


def _check_order(classes: Sequence[str], share_of: Callable[[str], str]) -> None:
    for lower, higher in pairwise(classes):
        if Fraction(share_of(higher)) < Fraction(share_of(lower)):
            raise InvalidRule(
                gettext_noop(
                    "风险越高比例应越高:“%(higher)s”类的 %(high)s 低于“%(lower)s”类的 %(low)s;确需如此请写明理由"
                ),
                higher=higher,
                high=share_of(higher),
                lower=lower,
                low=share_of(lower),
            )
