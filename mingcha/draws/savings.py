"""What drawing together saves (进一次门): the visits that independent draws of the same sizes would make on average."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import product

Window = tuple[date, date]
Chances = Sequence[tuple[Window, Fraction]]
"""Per task in which a unit may be drawn: the window, and the chance n/N of its stratum."""
MOST_TASKS = 12
"""With more tasks in one unit's way there are too many combinations to go through."""


def visits_expected(units: Mapping[tuple[tuple[Window, Fraction], ...], int]) -> int | None:
    """The visits to expect if every task were drawn by itself, rounded; None if it would take too long to say.

    Args:
        units: how many units have these chances.
    """
    if any(len(chances) > MOST_TASKS for chances in units):
        return None
    return round(sum((count * _visits_of_one(chances) for chances, count in units.items()), Fraction(0)))


def _visits_of_one(chances: Chances) -> Fraction:
    """Over every combination of drawn and not drawn: its probability times the visits it makes."""
    ordered = sorted(chances)
    expected = Fraction(0)
    for drawn in product((True, False), repeat=len(ordered)):
        probability = Fraction(1)
        for (_, chance), is_drawn in zip(ordered, drawn, strict=True):
            probability *= chance if is_drawn else 1 - chance
        expected += probability * visits([window for (window, _), yes in zip(ordered, drawn, strict=True) if yes])
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
