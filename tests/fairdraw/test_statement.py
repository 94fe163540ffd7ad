"""What a statement and an opening must be before anyone believes them."""

import copy
import random
from dataclasses import replace

import pytest

import fairdraw
from tests.fairdraw import ceremonies
from tests.fairdraw.ceremonies import FROZEN_AT

HELD = next(
    held
    for held in (ceremonies.make(n, release="open", suite="SHA-256") for n in range(9))
    if not held.statement["rehearsal"]
)
LOTTERY = ceremonies.LOTTERY.to_json()
DICE = LOTTERY | {"kind": "dice", "by": "公证处骰子", "details": {"count": 4, "faces": 6}, "instead_of": 2}
OPENED = {
    "lottery": {"value": b"2.7.11.19.26.33./9./".hex(), "evidence": ceremonies.NUMBERS},
    "dice": {"value": b"3 1 6 4".hex(), "evidence": {"throws": [3, 1, 6, 4], "seen_by": ["0007", "0012"]}},
}


def changed(path, value):
    statement = copy.deepcopy(HELD.statement)
    *way, last = (int(step) if step.isdigit() else step for step in path.split("."))
    part = statement
    for step in way:
        part = part[step]
    part[last] = value
    return statement


def test_a_cap_that_leaves_too_few_units_is_refused_before_any_seed():
    frame = fairdraw.Frame.from_rows((f"U{n}", "441602/E") for n in range(4))
    rule = {"kind": "ratio", "rounding": "up", "strata": {"441602/E": {"ratio": "0.5"}}}
    design = {"protocol": "1", "task": "T1", "release": "open", "window": ["2026-03-01", "2026-03-31"], "rule": rule}
    task = fairdraw.FrozenTask(frame, {**design, "burden": {"delta": "0.5", "cap": 1}}, {"U0": 1, "U1": 1, "U2": 2})

    with pytest.raises(fairdraw.BadQuota, match="未达检查次数上限的只有 1 户,不够抽取 2 户"):
        fairdraw.statement.task_entry(task, release="open", salt=bytes(32))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("protocol", "2"),
        ("suite", "MD5"),
        ("suite", 1),
        ("ceremony", "RD4416002026005"),
        ("ceremony", "D/5"),
        ("rehearsal", True),
        ("rehearsal", 0),
        ("release", "secret"),
        ("frozen_at", "2026-03-02"),
        ("frozen_at", "2026-03-02T09:00:00"),
        ("frozen_at", "2026-03-02 09:00:00+08:00"),
        ("frozen_at", None),
        ("previous", "the last one"),
        ("salt_commitment", "00"),
        ("inspectors_digest", "x"),
        ("more", 1),
        ("entropy", []),
        ("entropy", {}),
        ("entropy.0.kind", "mood"),
        ("entropy.0.commitment", None),
        ("entropy.0.organ", "SJ"),
        ("entropy.0.details", "x"),
        ("entropy.1.instead_of", 1),
        ("entropy.1", LOTTERY | {"commitment": "00" * 32}),
        ("tasks", []),
        ("tasks.0.number", "a/b"),
        ("tasks.0.strata", None),
        ("tasks.0.strata", {"A": -1}),
        ("tasks.0.total", 1.5),
        ("tasks.0.excluded", {"已注销": "3"}),
        ("tasks.0.added", True),
        ("tasks.0.frame_digest", "AB" * 32),
    ],
)
def test_a_statement_that_breaks_the_form_is_refused(path, value):
    with pytest.raises(fairdraw.Refused):
        fairdraw.read_statement(changed(path, value))


def test_a_good_statement_is_given_back():
    assert fairdraw.read_statement(HELD.statement) == HELD.statement


def test_one_source_declared_twice_or_two_equal_commitments_are_refused():
    twice = HELD.statement["entropy"] + [HELD.statement["entropy"][0]]
    copied = copy.deepcopy(HELD.statement["entropy"])
    copied[1]["commitment"] = copied[0]["commitment"]

    for sources in (twice, copied):
        with pytest.raises(fairdraw.BadStatement, match="随机来源或承诺重复"):
            fairdraw.read_statement(HELD.statement | {"entropy": sources})


def build(**changes):
    given = {
        "ceremony": "D4416002026001",
        "rehearsal": False,
        "release": "open",
        "frozen_at": FROZEN_AT,
        "salt": bytes(32),
        "sources": [ceremonies.LOTTERY],
        "tasks": HELD.tasks,
        "inspectors": HELD.inspectors,
    }
    return fairdraw.build_statement(**given | changes)


def test_the_operating_system_may_rehearse_but_not_draw():
    alone = [fairdraw.Source("os", "server")]
    witnesses, _ = ceremonies.witnesses(random.Random(1))

    for sources in (alone, [*witnesses, *alone]):
        with pytest.raises(fairdraw.BadStatement, match="操作系统随机数只能用于演练"):
            build(sources=sources)

    assert build(sources=alone, rehearsal=True, ceremony="RD4416002026001")["rehearsal"]


