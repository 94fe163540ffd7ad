"""What drawing together saves (进一次门): the visits of independent draws, to expect on average."""

from datetime import date
from fractions import Fraction

import pytest

from mingcha.draws.savings import visits, visits_expected

SPRING = (date(2026, 3, 1), date(2026, 5, 31))
SUMMER = (date(2026, 6, 1), date(2026, 8, 31))
MAY_TO_JULY = (date(2026, 5, 1), date(2026, 7, 31))
HALF, TENTH = Fraction(1, 2), Fraction(1, 10)


@pytest.mark.parametrize(
    ("windows", "times"),
    [
        ([], 0),
        ([SPRING], 1),
        ([SPRING, SPRING], 1),
        ([SPRING, SUMMER], 2),
        ([SPRING, MAY_TO_JULY], 1),
        ([SPRING, MAY_TO_JULY, SUMMER], 2),
    ],
)
def test_tasks_come_together_while_their_windows_share_a_day(windows, times):
    assert visits(windows) == times


@pytest.mark.parametrize(
    ("chances", "count", "expected"),
    [
        (((SPRING, HALF),), 100, 50),
        (((SPRING, HALF), (SPRING, HALF)), 100, 75),
        (((SPRING, HALF), (SUMMER, HALF)), 100, 100),
        (((SPRING, TENTH), (SPRING, TENTH), (SPRING, TENTH)), 1000, 271),
    ],
)
def test_independent_draws_meet_only_by_chance(chances, count, expected):
    assert visits_expected({chances: count}) == expected


def test_too_many_tasks_are_not_worked_out():
    assert visits_expected({((SPRING, HALF),) * 13: 1}) is None
