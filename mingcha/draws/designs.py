"""The design of a task (抽查方案) as `spec/draw.md` writes it: sizes from the task's rule, window and teams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingcha.draws import organs
from mingcha.plans.rules import DrawRule, batches_to_json, design_parts
from mingcha.plans.states import Disclosure, RegionRule

SEAT_RESERVES = 3
"""Ordered reserves (递补) per kind of seat of a visit."""
RELEASES = {Disclosure.OPEN: "open", Disclosure.SEALED: "sealed"}
REGION_RULES = {RegionRule.SAME_REGION: "same", RegionRule.EXCHANGE: "other", RegionRule.WHOLE_CITY: "any"}


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One department's part in a task: its line, inspectors per visit, and what they must be qualified for.

    Inspectors are drawn one by one, or as one group (检查小组); experts (专家) come on top.
    """

    line: str
    qualification: str
    inspectors: int
    as_group: bool = False
    experts: int = 0

    def seats(self) -> Iterable[dict[str, Any]]:
        """What the design asks for this part."""
        qualification = self.qualification or None
        if self.as_group:
            yield {"organ": organs.group_of(self.line), "count": 1, "qualification": qualification}
        else:
            yield {"organ": self.line, "count": self.inspectors, "qualification": qualification}
        if self.experts:
            yield {"organ": organs.experts_of(self.line), "count": self.experts, "qualification": None}


@dataclass(frozen=True, slots=True)
class DrawnTask:
    """What a design is made of besides the strata."""

    number: str
    window: tuple[date, date]
    rule: DrawRule
    disclosure: Disclosure
    region_rule: RegionRule
    parts: tuple[Part, ...]
    classes: tuple[str, ...] = ()
    """The codes of the risk scheme from low to high; none without a scheme."""
    override_reason: str = ""
    batches: tuple[tuple[date, date], ...] = ()
    """The windows of batches (分批); none without."""


def design_of(task: DrawnTask, counts: Mapping[str, int]) -> dict[str, Any]:
    """The design for a frame with so many units by stratum.

    Raises:
        InvalidRule: the rule does not say how many of a class are drawn.
    """
    seats = [seat for part in sorted(task.parts) for seat in part.seats()]
    batches = {"batches": batches_to_json(task.batches)} if task.batches else {}
    return {
        "protocol": "1",
        "task": task.number,
        "release": RELEASES[task.disclosure],
        "window": [day.isoformat() for day in task.window],
        **batches,
        "teams": {"seats": seats, "region_rule": REGION_RULES[task.region_rule], "reserves": SEAT_RESERVES},
        **design_parts(task.rule, counts, task.classes, task.override_reason),
    }
