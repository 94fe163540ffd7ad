"""The embedded engine (内嵌引擎): Apache DataFusion reads the frozen Parquet as a stream and hashes on all cores.

Memory does not grow with the frame, nor with what is drawn: the small tickets that are kept are sorted in runs of a
fixed size, on disk if they are more than one. A whole frame drawn at 100 % takes disk, not memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from functools import partial
from pathlib import Path
from threading import Lock

import datafusion
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fairdraw import Design
from fairdraw.suite import hash_of
from mingcha.draws.engines.columnar import InParquet, OpenFrame, Progress, cells_of, cells_sql, units_sql
from mingcha.draws.engines.reach import Cells, Reach, limit
from mingcha.draws.engines.runs import Runs

KEEP = """
    WITH tickets AS (SELECT unit_id, stratum, visits, {hash}(concat('{seed}:', seen(unit_id))) AS ticket FROM ({units}))
    SELECT
        reach.place,
        arrow_cast(tickets.visits, 'Int32') AS visits,
        arrow_cast(tickets.ticket, 'FixedSizeBinary(32)') AS ticket,
        arrow_cast(tickets.unit_id, 'Utf8') AS unit_id
    FROM tickets JOIN reach ON tickets.stratum = reach.stratum
    WHERE tickets.ticket >= reach.above AND tickets.ticket < reach.below AND tickets.ticket < x'{furthest}'
"""


VIEW = pa.string_view()
"""How DataFusion holds the text of Parquet files."""


class Embedded(InParquet):
    """Apache DataFusion, in this process."""

    name = f"Apache DataFusion {datafusion.__version__}"

    def __init__(self, frames: Mapping[str, Path], progress: Progress | None = None) -> None:
        """Name the file of each task's frame."""
        self.frames = frames
        self.progress = progress

    @contextmanager
    def opened(self, design: Design, seed: str, suite: str, burden: Mapping[str, int]) -> Iterator[OpenFrame]:
        with tempfile.TemporaryDirectory(prefix="mingcha-draw-") as folder:
            yield _OpenFile(self.frames[design.task], design, burden, seed, suite, Path(folder))


class _OpenFile:
    """A frame in a Parquet file, open to DataFusion."""

    def __init__(
        self, file: Path, design: Design, burden: Mapping[str, int], seed: str, suite: str, scratch: Path
    ) -> None:
        self.total = pq.read_metadata(file).num_rows
        self.hashed = 0
        self.one_at_a_time = Lock()
        self.runs = Runs(scratch)
        self.strata: list[str] = []
        self.count = cells_sql(design)
        # DataFusion has no SM3: there every ticket is computed in Python, one row after the other.
        function = "sha256" if suite == "SHA-256" else "hash_in_python"
        self.smallest = partial(KEEP.format, units=units_sql(design), seed=seed, hash=function)
        self.context = datafusion.SessionContext()
        self.context.register_udf(datafusion.udf(self._seen, [VIEW], VIEW, "volatile", name="seen"))
        self.context.register_udf(_hash_in_python(suite))
        self.context.register_parquet("frame", str(file), file_extension="")
        if design.burden:
            visits = {"unit_id": pa.array(burden, pa.string()), "visits": pa.array(burden.values(), pa.int64())}
            self._register("burden", pa.record_batch(visits))

    def cells(self) -> Cells:
        cells = cells_of(row for batch in self._stream(self.count) for row in batch.to_pylist())
        self.strata = sorted({stratum for stratum, _ in cells})
        return cells

    def keep(self, above: Reach, below: Reach) -> None:
        places = [place for place, stratum in enumerate(self.strata) if stratum in below]
        strata = [self.strata[place] for place in places]
        limits = {
            "stratum": pa.array(strata, pa.string()),
            "place": pa.array(places, pa.int32()),
            "above": pa.array([limit(above[stratum]) for stratum in strata], pa.binary()),
            "below": pa.array([limit(below[stratum]) for stratum in strata], pa.binary()),
        }
        self._register("reach", pa.record_batch(limits))
        furthest = limit(max(below.values(), default=Fraction(0)))
        for batch in self._stream(self.smallest(furthest=furthest.hex())):
            self.runs.add(batch)
        self.runs.close()
        self.context.deregister_table("reach")

    def kept(self) -> Cells:
        return {(self.strata[place], visits): rows for (place, visits), rows in self.runs.cells.items()}

    def in_order(self) -> Iterator[tuple[str, pa.RecordBatch]]:
        for rows in self.runs.in_order():
            groups, begin = pc.run_end_encode(rows["place"]), 0
            for place, end in zip(groups.values.to_pylist(), groups.run_ends.to_pylist(), strict=True):
                yield self.strata[place], rows.slice(begin, end - begin)
                begin = end

    def _seen(self, units: pa.Array) -> pa.Array:
        with self.one_at_a_time:
            self.hashed += len(units)
        return units

    def _register(self, name: str, rows: pa.RecordBatch) -> None:
        self.context.register_record_batches(name, [[rows]])

    def _stream(self, sql: str) -> Iterator[pa.RecordBatch]:
        return (batch.to_pyarrow() for batch in self.context.sql(sql).execute_stream())


def _hash_in_python(suite: str) -> datafusion.ScalarUDF:
    h = hash_of(suite)

    def hashed(texts: pa.Array) -> pa.Array:
        return pa.array((h(text.encode()) for text in texts.to_pylist()), pa.binary())

    return datafusion.udf(hashed, [pa.string()], pa.binary(), "immutable", name="hash_in_python")
