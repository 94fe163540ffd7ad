"""The quality board of the register of subjects (名录库质量): what is missing, past its day, double or stale.

A 抽查基数 is only as whole as the register behind it. Every figure is a question that the list can be asked as well,
so that the rows behind a figure are one click away. Only subjects in operation (存续) count: nobody mends the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Concat
from django.db.models.lookups import In
from django.utils import timezone

from mingcha.kernel.refusal import gettext_noop
from mingcha.people.actors import Actor
from mingcha.people.permissions import may
from mingcha.registers import queries
from mingcha.registers.models import Licence, Rating, Subject
from mingcha.registers.states import LIVE_STATES, SubjectKind

STALE_DAYS = 365
_CODE = r"^[0-9A-HJ-NPQRTUWXY]{18}$"  # GB 32100-2015
_CODED = [kind for kind in SubjectKind if kind != SubjectKind.OTHER]


@dataclass(frozen=True)
class Check:
    """One question of the board: `wrong(on)` leaves the subjects with something to mend."""

    code: str
    label: str
    remedy: str
    wrong: Callable[[date], Q]
    act: str = "registers.view"


def _expired(on: date) -> Q:
    return Q(Exists(Licence.objects.filter(subject=OuterRef("pk"), valid_to__lt=on)))


def _double(_on: date) -> Q:
    place = Concat(F("region_id"), F("name"))  # one pass over the table; a question for each row took minutes
    live = Subject.objects.filter(state__in=LIVE_STATES).order_by().values(place=place)
    return Q(In(place, live.annotate(several=Count("pk")).filter(several__gt=1).values("place")))


def _stale(on: date) -> Q:
    day = timezone.make_aware(datetime.combine(on - timedelta(days=STALE_DAYS), time.min))
    return Q(updated_at__lt=day)


def _unrated(_on: date) -> Q:
    return ~Q(Exists(Rating.objects.filter(subject=OuterRef("pk"))))


CHECKS = (
    Check(
        "no_code",
        gettext_noop("没有统一社会信用代码"),
        gettext_noop("向登记机关核对后更换代码"),
        lambda _on: Q(kind__in=_CODED) & ~Q(unit_id__regex=_CODE),
    ),
    Check("no_address", gettext_noop("没有地址"), gettext_noop("补录住所或经营场所"), lambda _on: Q(address="")),
    Check("no_industry", gettext_noop("没有行业"), gettext_noop("补录行业代码"), lambda _on: Q(industry="")),
    Check("no_phone", gettext_noop("没有联系电话"), gettext_noop("补录联系电话"), lambda _on: Q(contact_phone="")),
    Check("expired", gettext_noop("许可已过期"), gettext_noop("核实是否续期,更新有效期"), _expired),
    Check("double", gettext_noop("同一区域内重名"), gettext_noop("核对是否为同一主体,注销重复的一条"), _double),
    Check("stale", gettext_noop("一年未更新"), gettext_noop("重新导入来源数据"), _stale),
    Check(
        "unrated",
        gettext_noop("没有风险等级"),
        gettext_noop("导入信用风险分类结果"),
        _unrated,
        act="registers.view_ratings",
    ),
)
BY_CODE = {check.code: check for check in CHECKS}


@dataclass(frozen=True)
class Row:
    """One area or source: its subjects in operation, and for every check how many are wrong."""

    key: str
    name: str
    total: int
    wrong: tuple[int, ...]
    updated_at: datetime | None


def checks_for(by: Actor) -> tuple[Check, ...]:
    """The questions whose answer the actor may see."""
    return tuple(check for check in CHECKS if may(by, check.act))


def failing(subjects: QuerySet[Subject], check: Check, *, on: date) -> QuerySet[Subject]:
    """The subjects in operation behind one figure."""
    return subjects.filter(check.wrong(on), state__in=LIVE_STATES)


def by_region(by: Actor, *, on: date) -> list[Row]:
    """A row for each area in the actor's scope; areas without a subject stand there with zero."""
    found = {row.key: row for row in _rows(by, "region_id", "region__name", on=on)}
    none = tuple(0 for _ in checks_for(by))
    return [found.get(region.code, Row(region.code, region.name, 0, none, None)) for region in queries.regions_of(by)]


def by_source(by: Actor, *, on: date) -> list[Row]:
    """A row for each source the rows came from (数据来源), with the day of its newest row."""
    return _rows(by, "source", "source", on=on)


def _rows(by: Actor, key: str, name: str, *, on: date) -> list[Row]:
    checks = checks_for(by)
    live: Any = queries.subjects_for(by).filter(state__in=LIVE_STATES).order_by()
    counts = {check.code: Count("pk", filter=check.wrong(on)) for check in checks}
    keys = {"row_key": F(key), "row_name": F(name)}
    grouped = live.values(**keys).annotate(total=Count("pk"), newest=Max("updated_at"), **counts)
    return [
        Row(
            key=row["row_key"],
            name=row["row_name"],
            total=row["total"],
            wrong=tuple(row[check.code] for check in checks),
            updated_at=row["newest"],
        )
        for row in grouped.order_by("row_key")
    ]


def total_of(rows: Iterable[Row]) -> tuple[int, list[int]]:
    """The sums under a table: of all subjects, and of each check."""
    rows = list(rows)
    return sum(row.total for row in rows), [sum(column) for column in zip(*(row.wrong for row in rows), strict=True)]
