"""What is planned of a task, as JSON or as options → what `plans.actions` take (任务要素).

    {
      "name": "…", "organization": "441600-market", "directed": true,
      "scope": {"kinds": ["ENTERPRISE"], "regions": ["441602"], "industries": ["H"], "licences": ["食品经营许可证"],
                "tags": [], "name_contains": "", "entity_types": [], "ratings": {"general": ["C", "D"]}},
      "scope_text": "", "ratio_text": "3%", "scheme": "general", "override_reason": "",
      "rule": {"kind": "ratio", "ratios": {"A": "0.01", "*": "0.03"}, "rounding": "up", "minimum": 1,
               "reserve_ratio": "0.2", "reserve_minimum": 1},
      "initiating_level": "CITY", "implementing_level": "COUNTY", "region_rule": "SAME_REGION", "disclosure": "SEALED",
      "window_text": "3月—10月", "window_from": "2026-03-01", "window_to": "2026-10-31",
      "batches": [["2026-03-01", "2026-05-31"], ["2026-06-01", "2026-10-31"]],
      "exclusion_months": 0, "load_cap": 30, "remark": "",
      "participants": [{"organization": "441600-market", "lead": true, "inspectors": 2, "qualification": "food",
                        "team_form": "PERSONS", "experts": 0, "items": ["LIST-NUMBER/ITEM-CODE"]}]
    }

Only name, window and rule are needed to begin; what is left out keeps its default.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import click

from mingcha.cli.frame import one
from mingcha.people.actors import Actor
from mingcha.people.models import Organization
from mingcha.people.states import Level
from mingcha.plans import rules
from mingcha.plans.actions import Part, TaskTerms
from mingcha.plans.states import Disclosure, RegionRule, TeamForm
from mingcha.registers import queries as registers
from mingcha.registers.models import InspectionItem, Qualification, RiskScheme
from mingcha.registers.rules import Scope
from mingcha.registers.states import SubjectKind

_CHOICES: Mapping[str, frozenset[str]] = {
    "initiating_level": frozenset(Level),
    "implementing_level": frozenset(Level),
    "region_rule": frozenset(RegionRule),
    "disclosure": frozenset(Disclosure),
}
_TEXTS = ("name", "scope_text", "ratio_text", "override_reason", "window_text", "remark")
_NUMBERS = ("exclusion_months", "load_cap")


def read_terms(values: Any, by: Actor) -> TaskTerms:
    """The terms of a task without its participants.

    Raises:
        click.UsageError: a field does not exist or has the wrong form.
        UnknownCondition, InvalidRule: the scope or the rule is none.
    """
    if not isinstance(values, Mapping):
        raise click.UsageError("任务应是一个 JSON 对象")
    terms: dict[str, Any] = {}
    for name, value in values.items():
        if name != "participants":
            terms[name] = _reader(name)(name, value, by)
    return TaskTerms(**terms)  # type: ignore[typeddict-item]


def _reader(name: str) -> Callable[[str, Any, Actor], Any]:
    readers: dict[str, Callable[[str, Any, Actor], Any]] = {
        "organization": lambda _, value, by: organization(value),
        "scope": lambda _, value, by: Scope.from_json(_object("scope", value)),
        "rule": lambda _, value, by: None if value is None else rules.from_json(value),
        "scheme": lambda _, value, by: one(RiskScheme.objects.all(), "风险分类方案", code=value) if value else None,
        "directed": _truth,
        "window_from": _day,
        "window_to": _day,
        "batches": _batches,
        **dict.fromkeys(_TEXTS, _text),
        **dict.fromkeys(_NUMBERS, _number),
        **dict.fromkeys(_CHOICES, _choice),
    }
    if name not in readers:
        raise click.UsageError(f"任务没有“{name}”这一项;可用:{'、'.join([*readers, 'participants'])}")
    return readers[name]


def read_parts(values: Any, by: Actor) -> list[Part]:
    """Who takes part, from the list `participants`.

    Raises:
        click.UsageError: it has not the form that is told above.
        click.ClickException: an organization, a qualification or an item does not exist.
    """
    if not isinstance(values, list) or not all(isinstance(value, Mapping) for value in values):
        raise click.UsageError("participants 应是 JSON 对象的列表")
    return [_part(value, by) for value in values]


def _part(value: Mapping[str, Any], by: Actor) -> Part:
    unknown = value.keys() - {"organization", "lead", "inspectors", "qualification", "team_form", "experts", "items"}
    if unknown or "organization" not in value:
        raise click.UsageError(
            "参与部门的各项为 organization、lead、inspectors、qualification、team_form、experts、items"
        )
    code = value.get("qualification")
    items = value.get("items", [])
    if not isinstance(items, list):
        raise click.UsageError("items 应是“清单编号/事项编码”的列表")
    return Part(
        organization=organization(value["organization"]),
        is_lead=_truth("lead", value.get("lead", False), by),
        inspectors=_number("inspectors", value.get("inspectors", 2), by),
        qualification=one(Qualification.objects.all(), "执法资质", code=code) if code else None,
        items=[_item(str(each), by) for each in items],
        team_form=str(value.get("team_form", TeamForm.PERSONS)),
        experts=_number("experts", value.get("experts", 0), by),
    )


def part_of(text: str) -> dict[str, Any]:
    """A participant as an option: `CODE[*][:INSPECTORS[:QUALIFICATION]]=LIST/ITEM,LIST/ITEM`; “*” marks the lead.

    >>> part_of("market*:2=L1/M-01,L1/M-02")
    {'organization': 'market', 'lead': True, 'inspectors': 2, 'qualification': '', 'items': ['L1/M-01', 'L1/M-02']}
    """
    head, _, items = text.partition("=")
    code, *rest = head.split(":")
    count, qualification = [*rest, "", ""][:2]
    if len(rest) > 2 or (count and not (count.isdecimal() and len(count) < 4)):
        raise click.BadParameter(f"{text}:应为 单位[*][:人数[:资质]]=清单编号/事项编码,…", param_hint="--part")
    return {
        "organization": code.removesuffix("*"),
        "lead": code.endswith("*"),
        "inspectors": int(count or 2),
        "qualification": qualification,
        "items": [item for item in items.split(",") if item],
    }


def organization(code: str) -> Organization:
    """The active organization of a code."""
    return one(Organization.objects.filter(is_active=True).select_related("line", "region"), "单位", code=code)


def _item(text: str, by: Actor) -> InspectionItem:
    number, slash, code = text.rpartition("/")
    if not slash:
        raise click.UsageError(f"事项“{text}”应写成 清单编号/事项编码(item-list show 列出)")
    return one(registers.items_for(by), "抽查事项", item_list__number=number, code=code)


def _object(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise click.UsageError(f"{name} 应是 JSON 对象")
    return value


def _text(name: str, value: Any, _: Actor) -> str:
    if not isinstance(value, str):
        raise click.UsageError(f"{name} 应是文字")
    return value


def _number(name: str, value: Any, _: Actor) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise click.UsageError(f"{name} 应是整数")
    return value


def _truth(name: str, value: Any, _: Actor) -> bool:
    if not isinstance(value, bool):
        raise click.UsageError(f"{name} 应是 true 或 false")
    return value


def _day(name: str, value: Any, _: Actor) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as fault:
        raise click.UsageError(f"{name} 应写成 2026-03-01 的形式") from fault


def _batches(name: str, value: Any, by: Actor) -> list[tuple[date, date]]:
    if not isinstance(value, list) or not all(isinstance(each, list) and len(each) == 2 for each in value):
        raise click.UsageError(f"{name} 应是成对日期的列表")
    return [(_day(name, first, by), _day(name, last, by)) for first, last in value]


def _choice(name: str, value: Any, _: Actor) -> str:
    if value not in _CHOICES[name]:
        raise click.UsageError(f"{name} 应是 {'、'.join(sorted(_CHOICES[name]))} 之一")
    return str(value)


# Options


def scope_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The conditions of a scope as options; `scope_of` puts them together."""
    for option in (
        click.option("--rating", "ratings", multiple=True, metavar="方案=等级,…", help="风险等级,如 general=C,D"),
        click.option("--entity-type", "entity_types", multiple=True, help="主体类型(开头相符)"),
        click.option("--name-contains", default="", help="名称包含"),
        click.option("--tag", "tags", multiple=True, help="标签"),
        click.option("--licence", "licences", multiple=True, help="持有许可的种类"),
        click.option("--industry", "industries", multiple=True, help="行业门类或代码(GB/T 4754)"),
        click.option("--region", "regions", multiple=True, metavar="CODE", help="区域代码"),
        click.option("--kind", "kinds", multiple=True, type=click.Choice(list(SubjectKind)), help="检查对象类型"),
    ):
        command = option(command)
    return command


