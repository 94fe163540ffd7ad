"""Two engines, one draw: for any frame, design and seed, byte for byte."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fairdraw
from fairdraw.suite import digest
from mingcha.draws import engines, freezing
from mingcha.draws.engines import Embedded, reach, reference, runs

REGIONS = ["441602", "441625", "4416JD"]
CLASSES = ["A", "B", "C", "D"]
SEED = "000102030405060708090a0b0c0d0e0f"
codes = st.text("0123456789ABCDEFGHJKLMNPQRTUWXYabcxyz._/-", min_size=1, max_size=24)
strata = st.builds("{}/{}".format, st.sampled_from(REGIONS), st.sampled_from([*CLASSES, "-"]))
strange = st.dictionaries(codes, strata, min_size=1, max_size=20)
many = st.builds(
    lambda count, some, chance: {f"91{place:04}": chance.choice(some) for place in range(count)},
    st.integers(1, 400),
    st.lists(strata, min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
frames = st.one_of(strange, many, many)
seeds = st.binary(min_size=16, max_size=16).map(bytes.hex)
suites = st.sampled_from(["SHA-256", "SM3"])
shares = st.sampled_from(["0.01", "0.03", "0.1", "0.25", "0.333", "0.5", "1"])


@st.composite
def rules(draw, strata):
    kind = draw(st.sampled_from(["up", "half_up", "down", "systematic", "range", "number"]))
    if kind == "number":
        return {"kind": "number", "total": draw(st.integers(1, 80)), "weights": {h: draw(shares) for h in strata}}
    least = {} if kind == "systematic" else {"minimum": draw(st.integers(0, 3))}
    if kind == "range":
        return {"kind": "range", "strata": {h: {"from": draw(shares), "to": "1", **least} for h in strata}}
    return {"kind": "ratio", "rounding": kind, "strata": {h: {"ratio": draw(shares), **least} for h in strata}}


@st.composite
def burdens(draw, rule, units, strata):
    """The burden rule, without a cap half of the time, and visits of some units; no rule at all half of the time."""
    if rule.get("rounding") == "systematic" or draw(st.booleans()):
        return {}, None
    exempt = draw(st.lists(st.sampled_from(strata), unique=True))
    cap = {"cap": draw(st.integers(2, 3))} if draw(st.booleans()) else {}
    chance = draw(st.randoms(use_true_random=False))
    visited = {unit: chance.randint(1, 4) for unit in units if chance.random() < 0.3}
    return {"burden": {"delta": draw(st.sampled_from(["0.3", "0.5", "1"])), "exempt": exempt, **cap}}, visited


@st.composite
def tasks(draw):
    units = draw(frames)
    strata = sorted(set(units.values()))
    by_stratum = st.fixed_dictionaries({"strata": st.fixed_dictionaries(dict.fromkeys(strata, st.integers(0, 5)))})
    by_ratio = st.fixed_dictionaries({"ratio": shares, "minimum": st.integers(0, 2)})
    rule = draw(rules(strata))
    burden, visited = draw(burdens(rule, sorted(units), strata))
    design = {
        "protocol": "1",
        "task": "T4416002026001",
        "release": "sealed",
        "window": ["2026-03-01", "2026-06-30"],
        "rule": rule,
        "reserves": draw(st.one_of(by_stratum, by_ratio)),
        **burden,
    }
    return fairdraw.FrozenTask(fairdraw.Frame.from_rows(units.items()), design, visited)


def answer(engine: fairdraw.Engine, task: fairdraw.FrozenTask, seed: str, suite: str) -> tuple[object, ...]:
    """The files that an engine's draw makes, with its sizes; or that too few units are below the cap."""
    try:
        drawn = engine(task, seed, suite)
    except fairdraw.BadQuota as refusal:
        return (str(refusal),)
    return *files_of(drawn), dict(drawn.sizes)


def as_parquet(task: fairdraw.FrozenTask, folder: str) -> Path:
    file = Path(folder) / "6d5e3b"  # kept files bear their digest, no ending
    file.write_bytes(
        freezing.parquet([(unit, stratum, "名称", "441602", "地址") for unit, stratum in task.frame.lines])
    )
    return file


def files_of(selection: fairdraw.Selection) -> tuple[bytes, bytes]:
    return fairdraw.selection_csv([selection]), fairdraw.selection_csv([selection], reserves=True)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(task=tasks(), seed=seeds, suite=suites)
def test_the_embedded_engine_writes_the_same_files(task, seed, suite):
    with TemporaryDirectory() as folder:
        embedded = Embedded({task.number: as_parquet(task, folder)})

        drawn = answer(embedded, task, seed, suite)

    assert drawn == answer(reference, task, seed, suite)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(task=tasks(), seed=seeds)
def test_looking_not_far_enough_at_first_changes_nothing(task, seed):
    with TemporaryDirectory() as folder, patch.object(reach, "spare", lambda k: 0):
        embedded = Embedded({task.number: as_parquet(task, folder)})

        drawn = answer(embedded, task, seed, "SHA-256")

    assert drawn == answer(reference, task, seed, "SHA-256")


tickets = st.tuples(st.sampled_from([b"\0\x01", b"\x01\0", b"\xff\x7f"]), st.integers(0, 2)).map(
    lambda ends: ends[0] * 8 + ends[1].to_bytes(16, "big")
)
rows = st.tuples(st.integers(0, 2), st.integers(0, 3), tickets, codes)


