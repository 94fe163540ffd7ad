"""The embedded engine (内嵌引擎): Apache DataFusion computes and orders tickets straight from the frozen Parquet."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import datafusion
import pyarrow as pa

from fairdraw import FrozenTask, Row, Selection, read_design, reference, sizes

QUERY = """
    WITH tickets AS (
        SELECT unit_id, stratum, encode(sha256(concat('{seed}:', unit_id)), 'hex') AS ticket FROM frame
    ), places AS (
        SELECT unit_id, stratum, ticket, row_number() OVER (PARTITION BY stratum ORDER BY ticket, unit_id) AS place
        FROM tickets
    )
    SELECT places.unit_id, places.stratum, places.ticket, places.place, sizes.selected
    FROM places JOIN sizes ON places.stratum = sizes.stratum
    WHERE places.place <= sizes.selected + sizes.reserves
    ORDER BY places.stratum, places.place
"""


class Embedded:
    """Draws tasks whose frames lie in Parquet files with the columns `unit_id` and `stratum`."""

    name = f"Apache DataFusion {datafusion.__version__}"

    def __init__(self, frames: Mapping[str, Path]) -> None:
        self.frames = frames

    def __call__(self, task: FrozenTask, seed: str, suite: str) -> Selection:
        """Draw a task; the burden rule, which shares out within strata, is left to the reference.

        Raises:
            BadDesign, BadQuota: as `fairdraw.draw`.
            ValueError: the engine does not know the suite, or the seed is no seed.
        """
        if suite != "SHA-256" or len(seed) != 32 or set(seed) - set("0123456789abcdef"):
            raise ValueError("the embedded engine draws with SHA-256 and a seed of 32 hexadecimal characters")
        design = read_design(task.design)
        if design.burden is not None:
            return reference(task, seed, suite)
        context = datafusion.SessionContext()
        context.register_parquet("frame", str(self.frames[task.number]), file_extension="")
        counts = Counter(stratum for _, stratum in task.frame.lines)
        planned = sizes(design, counts, seed, suite)
        context.register_record_batches("sizes", [_table(planned).to_batches()])
        found = context.sql(QUERY.format(seed=seed)).to_arrow_table()
        rows = [_row(row) for row in found.to_pylist()]
        selected = tuple(row for row in rows if row.rank <= planned[row.stratum][0])
        reserves = tuple(row for row in rows if row.rank > planned[row.stratum][0])
        return Selection(task.number, planned, selected, reserves)


def _table(planned: Mapping[str, tuple[int, int]]) -> pa.Table:
    columns = {
        "stratum": pa.array(planned, pa.string()),
        "selected": pa.array((n for n, _ in planned.values()), pa.int64()),
        "reserves": pa.array((q for _, q in planned.values()), pa.int64()),
    }
    return pa.table(columns)


def _row(row: Mapping[str, object]) -> Row:
    return Row(str(row["unit_id"]), str(row["stratum"]), str(row["ticket"]), int(str(row["place"])))
