"""Visits are made of a drawn ceremony once, begin within their window, and end when the inspectors leave."""

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from mingcha.assignments.models import Seat
from mingcha.draws.models import Ceremony, SelectedUnit
from mingcha.kernel import numbering
from mingcha.ledger import queries as ledger
from mingcha.people.permissions import NotPermitted
from mingcha.plans import actions as plans
from mingcha.plans.states import PlanKind
from mingcha.registers import actions as registers
from mingcha.registers.rules import Scope
from mingcha.visits import actions, queries, rules
from mingcha.visits.models import Record, RecordItem, Visit, VisitMember
from tests import draws_world, plans_world, registers_world, visits_world
from tests.visits_world import SPRING, visit_of

SOON = SPRING - timedelta(days=7)


@pytest.fixture
def drawn(world):
    return draws_world.hold_ceremony(world)


def test_every_selected_unit_gets_its_visit_as_it_was_frozen(world, drawn):
    count = actions.arrange(ceremony=drawn.ceremony, by=world["market"], at=SOON)

    units = SelectedUnit.objects.filter(ceremony_task__ceremony=drawn.ceremony, drawn_as="SELECTED")
    expected = set(units.values_list("unit_id", "name", "address", "region"))
    made = set(Visit.objects.values_list("subject__unit_id", "subject_name", "address", "region"))
    assert count == len(expected) == Visit.objects.count()
    assert made == expected
    assert set(Visit.objects.values_list("window_from", "window_to")) == {(date(2026, 3, 1), date(2026, 10, 31))}


def test_visits_are_numbered_by_region_and_year_without_gaps(world, drawn):
    actions.arrange(ceremony=drawn.ceremony, by=world["market"], at=SOON)

    for region in ("441602", "441625", "4416JD"):
        numbers = [numbering.parse(row.number) for row in Visit.objects.filter(region=region).order_by("number")]
        assert [number.serial for number in numbers] == list(range(1, len(numbers) + 1))
        assert {number.series for number in numbers} == {f"V{region}2026"}


def test_the_numbers_of_a_second_ceremony_go_on(world, drawn):
    actions.arrange(ceremony=drawn.ceremony, by=world["market"], at=SOON)
    former = Visit.objects.filter(region="441602").count()
    second = draws_world.draw(world, [drawn.issued.joint])

    actions.arrange(ceremony=second, by=world["market"], at=SOON)

    first = Visit.objects.filter(ceremony=second, region="441602").order_by("number").first()
    assert numbering.parse(first.number).serial == former + 1


def test_the_county_bureau_whose_inspectors_go_answers_for_the_record(world, drawn):
    actions.arrange(ceremony=drawn.ceremony, by=world["market"], at=SOON)

    answers = set(Record.objects.values_list("visit__region", "organization__code"))
    assert answers == {("441602", "yc-market"), ("441625", "dy-market"), ("4416JD", "jd-market")}


def test_each_department_gets_its_own_record_with_its_own_items(world):
    visits_world.arrange_joint_visits(world)
    visit = visit_of(world, "yc-teacher")

    rows = RecordItem.objects.filter(record__visit=visit)
    assert set(rows.values_list("record__organization__code", "item__code")) == {
        ("yc-market", "J-02"),
        ("yc-education", "J-01"),
    }


def second_task(world, stock):
    """Another task of market's over the same subjects, from September to December, so that windows overlap."""
    by, at = world["market"], world.now
    plan = plans.draft_plan(year=2026, kind=PlanKind.DEPARTMENT, title="下半年计划", by=by, at=at)
    task = plans.add_task(
        plan=plan,
        name="餐饮服务检查",
        directed=False,
        scope=Scope(kinds=("ENTERPRISE", "INDIVIDUAL")),
        ratio_text="全部",
        rule=plans_world.DrawRule("ratio", ratios={"*": "1"}, minimum=1),
        window_text="9月—12月",
        window_from=date(2026, 9, 1),
        window_to=date(2026, 12, 20),
        by=by,
        at=at,
    )
    plans.set_participants(task=task, parts=[(by.organization, True, 2, None, [stock.items["M-03"]])], by=by, at=at)
    plans.submit(plan=plan, by=by, at=at)
    plans.approve(plan=plan, by=world["office"], at=at)
    plans.issue(plan=plan, by=world["office"], at=at)
    task.refresh_from_db()
    return task


