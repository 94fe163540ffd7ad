"""Public sources of randomness: declared before the freeze, verified after it, witnesses last.

The drand round is round 1000 of quicknet, which spoke on 23 August 2023; ceremonies that use it are frozen on that day.
"""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

import fairdraw
from mingcha.draws import actions, public_sources, rules
from mingcha.draws.models import EntropySource, SourceEntry
from mingcha.draws.states import PublicSource
from mingcha.ledger import queries as ledger
from mingcha.people.permissions import NotPermitted
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


def facts(ceremony, act):
    return [json.loads(entry.body)["facts"] for entry in ledger.entries(subject=ceremony.number, act=f"ceremony.{act}")]


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


def test_the_ledger_says_what_was_declared_and_entered(world, with_round):
    enter(world, with_round.ceremony, with_round, ROUND)

    declared, entered = facts(with_round.ceremony, "declare")[0], facts(with_round.ceremony, "open")[0]
    assert (declared["source"], declared["details"]["round"]) == ("drand quicknet 1000", 1000)
    assert (entered["source"], entered["value"]) == ("drand quicknet 1000", ROUND["randomness"])


def test_a_forged_or_other_round_is_refused_and_leaves_nothing(world, with_round):
    forged = {**ROUND, "signature": ROUND["signature"][:-2] + "00"}
    infinity = {**ROUND, "signature": "c0" + "00" * 47}

    for evidence in (forged, infinity, {**ROUND, "round": 1001}, {"round": 1000}, {}):
        with pytest.raises(rules.CannotEnter):
            enter(world, with_round.ceremony, with_round, evidence)

    with_round.refresh_from_db()
    assert (with_round.value, with_round.evidence, with_round.opened_at) == ("", None, None)
    assert not SourceEntry.objects.exists()


def test_a_value_once_accepted_is_never_replaced(world, with_round):
    enter(world, with_round.ceremony, with_round, ROUND)

    with pytest.raises(rules.CannotEnter, match="已经录入并核验,不能更改"):
        enter(world, with_round.ceremony, with_round, ROUND, by="justice")

    with_round.refresh_from_db()
    assert with_round.opened_at == LATER
    assert SourceEntry.objects.count() == 1


def test_nothing_is_entered_before_the_round_is_due(world, with_round):
    with pytest.raises(rules.CannotEnter, match="应于2023-08-23 23:59:24公布"):
        enter(world, with_round.ceremony, with_round, ROUND, at=DUE - timedelta(seconds=1))


def test_nothing_is_entered_before_the_freeze(world, prepared):
    source = declare(world, prepared, drand())

    with pytest.raises(rules.CannotEnter, match="当前为“筹备中”"):
        enter(world, prepared, source, ROUND)


def test_witnesses_open_last(world, with_round):
    with pytest.raises(rules.CannotOpen, match="以下公开来源尚未录入:drand quicknet 1000"):
        draws_world.open_inputs(world, with_round.ceremony, at=LATER)
    with pytest.raises(rules.CannotHold, match="纪正、司明、drand quicknet 1000"):
        actions.hold(ceremony=with_round.ceremony, by=world["market"], at=LATER)

    enter(world, with_round.ceremony, with_round, ROUND)

    assert open_and_hold(world, with_round.ceremony, LATER).state == "DRAWN"


def test_a_late_witness_is_waited_for_without_a_new_start(world, with_round):
    enter(world, with_round.ceremony, with_round, ROUND)
    two_days_later = LATER + timedelta(days=2)

    assert open_and_hold(world, with_round.ceremony, two_days_later).drawn_at == two_days_later


def test_a_round_too_close_is_refused_when_declared_and_at_the_freeze(world, prepared):
    with pytest.raises(rules.CannotDeclare, match="十分钟"):
        declare(world, prepared, drand(number=1000 - 200))
    declare(world, prepared, drand())

    with pytest.raises(rules.CannotFreeze, match="十分钟"):
        freeze(world, prepared, at=DUE - timedelta(minutes=9))

    assert freeze(world, prepared, at=DUE - timedelta(minutes=10)).state == "COMMITTED"


