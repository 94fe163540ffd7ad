"""Teams take their seats as drawn, and change only by reserve, with reason, approver and trail."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from mingcha.assignments import actions, queries, rules
from mingcha.assignments.models import Seat, SeatChange
from mingcha.draws import actions as draws
from mingcha.draws.models import DrawnSeat
from mingcha.ledger import queries as ledger
from mingcha.people import actions as people
from mingcha.people.actors import Actor
from mingcha.people.permissions import NotPermitted
from mingcha.people.states import Role
from mingcha.registers import actions as registers
from mingcha.registers.models import Inspector
from tests import draws_world, visits_world
from tests.visits_world import SPRING, seat_of, visit_of

LATER = SPRING - timedelta(days=3)


@pytest.fixture
def visit(world):
    """A visit of 江勘, arranged and not begun."""
    visits_world.arrange_visits(world)
    return visit_of(world, "yc-inspector")


def reserve_of(visit) -> Inspector:
    """The one inspector of 源城's market bureau who does not sit in the visit."""
    number = DrawnSeat.objects.get(ceremony=visit.ceremony, visit_id=visit.visit_id, drawn_as="RESERVE")
    return Inspector.objects.get(number=number.inspector_number)


def change(world, visit, *, username="yc-inspector", by="yc-market", reason="LEAVE", **more):
    seat = seat_of(world, visit, username)
    return actions.change_seat(seat=seat, reason=reason, by=world[by], at=LATER, **more)


def test_every_drawn_seat_is_taken_by_whom_it_was_drawn_for(world, visit):
    taken = set(Seat.objects.values_list("visit_id", "drawn__seat", "inspector__number"))

    drawn = DrawnSeat.objects.filter(ceremony=visit.ceremony, drawn_as="SELECTED")
    assert taken == set(drawn.values_list("visit_id", "seat", "inspector_number"))
    assert all(seat.organization_id == seat.inspector.organization_id for seat in Seat.objects.all())


def test_every_visit_has_one_leader_from_the_first_seat_of_the_lead(world, visit):
    leaders = Seat.objects.filter(is_leader=True)

    assert leaders.count() == Seat.objects.values("visit_id").distinct().count()
    assert set(leaders.values_list("drawn__seat", "organization__line")) == {(1, "market")}


def test_in_a_joint_visit_the_lead_department_leads(world):
    visits_world.arrange_joint_visits(world)

    assert set(Seat.objects.filter(is_leader=True).values_list("organization__line", flat=True)) == {"market"}
    assert set(Seat.objects.values_list("organization__line", flat=True)) == {"market", "education"}


def test_teams_are_seated_once(world, visit):
    before = Seat.objects.count()

    with pytest.raises(rules.AlreadySeated, match="不能重复进行"):
        actions.seat_teams(ceremony=visit.ceremony, by=world["market"], at=SPRING)

    assert Seat.objects.count() == before


def test_a_rehearsal_seats_nobody(world):
    issued = draws_world.issue_and_staff(world)
    rehearsal = draws_world.draw(world, [issued.department], is_rehearsal=True)

    with pytest.raises(rules.CannotSeat, match="正式场次"):
        actions.seat_teams(ceremony=rehearsal, by=world["market"], at=SPRING)

    assert not Seat.objects.exists()


def test_a_ceremony_that_is_not_drawn_seats_nobody(world):
    issued = draws_world.issue_and_staff(world)
    ceremony = draws_world.freeze(world, draws_world.prepare(world, [issued.department]))

    with pytest.raises(rules.CannotSeat, match="已抽取"):
        actions.seat_teams(ceremony=ceremony, by=world["market"], at=SPRING)


def test_the_next_reserve_follows_and_the_drawn_person_stays_visible(world, visit):
    drawn, follows = seat_of(world, visit, "yc-inspector").drawn, reserve_of(visit)

    made = change(world, visit, reason="RECUSAL", note="与经营者系亲属")

    seat = Seat.objects.get(drawn=drawn)
    assert seat.inspector == follows
    assert (made.from_inspector.number, made.to_inspector, made.reason) == ("IN-001", follows, "RECUSAL")
    assert (made.approved_by, made.note) == (world.user("yc-market"), "与经营者系亲属")
    drawn.refresh_from_db()
    assert drawn.inspector_number == "IN-001"


def test_the_change_is_in_the_trail_without_a_name(world, visit):
    change(world, visit)

    entry = ledger.last_entry()
    assert (entry.act, entry.subject, entry.actor) == ("assignments.change", visit.ceremony.number, "yc-market")
    assert '"from":"IN-001"' in entry.body
    assert "江勘" not in entry.body


def test_who_was_replaced_no_longer_sees_the_visit(world, visit):
    change(world, visit)

    with pytest.raises(Seat.DoesNotExist):
        seat_of(world, visit, "yc-inspector")