@pytest.mark.parametrize(
    ("source", "fallback"),
    [
        (replace(ceremonies.LOTTERY, instead_of=0), "of a witness"),
        (fairdraw.Source("witness", "JC-1", organ="JC", commitment="ab" * 32, instead_of=2), "by a witness"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_no_witness_can_be_left_out_once_another_has_opened(source, fallback):
    """Else the office and that witness could look at both seeds and take the one they like."""
    declared, _ = ceremonies.witnesses(random.Random(1))
    dice = fairdraw.Source("dice", "公证处骰子", details=DICE["details"])

    with pytest.raises(fairdraw.BadStatement, match="见证人不能有后备,也不能作后备"):
        build(sources=[*declared, dice, source])


def test_one_witness_is_not_enough():
    declared, _ = ceremonies.witnesses(random.Random(1))

    with pytest.raises(fairdraw.BadStatement, match="见证人至少两名,来自不同单位"):
        build(sources=declared[:1])


def test_teams_need_a_frozen_pool():
    with_teams = next(
        held for number in range(50) for held in [ceremonies.make(number, release="open")] if held.outcome.visits
    )

    with pytest.raises(fairdraw.BadStatement, match="没有冻结检查人员名单"):
        build(tasks=with_teams.tasks, inspectors=None)


def test_a_design_for_another_kind_of_release_is_refused():
    with pytest.raises(fairdraw.BadStatement, match="公开方式与场次不同"):
        build(release="sealed")


def test_the_freeze_refuses_a_frame_with_strata_the_design_forgot():
    stray = fairdraw.Frame.from_rows([("U1", "nowhere")])
    task = next(task for task in HELD.tasks if task.design["rule"].get("rounding") != "systematic")

    with pytest.raises(fairdraw.BadQuota, match="方案没有规定分层:nowhere"):
        build(tasks=[fairdraw.FrozenTask(stray, task.design, {} if task.design.get("burden") else None)])


def test_burden_rule_and_earlier_visits_come_together_or_not_at_all():
    plain = next(task for task in HELD.tasks if not task.design.get("burden"))

    with pytest.raises(fairdraw.BadStatement, match="不配套"):
        build(tasks=[fairdraw.FrozenTask(plain.frame, plain.design, {"U1": 1})])


def test_a_sealed_statement_tells_neither_strata_nor_digests_that_could_be_tried_out():
    held = ceremonies.make(6, release="sealed", suite="SHA-256")

    for entry, task in zip(held.statement["tasks"], held.tasks, strict=True):
        assert entry["strata"] is None
        assert entry["total"] == len(task.frame.lines)
        assert entry["frame_digest"] != task.frame.digest()
        assert entry["frame_digest"] == fairdraw.blind(task.frame.digest(), salt=held.salt)
        assert entry["design_digest"] != fairdraw.design_digest(task.design)


def with_fall_back():
    return HELD.statement | {"entropy": [*HELD.statement["entropy"], LOTTERY, DICE]}


def opened(source):
    return {
        "kind": source["kind"],
        "by": source["by"],
        "commitment": None,
        "nonce": None,
        **OPENED[source["kind"]],
    }


@pytest.mark.parametrize("used", [LOTTERY, DICE], ids=["the first choice", "the fall-back"])
def test_a_source_or_its_fall_back_is_opened(used):
    values = fairdraw.read_entropy([*HELD.entropy, opened(used)], with_fall_back())

    assert values[2:] == [bytes.fromhex(OPENED[used["kind"]]["value"])]


def test_openings_that_were_not_declared_so_are_refused():
    first, second = HELD.entropy
    wrong = {
        "a witness missing": [first, opened(LOTTERY)],
        "out of order": [second, first, opened(LOTTERY)],
        "twice": [first, first, second, opened(LOTTERY)],
        "both the source and its fall-back": [first, second, opened(LOTTERY), opened(DICE)],
        "neither": [first, second],
        "another value": [first | {"value": "00"}, second, opened(LOTTERY)],
        "another nonce": [first | {"nonce": "00" * 32}, second, opened(LOTTERY)],
        "a border moved": [
            first | {"nonce": first["nonce"][:-2], "value": first["nonce"][-2:] + first["value"]},
            second,
            opened(LOTTERY),
        ],
        "another commitment": [first | {"commitment": "00" * 32}, second, opened(LOTTERY)],
        "not declared": [first, second, opened(LOTTERY) | {"by": "another issue"}],
        "an empty value": [first, second, opened(LOTTERY) | {"value": ""}],
        "a nonce where none belongs": [first, second, opened(LOTTERY) | {"nonce": "00" * 32}],
        "not hex": [first, second, opened(LOTTERY) | {"value": 7}],
        "a name that is none": [first, second, opened(LOTTERY) | {"by": ["x"], "kind": {}}],
        "fields missing": [first, second, {"kind": "lottery"}],
        "no list": {"value": "aa"},
    }

    for what, entropy in wrong.items():
        with pytest.raises(fairdraw.Refused):
            pytest.fail(f"{what} was believed: {fairdraw.read_entropy(entropy, with_fall_back())}")