def test_only_a_known_network_is_declared(world, prepared):
    """Whoever has the key of a network of their own could choose its signatures."""
    details = {**drand()["details"], "beacon_id": "default"}
    known = public_sources.networks()["quicknet"]
    parts = known.period.to_bytes(4) + known.genesis.to_bytes(8) + bytes.fromhex(known.public_key + known.genesis_seed)
    details["chain_hash"] = hashlib.sha256(parts).hexdigest()

    with pytest.raises(rules.CannotDeclare, match="不在已知网络之列"):
        declare(world, prepared, {"public": PublicSource.DRAND, "details": details})


@pytest.mark.parametrize("name", ["quicknet", "default"])
def test_a_known_network_is_what_its_hash_says(name):
    known = public_sources.networks()[name]
    beacon_id = b"" if name == "default" else name.encode()
    parts = known.period.to_bytes(4) + known.genesis.to_bytes(8) + bytes.fromhex(known.public_key + known.genesis_seed)

    assert hashlib.sha256(parts + beacon_id).hexdigest() == known.chain_hash


def test_a_round_is_proposed_from_the_wished_time():
    quicknet = public_sources.networks()["quicknet"]

    assert quicknet.round_at(DUE) == 1000
    assert quicknet.round_at(DUE + timedelta(seconds=1)) == 1001


def test_a_source_is_declared_once_and_only_before_the_freeze(world, with_round):
    with pytest.raises(rules.CannotDeclare, match="当前为“已固化承诺”"):
        declare(world, with_round.ceremony, dice())
    with pytest.raises(rules.CannotDeclare, match="当前为“已固化承诺”"):
        actions.withdraw_source(
            ceremony=with_round.ceremony, position=with_round.position, by=world["market"], at=FROZEN
        )


def test_the_same_source_is_not_declared_twice(world, prepared):
    declare(world, prepared, drand())

    with pytest.raises(rules.CannotDeclare, match="已经登记"):
        declare(world, prepared, drand(wait=30))


def test_a_source_is_withdrawn_before_the_freeze_and_the_ledger_keeps_both(world, prepared):
    source = declare(world, prepared, drand())

    actions.withdraw_source(ceremony=prepared, position=source.position, by=world["market"], at=FROZEN)

    assert not EntropySource.objects.filter(kind="BEACON").exists()
    assert facts(prepared, "withdraw") == [{"source": "drand quicknet 1000"}]
    with pytest.raises(rules.CannotDeclare, match="只有公开来源可以撤回"):
        actions.withdraw_source(ceremony=prepared, position=0, by=world["market"], at=FROZEN)


def test_others_declare_enter_and_give_up_nothing(world, with_round):
    ceremony = with_round.ceremony
    with pytest.raises(type(ceremony).DoesNotExist):
        actions.declare_source(ceremony=ceremony, **dice(), by=world["education"], at=FROZEN)
    with pytest.raises(type(ceremony).DoesNotExist):
        enter(world, ceremony, with_round, ROUND, by="education")
    with pytest.raises(NotPermitted):
        enter(world, ceremony, with_round, ROUND, by="yc-inspector")
    with pytest.raises(NotPermitted):
        actions.give_up_source(
            ceremony=ceremony, position=with_round.position, reason="网站无法访问", by=world["justice"], at=LATER
        )


# Lottery: two people, each for themselves


@pytest.fixture
def with_issue(world, prepared):
    source = declare(world, prepared, lottery())
    freeze(world, prepared)
    source.refresh_from_db()
    return source


def test_two_people_enter_the_same_numbers(world, with_issue):
    ceremony = with_issue.ceremony

    first = enter(world, ceremony, with_issue, NUMBERS, at=AFTER_ISSUE)
    turned = {"numbers": [[33, 3, 11, 19, 24, 28], [7]], "source": "开奖直播"}
    second = enter(world, ceremony, with_issue, turned, by="justice", at=AFTER_ISSUE)

    assert first.opened_at is None
    assert second.evidence == {**turned, "entered_by": ["河源市市场监督管理局-录入1", "河源市司法局-1"]}
    assert bytes.fromhex(second.value) == b"3.11.19.24.28.33./7./"
    drawn = open_and_hold(world, ceremony, AFTER_ISSUE)
    assert drawn.state == "DRAWN"


