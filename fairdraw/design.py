"""The design of a task (抽查方案): rule, reserves, burden, teams; and what a freeze refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from fairdraw.canonical import code, decimal, jcs, number
from fairdraw.refused import Refused, gettext_noop
from fairdraw.suite import digest

Json = Mapping[str, Any]
ROUNDINGS = ("up", "half_up", "down", "systematic")
REGION_RULES = ("same", "other", "any")
_LARGEST_TEAM = 99
_MOST_BATCHES = 99
REASONS = ("zero_ratio", "falling_ratio", "open_risk")
_REQUIRED = {"protocol", "task", "release", "window", "rule"}
_OPTIONAL = {"reserves", "risk", "burden", "teams", "reasons", "batches"}


class BadDesign(Refused):
    """The design cannot be read, or breaks a rule that needs a written reason."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one stratum asks for: its ratio (or weight) and least number."""

    ratio: Fraction
    minimum: int = 0


@dataclass(frozen=True, slots=True)
class Burden:
    """How much a unit's earlier visits of the year lower its chance (减少干扰)."""

    delta: Fraction
    cap: int | None
    exempt: frozenset[str]


NO_BURDEN = Burden(Fraction(1), None, frozenset())


@dataclass(frozen=True, slots=True)
class SeatDemand:
    """Seats that a task asks of one organ: how many, and what their holders must be qualified for."""

    organ: str
    count: int
    qualification: str | None


@dataclass(frozen=True, slots=True)
class TeamRule:
    """Who goes: seats per organ, the region rule, reserves per kind of seat (检查组)."""

    seats: tuple[SeatDemand, ...]
    region_rule: str
    reserves: int


@dataclass(frozen=True, slots=True)
class Design:
    """A design, read and complete."""

    task: str
    release: str
    window: tuple[date, date]
    rounding: str  # one of ROUNDINGS, or "number"
    strata: Mapping[str, Rule]
    total: int | None = None
    reserve_ratio: Fraction = Fraction(0)
    reserve_minimum: int = 0
    reserve_counts: Mapping[str, int] | None = None
    burden: Burden | None = None
    teams: TeamRule | None = None
    batches: tuple[tuple[date, date], ...] = ()
    """The windows of the batches (分批), one after the other; none if all are checked in the one window."""
    departures: tuple[tuple[str, str], ...] = ()
    """Rules broken for a written reason: (which, why)."""


def design_digest(design: Json, suite: str = "SHA-256") -> str:
    """The digest of the canonical design."""
    return digest(jcs(design), suite)


def read_design(design: Json) -> Design:
    """Read a design and hold it to the rules of the freeze.

    Raises:
        BadDesign: a part is missing, unknown or impossible; a ratio is 0, falls as risk rises, or a risk class would be
            made public, and no reason is given.
        NotCanonical: a code, number or decimal is not written as it must be.
    """
    _keys(design, _REQUIRED, _OPTIONAL)
    if design["protocol"] != "1" or design["release"] not in ("open", "sealed"):
        raise BadDesign(gettext_noop("方案的规程版本或公开方式不对"))
    rounding, strata, total = _rule(design["rule"])
    ratio, minimum, counts = _reserves(design.get("reserves"))
    burden = _burden(design.get("burden"))
    if burden and rounding == "systematic":
        raise BadDesign(gettext_noop("系统舍入不能与减少干扰规则同用"))
    window = _window(design["window"])
    return Design(
        task=number(design["task"]),
        release=design["release"],
        window=window,
        rounding=rounding,
        strata=strata,
        total=total,
        reserve_ratio=ratio,
        reserve_minimum=minimum,
        reserve_counts=counts,
        burden=burden,
        teams=_teams(design.get("teams")),
        batches=_batches(design.get("batches"), window),
        departures=_departures(design, strata),
    )


