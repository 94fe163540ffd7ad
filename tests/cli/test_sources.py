"""`mingcha draw source`: public sources declared, entered, given up and withdrawn by script."""

import json

import pytest

from tests import draws_world
from tests.rooms.draws.test_sources import DUE, FROZEN, LATER, ROUND


@pytest.fixture
def ceremony(world, at):
    at(FROZEN)
    return draws_world.prepare(world, [draws_world.issue_and_staff(world).department])


@pytest.fixture
def declared(ceremony, run):
    """A drand round that is waited for half an hour, with dice as its fall-back."""
    run(
        *["draw", "source", "declare"],
        ceremony.number,
        "drand",
        "network=quicknet",
        "round=1000",
        "--wait",
        30,
        by="market",
    )
    instead = ["--instead-of", 2]
    run(*["draw", "source", "declare"], ceremony.number, "dice", "count=20", "faces=6", *instead, by="market")
    return ceremony


@pytest.fixture
def frozen(world, declared, run):
    draws_world.commit(world, declared)
    run("draw", "freeze", declared.number, by="market")
    return declared


def test_a_round_is_declared_and_entered(frozen, run, facts, at, tmp_path):
    file = tmp_path / "round.json"
    file.write_text(json.dumps(ROUND))
    at(LATER)

    done = run("draw", "source", "enter", frozen.number, 2, "--file", file, by="market")

    assert "已核验并采用。" in done.output
    rows = facts("draw", "show", frozen.number, by="market")["sources"]
    assert [(row["position"], row["name"], row["opened"]) for row in rows[2:]] == [
        (2, "drand quicknet 1000", True),
        (3, "20d6", False),
    ]
    assert "随机来源 3 20d6:后备" in run("draw", "show", frozen.number, by="market").output


def test_a_forged_round_is_refused(frozen, run, at, tmp_path):
    file = tmp_path / "round.json"
    file.write_text(json.dumps(ROUND | {"randomness": "00" * 32}))
    at(LATER)

    run("draw", "source", "enter", frozen.number, 2, "--file", file, by="market", code=1)

    assert "待录入" in run("draw", "show", frozen.number, by="market").output


def test_dice_are_entered_by_both_witnesses_once_the_beacon_is_given_up(frozen, run, at):
    throws = "3 6 1 5 2 4 4 1 2 6 6 5 3 1 2 2 4 5 6 1"
    at(LATER)
    too_early = run(
        "draw", "source", "fallback", frozen.number, 2, "--reason", "信标网站长时间无法访问", by="market", code=1
    )
    at(DUE.replace(hour=17))
    run("draw", "source", "fallback", frozen.number, 2, "--reason", "信标网站长时间无法访问", by="market")

    first = run("draw", "source", "enter", frozen.number, 3, "--numbers", throws, by="discipline")
    second = run("draw", "source", "enter", frozen.number, 3, "--numbers", throws, by="justice")

    assert "等候时间未到" in too_early.stderr
    assert "已保留录入" in first.output
    assert "已核验并采用" in second.output
    assert (
        "drand quicknet 1000:已改用后备,理由:信标网站长时间无法访问"
        in run("draw", "show", frozen.number, by="market").output
    )


def test_a_source_is_withdrawn_before_the_freeze(declared, run, facts):
    run("draw", "source", "withdraw", declared.number, 3, by="market")

    assert len(facts("draw", "show", declared.number, by="market")["sources"]) == 3


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["dice", "count=20"], "应写作 count=… faces=…"),
        (["dice", "count=20", "faces"], "应写作 count=… faces=…"),
        (["cards", "count=52"], "cards 不是可选的值"),
    ],
)
def test_what_cannot_be_declared_is_told(ceremony, run, given, sentence):
    assert sentence in run("draw", "source", "declare", ceremony.number, *given, by="market", code=2).stderr


def test_a_beacon_s_value_comes_as_a_file(frozen, run, at):
    at(LATER)

    refused = run("draw", "source", "enter", frozen.number, 2, "--numbers", "1 2 3", by="market", code=2)

    assert "信标请给出 --file" in refused.stderr


def test_a_witness_s_input_is_no_public_source(frozen, run, at):
    at(LATER)

    refused = run("draw", "source", "enter", frozen.number, 1, "--numbers", "1 2 3", by="market", code=2)

    assert "第 1 号不是公开来源" in refused.stderr
