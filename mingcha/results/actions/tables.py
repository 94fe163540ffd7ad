"""The tables that results are read by: categories (检查结果类别) and working days (工作日历)."""

import csv
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from fairdraw.suite import digest
from mingcha.kernel.refusal import gettext_noop
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.results import rules
from mingcha.results.models import CalendarDay, CalendarYear, ResultCategory

CATEGORIES = Path(__file__).resolve().parent.parent / "tables" / "categories.csv"


@transaction.atomic
def load_categories(*, by: Actor, at: datetime) -> int:
    """Load the default categories (检查结果类别) that are not there yet; the number of new ones is returned."""
    require(by, "results.load_categories")
    known = set(ResultCategory.objects.values_list("code", flat=True))
    with CATEGORIES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    fresh = [(position, row) for position, row in enumerate(rows, start=1) if row["code"] not in known]
    for position, row in fresh:
        ResultCategory.objects.create(
            code=row["code"],
            name=row["name"],
            meaning=row["meaning"],
            parent=ResultCategory.objects.get(code=row["parent"]) if row["parent"] else None,
            is_exclusive=row["exclusive"] == "yes",
            needs_follow_up=row["needs_follow_up"] == "yes",
            position=position,
            valid_from=date.fromisoformat(row["valid_from"]),
        )
    facts = {"new": [row["code"] for _, row in fresh], "table": digest(CATEGORIES.read_bytes())}
    ledger.append(act="results.load_categories", subject="result-categories", facts=facts, by=by, at=at)
    return len(fresh)


@transaction.atomic
def set_calendar_day(*, day: date, is_workday: bool, source: str, by: Actor, at: datetime) -> CalendarDay:
    """Say of one day whether it is worked (工作日历), over the built-in table.

    Raises:
        CannotSetCalendar: no source is named.
    """
    require(by, "results.set_calendar")
    _check_source(source)
    values = {"is_workday": is_workday, "source": source.strip()}
    row, _ = CalendarDay.objects.update_or_create(day=day, defaults=values)
    facts = {"is_workday": is_workday, "source": source.strip()}
    ledger.append(act="results.set_calendar", subject=f"calendar:{day}", facts=facts, by=by, at=at)
    return row


@transaction.atomic
def announce_year(*, year: int, days: Mapping[date, bool], source: str, by: Actor, at: datetime) -> CalendarYear:
    """Enter a year's official schedule (节假日安排): its days off and make-up days; its deadlines become final.

    Raises:
        CannotSetCalendar: no source is named, no day given, or a day of another year.
    """
    require(by, "results.set_calendar")
    _check_source(source)
    if not days or any(day.year != year for day in days):
        raise rules.CannotSetCalendar(gettext_noop("请列出%(year)s年的放假和调休上班日期"), year=year)
    for day, is_workday in days.items():
        CalendarDay.objects.update_or_create(day=day, defaults={"is_workday": is_workday, "source": source.strip()})
    row, _ = CalendarYear.objects.update_or_create(year=year, defaults={"source": source.strip()})
    facts = {"days": {str(day): is_workday for day, is_workday in sorted(days.items())}, "source": source.strip()}
    ledger.append(act="results.announce_year", subject=f"calendar:{year}", facts=facts, by=by, at=at)
    return row


def _check_source(source: str) -> None:
    if not source.strip():
        raise rules.CannotSetCalendar(gettext_noop("请写明依据的文件"))
