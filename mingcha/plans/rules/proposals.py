"""A rule proposed from a published ratio text (按文本建议规则); a person confirms it, nothing is guessed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mingcha.kernel import ratio_texts
from mingcha.kernel.ratio_rules import Per, Rule, RuleKind, decimal_text
from mingcha.kernel.reading import Understood
from mingcha.kernel.refusal import gettext_noop
from mingcha.kernel.widths import to_half
from mingcha.plans.rules.draw_rule import EVERY_CLASS, NUMBER, RATIO, DrawRule
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
    if not reading.can_be_drawn:
        return Proposal(None, Said(gettext_noop("文本留有选择余地(区间、上限或待定),请设定规则")))
    if _is_within_the_year(reading.rule):
        return Proposal(None, Said(gettext_noop("文本按月、季或多年规定比例,请按本任务设定规则")))
    return _of(reading.rule, labels)


def _is_within_the_year(rule: Rule) -> bool:
    return rule.per is not Per.YEAR or any(stratum.rule.per is not Per.YEAR for stratum in rule.strata)


def _of(rule: Rule, labels: Mapping[str, str]) -> Proposal:
    if rule.kind is RuleKind.PER_STRATUM:
        return _per_class(rule, labels)
    if rule.ratio is None:
        return Proposal(DrawRule(NUMBER, total=rule.count, weights={EVERY_CLASS: "1"}))
    least = rule.count or LEAST_PER_STRATUM
    return Proposal(DrawRule(RATIO, ratios={EVERY_CLASS: decimal_text(rule.ratio)}, minimum=least))


def _per_class(rule: Rule, labels: Mapping[str, str]) -> Proposal:
    codes = {_key(label): code for code, label in labels.items()} | {_key(code): code for code in labels}
    ratios = {
        codes[_key(stratum.label)]: decimal_text(stratum.rule.ratio)
        for stratum in rule.strata
        if stratum.rule.ratio is not None and _key(stratum.label) in codes
    }
    if len(ratios) < len(rule.strata) or set(ratios) != set(labels):
        return Proposal(None, Said(gettext_noop("文本中的类别与所选风险分类方案对不上,请设定规则")))
    in_order = {code: ratios[code] for code in labels}
    return Proposal(DrawRule(RATIO, ratios=in_order, minimum=LEAST_PER_STRATUM))


def _key(label: str) -> str:
    """A class's name without what people add to it: 低风险企业 and 低, A类 and A级 and A."""
    return re.sub("(?:信用)?(?:风险)?(?:等级)?(?:类|级)?(?:企业|单位|对象|主体|市场主体)?$", "", to_half(label).strip())
