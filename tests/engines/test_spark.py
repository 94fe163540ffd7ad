"""Apache Spark, on this machine with two workers, draws what the reference draws, byte for byte."""

from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from pyspark.sql import SparkSession

import fairdraw
from mingcha.draws.engines import LARGE, REFERENCE, choose, reach, reference
from mingcha.draws.engines.spark import Spark
from tests.drawn_tasks import SEED, answer, as_parquet, known_task, seeds, suites, tasks

few = settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def session():
    here = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.ui.enabled": "false"}
    small = {"spark.sql.shuffle.partitions": "2", "spark.sql.adaptive.enabled": "false"}
    soon = {"spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1"}  # a compiler that is done sooner
    session = SparkSession.builder.master("local[2]").config(map=here | small | soon).getOrCreate()
    yield session
    session.stop()


@few
@given(task=tasks(), seed=seeds, suite=suites)
def test_spark_writes_the_same_files(session, task, seed, suite):
    with TemporaryDirectory() as folder:
        drawn = answer(Spark(session, {task.number: str(as_parquet(task, folder))}), task, seed, suite)

    assert drawn == answer(reference, task, seed, suite)


@few
@given(task=tasks(), seed=seeds)
def test_looking_not_far_enough_at_first_changes_nothing(session, task, seed):
    with TemporaryDirectory() as folder, patch.object(reach, "spare", lambda k: 0):
        drawn = answer(Spark(session, {task.number: str(as_parquet(task, folder))}), task, seed, "SHA-256")

    assert drawn == answer(reference, task, seed, "SHA-256")


@pytest.mark.parametrize("suite", ["SHA-256", "SM3"])
def test_the_burden_rule_is_drawn_as_the_reference_draws_it(session, tmp_path: Path, suite):
    plain = known_task()
    design = {**plain.design, "burden": {"delta": "0.5", "cap": 2, "exempt": ["441625/-"]}}
    task = fairdraw.FrozenTask(plain.frame, design, {"91330100799655058B": 2})

    drawn = answer(Spark(session, {"T1": str(as_parquet(task, str(tmp_path)))}), task, SEED, suite)

    assert drawn == answer(reference, task, SEED, suite)


def test_progress_ends_when_the_last_unit_is_dealt_out(session, tmp_path: Path):
    task, told = known_task(), []

    Spark(session, {"T1": str(as_parquet(task, str(tmp_path)))}, lambda done, total: told.append((done, total)))(
        task, SEED, "SHA-256"
    )

    assert told[-3:] == [(4, 7), (6, 7), (7, 7)], "four are hashed, two selected, one is a reserve"
    assert told == sorted(told)


def test_spark_draws_with_nothing_but_a_seed(session):
    with pytest.raises(ValueError, match="a seed has 32"):
        Spark(session, {"T1": "nowhere"})(known_task(), "' OR '1'='1", "SHA-256")


def test_a_large_frame_goes_to_the_cluster_that_is_named(session, tmp_path: Path):
    task = known_task()
    frames = {"T1": as_parquet(task, str(tmp_path))}

    name, engine = choose(frames, units=LARGE, cluster="local[2]")

    assert name == f"Apache Spark {session.version}"
    assert answer(engine, task, SEED, "SHA-256") == answer(reference, task, SEED, "SHA-256")


def test_a_small_frame_stays_here(session, tmp_path: Path):
    assert choose({}, units=LARGE - 1, cluster="local[2]") == (REFERENCE, reference)
