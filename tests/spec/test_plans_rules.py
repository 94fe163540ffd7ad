"""How a task's rule is read, told, and turned into numbers (抽取规则、测算)."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fairdraw
from fairdraw import quotas
from fairdraw.design import read_design
from mingcha.plans import rules
from mingcha.plans.rules import Burden, DrawRule, InvalidRule
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


RANGES = """
    from                      | to                 | least | counts                       | selected
    *=0.1                     | *=0.2              | 1     | y/-=30 d/-=70                | d/-=7 y/-=3
    *=0.1                     | *=0.2              | 0     | y/-=31 d/-=3                 | d/-=1 y/-=4
    A=0.01 B=0.05 C=0.1 D=0.5 | A=0.05 B=0.1 C=0.2 D=1 | 1 | y/A=100 y/B=100 y/C=10 y/D=3 | y/A=1 y/B=5 y/C=1 y/D=2
"""


@pytest.mark.parametrize("case", rows(RANGES), ids=lambda case: f"{case['from']} to {case['to']} of {case['counts']}")
def test_a_range_draws_its_lower_end_rounded_up(case):
    rule = DrawRule("range", ratios=pairs(case["from"]), ratios_to=pairs(case["to"]), minimum=int(case["least"]))
    counts = {stratum: int(count) for stratum, count in pairs(case["counts"]).items()}

    estimate = rules.estimate(rule, counts, CLASSES if "A" in rule.ratios else ())

    assert _selected(estimate) == pairs(case["selected"])


IN_ALL = """
    shares                     | in all | counts                      | selected                | why
    *=0.1                      | 20     | y/-=100 d/-=50              | d/-=7 y/-=13            | 15 are too few
    *=0.1                      | 20     | y/-=300 d/-=50              | d/-=5 y/-=30            | ratios give 35
    *=0.1                      | 20     | y/-=8 d/-=4                 | d/-=4 y/-=8             | there are no more
    *=0.01                     | 10     | y/-=195 d/-=5               | d/-=1 y/-=10            | a least one each
    A=0.01 B=0.02 C=0.05 D=0.2 | 10     | y/A=40 y/B=30 y/C=20 y/D=10 | y/A=1 y/B=2 y/C=2 y/D=5 | more where risk is
"""


@pytest.mark.parametrize("case", rows(IN_ALL), ids=lambda case: case["why"])
def test_a_ratio_keeps_a_least_number_of_the_whole_task(case):
    """10%(20户): neither of the two published figures is fallen short of."""
    rule = DrawRule("ratio", ratios=pairs(case["shares"]), minimum=1, least_total=int(case["in all"]))
    counts = {stratum: int(count) for stratum, count in pairs(case["counts"]).items()}

    estimate = rules.estimate(rule, counts, CLASSES if "A" in rule.ratios else ())

    assert _selected(estimate) == pairs(case["selected"])


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
    ratio  | *=0.1         | systematic | 1     | -     | 系统舍入不能再设每层或合计最低户数
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


RANGES_REFUSED = """
    from        | to          | rounding | in all | sentence
    *=0.2       | *=0.1       | up       | 0      | 上限 0.1 低于下限 0.2
    *=0.2       | -           | up       | 0      | 逐类填写齐全
    A=0.1 B=0.2 | A=0.2       | up       | 0      | 逐类填写齐全
    *=0.2       | *=1.1       | up       | 0      | 0% 至 100% 之间
    *=0.1       | *=0.2       | down     | 0      | 只能向上取整
    *=0.1       | *=0.2       | up       | -1     | 合计最低户数不能为负数
"""


@pytest.mark.parametrize(
    "case", rows(RANGES_REFUSED), ids=lambda case: f"{case['from']} {case['to']} {case['sentence']}"
)
def test_an_impossible_range_is_refused(case):
    how = {"rounding": case["rounding"], "least_total": int(case["in all"])}

    with pytest.raises(InvalidRule, match=case["sentence"]):
        DrawRule("range", ratios=pairs(case["from"]), ratios_to=pairs(case["to"]), **how)


def test_the_span_of_a_number_has_its_ends_in_order():
    assert DrawRule("number", total=60, total_to=70, weights={"*": "1"}).total_to == 70
    for upper in (60, 59, 0, "70"):
        with pytest.raises(InvalidRule, match="上限应大于下限"):
            DrawRule("number", total=60, total_to=upper, weights={"*": "1"})


BURDENS_REFUSED = """
    delta | cap | exempt | rounding   | sentence
    0     | -   | -      | up         | 应大于 0、不超过 1
    1.5   | -   | -      | up         | 应大于 0、不超过 1
    half  | -   | -      | up         | 应大于 0、不超过 1
    0.5   | 0   | -      | up         | 应为正整数
    0.5   | -   | A/B    | up         | 不是风险等级代码
    0.5   | -   | -      | systematic | 不能与减少干扰规则同用
