"""The draw as engines for columns do it: count, keep the small tickets, sort the few that are left, deal them out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from fairdraw import Design, FrozenTask, Row, Selection, read_design
from mingcha.draws.engines.reach import Cells, Plan, Reach, wider

Progress = Callable[[int, int], None]
"""Is told in the thread that draws how many rows of how many are done: each is hashed, and each drawn one dealt out."""

OFTEN = 0.2
"""Seconds between two reports of progress."""


class OpenFrame(Protocol):
    """A frame as an engine holds it: counted, hashed and sorted where it lies. Visits are those the rule counts."""

    total: int
    """Rows in the frame."""

    @property
    def hashed(self) -> int:
        """Rows whose ticket was computed so far; may be asked while `keep` runs in another thread."""

    def cells(self) -> Cells:
        """How many units there are, by stratum and visits."""

    def keep(self, above: Reach, below: Reach) -> None:
        """Hash every row and keep, beside what was kept before, those with a ticket between two limits.

        Args:
            above, below: the same strata; rows of others are not kept.
        """

    def kept(self) -> Cells:
        """How many units were kept, by stratum and visits."""

    def in_order(self) -> Iterator[tuple[str, pa.RecordBatch]]:
        """What was kept, by stratum, then ticket, then unit: parts of bounded size, each with its stratum.

        Columns: `unit_id`, `visits` and, as bytes, `ticket`.
        """


@dataclass(frozen=True, slots=True)
class Drawing:
    """A draw under way: its sizes are known, its units come part by part."""

    task: str
    sizes: Mapping[str, tuple[int, int]]
    parts: Iterator[pa.RecordBatch]
    """By stratum; columns `stratum`, `rank`, `unit_id`, `ticket` as bytes, and `reserve`, which is the same for a whole
    part. Of a stratum the selected come in ticket order, and so do the reserves."""

    def selection(self) -> Selection:
        """All units in memory, as `fairdraw.draw` gives them."""
        selected: list[Row] = []
        reserves: list[Row] = []
        for part in self.parts:
            units, strata, tickets, ranks = (
                part[name].to_pylist() for name in ("unit_id", "stratum", "ticket", "rank")
            )
            rows = reserves if part["reserve"][0].as_py() else selected
            rows += map(Row, units, strata, map(bytes.hex, tickets), ranks)
        return Selection(self.task, self.sizes, tuple(selected), tuple(reserves))


class InParquet(ABC):
    """An engine that draws tasks whose frames lie in Parquet files with the columns `unit_id` and `stratum`."""

    name: str
    progress: Progress | None

    @abstractmethod
    def opened(
        self, design: Design, seed: str, suite: str, burden: Mapping[str, int]
    ) -> AbstractContextManager[OpenFrame]:
        """The frame of a task, open for as long as it is drawn from."""

    def __call__(self, task: FrozenTask, seed: str, suite: str) -> Selection:
        """Draw a task.

        Raises:
            BadDesign, BadQuota, NotCanonical, UnknownSuite: as `fairdraw.draw`.
            ValueError: the seed is no seed.
        """
        with self.drawing(task.design, seed, suite, task.burden) as drawing:
            return drawing.selection()

    @contextmanager
    def drawing(
        self, design: Mapping[str, Any], seed: str, suite: str = "SHA-256", burden: Mapping[str, int] | None = None
    ) -> Iterator[Drawing]:
        """A draw whose units are read part by part, however many they are.

        Raises:
            As a call of the engine.
        """
        read = read_design(design)
        with self.opened(read, checked_seed(seed), suite, burden or {}) as frame:
            yield draw(frame, read, seed=seed, suite=suite, progress=self.progress)


def draw(frame: OpenFrame, design: Design, *, seed: str, suite: str, progress: Progress | None = None) -> Drawing:
    """Draw from an open frame; when this returns every row is hashed, what is left is to deal out.

    Raises:
        BadQuota: as `fairdraw.draw`.
    """
    plan = Plan.of(design, frame.cells(), seed=seed, suite=suite)
    tell = _teller(progress, frame.total + plan.drawn)
    reach = plan.reach()
    _watched(lambda: frame.keep(dict.fromkeys(reach, Fraction(0)), reach), lambda: tell(frame.hashed))
    tell(frame.total)
    while short := plan.short(frame.kept()):
        near = {stratum: reach[stratum] for stratum in short}
        frame.keep(near, wider(near))
        reach |= wider(near)
    return Drawing(design.task, plan.sizes, _dealt(plan, frame, tell))


def checked_seed(seed: str) -> str:
    """The seed, which goes into the text of a query.

    Raises:
        ValueError: it is no seed.
    """
    if len(seed) != 32 or set(seed) - set("0123456789abcdef"):
        raise ValueError("a seed has 32 hexadecimal characters")
    return seed


def units_sql(design: Design) -> str:
    """The tables `frame` and, with the burden rule, `burden` as one: units, strata and the visits that count."""
    if design.burden is None:
        return "SELECT unit_id, stratum, 0 AS visits FROM frame"
    exempt = ", ".join(f"'{stratum}'" for stratum in sorted(design.burden.exempt))  # codes have no quotes
    counts = f" AND frame.stratum NOT IN ({exempt})" if exempt else ""
    return f"""
        SELECT frame.unit_id, frame.stratum, coalesce(burden.visits, 0) AS visits
        FROM frame LEFT JOIN burden ON frame.unit_id = burden.unit_id{counts}
    """  # noqa: S608 - nothing but codes goes in


def cells_sql(design: Design) -> str:
    """How many units there are, by stratum and, with the burden rule, visits."""
    by = "stratum, visits" if design.burden else "stratum"
    return f"SELECT {by}, count(*) AS units FROM ({units_sql(design)}) AS units GROUP BY {by}"  # noqa: S608 - as above


def cells_of(rows: Iterable[Mapping[str, Any]]) -> Cells:
    """The answer to `cells_sql`."""
    return {(row["stratum"], row.get("visits", 0)): row["units"] for row in rows}


def _teller(progress: Progress | None, total: int) -> Callable[[int], None]:
    def tell(done: int) -> None:
        if progress:
            progress(done, total)

    return tell


def _watched(work: Callable[[], None], look: Callable[[], None]) -> None:
    """Work in another thread and look at it from this one."""
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(work)
        while wait([running], timeout=OFTEN).not_done:
            look()
        running.result()


def _dealt(plan: Plan, frame: OpenFrame, tell: Callable[[int], None]) -> Iterator[pa.RecordBatch]:
    deal, done = _Deal(plan), frame.total
    for stratum, rows in frame.in_order():
        for part in deal.next(stratum, rows):
            done += part.num_rows
            tell(done)
            yield part


_NOBODY = pa.array([], pa.uint64())


class _Deal:
    """Who is selected and who is a reserve, of rows that come in order."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.selected, self.reserves = Counter[str](), Counter[str]()
        self.left = Counter[tuple[str, int]](plan.selected)

    def next(self, stratum: str, rows: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """Deal out the next rows of a stratum: of each number of visits the first, then from the rest the reserves."""
        n, q = self.plan.sizes[stratum]
        visits = rows["visits"]
        first, then = [_NOBODY], [_NOBODY]
        for visited in visits.unique().to_pylist():
            places, left = pc.indices_nonzero(pc.equal(visits, visited)), self.left[stratum, visited]
            self.left[stratum, visited] -= min(left, len(places))
            first.append(places[:left])
            if self.plan.is_able(visited):
                then.append(places[left:])
        selected = pa.concat_arrays(first).sort()
        reserves = pa.concat_arrays(then).sort()[: q - self.reserves[stratum]]
        if len(selected):
            yield _ranked(stratum, _taken(rows, selected), 1 + self.selected[stratum], reserve=False)
        if len(reserves):
            yield _ranked(stratum, _taken(rows, reserves), 1 + n + self.reserves[stratum], reserve=True)
        self.selected[stratum] += len(selected)
        self.reserves[stratum] += len(reserves)


def _taken(rows: pa.RecordBatch, places: pa.Array) -> pa.RecordBatch:
    """The rows at some ascending places, without a copy if they are neighbours."""
    first, last = places[0].as_py(), places[-1].as_py()
    return rows.slice(first, len(places)) if last - first < len(places) else rows.take(places)


def _ranked(stratum: str, rows: pa.RecordBatch, first: int, *, reserve: bool) -> pa.RecordBatch:
    count = rows.num_rows
    return pa.record_batch(
        {
            "stratum": pa.repeat(stratum, count),
            "rank": pa.array(range(first, first + count), pa.int64()),
            "unit_id": rows["unit_id"],
            "ticket": rows["ticket"],
            "reserve": pa.repeat(reserve, count),
        }
    )
