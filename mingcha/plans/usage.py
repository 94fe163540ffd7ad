"""Which items of the lists in force are planned, and which lie idle (事项使用情况).

The same item in two editions or lists is known by line, name and sub-item, as in `queries.repetitions`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from mingcha.people.actors import Actor
from mingcha.plans.models import TaskItem
from mingcha.plans.queries import item_key
from mingcha.plans.states import PlanState
from mingcha.registers import queries as registers
from mingcha.registers.models import InspectionItem

YEARS = 5
"""An item that no plan names for so many years is up for revision (清单动态调整)."""


@dataclass(frozen=True)
class Use:
    """An item in force, how many issued tasks of this year name it, and the last year in which one did."""

    item: InspectionItem
    this_year: int
    last_year: int | None
    is_unused: bool


def uses(by: Actor, *, on: date) -> list[Use]:
    """Every item in force that the actor may see, the longest idle first."""
    years = _years_by_item(on.year)
    found = [_use(item, years[item_key(item)], on) for item in registers.items_in_force(by, on=on)]
    return sorted(found, key=lambda use: (use.last_year or 0, use.this_year, use.item.item_list_id, use.item.pk))


def _use(item: InspectionItem, years: list[int], on: date) -> Use:
    last = max(years, default=None)
    listed = item.item_list.valid_from.year
    is_unused = max(last or 0, listed) <= on.year - YEARS
    return Use(item, years.count(on.year), last, is_unused)


def _years_by_item(year: int) -> defaultdict[str, list[int]]:
    """Item → the year of each issued task that names it, whoever issued it."""
    named = TaskItem.objects.filter(participant__task__plan__state=PlanState.ISSUED)
    named = named.filter(participant__task__plan__year__lte=year).select_related("item", "participant__task__plan")
    years: defaultdict[str, list[int]] = defaultdict(list)
    for taken in named:
        years[item_key(taken.item)].append(taken.participant.task.plan.year)
    return years
