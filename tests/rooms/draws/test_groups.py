"""Drawing by groups and with experts: the frame, the teams, the bundle, and what is refused."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import fairdraw
from mingcha.draws import actions, queries, rules, staffing
from mingcha.draws.models import DrawnSeat
from mingcha.plans.models import Task
from mingcha.plans.states import TeamForm
from mingcha.registers import actions as registers
from mingcha.registers.models import Inspector, InspectorGroup, Subject
from tests import draws_world, groups_world

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def staffed(world, issued):
    groups_world.staff(world)
    groups_world.form_groups(world)
    return issued


def frame_of(ceremony):
    return {each.inspector_id: each for each in fairdraw.inspectors_from_bytes(ceremony.inspectors_frame.encode())}


def frozen(world, *tasks):
    return draws_world.freeze(world, draws_world.prepare(world, tasks))


def group(name):
    return InspectorGroup.objects.get(name=name)


def proven_twice(ceremony, tmp_path):
    """By fairdraw, and by the verifier that shares no code with it."""
    content = queries.bundle_bytes(ceremony, for_auditors=True)
    path = tmp_path / "bundle.zip"
    path.write_bytes(content)
    alone = subprocess.run([sys.executable, ROOT / "spec/verify.py", path], capture_output=True, check=False)  # noqa: S603
    return fairdraw.verify_bundle(content).ok and alone.returncode == 0


def test_a_draw_by_groups_sends_one_group_to_each_door_and_is_proven_twice(world, tmp_path):
    ceremony = groups_world.draw(world)

    seats = DrawnSeat.objects.filter(ceremony=ceremony, drawn_as="SELECTED")
    assert set(seats.values_list("seat", "organ")) == {(1, "market.group")}
    assert seats.count() == ceremony.visits
    assert set(seats.values_list("inspector_number", flat=True)) == set(
        InspectorGroup.objects.values_list("number", flat=True)
    )
    assert proven_twice(ceremony, tmp_path)


def test_a_draw_with_experts_sends_one_beside_the_pair_and_is_proven_twice(world, tmp_path):
    ceremony = groups_world.draw(world, team_form=TeamForm.PERSONS, experts=1)

    seats = DrawnSeat.objects.filter(ceremony=ceremony, drawn_as="SELECTED")
    assert set(seats.values_list("seat", "organ")) == {(1, "market"), (2, "market"), (3, "market.expert")}
    experts = set(seats.filter(seat=3).values_list("inspector_number", flat=True))
    assert experts <= {number for number, _ in groups_world.EXPERTS}
    assert proven_twice(ceremony, tmp_path)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({}, {"检查小组": "候选 {lines} 个,抽取 {visits} 组次"}),
        (
            {"team_form": TeamForm.PERSONS, "experts": 1},
            {"检查人员": "候选 {persons} 名,抽取 {pairs} 人次", "专家": "候选 {experts} 名,抽取 {visits} 人次"},
        ),
    ],
)
def test_the_certificate_counts_persons_groups_and_experts_apart(world, how, said):
    ceremony = groups_world.draw(world, **how)
    draws_world.countersign(world, ceremony)
    actions.release(ceremony=ceremony, by=world["market"], at=world.now)
    ceremony.refresh_from_db()

    organs = [each.organ for each in frame_of(ceremony).values()]
    figures = {
        "lines": len(organs),
        "persons": organs.count("market"),
        "experts": organs.count("market.expert"),
        "visits": ceremony.visits,
        "pairs": 2 * ceremony.visits,
    }
    facts = dict(ceremony.certificate["facts"])
    for label in ("检查人员", "检查小组", "专家"):
        assert facts.get(label) == (said[label].format(**figures) if label in said else None)


def test_a_group_holds_what_any_member_holds_and_is_recused_where_any_is(world, staffed):
    subject = Subject.objects.filter(region="441602", state="ACTIVE", kind="ENTERPRISE").order_by("pk")[0]
    registers.declare_recusal(
        inspector=Inspector.objects.get(number="IN-002"),
        subject=subject,
        reason="近亲属",
        by=world["yc-market"],
        at=world.now,
    )

    frame = frame_of(frozen(world, groups_world.task_for(world, staffed.department)))

    assert set(frame) == set(InspectorGroup.objects.values_list("number", flat=True))
    row = frame[group("源城一组").number]
    assert (row.organ, row.qualifications) == ("market.group", {"food", "registration"})
    assert row.regions == {"441602"}
    assert row.recusals == {subject.unit_id}


def test_a_group_whose_member_is_away_is_not_in_the_frame(world, staffed):
    registers.record_absence(
        inspector=Inspector.objects.get(number="IN-002"),
        from_on=date(2026, 1, 1),
        to_on=date(2026, 12, 31),
        reason="外派",
        by=world["yc-market"],
        at=world.now,
    )

    frame = frame_of(frozen(world, groups_world.task_for(world, staffed.department)))

    assert group("源城一组").number not in frame
    assert group("源城二组").number in frame


def test_a_disbanded_group_is_not_in_the_frame(world, staffed):
    registers.disband_group(group=group("源城一组"), by=world["yc-market"], at=world.now)

    frame = frame_of(frozen(world, groups_world.task_for(world, staffed.department)))

    assert group("源城一组").number not in frame


def test_without_a_group_in_a_region_nothing_is_frozen(world, staffed):
    registers.disband_group(group=group("东源一组"), by=world["dy-market"], at=world.now)
    ceremony = draws_world.prepare(world, [groups_world.task_for(world, staffed.department)])

    with pytest.raises(rules.CannotFreeze, match="在东源县每次检查需要市场监管检查小组 1 个,而符合条件的只有 0 个"):
        draws_world.freeze(world, ceremony)


def test_one_department_does_not_mix_persons_and_groups(world, staffed):
    by_group = groups_world.task_for(world, staffed.department)
    ceremony = draws_world.prepare(world, [staffed.department, by_group])

    with pytest.raises(rules.CannotFreeze, match="市场监管的任务有的按人员、有的按小组选派"):
        draws_world.freeze(world, ceremony)


def test_where_no_expert_is_asked_for_none_without_certificate_is_in_the_frame(world, staffed):
    frame = frame_of(frozen(world, staffed.department))

    assert not {number for number, _ in groups_world.EXPERTS} & set(frame)


def test_an_expert_with_a_certificate_is_drawn_as_one_or_the_other(world, staffed):
    Inspector.objects.filter(number="IN-003").update(is_expert=True)

    alone = frame_of(frozen(world, staffed.department))
    beside = frame_of(
        frozen(world, groups_world.task_for(world, staffed.department, team_form=TeamForm.PERSONS, experts=1))
    )

    assert (alone["IN-003"].organ, beside["IN-003"].organ) == ("market", "market.expert")


def test_the_design_says_what_is_asked_for(world, staffed):
    task = groups_world.task_for(world, staffed.department, experts=1)

    design = json.loads(frozen(world, task).tasks.get().design)

    assert design["teams"]["seats"] == [
        {"count": 1, "organ": "market.group", "qualification": None},
        {"count": 1, "organ": "market.expert", "qualification": None},
    ]


def test_who_went_with_a_group_last_time_is_known_by_name(world):
    ceremony = groups_world.draw(world)
    seat = DrawnSeat.objects.filter(
        ceremony=ceremony, drawn_as="SELECTED", inspector_number=group("源城二组").number
    ).order_by("pk")[0]

    assert staffing.drawn_last({seat.unit_id}) == {seat.unit_id: {"IN-003", "IN-041", "IN-051"}}


def test_visits_made_with_a_group_count_for_each_of_its_members(world):
    ceremony = groups_world.draw(world)
    made = DrawnSeat.objects.filter(
        ceremony=ceremony, drawn_as="SELECTED", inspector_number=group("东源一组").number
    ).count()

    task = Task.objects.get(number=ceremony.tasks.get().task.number)
    frame = frame_of(frozen(world, groups_world.task_for(world, task, team_form=TeamForm.PERSONS)))

    assert made > 0
    assert (frame["IN-004"].load, frame["IN-005"].load, frame["IN-006"].load) == (made, made, 0)


def test_the_page_of_the_teams_names_the_group_and_its_members(world, client_of):
    ceremony = groups_world.draw(world)

    page = client_of("market").get(f"/draws/{ceremony.number}/teams/").content.decode()

    assert "市场监管检查小组" in page
    assert "江查(组长)、江勘" in page
