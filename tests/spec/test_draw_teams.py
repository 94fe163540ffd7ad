"""Who may go, and how many (随机选派): the rules of seats, as tables."""

from datetime import date

import pytest

import fairdraw
from fairdraw.design import SeatDemand, TeamRule
from mingcha.draws.designs import Part
from tests.drawn import rows

ELIGIBLE = """
    organ | qualified | serves        | recused | seat asks | rule  | may | why
    市场    | -         | 441602        | -       | -         | same  | yes | own county
    市场    | -         | 441625        | -       | -         | same  | no  | another county
    市场    | -         | 441625        | -       | -         | any   | yes | the whole city
    市场    | -         | 441625        | -       | -         | other | yes | exchange between counties
    市场    | -         | 441602        | -       | -         | other | no  | exchange keeps the own county away
    市场    | food      | 441602        | -       | food      | same  | yes | has the certificate
    市场    | drug      | 441602        | -       | food      | same  | no  | has another certificate
    市场    | food,drug | 441602,441625 | U1      | -         | any   | no  | related to the subject
    市场    | food      | 441602        | U2      | food      | same  | yes | related to someone else
    教育    | food      | 441602        | -       | food      | same  | no  | of another organ
"""
ORGANS = {"市场": "441600SJ", "教育": "441600JY"}

MERGED = """
    first task asks | second task asks | the visit has               | why
    SJ 2            | SJ 2             | SJ SJ                       | one pair, not two
    SJ 2            | JY 2             | JY JY SJ SJ                 | each organ sends its own
    SJ 2            | SJ 3             | SJ SJ SJ                    | the larger task decides
    SJ 2            | SJ 1 food        | SJ SJ:food                  | one of the pair must be qualified
    SJ 2 food       | SJ 2             | SJ:food SJ:food             | the qualified pair serves both
    SJ 1 food       | SJ 1 drug        | SJ:drug SJ:food             | two certificates, two seats
    SJ 2, JY 1      | JY 2 food        | JY:food JY:food SJ SJ       | organ by organ
"""

ASKED = """
    inspectors | form   | experts | qualified | the design asks for               | why
    2          | person | 0       | -         | market 2                          | a pair
    2          | person | 1       | food      | market 2 food, market.expert 1    | an expert on top
    2          | group  | 0       | -         | market.group 1                    | one group, in one seat
    3          | group  | 2       | food      | market.group 1 food, market.expert 2 | one of them is qualified
"""

WINDOWS = """
    first task      | second task     | visits | why
    03-01 to 03-31  | 03-15 to 04-15  | 1      | the windows overlap
    03-01 to 03-31  | 03-31 to 04-30  | 1      | they share one day
    03-01 to 03-31  | 04-01 to 04-30  | 2      | they do not
"""


@pytest.mark.parametrize("case", rows(ELIGIBLE), ids=lambda case: case["why"])
def test_an_inspector_may_take_a_seat_by_organ_certificate_region_and_recusal(case):
    def listed(column):
        return frozenset() if case[column] == "-" else frozenset(case[column].split(","))

    inspector = fairdraw.Inspector(
        inspector_id="I1",
        organ=ORGANS[case["organ"]],
        capacity=1,
        qualifications=listed("qualified"),
        regions=listed("serves"),
        recusals=listed("recused"),
    )
    seat = fairdraw.Seat("441600SJ", "" if case["seat asks"] == "-" else case["seat asks"], case["rule"])
    visit = fairdraw.Visit("U1#T1", "U1", "441602", (seat,))

    assert fairdraw.is_eligible(inspector, seat, visit) == (case["may"] == "yes")


def asked(text):
    demands = (part.split() for part in text.split(","))
    seats = (SeatDemand(organ, int(count), skill[0] if skill else None) for organ, count, *skill in demands)
    return TeamRule(tuple(seats), "any", 0)


@pytest.mark.parametrize("case", rows(MERGED), ids=lambda case: case["why"])
def test_two_tasks_at_one_door_share_their_seats(case):
    seats = fairdraw.merged_seats([asked(case["first task asks"]), asked(case["second task asks"])])

    told = [f"{seat.organ}:{seat.qualification}" if seat.qualification else seat.organ for seat in seats]
    assert " ".join(told) == case["the visit has"]


@pytest.mark.parametrize("case", rows(ASKED), ids=lambda case: case["why"])
def test_a_department_is_asked_for_persons_or_a_group_and_for_experts(case):
    part = Part(
        line="market",
        qualification="" if case["qualified"] == "-" else case["qualified"],
        inspectors=int(case["inspectors"]),
        as_group=case["form"] == "group",
        experts=int(case["experts"]),
    )

    told = [f"{seat['organ']} {seat['count']} {seat['qualification'] or ''}".strip() for seat in part.seats()]

    assert ", ".join(told) == case["the design asks for"]


@pytest.mark.parametrize("case", rows(WINDOWS), ids=lambda case: case["why"])
def test_tasks_whose_windows_share_a_day_make_one_visit(case):
    claims = []
    for number, column in enumerate(["first task", "second task"], start=1):
        first, last = (date.fromisoformat(f"2026-{day}") for day in case[column].split(" to "))
        claims.append(fairdraw.Claim(f"T{number}", "U1", "441602", (first, last), asked("SJ 2")))

    visits = fairdraw.visits_of(claims)

    assert len(visits) == int(case["visits"])
    assert visits[0].visit_id == "U1#T1"