def scope_of(given: dict[str, Any]) -> dict[str, Any]:
    """Take the options of a scope out of all that were given, as the scope's JSON."""
    names = ("kinds", "regions", "industries", "licences", "tags", "entity_types")
    scope: dict[str, Any] = {name: list(given.pop(name)) for name in names}
    scope["name_contains"] = given.pop("name_contains")
    scope["ratings"] = {
        scheme: classes.split(",") for scheme, classes in _pairs(given.pop("ratings"), "--rating").items()
    }
    return {name: value for name, value in scope.items() if value}


def rule_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """A draw rule as options; `rule_of` puts them together."""
    for option in (
        click.option("--reserve-minimum", type=click.IntRange(min=0), help="每层至少的候补户数 [默认 1]"),
        click.option("--reserve-ratio", help="候补比例 [默认 0.2]"),
        click.option("--rounding", type=click.Choice(list(rules.ROUNDING_LABELS)), help="取整方式 [默认 up]"),
        click.option("--burden-exempt", multiple=True, metavar="等级", help="不适用减少干扰的等级(可多次)"),
        click.option("--burden-cap", type=click.IntRange(1, 999), help="本年查满几次不再抽"),
        click.option("--burden", metavar="系数", help="减少干扰:本年每查过一次,机会乘以该系数,如 0.5;0 表示取消"),
        click.option("--least-total", type=click.IntRange(min=0), help="合计最低户数 [默认 0]"),
        click.option("--minimum", type=click.IntRange(min=0), help="每层最低户数 [默认 0]"),
        click.option("--weight", "weights", multiple=True, metavar="等级=权重", help="与 --number 同用 [默认 *=1]"),
        click.option("--number-to", type=click.IntRange(min=1), help="户数区间的上限,与 --number 同用;按下限抽取"),
        click.option("--number", type=click.IntRange(min=1), help="抽取户数(与 --ratio 二选一)"),
        click.option("--ratio-to", "ratios_to", multiple=True, metavar="等级=上限", help="比例区间的上限;按下限抽取"),
        click.option("--ratio", "ratios", multiple=True, metavar="等级=比例", help="如 A=0.01;*=0.03 指其余各类"),
    ):
        command = option(command)
    return command