"""


@pytest.mark.parametrize("case", rows(BURDENS_REFUSED), ids=lambda case: " ".join(case.values()))
def test_an_impossible_burden_is_refused(case):
    burden = Burden(
        case["delta"],
        None if case["cap"] == "-" else int(case["cap"]),
        () if case["exempt"] == "-" else (case["exempt"],),
    )

    with pytest.raises(InvalidRule, match=case["sentence"]):
        DrawRule("ratio", ratios={"*": "0.1"}, rounding=case["rounding"], burden=burden)


def test_a_burden_exempts_only_classes_of_the_scheme():
    rule = DrawRule("ratio", ratios={"*": "0.1"}, burden=Burden("0.5", 3, ("E",)))

    with pytest.raises(InvalidRule, match="没有“E”类"):
        rules.check_covers(rule, CLASSES)


def test_a_burden_reaches_the_design_with_the_strata_it_exempts():
    rule = DrawRule("ratio", ratios={"*": "0.1"}, burden=Burden("0.5", 3, ("D",)))

    parts = rules.design_parts(rule, {"y/A": 5, "y/D": 5, "d/D": 5}, CLASSES)

    assert parts["burden"] == {"delta": "0.5", "cap": 3, "exempt": ["d/D", "y/D"]}


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


KINDS = {
    "ratio": lambda shares: DrawRule("ratio", ratios=shares),
    "range": lambda shares: DrawRule("range", ratios=shares, ratios_to=dict.fromkeys(shares, "1")),
    "number": lambda shares: DrawRule("number", total=60, total_to=70, weights=shares),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", rows(RISING), ids=lambda case: f"{case['shares']} {case['reason']}")
def test_ratios_rise_with_risk_and_nobody_is_exempt(case, kind):
    rule = KINDS[kind](pairs(case["shares"]))

    assert case["answer"] in _answer(
        lambda: rules.check_rising(rule, CLASSES, "" if case["reason"] == "-" else case["reason"])
    )


def test_the_upper_ends_of_ranges_rise_with_risk_too():
    rule = DrawRule("range", ratios={"*": "0.1", "D": "0.1"}, ratios_to={"*": "0.5", "D": "0.2"})

    with pytest.raises(InvalidRule, match=r"“D”类的 0\.2 低于“C”类的 0\.5"):
        rules.check_rising(rule, CLASSES)


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


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", rows(COVERS), ids=lambda case: f"{case['shares']} {case['scheme']}")
def test_a_rule_fits_its_scheme(case, kind):
    rule = KINDS[kind](pairs(case["shares"]))

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
    span = DrawRule("number", total=60, total_to=70, weights={"*": "1"}, reserve_ratio="0", reserve_minimum=0)
    assert rules.summary(span, {}) == "共抽取 60 户(公布 60—70 户,按下限抽取),按各层户数分配,不抽候补"


def test_range_least_total_and_burden_are_told_in_the_sentence():
    rule = DrawRule(
        "range",
        ratios={"*": "0.1", "D": "0.5"},
        ratios_to={"*": "0.2", "D": "1"},
        minimum=1,
        least_total=20,
        burden=Burden("0.5", 3, ("D",)),
    )

    assert rules.summary(rule, LABELS) == (
        "高风险 50%—100%、其他类别 10%—20%,每层至少 1 户,合计至少 20 户,按下限抽取并向上取整,候补 20%(每层至少 1 户),"
        "减少干扰:本年每查过 1 次,抽中机会乘以 0.5,本年已查满 3 次的不再抽,高风险不适用减少干扰"
    )


PROPOSED = """
    published                                    | scheme | rule
    3%                                           | no     | *=0.03 least 1
    3%;2次/年                                    | no     | *=0.03 least 1
    不低于0.5%                                   | yes    | *=0.005 least 1
    检查比例不少于1% / 数量原则上不少于10家      | no     | *=0.01 least 1 in all 10
    10%(20户)                                    | no     | *=0.1 least 1 in all 20
    60-70家                                      | no     | total 60 to 70
    10-20%                                       | no     | *=0.1-0.2 least 1
    ≥10%且≤30%                                   | yes    | *=0.1-0.3 least 1
    低风险1-5%、一般风险5%、较高风险10-20%、高风险50-100% | yes | A=0.01-0.05 B=0.05-0.05 C=0.1-0.2 D=0.5-1 least 1
    低风险1%(5户)、一般风险5%、较高风险10%、高风险50%     | yes | 另写了户数
    不超过10%                                    | no     | 只有上限
    1户                                          | no     | total 1
    全覆盖                                       | no     | *=1 least 1
    低风险5%、一般风险10%、较高风险20%、高风险50% | yes   | A=0.05 B=0.1 C=0.2 D=0.5 least 1
    A类3%,B类5%,C类10%,D类100%                   | yes    | A=0.03 B=0.05 C=0.1 D=1 least 1
    低风险5%、一般风险10%、较高风险20%、高风险50% | no    | 对不上
    低风险5%、高风险50%                          | yes    | 对不上
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
        return f"total {rule.total}" + (f" to {rule.total_to}" if rule.total_to else "")
    spans = (f"{code}={'-'.join((ratio, *_upper(rule, code)))}" for code, ratio in rule.ratios.items())
    return " ".join(spans) + f" least {rule.minimum}" + (f" in all {rule.least_total}" if rule.least_total else "")


