"""Who may go in: certificates by the seat, not by the person's mark as an expert."""

from datetime import date

import pytest

from mingcha.assignments.models import Seat
from mingcha.registers.models import Inspector
from mingcha.visits import rules
from tests import visits_world


@pytest.mark.parametrize("is_expert", [False, True])
def test_an_ordinary_seat_needs_a_valid_certificate_whoever_sits_there(world, is_expert):
    visits_world.arrange_visits(world)
    visits_world.give_accounts(world)
    visit = visits_world.visit_of(world, "yc-inspector")
    seats = Seat.objects.filter(ceremony=visit.ceremony, visit_id=visit.visit_id)
    Inspector.objects.filter(pk__in=seats.values("inspector")).update(
        is_expert=is_expert, certificate_valid_to=date(2026, 3, 1)
    )

    with pytest.raises(rules.CannotStart, match="证"):
        visits_world.started(world, visit)