def _keys(part: object, required: set[str], optional: set[str] | frozenset[str] = frozenset()) -> None:
    if not isinstance(part, Mapping) or not required <= set(part) <= required | optional:
        raise BadDesign(gettext_noop("方案的字段不对,应有:%(keys)s"), keys=", ".join(sorted(required)))


def _count(value: object, least: int = 0, most: int = 10**9) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadDesign(gettext_noop("不是有效的数目:%(value)s"), value=value)
    return value


def _share(text: object) -> Fraction:
    ratio = decimal(text)
    if ratio > 1:
        raise BadDesign(gettext_noop("比例不能大于 1:%(ratio)s"), ratio=text)
    return ratio


def _window(value: object) -> tuple[date, date]:
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(_is_day(day) for day in value):
        first, last = (date.fromisoformat(day) for day in value)
        if first <= last:
            return first, last
    raise BadDesign(gettext_noop("检查时段不对:%(window)s"), window=value)


def _batches(part: object, window: tuple[date, date]) -> tuple[tuple[date, date], ...]:
    """Windows within the task's, one after the other."""
    if part is None:
        return ()
    batches = [_window(each) for each in _list(part)]
    in_order = all(former[1] < later[0] for former, later in pairwise(batches))
    if not 2 <= len(batches) <= _MOST_BATCHES or not in_order:
        raise BadDesign(gettext_noop("分批时段应为 2 至 99 个,依次排列、互不重叠"))
    if batches[0][0] < window[0] or batches[-1][1] > window[1]:
        raise BadDesign(gettext_noop("分批时段应在检查时段之内"))
    return tuple(batches)


def _is_day(text: object) -> bool:
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _rule(rule: Json) -> tuple[str, dict[str, Rule], int | None]:
    kind = rule.get("kind") if isinstance(rule, Mapping) else None
    if kind == "number":
        _keys(rule, {"kind", "total", "weights"})
        return (
            "number",
            {code(key): Rule(decimal(rule["weights"][key])) for key in sorted(_object(rule["weights"]))},
            (_count(rule["total"], 1)),
        )
    if kind == "ratio":
        _keys(rule, {"kind", "rounding", "strata"})
        if rule["rounding"] not in ROUNDINGS:
            raise BadDesign(gettext_noop("没有舍入方式“%(rounding)s”"), rounding=rule["rounding"])
        read, rounding = _ratio, rule["rounding"]
    elif kind == "range":
        _keys(rule, {"kind", "strata"})
        read, rounding = _range, "up"
    else:
        raise BadDesign(gettext_noop("没有抽取规则“%(kind)s”"), kind=kind)
    strata = {code(key): read(rule["strata"][key]) for key in sorted(_object(rule["strata"]))}
    if rounding == "systematic" and any(stratum.minimum for stratum in strata.values()):
        raise BadDesign(gettext_noop("系统舍入不能再设最低户数"))
    return rounding, strata, None


def _object(value: object) -> Json:
    if not isinstance(value, Mapping):
        raise BadDesign(gettext_noop("方案的分层不对"))
    return value


def _list(value: object) -> Sequence[Any]:
    if not isinstance(value, (list, tuple)):
        raise BadDesign(gettext_noop("方案中应为列表:%(value)s"), value=value)
    return value


def _ratio(cell: Json) -> Rule:
    _keys(cell, {"ratio"}, {"minimum"})
    return Rule(_share(cell["ratio"]), _count(cell.get("minimum", 0)))


def _range(cell: Json) -> Rule:
    _keys(cell, {"from", "to"}, {"minimum"})
    if _share(cell["from"]) > _share(cell["to"]):
        raise BadDesign(gettext_noop("比例区间的下限大于上限"))
    return Rule(_share(cell["from"]), _count(cell.get("minimum", 0)))


def _reserves(part: Json | None) -> tuple[Fraction, int, dict[str, int] | None]:
    if part is None:
        return Fraction(0), 0, None
    if "strata" in _object(part):
        _keys(part, {"strata"})
        return Fraction(0), 0, {code(key): _count(value) for key, value in _object(part["strata"]).items()}
    _keys(part, {"ratio"}, {"minimum"})
    return decimal(part["ratio"]), _count(part.get("minimum", 0)), None