def _upper(rule: DrawRule, code: str) -> list[str]:
    return [rule.ratios_to[code]] if rule.kind == "range" else []


shares = st.integers(1, 1000).map(lambda n: str(n / 1000))
ratio_rules = st.builds(
    DrawRule,
    kind=st.just("ratio"),
    ratios=st.fixed_dictionaries(dict.fromkeys(CLASSES, shares), optional={"-": shares}),
    rounding=st.sampled_from(["up", "half_up", "down"]),
    minimum=st.integers(0, 5),
    least_total=st.integers(0, 400),
    reserve_ratio=shares,
    reserve_minimum=st.integers(0, 3),
)
range_rules = st.builds(
    lambda ratios, **how: DrawRule("range", ratios=ratios, ratios_to=dict.fromkeys(ratios, "1"), **how),
    ratios=st.fixed_dictionaries(dict.fromkeys(CLASSES, shares), optional={"-": shares}),
    minimum=st.integers(0, 5),
    least_total=st.integers(0, 400),
    burden=st.none() | st.builds(Burden, shares, st.none() | st.integers(1, 9), st.just(("D",))),
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


@given(ratio_rules | range_rules | number_rules)
def test_a_rule_survives_its_json(rule):
    assert rules.from_json(rules.to_json(rule)) == rule


@given(ratio_rules | range_rules | number_rules, populations)
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


@given(ratio_rules | range_rules | number_rules, populations)
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


BATCHES = """
    batches                          | window      | answer
    -                                | 03-01 10-31 | may
    03-01..05-31 06-01..10-31        | 03-01 10-31 | may
    03-05..03-06 04-01..04-01        | 03-01 10-31 | may
    03-01..10-31                     | 03-01 10-31 | 应分 2 至 12 批
    05-31..03-01 06-01..10-31        | 03-01 10-31 | 结束日期早于开始日期
    03-01..05-31 05-31..10-31        | 03-01 10-31 | 互不重叠
    06-01..10-31 03-01..05-31        | 03-01 10-31 | 互不重叠
    02-28..05-31 06-01..10-31        | 03-01 10-31 | 在检查时段之内
    03-01..05-31 06-01..11-01        | 03-01 10-31 | 在检查时段之内
"""


@pytest.mark.parametrize("case", rows(BATCHES), ids=lambda case: f"{case['batches']} {case['answer']}")
def test_batches_follow_each_other_within_the_window(case):
    spans = [] if case["batches"] == "-" else [span.split("..") for span in case["batches"].split()]
    first, last = (_day(text) for text in case["window"].split())

    try:
        rules.check_batches([(_day(start), _day(end)) for start, end in spans], (first, last))
        answer = "may"
    except rules.InvalidTask as refusal:
        answer = str(refusal)

    assert case["answer"] in answer


def _day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


PARTS = """
    selected | batches | sizes
    0        | 2       | 0 0
    1        | 2       | 1 0
    7        | 3       | 3 2 2
    10       | 4       | 3 2 3 2
    39       | 3       | 13 13 13
"""


@pytest.mark.parametrize("case", rows(PARTS), ids=lambda case: f"{case['selected']} in {case['batches']}")
def test_the_expected_batches_are_those_of_the_draw(case):
    n, k = int(case["selected"]), int(case["batches"])
    batches = [[f"2026-0{month}-01", f"2026-0{month}-20"] for month in range(3, 3 + k)]
    rule = {"kind": "ratio", "rounding": "up", "strata": {"y/-": {"ratio": "1"}}}
    terms = {"protocol": "1", "task": "T1", "release": "open", "window": ["2026-01-01", "2026-12-31"], "rule": rule}
    plan = read_design({**terms, "batches": batches})
    frame = fairdraw.Frame.from_rows((f"U{place}", "y/-") for place in range(n))

    drawn = Counter(fairdraw.batches(plan, fairdraw.draw(frame=frame, design=plan, seed="00" * 16)).values())

    assert " ".join(map(str, rules.batch_sizes(n, k))) == case["sizes"]
    assert [drawn[number] for number in range(1, k + 1)] == list(rules.batch_sizes(n, k))
