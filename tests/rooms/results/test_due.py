"""By when a record must be entered and published (检查完毕的20个工作日内), with the city's own calendar over it."""

from datetime import date, datetime, timedelta

import pytest

from mingcha.people.permissions import NotPermitted
from mingcha.results import actions, queries, rules
from mingcha.results.models import CalendarDay, CalendarYear
from mingcha.visits.models import Record, Visit
from tests import results_world, visits_world
from tests.drawn import rows
from tests.world import CHINA

# National Day of 2026: 10-01 to 10-07 off, 10-10 (a Saturday) made up. No schedule of 2027 is announced yet.
DUE = """
    ended on   | set by hand          | due on     | provisional
    2023-09-25 |                      | 2023-10-27 | no
    2026-09-28 |                      | 2026-10-30 | no
    2026-09-28 | 2026-10-10 off       | 2026-11-02 | no
    2026-09-28 | 2026-10-24 worked    | 2026-10-29 | no
    2026-03-10 |                      | 2026-04-08 | no
    2026-12-10 |                      | 2027-01-08 | yes
"""


@pytest.fixture
def record(world):
    return results_world.open_record(world)


def ended_on(record: Record, day: date) -> Record:
    at = datetime(day.year, day.month, day.day, 17, 30, tzinfo=CHINA)
    Visit.objects.filter(pk=record.visit_id).update(started_at=at - timedelta(hours=2), ended_at=at)
    return Record.objects.select_related("visit").get(pk=record.pk)


def set_day(world, day: date, *, is_workday: bool = False, source: str = "市政府通告") -> CalendarDay:
    return actions.set_calendar_day(day=day, is_workday=is_workday, source=source, by=world["office"], at=world.now)


@pytest.mark.parametrize("case", rows(DUE), ids=lambda case: " ".join(case.values()))
def test_a_record_is_due_twenty_working_days_after_the_visit_ended(world, record, case):
    if case["set by hand"]:
        day, word = case["set by hand"].split()
        set_day(world, date.fromisoformat(day), is_workday=word == "worked")

    due = queries.due_on(ended_on(record, date.fromisoformat(case["ended on"])))

    assert (due.on, due.provisional) == (date.fromisoformat(case["due on"]), case["provisional"] == "yes")


def test_a_visit_that_goes_on_has_no_deadline(world):
    visits_world.arrange_visits(world)
    visit = visits_world.started(world, visits_world.visit_of(world, "yc-inspector"))

    assert queries.due_on(results_world.record_of(visit)) is None


def test_an_announced_year_makes_its_deadlines_final(world, record):
    days = {date(2027, 1, 1): False, date(2027, 1, 4): False, date(2027, 1, 9): True}
    actions.announce_year(year=2027, days=days, source="国办发明电〔2026〕9号", by=world["office"], at=world.now)

    due = queries.due_on(ended_on(record, date(2026, 12, 10)))

    assert (due.on, due.provisional) == (date(2027, 1, 9), False)
    assert CalendarYear.objects.get().source == "国办发明电〔2026〕9号"


def test_the_last_day_is_not_overdue_the_day_after_is(world, record):
    ended_on(record, date(2026, 3, 10))

    def overdue(today):
        return list(queries.queue_of(Record.objects.all(), "overdue", today=today))

    assert overdue(date(2026, 4, 8)) == []
    assert overdue(date(2026, 4, 9)) == [record]


def test_what_is_submitted_is_no_longer_overdue(world):
    submitted = results_world.submitted_record(world)

    assert submitted not in queries.queue_of(Record.objects.all(), "overdue", today=date(2026, 6, 1))


@pytest.mark.parametrize("by", ["market", "yc-market", "yc-inspector", "discipline"])
def test_the_calendar_is_kept_by_office_and_administrator(world, by):
    with pytest.raises(NotPermitted, match="维护工作日历"):
        actions.set_calendar_day(day=date(2026, 5, 6), is_workday=False, source="通告", by=world[by], at=world.now)

    assert not CalendarDay.objects.exists()


def test_a_day_without_a_source_is_refused(world):
    with pytest.raises(rules.CannotSetCalendar, match="依据的文件"):
        set_day(world, date(2026, 5, 6), source=" ")

    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize("days", [{}, {date(2026, 1, 1): False}])
def test_a_year_without_days_of_its_own_is_refused(world, days):
    with pytest.raises(rules.CannotSetCalendar, match="2027年的放假"):
        actions.announce_year(year=2027, days=days, source="通知", by=world["office"], at=world.now)

    assert not CalendarYear.objects.exists()


def test_a_day_set_again_is_changed_not_doubled(world):
    set_day(world, date(2026, 5, 6))

    set_day(world, date(2026, 5, 6), is_workday=True)

    assert CalendarDay.objects.get().is_workday
