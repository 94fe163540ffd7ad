"""The year's fieldwork of the sample city (示例检查): draws, visits, results, one after another as the year goes by.

Everything goes through the rooms' actions. Events wait in a queue ordered by time, so that the trail reads like a year.
The salts, the witnesses' inputs and the findings are made up from the seed of the sample: these draws are for showing
how things work, nobody is inspected.
"""

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from hashlib import sha256
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from tqdm import tqdm

import fairdraw
from mingcha.draws import actions as draws
from mingcha.draws.models import Ceremony
from mingcha.kernel.workdays import WorkCalendar
from mingcha.people.actors import Actor
from mingcha.plans.models import Task
from mingcha.plans.states import Disclosure
from mingcha.publication import actions as publication
from mingcha.publication.models import Notice
from mingcha.results import actions as results
from mingcha.results.rules import ItemFinding, PlannedFollowUp
from mingcha.results.states import FollowUpKind, Outcome
from mingcha.visits import actions as visits
from mingcha.visits.models import Record, Visit, VisitMember
from mingcha.visits.states import Method

CHINA = ZoneInfo("Asia/Shanghai")
WITNESSES = ("discipline", "justice")
SHARE_WITH_PROBLEMS = 0.14
SHARE_NOT_FOUND = 0.03
PROBLEMS = (
    "营业执照未在显著位置悬挂",
    "进货查验记录不完整",
    "从业人员健康证明已过期",
    "消防通道堆放杂物",
    "明码标价不规范",
    "台账登记不及时",
)

Step = Callable[[datetime], object]


@dataclass
class Year:
    """The queue of what is still to happen, and who does it."""

    actors: dict[str, Actor]
    rng: Random
    until: datetime
    calendar: WorkCalendar
    publish: Callable[[Record, Actor, datetime], object]
    forgotten: float = 0.0
    """The share of visits, entries, reviews and publications that nobody gets round to: a running year has some."""
    waiting: list[tuple[datetime, int, Step]] = field(default_factory=list)
    serial: Iterable[int] = field(default_factory=count)

    def later(self, at: datetime, step: Step) -> None:
        """Let something happen at a moment, if the year lasts that long."""
        if at <= self.until:
            heapq.heappush(self.waiting, (at, next(iter(self.serial)), step))

    def perhaps(self, at: datetime, step: Step) -> None:
        """The same, unless it is forgotten."""
        if self.rng.random() >= self.forgotten:
            self.later(at, step)

    def run(self) -> None:
        """Let everything happen in order; a terminal sees how far the year is."""
        with tqdm(unit=" 步", disable=None) as bar:
            while self.waiting:
                at, _, step = heapq.heappop(self.waiting)
                step(at)
                bar.set_description(f"{at:%Y-%m-%d}", refresh=False)
                bar.update()


def carry_out(year: Year, tasks: Iterable[Task]) -> None:
    """Draw the tasks, those of one lead, level, disclosure and window together, and do what follows from them."""
    together: dict[tuple[str, str, str, date], list[Task]] = {}
    for task in tasks:
        key = (task.organization.code, task.implementing_level, task.disclosure, task.window_from)
        together.setdefault(key, []).append(task)
    for (lead, _, _, start), group in sorted(together.items(), key=lambda pair: pair[0]):
        at = _moment(year.calendar.add_workdays(start, 2), 9, 30)
        year.later(at, partial(_draw, year, lead, group))
    year.run()


def _moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=CHINA)


def _day(moment: datetime | None) -> date:
    if moment is None:
        raise ValueError("a result before its visit")
    return moment.astimezone(CHINA).date()


def _bytes_for(*words: str) -> bytes:
    """32 bytes that the sample always has again."""
    return sha256("/".join(("示例", *words)).encode()).digest()


def _lead(year: Year, organization: str) -> Actor:
    return next(actor for actor in year.actors.values() if actor.organization_code == organization)


def _draw(year: Year, lead: str, tasks: list[Task], at: datetime) -> None:
    """A ceremony from its preparation to the arranged visits, within an hour."""
    by = _lead(year, lead)
    title = f"{at:%Y年%m月}{by.organization.name}公开抽取(示例)"
    ceremony = draws.prepare(title=title, tasks=tasks, by=by, at=at)
    for name in WITNESSES:
        witness = year.actors[name]
        draws.declare_witness(ceremony=ceremony, user=witness.user, organization=witness.organization, by=by, at=at)
    for name in WITNESSES:
        commitment = fairdraw.commit_input(
            nonce=_bytes_for(ceremony.number, name, "nonce"), value=_bytes_for(ceremony.number, name, "value")
        )
        draws.commit_input(ceremony=ceremony, commitment=commitment, by=year.actors[name], at=at + timedelta(minutes=5))
    draws.freeze(ceremony=ceremony, salt=_bytes_for(ceremony.number, "salt"), by=by, at=at + timedelta(minutes=10))
    for name in WITNESSES:
        draws.open_input(
            ceremony=ceremony,
            nonce=_bytes_for(ceremony.number, name, "nonce"),
            value=_bytes_for(ceremony.number, name, "value"),
            by=year.actors[name],
            at=at + timedelta(minutes=20),
        )
    draws.hold(ceremony=ceremony, by=by, at=at + timedelta(minutes=25))
    publication.publish_ceremony(ceremony=ceremony, by=by, at=at + timedelta(minutes=30))
    for task in tasks:
        notice = Notice.objects.get(reference=task.number, state="PUBLISHED")
        publication.correct(notice=notice, by=by, at=at + timedelta(minutes=35))
    visits.arrange(ceremony=ceremony, by=by, at=at + timedelta(minutes=50))
    _plan_visits(year, ceremony, at)
    if ceremony.disclosure == Disclosure.SEALED:
        for name in WITNESSES:
            draws.countersign(ceremony=ceremony, by=year.actors[name], at=at + timedelta(minutes=55))
    last = max(task.window_to for task in tasks)
    release_on = year.calendar.add_workdays(min(last, at.date().replace(month=11, day=15)), 15)
    year.later(
        _moment(release_on, 10), lambda now: draws.release(ceremony=Ceremony.objects.get(pk=ceremony.pk), by=by, at=now)
    )


