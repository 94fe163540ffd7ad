"""What drawing together saves (进一次门): the visits that independent draws of the same sizes would make on average."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import product
from math import prod

Window = tuple[date, date]
Chance = tuple[tuple[Window, Fraction], ...]
"""Of one task: each window in which a unit may come to be checked (one, or one a batch), and its chance."""
Chances = tuple[Chance, ...]
"""Of every task in whose frame a unit is."""
MOST_COMBINATIONS = 5_000
"""With more ways to be drawn there is too much to go through."""


def visits_expected(units: Mapping[Chances, int]) -> int | None:
    """The visits to expect if every task were drawn by itself, rounded; None if it would take too long to say.

    Args:
        units: how many units have these chances.
    """
    if any(prod(len(chance) + 1 for chance in chances) > MOST_COMBINATIONS for chances in units):
        return None
    return round(sum((count * _visits_of_one(chances) for chances, count in units.items()), Fraction(0)))


def _visits_of_one(chances: Chances) -> Fraction:
    """Over every combination of not drawn and drawn in some window: its probability times the visits it makes."""
    ways = [((None, 1 - sum((chance for _, chance in task), Fraction(0))), *task) for task in chances]
    expected = Fraction(0)
    for combination in product(*ways):
        probability = prod((chance for _, chance in combination), start=Fraction(1))
        if probability:
            expected += probability * visits([window for window, _ in combination if window is not None])
    return expected


def visits(windows: Sequence[Window]) -> int:
    """How often somebody comes: tasks come together while all their windows share a day (spec/teams.md)."""
    count, last_shared = 0, date.min
    for first, last in sorted(windows):
        if count == 0 or first > last_shared:
            count, last_shared = count + 1, last
        else:
            last_shared = min(last_shared, last)
    return count
