"""How a task's rule is read, told, and turned into numbers (抽取规则、测算)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdraw import quotas
from fairdraw.design import read_design
from mingcha.plans import rules
from mingcha.plans.rules import DrawRule, InvalidRule
from tests.drawn import rows

LABELS = {"A": "低风险", "B": "一般风险", "C": "较高风险", "D": "高风险"}
CLASSES = tuple(LABELS)


def pairs(cell: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in cell.split()) if cell != "-" else {}


SIZES = """
    shares                     | rounding   | least | counts                            | selected
    A=0.01 B=0.03 C=0.1 D=0.5  | up         | 1     | y/A=100 y/B=100 y/C=10 y/D=3      | y/A=1 y/B=3 y/C=1 y/D=2
    A=0.01 B=0.03 C=0.1 D=0.5  | half_up    | 0     | y/A=49 y/B=50 y/C=4 y/D=1         | y/A=0 y/B=2 y/C=0 y/D=1
    A=0.01 B=0.03 C=0.1 D=0.5  | half_up    | 1     | y/A=49 y/B=50 y/C=4 y/D=1         | y/A=1 y/B=2 y/C=1 y/D=1
    A=0.01 B=0.03 C=0.1 D=0.5  | down       | 2     | y/A=99 y/B=99 y/C=1 y/D=9         | y/A=2 y/B=2 y/C=1 y/D=4
    *=0.5                      | up         | 1     | y/-=3 d/-=5 j/-=1                 | d/-=3 j/-=1 y/-=2
    A=0.1 B=0.2 C=0.3 D=0.5    | up         | 0     | y/A=10 y/-=10                     | y/-=1 y/A=1
    A=0.1 B=0.2 C=0.3 D=0.5 -=0.2 | up      | 0     | y/A=10 y/-=10                     | y/-=2 y/A=1
    *=0.05 D=1                 | up         | 0     | y/A=20 y/B=20 y/D=7               | y/A=1 y/B=1 y/D=7
    *=0.1                      | systematic | 0     | y/A=7 y/B=7 y/C=7                 | y/A=1 y/B=0 y/C=1
"""

NUMBERS = """
    total | weights          | counts                  | selected
    10    | *=1              | y/-=30 d/-=70           | d/-=7 y/-=3
    10    | A=1 B=1 C=2 D=4  | y/A=50 y/B=30 y/C=10 y/D=5 | y/A=4 y/B=2 y/C=2 y/D=2
    10    | *=1              | y/-=4                   | y/-=4
    3     | *=1              | y/-=1 d/-=1 j/-=1       | d/-=1 j/-=1 y/-=1
"""


@pytest.mark.parametrize("case", rows(SIZES), ids=lambda case: f"{case['rounding']} {case['shares']} {case['least']}")
def test_each_stratum_gives_its_share(case):
    rule = DrawRule("ratio", ratios=pairs(case["shares"]), rounding=case["rounding"], minimum=int(case["least"]))
    counts = {stratum: int(count) for stratum, count in pairs(case["counts"]).items()}

    estimate = rules.estimate(rule, counts, () if set(rule.ratios) == {"*"} and "y/A" not in counts else CLASSES)

    assert _selected(estimate) == pairs(case["selected"])
    assert estimate.is_exact == (case["rounding"] != "systematic")


@pytest.mark.parametrize("case", rows(NUMBERS), ids=lambda case: f"{case['total']} of {case['counts']}")
def test_a_number_is_shared_by_count_and_weight(case):
    rule = DrawRule("number", total=int(case["total"]), weights=pairs(case["weights"]))
    counts = {stratum: int(count) for stratum, count in pairs(case["counts"]).items()}

    estimate = rules.estimate(rule, counts, CLASSES if "A" in rule.weights else ())

    assert _selected(estimate) == pairs(case["selected"])


def _selected(estimate) -> dict[str, str]:
    return {f"{each.region}/{each.risk_class}": str(each.selected) for each in estimate.strata}


REFUSED = """
    kind   | shares        | rounding   | least | total | sentence
    lot    | *=0.1         | up         | 0     | -     | 没有抽取方式“lot”
    ratio  | -             | up         | 0     | -     | 请填写抽查比例
    ratio  | *=1.01        | up         | 0     | -     | 0% 至 100% 之间
    ratio  | *=-0.1        | up         | 0     | -     | 0% 至 100% 之间
    ratio  | *=3%          | up         | 0     | -     | 0% 至 100% 之间
    ratio  | *=.5          | up         | 0     | -     | 0% 至 100% 之间
    ratio  | *=1e-2        | up         | 0     | -     | 0% 至 100% 之间
    ratio  | *=0.1         | sideways   | 0     | -     | 没有取整方式“sideways”
    ratio  | *=0.1         | systematic | 1     | -     | 系统舍入不能再设每层最低户数
    ratio  | *=0.1         | up         | -1    | -     | 每层最低户数不能为负数
    ratio  | *=0.1         | up         | 0     | 5     | 不能同时规定抽取户数
    ratio  | A/B=0.1       | up         | 0     | -     | 不是风险等级代码
    number | *=1           | up         | 0     | -     | 抽取户数应为正整数
    number | *=1           | up         | 0     | 0     | 抽取户数应为正整数
    number | -             | up         | 0     | 5     | 应规定各类的权重
    number | *=x           | up         | 0     | 5     | 权重应为不小于 0 的十进制数
    number | *=1           | up         | 2     | 5     | 不能同时规定比例或每层最低户数
