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
from tests.drawn_tasks import SEED, answer, as_parquet, codes, files_of, known_task, seeds, suites, tasks


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
