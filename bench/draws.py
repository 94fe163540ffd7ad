"""Ways to draw a stratified sample from a frozen frame in Parquet; each returns the drawn units of all strata.

The first group draws by the protocol's tickets and must agree unit for unit. The second draws by plain randomness:
fast and familiar, but nobody can repeat such a draw from a published seed in another program.
"""

import hashlib
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import datafusion
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fairdraw.draw import draw
from fairdraw.frame import Frame

SEED = "000102030405060708090a0b0c0d0e0f"


@dataclass(frozen=True)
class Case:
    """What is drawn from: the frame's file, the task's design, and how many that makes in each stratum."""

    frame: Path
    design: dict[str, Any]
    sizes: dict[str, int]


Way = Callable[[Case], list[str]]


def read_strata(frame: Path) -> dict[str, list[str]]:
    """The units of each stratum, as Python text."""
    table = pq.read_table(frame)
    strata = defaultdict(list)
    for unit, stratum in zip(table["unit_id"].to_pylist(), table["stratum"].to_pylist(), strict=True):
        strata[stratum].append(unit)
    return strata


def reference(case: Case) -> list[str]:
    """fairdraw: the whole protocol, with every code checked and every size in exact arithmetic."""
    table = pq.read_table(case.frame)
    rows = zip(table["unit_id"].to_pylist(), table["stratum"].to_pylist(), strict=True)
    return [row.unit_id for row in draw(frame=Frame.from_rows(rows), design=case.design, seed=SEED).selected]


def python_sorted(case: Case) -> list[str]:
    """hashlib and sorted(): what a reader of the protocol writes in five minutes."""

    def ticket(unit: str) -> bytes:
        return hashlib.sha256(f"{SEED}:{unit}".encode()).digest()

    return [
        unit
        for stratum, units in read_strata(case.frame).items()
        for unit in sorted(units, key=lambda unit: (ticket(unit), unit))[: case.sizes[stratum]]
    ]


def datafusion_engine(case: Case) -> list[str]:
    """One SQL statement on Apache DataFusion, columns from file to answer."""
    context = datafusion.SessionContext()
    context.register_parquet("frame", str(case.frame))
    rows = pa.table({"stratum": list(case.sizes), "size": list(case.sizes.values())})
    context.register_record_batches("sizes", [rows.to_batches()])
    drawn = context.sql(f"""
        WITH tickets AS (
            SELECT unit_id, stratum, sha256(concat('{SEED}:', unit_id)) AS ticket FROM frame
        ), places AS (
            SELECT unit_id, stratum, row_number() OVER (
                PARTITION BY stratum ORDER BY ticket, unit_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) AS place FROM tickets
        )
        SELECT unit_id FROM places JOIN sizes ON places.stratum = sizes.stratum WHERE place <= size
    """)  # noqa: S608 - the seed is the constant above
    return drawn.to_pydict()["unit_id"]


def python_random(case: Case) -> list[str]:
    """random.sample of each stratum."""
    generator = random.Random(SEED)
    strata = read_strata(case.frame)
    return [unit for stratum, units in strata.items() for unit in generator.sample(units, case.sizes[stratum])]


def numpy_choice(case: Case) -> list[str]:
    """numpy's choice without replacement from the row numbers of each stratum; only drawn units become text."""
    generator = np.random.default_rng(int(SEED, 16))
    table = pq.read_table(case.frame)
    strata = table["stratum"].combine_chunks().dictionary_encode()
    codes = strata.indices.to_numpy()
    drawn = [
        generator.choice(np.flatnonzero(codes == code), case.sizes[stratum], replace=False)
        for code, stratum in enumerate(strata.dictionary.to_pylist())
    ]
    return table["unit_id"].take(pa.array(np.concatenate(drawn))).to_pylist()


BY_TICKETS: dict[str, Way] = {
    "fairdraw": reference,
    "Python hashlib + sorted": python_sorted,
    "DataFusion": datafusion_engine,
}
BY_PLAIN_RANDOMNESS: dict[str, Way] = {
    "random.sample": python_random,
    "numpy choice": numpy_choice,
}