def test_one_person_does_not_vouch_twice(world, with_issue):
    enter(world, with_issue.ceremony, with_issue, NUMBERS, at=AFTER_ISSUE)

    with pytest.raises(rules.CannotEnter, match="须由另一人独立再录入一次"):
        enter(world, with_issue.ceremony, with_issue, NUMBERS, at=AFTER_ISSUE)


def test_entries_that_differ_are_refused_with_both_shown_and_both_kept(world, with_issue):
    ceremony, wrong = with_issue.ceremony, {**NUMBERS, "numbers": [[3, 11, 19, 24, 28, 32], [7]]}
    enter(world, ceremony, with_issue, wrong, at=AFTER_ISSUE)

    with pytest.raises(rules.EntriesDiffer) as refusal:
        enter(world, ceremony, with_issue, NUMBERS, by="justice", at=AFTER_ISSUE)

    assert "石场 录入“03 11 19 24 28 32 | 07”" in str(refusal.value)
    assert "司明 录入“03 11 19 24 28 33 | 07”" in str(refusal.value)
    assert SourceEntry.objects.count() == 2
    with_issue.refresh_from_db()
    assert with_issue.opened_at is None
    corrected = enter(world, ceremony, with_issue, NUMBERS, at=AFTER_ISSUE)
    assert corrected.evidence["entered_by"] == ["河源市司法局-1", "河源市市场监督管理局-录入2"]
    assert SourceEntry.objects.count() == 3
    assert len(facts(ceremony, "enter")) == 3


@pytest.mark.parametrize(
    "evidence",
    [
        {"numbers": [[3, 11, 19, 24, 28, 34], [7]], "source": "公告"},
        {"numbers": [[3, 11, 19, 24, 28], [7]], "source": "公告"},
        {"numbers": [[3, 11, 19, 24, 28, 33]], "source": "公告"},
        {"numbers": [[3, 11, 19, 24, 28, 33], [7]], "source": ""},
        {"numbers": [[3, 11, 19, 24, 28, 33], [7]]},
        {"numbers": "3 11", "source": "公告"},
    ],
)
def test_numbers_that_cannot_be_are_refused_at_the_first_entry(world, with_issue, evidence):
    with pytest.raises(rules.CannotEnter):
        enter(world, with_issue.ceremony, with_issue, evidence, at=AFTER_ISSUE)

    assert not SourceEntry.objects.exists()


def test_who_vouches_is_not_for_the_sender_to_say(world, with_issue):
    claimed = {**NUMBERS, "entered_by": ["discipline", "justice"]}

    entered = enter(world, with_issue.ceremony, with_issue, claimed, at=AFTER_ISSUE)

    assert entered.opened_at is None


# Dice


def test_dice_of_a_real_draw_are_entered_by_its_two_witnesses(world, prepared):
    source = declare(world, prepared, dice())
    freeze(world, prepared)

    with pytest.raises(rules.CannotEnter, match="由本场次两名见证人各自录入"):
        enter(world, prepared, source, THROWS)
    enter(world, prepared, source, THROWS, by="discipline")
    accepted = enter(world, prepared, source, THROWS, by="justice")

    assert accepted.evidence["seen_by"] == ["河源市纪委监委-1", "河源市司法局-1"]
    assert bytes.fromhex(accepted.value) == b"3 6 1 5 2 4"


def test_a_rehearsal_is_drawn_from_dice_alone(world, issued):
    ceremony = actions.prepare(title="演练", tasks=[issued.joint], is_rehearsal=True, by=world["market"], at=world.now)
    source = declare(world, ceremony, dice())
    actions.freeze(ceremony=ceremony, salt=draws_world.SALT, by=world["market"], at=FROZEN)

    enter(world, ceremony, source, THROWS)
    enter(world, ceremony, source, THROWS, by="education")

    assert actions.hold(ceremony=ceremony, by=world["market"], at=LATER).state == "DRAWN"


# Fall-backs


