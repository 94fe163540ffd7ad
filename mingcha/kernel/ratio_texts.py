"""Published ratio and frequency texts (抽查比例、抽查频次) read into a rule.

Plans write “3%;2次/年”, “不低于0.5%”, “10%(20户)”, “检查比例不少于1% / 数量原则上不少于10家”, “待定” and freer things.
The reader takes figures, limits, spans and the names of strata, and hands back every part it did not understand. It
never guesses: a text that is only partly understood, or contradicts itself, says so, and somebody sets the rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from mingcha.kernel.ratio_rules import Bound, Frequency, Per, Rule, RuleKind, Stratum
from mingcha.kernel.reading import Understood, extent
from mingcha.kernel.widths import to_half

_AT_LEAST = "不低于|不少于|不小于|至少|最低|>=|≥|≧"
_AT_MOST = "不得超过|不超过|不高于|不多于|至多|最多|<=|≤|≦"
_BOUND = f"(?:(?P<least>{_AT_LEAST})|(?P<most>{_AT_MOST}))?"
_NUMBER = r"(?<![\d.:])\d+(?:\.\d+)?"
_EVERYBODY = "辖区内?(?:市场主体|经营主体|企业|对象)"
_UNIT = "户次|户|家|所|个|人|批次|批|台|处|辆"
_PER = r"(?:/(?P<per>年|半年|季度|季|月))?"
_SPANS = {
    "月": Per.MONTH,
    "季": Per.QUARTER,
    "季度": Per.QUARTER,
    "半年": Per.HALF_YEAR,
    "年": Per.YEAR,
    "两年": Per.TWO_YEARS,
}
_WITHIN = {"每月": Per.MONTH, "每季度": Per.QUARTER, "每半年": Per.HALF_YEAR, "每年": Per.YEAR, "全年": Per.YEAR}

_FREQUENCY = re.compile(
    rf"(?:(?:每|(?=两年))(?P<each>两年|半年|年|季度|季|月)|(?P<whole>全年|(?:同一)?年度内))?(?:抽查|检查|组织|开展)*{_BOUND}"
    rf"(?P<times>\d+)[次遍](?:/(?P<per>两年|半年|年|季度|季|月))?"
)
_BASE = re.compile(rf"(?:抽查)?基数(?:为|约|是|:)*(?P<base>{_NUMBER})(?P<wan>万)?(?:{_UNIT})")
_RATIO = re.compile(
    rf"{_BOUND}(?:{_EVERYBODY})?(?:总[数量])?的?(?P<low>{_NUMBER})[%‰]?(?:-(?P<high>\d+(?:\.\d+)?))?(?P<sign>[%‰])(?P<up>(?:及|或)?以上)?{_PER}"
)
_COUNT = re.compile(
    rf"{_BOUND}(?P<low>{_NUMBER})(?P<wan>万)?(?:-(?P<high>\d+))?(?:{_UNIT})(?P<up>(?:及|或)?以上)?(?!及?以下){_PER}"
)
_EXPECTED = re.compile(rf"\((?:约|共|计)*(?P<expected>\d+)(?:{_UNIT})\)")
_ALL = re.compile("全覆盖|全部检查|全部抽查")
_OPEN = re.compile(
    "待定|待确定|另行(?:通知|确定)|(?:根据|按照?|依据|视)[^,;。%]*?(?:情况|需要|需求|计划|风险)[^,;。%]*?(?:确定|而定)"
)
_SIZE_CONDITION = re.compile(r"(?:在|超过|不足|少于|达到|多于)$")

# Words that carry no figure of their own; a part of a text that holds only these is understood.
_FILLER = re.compile(
    f"(?:{_EVERYBODY}|抽查|检查|抽取|随机|抽样|对象|比例|数量|数目|户数|家数|总数|总量|之和|合计|原则上|原则|一般(?!风险|信用|企业)|同一(?:企业|单位|对象|主体)|每年|每半年|每季度|每月|全年|"
    "年度|本年度|当年|不定向|定向|频次|频率|根据实际(?:工作)?(?:需要|情况)|按照?|为|是|约?按|对|的|各|均|且|并|和|,|;|。|、|:|/|\\(|\\)|\n)*"
)
_BREAK = re.compile(r"[;。,/\n]")
_CHINESE_DIGITS = str.maketrans("一二两三四五六七八九", "1223456789")


@dataclass(frozen=True, slots=True)
class RatioReading:
    """What a text about ratio or frequency was understood to say."""

    text: str
    rule: Rule | None
    frequency: Frequency | None
    not_understood: tuple[str, ...]
    base: int | None = None

    @property
    def understood(self) -> Understood:
        """How much of the text was understood."""
        return extent(found=self.rule is not None or self.frequency is not None, missed=bool(self.not_understood))

    @property
    def can_be_drawn(self) -> bool:
        """Whether the text alone settles what a draw needs; if not, somebody sets the rule."""
        return self.understood is Understood.PARSED and self.rule is not None and self.rule.can_be_drawn


@dataclass(slots=True)
class _Amount:
    """A figure in the text with the words that stand before it."""

    rule: Rule
    label: str
    written: str
    missed_before: int


@dataclass(slots=True)
class _Parts:
    """What a scan of the text collects."""

    amounts: list[_Amount] = field(default_factory=list)
    frequencies: list[tuple[Frequency, str]] = field(default_factory=list)
    base: int | None = None
    is_open: bool = False
    open_text: str = ""
    missed: list[str] = field(default_factory=list)


def read(text: str, *, bare: Literal["ratio", "count"] | None = None) -> RatioReading:
    """Read a text; `bare` tells what a lone figure without a unit means in the column it stands in.

    A lone figure where `bare` is not given is not understood: 5 may be firms or per cent.
    """
    plain = _plain(text)
    if bare and re.fullmatch(r"\d+(?:\.\d+)?", plain):
        rule = _bare(Decimal(plain), bare)
        return RatioReading(text, rule, None, () if rule else (plain,))
    parts = _scan(plain)
    frequency = _one_frequency(parts)
    rule = _one_rule(parts)
    return RatioReading(text, rule, frequency, tuple(parts.missed), parts.base)


def _bare(figure: Decimal, meaning: Literal["ratio", "count"]) -> Rule | None:
    if meaning == "ratio":
        return Rule(RuleKind.RATIO, ratio=figure) if 0 < figure <= 1 else None
    return Rule(RuleKind.COUNT, count=int(figure)) if figure == int(figure) and figure > 0 else None


def _plain(text: str) -> str:
    """The text in one spelling: half-width, without blanks, one dash, Arabic figures."""
    text = "".join(to_half(text).split())
    text = re.sub(r"百分之([一二三四五六七八九十百]+)", lambda found: f"{_chinese_number(found[1])}%", text)
    text = re.sub(r"百分之(\d+(?:\.\d+)?)", r"\1%", text)
    text = re.sub(r"(?<=[\d%‰])(?:[—–―─~至到]|--)+(?=\d)", "-", text)
    return re.sub("[一二两三四五六七八九](?=[次遍])", lambda found: found[0].translate(_CHINESE_DIGITS), text)


def _chinese_number(words: str) -> int:
    """A whole number up to a hundred in words: 五, 十, 三十, 二十五, 百."""
    if words in ("百", "一百"):
        return 100
    tens, ten, ones = words.translate(_CHINESE_DIGITS).rpartition("十")
    return (int(tens or 1) * 10 if ten else 0) + int(ones or 0)


def _scan(text: str) -> _Parts:
    """Walk through the text from figure to figure; what lies between is a label, filler, or not understood."""
    parts, position = _Parts(), 0
    for found, form in _figures(text):
        label = _gap(text[position : found.start()], parts, keeps_label=form in (_RATIO, _COUNT, _ALL))
        position = found.end()
        _collect(found, form, label, parts)
    _gap(text[position:], parts, keeps_label=False)
    return parts


def _figures(text: str) -> Iterator[tuple[re.Match[str], re.Pattern[str]]]:
    """Every figure of the text in order, with the form it has; earlier forms win where two begin together."""
    position = 0
    while True:
        candidates = [
            (found.start(), rank, found, form)
            for rank, form in enumerate((_FREQUENCY, _BASE, _EXPECTED, _RATIO, _COUNT, _ALL, _OPEN))
            if (found := _search(form, text, position))
        ]
        if not candidates:
            return
        _, _, found, form = min(candidates, key=lambda candidate: candidate[:2])
        yield found, form
        position = found.end()


def _search(form: re.Pattern[str], text: str, position: int) -> re.Match[str] | None:
    for found in form.finditer(text, position):
        # “学校数超过10所的市”: the figure describes a stratum and is no amount
        if form is not _COUNT or not _SIZE_CONDITION.search(text[: found.start()]):
            return found
    return None


def _gap(gap: str, parts: _Parts, *, keeps_label: bool) -> str:
    """Sort the words before a figure into label and rest; the rest counts as missed unless it is filler."""
    *before, label = _BREAK.split(gap) if keeps_label else (*_BREAK.split(gap), "")
    for clause in before:
        if rest := _without_filler(clause):
            parts.missed.append(rest)
    return _without_filler(label)


def _without_filler(words: str) -> str:
    """The words without filler at either end; empty if there is nothing else."""
    start = _FILLER.match(words)
    words = words[start.end() if start else 0 :]
    for cut in range(len(words) + 1):
        if _FILLER.fullmatch(words, cut):
            return words[:cut]
    return words


def _collect(found: re.Match[str], form: re.Pattern[str], label: str, parts: _Parts) -> None:
    if form is _FREQUENCY:
        _collect_frequency(found, parts)
    elif form is _BASE:
        parts.base = _whole(found["base"], found["wan"])
    elif form is _EXPECTED and parts.amounts and parts.amounts[-1].rule.ratio is not None:
        last = parts.amounts[-1]
        last.rule = replace(last.rule, expected=int(found["expected"]))
    elif form is _OPEN:
        parts.is_open, parts.open_text = True, found[0]
    elif form in (_RATIO, _COUNT, _ALL):
        rule = _amount(found, form)
        if rule is None:
            parts.missed.append(label + found[0])
        else:
            parts.amounts.append(_Amount(rule, label, found[0], len(parts.missed)))
    else:
        parts.missed.append(found[0])


def _collect_frequency(found: re.Match[str], parts: _Parts) -> None:
    span = found["each"] or found["per"] or ("年" if found["whole"] or "年" in found.string[: found.start()] else "")
    if not span:
        parts.missed.append(found[0])
        return
    bound = Bound.AT_LEAST if found["least"] else Bound.AT_MOST if found["most"] else Bound.EXACTLY
    parts.frequencies.append((Frequency(int(found["times"]), _SPANS[span], bound), found[0]))


def _amount(found: re.Match[str], form: re.Pattern[str]) -> Rule | None:
    """The rule of one figure; None for a share above the whole, a range upside down, or a bound said twice."""
    if form is _ALL:
        return Rule(RuleKind.RATIO, ratio=Decimal(1))
    bound = _bound(found)
    per = _SPANS[found["per"]] if found["per"] else _span_before(found)
    if bound is None or (found["high"] and bound is not Bound.EXACTLY):
        return None
    return _share(found, bound, per) if form is _RATIO else _number(found, bound, per)


def _bound(found: re.Match[str]) -> Bound | None:
    """The limit a figure is; None if the text names both."""
    least = found["least"] or found["up"]
    if least and found["most"]:
        return None
    return Bound.AT_LEAST if least else Bound.AT_MOST if found["most"] else Bound.EXACTLY


def _share(found: re.Match[str], bound: Bound, per: Per) -> Rule | None:
    scale = Decimal("0.01") if found["sign"] == "%" else Decimal("0.001")
    low = Decimal(found["low"]) * scale
    high = Decimal(found["high"]) * scale if found["high"] else None
    if not 0 < low <= 1 or (high is not None and not low < high <= 1):
        return None
    if high is not None:
        return Rule(RuleKind.RANGE, ratio=low, ratio_to=high, per=per)
    if bound is Bound.AT_MOST:
        return Rule(RuleKind.RANGE, ratio_to=low, per=per)
    return Rule(RuleKind.MINIMUM if bound is Bound.AT_LEAST else RuleKind.RATIO, ratio=low, per=per)


def _number(found: re.Match[str], bound: Bound, per: Per) -> Rule | None:
    low = _whole(found["low"], found["wan"])
    high = int(found["high"]) if found["high"] else None
    if not low or (high is not None and high <= low):
        return None
    if high is not None:
        return Rule(RuleKind.RANGE, count=low, count_to=high, per=per)
    if bound is Bound.AT_MOST:
        return Rule(RuleKind.RANGE, count_to=low, per=per)
    return Rule(RuleKind.MINIMUM if bound is Bound.AT_LEAST else RuleKind.COUNT, count=low, per=per)


def _span_before(found: re.Match[str]) -> Per:
    """The span named before a figure in its clause: “每季度至少25%”."""
    clause = _BREAK.split(found.string[: found.start()])[-1]
    return next((per for words, per in _WITHIN.items() if words in clause), Per.YEAR)


def _whole(figure: str, wan: str | None) -> int | None:
    """A number of subjects, also as 0.39万; None if it is no whole number."""
    number = Decimal(figure) * (10_000 if wan else 1)
    return int(number) if number == int(number) else None


def _one_frequency(parts: _Parts) -> Frequency | None:
    """The frequency, if the text names one; several that differ are not understood."""
    if len({frequency for frequency, _ in parts.frequencies}) > 1:
        parts.missed.extend(written for _, written in parts.frequencies)
        return None
    return parts.frequencies[0][0] if parts.frequencies else None


def _one_rule(parts: _Parts) -> Rule | None:
    """The rule made of all amounts; what does not fit together is not understood."""
    amounts = parts.amounts
    if parts.is_open and (amounts or parts.missed):
        parts.missed.append(parts.open_text)  # “不低于3%或按专项计划确定”: which of the two is not said
    elif parts.is_open:
        return Rule(RuleKind.OPEN)
    if not amounts:
        return None
    if (strata := _respective(amounts)) or (strata := _labelled(amounts)):
        return Rule(RuleKind.PER_STRATUM, strata=strata)
    first, plain = amounts[0], [amounts[0]]
    for amount in amounts[1:]:
        if amount.label:
            parts.missed.append(f"{amount.label}{amount.written}")
        elif amount.missed_before > first.missed_before:  # what stands between may be a condition of either
            parts.missed.extend((first.written, amount.written))
            return None
        else:
            plain.append(amount)
    if first.label:
        parts.missed.append(first.label)
    return _joined(plain, parts)


def _labelled(amounts: list[_Amount]) -> tuple[Stratum, ...]:
    """Strata, where every one of several amounts stands behind a name of its own."""
    labels = {amount.label for amount in amounts}
    if len(amounts) < 2 or len(labels) < len(amounts) or "" in labels or any("其中" in label for label in labels):
        return ()
    return tuple(Stratum(amount.label, amount.rule) for amount in amounts)


def _respective(amounts: list[_Amount]) -> tuple[Stratum, ...]:
    """Strata of “低风险、一般风险、高风险企业分别为1%、3%、10%”."""
    names, respectively, _ = amounts[0].label.partition("分别")
    labels = [name for name in re.split("[、和及与]", names) if name]
    if (
        not respectively
        or len(amounts) < 2
        or len(labels) != len(amounts)
        or any(amount.label for amount in amounts[1:])
    ):
        return ()
    return tuple(Stratum(label, amount.rule) for label, amount in zip(labels, amounts, strict=True))


def _joined(amounts: list[_Amount], parts: _Parts) -> Rule | None:
    """One rule out of amounts that complete each other: a share and a number, a lower and an upper end."""
    rule = amounts[0].rule
    for amount in amounts[1:]:
        joined = _join(rule, amount.rule)
        if joined is None:
            parts.missed.extend(each.written for each in amounts)
            return None
        rule = joined
    return rule


def _join(first: Rule, second: Rule) -> Rule | None:
    if first == second:
        return first
    kinds = (first.kind, second.kind)
    if kinds == (RuleKind.MINIMUM, RuleKind.RANGE) and first.count is None and second.ratio is None and second.ratio_to:
        return replace(second, ratio=first.ratio) if first.ratio and first.ratio < second.ratio_to else None
    if first.ratio is None and second.ratio is not None:
        first, second, kinds = second, first, kinds[::-1]
    if second.ratio is not None or second.count is None:
        return None
    if kinds == (RuleKind.RATIO, RuleKind.COUNT) and first.expected is None:
        return replace(first, expected=second.count)
    if kinds in ((RuleKind.MINIMUM, RuleKind.MINIMUM), (RuleKind.RATIO, RuleKind.MINIMUM)):
        return replace(first, count=second.count)
    return None