def test_tasks_whose_windows_overlap_go_through_one_door(world):
    stock = registers_world.stock(world)
    issued = plans_world.issue_plan(world, stock)
    other = second_task(world, stock)
    draws_world.staff_zone(world)
    ceremony = draws_world.draw(world, [issued.department, other])

    actions.arrange(ceremony=ceremony, by=world["market"], at=SOON)

    shared = Visit.objects.filter(records__task=issued.department).filter(records__task=other).distinct()
    assert (
        shared.count()
        == SelectedUnit.objects.filter(ceremony_task__task=issued.department, drawn_as="SELECTED").count()
    )
    assert set(shared.values_list("window_from", "window_to")) == {(date(2026, 9, 1), date(2026, 10, 31))}
    assert Visit.objects.values("subject").distinct().count() == Visit.objects.count()
    assert set(Visit.objects.values_list("visit_id", flat=True)) == set(Seat.objects.values_list("visit_id", flat=True))


def test_making_visits_a_second_time_is_refused_and_changes_nothing(world, drawn):
    actions.arrange(ceremony=drawn.ceremony, by=world["market"], at=SOON)
    before = (Visit.objects.count(), Record.objects.count(), ledger.last_entry().seq)

    with pytest.raises(rules.AlreadyArranged, match="已经生成"):
        actions.arrange(ceremony=drawn.ceremony, by=world["market"], at=SOON)

    assert (Visit.objects.count(), Record.objects.count(), ledger.last_entry().seq) == before


def test_a_rehearsal_makes_no_visits(world):
    issued = draws_world.issue_and_staff(world)
    rehearsal = draws_world.draw(world, [issued.department], is_rehearsal=True)

    with pytest.raises(rules.CannotArrange, match="演练"):
        actions.arrange(ceremony=rehearsal, by=world["market"], at=SOON)

    assert not Visit.objects.exists()


def test_what_is_not_drawn_makes_no_visits(world):
    issued = draws_world.issue_and_staff(world)
    ceremony = draws_world.freeze(world, draws_world.prepare(world, [issued.department]))

    with pytest.raises(rules.CannotArrange, match="尚未抽取"):
        actions.arrange(ceremony=ceremony, by=world["market"], at=SOON)


@pytest.mark.parametrize("by", ["discipline", "sysadmin", "yc-inspector"])
def test_only_officials_make_visits(world, drawn, by):
    with pytest.raises(NotPermitted, match="生成检查任务"):
        actions.arrange(ceremony=drawn.ceremony, by=world[by], at=SOON)


@pytest.mark.parametrize("by", ["education", "yc-market"])
def test_another_organizations_ceremony_does_not_exist(world, drawn, by):
    with pytest.raises(Ceremony.DoesNotExist):
        actions.arrange(ceremony=drawn.ceremony, by=world[by], at=SOON)

    assert not Visit.objects.exists()


@pytest.fixture
def visit(world):
    """A visit of 江勘, arranged and not begun."""
    visits_world.arrange_visits(world)
    return visit_of(world, "yc-inspector")


def test_a_visit_begins_with_the_team_as_it_goes_in(world, visit):
    begun = actions.start(visit=visit, by=world["yc-inspector"], at=SPRING)

    members = set(VisitMember.objects.filter(visit=visit).values_list("inspector", flat=True))
    seats = Seat.objects.filter(ceremony=visit.ceremony, visit_id=visit.visit_id)
    assert (begun.state, begun.started_at, begun.started_by) == ("STARTED", SPRING, world.user("yc-inspector"))
    assert members == set(seats.values_list("inspector", flat=True))
    assert set(seats.values_list("locked_at", flat=True)) == {SPRING}
    assert ledger.last_entry().act == "visits.start"


def test_a_visit_begins_once(world, visit):
    actions.start(visit=visit, by=world["yc-inspector"], at=SPRING)

    with pytest.raises(rules.CannotStart, match="已经开始"):
        actions.start(visit=visit, by=world["yc-inspector"], at=SPRING + timedelta(minutes=1))

    visit.refresh_from_db()
    assert visit.started_at == SPRING


@pytest.mark.parametrize(
    ("at", "sentence"),
    [(SPRING - timedelta(days=10), "2026-03-01起方可检查"), (SPRING + timedelta(days=240), "已于2026-10-31结束")],
)
def test_outside_its_window_no_visit_begins(world, visit, at, sentence):
    with pytest.raises(rules.CannotStart, match=sentence):
        actions.start(visit=visit, by=world["yc-inspector"], at=at)

    visit.refresh_from_db()
    assert visit.state == "PLANNED"
    assert not Seat.objects.exclude(locked_at=None).exists()