@pytest.mark.parametrize("by", ["yc-market", "market", "office"])
def test_the_bureau_its_department_and_the_office_may_change(world, visit, by):
    assert change(world, visit, by=by).approved_by == world.user(by)


@pytest.mark.parametrize("by", ["discipline", "sysadmin", "yc-inspector-two"])
def test_others_may_not_change(world, visit, by):
    with pytest.raises(NotPermitted, match="调整检查人员"):
        change(world, visit, by=by)

    assert not SeatChange.objects.exists()


@pytest.mark.parametrize("by", ["dy-market", "education", "yc-education"])
def test_for_another_organization_the_seat_does_not_exist(world, visit, by):
    with pytest.raises(Seat.DoesNotExist):
        change(world, visit, by=by)

    assert not SeatChange.objects.exists()


def test_nobody_approves_their_own_change(world, visit):
    membership = people.add_membership(
        user=world.user("yc-inspector"),
        organization=world.organizations["yc-market"],
        role=Role.COUNTY,
        by=world.sysadmin,
        at=world.now,
    )
    world.actors["yc-inspector-as-county"] = Actor.of(membership)

    with pytest.raises(rules.CannotChangeSeat, match="不能审批本人的调整"):
        change(world, visit, by="yc-inspector-as-county")


def test_a_reason_that_is_not_listed_is_refused(world, visit):
    with pytest.raises(rules.CannotChangeSeat, match="调整原因只能是"):
        change(world, visit, reason="DISLIKE")


def test_a_team_that_has_set_out_stays(world, visit):
    visits_world.started(world, visit)

    with pytest.raises(rules.CannotChangeSeat, match="检查已经开始"):
        actions.change_seat(
            seat=seat_of(world, visit, "yc-inspector"), reason="LEAVE", by=world["yc-market"], at=SPRING
        )


def test_a_reserve_is_used_once(world, visit):
    change(world, visit)
    colleague = Seat.objects.filter(ceremony=visit.ceremony, visit_id=visit.visit_id).first()

    with pytest.raises(rules.CannotChangeSeat, match="没有可以递补的人员"):
        actions.change_seat(seat=colleague, reason="LEAVE", by=world["yc-market"], at=LATER)


def test_a_recused_reserve_is_passed_over(world, visit):
    registers.declare_recusal(
        inspector=reserve_of(visit), subject=visit.subject, reason="近亲属", by=world["yc-market"], at=world.now
    )

    with pytest.raises(rules.CannotChangeSeat, match="没有可以递补的人员"):
        change(world, visit)


def test_an_absent_reserve_is_passed_over(world, visit):
    registers.record_absence(
        inspector=reserve_of(visit),
        from_on=date(2026, 3, 1),
        to_on=date(2026, 10, 31),
        reason="外派",
        by=world["yc-market"],
        at=world.now,
    )

    with pytest.raises(rules.CannotChangeSeat, match="没有可以递补的人员"):
        change(world, visit)


def test_in_a_joint_visit_a_department_without_reserves_stays_as_drawn(world):
    visits_world.arrange_joint_visits(world)
    visit = visit_of(world, "yc-teacher")

    with pytest.raises(rules.CannotChangeSeat, match="没有可以递补的人员"):
        change(world, visit, username="yc-teacher", by="yc-education")


def test_reserves_are_those_of_the_kind_of_seat(world):
    visits_world.arrange_joint_visits(world)
    visit = visit_of(world, "yc-teacher")

    for seat in queries.seats_of(visit.ceremony, visit.visit_id):
        numbers = [place.inspector_number for place in queries.reserves_of(seat)]
        lines = set(Inspector.objects.filter(number__in=numbers).values_list("organization__line", flat=True))
        assert lines <= {seat.drawn.organ}


def test_the_database_keeps_an_inspector_once_per_visit(world, visit):
    first, second = Seat.objects.filter(ceremony=visit.ceremony, visit_id=visit.visit_id)

    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.filter(pk=first.pk).update(inspector=second.inspector)


def test_the_database_keeps_one_leader_per_visit(world, visit):
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.filter(ceremony=visit.ceremony, visit_id=visit.visit_id).update(is_leader=True)


def test_the_database_knows_the_reasons(world, visit):
    made = change(world, visit)

    with pytest.raises(IntegrityError), transaction.atomic():
        SeatChange.objects.filter(pk=made.pk).update(reason="DISLIKE")


def test_a_ceremony_with_visits_cannot_be_abandoned(world, visit):
    with pytest.raises(Exception, match="检查"):
        draws.abandon(ceremony=visit.ceremony, reason="抽取后发现名单有误", by=world["office"], at=SPRING)
