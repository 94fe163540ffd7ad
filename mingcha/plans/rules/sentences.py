"""A rule told in a sentence (规则说明): sentence and details apart, as for a refusal, so that it can be translated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from mingcha.kernel.ratio_rules import decimal_text
from mingcha.kernel.refusal import gettext_noop
from mingcha.plans.rules.draw_rule import EVERY_CLASS, NUMBER, ROUNDING_LABELS, UNRATED, DrawRule

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
        return (
            Said(gettext_noop("共抽取 %(total)d 户"), {"total": rule.total}),
            *_weights(rule, labels),
            *_reserve(rule),
        )
    least = (Said(gettext_noop("每层至少 %(minimum)d 户"), {"minimum": rule.minimum}),) if rule.minimum else ()
    return (*_ratios(rule, labels), *least, Said(ROUNDING_LABELS[rule.rounding]), *_reserve(rule))


def summary(rule: DrawRule, labels: Mapping[str, str]) -> str:
    """The whole sentence in Chinese."""
    return ",".join(map(str, sentences(rule, labels)))


def _ratios(rule: DrawRule, labels: Mapping[str, str]) -> tuple[Said, ...]:
    if set(rule.ratios) == {EVERY_CLASS}:
        return (Said(gettext_noop("统一抽取 %(share)s"), {"share": percent(rule.ratios[EVERY_CLASS])}),)
    return (
        Said("%(shares)s", {"shares": "、".join(f"{name} {percent(share)}" for name, share in _named(rule, labels))}),
    )


def _weights(rule: DrawRule, labels: Mapping[str, str]) -> tuple[Said, ...]:
    if len(set(rule.weights.values())) == 1:
        return (Said(gettext_noop("按各层户数分配")),)
    shares = "、".join(f"{name} {share}" for name, share in _named(rule, labels))
    return (Said(gettext_noop("按户数和权重分配(%(shares)s)"), {"shares": shares}),)


def _named(rule: DrawRule, labels: Mapping[str, str]) -> list[tuple[str, str]]:
    names = {**labels, EVERY_CLASS: OTHER_LABEL, UNRATED: UNRATED_LABEL}
    return [(name, rule.shares[code]) for code, name in names.items() if code in rule.shares]


def _reserve(rule: DrawRule) -> tuple[Said, ...]:
    if Decimal(rule.reserve_ratio) == 0 and rule.reserve_minimum == 0:
        return (Said(gettext_noop("不抽候补")),)
    details = {"share": percent(rule.reserve_ratio), "minimum": rule.reserve_minimum}
    return (Said(gettext_noop("候补 %(share)s(每层至少 %(minimum)d 户)"), details),)
