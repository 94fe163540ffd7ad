"""Which items in force are planned, and which lie idle."""

from datetime import date

import pytest
from django.urls import reverse

from mingcha.plans import usage
from mingcha.registers.models import ItemList
from tests import clock


def by_code(uses: list[usage.Use]) -> dict[str, usage.Use]:
    return {use.item.code: use for use in uses}


def test_an_item_in_an_issued_task_is_in_use_and_others_are_idle(world, issued):
    uses = by_code(usage.uses(world["market"], on=date(2026, 4, 1)))

    assert (uses["M-01"].this_year, uses["M-01"].last_year) == (1, 2026)
    idle = {code for code, use in uses.items() if not use.this_year}
    assert idle == set(uses) - {"M-01", "M-02", "J-01", "J-02"}
    assert not any(use.is_unused for use in uses.values()), "the lists are new"


def test_a_draft_is_no_use(world, draft):
    uses = by_code(usage.uses(world["market"], on=date(2026, 4, 1)))

    assert uses["M-01"].last_year is None


@pytest.mark.parametrize(("on", "unused"), [(date(2030, 12, 31), False), (date(2031, 1, 1), True)])
def test_five_years_without_a_plan_call_for_revision(world, issued, on, unused):
    uses = by_code(usage.uses(world["market"], on=on))

    assert uses["M-01"].is_unused is unused


def test_a_withdrawn_list_is_not_in_force(world, issued):
    ItemList.objects.filter(is_joint=True).update(state="WITHDRAWN")

    assert not {"J-01", "J-02"} & set(by_code(usage.uses(world["market"], on=date(2026, 4, 1))))


def test_the_page_counts_and_narrows(world, client_of, issued, monkeypatch):
    clock.stop(monkeypatch, world.now)
    client = client_of("office")

    everything = client.get(reverse("plans:item_uses")).context
    idle = client.get(reverse("plans:item_uses"), {"show": "idle"}).context

    assert len(everything["uses"]) == everything["counts"]["all"]
    assert len(idle["uses"]) == idle["counts"]["idle"] < everything["counts"]["all"]