@pytest.fixture
def with_fall_back(world, prepared):
    """An issue that never comes, and a drand round in its place after two hours."""
    missing = declare(world, prepared, lottery(drawn_at="2023-08-23T23:55:00+08:00", wait=120))
    declare(world, prepared, drand(), instead_of=missing)
    freeze(world, prepared)
    return prepared


REASON = "当晚因故停止开奖,官网已公告"


def test_a_missing_source_uses_its_fall_back_after_the_waiting_time(world, with_fall_back):
    ceremony = with_fall_back
    missing, spare = ceremony.sources.filter(kind__in=["LOTTERY", "BEACON"]).order_by("position")
    over = datetime(2023, 8, 23, 17, 55, tzinfo=UTC)
    with pytest.raises(rules.CannotEnter, match="只有后者确认无法取得时才能录入"):
        enter(world, ceremony, spare, ROUND, at=over)
    with pytest.raises(rules.CannotGiveUp, match="须等到2023-08-24 01:55:00"):
        give_up(world, ceremony, missing, at=over - timedelta(seconds=1))
    with pytest.raises(rules.CannotGiveUp, match="请写明改用后备的理由"):
        give_up(world, ceremony, missing, at=over, reason=" 停 ")

    give_up(world, ceremony, missing, at=over)

    with pytest.raises(rules.CannotEnter, match="已改用后备,不再接受录入"):
        enter(world, ceremony, missing, NUMBERS, at=over)
    with pytest.raises(rules.CannotGiveUp, match="当前不在等候之列"):
        give_up(world, ceremony, missing, at=over)
    enter(world, ceremony, spare, ROUND, at=over)
    drawn = open_and_hold(world, ceremony, over)
    draws_world.countersign(world, drawn)
    bundle = actions.release(ceremony=drawn, by=world["market"], at=over)
    assert facts(ceremony, "fallback") == [{"source": "双色球 2023098", "use": "drand quicknet 1000", "reason": REASON}]
    files = fairdraw.read_bundle(bundle)
    assert json.loads(files["statement.json"])["entropy"][3]["instead_of"] == 2
    assert [item["by"] for item in json.loads(files["entropy.json"])][2:] == ["drand quicknet 1000"]
    assert fairdraw.verify_bundle(bundle).ok


def give_up(world, ceremony, source, *, at, reason=REASON):
    actions.give_up_source(ceremony=ceremony, position=source.position, reason=reason, by=world["market"], at=at)


def test_a_source_that_came_is_not_given_up_and_its_fall_back_stays_shut(world, prepared):
    first = declare(world, prepared, drand(wait=1))
    spare = declare(world, prepared, dice(), instead_of=first)
    freeze(world, prepared)
    enter(world, prepared, first, ROUND)

    with pytest.raises(rules.CannotGiveUp, match="当前不在等候之列"):
        give_up(world, prepared, first, at=LATER + timedelta(days=1))
    with pytest.raises(rules.CannotEnter, match="只有后者确认无法取得时才能录入"):
        enter(world, prepared, spare, THROWS, by="justice")

    assert open_and_hold(world, prepared, LATER).state == "DRAWN", "the fall-back is not waited for"


def test_without_a_declared_fall_back_nothing_is_given_up(world, with_round):
    with pytest.raises(rules.CannotGiveUp, match="没有事先公告后备"):
        give_up(world, with_round.ceremony, with_round, at=LATER + timedelta(days=1))


def test_no_fall_back_from_or_to_a_witness_nor_two_of_one_source(world, prepared):
    witness = prepared.sources.get(position=0)
    first = declare(world, prepared, drand())
    declare(world, prepared, dice(), instead_of=first)

    with pytest.raises(rules.CannotDeclare, match="不能有后备"):
        declare(world, prepared, dice(count=9), instead_of=witness)
    with pytest.raises(rules.CannotDeclare, match="已有后备"):
        declare(world, prepared, dice(count=9), instead_of=first)
    with pytest.raises(rules.CannotDeclare, match="请先撤回它的后备"):
        actions.withdraw_source(ceremony=prepared, position=first.position, by=world["market"], at=FROZEN)
