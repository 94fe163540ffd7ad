"""Working days (工作日): the count by which deadlines run.

The State Council announces the days off and make-up days of a year in the autumn before (节假日安排的通知). For those
years the calendar follows chinesecalendar; single days can be set from a table of ours. For a year without an
announcement Monday to Friday count, save the statutory days with a fixed date, and every deadline that reaches into
such a year is provisional: it is worked out again when the announcement is there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from chinese_calendar import constants

from mingcha.kernel.refusal import Refusal, gettext_noop

#: 谁检查、谁录入、谁公开: results are entered and made public within this many working days after the visit ended.
PUBLICATION_TERM = 20

# 全国年节及纪念日放假办法 (2024): days off with a fixed date. Those of the moon calendar are left to the announcement.
_FIXED_DAYS_OFF = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
_ANNOUNCED_YEARS = frozenset(day.year for day in constants.holidays)


class OutsideCalendar(Refusal):
    """The day, or the answer, lies outside the years of the calendar."""


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a term (截止日), and whether it may still move."""

    on: date
    provisional: bool


class WorkCalendar:
    """The working days of some whole years, as an array of how many there were up to each day.

    `days` overrides single days (date → is it a working day); `announced` names further years whose announcement has
    been entered that way and which are therefore no longer provisional.
    """

    def __init__(
        self, years: Iterable[int], *, days: Mapping[date, bool] | None = None, announced: Collection[int] = ()
    ) -> None:
        self.years = range(min(years := list(years)), max(years) + 1)
        self.first = date(self.years[0], 1, 1)
        self.last = date(self.years[-1], 12, 31)
        self.provisional_years = frozenset(self.years) - _ANNOUNCED_YEARS - frozenset(announced)
        overrides = days or {}
        span = (self.first + timedelta(n) for n in range((self.last - self.first).days + 1))
        self._so_far = [0, *accumulate(overrides.get(day, _is_workday(day)) for day in span)]

    def is_workday(self, day: date) -> bool:
        """Whether people work on this day."""
        index = self._index(day)
        return self._so_far[index + 1] > self._so_far[index]

    def is_provisional(self, day: date) -> bool:
        """Whether the day lies in a year without an announcement."""
        self._index(day)
        return day.year in self.provisional_years

    def workdays_between(self, start: date, end: date) -> int:
        """The working days after `start` up to and including `end`; negative if `end` comes first."""
        return self._so_far[self._index(end) + 1] - self._so_far[self._index(start) + 1]

    def add_workdays(self, day: date, count: int) -> date:
        """The working day that is `count` after a day, which is not counted itself (民法典 art. 201).

        A negative count goes back; zero gives the day itself.

        Raises:
            OutsideCalendar: the answer lies outside the years of the calendar.
        """
        index = self._index(day)
        if count == 0:
            return day
        before = self._so_far[index + 1] if count > 0 else self._so_far[index] + 1
        wanted = before + count
        if not 0 < wanted <= self._so_far[-1]:
            raise self._outside()
        return self.first + timedelta(bisect_left(self._so_far, wanted) - 1)

    def due_on(self, ended_on: date, workdays: int = PUBLICATION_TERM) -> Due:
        """The last day of a term of working days that begins after a day."""
        last = self.add_workdays(ended_on, workdays)
        return Due(last, any(year in self.provisional_years for year in range(ended_on.year, last.year + 1)))

    def _index(self, day: date) -> int:
        if not self.first <= day <= self.last:
            raise self._outside()
        return (day - self.first).days

    def _outside(self) -> OutsideCalendar:
        return OutsideCalendar(
            gettext_noop("工作日历只有%(first)d年至%(last)d年,请先补充日历"), first=self.years[0], last=self.years[-1]
        )


def is_announced(year: int) -> bool:
    """Whether the days off of a year are known from its announcement."""
    return year in _ANNOUNCED_YEARS


def _is_workday(day: date) -> bool:
    # The library's own function costs 130 µs a call and raises for years to come; its tables are public.
    if day.year in _ANNOUNCED_YEARS:
        return day in constants.workdays or (day.weekday() < 5 and day not in constants.holidays)
    return day.weekday() < 5 and (day.month, day.day) not in _FIXED_DAYS_OFF
