import csv
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mingcha.kernel.workdays import WorkCalendar, is_announced

CALENDAR = WorkCalendar(range(2019, 2029))
days = st.dates(date(2020, 1, 1), date(2027, 12, 31))


@given(days, st.integers(1, 200))
def test_going_forth_and_back_lands_on_the_working_day_one_left(day, count):
    there = CALENDAR.add_workdays(day, count)

    assert CALENDAR.is_workday(there)
    assert CALENDAR.workdays_between(day, there) == count
    assert not CALENDAR.is_workday(day) or CALENDAR.add_workdays(there, -count) == day


@given(days, st.integers(1, 40))
def test_a_term_counted_day_by_day_gives_the_same(day, count):
    there, left = day, count
    while left:
        there += timedelta(1)
        left -= CALENDAR.is_workday(there)

    assert CALENDAR.add_workdays(day, count) == there


def test_the_years_have_as_many_working_days_as_announced():
    counts = {year: _workdays_of(year) for year in (2023, 2024, 2025, 2026)}

    assert counts == {2023: 249, 2024: 251, 2025: 248, 2026: 248}


def test_a_year_without_announcement_is_provisional():
    assert is_announced(2026)
    assert not is_announced(2028)
    assert CALENDAR.is_provisional(date(2028, 3, 1))
    assert not CALENDAR.is_provisional(date(2026, 3, 1))


def test_every_announced_day_of_the_schedules_is_as_announced(real_rows):
    with (real_rows / "codes/holidays_2019_2026.csv").open(encoding="utf-8-sig") as file:
        announced = {date.fromisoformat(row["date"]): row["kind"] == "work" for row in csv.DictReader(file)}
    known = {day: work for day, work in announced.items() if day.year >= 2019}

    assert {day: CALENDAR.is_workday(day) for day in known} == known


def _workdays_of(year):
    return CALENDAR.workdays_between(date(year - 1, 12, 31), date(year, 12, 31))