def _release(ceremony: Ceremony, by: Actor, at: datetime) -> None:
    draws.release(ceremony=Ceremony.objects.get(pk=ceremony.pk), by=by, at=at)
    publication.correct(notice=Notice.objects.get(reference=ceremony.number, state="PUBLISHED"), by=by, at=at)


def _plan_visits(year: Year, ceremony: Ceremony, at: datetime) -> None:
    """Spread a ceremony's visits over the working days of its windows; a finished year was done by mid-November."""
    for visit in Visit.objects.filter(ceremony=ceremony).order_by("pk"):
        first = max(visit.window_from, at.date() + timedelta(days=1))
        last = visit.window_to if year.forgotten else min(visit.window_to, date(at.year, 11, 13))
        day = first + timedelta(days=year.rng.randrange(max(1, (last - first).days)))
        while not year.calendar.is_workday(day):
            day -= timedelta(days=1)
        start = _moment(max(day, first), 9 + year.rng.randrange(7), year.rng.randrange(60))
        year.perhaps(start, partial(_visit, year, visit))


def _visit(year: Year, visit: Visit, at: datetime) -> None:
    from mingcha.assignments.queries import seats_of

    seats = list(seats_of(visit.ceremony, visit.visit_id))
    leader = year.actors[seats[0].inspector.number]
    visits.start(visit=visit, by=leader, at=at)
    ended = at + timedelta(minutes=40 + year.rng.randrange(80))
    visits.end(visit=visit, by=leader, at=ended)
    for record in Record.objects.filter(visit=visit).order_by("pk"):
        entered = ended + timedelta(days=year.rng.choice((0, 0, 0, 1, 1, 2, 5, 8)), minutes=30)
        year.perhaps(entered, partial(_enter, year, record))


def _enter(year: Year, record: Record, at: datetime) -> None:
    """One department's record: entered and submitted by one of its own inspectors."""
    members = VisitMember.objects.filter(
        visit=record.visit_id, inspector__organization=record.organization_id
    ).select_related("inspector")
    by = year.actors[members.order_by("pk")[0].inspector.number]
    record = Record.objects.select_related("visit").get(pk=record.pk)
    items = list(record.items.order_by("pk").values_list("pk", flat=True))
    visited_on = _day(record.visit.started_at)
    findings, category, follow_up = _made_up(year.rng, items, visited_on)
    record = results.enter(
        record=record,
        version=record.version,
        findings=findings,
        categories=[category],
        follow_ups=[follow_up],
        checked_on=visited_on,
        method=Method.ON_SITE,
        by=by,
        at=at,
    )
    results.submit(record=record, version=record.version, by=by, at=at + timedelta(minutes=5))
    reviewed = _moment(year.calendar.add_workdays(at.date(), 1 + year.rng.randrange(4)), 15, year.rng.randrange(60))
    year.perhaps(reviewed, partial(_review, year, record))


def _made_up(rng: Random, items: list[int], on: date) -> tuple[list[ItemFinding], str, PlannedFollowUp]:
    """Findings, category and follow-up that fit one another."""
    lot = rng.random()
    if lot < SHARE_NOT_FOUND:
        findings = [ItemFinding(item, Outcome.NOT_CONCERNED) for item in items]
        follow_up = PlannedFollowUp(FollowUpKind.ABNORMAL_LIST, due_on=on + timedelta(days=14))
        return findings, "UNREACHABLE", follow_up
    if lot < SHARE_NOT_FOUND + SHARE_WITH_PROBLEMS:
        bad = rng.choice(items)
        findings = [
            ItemFinding(item, Outcome.PROBLEM, rng.choice(PROBLEMS))
            if item == bad
            else ItemFinding(item, Outcome.NO_PROBLEM)
            for item in items
        ]
        return findings, "CORRECTED", PlannedFollowUp(FollowUpKind.CORRECTION_ORDER, due_on=on + timedelta(days=15))
    return [ItemFinding(item, Outcome.NO_PROBLEM) for item in items], "CLEAN", PlannedFollowUp(FollowUpKind.NONE)


def _review(year: Year, record: Record, at: datetime) -> None:
    record = Record.objects.select_related("organization__line").get(pk=record.pk)
    by = _lead(year, f"441600-{record.organization.line_id}")
    results.approve(record=record, by=by, at=at)
    year.perhaps(at + timedelta(days=1), partial(year.publish, record, by))
