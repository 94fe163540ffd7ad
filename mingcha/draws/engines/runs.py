"""Sorting more rows than memory holds (外部排序): sorted runs on disk, read back together part by part."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

RUN = 32 * 2**20
"""Bytes of rows that are sorted in memory at a time."""
PART = 4096
"""Rows of each run that are in memory when all are read together."""
TICKET = pa.binary(32)
ROWS = pa.schema([("place", pa.int32()), ("visits", pa.int32()), ("ticket", TICKET), ("unit_id", pa.string())])
"""What is sorted; `place` is that of the stratum among all strata."""


class Runs:
    """Rows that come in any order and leave by place, then ticket, then unit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.waiting: list[pa.RecordBatch] = []
        self.bytes = 0
        self.files: list[Path] = []
        self.cells: Counter[tuple[int, int]] = Counter()
        """How many rows were added, by place and visits."""

    def add(self, batch: pa.RecordBatch) -> None:
        """Take some rows in."""
        self.waiting.append(batch.cast(ROWS))  # the same types, but other remarks about what may be null
        self.bytes += batch.nbytes
        if self.bytes >= RUN:
            self._write()

    def close(self) -> None:
        """For now all rows were added: `cells` and `in_order` speak of them."""
        if self.waiting:
            self._write()

    def in_order(self) -> Iterator[pa.RecordBatch]:
        """All rows, in parts of bounded size."""
        runs = [pa.ipc.open_stream(pa.OSFile(str(file))) for file in self.files]
        return _merged(runs) if len(runs) > 1 else (pa.concat_batches(run) for run in runs)

    def _write(self) -> None:
        rows = _sorted(self.waiting)
        self.waiting, self.bytes = [], 0
        self.files.append(self.folder / f"{len(self.files)}.arrows")
        with pa.ipc.new_stream(str(self.files[-1]), ROWS) as stream:
            stream.write_table(pa.table(rows), max_chunksize=PART)
        cells = pa.table(rows).group_by(["place", "visits"]).aggregate([([], "count_all")])
        for place, visits, count in zip(*(column.to_pylist() for column in cells.columns), strict=True):
            self.cells[place, visits] += count


def _merged(runs: list[Iterator[pa.RecordBatch]]) -> Iterator[pa.RecordBatch]:
    """Of every run a part is at hand; what comes before the first end of these parts is complete and can leave."""
    heads = [(part, run) for run in runs if (part := next(run, None))]
    while heads:
        end = min(_key(part, part.num_rows - 1) for part, _ in heads)
        leaving: list[pa.RecordBatch] = []
        staying: list[tuple[pa.RecordBatch, Iterator[pa.RecordBatch]]] = []
        for part, run in heads:
            cut = bisect_right(range(part.num_rows), end, key=partial(_key, part))
            leaving.append(part.slice(0, cut))
            if rest := part.slice(cut) if cut < part.num_rows else next(run, None):
                staying.append((rest, run))
        heads = staying
        yield _sorted(leaving)


def _key(rows: pa.RecordBatch, place: int) -> tuple[Any, ...]:
    return tuple(rows[column][place].as_py() for column in ("place", "ticket", "unit_id"))


def _sorted(parts: list[pa.RecordBatch]) -> pa.RecordBatch:
    rows = pa.concat_batches(parts)
    keys = {
        "place": rows["place"],
        "start": _starts(rows["ticket"]),
        "ticket": rows["ticket"],
        "unit_id": rows["unit_id"],
    }
    return rows.take(pc.sort_indices(pa.record_batch(keys), [(key, "ascending") for key in keys]))


def _starts(tickets: pa.Array) -> pa.Array:
    """The first eight bytes of each ticket as a number: numbers sort several times faster than bytes."""
    words = array("Q")
    words.frombytes(memoryview(tickets.buffers()[1])[32 * tickets.offset :][: 32 * len(tickets)])
    if sys.byteorder == "little":
        words.byteswap()
    starts = pa.py_buffer(words[::4])
    return pa.Array.from_buffers(pa.uint64(), len(tickets), [None, starts])
