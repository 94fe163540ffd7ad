"""Ways to draw a stratified sample from a frozen frame in Parquet; each returns the drawn units of all strata.

The first group draws by the protocol's tickets and must agree unit for unit. The second draws by other means: nobody
can repeat such a draw from a published seed in another program, except for Rivest's sampler, which has its own tickets.
The third draws nothing: it hashes every unit, which is the least that a draw by tickets must do.
"""

import hashlib
import heapq
import os
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import datafusion
import pyarrow as pa
import pyarrow.parquet as pq

from bench.cases import Case
from bench.watch import Watch, peak_of
from fairdraw import Frame
from fairdraw.draw import draw
from mingcha.draws.engines import Embedded

SEED = "000102030405060708090a0b0c0d0e0f"
Way = Callable[[Case, Watch], list[str]]


def ours(case: Case, watch: Watch) -> list[str]:
    """The embedded engine."""
    with Embedded({"1": case.frame}).drawing(case.design, SEED) as drawing:
        return [unit for part in drawing.parts for unit in part["unit_id"].to_pylist()]


def reference(case: Case, watch: Watch) -> list[str]:
    """fairdraw: the whole protocol, with every code checked and every size in exact arithmetic."""
    frame = Frame.from_rows(row for batch in batches_of(case) for row in batch)
    return [row.unit_id for row in draw(frame=frame, design=case.design, seed=SEED).selected]


def python_heap(case: Case, watch: Watch) -> list[str]:
    """hashlib and heapq: what a reader of the protocol writes in five minutes."""
    sha256, begin = hashlib.sha256, f"{SEED}:".encode()
    tickets = defaultdict(list)
    for batch in batches_of(case):
        for unit, stratum in batch:
            tickets[stratum].append((sha256(begin + unit.encode()).digest(), unit))
    return [unit for h, units in tickets.items() for _, unit in heapq.nsmallest(case.sizes[h], units)]


def duckdb_tickets(case: Case, watch: Watch) -> list[str]:
    """The same in one SQL statement on DuckDB."""
    return _duckdb(case, f"sha256('{SEED}:' || unit_id)")


def duckdb_random(case: Case, watch: Watch) -> list[str]:
    """One SQL statement on DuckDB, ordered by chance."""
    return _duckdb(case, "random()")


def postgresql_random(case: Case, watch: Watch) -> list[str]:
    """One SQL statement on a PostgreSQL that has the units in a table already."""
    import psycopg

    from scripts.with_postgres import postgres

    with postgres() as url, psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE frame (unit_id text, stratum text); CREATE TABLE sizes (stratum text, size int)")
        for table, rows in (
            ("frame", (row for batch in batches_of(case) for row in batch)),
            ("sizes", case.sizes.items()),
        ):
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        cursor.execute("ANALYZE frame")
        watch.restart()
        cursor.execute(_sql("frame", "random()"))
        drawn = [unit for (unit,) in cursor]
        watch.add(connection.info.backend_pid, peak_of(connection.info.backend_pid))
        return drawn


def rivest(case: Case, watch: Watch) -> list[str]:
    """R. Rivest's consistent_sampler, by the same idea of tickets and with heapq, a stratum after the other."""
    from consistent_sampler import sampler

    return [
        unit
        for stratum, units in _strata(case).items()
        for unit in sampler(units, seed=SEED, take=case.sizes[stratum], output="id")
    ]


def python_random(case: Case, watch: Watch) -> list[str]:
    """random.sample of each stratum."""
    generator = random.Random(SEED)
    return [unit for h, units in _strata(case).items() for unit in generator.sample(units, case.sizes[h])]


def engine_floor(case: Case, watch: Watch) -> list[str]:
    """The embedded engine's library hashes every row and counts a few."""
    context = datafusion.SessionContext()
    context.register_parquet("frame", str(case.frame))
    bare = f"SELECT count(*) AS n FROM frame WHERE sha256(concat('{SEED}:', unit_id)) < x'00000001'"  # noqa: S608
    context.sql(bare).to_pydict()
    return []


def openssl_floor(case: Case, watch: Watch) -> list[str]:
    """OpenSSL's SHA-256 in one call for each unit, on all cores."""
    cores = os.cpu_count() or 1
    groups = range(pq.ParquetFile(case.frame).num_row_groups)
    with ProcessPoolExecutor(cores) as workers:
        for process, peak in workers.map(_hash_groups, [case.frame] * len(groups), groups):
            watch.add(process, peak)
    return []


def _hash_groups(frame: Path, group: int) -> tuple[int, int]:
    sha256, begin = hashlib.sha256, f"{SEED}:".encode()
    for unit in pq.ParquetFile(frame).read_row_group(group, columns=["unit_id"])["unit_id"].to_pylist():
        sha256(begin + unit.encode()).digest()
    return os.getpid(), peak_of(os.getpid())


def batches_of(case: Case) -> Iterator[Iterator[tuple[str, str]]]:
    for batch in pq.ParquetFile(case.frame).iter_batches(columns=["unit_id", "stratum"]):
        yield zip(batch["unit_id"].to_pylist(), batch["stratum"].to_pylist(), strict=True)


def _strata(case: Case) -> dict[str, list[str]]:
    strata = defaultdict(list)
    for batch in batches_of(case):
        for unit, stratum in batch:
            strata[stratum].append(unit)
    return strata


def _sql(frame: str, chance: str) -> str:
    return f"""
        SELECT unit_id FROM (
            SELECT unit_id, stratum, row_number() OVER (PARTITION BY stratum ORDER BY chance, unit_id) AS place
            FROM (SELECT unit_id, stratum, {chance} AS chance FROM {frame}) AS chances
        ) AS placed JOIN sizes ON placed.stratum = sizes.stratum WHERE place <= size
    """  # noqa: S608 - all parts are written in this file


def _duckdb(case: Case, chance: str) -> list[str]:
    import duckdb

    connection: Any = duckdb.connect()
    connection.register("sizes", pa.table({"stratum": list(case.sizes), "size": list(case.sizes.values())}))
    answer = connection.execute(_sql(f"read_parquet('{case.frame}')", chance)).fetchall()
    return [unit for (unit,) in answer]


FLOORS: dict[str, Way] = {"floor: DataFusion hashes": engine_floor, "floor: OpenSSL on all cores": openssl_floor}
BY_TICKETS: dict[str, Way] = {
    "Mingcha on DataFusion": ours,
    "fairdraw": reference,
    "hashlib + heapq": python_heap,
    "DuckDB sha256": duckdb_tickets,
}
BY_OTHER_MEANS: dict[str, Way] = {
    "(consistent_sampler)": rivest,
    "(DuckDB random)": duckdb_random,
    "(PostgreSQL random)": postgresql_random,
    "(random.sample)": python_random,
}
# Ways that hold every unit as Python objects, half a kilobyte each or more, and would not end well beyond.
IN_MEMORY = {"fairdraw", "hashlib + heapq", "(consistent_sampler)", "(random.sample)"}
MOST_IN_MEMORY = 20_000_000
