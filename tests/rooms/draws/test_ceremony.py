"""Whole ceremonies, open and sealed, from the issued task to the verified bundle."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

import fairdraw
from mingcha.draws import actions, engines, queries
from mingcha.draws.models import CeremonyTask, DrawnSeat, SelectedUnit
from mingcha.ledger.models import Checkpoint, LedgerEntry
from mingcha.plans import actions as plans
from mingcha.plans.states import TaskState
from mingcha.registers import actions as registers
from tests import draws_world

STRANGER = Path(__file__).resolve().parents[3] / "spec" / "verify.py"


def acts(ceremony) -> list[str]:
    rows = LedgerEntry.objects.filter(subject=ceremony.number).order_by("seq")
    return [act.removeprefix("ceremony.") for act in rows.values_list("act", flat=True)]


def verified_by_a_stranger(bundle: bytes, folder: Path) -> subprocess.CompletedProcess:
    file = folder / "bundle.zip"
    file.write_bytes(bundle)
    command = [sys.executable, str(STRANGER), str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own script


def test_a_sealed_ceremony_from_beginning_to_end(world, issued, tmp_path):
    ceremony = draws_world.draw(world, [issued.department])
    draws_world.countersign(world, ceremony)

    bundle = actions.release(ceremony=ceremony, by=world["market"], at=world.now)

    ceremony.refresh_from_db()
    assert ceremony.state == "RELEASED"
    assert acts(ceremony) == [
        *["prepare", "declare", "declare", "input", "input", "commit", "open", "open", "draw"],
        *["release", "countersign", "countersign", "release"],
    ]
    report = fairdraw.verify_bundle(bundle)
    assert (report.exit_code, report.whole) == (0, False)
    whole = queries.bundle_bytes(ceremony, for_auditors=True)
    assert (fairdraw.verify_bundle(whole).exit_code, fairdraw.verify_bundle(whole).whole) == (0, True)
    assert verified_by_a_stranger(bundle, tmp_path).returncode == 0
    assert verified_by_a_stranger(whole, tmp_path).returncode == 0


def test_the_public_part_of_a_sealed_ceremony_tells_nothing_confidential(world, issued):
    ceremony = draws_world.draw(world, [issued.department])
    draws_world.countersign(world, ceremony)

    bundle = actions.release(ceremony=ceremony, by=world["market"], at=world.now)

    files = fairdraw.read_bundle(bundle)
    assert sorted(files) == ["certificate.pdf", "entropy.json", "ledger-proof.json", "statement.json"]
    everything = b"".join(files.values())
    unit = SelectedUnit.objects.first()
    for secret in (ceremony.seed, bytes(ceremony.salt).hex(), unit.unit_id, unit.stratum, unit.ticket):
        assert secret.encode() not in everything
    assert json.loads(files["statement.json"])["tasks"][0]["strata"] is None


def test_an_open_ceremony_from_beginning_to_end(world, issued, tmp_path):
    ceremony = draws_world.draw(world, [issued.joint])

    bundle = actions.release(ceremony=ceremony, by=world["market"], at=world.now)

    report = fairdraw.verify_bundle(bundle)
    assert (report.exit_code, report.whole) == (0, True)
    assert report.facts["seed"] == ceremony.seed
    assert verified_by_a_stranger(bundle, tmp_path).returncode == 0
    ceremony.refresh_from_db()
    assert queries.bundle_bytes(ceremony, for_auditors=True) == bundle, "everybody has the whole"


def test_the_same_world_draws_the_same_units(world, issued):
    ceremony = draws_world.draw(world, [issued.joint])

    rows = SelectedUnit.objects.filter(ceremony_task__ceremony=ceremony, drawn_as="SELECTED").order_by("unit_id")
    assert [row.region for row in rows] == ["4416JD", "441602", "441625"]
    assert {row.name for row in rows} <= {subject.name for subject in issued.stock.subjects.values()}


def test_every_team_has_two_of_each_department(world, issued):
    ceremony = draws_world.draw(world, [issued.joint])

    seats = DrawnSeat.objects.filter(ceremony=ceremony, drawn_as="SELECTED")
    teams = {visit: [] for visit in seats.values_list("visit_id", flat=True)}
    for seat in seats.order_by("visit_id", "seat"):
        teams[seat.visit_id].append((seat.organ, seat.inspector_number))
    assert len(teams) == 3
    for team in teams.values():
        assert [organ for organ, _ in team] == ["education", "education", "market", "market"]
        assert len({number for _, number in team}) == 4


def test_reserves_of_a_team_are_in_order_beside_the_first_seat(drawn):
    reserves = DrawnSeat.objects.filter(ceremony=drawn, drawn_as="RESERVE")

    assert set(reserves.values_list("seat", flat=True)) == {1}
    assert set(reserves.values_list("position", flat=True)) == {1}, "three per bureau, two are drawn"


def test_a_draw_marks_its_tasks(issued, drawn):
    issued.department.refresh_from_db()

    assert issued.department.state == TaskState.DRAWN


def test_what_is_frozen_is_what_was_true_then(world, issued, opened):
    subject = issued.stock.subjects["91441602MA5X00057Y"]
    subject.name = "改名后"
    subject.save()

    held = actions.hold(ceremony=opened, by=world["market"], at=world.now)

    assert not SelectedUnit.objects.filter(ceremony_task__ceremony=held, name="改名后").exists()


def test_a_rehearsal_may_use_the_system_generator_alone_and_changes_nothing(world, issued):
    ceremony = actions.prepare(title="演练", tasks=[issued.joint], is_rehearsal=True, by=world["market"], at=world.now)
    actions.declare_system(ceremony=ceremony, by=world["market"], at=world.now)
    actions.freeze(ceremony=ceremony, salt=draws_world.SALT, by=world["market"], at=world.now)
    actions.add_system_input(ceremony=ceremony, value=b"\x07" * 32, by=world["market"], at=world.now)

    actions.hold(ceremony=ceremony, by=world["market"], at=world.now)
    bundle = actions.release(ceremony=ceremony, by=world["market"], at=world.now)

    issued.joint.refresh_from_db()
    assert ceremony.number == "RD4416002026001"
    assert issued.joint.state == TaskState.ISSUED
    assert not CeremonyTask.objects.filter(ceremony=ceremony, stands=True).exists()
    report = fairdraw.verify_bundle(bundle)
    assert report.ok
    assert report.rehearsal
    assert any("os 来源 system" in str(told) for told in report.rests_on)


def test_a_ceremony_with_the_chinese_suite(world, issued, tmp_path):
    ceremony = draws_world.draw(world, [issued.joint], suite="SM3")

    bundle = actions.release(ceremony=ceremony, by=world["market"], at=world.now)

    assert fairdraw.verify_bundle(bundle).ok
    assert verified_by_a_stranger(bundle, tmp_path).returncode == 0
    assert ceremony.engine.startswith("fairdraw")


def test_a_large_ceremony_is_drawn_by_the_embedded_engine_with_the_same_result(world, issued, monkeypatch):
    monkeypatch.setattr(engines, "LARGE", 1)

    ceremony = draws_world.draw(world, [issued.department])

    assert ceremony.engine.startswith("Apache DataFusion")
    draws_world.countersign(world, ceremony)
    report = fairdraw.verify_bundle(queries.bundle_bytes(ceremony, for_auditors=True))
    assert report.ok, "the auditors repeat it with the reference engine"
    assert report.facts["result_digest"] == ceremony.result_digest


def test_numbers_follow_each_other_and_rehearsals_have_their_own(world, issued):
    numbers = [
        actions.prepare(title="甲", tasks=[task], is_rehearsal=rehearsal, by=world["market"], at=world.now).number
        for task, rehearsal in [(issued.joint, False), (issued.joint, True), (issued.department, False)]
    ]

    assert numbers == ["D4416002026001", "RD4416002026001", "D4416002026002"]


def test_a_checkpoint_is_signed_after_commitment_draw_and_release(world, issued):
    ceremony = draws_world.draw(world, [issued.joint])
    actions.release(ceremony=ceremony, by=world["market"], at=world.now)

    entries = LedgerEntry.objects.filter(subject=ceremony.number).in_bulk(field_name="seq")
    signed = {size - 1 for size in Checkpoint.objects.values_list("size", flat=True)}
    assert [entries[seq].act for seq in sorted(signed)] == ["ceremony.commit", "ceremony.draw", "ceremony.release"]


def test_units_checked_for_the_same_items_are_left_out_and_counted(world, issued, drawn):
    plan = plans.copy_plan(plan=issued.department_plan, year=2027, by=world["market"], at=world.now)
    task = plan.tasks.get()
    type(task).objects.filter(pk=task.pk).update(exclusion_months=12)
    plans.submit(plan=plan, by=world["market"], at=world.now)
    plans.approve(plan=plan, by=world["office"], at=world.now)
    plans.issue(plan=plan, by=world["office"], at=world.now)
    task.refresh_from_db()
    selected = set(
        SelectedUnit.objects.filter(ceremony_task__ceremony=drawn, drawn_as="SELECTED").values_list(
            "unit_id", flat=True
        )
    )
    world.now += timedelta(days=90)

    ceremony = draws_world.draw(world, [task])

    row = ceremony.tasks.get()
    assert row.excluded == {"NOT_LIVE": 3, "CHECKED_RECENTLY": 15}
    assert row.population == 39 - 15
    assert not SelectedUnit.objects.filter(ceremony_task=row, unit_id__in=selected).exists()


@pytest.mark.parametrize("load", [0, 1])
def test_load_is_carried_over_from_standing_ceremonies(world, issued, load):
    if load:
        draws_world.draw(world, [issued.department])

    ceremony = draws_world.draw(world, [issued.joint])

    frame = [json.loads(line) for line in ceremony.inspectors_frame.splitlines()]
    carried = sum(each["load"] for each in frame if each["organ"] == "market")
    assert carried == 30 * load


def test_the_inspectors_frame_holds_only_who_may_go(world, issued, committed):
    numbers = [json.loads(line)["inspector_id"] for line in committed.inspectors_frame.splitlines()]

    assert "IN-011" not in numbers, "the certificate has run out"
    assert "IN-012" not in numbers, "suspended"
    assert "IN-007" not in numbers, "education takes no part"
    assert numbers == ["IN-001", "IN-002", "IN-003", "IN-004", "IN-005", "IN-006", "IN-021", "IN-022", "IN-023"]


def test_a_declared_recusal_keeps_the_inspector_away(world, issued):
    subject, inspector = issued.stock.subjects["91441602MA5X00057Y"], issued.stock.inspectors["IN-003"]
    registers.declare_recusal(
        inspector=inspector, subject=subject, reason="近亲属任职", by=world["yc-market"], at=world.now
    )

    ceremony = draws_world.draw(world, [issued.department])

    frame = {line["inspector_id"]: line for line in map(json.loads, ceremony.inspectors_frame.splitlines())}
    assert frame["IN-003"]["recusals"] == [subject.unit_id]
    sitting = DrawnSeat.objects.filter(ceremony=ceremony, unit_id=subject.unit_id)
    assert sitting.exists()
    assert not sitting.filter(inspector_number="IN-003").exists()