@settings(max_examples=100, deadline=None)
@given(batches=st.lists(st.lists(rows, min_size=1), max_size=20), room=st.integers(1, 2000), part=st.integers(1, 5))
def test_rows_sorted_in_runs_leave_in_order(batches, room, part):
    with TemporaryDirectory() as folder, patch.object(runs, "RUN", room), patch.object(runs, "PART", part):
        sorter = runs.Runs(Path(folder))

        for batch in batches:
            columns = [
                pa.array(column, kind) for column, kind in zip(zip(*batch, strict=True), runs.ROWS.types, strict=True)
            ]
            sorter.add(pa.record_batch(columns, schema=runs.ROWS))
        sorter.close()
        left = [tuple(row.values()) for part in sorter.in_order() for row in part.to_pylist()]

    came = [row for batch in batches for row in batch]
    assert [(place, ticket, unit) for place, _, ticket, unit in left] == sorted((p, t, u) for p, _, t, u in came)
    assert sorted(left) == sorted(came)
    assert sorter.cells == Counter((place, visits) for place, visits, _, _ in came)


def known_task() -> fairdraw.FrozenTask:
    units = ["914403001922038216", "91440300708461136T", "9144030071526726XG", "91330100799655058B"]
    rule = {"kind": "ratio", "rounding": "up", "strata": {"441602/-": {"ratio": "0.5"}}}
    design = {
        "protocol": "1",
        "task": "T1",
        "release": "open",
        "window": ["2026-03-01", "2026-06-30"],
        "rule": rule,
        "reserves": {"ratio": "0.2", "minimum": 1},
    }
    return fairdraw.FrozenTask(fairdraw.Frame.from_rows((unit, "441602/-") for unit in units), design)


def test_the_embedded_engine_draws_the_known_answer_of_the_protocol(tmp_path):
    task = known_task()

    drawn = Embedded({"T1": as_parquet(task, str(tmp_path))})(task, SEED, "SHA-256")

    assert files_of(drawn) == (
        b"task,stratum,rank,unit_id,ticket\n"
        b"T1,441602/-,1,91330100799655058B,2fda0d7057182382c7ebc1545ec4fae003c14af1d3edcd2a956052389b78c8be\n"
        b"T1,441602/-,2,914403001922038216,602d76edc3139e74dbc7e9df445671338c29d699615dd976dd39bb195ea22c33\n",
        b"task,stratum,rank,unit_id,ticket\n"
        b"T1,441602/-,3,9144030071526726XG,85fbf3a97710012989c288a77edc0ed121d705fcaeaa38d7ea97bd152c854bcd\n",
    )


def test_the_burden_rule_is_drawn_as_the_reference_draws_it(tmp_path):
    plain = known_task()
    design = {**plain.design, "burden": {"delta": "0.5", "cap": 2}}
    task = fairdraw.FrozenTask(plain.frame, design, {"91330100799655058B": 2})

    drawn = Embedded({"T1": as_parquet(task, str(tmp_path))})(task, SEED, "SHA-256")

    assert [row.unit_id for row in drawn.selected] == ["914403001922038216", "9144030071526726XG"]


@pytest.mark.parametrize("seed", ["' OR '1'='1", SEED.upper(), SEED[:-1]])
def test_the_embedded_engine_draws_with_nothing_but_a_seed(tmp_path, seed):
    task = known_task()

    with pytest.raises(ValueError, match="a seed has 32"):
        Embedded({"T1": as_parquet(task, str(tmp_path))})(task, seed, "SHA-256")


def test_the_embedded_engine_knows_no_other_suite(tmp_path):
    task = known_task()

    with pytest.raises(fairdraw.UnknownSuite):
        Embedded({"T1": as_parquet(task, str(tmp_path))})(task, SEED, "MD5")


def test_a_stratum_without_a_rule_is_refused(tmp_path):
    task = fairdraw.FrozenTask(fairdraw.Frame.from_rows([("91A", "441625/-")]), known_task().design)

    with pytest.raises(fairdraw.BadQuota):
        Embedded({"T1": as_parquet(task, str(tmp_path))})(task, SEED, "SHA-256")


def test_progress_ends_when_the_last_unit_is_dealt_out(tmp_path):
    task, told = known_task(), []

    Embedded({"T1": as_parquet(task, str(tmp_path))}, lambda done, total: told.append((done, total)))(
        task, SEED, "SHA-256"
    )

    assert told[-3:] == [(4, 7), (6, 7), (7, 7)], "four are hashed, two selected, one is a reserve"


def test_whoever_stops_a_draw_by_its_progress_is_heard(tmp_path):
    task = known_task()

    def stop(done: int, total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        Embedded({"T1": as_parquet(task, str(tmp_path))}, stop)(task, SEED, "SHA-256")


@pytest.mark.parametrize(("units", "name"), [(99_999, "fairdraw"), (100_000, "Apache DataFusion")])
def test_large_frames_are_drawn_by_the_embedded_engine(units, name):
    chosen, _ = engines.choose({}, units=units)

    assert chosen.startswith(name)


def test_the_frozen_file_holds_what_was_frozen(tmp_path):
    rows = [("91A", "441602/A", "甲公司", "441602", "一路1号"), ("91B", "441602/B", "乙公司", "441602", "")]

    content = freezing.parquet(rows)

    assert content[:4] == b"PAR1"
    assert digest(content) == digest(freezing.parquet(rows)), "the same rows make the same file"
