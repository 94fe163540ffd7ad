"""How a published window of time is read (实施时间、抽查时间段)."""

from datetime import date

import pytest

from mingcha.kernel.periods import half_year, half_years, read
from tests.drawn import rows

WINDOWS = """
    published                       | from       | to
    3月—12月                        | 2026-03-01 | 2026-12-31
    7月至12月                       | 2026-07-01 | 2026-12-31
    3-11月                          | 2026-03-01 | 2026-11-30
    2024年4月至9月                  | 2024-04-01 | 2024-09-30
    2026年1月—11月                  | 2026-01-01 | 2026-11-30
    2026年1月1日-2026年12月31日     | 2026-01-01 | 2026-12-31
    2026-03-01至2026-11-30          | 2026-03-01 | 2026-11-30
    2025年11月-2026年3月            | 2025-11-01 | 2026-03-31
    11月—次年2月                    | 2026-11-01 | 2027-02-28
    2025年9月                       | 2025-09-01 | 2025-09-30
    2021/5/20                       | 2021-05-20 | 2021-05-20
    5月上旬                         | 2026-05-01 | 2026-05-10
    2022年11月10日前                | 2022-01-01 | 2022-11-10
    2022年11月前                    | 2022-01-01 | 2022-10-31
    9月底前完成                     | 2026-01-01 | 2026-09-30
    2020年全年                      | 2020-01-01 | 2020-12-31
    上半年                          | 2026-01-01 | 2026-06-30
    第三季度                        | 2026-07-01 | 2026-09-30
"""

NOT_UNDERSTOOD = ["待定", "20229", "13月", "4月31日", "11月—2月", "1月前", "适时开展"]

HALVES = """
    day        | half
    2026-01-01 | 2026 1
    2026-06-30 | 2026 1
    2026-07-01 | 2026 2
    2026-12-31 | 2026 2
"""


@pytest.mark.parametrize("case", rows(WINDOWS), ids=lambda case: case["published"])
def test_a_window_becomes_days_both_included(case):
    reading = read(case["published"], year=2026)

    assert reading.understood == "PARSED"
    assert reading.span.start == date.fromisoformat(case["from"])
    assert reading.span.end == date.fromisoformat(case["to"])


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_a_window_that_cannot_be_read_is_handed_back(text):
    reading = read(text, year=2026)

    assert reading.understood == "UNPARSED"
    assert reading.span is None
    assert reading.not_understood != ()


def test_two_windows_are_two_periods_and_one_span():
    reading = read("3月-5月;9月-11月", year=2026)

    assert [(period.start.month, period.end.month) for period in reading.periods] == [(3, 5), (9, 11)]
    assert (reading.span.start, reading.span.end) == (date(2026, 3, 1), date(2026, 11, 30))


def test_a_window_read_only_in_part_says_so():
    reading = read("3月-5月;视天气情况", year=2026)

    assert reading.understood == "PARTLY"
    assert reading.not_understood == ("视天气情况",)


@pytest.mark.parametrize("case", rows(HALVES), ids=lambda case: case["day"])
def test_the_year_is_halved_at_midsummer(case):
    half = half_year(date.fromisoformat(case["day"]))

    assert f"{half.year} {half.half}" == case["half"]


def test_a_task_over_the_turn_of_the_year_touches_three_halves():
    period = read("2025年11月-2026年8月", year=2026).span

    assert half_years(period) == ((2025, 2), (2026, 1), (2026, 2))
