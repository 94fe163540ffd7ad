"""Public sources: what must be declared of them, the value their evidence gives, and what is refused."""

import copy
import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

import fairdraw
from tests.fairdraw import ceremonies

VECTORS = json.loads((Path(__file__).resolve().parents[2] / "spec" / "vectors" / "randomness.json").read_text())
QUICK = next(case for case in VECTORS["values"] if case["details"].get("beacon_id") == "vector-g1")
CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize("case", VECTORS["values"], ids=lambda case: case["kind"])
def test_evidence_gives_its_published_value(case):
    assert fairdraw.value_of(case["kind"], case["details"], case["evidence"]).hex() == case["value"]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["why"])
def test_what_must_be_refused_is_refused(case):
    with pytest.raises((fairdraw.BadSource, fairdraw.BadEvidence)):
        fairdraw.value_of(case["kind"], case["details"], case["evidence"])


@pytest.mark.parametrize("case", VECTORS["due"], ids=lambda case: case["kind"])
def test_a_value_is_due_when_its_details_say(case):
    due = fairdraw.arises_at(case["kind"], case["details"])

    assert due == datetime.fromtimestamp(case["due"], UTC)


def test_dice_are_due_at_no_hour():
    assert fairdraw.arises_at("dice", {"count": 8, "faces": 6}) is None


DRAWN_AT = datetime(2026, 3, 19, 21, 15, tzinfo=CHINA)


def test_ten_minutes_lie_between_freeze_and_value():
    declared = ceremonies.LOTTERY.to_json()

    fairdraw.check_declared(declared, DRAWN_AT - timedelta(minutes=10))
    with pytest.raises(fairdraw.BadSource, match="须在冻结至少十分钟之后产生:双色球2026030期"):
        fairdraw.check_declared(declared, DRAWN_AT - timedelta(minutes=10) + timedelta(seconds=1))


@pytest.mark.parametrize("frozen_at", [datetime.min, datetime.max], ids=["the first day", "the last day"])
def test_no_calendar_ends_the_check(frozen_at):
    declared = ceremonies.LOTTERY.to_json()
    early = replace(ceremonies.LOTTERY, details=declared["details"] | {"drawn_at": "0001-01-01T00:00:00+08:00"})

    with pytest.raises(fairdraw.BadSource):
        fairdraw.check_declared(early.to_json(), frozen_at.replace(tzinfo=UTC))


def test_a_round_beyond_the_calendar_is_refused():
    with pytest.raises(fairdraw.BadSource, match="信标的轮次太远:9007199254740991"):
        fairdraw.arises_at("beacon", QUICK["details"] | {"round": 2**53 - 1})


@pytest.mark.parametrize("kind", ["witness", "os"])
def test_nothing_is_asked_of_the_details_of_others(kind):
    fairdraw.check_declared({"kind": kind, "by": "x", "details": {"anything": 1}}, DRAWN_AT)


def test_a_statement_declares_a_public_source_wholly_and_early_enough():
    held = ceremonies.make(0, release="open")
    late = replace(ceremonies.LOTTERY, details=dict(ceremonies.LOTTERY.details, drawn_at="2026-03-02T09:09:59+08:00"))
    bare = replace(ceremonies.LOTTERY, details={"issue": "2026030"})

    for source in (late, bare):
        statement = held.statement | {"entropy": [*held.statement["entropy"], source.to_json()]}
        with pytest.raises(fairdraw.BadSource):
            fairdraw.read_statement(statement)


def opened(source, evidence, value):
    return {"kind": source.kind, "by": source.by, "commitment": None, "nonce": None} | {
        "value": value.hex(),
        "evidence": evidence,
    }


def test_a_value_that_its_evidence_does_not_give_is_refused():
    held = ceremonies.make(0)
    statement = held.statement | {"entropy": [*held.statement["entropy"], ceremonies.LOTTERY.to_json()]}
    right, wrong = b"2.7.11.19.26.33./9./", b"2.7.11.19.26.33./8./"

    values = fairdraw.read_entropy([*held.entropy, opened(ceremonies.LOTTERY, ceremonies.NUMBERS, right)], statement)

    assert values[-1] == right
    with pytest.raises(fairdraw.BadOpening, match="随机来源的值与凭据不符:双色球2026030期"):
        fairdraw.read_entropy([*held.entropy, opened(ceremonies.LOTTERY, ceremonies.NUMBERS, wrong)], statement)


STRANGE = [
    None,
    True,
    -1,
    0,
    2**53 - 1,
    2**70,
    1.5,
    "",
    "\ud800",
    "é",
    "x",
    "00" * 48,
    [],
    {},
    [[]],
    {"a": {}},
    [1, "x"],
]


def shaken(value, dice):
    """The value with one part replaced by something strange, or left out."""
    if isinstance(value, dict) and value and dice.random() < 0.9:
        key = dice.choice(sorted(value))
        return (
            value | {key: shaken(value[key], dice)} if dice.random() < 0.9 else {k: value[k] for k in value if k != key}
        )
    if isinstance(value, list) and value and dice.random() < 0.8:
        place = dice.randrange(len(value))
        return [*value[:place], shaken(value[place], dice), *value[place + 1 :]]
    return dice.choice(STRANGE)


@pytest.mark.parametrize("case", VECTORS["values"], ids=lambda case: case["kind"])
def test_whatever_is_declared_and_brought_is_taken_or_refused_and_nothing_else(case):
    dice = random.Random(case["value"])
    for _ in range(50):
        details, evidence = copy.deepcopy(case["details"]), copy.deepcopy(case["evidence"])
        if dice.random() < 0.4:
            details = shaken(details, dice)
        else:
            evidence = shaken(evidence, dice)
        try:
            value = fairdraw.value_of(case["kind"], details, evidence)
        except (fairdraw.BadSource, fairdraw.BadEvidence):
            continue
        assert value.hex() == case["value"] or case["kind"] in ("lottery", "dice")
