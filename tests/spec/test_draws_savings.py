"""What drawing together saves (进一次门): the visits of independent draws, to expect on average."""

from datetime import date
from fractions import Fraction

import pytest

import fairdraw
from mingcha.draws.savings import visits, visits_expected

SPRING = (date(2026, 3, 1), date(2026, 5, 31))
SUMMER = (date(2026, 6, 1), date(2026, 8, 31))
MAY_TO_JULY = (date(2026, 5, 1), date(2026, 7, 31))
HALF, TENTH = Fraction(1, 2), Fraction(1, 10)


def one(window, chance):
    """A task without batches: one window, one chance."""
    return ((window, chance),)


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
        ([one(SPRING, HALF)], 100, 50),
        ([one(SPRING, HALF), one(SPRING, HALF)], 100, 75),
        ([one(SPRING, HALF), one(SUMMER, HALF)], 100, 100),
        ([one(SPRING, TENTH), one(SPRING, TENTH), one(SPRING, TENTH)], 1000, 271),
        ([one(SPRING, HALF), one(MAY_TO_JULY, HALF), one(SUMMER, TENTH)], 1000, 825),
        ([((SPRING, HALF), (SUMMER, HALF))], 100, 100),  # all of them, in two batches
        ([((SPRING, HALF), (SUMMER, HALF)), one(SPRING, HALF)], 100, 125),  # meets the first batch only
    ],
)
def test_independent_draws_meet_only_by_chance(chances, count, expected):
    assert visits_expected({tuple(chances): count}) == expected


def test_too_many_tasks_are_not_worked_out():
    assert visits_expected({(one(SPRING, HALF),) * 13: 1}) is None


def test_draws_with_seeds_of_their_own_make_the_visits_expected():
    """A unit is visited once if drawn at all, and again if drawn in spring and summer: 1 - 0.8·0.7·0.9 + 0.2·0.1."""
    terms = {"SPRING": (SPRING, "0.2"), "MIDDLE": (MAY_TO_JULY, "0.3"), "SUMMER": (SUMMER, "0.1")}
    frame = fairdraw.Frame.from_rows((f"U{n:03}", "441602/E") for n in range(200))
    made, rounds = 0, 300

    for turn in range(rounds):
        windows: dict[str, list[tuple[date, date]]] = {}
        for place, (task, (window, ratio)) in enumerate(terms.items()):
            drawn = fairdraw.draw(frame=frame, design=_design(task, window, ratio), seed=f"{turn * 3 + place:032x}")
            for row in drawn.selected:
                windows.setdefault(row.unit_id, []).append(window)
        made += sum(visits(each) for each in windows.values())

    chances = tuple(one(window, Fraction(ratio)) for window, ratio in terms.values())
    assert visits_expected({chances: 200}) == 103
    assert abs(made / rounds - 103.2) < 1


def _design(task, window, ratio):
    return {
        "protocol": "1",
        "task": task,
        "release": "open",
        "window": [day.isoformat() for day in window],
        "rule": {"kind": "ratio", "rounding": "up", "strata": {"441602/E": {"ratio": ratio}}},
    }
