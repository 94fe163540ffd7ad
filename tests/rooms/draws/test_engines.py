"""Two engines, one draw: for any frame, design and seed, byte for byte."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fairdraw
from fairdraw.suite import digest
from mingcha.draws import engines, freezing
from mingcha.draws.engines import Embedded, reference

REGIONS = ["441602", "441625", "4416JD"]
CLASSES = ["A", "B", "C", "D"]
SEED = "000102030405060708090a0b0c0d0e0f"
codes = st.text("0123456789ABCDEFGHJKLMNPQRTUWXYabcxyz._/-", min_size=1, max_size=24)
strata = st.builds("{}/{}".format, st.sampled_from(REGIONS), st.sampled_from([*CLASSES, "-"]))
frames = st.dictionaries(codes, strata, min_size=1, max_size=200)
seeds = st.binary(min_size=16, max_size=16).map(bytes.hex)
shares = st.sampled_from(["0.01", "0.03", "0.1", "0.25", "0.333", "0.5", "1"])


@st.composite
def rules(draw, strata):
    kind = draw(st.sampled_from(["up", "half_up", "down", "systematic", "number"]))
    if kind == "number":
        return {"kind": "number", "total": draw(st.integers(1, 80)), "weights": {h: draw(shares) for h in strata}}
    least = {} if kind == "systematic" else {"minimum": draw(st.integers(0, 3))}
    return {"kind": "ratio", "rounding": kind, "strata": {h: {"ratio": draw(shares), **least} for h in strata}}


@st.composite
def tasks(draw):
    units = draw(frames)
    design = {
        "protocol": "1",
        "task": "T4416002026001",
        "release": "sealed",
        "window": ["2026-03-01", "2026-06-30"],
        "rule": draw(rules(sorted(set(units.values())))),
        "reserves": {"ratio": draw(shares), "minimum": draw(st.integers(0, 2))},
    }
    return fairdraw.FrozenTask(fairdraw.Frame.from_rows(units.items()), design)


def as_parquet(task: fairdraw.FrozenTask, folder: str) -> Path:
    file = Path(folder) / "6d5e3b"  # kept files bear their digest, no ending
    file.write_bytes(
        freezing.parquet([(unit, stratum, "名称", "441602", "地址") for unit, stratum in task.frame.lines])
    )
    return file


def files_of(selection: fairdraw.Selection) -> tuple[bytes, bytes]:
    return fairdraw.selection_csv([selection]), fairdraw.selection_csv([selection], reserves=True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(task=tasks(), seed=seeds)
def test_both_engines_write_the_same_files(task, seed):
    with TemporaryDirectory() as folder:
        embedded = Embedded({task.number: as_parquet(task, folder)})

        drawn = embedded(task, seed, "SHA-256")

    assert files_of(drawn) == files_of(reference(task, seed, "SHA-256"))
    assert drawn.sizes == reference(task, seed, "SHA-256").sizes


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


@pytest.mark.parametrize(("seed", "suite"), [(SEED, "SM3"), ("' OR '1'='1", "SHA-256"), (SEED.upper(), "SHA-256")])
def test_the_embedded_engine_takes_only_what_it_knows(tmp_path, seed, suite):
    task = known_task()

    with pytest.raises(ValueError, match="SHA-256 and a seed"):
        Embedded({"T1": as_parquet(task, str(tmp_path))})(task, seed, suite)


@pytest.mark.parametrize(
    ("units", "suite", "name"),
    [(99_999, "SHA-256", "fairdraw"), (100_000, "SHA-256", "Apache DataFusion"), (100_000, "SM3", "fairdraw")],
)
def test_large_frames_are_drawn_by_the_embedded_engine(units, suite, name):
    chosen, _ = engines.choose({}, units=units, suite=suite)

    assert chosen.startswith(name)


def test_the_frozen_file_holds_what_was_frozen(tmp_path):
    rows = [("91A", "441602/A", "甲公司", "441602", "一路1号"), ("91B", "441602/B", "乙公司", "441602", "")]

    content = freezing.parquet(rows)

    assert content[:4] == b"PAR1"
    assert digest(content) == digest(freezing.parquet(rows)), "the same rows make the same file"
