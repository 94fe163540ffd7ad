"""Results for the tests' small Heyuan, entered, submitted and reviewed through the actions."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from mingcha.results import actions
from mingcha.results.rules import ItemFinding, PlannedFollowUp
from mingcha.visits.models import Record, Visit
from tests import visits_world
from tests.visits_world import SPRING
from tests.world import World

NEXT_DAY = SPRING + timedelta(days=1)


def ended_visit(world: World) -> Visit:
    """A visit of the department's task that 江勘 of 源城 made, nothing entered yet; the categories are loaded."""
    visits_world.arrange_visits(world)
    actions.load_categories(by=world.sysadmin, at=world.now)
    return visits_world.ended(world, visits_world.visit_of(world, "yc-inspector"))


def record_of(visit: Visit, line: str = "market") -> Record:
    """A department line's part of a visit."""
    return Record.objects.get(visit=visit, organization__line=line)


def open_record(world: World) -> Record:
    """A record to be entered by 江勘 of 源城."""
    return record_of(ended_visit(world))


def enter(world: World, record: Record, *, username: str = "yc-inspector", at: datetime = NEXT_DAY, **said) -> Record:
    """Enter a record: no problem at all, but for what `said` says otherwise."""
    record.refresh_from_db()
    values = {
        "version": record.version,
        "findings": findings(record),
        "categories": ["CLEAN"],
        "follow_ups": [PlannedFollowUp("NONE")],
        "checked_on": localdate(record.visit.started_at or at),
        "method": "ON_SITE",
    }
    return actions.enter(record=record, **{**values, **said}, by=world[username], at=at)


def findings(record: Record, *problems: str) -> Sequence[ItemFinding]:
    """A finding for every item: a problem where a description is given, in the order of the items."""
    keys = record.items.order_by("pk").values_list("pk", flat=True)
    said = dict(enumerate(problems))
    return [
        ItemFinding(key, "PROBLEM", said[place]) if said.get(place) else ItemFinding(key, "NO_PROBLEM")
        for place, key in enumerate(keys)
    ]


def enter_problem(world: World, record: Record, *, at: datetime = NEXT_DAY) -> Record:
    """Enter a record with a problem that is to be put right within a month."""
    return enter(
        world,
        record,
        at=at,
        findings=findings(record, "营业执照未在经营场所公示"),
        categories=["CORRECTED"],
        follow_ups=[PlannedFollowUp("CORRECTION_ORDER", date(2026, 4, 15), "限期公示")],
    )


def submitted_record(world: World, *, with_problem: bool = False) -> Record:
    """A record that waits for review."""
    record = open_record(world)
    entered = enter_problem(world, record) if with_problem else enter(world, record)
    return actions.submit(record=record, version=entered.version, by=world["yc-inspector"], at=NEXT_DAY)


def approved_record(world: World, *, with_problem: bool = False) -> Record:
    """A record approved by 袁成 of 源城's bureau, with nothing found, or with a problem and a correction order."""
    record = submitted_record(world, with_problem=with_problem)
    return actions.approve(record=record, by=world["yc-market"], at=NEXT_DAY + timedelta(hours=1))