def _burden(part: Json | None) -> Burden | None:
    if part is None:
        return None
    _keys(part, {"delta"}, {"cap", "exempt"})
    delta = _share(part["delta"])
    if delta == 0:
        raise BadDesign(gettext_noop("减少干扰的系数必须大于 0"))
    cap = None if part.get("cap") is None else _count(part["cap"], 1)
    return Burden(
        delta, cap, frozenset(code(stratum) for stratum in _list([] if part.get("exempt") is None else part["exempt"]))
    )


def _teams(part: Json | None) -> TeamRule | None:
    if part is None:
        return None
    _keys(part, {"seats", "region_rule"}, {"reserves"})
    if part["region_rule"] not in REGION_RULES or not _list(part["seats"]):
        raise BadDesign(gettext_noop("检查组的席位或区域规则不对"))
    seats = tuple(_seat(seat) for seat in part["seats"])
    if sum(seat.count for seat in seats) > _LARGEST_TEAM:
        raise BadDesign(gettext_noop("检查组的席位不能超过 %(most)s 个"), most=_LARGEST_TEAM)
    return TeamRule(
        seats,
        part["region_rule"],
        _count(part.get("reserves", 0), most=_LARGEST_TEAM),
    )


def _seat(part: Json) -> SeatDemand:
    _keys(part, {"organ", "count"}, {"qualification"})
    qualification = part.get("qualification")
    return SeatDemand(
        code(part["organ"]),
        _count(part["count"], 1, _LARGEST_TEAM),
        None if qualification is None else code(qualification),
    )


def _departures(design: Json, strata: Mapping[str, Rule]) -> tuple[tuple[str, str], ...]:
    reasons = {} if design.get("reasons") is None else design["reasons"]
    _keys(reasons, set(), set(REASONS))
    found = []
    for which, sentence, broken in (
        ("zero_ratio", gettext_noop("比例为 0(免抽)必须写明理由:%(where)s"), _zero_ratios(strata)),
        ("falling_ratio", gettext_noop("风险高而比例低必须写明理由:%(where)s"), _falling(design.get("risk"), strata)),
        ("open_risk", gettext_noop("公开含风险等级的分层必须写明理由:%(where)s"), _open_risk(design)),
    ):
        reason = reasons.get(which)
        if broken and not (isinstance(reason, str) and reason.strip()):
            raise BadDesign(sentence, where=broken)
        if broken:
            found.append((which, str(reason)))
    return tuple(found)


def _zero_ratios(strata: Mapping[str, Rule]) -> str:
    return ", ".join(stratum for stratum, rule in strata.items() if rule.ratio == 0)


def _open_risk(design: Json) -> str:
    return str(design["task"]) if design.get("risk") is not None and design["release"] == "open" else ""


def _falling(risk: Json | None, strata: Mapping[str, Rule]) -> str:
    """Strata whose ratio is lower than that of one of lower risk whose code is otherwise equal (差异化监管)."""
    if risk is None:
        return ""
    _keys(risk, {"order", "part"})
    order, place = [code(item) for item in _list(risk["order"])], _count(risk["part"])
    groups: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for stratum in strata:
        parts = stratum.split("/")
        if place >= len(parts) or parts[place] not in order:
            raise BadDesign(gettext_noop("分层代码没有风险等级:%(stratum)s"), stratum=stratum)
        others = (*parts[:place], *parts[place + 1 :])
        groups.setdefault(others, []).append((order.index(parts[place]), stratum))
    falls = []
    for members in groups.values():
        members.sort()
        for (_, lower), (_, higher) in pairwise(members):
            if strata[higher].ratio < strata[lower].ratio:
                falls.append(higher)
    return ", ".join(sorted(falls))
