"""`mingcha seat`: a team is shown with its reserves, and changes by reserve only."""

import pytest

from mingcha.assignments.models import Seat, SeatChange
from tests import visits_world


@pytest.fixture
def visit(world):
    """A visit in which 江勘 of 源城 sits, arranged and not begun."""
    visits_world.arrange_visits(world)
    return visits_world.visit_of(world, "yc-inspector")


def seat_number(visit) -> int:
    return Seat.objects.get(visit_id=visit.visit_id, inspector__number="IN-001").drawn.seat


def test_a_team_is_listed_with_whom_was_drawn_and_who_would_follow(visit, facts):
    seats = facts("seat", "list", visit.number, by="yc-market")

    assert [seat["seat"] for seat in seats] == [1, 2]
    assert {seat["inspector"] for seat in seats} == {seat["drawn"] for seat in seats}
    assert {number for seat in seats for number in seat["reserves"]} == {"IN-001", "IN-002", "IN-003"} - {
        seat["drawn"] for seat in seats
    }
    assert [seat["leader"] for seat in seats] == [True, False]


def test_the_next_reserve_takes_the_seat_and_the_change_is_listed(visit, run, facts):
    number = seat_number(visit)

    told = facts("seat", "change", visit.number, number, "--reason", "LEAVE", "--note", "住院", by="yc-market")

    assert (told["from"], told["reason"]) == ("IN-001", "LEAVE")
    seat = facts("seat", "list", visit.number, by="yc-market")[number - 1]
    assert (seat["inspector"], seat["drawn"]) == (told["to"], "IN-001")
    assert [change["approved_by"] for change in seat["changes"]] == ["yc-market"]
    assert "IN-001 → " + told["to"] in run("seat", "list", visit.number, by="yc-market").stdout
    assert SeatChange.objects.get().note == "住院"


@pytest.mark.parametrize(
    ("by", "sentence"),
    [("dy-market", "没有检查"), ("yc-inspector", "无权“调整检查人员”"), ("discipline", "无权“调整检查人员”")],
)
def test_others_change_nothing(visit, run, by, sentence):
    refused = run("seat", "change", visit.number, seat_number(visit), "--reason", "LEAVE", by=by, code=1)

    assert sentence in refused.stderr
    assert not SeatChange.objects.exists()


def test_a_seat_that_is_not_there_is_told(visit, run):
    assert "没有席位 9" in run("seat", "change", visit.number, 9, "--reason", "LEAVE", by="yc-market", code=1).stderr


def test_a_reason_that_is_not_listed_is_wrong_usage(visit, run):
    run("seat", "change", visit.number, 1, "--reason", "DISLIKE", by="yc-market", code=2)
