"""Public sources of randomness: declared before the freeze, verified after it, witnesses last.

The drand round is round 1000 of quicknet, which spoke on 23 August 2023; ceremonies that use it are frozen on that day.
"""

import json
from datetime import UTC, datetime, timedelta

import pytest

import fairdraw
from mingcha.draws import actions, public_sources
from mingcha.draws.states import PublicSource
from tests import draws_world

DUE = datetime(2023, 8, 23, 15, 59, 24, tzinfo=UTC)
FROZEN = DUE - timedelta(minutes=15)
LATER = DUE + timedelta(minutes=1)
ROUND = {
    "round": 1000,
    "randomness": "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
    "signature": "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
}
ISSUE = {
    "game": "双色球",
    "issue": "2023098",
    "drawn_at": "2023-08-24T21:15:00+08:00",
    "groups": [{"count": 6, "highest": 33}, {"count": 1, "highest": 16}],
}
NUMBERS = {"numbers": [[3, 11, 19, 24, 28, 33], [7]], "source": "中国福利彩票双色球第2023098期开奖公告"}
AFTER_ISSUE = datetime(2023, 8, 24, 13, 20, tzinfo=UTC)
THROWS = {"throws": [3, 6, 1, 5, 2, 4]}


def drand(wait=0, number=1000):
    given = {"network": "quicknet", "round": number}
    return {
        "public": PublicSource.DRAND,
        "details": public_sources.details_of(PublicSource.DRAND, given, wait=wait),
    }


def lottery(**more):
    return {"public": PublicSource.LOTTERY, "details": {**ISSUE, **more}}


def dice(count=6):
    return {"public": PublicSource.DICE, "details": {"count": count, "faces": 6}}


def declare(world, ceremony, source, **more):
    return actions.declare_source(ceremony=ceremony, **source, by=world["market"], at=FROZEN, **more)


def freeze(world, ceremony, at=FROZEN):
    draws_world.commit(world, ceremony)
    return actions.freeze(ceremony=ceremony, salt=draws_world.SALT, by=world["market"], at=at)


def enter(world, ceremony, source, evidence, *, by="market", at=LATER):
    return actions.enter_source(ceremony=ceremony, position=source.position, evidence=evidence, by=world[by], at=at)


def open_and_hold(world, ceremony, at):
    draws_world.open_inputs(world, ceremony, at=at)
    return actions.hold(ceremony=ceremony, by=world["market"], at=at)


@pytest.fixture
def with_round(world, prepared):
    """A formal ceremony frozen with a drand round that is due in a quarter of an hour."""
    source = declare(world, prepared, drand())
    freeze(world, prepared)
    source.refresh_from_db()
    return source


def test_a_round_is_declared_entered_verified_and_stands_in_the_bundle(world, with_round):
    ceremony = with_round.ceremony

    enter(world, ceremony, with_round, ROUND)
    drawn = open_and_hold(world, ceremony, LATER)
    draws_world.countersign(world, drawn)
    bundle = actions.release(ceremony=drawn, by=world["market"], at=LATER)

    files = fairdraw.read_bundle(bundle)
    entropy = json.loads(files["entropy.json"])
    assert [item["kind"] for item in entropy] == ["witness", "witness", "beacon"]
    assert entropy[2]["by"] == "drand quicknet 1000"
    assert entropy[2]["evidence"] == ROUND
    assert entropy[2]["value"] == ROUND["randomness"]
    assert json.loads(files["statement.json"])["entropy"][2]["details"]["round"] == 1000
    assert fairdraw.verify_bundle(bundle).ok
