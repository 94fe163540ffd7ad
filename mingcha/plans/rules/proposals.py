"""A rule proposed from a published ratio text (按文本建议规则); a person confirms it, nothing is guessed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from mingcha.kernel import ratio_texts
from mingcha.kernel.ratio_rules import Per, Rule, RuleKind, decimal_text
from mingcha.kernel.reading import Understood
from mingcha.kernel.refusal import gettext_noop
from mingcha.kernel.widths import to_half
from mingcha.plans.rules.draw_rule import EVERY_CLASS, NUMBER, RANGE, RATIO, DrawRule
from mingcha.plans.rules.sentences import Said

LEAST_PER_STRATUM = 1
"""Without a least number a small stratum rounds to nobody (不免抽)."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What can be made of a text: a rule, or why not."""

    rule: DrawRule | None
    why_not: Said | None = None


def propose(text: str, labels: Mapping[str, str]) -> Proposal:
    """Make a rule of a text; `labels` are the scheme's classes by code, empty without a scheme."""
    if not text.strip():
        return Proposal(None, Said(gettext_noop("没有公布的比例文本,请设定规则")))
    reading = ratio_texts.read(text)
    if reading.understood is not Understood.PARSED:
        missed = "、".join(reading.not_understood)
        return Proposal(None, Said(gettext_noop("文本没有全部识别(%(missed)s),请设定规则"), {"missed": missed}))
    if reading.rule is None:
        return Proposal(None, Said(gettext_noop("文本只有频次,没有比例或户数,请设定规则")))
    if not (reading.can_be_drawn or _has_lower_end(reading.rule)):
        return Proposal(None, Said(gettext_noop("文本留有选择余地(只有上限或待定),请设定规则")))
    if _is_within_the_year(reading.rule):
        return Proposal(None, Said(gettext_noop("文本按月、季或多年规定比例,请按本任务设定规则")))
    return _of(reading.rule, labels)


def _has_lower_end(rule: Rule) -> bool:
    """Whether a range says what is drawn at least; a range by class does so for every class."""
    if rule.kind is RuleKind.PER_STRATUM:
        return all(_has_lower_end(stratum.rule) or stratum.rule.can_be_drawn for stratum in rule.strata)
    return rule.kind is RuleKind.RANGE and (rule.ratio is not None or rule.count is not None)


def _is_within_the_year(rule: Rule) -> bool:
    return rule.per is not Per.YEAR or any(stratum.rule.per is not Per.YEAR for stratum in rule.strata)


def _of(rule: Rule, labels: Mapping[str, str]) -> Proposal:
    if rule.kind is RuleKind.PER_STRATUM:
        return _per_class(rule, labels)
    if rule.ratio is None:
        return Proposal(DrawRule(NUMBER, total=rule.count, total_to=rule.count_to, weights={EVERY_CLASS: "1"}))
    # “10%(20户)”, “不少于1%、不少于10家”: the number is that of the whole task, and both promises are kept.
    in_all = rule.count or rule.expected or 0
    upper = {} if rule.ratio_to is None else {EVERY_CLASS: decimal_text(rule.ratio_to)}
    return Proposal(
        DrawRule(
            RANGE if upper else RATIO,
            ratios={EVERY_CLASS: decimal_text(rule.ratio)},
            ratios_to=upper,
            minimum=LEAST_PER_STRATUM,
            least_total=in_all,
        )
    )


def _per_class(rule: Rule, labels: Mapping[str, str]) -> Proposal:
    codes = {_key(label): code for code, label in labels.items()} | {_key(code): code for code in labels}
    found = {
        codes[_key(stratum.label)]: stratum.rule
        for stratum in rule.strata
        if stratum.rule.ratio is not None and _key(stratum.label) in codes
    }
    if len(found) < len(rule.strata) or set(found) != set(labels):
        return Proposal(None, Said(gettext_noop("文本中的类别与所选风险分类方案对不上,请设定规则")))
    if any(each.count or each.expected for each in found.values()):
        return Proposal(None, Said(gettext_noop("文本在各类比例之外另写了户数,请设定规则")))
    ratios = {code: decimal_text(found[code].ratio or Decimal(0)) for code in labels}
    if all(each.ratio_to is None for each in found.values()):
        return Proposal(DrawRule(RATIO, ratios=ratios, minimum=LEAST_PER_STRATUM))
    upper = {code: decimal_text(found[code].ratio_to or found[code].ratio or Decimal(0)) for code in labels}
    return Proposal(DrawRule(RANGE, ratios=ratios, ratios_to=upper, minimum=LEAST_PER_STRATUM))


def _key(label: str) -> str:
    """A class's name without what people add to it: 低风险企业 and 低, A类 and A级 and A."""
    return re.sub("(?:信用)?(?:风险)?(?:等级)?(?:类|级)?(?:企业|单位|对象|主体|市场主体)?$", "", to_half(label).strip())
