"""The sample city as a whole (示例河源).

>>> from datetime import date
>>> city = build(seed="示例", as_of=date(2026, 3, 2), subjects=50)
>>> len(city.subjects), len(city.organizations) > 100
(50, True)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from mingcha.kernel.regions import REGIONS, Region
from mingcha.sample import inspectors as inspector_rows
from mingcha.sample import organizations, planning
from mingcha.sample import subjects as subject_rows
from mingcha.sample.rows import Inspector, ItemList, Line, Organization, Plan, Qualification, Recusal, Scheme, Subject

SUBJECTS = 30_000
INSPECTORS = 400
RECUSALS = 12


@dataclass(frozen=True, slots=True)
class City:
    """Everything a fresh platform needs to be tried out, in the order in which it can be entered."""

    regions: tuple[Region, ...]
    lines: tuple[Line, ...]
    organizations: tuple[Organization, ...]
    qualifications: tuple[Qualification, ...]
    schemes: tuple[Scheme, ...]
    subjects: tuple[Subject, ...]
    inspectors: tuple[Inspector, ...]
    recusals: tuple[Recusal, ...]
    item_lists: tuple[ItemList, ...]
    plans: tuple[Plan, ...]


def build(*, seed: str, as_of: date, subjects: int = SUBJECTS, inspectors: int = INSPECTORS) -> City:
    """The city of a seed on a day: the same arguments give the same city, and no clock is asked."""
    units = tuple(subject_rows.generate(_stream(seed, "subjects"), subjects, as_of))
    officers = inspector_rows.generate(_stream(seed, "inspectors"), inspectors, as_of)
    return City(
        regions=REGIONS,
        lines=organizations.lines(),
        organizations=organizations.organizations(),
        qualifications=inspector_rows.qualifications(),
        schemes=schemes(as_of.year),
        subjects=units,
        inspectors=officers,
        recusals=inspector_rows.recusals(_stream(seed, "recusals"), officers, units, RECUSALS),
        item_lists=planning.item_lists(as_of.year - 1),
        plans=planning.plans(as_of.year),
    )


def schemes(year: int) -> tuple[Scheme, ...]:
    """The general scheme, the food sector's own, and the one of the city's notice."""
    start = date(year - 1, 1, 1)
    return (
        Scheme(
            "general",
            "企业信用风险分类",
            (("A", "低风险"), ("B", "一般风险"), ("C", "较高风险"), ("D", "高风险")),
            None,
            start,
        ),
        Scheme("food", "食品安全风险分级", (("A", "A级"), ("B", "B级"), ("C", "C级"), ("D", "D级")), "market", start),
        Scheme(
            "credit",
            "公共信用综合评价",
            (("GOOD", "守信"), ("WARNED", "警示"), ("BROKEN", "失信"), ("SEVERE", "严重失信")),
            None,
            start,
        ),
    )


def _stream(seed: str, part: str) -> Random:
    """A stream of its own for each part, so that more of one does not change another."""
    return Random(f"{seed}/{part}")  # noqa: S311 — a sample, no draw
