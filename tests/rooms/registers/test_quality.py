"""The quality board: every figure is what its list shows, for each actor only their own rows."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from mingcha.registers import quality
from mingcha.registers.models import Licence, Rating, Subject
from mingcha.registers.templatetags.registers import share_of
from tests import clock
from tests.registers_world import unit_id

TODAY = date(2026, 3, 2)
FIRST = unit_id("441602", 0)
CODES = [check.code for check in quality.CHECKS]


def first() -> Subject:
    return Subject.objects.get(unit_id=FIRST)


def spoil(check: str) -> None:
    """Make the first subject of 源城 wrong in one way, past all actions: as bad sources do."""
    subject, others = first(), Subject.objects.filter(region="441602").exclude(unit_id=FIRST)
    Subject.objects.update(contact_phone="0762-3300000", address="广东省河源市", industry="5211")
    changes = {
        "no_code": {"unit_id": "441600000012345"},
        "no_address": {"address": ""},
        "no_industry": {"industry": ""},
        "no_phone": {"contact_phone": ""},
        "stale": {"updated_at": subject.updated_at - timedelta(days=400)},
    }
    if check == "expired":
        Licence.objects.filter(subject=subject).delete()
        Licence.objects.create(subject=subject, kind="药品", number="1", line_id="market", valid_to=date(2026, 3, 1))
    elif check == "double":
        Subject.objects.filter(pk=subject.pk).update(name=others.filter(state="ACTIVE")[0].name)
    elif check == "unrated":
        Rating.objects.filter(subject=subject).delete()
    else:
        Subject.objects.filter(pk=subject.pk).update(**changes[check])


@pytest.mark.parametrize("code", CODES)
def test_each_check_finds_what_is_wrong_and_only_in_its_area(world, stock, code):
    before = {row.key: row.wrong[CODES.index(code)] for row in quality.by_region(world["office"], on=TODAY)}
    found_before = _failing(world, code)

    spoil(code)

    after = {row.key: row.wrong[CODES.index(code)] for row in quality.by_region(world["office"], on=TODAY)}
    assert after["441602"] >= 1
    assert first_or_renamed(code) in _failing(world, code) - (found_before if code in {"stale", "no_code"} else set())
    if code not in {"no_address", "no_industry", "no_phone"}:  # these were mended everywhere else
        assert after["441625"] == before["441625"]
    else:
        assert sum(after.values()) == 1


def first_or_renamed(code: str) -> int:
    return Subject.objects.get(unit_id="441600000012345" if code == "no_code" else FIRST).pk


def _failing(world, code: str) -> set[int]:
    seen = quality.queries.subjects_for(world["office"])
    return set(quality.failing(seen, quality.BY_CODE[code], on=TODAY).values_list("pk", flat=True))


def test_a_firm_that_is_closed_is_nobody_s_to_mend(world, stock):
    spoil("no_address")
    Subject.objects.filter(unit_id=FIRST).update(state="CANCELLED")

    assert _failing(world, "no_address") == set()


def test_a_licence_is_good_through_its_last_day(world, stock):
    spoil("expired")
    Licence.objects.filter(number="1").update(valid_to=TODAY)

    assert first().pk not in _failing(world, "expired")


def test_an_area_without_a_subject_stands_there_with_zero(world, stock):
    Subject.objects.filter(region="441602").update(region="441625")

    rows = {row.key: row.total for row in quality.by_region(world["office"], on=TODAY)}

    assert rows["441602"] == 0
    assert rows["441625"] > 0


def test_a_county_sees_its_own_area_only(world, stock):
    rows = quality.by_region(world["yc-market"], on=TODAY)

    assert [row.key for row in rows] == ["441602"]


@pytest.mark.parametrize("code", CODES)
def test_a_figure_leads_to_as_many_rows(world, client_of, stock, code, monkeypatch):
    clock.stop(monkeypatch, world.now)
    spoil(code)
    client = client_of("office")

    board = client.get(reverse("registers:quality"))
    listed = client.get(reverse("registers:subjects"), {"state": "ACTIVE", "region": "441602", "quality": code})

    row = next(cells for area, cells in board.context["areas"] if area.key == "441602")
    figure = next(count for check, count in row if check.code == code)
    assert listed.context["total"] == figure >= 1


def test_the_export_holds_the_rows_behind_a_figure(client_of, stock):
    spoil("no_address")

    answer = client_of("office").get(reverse("registers:export_subjects", args=["csv"]), {"quality": "no_address"})

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").strip().splitlines()
    assert len(lines) == 2
    assert FIRST in lines[1]


@pytest.mark.parametrize(
    ("count", "total", "said"), [(0, 0, ""), (1, 3, "33.3%"), (1, 30_000, "<0.1%"), (3, 3, "100.0%")]
)
def test_shares_are_said_to_one_place(count, total, said):
    assert share_of(count, total) == said