def rule_of(given: dict[str, Any], former: Mapping[str, Any]) -> dict[str, Any] | None:
    """Take the options of a rule out of all that were given, as the rule's JSON; nothing if there is none.

    What is not said stays as in the `former` rule, which is empty where there was none.
    """
    ratios, upper = _pairs(given.pop("ratios"), "--ratio"), _pairs(given.pop("ratios_to"), "--ratio-to")
    weights = _pairs(given.pop("weights"), "--weight")
    number, number_to = given.pop("number"), given.pop("number_to")
    rest = {name: given.pop(name) for name in ("minimum", "least_total", "rounding", *_RESERVES)}
    said = {name: value for name, value in rest.items() if value is not None} | _burden_of(given, former)
    if number is not None and ratios:
        raise click.UsageError("--ratio 与 --number 只能用一种")
    if (upper and not ratios) or (number_to is not None and number is None):
        raise click.UsageError("--ratio-to 与 --ratio 同用,--number-to 与 --number 同用")
    if number is not None:
        kept = _kept(former, "weights", *_ALWAYS)
        size = {"kind": rules.NUMBER, "total": number, "total_to": number_to, "weights": {rules.EVERY_CLASS: "1"}}
        return {**size, **kept, **_weighed(weights), **said}
    if ratios:
        kept = _kept(former, "minimum", "least_total", *([] if upper else ["rounding"]), *_ALWAYS)
        ends = {"kind": rules.RANGE, "ratios_to": upper} if upper else {"kind": rules.RATIO}
        return {**kept, **said, **ends, "ratios": ratios}
    if not (said or weights):
        return None
    if not former:
        raise click.UsageError("请同时用 --ratio 或 --number 给出抽查比例或户数")
    return {**former, **_weighed(weights), **said}


_RESERVES = ("reserve_ratio", "reserve_minimum")
_ALWAYS = (*_RESERVES, "burden")


def _burden_of(given: dict[str, Any], former: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the burden rule; what is not said of it stays, and a factor of 0 takes it away."""
    delta, cap, exempt = given.pop("burden"), given.pop("burden_cap"), given.pop("burden_exempt")
    if delta is None and cap is None and not exempt:
        return {}
    if delta == "0":
        return {"burden": None}
    said = {"delta": delta, "cap": cap, "exempt": list(exempt) or None}
    kept = {"delta": "1", **(former.get("burden") or {})}
    return {"burden": kept | {name: value for name, value in said.items() if value is not None}}


def _kept(former: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: former[name] for name in names if name in former}


def _weighed(weights: dict[str, str]) -> dict[str, Any]:
    return {"weights": weights} if weights else {}


def _pairs(given: Iterable[str], option: str) -> dict[str, str]:
    pairs = {}
    for text in given:
        key, sign, value = text.partition("=")
        if not (key and sign and value):
            raise click.BadParameter(f"{text}:应写成 名称=值", param_hint=option)
        pairs[key] = value
    return pairs
