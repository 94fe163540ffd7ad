"""Groups sit together and give way together; experts come along and never lead."""

from datetime import timedelta

import pytest

from mingcha.assignments import actions, queries, rules
from mingcha.assignments.models import Seat, SeatChange
from mingcha.draws.models import DrawnSeat
from mingcha.ledger import queries as ledger
from mingcha.people import actions as people
from mingcha.people.actors import Actor
from mingcha.people.states import Role
from mingcha.plans.states import TeamForm
from mingcha.registers import actions as registers
from mingcha.registers.models import Inspector, InspectorGroup
from mingcha.visits import actions as visits
from mingcha.visits.models import Visit, VisitMember
from tests import groups_world
from tests.visits_world import SPRING, visit_of

LATER = SPRING - timedelta(days=3)


@pytest.fixture
def ceremony(world):
    """Drawn by groups, with visits."""
    held = groups_world.draw(world)
    visits.arrange(ceremony=held, by=world["market"], at=world.now + timedelta(hours=1))
    return held


def seats_of(ceremony, name):
    """The seats of the first visit for which a group was drawn, in their order."""
    group = InspectorGroup.objects.get(name=name)
    drawn = DrawnSeat.objects.filter(ceremony=ceremony, drawn_as="SELECTED", inspector_number=group.number)
    return list(queries.seats_of(ceremony, drawn.order_by("pk")[0].visit_id))


def numbers(seats):
    return [(seat.inspector.number, seat.is_leader) for seat in seats]


def change(world, seat, *, by="yc-market", reason="LEAVE"):
    return actions.change_seat(seat=seat, reason=reason, by=world[by], at=LATER)


def test_every_member_of_a_drawn_group_sits_and_its_leader_leads(ceremony):
    assert numbers(seats_of(ceremony, "源城一组")) == [("IN-002", True), ("IN-001", False)]
    assert numbers(seats_of(ceremony, "源城二组")) == [("IN-003", True), ("IN-041", False), ("IN-051", False)]


def test_a_group_gives_way_to_the_group_that_was_drawn_in_reserve(world, ceremony):
    first, second = seats_of(ceremony, "源城一组")

    made = change(world, second)

    team = list(queries.seats_of(ceremony, first.visit_id))
    assert numbers(team) == [("IN-003", True), ("IN-041", False), ("IN-051", False)]
    assert (made.seat, made.from_group.name, made.to_group.name) == (first, "源城一组", "源城二组")
    assert (made.from_inspector.number, made.to_inspector.number) == ("IN-002", "IN-003")
    assert {seat.drawn.inspector_number for seat in team} == {made.from_group.number}


def test_the_trail_names_both_groups_by_number(world, ceremony):
    made = change(world, seats_of(ceremony, "源城一组")[0])

    entry = ledger.last_entry()
    assert entry.act == "assignments.change"
    assert f'"from":"{made.from_group.number}"' in entry.body
    assert f'"to":"{made.to_group.number}"' in entry.body


def test_a_group_that_gave_way_does_not_come_back(world, ceremony):
    first = seats_of(ceremony, "源城一组")[0]
    change(world, first)
    first.refresh_from_db()

    with pytest.raises(rules.CannotChangeSeat, match="没有可以递补的人员"):
        change(world, first)

    assert SeatChange.objects.count() == 1


def test_a_group_with_a_recused_member_does_not_follow(world, ceremony):
    first = seats_of(ceremony, "源城一组")[0]
    visit = Visit.objects.get(ceremony=ceremony, visit_id=first.visit_id)
    registers.declare_recusal(
        inspector=Inspector.objects.get(number="IN-041"),
        subject=visit.subject,
        reason="近亲属",
        by=world["yc-market"],
        at=world.now,
    )

    with pytest.raises(rules.CannotChangeSeat, match="没有可以递补的人员"):
        change(world, first)

    assert numbers(seats_of(ceremony, "源城一组")) == [("IN-002", True), ("IN-001", False)]


def test_a_group_sets_out_together(world, ceremony):
    visit = visit_of(world, "yc-inspector")

    visits.start(visit=visit, by=world["yc-inspector"], at=SPRING)

    members = VisitMember.objects.filter(visit=visit).values_list("inspector__number", flat=True)
    assert sorted(members) == ["IN-001", "IN-002"]
    with pytest.raises(rules.CannotChangeSeat, match="检查已经开始"):
        change(world, Seat.objects.filter(visit_id=visit.visit_id).order_by("pk")[0])


def test_nobody_lets_their_own_group_give_way(world, ceremony):
    membership = people.add_membership(
        user=world.user("yc-inspector"),
        organization=world.organizations["yc-market"],
        role=Role.COUNTY,
        by=world.sysadmin,
        at=world.now,
    )
    world.actors["yc-inspector-as-county"] = Actor.of(membership)

    with pytest.raises(rules.CannotChangeSeat, match="不能审批本人的调整"):
        change(world, seats_of(ceremony, "源城一组")[0], by="yc-inspector-as-county")


def test_the_page_of_a_visit_shows_the_group_that_was_drawn_and_the_one_that_goes(world, ceremony, client_of):
    first = seats_of(ceremony, "源城一组")[0]
    visit = Visit.objects.get(ceremony=ceremony, visit_id=first.visit_id)
    made = change(world, first)

    page = client_of("yc-market").get(f"/visits/{visit.number}/").content.decode()

    assert "小组整体由 源城一组 调整为 源城二组" in page
    assert f"原抽取:{made.from_group.number}" in page


def test_an_expert_is_seated_and_does_not_lead(world):
    held = groups_world.draw(world, team_form=TeamForm.PERSONS, experts=1)
    visits.arrange(ceremony=held, by=world["market"], at=world.now + timedelta(hours=1))

    experts = Seat.objects.filter(drawn__organ="market.expert")
    leaders = Seat.objects.filter(is_leader=True)

    assert experts.count() == leaders.count() == held.visits
    assert not experts.filter(is_leader=True).exists()
    assert set(leaders.values_list("drawn__seat", flat=True)) == {1}


def test_an_expert_without_certificate_sets_out_with_the_inspectors(world):
    held = groups_world.draw(world, team_form=TeamForm.PERSONS, experts=1)
    visits.arrange(ceremony=held, by=world["market"], at=world.now + timedelta(hours=1))
    visit = visit_of(world, "yc-inspector")

    visits.start(visit=visit, by=world["yc-inspector"], at=SPRING)

    members = Inspector.objects.filter(pk__in=VisitMember.objects.filter(visit=visit).values("inspector"))
    assert members.count() == 3
    assert members.filter(is_expert=True, certificate_number="").count() == 1


def test_an_expert_is_followed_by_an_expert(world):
    held = groups_world.draw(world, team_form=TeamForm.PERSONS, experts=1)
    visits.arrange(ceremony=held, by=world["market"], at=world.now + timedelta(hours=1))
    seat = Seat.objects.filter(drawn__organ="market.expert", organization__code="yc-market").order_by("pk")[0]

    made = change(world, seat)

    assert {made.from_inspector.number, made.to_inspector.number} == {"IN-051", "IN-054"}
