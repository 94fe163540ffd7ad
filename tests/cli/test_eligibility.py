"""Populations from the command line: changes by hand, caps, equivalent items."""

import pytest

from mingcha.draws.models import Adjustment, FrequencyCap, ItemEquivalence
from mingcha.registers.models import Subject
from tests import draws_world, plans_world

BASIS = "河市监〔2025〕18号"


@pytest.fixture
def ceremony(world, staffed):
    return draws_world.prepare(world, [plans_world.issue_plan(world, staffed).joint])


def test_a_change_by_hand_is_entered_approved_and_seen(world, ceremony, run, facts):
    subject = Subject.objects.filter(region="441602", state="ACTIVE", industry="6210").order_by("pk")[0]
    task = ceremony.tasks.get().task.number
    given = ("--kind", "ADDED", "--ground", "COMPLAINT", "--reason", "12345热线第8号线索")

    entry = facts("draw", "adjust", ceremony.number, task, subject.unit_id, *given, by="market")["id"]
    refused = run("draw", "approve-adjustment", ceremony.number, entry, by="market", code=1)
    run("draw", "approve-adjustment", ceremony.number, entry, by="office")
    listed = facts("draw", "adjustments", ceremony.number, by="market")
    draws_world.freeze(world, ceremony)
    behind = facts("draw", "left-out", ceremony.number, by="market")
    shown = run("draw", "show", ceremony.number, by="market").stdout

    assert "须由另一人批准" in refused.output
    assert [(each["unit_id"], each["state"]) for each in listed] == [(subject.unit_id, "approved")]
    assert (subject.unit_id, "ADDED") in {(each["unit_id"], each["why"]) for each in behind}
    assert "手工增加 1,手工剔除 0" in shown


def test_a_change_is_withdrawn_and_not_after_the_freeze(world, ceremony, run, facts):
    subject = Subject.objects.filter(region="441602", state="ACTIVE", industry="8391").order_by("pk")[0]
    task = ceremony.tasks.get().task.number
    given = ("--kind", "REMOVED", "--ground", "CLOSED", "--reason", "已于二月停业清算")
    entry = facts("draw", "adjust", ceremony.number, task, subject.unit_id, *given, by="market")["id"]

    run("draw", "withdraw-adjustment", ceremony.number, entry, by="market")
    draws_world.freeze(world, ceremony)
    late = run("draw", "adjust", ceremony.number, task, subject.unit_id, *given, by="market", code=1)

    assert Adjustment.objects.get().withdrawn_at is not None
    assert "须在“筹备中”时进行" in late.output


def test_caps_and_equivalent_items_are_entered_listed_and_ended(world, ceremony, run, facts):
    given = ("--basis", BASIS, "--from", "2026-01-01")
    cap = facts("draw", "set-cap", "yc-market", 2, "--exempt", "COMPLAINT", *given, by="office")["id"]
    pair = facts("draw", "declare-equivalent", "market/J-02", "market/M-02", *given, by="market")["id"]

    listed = facts("draw", "limits", by="yc-market")
    refused = run("draw", "set-cap", "yc-market", 2, *given, by="education", code=1)
    run("draw", "end-cap", cap, "--on", "2026-12-31", by="office")
    run("draw", "end-equivalent", pair, "--on", "2026-12-31", by="office")

    assert [each["most"] for each in listed["caps"]] == [2]
    assert [each["items"] for each in listed["equivalents"]] == [[["market", "J-02"], ["market", "M-02"]]]
    assert "没有单位 yc-market" in refused.output
    assert str(FrequencyCap.objects.get().valid_to) == str(ItemEquivalence.objects.get().valid_to) == "2026-12-31"


def test_an_exemption_is_claimed_and_taken_back(world, ceremony, run):
    task = ceremony.tasks.get().task.number
    given = ("--basis", BASIS, "--from", "2026-01-01", "--exempt", "COMPLAINT")
    run("draw", "set-cap", "yc-market", 2, *given, by="office")

    run("draw", "exempt", ceremony.number, task, "--kind", "COMPLAINT", "--reason", "12345热线第8号", by="market")
    claimed = ceremony.tasks.get().exemption
    run("draw", "exempt", ceremony.number, task, by="market")

    assert claimed == "COMPLAINT"
    assert ceremony.tasks.get().exemption == ""