"""


@pytest.mark.parametrize("case", rows(REFUSED), ids=lambda case: f"{case['kind']} {case['shares']} {case['sentence']}")
def test_an_impossible_rule_is_refused(case):
    shares = "weights" if case["kind"] == "number" else "ratios"
    values = {
        "kind": case["kind"],
        shares: pairs(case["shares"]),
        "rounding": case["rounding"],
        "minimum": int(case["least"]),
        "total": None if case["total"] == "-" else int(case["total"]),
    }

    with pytest.raises(InvalidRule, match=case["sentence"]):
        rules.from_json(values)


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        "ratio",
        {},
        {"kind": "ratio", "ratio": {}},
        {"kind": "ratio", "ratios": ["0.1"]},
        {"ratios": {"*": "1"}},
    ],
)
def test_what_is_no_rule_is_refused(values):
    with pytest.raises(InvalidRule):
        rules.from_json(values)


RISING = """
    shares                    | reason | answer
    A=0.01 B=0.03 C=0.1 D=0.5 | -      | may
    A=0.1 B=0.1 C=0.1 D=0.1   | -      | may
    *=0.03                    | -      | may
    *=0.03 D=1                | -      | may
    A=0.05 B=0.03 C=0.1 D=0.5 | -      | “B”类的 0.03 低于“A”类的 0.05
    *=0.03 D=0.01             | -      | “D”类的 0.01 低于“C”类的 0.03
    A=0 B=0.03 C=0.1 D=0.5    | -      | 比例不能为 0(不免抽):“A”类
    A=0.0 B=0.03 C=0.1 D=0.5  | -      | 不免抽
    A=0 B=0.03 C=0.1 D=0.5    | 试点   | may
    A=0.05 B=0.03 C=0.1 D=0.5 | 试点   | may
    A=0.01 B=0.03 C=0.1 D=0.5 -=0 | -  | 比例不能为 0(不免抽):“-”类
"""


@pytest.mark.parametrize("case", rows(RISING), ids=lambda case: f"{case['shares']} {case['reason']}")
def test_ratios_rise_with_risk_and_nobody_is_exempt(case):
    rule = DrawRule("ratio", ratios=pairs(case["shares"]))

    assert case["answer"] in _answer(
        lambda: rules.check_rising(rule, CLASSES, "" if case["reason"] == "-" else case["reason"])
    )


COVERS = """
    shares            | scheme | answer
    A=1 B=1 C=1 D=1   | yes    | may
    *=0.1             | yes    | may
    *=0.1             | no     | may
    A=1 B=1 C=1       | yes    | 没有规定“D”类的比例
    A=1 B=1 C=1 D=1   | no     | 风险分类方案中没有“A、B、C、D”类
    *=0.1 E=1         | yes    | 没有“E”类
    -=0.1             | no     | 应规定一个统一的比例
