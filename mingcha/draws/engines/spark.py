"""The engine for more than one machine (集群引擎): Apache Spark, for whoever has a cluster.

Needs the extra `mingcha[spark]` and Java 17. The frames must lie where every machine can read them. With SM3, which
Spark does not know, tickets are computed in Python, a row after the other; then every machine needs `fairdraw`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import reduce
from itertools import groupby, islice
from typing import Any
from uuid import uuid4

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import BinaryType

from fairdraw import Design
from fairdraw.suite import hash_of
from mingcha.draws.engines.columnar import InParquet, OpenFrame, Progress, cells_of, cells_sql, units_sql
from mingcha.draws.engines.reach import Cells, Reach, limit

PART = 50_000
"""Drawn rows that travel to this machine together."""
KEEP = """
    WITH tickets AS (SELECT unit_id, stratum, visits, {ticket} AS ticket FROM ({units}))
    SELECT /*+ BROADCAST(reach) */ tickets.*
    FROM tickets JOIN reach ON tickets.stratum = reach.stratum
    WHERE tickets.ticket >= reach.above AND tickets.ticket < reach.below
"""


def session_at(master: str) -> SparkSession:
    """The session with a cluster, one for the whole program; Spark keeps it."""
    return SparkSession.builder.appName("mingcha").master(master).getOrCreate()


class Spark(InParquet):
    """Apache Spark, on as many machines as the session has."""

    def __init__(self, session: SparkSession, frames: Mapping[str, str], progress: Progress | None = None) -> None:
        """Name the address of each task's frame, in any file system that the session knows."""
        self.session = session
        self.frames = frames
        self.progress = progress
        self.name = f"Apache Spark {session.version}"

    @contextmanager
    def opened(self, design: Design, seed: str, suite: str, burden: Mapping[str, int]) -> Iterator[OpenFrame]:
        frame = _OpenTable(self.session, self.frames[design.task], design, burden, seed, suite)
        try:
            yield frame
        finally:
            frame.forget()


class _OpenTable:
    """A frame in a Parquet file, open to Spark."""

    def __init__(
        self, session: SparkSession, file: str, design: Design, burden: Mapping[str, int], seed: str, suite: str
    ) -> None:
        self.session = session.newSession()  # its own tables and functions
        self.group = f"mingcha-draw-{uuid4()}"
        self.parts: list[DataFrame] = []
        self.estimate = 0
        h = hash_of(suite)
        self.session.udf.register("hash_in_python", lambda text: h(text.encode()), BinaryType())
        message = f"concat('{seed}:', unit_id)"
        ticket = f"unhex(sha2({message}, 256))" if suite == "SHA-256" else f"hash_in_python({message})"
        self.count = cells_sql(design)
        self.smallest = KEEP.format(ticket=ticket, units=units_sql(design))
        frame = self.session.read.parquet(file)
        frame.createOrReplaceTempView("frame")
        self.total = frame.count()
        if design.burden:
            self._register("burden", list(burden.items()), "unit_id string, visits long")

    @property
    def hashed(self) -> int:
        """Estimated by the tasks that are finished: Spark tells no more while it works."""
        tracker = self.session.sparkContext.statusTracker()
        jobs = [info for job in tracker.getJobIdsForGroup(self.group) if (info := tracker.getJobInfo(job))]
        stages = [found for job in jobs for stage in job.stageIds if (found := tracker.getStageInfo(stage))]
        finished, known = sum(stage.numCompletedTasks for stage in stages), sum(stage.numTasks for stage in stages)
        self.estimate = max(self.estimate, self.total * finished // known if known else 0)  # stages come to be known
        return self.estimate

    def cells(self) -> Cells:
        return cells_of(row.asDict() for row in self.session.sql(self.count).toLocalIterator())

    def keep(self, above: Reach, below: Reach) -> None:
        self.session.sparkContext.setJobGroup(self.group, "mingcha: tickets")
        limits = [(stratum, limit(above[stratum]), limit(below[stratum])) for stratum in below]
        self._register("reach", limits, "stratum string, above binary, below binary")
        self.parts.append(self.session.sql(self.smallest).persist(StorageLevel.MEMORY_AND_DISK))
        self.parts[-1].count()

    def kept(self) -> Cells:
        counts = self._all().groupBy("stratum", "visits").count().withColumnRenamed("count", "units")
        return cells_of(row.asDict() for row in counts.toLocalIterator())

    def in_order(self) -> Iterator[tuple[str, pa.RecordBatch]]:
        rows = self._all().orderBy("stratum", "ticket", "unit_id").toLocalIterator()
        for stratum, group in groupby(rows, key=lambda row: str(row.stratum)):
            while part := list(islice(group, PART)):
                yield stratum, _columns(part)

    def forget(self) -> None:
        """Free what the cluster holds of this draw."""
        for part in self.parts:
            part.unpersist()

    def _all(self) -> DataFrame:
        return reduce(DataFrame.unionAll, self.parts)

    def _register(self, name: str, rows: list[tuple[Any, ...]], schema: str) -> None:
        self.session.createDataFrame(rows, schema).createOrReplaceTempView(name)


def _columns(rows: list[Any]) -> pa.RecordBatch:
    return pa.record_batch(
        {
            "unit_id": pa.array((row.unit_id for row in rows), pa.string()),
            "visits": pa.array((row.visits for row in rows), pa.int64()),
            "ticket": pa.array((bytes(row.ticket) for row in rows), pa.binary(32)),
        }
    )
