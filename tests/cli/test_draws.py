"""`mingcha draw`: the steps of a ceremony, and what refuses them."""

import json
import stat

import pytest

from mingcha.draws.models import Ceremony
from tests import draws_world


@pytest.fixture
def issued(world):
    return draws_world.issue_and_staff(world)


@pytest.fixture
def prepared(world, issued):
    return draws_world.prepare(world, [issued.department])


def receipt(run, path, *, ceremony="", value="春风又绿江南岸花"):
    run("draw", "commitment", "--ceremony", ceremony, "--value", value, "-o", path)
    return path


def test_a_commitment_needs_no_site_and_its_receipt_is_for_its_owner(run, tmp_path):
    made = receipt(run, tmp_path / "r.json", ceremony="D1")

    kept = json.loads(made.read_text(encoding="utf-8"))
    assert kept.keys() == {"ceremony", "suite", "value", "nonce", "commitment"}
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_an_input_can_be_typed_unseen(run, tmp_path):
    done = run("draw", "commitment", "-o", tmp_path / "r.json", typed="3 6 1 5 2 4 4 1\n")

    assert json.loads((tmp_path / "r.json").read_text())["value"] == "3 6 1 5 2 4 4 1"
    assert "3 6 1" not in done.output


def test_a_receipt_is_never_overwritten(run, tmp_path):
    path = receipt(run, tmp_path / "r.json")
    former = path.read_text()

    done = run("draw", "commitment", "--value", "另一个随机的输入", "-o", path, code=1)

    assert "已存在,不会覆盖" in done.stderr
    assert path.read_text() == former


def test_a_short_input_is_refused(run, tmp_path):
    run("draw", "commitment", "--value", "短", "-o", tmp_path / "r.json", code=2)

    assert not (tmp_path / "r.json").exists()


def test_a_receipt_of_another_ceremony_is_noticed(prepared, run, tmp_path):
    other = receipt(run, tmp_path / "r.json", ceremony="D9")

    done = run("draw", "commit", prepared.number, "--receipt", other, by="discipline", code=1)

    assert "是场次 D9 的回执" in done.stderr


def test_what_is_no_receipt_is_unreadable(prepared, run, tmp_path):
    (tmp_path / "r.json").write_text("[]")

    done = run("draw", "commit", prepared.number, "--receipt", tmp_path / "r.json", by="discipline", code=2)

    assert "不是回执" in done.stderr


def test_nobody_but_a_witness_commits(prepared, run):
    done = run("draw", "commit", prepared.number, "--commitment", "a" * 64, by="office", code=1)

    assert "没有找到,或当前身份无权操作" in done.stderr


def test_a_freeze_waits_for_the_witnesses(prepared, run):
    assert "尚未提交承诺" in run("draw", "freeze", prepared.number, by="market", code=1).stderr
    assert Ceremony.objects.get().state == "PREPARING"


def test_a_wrong_opening_is_refused(world, prepared, run):
    draws_world.freeze(world, prepared)

    done = run("draw", "open", prepared.number, "--nonce", "11" * 32, "--value", "别的输入", by="discipline", code=1)

    assert "打开的内容与承诺不符" in done.stderr


def test_a_nonce_in_wrong_letters_is_wrong_usage(world, prepared, run):
    draws_world.freeze(world, prepared)

    done = run("draw", "open", prepared.number, "--nonce", "zz", "--value", "输入", by="discipline", code=2)

    assert "随机前缀应为十六进制" in done.stderr


@pytest.mark.parametrize("options", [[], ["--system", "--value", "x", "--nonce", "11"], ["--nonce", "11"]])
def test_an_opening_is_said_in_one_way(prepared, run, options):
    assert "三者之一" in run("draw", "open", prepared.number, *options, by="discipline", code=2).stderr


def test_a_draw_is_held_once(world, prepared, run):
    draws_world.freeze(world, prepared)
    draws_world.open_inputs(world, prepared)
    run("draw", "hold", prepared.number, by="market")
    seed = Ceremony.objects.get().seed

    done = run("draw", "hold", prepared.number, by="market", code=1)

    assert "场次当前为“已抽取封存”" in done.stderr
    assert Ceremony.objects.get().seed == seed


def test_a_sealed_draw_is_released_after_the_countersignatures(world, issued, run, tmp_path):
    ceremony = draws_world.draw(world, [issued.department])

    done = run("draw", "release", ceremony.number, "-o", tmp_path / "b.zip", by="market", code=1)

    assert "会签" in done.stderr
    assert not (tmp_path / "b.zip").exists()


def test_only_auditors_get_the_whole_bundle(world, issued, run, tmp_path):
    ceremony = draws_world.draw(world, [issued.department])

    done = run("draw", "bundle", ceremony.number, "-o", tmp_path / "b.zip", "--auditors", by="market", code=1)

    assert "当前身份无权“核验抽取”" in done.stderr


def test_a_rehearsal_may_rest_on_the_system_alone(issued, run, facts):
    number = facts("draw", "prepare", issued.department.number, "--title", "演练", "--rehearsal", by="market")["number"]

    run("draw", "system", number, by="market")
    run("draw", "freeze", number, by="market")
    run("draw", "open", number, "--system", by="market")
    held = facts("draw", "hold", number, by="market")

    assert (held["state"], held["rehearsal"]) == ("DRAWN", True)


def test_an_abandoned_ceremony_is_named_by_the_next(prepared, issued, run, facts):
    run("draw", "abandon", prepared.number, "--reason", "见证人未能到场", by="market")
    again = ["draw", "prepare", issued.department.number, "--title", "重抽"]
    assert "须注明“重抽自”该场次" in run(*again, by="market", code=1).stderr

    number = facts(*again, "--previous", prepared.number, by="market")["number"]

    assert Ceremony.objects.get(number=number).previous == prepared
    assert facts("draw", "list", "--state", "ABANDONED", by="market")[0]["number"] == prepared.number


def test_a_shortage_is_told_in_numbers(world, run, facts):
    issued = draws_world.plans_world.issue_plan(world)  # nobody works in 江东新区
    ceremony = draws_world.prepare(world, [issued.department])
    draws_world.commit(world, ceremony)

    done = run("draw", "freeze", ceremony.number, by="market", code=1)

    assert "江东新区" in done.stderr


def test_somebody_who_may_not_witness_is_wrong_usage(prepared, run):
    done = run("draw", "witness", prepared.number, "--witness", "yc-inspector", by="market", code=2)

    assert "账号 yc-inspector 不能担任见证人" in done.stderr


def test_a_bundle_with_a_changed_byte_is_not_proven(run, tmp_path):
    (tmp_path / "b.zip").write_bytes(b"no bundle")

    run("verify", tmp_path / "b.zip", code=2)