"""


@pytest.mark.parametrize("case", rows(COVERS), ids=lambda case: f"{case['shares']} {case['scheme']}")
def test_a_rule_fits_its_scheme(case):
    rule = DrawRule("ratio", ratios=pairs(case["shares"]))

    assert case["answer"] in _answer(lambda: rules.check_covers(rule, CLASSES if case["scheme"] == "yes" else ()))


def _answer(check) -> str:
    try:
        check()
    except InvalidRule as refusal:
        return str(refusal)
    return "may"


def test_a_rule_is_told_in_a_sentence():
    by_class = DrawRule("ratio", ratios={"A": "0.01", "B": "0.03", "C": "0.1", "D": "0.5"}, minimum=1)
    number = DrawRule("number", total=20, weights={"*": "1"}, reserve_ratio="0", reserve_minimum=0)

    assert rules.summary(by_class, LABELS) == (
        "低风险 1%、一般风险 3%、较高风险 10%、高风险 50%,每层至少 1 户,向上取整,候补 20%(每层至少 1 户)"
    )
    assert rules.summary(DrawRule("ratio", ratios={"*": "0.005"}), {}) == (
        "统一抽取 0.5%,向上取整,候补 20%(每层至少 1 户)"
    )
    assert rules.summary(number, {}) == "共抽取 20 户,按各层户数分配,不抽候补"


PROPOSED = """
    published                                    | scheme | rule
    3%                                           | no     | *=0.03 least 1
    3%;2次/年                                    | no     | *=0.03 least 1
    不低于0.5%                                   | yes    | *=0.005 least 1
    检查比例不少于1% / 数量原则上不少于10家      | no     | *=0.01 least 10
    10%(20户)                                    | no     | *=0.1 least 1
    1户                                          | no     | total 1
    全覆盖                                       | no     | *=1 least 1
    低风险5%、一般风险10%、较高风险20%、高风险50% | yes   | A=0.05 B=0.1 C=0.2 D=0.5 least 1
    A类3%,B类5%,C类10%,D类100%                   | yes    | A=0.03 B=0.05 C=0.1 D=1 least 1
    低风险5%、一般风险10%、较高风险20%、高风险50% | no    | 对不上
    低风险5%、高风险50%                          | yes    | 对不上
    10-20%                                       | no     | 选择余地
    待定                                         | no     | 选择余地
    每季度至少25%                                | no     | 按月、季或多年
    每年2次                                      | no     | 只有频次
    约5%                                         | no     | 没有全部识别
    结合登记事项检查一并开展                     | no     | 没有全部识别
"""


@pytest.mark.parametrize("case", rows(PROPOSED), ids=lambda case: f"{case['published']} {case['scheme']}")
def test_a_published_text_proposes_a_rule_or_says_why_not(case):
    proposal = rules.propose(case["published"], LABELS if case["scheme"] == "yes" else {})

    assert case["rule"] in (_told(proposal.rule) if proposal.rule else str(proposal.why_not))


def _told(rule: DrawRule) -> str:
    if rule.kind == "number":
        return f"total {rule.total}"
    return " ".join(f"{code}={ratio}" for code, ratio in rule.ratios.items()) + f" least {rule.minimum}"


shares = st.integers(1, 1000).map(lambda n: str(n / 1000))
ratio_rules = st.builds(
    DrawRule,
    kind=st.just("ratio"),
    ratios=st.fixed_dictionaries(dict.fromkeys(CLASSES, shares), optional={"-": shares}),
    rounding=st.sampled_from(["up", "half_up", "down"]),
    minimum=st.integers(0, 5),
    reserve_ratio=shares,
    reserve_minimum=st.integers(0, 3),
)
number_rules = st.builds(
    DrawRule,
    kind=st.just("number"),
    total=st.integers(1, 200),
    weights=st.fixed_dictionaries(dict.fromkeys(CLASSES, shares)),
)
populations = st.dictionaries(
    st.tuples(st.sampled_from(["441602", "441625", "4416JD"]), st.sampled_from([*CLASSES, "-"])).map("/".join),
    st.integers(1, 300),
)


@given(ratio_rules | number_rules)
def test_a_rule_survives_its_json(rule):
    assert rules.from_json(rules.to_json(rule)) == rule


@given(ratio_rules | number_rules, populations)
def test_the_estimate_is_what_the_draw_will_take(rule, counts):
    estimate = rules.estimate(rule, counts, CLASSES)

    design = {
        "protocol": "1",
        "task": "T1",
        "release": "sealed",
        "window": ["2026-03-01", "2026-06-30"],
        **rules.design_parts(rule, counts, CLASSES, "测试"),
    }
    drawn = quotas.sizes(read_design(design), counts, seed="00" * 16)
    assert {f"{s.region}/{s.risk_class}": (s.selected, s.reserves) for s in estimate.strata} == drawn


@given(ratio_rules, populations)
def test_what_rises_here_is_refused_by_no_freeze(rule, counts):
    """The rule's own check is at least as strict as the protocol's: no task fails only on the day of its draw."""
    try:
        rules.check_rising(rule, CLASSES)
    except InvalidRule:
        return

    design = {
        "protocol": "1",
        "task": "T1",
        "release": "sealed",
        "window": ["2026-03-01", "2026-06-30"],
        **rules.design_parts(rule, counts, CLASSES),
    }
    read_design(design)
