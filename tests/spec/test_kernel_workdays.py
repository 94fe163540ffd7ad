"""How the term of twenty working days runs (检查完毕的20个工作日内)."""

from datetime import date

import pytest

from mingcha.kernel.workdays import OutsideCalendar, WorkCalendar
from tests.drawn import rows

TERMS = """
    ended on   | workdays | due on     | provisional
    2023-09-25 | 20       | 2023-10-27 | no
    2024-01-31 | 20       | 2024-03-04 | no
    2025-09-30 | 20       | 2025-11-04 | no
    2026-02-13 | 1        | 2026-02-14 | no
    2026-02-14 | 1        | 2026-02-24 | no
    2026-11-13 | 20       | 2026-12-11 | no
    2026-12-31 | 0        | 2026-12-31 | no
    2026-12-10 | 20       | 2027-01-08 | yes
    2027-04-29 | 3        | 2027-05-04 | yes
    2023-10-27 | -20      | 2023-09-25 | no
"""

DAYS = """
    day        | work | why
    2023-01-28 | yes  | a Saturday made up for the Spring Festival
    2023-05-06 | yes  | a Saturday made up for Labour Day
    2023-09-29 | no   | Mid-Autumn
    2025-01-28 | no   | New Year's Eve of the moon calendar
    2026-01-04 | yes  | a Sunday made up for New Year
    2026-02-23 | no   | the ninth day of the Spring Festival of 2026
    2026-07-04 | no   | a plain Saturday
    2026-07-06 | yes  | a plain Monday
    2027-10-01 | no   | National Day, fixed by law
    2027-05-01 | no   | Labour Day, fixed by law
"""


@pytest.mark.parametrize("case", rows(TERMS), ids=lambda case: case["ended on"])
def test_a_term_of_working_days_begins_the_day_after(case):
    calendar = WorkCalendar(range(2023, 2028))

    due = calendar.due_on(date.fromisoformat(case["ended on"]), int(case["workdays"]))

    assert due.on == date.fromisoformat(case["due on"])
    assert due.provisional == (case["provisional"] == "yes")


@pytest.mark.parametrize("case", rows(DAYS), ids=lambda case: case["day"])
def test_a_day_is_worked_or_not(case):
    calendar = WorkCalendar(range(2023, 2028))

    assert calendar.is_workday(date.fromisoformat(case["day"])) == (case["work"] == "yes")


def test_a_day_set_by_hand_moves_the_deadlines_behind_it():
    typhoon = {date(2023, 10, 9): False}

    calendar = WorkCalendar([2023], days=typhoon)

    assert calendar.due_on(date(2023, 9, 25)).on == date(2023, 10, 30)


def test_an_announcement_entered_by_hand_makes_a_year_firm():
    calendar = WorkCalendar([2026, 2027], days={date(2027, 2, 8): False}, announced=[2027])

    assert not calendar.due_on(date(2027, 1, 29)).provisional
    assert calendar.provisional_years == frozenset()


def test_a_term_that_runs_out_of_the_calendar_is_refused():
    calendar = WorkCalendar([2026])

    with pytest.raises(OutsideCalendar) as refusal:
        calendar.due_on(date(2026, 12, 10))

    assert str(refusal.value) == "工作日历只有2026年至2026年,请先补充日历"


def test_a_day_before_the_calendar_is_refused():
    with pytest.raises(OutsideCalendar):
        WorkCalendar([2026]).is_workday(date(2025, 12, 31))
