"""The item lists of the sample and the plans of two years made from them (一单、年度计划)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from mingcha.kernel import periods
from mingcha.sample.organizations import OFFICE, code_of
from mingcha.sample.rows import Item, ItemList, Participant, Plan, Scope, Task
from mingcha.sample.tables import licence_kinds, read, words

#: Two certificate holders of each organ go on a visit (行政处罚法 art. 42).
INSPECTORS_PER_ORGAN = 2

_LISTS = {
    "market": ("441600-market-2025", "河源市市场监督管理局随机抽查事项清单(示例)", False, code_of("market")),
    "health": ("441600-health-2025", "河源市卫生健康局随机抽查事项清单(示例)", False, code_of("health")),
    "joint": ("441600-joint-2025", "河源市部门联合抽查事项清单(示例)", True, OFFICE),
}
_PLANS = {
    "market": ("DEPARTMENT", code_of("market"), "河源市市场监督管理局%d年度双随机抽查工作计划(示例)"),
    "health": ("DEPARTMENT", code_of("health"), "河源市卫生健康局%d年度双随机抽查工作计划(示例)"),
    "joint": ("JOINT", OFFICE, "河源市%d年度部门联合双随机抽查工作计划(示例)"),
}


def item_lists(year: int) -> tuple[ItemList, ...]:
    """The list of the market department, of the health department, and the joint list, valid since the year began."""
    return tuple(
        ItemList(number, title, f"{year}年版", is_joint, organization, date(year, 1, 1), _items(name))
        for name, (number, title, is_joint, organization) in _LISTS.items()
    )


def plans(this_year: int) -> tuple[Plan, ...]:
    """Last year's and this year's plan of each of the two departments and of the joint meeting."""
    return tuple(
        Plan(year, kind, organization, title % year, _LISTS[name][0], _tasks(name, year, column))
        for year, column in ((this_year - 1, "window_last_year"), (this_year, "window_this_year"))
        for name, (kind, organization, title) in _PLANS.items()
    )


def _items(name: str) -> tuple[Item, ...]:
    return tuple(
        Item(**{**row, "partner_lines": words(row["partner_lines"])})  # type: ignore[arg-type]
        for row in read(f"{name}_items")
    )


def _tasks(plan: str, year: int, window_column: str) -> tuple[Task, ...]:
    return tuple(_task(row, year, row[window_column]) for row in read("tasks") if row["plan"] == plan)


def _task(row: dict[str, str], year: int, window_text: str) -> Task:
    window = periods.read(window_text, year).span
    if window is None:
        raise ValueError(f"no window in {row['code']}: {window_text}")
    return Task(
        name=f"{year}年{row['name']}",
        organization=code_of(row["lead"]),
        directed=row["directed"] == "yes",
        scope_text=row["scope_text"],
        scope=_scope(row),
        ratio_text=row["ratio_text"],
        ratios=_ratios(row["ratios"]),
        minimum=int(row["minimum"]),
        scheme=row["scheme"] or None,
        initiating_level=row["initiating_level"],
        implementing_level=row["implementing_level"],
        region_rule=row["region_rule"],
        disclosure=row["disclosure"],
        window_text=window_text,
        window_from=window.start,
        window_to=window.end,
        exclusion_months=int(row["exclusion_months"]),
        participants=_participants(row),
    )


def _scope(row: dict[str, str]) -> Scope:
    kinds = licence_kinds()
    return Scope(
        kinds=words(row["kinds"]),
        industries=words(row["industries"]),
        licences=tuple(kinds[code].kind for code in words(row["licences"])),
        tags=words(row["tags"]),
    )


def _ratios(cell: str) -> dict[str, Decimal]:
    """“A=0.02;B=0.04” as class → share; “*” stands for every class. Empty where no rule is set yet."""
    pairs = (pair.split("=") for pair in words(cell))
    return {risk_class: Decimal(share) for risk_class, share in pairs}


def _participants(row: dict[str, str]) -> tuple[Participant, ...]:
    """The lead with its items, then each partner with its own: “health:J-08”."""
    partners: dict[str, list[str]] = {row["lead"]: list(words(row["items"]))}
    for word in words(row["partners"]):
        line, item = word.split(":")
        partners.setdefault(line, []).append(item)
    return tuple(
        Participant(code_of(line), line == row["lead"], INSPECTORS_PER_ORGAN, _qualification(items[0]), tuple(items))
        for line, items in partners.items()
    )


def _qualification(item: str) -> str | None:
    rows = (row for name in _LISTS for row in read(f"{name}_items"))
    return next((row["qualification"] for row in rows if row["code"] == item), "") or None