def test_who_does_not_sit_in_the_team_cannot_begin(world, visit):
    with pytest.raises(rules.CannotStart, match="不在本次检查的检查组中"):
        actions.start(visit=visit, by=world["dy-inspector"], at=SPRING)


@pytest.mark.parametrize("by", ["office", "market", "yc-market", "discipline"])
def test_officials_do_not_carry_visits_out(world, visit, by):
    with pytest.raises(NotPermitted, match="开展检查"):
        actions.start(visit=visit, by=world[by], at=SPRING)


def test_a_suspended_colleague_must_be_replaced_first(world, visit):
    seat = visits_world.seat_of(world, visit, "yc-inspector")
    registers.edit_inspector(inspector=seat.inspector, values={"state": "SUSPENDED"}, by=world["yc-market"], at=SOON)

    with pytest.raises(rules.CannotStart, match="江勘的执法证件已失效或不在岗"):
        actions.start(visit=visit, by=world["yc-inspector"], at=SPRING)


def test_a_visit_ends_and_the_term_runs(world, visit):
    ended = visits_world.ended(world, visit)

    assert (ended.state, ended.ended_at) == ("ENDED", SPRING + timedelta(hours=2))
    assert json.loads(ledger.last_entry().body)["facts"] == {"ended_at": "2026-03-10T11:00:00+08:00"}


def test_a_visit_that_has_not_begun_cannot_end(world, visit):
    with pytest.raises(rules.CannotEnd, match="尚未开始"):
        actions.end(visit=visit, by=world["yc-inspector"], at=SPRING)


def test_a_visit_ends_once(world, visit):
    visits_world.ended(world, visit)

    with pytest.raises(rules.CannotEnd, match="已经结束"):
        actions.end(visit=visit, by=world["yc-inspector"], at=SPRING + timedelta(hours=3))

    visit.refresh_from_db()
    assert visit.ended_at == SPRING + timedelta(hours=2)


def test_only_the_team_ends_a_visit(world, visit):
    visits_world.started(world, visit)

    with pytest.raises(rules.CannotEnd, match="不在本次检查的检查组中"):
        actions.end(visit=visit, by=world["dy-inspector"], at=SPRING)


def seen_by(world, username: str) -> set[str]:
    visits = queries.visits_for(world[username])
    return set(visits.values_list("region", flat=True))


def test_everybody_sees_the_visits_of_their_own_scope(world, visit):
    everywhere = {"441602", "441625", "4416JD"}

    assert seen_by(world, "office") == seen_by(world, "discipline") == seen_by(world, "market") == everywhere
    assert seen_by(world, "yc-market") == {"441602"}
    assert seen_by(world, "dy-market") == {"441625"}
    assert seen_by(world, "education") == seen_by(world, "yc-education") == set()
    assert seen_by(world, "sysadmin") == set()
    assert seen_by(world, "yc-inspector") == {"441602"}


def test_an_inspector_sees_only_visits_in_whose_team_they_sit(world, visit):
    own = queries.visits_for(world["yc-inspector"])

    for each in own:
        assert visits_world.seat_of(world, each, "yc-inspector")
    assert own.count() < Visit.objects.filter(region="441602").count()


def test_overdue_visits_come_first(world, visit):
    visits_world.ended(world, visit)
    late = visit_of(world, "dy-inspector", region="441625")
    Visit.objects.filter(pk=late.pk).update(window_to=date(2026, 3, 9))

    rows = list(queries.in_order_of_urgency(Visit.objects.all(), today=date(2026, 3, 10)))

    assert (rows[0], rows[0].is_overdue) == (late, True)
    assert rows[-1] == visit
    assert [row.is_overdue for row in rows[1:]] == [False] * (len(rows) - 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "LOST"},
        {"ended_at": SPRING},
        {"started_at": SPRING},
        {"window_to": date(2026, 2, 1)},
    ],
)
def test_the_database_refuses_a_visit_that_cannot_be(world, visit, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.filter(pk=visit.pk).update(**wrong)


def test_the_database_keeps_a_record_once_per_visit_task_and_organization(world, visit):
    record = visit.records.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Record.objects.create(
            visit=visit, task=record.task, participant=record.participant, organization=record.organization
        )
