"""What waits for whoever opens the desk (待办): a figure each, with the list behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.urls import reverse

from mingcha.draws import queries as draws
from mingcha.draws.states import CeremonyState
from mingcha.kernel.refusal import gettext_noop
from mingcha.people.actors import Actor
from mingcha.people.permissions import may
from mingcha.plans import queries as plans
from mingcha.plans.states import PlanState
from mingcha.registers import queries as registers
from mingcha.registers.models import Subject
from mingcha.registers.rules import CERTIFICATE_WARNING
from mingcha.registers.states import InspectorState
from mingcha.results import queries as results
from mingcha.visits import queries as visits

SAMPLE_SOURCE = "示例"
"""What the sample's subjects name as their source (mingcha.sample)."""
SAMPLE_KEY = "desk.holds_sample"


@dataclass(frozen=True)
class Card:
    """One figure of the start page: what it counts, how many, where the list behind it is, and whether it presses."""

    label: str
    count: int
    address: str
    is_urgent: bool = False


def holds_sample() -> bool:
    """Whether the registers hold sample subjects (示例数据); asked of the database once a minute."""
    known = cache.get(SAMPLE_KEY)
    if known is None:
        known = Subject.objects.filter(source=SAMPLE_SOURCE).exists()
        cache.set(SAMPLE_KEY, known, timeout=60)
    return bool(known)


def cards_for(by: Actor, *, today: date) -> list[Card]:
    """The figures that concern the actor: what presses first, what is nought last."""
    parts = (_own_visits, _plans, _draws, _visits, _results, _inspectors)
    cards = [card for part in parts for card in part(by, today)]
    return sorted(cards, key=lambda card: (card.count == 0, not card.is_urgent))


def _own_visits(by: Actor, today: date) -> Iterator[Card]:
    if not may(by, "visits.view_own"):
        return
    mine = visits.visits_of_inspector(by.user)
    counts = visits.counts_of(mine, today=today)
    address = reverse("visits:mine")
    yield Card(gettext_noop("已逾期的检查"), counts["overdue"], address, is_urgent=True)
    yield Card(gettext_noop("待检查"), counts["planned"], address)
    yield Card(gettext_noop("检查中"), counts["started"], address)


def _plans(by: Actor, today: date) -> Iterator[Card]:
    if not may(by, "plans.view"):
        return
    address = reverse("plans:plans")
    rows = plans.plans_for(by)
    if may(by, "plans.approve"):
        submitted = rows.filter(state=PlanState.SUBMITTED).count()
        yield Card(gettext_noop("待审核的计划"), submitted, f"{address}?state={PlanState.SUBMITTED}", is_urgent=True)
        approved = rows.filter(state=PlanState.APPROVED).count()
        yield Card(gettext_noop("待下达的计划"), approved, f"{address}?state={PlanState.APPROVED}")
    if may(by, "plans.draft"):
        returned = rows.filter(state=PlanState.RETURNED, organization=by.organization).count()
        yield Card(gettext_noop("被退回的计划"), returned, f"{address}?state={PlanState.RETURNED}", is_urgent=True)


def _draws(by: Actor, today: date) -> Iterator[Card]:
    address = reverse("draws:ceremonies")
    if may(by, "draws.witness"):
        waiting = draws.waiting_for(by).count()
        yield Card(gettext_noop("等待您见证的场次"), waiting, address, is_urgent=True)
    if may(by, "draws.prepare"):
        yield Card(gettext_noop("待抽取的任务"), draws.tasks_to_draw(by).count(), reverse("draws:prepare"))
    if may(by, "draws.verify"):
        sealed = draws.ceremonies_for(by).filter(state=CeremonyState.DRAWN).count()
        yield Card(gettext_noop("已抽取封存的场次"), sealed, f"{address}?state={CeremonyState.DRAWN}")


def _visits(by: Actor, today: date) -> Iterator[Card]:
    if not may(by, "visits.view"):
        return
    address = reverse("visits:visits")
    if may(by, "visits.arrange"):
        yield Card(gettext_noop("待生成检查任务的场次"), visits.waiting_ceremonies(by).count(), address, is_urgent=True)
    counts = visits.counts_of(visits.visits_for(by), today=today)
    yield Card(gettext_noop("逾期未检查"), counts["overdue"], f"{address}?state=overdue", is_urgent=True)
    yield Card(gettext_noop("待检查"), counts["planned"], address)


def _results(by: Actor, today: date) -> Iterator[Card]:
    if not may(by, "results.view"):
        return
    counts = results.counts_of(results.records_for(by), today=today)
    address = reverse("results:records")
    yield Card(gettext_noop("逾期未录入"), counts["overdue"], f"{address}?queue=overdue", is_urgent=True)
    yield Card(gettext_noop("待录入的结果"), counts["to_enter"], f"{address}?queue=to_enter")
    if may(by, "results.review"):
        yield Card(gettext_noop("待审核的结果"), counts["submitted"], f"{address}?queue=submitted", is_urgent=True)


def _inspectors(by: Actor, today: date) -> Iterator[Card]:
    if not may(by, "registers.edit"):
        return
    expiring = registers.inspectors_for(by).filter(
        state=InspectorState.ACTIVE, certificate_valid_to__lte=today + CERTIFICATE_WARNING
    )
    yield Card(gettext_noop("执法证 30 日内到期或已过期"), expiring.count(), reverse("registers:inspectors"))
