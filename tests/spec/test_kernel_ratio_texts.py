"""How a published ratio or frequency is read (抽查比例、抽查频次)."""

import pytest

from mingcha.kernel.ratio_rules import Frequency, Per, Rule, RuleKind, decimal_text
from mingcha.kernel.ratio_texts import read
from tests.drawn import rows

UNDERSTOOD = """
    published                                       | rule                             | frequency
    3%                                              | RATIO 0.03                       | -
    100%                                            | RATIO 1                          | -
    百分之五                                        | RATIO 0.05                       | -
    抽查比例２％                                    | RATIO 0.02                       | -
    全覆盖                                          | RATIO 1                          | -
    3%;2次/年                                       | RATIO 0.03                       | 2 YEAR EXACTLY
    10%(20户)                                       | RATIO 0.1 expected 20            | -
    100%,1家                                        | RATIO 1 expected 1               | -
    1户                                             | COUNT 1                          | -
    随机抽取5家                                     | COUNT 5                          | -
    0.39万户                                        | COUNT 3900                       | -
    辖区企业不少于3%                                | MINIMUM 0.03                     | -
    ≥辖区市场主体3%                                 | MINIMUM 0.03                     | -
    不低于0.5%                                      | MINIMUM 0.005                    | -
    ≥10%                                            | MINIMUM 0.1                      | -
    抽查比例不少于2‰                                | MINIMUM 0.002                    | -
    20%以上                                         | MINIMUM 0.2                      | -
    数量原则上不少于10家                            | MINIMUM count 10                 | -
    检查比例不少于1% / 数量原则上不少于10家         | MINIMUM 0.01 count 10            | -
    每季度至少25%                                   | MINIMUM 0.25 per QUARTER         | -
    全年抽查比例不低于1%,抽查1次                    | MINIMUM 0.01                     | 1 YEAR EXACTLY
    抽查基数约13万户,抽查比例不低于3%。             | MINIMUM 0.03                     | -
    10-20%                                          | RANGE 0.1 to 0.2                 | -
    3%至5%                                          | RANGE 0.03 to 0.05               | -
    ≥10%且≤30%                                      | RANGE 0.1 to 0.3                 | -
    60-70家                                         | RANGE count 60 to 70             | -
    根据实际需要,一般不超过10%/年                   | RANGE up to 0.1                  | -
    不超过总数的2%                                  | RANGE up to 0.02                 | -
    待定                                            | OPEN                             | -
    根据监管需要确定                                | OPEN                             | -
    每年2次                                         | -                                | 2 YEAR EXACTLY
    每月一次                                        | -                                | 1 MONTH EXACTLY
    每两年1次                                       | -                                | 1 TWO_YEARS EXACTLY
    每年不少于1次                                   | -                                | 1 YEAR AT_LEAST
    同一企业不超过2次/年                            | -                                | 2 YEAR AT_MOST
"""

PER_STRATUM = """
    published                                                   | strata
    低风险5%、一般风险10%、较高风险20%、高风险50%               | 低风险 0.05, 一般风险 0.1, 较高风险 0.2, 高风险 0.5
    A类3%,B类5%,C类10%,D类100%                                  | A类 0.03, B类 0.05, C类 0.1, D类 1
    低风险、一般风险和高风险企业分别为1%、3%、10%               | 低风险 0.01, 一般风险 0.03, 高风险企业 0.1
    每年对三级医院比例之和≥50%,二级医院≥30%                     | 三级医院 0.5, 二级医院 0.3
"""

NOT_UNDERSTOOD = """
    published                                               | answer   | part
    1户(实际以联合双随机牵头单位抽查数为准)                 | PARTLY   | 实际以联合双随机牵头单位抽查数为准
    不低于3%或按专项计划确定                                | PARTLY   | 按专项计划确定
    市级部门每年对市级及以下经办机构抽查比例之和≥20%;1次/年 | PARTLY   | 市级部门每年对市级及以下经办机构
    二级医院≥30%,三级医院≥50%,抽取一定比例的药店            | PARTLY   | 一定比例的药店
    约5%                                                    | PARTLY   | 约
    辖区企业中的食品企业不少于3%                            | PARTLY   | 食品企业
    可100%                                                  | PARTLY   | 可
    5%左右                                                  | PARTLY   | 左右
    同一企业小于2次/年                                      | PARTLY   | 小于
    10%,其中重点单位不低于8%                                | PARTLY   | 其中重点单位不低于8%
    结合登记事项检查一并开展                                | UNPARSED | 结合登记事项检查一并开展
    5                                                       | UNPARSED | 5
    120%                                                    | UNPARSED | 120%
    20-10%                                                  | UNPARSED | 20-10%
    3%,5%                                                   | UNPARSED | 5%
    1次                                                     | UNPARSED | 1次
    市级局每年组织1次;县级局每月组织1次                     | UNPARSED | 每月组织1次
    在许可有效期内同一单位不超过2次                         | UNPARSED | 不超过2次
    学校数在10所及以下的,不少于2所;学校数超过10所的,≥50%    | UNPARSED | 学校数超过10所
"""


@pytest.mark.parametrize("case", rows(UNDERSTOOD), ids=lambda case: case["published"])
def test_a_plain_text_becomes_a_rule(case):
    reading = read(case["published"])

    assert reading.understood == "PARSED"
    assert _told(reading.rule) == case["rule"]
    assert _frequency(reading.frequency) == case["frequency"]


@pytest.mark.parametrize("case", rows(PER_STRATUM), ids=lambda case: case["published"])
def test_a_text_with_several_classes_becomes_one_rule_a_class(case):
    reading = read(case["published"])

    assert reading.understood == "PARSED"
    assert reading.rule.kind == "PER_STRATUM"
    told = (f"{stratum.label} {decimal_text(stratum.rule.ratio)}" for stratum in reading.rule.strata)
    assert ", ".join(told) == case["strata"]


@pytest.mark.parametrize("case", rows(NOT_UNDERSTOOD), ids=lambda case: case["published"])
def test_what_is_not_understood_is_handed_back_and_nothing_can_be_drawn(case):
    reading = read(case["published"])

    assert reading.understood == case["answer"]
    assert case["part"] in " ".join(reading.not_understood)
    assert not reading.can_be_drawn


def test_the_tables_show_every_form_of_a_rule():
    shown = {case["rule"].split()[0] for case in rows(UNDERSTOOD)} | {"PER_STRATUM"}

    assert shown == {kind.value for kind in RuleKind} | {"-"}


def _told(rule: Rule | None) -> str:
    if rule is None:
        return "-"
    words = [rule.kind.value]
    if rule.ratio is not None:
        words.append(decimal_text(rule.ratio))
    if rule.count is not None:
        words.append(f"count {rule.count}" if rule.kind is not RuleKind.COUNT else str(rule.count))
    ends = [decimal_text(rule.ratio_to)] if rule.ratio_to is not None else []
    ends += [str(rule.count_to)] if rule.count_to is not None else []
    words += [f"to {end}" if len(words) > 1 else f"up to {end}" for end in ends]
    if rule.expected is not None:
        words.append(f"expected {rule.expected}")
    if rule.per is not Per.YEAR:
        words.append(f"per {rule.per.value}")
    return " ".join(words)


def _frequency(frequency: Frequency | None) -> str:
    return f"{frequency.times} {frequency.per.value} {frequency.bound.value}" if frequency else "-"
