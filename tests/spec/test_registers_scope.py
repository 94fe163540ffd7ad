"""Which subjects a scope names (抽查对象范围), and how it is kept."""

import json

import pytest

from mingcha.registers import industries
from mingcha.registers.rules import Scope, UnknownCondition
from tests.drawn import rows

INDUSTRIES = """
    written             | code
    6210                | 6210
    H6210               | 6210
    62                  | 62
    62 餐饮业           | 62
    餐饮业              | 62
    H                   | H
    住宿和餐饮业        | H
    教育                | 83
    专业技术服务业      | 74
    9999                | nothing
    电饭锅              | nothing
"""


@pytest.mark.parametrize("case", rows(INDUSTRIES), ids=lambda case: case["written"])
def test_an_industry_is_read_from_a_code_or_a_name(case):

    assert (industries.read(case["written"]) or "nothing") == case["code"]


KEPT = {
    "states": ["ACTIVE"],
    "kinds": ["ENTERPRISE"],
    "regions": ["441602"],
    "industries": ["H"],
    "licences": ["食品经营许可证"],
    "tags": ["重点监管"],
    "name_contains": "餐饮",
    "entity_types": ["有限责任公司"],
    "ratings": {"general": ["C", "D"]},
}


def test_a_scope_is_kept_as_json_and_comes_back_the_same():
    scope = Scope.from_json(KEPT)

    assert scope.to_json() == KEPT
    assert Scope.from_json(scope.to_json()) == scope


def test_an_empty_scope_means_who_is_in_business():
    assert Scope.from_json({}) == Scope(states=("ACTIVE",))
    assert Scope().to_json() == {"states": ["ACTIVE"]}


def test_a_scope_says_itself_in_one_line():
    assert Scope.from_json(KEPT).describe() == (
        "检查对象类型:企业;区域:源城区;行业:H 住宿和餐饮业;登记状态:存续;持有许可:食品经营许可证;标签:重点监管;"
        "名称包含:餐饮;主体类型:有限责任公司;风险等级:general C、general D"
    )


WRONG = """
    condition     | value          | said
    colour        | red            | 没有名为“colour”的筛选条件
    kinds         | ENTERPRISE     | 的值不正确
    states        | ["ASLEEP"]     | 没有“ASLEEP”这个值
    industries    | ["9999"]       | 没有代码为“9999”的行业
    ratings       | ["A"]          | 的值不正确
    name_contains | 5              | 的值不正确
"""


@pytest.mark.parametrize("case", rows(WRONG), ids=lambda case: case["condition"])
def test_a_condition_that_does_not_exist_is_refused(case):

    value = case["value"] if case["value"].isalpha() else json.loads(case["value"])

    with pytest.raises(UnknownCondition) as refusal:
        Scope.from_json({case["condition"]: value})

    assert case["said"] in str(refusal.value)
