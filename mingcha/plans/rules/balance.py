"""How a plan spreads over the year (均衡安排): months and half-years; the notice asks for work in both halves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate
from math import floor


@dataclass(frozen=True, slots=True)
class Load:
    """A task's window and how many subjects it is expected to draw; 0 while its rule is not set."""

    start: date
    end: date
    visits: int


@dataclass(frozen=True, slots=True)
class Balance:
    """Expected visits per month of the year, and the tasks that are open in it."""

    visits: tuple[int, ...]
    tasks: tuple[int, ...]

    @property
    def first_half(self) -> int:
        return sum(self.visits[:6])

    @property
    def second_half(self) -> int:
        return sum(self.visits[6:])

    @property
    def first_percent(self) -> int:
        """The first half's part of the whole in full per cent; 0 if nothing is expected."""
        total = self.first_half + self.second_half
        return round(100 * self.first_half / total) if total else 0


def balance(loads: Iterable[Load], year: int) -> Balance:
    """Spread each task's visits evenly over the days of its window; months add up to the whole."""
    exact, tasks = [Fraction(0)] * 12, [0] * 12
    for load in loads:
        days = (load.end - load.start).days + 1
        for month in range(12):
            if within := _days_within(load, year, month + 1):
                exact[month] += Fraction(load.visits * within, days)
                tasks[month] += 1
    return Balance(_whole(exact), tuple(tasks))


def _days_within(load: Load, year: int, month: int) -> int:
    first = date(year, month, 1)
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return max(0, (min(last, load.end) - max(first, load.start)).days + 1)


def _whole(exact: list[Fraction]) -> tuple[int, ...]:
    """Whole numbers whose partial sums are those of the exact ones, rounded half up."""
    sums = [floor(total + Fraction(1, 2)) for total in accumulate(exact)]
    return tuple(later - earlier for earlier, later in zip([0, *sums], sums, strict=False))
