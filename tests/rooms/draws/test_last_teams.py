"""Whoever was drawn for a subject last time stays away the next time, where others can go with ease."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

import fairdraw
from mingcha.draws import last_teams, staffing
from mingcha.draws.models import DrawnSeat
from mingcha.registers import actions as registers
from mingcha.registers.models import Inspector, Subject
from mingcha.registers.rows import InspectorRow
from tests import draws_world, plans_world

PAIR = (fairdraw.Seat("market", "", "same"),) * 2
STAFF = [fairdraw.Inspector(f"IN-{n}", "market", capacity=9, regions=frozenset({"441602"})) for n in range(5)]
LAST = {"U1": {"IN-0", "IN-1"}}


def recused(inspectors, *, last=LAST, seats=PAIR, visits=9):
    asked = {(seat, "441602"): visits * seats.count(seat) for seat in seats}
    frame = last_teams.without_last_teams(
        inspectors, last=last, regions={"U1": "441602"}, asked=asked, per_visit={"market": len(seats)}
    )
    return {each.inspector_id for each in frame if "U1" in each.recusals}


def test_the_last_team_stays_away_where_others_can_go():
    assert recused(STAFF) == {"IN-0", "IN-1"}


def test_the_last_team_goes_again_where_the_others_could_all_be_busy():
    """Three others; with one at the door two must hold all the seats: twice nine."""
    assert recused(STAFF, visits=10) == set()


def test_the_last_team_goes_again_where_others_are_too_few():
    assert recused(STAFF[:3], visits=1) == set()


@pytest.mark.parametrize(
    "change",
    [
        {"regions": frozenset({"441625"})},
        {"recusals": frozenset({"U1"})},
        {"organ": "education"},
        {"capacity": 0},
    ],
    ids=["of another region", "recused", "of another department", "without a place"],
)
def test_others_who_cannot_go_do_not_count(change):
    others = [*STAFF[:4], replace(STAFF[4], **change)]

    assert recused(others).isdisjoint({"IN-0", "IN-1"})


def test_others_without_the_qualification_do_not_count():
    qualified = [replace(each, qualifications=frozenset({"food"})) for each in STAFF[:3]]

    assert recused([*qualified, *STAFF[3:]], seats=(fairdraw.Seat("market", "food", "same"),) * 2, visits=1) == set()


def test_a_member_of_the_last_team_who_has_left_is_passed_over():
    assert recused(STAFF, last={"U1": {"IN-0", "IN-9"}}) == {"IN-0"}


def situation(dice):
    """A few units that were all visited before, and staff of two kinds in two regions, some with many places."""
    staff = [
        fairdraw.Inspector(
            f"IN-{n}",
            "market",
            capacity=dice.choice([1, 2, 4, 8]),
            regions=frozenset(dice.choice([("X",), ("Y",), ("X", "Y")])),
            qualifications=frozenset(q for q in ("food",) if dice.random() < 0.6),
        )
        for n in range(dice.randint(3, 12))
    ]
    seats = tuple(sorted(dice.choices([fairdraw.Seat("market", q, "same") for q in ("", "food")], k=2)))
    units = {f"U{n}": dice.choice("XY") for n in range(dice.randint(1, 8))}
    last = {unit: {each.inspector_id for each in dice.sample(staff, 2)} for unit in units}
    return staff, seats, units, last


def can_be_drawn(visits, staff):
    try:
        fairdraw.assign_teams(visits=visits, inspectors=staff, seed="00" * 16)
    except fairdraw.Infeasible:
        return False
    return True


def test_keeping_the_last_team_away_never_makes_teams_impossible():
    seen = Counter()

    for number in range(600):
        staff, seats, units, last = situation(random.Random(number))
        asked = Counter((seat, region) for region in units.values() for seat in seats)
        frame = last_teams.without_last_teams(
            staff, last=last, regions=units, asked=asked, per_visit={"market": len(seats)}
        )
        visits = [fairdraw.Visit(f"{unit}#T1", unit, region, seats) for unit, region in units.items()]
        possible = can_be_drawn(visits, staff)
        assert can_be_drawn(visits, frame) == possible, number
        seen[possible, frame != staff] += 1

    assert min(seen[True, True], seen[True, False], seen[False, False]) > 20


def frozen_recusals(ceremony):
    frame = fairdraw.inspectors_from_bytes(ceremony.inspectors_frame.encode())
    return {each.inspector_id: each.recusals for each in frame if each.recusals}


def test_a_declared_recusal_reaches_the_frame(world, prepared):
    subject = Subject.objects.filter(region="441602", state="ACTIVE", kind="ENTERPRISE").order_by("pk")[0]
    registers.declare_recusal(
        inspector=Inspector.objects.get(number="IN-001"),
        subject=subject,
        reason="近亲属",
        by=world["yc-market"],
        at=world.now,
    )

    assert frozen_recusals(draws_world.freeze(world, prepared)) == {"IN-001": frozenset({subject.unit_id})}


def test_the_team_of_the_last_ceremony_reaches_the_frame_where_others_were_hired(world, drawn):
    """源城's bureau has three inspectors and sends two: only with two more there are others to send."""
    rows = [
        InspectorRow(
            number=number,
            name="江新",
            organization="yc-market",
            certificate_number=number,
            certificate_valid_to=date(2028, 12, 31),
        )
        for number in ("IN-031", "IN-032")
    ]
    registers.enter_inspectors(rows, by=world["office"], at=world.now)
    task = plans_world.issue_again(world, drawn.tasks.get().task)

    recusals = frozen_recusals(draws_world.freeze(world, draws_world.prepare(world, [task])))

    last = DrawnSeat.objects.filter(ceremony=drawn, drawn_as="SELECTED", unit_id__in=recusals_units(recusals))
    assert recusals
    assert {(seat.inspector_number, seat.unit_id) for seat in last} == {
        (number, unit) for number, units in recusals.items() for unit in units
    }


def recusals_units(recusals):
    return {unit for units in recusals.values() for unit in units}


def test_the_team_of_the_last_ceremony_counts(world, drawn):
    seat = DrawnSeat.objects.filter(ceremony=drawn, drawn_as="SELECTED").order_by("pk")[0]
    team = DrawnSeat.objects.filter(ceremony=drawn, unit_id=seat.unit_id, drawn_as="SELECTED")

    assert staffing.drawn_last({seat.unit_id}) == {seat.unit_id: set(team.values_list("inspector_number", flat=True))}
    assert staffing.drawn_last({"nobody"}) == {}


def test_a_rehearsal_sends_nobody_and_recuses_nobody(world, issued):
    rehearsal = draws_world.draw(world, [issued.department], is_rehearsal=True)
    units = set(DrawnSeat.objects.filter(ceremony=rehearsal).values_list("unit_id", flat=True))

    assert units
    assert staffing.drawn_last(units) == {}


def test_an_abandoned_ceremony_sends_nobody_and_recuses_nobody(world, drawn):
    units = set(DrawnSeat.objects.filter(ceremony=drawn).values_list("unit_id", flat=True))
    draws_world.actions.abandon(ceremony=drawn, reason="名录有误,重新抽取", by=world["office"], at=world.now)

    assert staffing.drawn_last(units) == {}
