"""Windows of time as plans publish them (实施时间、抽查时间段): “3月—12月”, “2024年4月至9月”, “2022年11月10日前”."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from mingcha.kernel.reading import Understood, extent
from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.kernel.widths import to_half


class InvalidPeriod(Refusal):
    """The period ends before it begins."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of days, both ends included.

    Raises:
        InvalidPeriod: it ends before it begins.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InvalidPeriod(gettext_noop("结束日期%(end)s早于开始日期%(start)s"), start=self.start, end=self.end)

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def overlaps(self, other: Period) -> bool:
        """Whether the two share a day."""
        return self.start <= other.end and other.start <= self.end


@dataclass(frozen=True, slots=True)
class PeriodReading:
    """What a text about time was understood to say."""

    text: str
    periods: tuple[Period, ...]
    not_understood: tuple[str, ...]

    @property
    def understood(self) -> Understood:
        """How much of the text was understood."""
        return extent(found=bool(self.periods), missed=bool(self.not_understood))

    @property
    def span(self) -> Period | None:
        """From the first day of the first period to the last day of the last."""
        if not self.periods:
            return None
        return Period(min(p.start for p in self.periods), max(p.end for p in self.periods))


class HalfYear(NamedTuple):
    """A half of a year (上半年、下半年): tasks are spread over both, reports are due for each."""

    year: int
    half: int

    @property
    def period(self) -> Period:
        """Its days."""
        first, last = (1, 6) if self.half == 1 else (7, 12)
        return _months(self.year, first, last)


def half_year(day: date) -> HalfYear:
    """The half-year a day lies in."""
    return HalfYear(day.year, 1 if day.month <= 6 else 2)


def half_years(period: Period) -> tuple[HalfYear, ...]:
    """The half-years a period touches, in order."""
    first, last = half_year(period.start), half_year(period.end)
    every = (HalfYear(year, half) for year in range(first.year, last.year + 1) for half in (1, 2))
    return tuple(each for each in every if first <= each <= last)


_POINT = (
    r"(?:(?P<{0}year>\d{{4}})年|(?P<{0}next>次年|翌年|当年|本年))?(?P<{0}month>\d{{1,2}})月(?:份)?"
    r"(?:(?P<{0}day>\d{{1,2}})[日号]|(?P<{0}part>[上中下]旬|底|末))?"
)
_DONE = r"(?:完成|结束|实施|开展|抽取|检查)*"
_SPAN = re.compile(f"自?从?{_POINT.format('a')}起?-{_POINT.format('b')}(?:止|底)?{_DONE}")
_SINGLE = re.compile(f"于?{_POINT.format('a')}(?P<before>之前|以前|前)?{_DONE}")
_WHOLE = re.compile(r"(?:(?P<year>\d{4})年)?(?:度)?(?P<part>全年|上半年|下半年|第?[一二三四1-4]季度)?")
_PARTS = {"全年": (1, 12), "上半年": (1, 6), "下半年": (7, 12)}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_PART_DAYS = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "底": (31, 31), "末": (31, 31)}


def read(text: str, year: int) -> PeriodReading:
    """Read a text; `year` is that of the plan, for texts that name none.

    Several windows are separated by a semicolon or comma. “…前” counts from the first day of the year and includes the
    day it names; “11月前” ends with October.
    """
    periods: list[Period] = []
    missed: list[str] = []
    for clause in re.split(r"[;,、。\n]", _plain(text)):
        if clause:
            found = _clause(clause, year)
            periods.append(found) if found else missed.append(clause)
    return PeriodReading(text, tuple(periods), tuple(missed))


def _plain(text: str) -> str:
    text = "".join(to_half(text).split()).rstrip("/")
    text = re.sub(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", r"\1年\2月\3日", text)
    text = re.sub(r"[—–―─~]+|--+|至|到", "-", text)
    return re.sub(r"(?<!\d)(\d{1,2})-(\d{1,2})月", r"\1月-\2月", text)


def _clause(clause: str, year: int) -> Period | None:
    try:
        if found := _SPAN.fullmatch(clause):
            return _span(found, year)
        if found := _SINGLE.fullmatch(clause):
            return _single(found, year)
        if found := _WHOLE.fullmatch(clause):
            return _whole(found, year)
    except (ValueError, InvalidPeriod):  # a thirteenth month, a 31st of April, an end before the start
        return None
    return None


def _span(found: re.Match[str], year: int) -> Period:
    start_year = int(found["ayear"] or (year if found["bnext"] else found["byear"]) or year)
    end_year = int(found["byear"] or (start_year + 1 if found["bnext"] in ("次年", "翌年") else start_year))
    return Period(_point(found, "a", start_year)[0], _point(found, "b", end_year)[1])


def _single(found: re.Match[str], year: int) -> Period:
    first, last = _point(found, "a", year := int(found["ayear"] or year))
    if not found["before"]:
        return Period(first, last)
    names_a_day = found["aday"] or found["apart"]
    return Period(date(year, 1, 1), last if names_a_day else date.fromordinal(first.toordinal() - 1))


def _whole(found: re.Match[str], year: int) -> Period | None:
    if not (found["year"] or found["part"]):
        return None
    part, year = found["part"] or "全年", int(found["year"] or year)
    if part in _PARTS:
        return _months(year, *_PARTS[part])
    quarter = _QUARTERS[part.removeprefix("第")[0]]
    return _months(year, quarter * 3 - 2, quarter * 3)


def _point(found: re.Match[str], end: str, year: int) -> tuple[date, date]:
    """The first and the last day a named point in time can mean."""
    month = int(found[f"{end}month"])
    last_of_month = monthrange(year, month)[1]
    if found[f"{end}day"]:
        first = last = int(found[f"{end}day"])
    else:
        first, last = _PART_DAYS.get(found[f"{end}part"] or "", (1, 31))
        first, last = min(first, last_of_month), min(last, last_of_month)
    return date(year, month, first), date(year, month, last)


def _months(year: int, first: int, last: int) -> Period:
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]))
