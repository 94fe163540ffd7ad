"""A rule told in a sentence (规则说明): sentence and details apart, as for a refusal, so that it can be translated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from mingcha.kernel.ratio_rules import decimal_text
from mingcha.kernel.refusal import gettext_noop
from mingcha.plans.rules.draw_rule import EVERY_CLASS, NUMBER, RANGE, ROUNDING_LABELS, UNRATED, DrawRule

OTHER_LABEL = gettext_noop("其他类别")
UNRATED_LABEL = gettext_noop("未分类")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence for people with its details."""

    message: str
    details: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.details if self.details else self.message


def percent(share: str) -> str:
    """A decimal string as a percentage.

    >>> percent("0.005")
    '0.5%'
    """
    return f"{decimal_text(Decimal(share) * 100)}%"


def sentences(rule: DrawRule, labels: Mapping[str, str]) -> tuple[Said, ...]:
    """The parts of the sentence; `labels` are the scheme's classes by code, from low to high risk."""
    if rule.kind == NUMBER:
        return (_total(rule), *_weights(rule, labels), *_reserve(rule), *_burden(rule, labels))
    least = (
        (Said(gettext_noop("每层至少 %(minimum)d 户"), {"minimum": rule.minimum}),) if rule.minimum else (),
        (Said(gettext_noop("合计至少 %(total)d 户"), {"total": rule.least_total}),) if rule.least_total else (),
    )
    rounding = gettext_noop("按下限抽取并向上取整") if rule.kind == RANGE else ROUNDING_LABELS[rule.rounding]
    return (*_ratios(rule, labels), *least[0], *least[1], Said(rounding), *_reserve(rule), *_burden(rule, labels))


def _total(rule: DrawRule) -> Said:
    if rule.total_to is None:
        return Said(gettext_noop("共抽取 %(total)d 户"), {"total": rule.total})
    sentence = gettext_noop("共抽取 %(total)d 户(公布 %(total)d—%(upper)d 户,按下限抽取)")
    return Said(sentence, {"total": rule.total, "upper": rule.total_to})


def summary(rule: DrawRule, labels: Mapping[str, str]) -> str:
    """The whole sentence in Chinese."""
    return ",".join(map(str, sentences(rule, labels)))


def _ratios(rule: DrawRule, labels: Mapping[str, str]) -> tuple[Said, ...]:
    if set(rule.ratios) == {EVERY_CLASS}:
        return (Said(gettext_noop("统一抽取 %(share)s"), {"share": _span(rule, EVERY_CLASS)}),)
    named = (f"{name} {_span(rule, code)}" for code, name in _coded(rule, labels))
    return (Said("%(shares)s", {"shares": "、".join(named)}),)


def _span(rule: DrawRule, code: str) -> str:
    """A class's ratio, or the two ends of its range."""
    lower = percent(rule.ratios[code])
    return f"{lower}—{percent(rule.ratios_to[code])}" if rule.kind == RANGE else lower


def _weights(rule: DrawRule, labels: Mapping[str, str]) -> tuple[Said, ...]:
    if len(set(rule.weights.values())) == 1:
        return (Said(gettext_noop("按各层户数分配")),)
    shares = "、".join(f"{name} {share}" for name, share in _named(rule, labels))
    return (Said(gettext_noop("按户数和权重分配(%(shares)s)"), {"shares": shares}),)


def _named(rule: DrawRule, labels: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, rule.shares[code]) for code, name in _coded(rule, labels)]


def _coded(rule: DrawRule, labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """The classes the rule speaks of, by code and name."""
    return [(code, name) for code, name in _names(labels).items() if code in rule.shares]


def _names(labels: Mapping[str, str]) -> dict[str, str]:
    return {**labels, EVERY_CLASS: OTHER_LABEL, UNRATED: UNRATED_LABEL}


def _burden(rule: DrawRule, labels: Mapping[str, str]) -> tuple[Said, ...]:
    """Earlier visits in words: “减少干扰:本年每查过一次,机会乘以 0.5,满 3 次不再抽”."""
    if rule.burden is None:
        return ()
    said = [Said(gettext_noop("减少干扰:本年每查过 1 次,抽中机会乘以 %(delta)s"), {"delta": rule.burden.delta})]
    if rule.burden.cap is not None:
        said.append(Said(gettext_noop("本年已查满 %(cap)d 次的不再抽"), {"cap": rule.burden.cap}))
    if rule.burden.exempt:
        names = "、".join(_names(labels).get(code, code) for code in rule.burden.exempt)
        said.append(Said(gettext_noop("%(classes)s不适用减少干扰"), {"classes": names}))
    return tuple(said)


def _reserve(rule: DrawRule) -> tuple[Said, ...]:
    if Decimal(rule.reserve_ratio) == 0 and rule.reserve_minimum == 0:
        return (Said(gettext_noop("不抽候补")),)
    details = {"share": percent(rule.reserve_ratio), "minimum": rule.reserve_minimum}
    return (Said(gettext_noop("候补 %(share)s(每层至少 %(minimum)d 户)"), details),)
