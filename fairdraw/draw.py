"""The draw (抽取): tickets, the selected, the reserves. Source: spec/draw.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fairdraw.design import NO_BURDEN, Design, Json, read_design
from fairdraw.frame import Frame
from fairdraw.quotas import burden_sizes, sizes, start
from fairdraw.suite import hash_of

HEADER = "task,stratum,rank,unit_id,ticket\n"


@dataclass(frozen=True, slots=True)
class Row:
    """One unit that was drawn, as selected or as reserve."""

    unit_id: str
    stratum: str
    ticket: str
    rank: int


@dataclass(frozen=True, slots=True)
class Selection:
    """What a task's draw gives: sizes per stratum, the selected and the ordered reserves, by stratum and rank."""

    task: str
    sizes: Mapping[str, tuple[int, int]]
    selected: tuple[Row, ...]
    reserves: tuple[Row, ...]


def ticket(seed: str, unit_id: str, suite: str = "SHA-256") -> str:
    """The number that orders the units of a ceremony (抽签号), in lowercase hex.

    >>> ticket("000102030405060708090a0b0c0d0e0f", "914403001922038216")[:8]
    '602d76ed'
    """
    return hash_of(suite)(f"{seed}:{unit_id}".encode()).hex()


def draw(
    *,
    frame: Frame,
    design: Json | Design,
    seed: str,
    burden: Mapping[str, int] | None = None,
    suite: str = "SHA-256",
) -> Selection:
    """Draw a task: compute all tickets, order them, take the smallest.

    Args:
        burden: visits of this year per unit; units not named had none. Ignored unless the design has the burden rule.

    Raises:
        BadDesign: the design cannot be used.
        BadQuota: a stratum has no rule, or too few units are below the cap of visits.
    """
    h, start_of_message = hash_of(suite), f"{seed}:".encode()
    ranked: dict[str, list[tuple[str, str]]] = {}
    for unit, stratum in frame.lines:
        ranked.setdefault(stratum, []).append((h(start_of_message + unit.encode()).hex(), unit))
    for stratum in ranked:
        ranked[stratum].sort()
    return select(ranked=ranked, design=design, seed=seed, burden=burden, suite=suite)


def select(
    *,
    ranked: Mapping[str, Sequence[tuple[str, str]]],
    design: Json | Design,
    seed: str,
    burden: Mapping[str, int] | None = None,
    suite: str = "SHA-256",
) -> Selection:
    """Draw from units that are already ordered; `draw` for engines that sort elsewhere.

    Args:
        ranked: per stratum all its (ticket, unit_id), ascending.

    Raises:
        BadDesign, BadQuota: as `draw`.
    """
    plan = design if isinstance(design, Design) else read_design(design)
    counts = {stratum: len(units) for stratum, units in ranked.items()}
    planned = sizes(plan, counts, seed, suite)
    chosen = _by_burden if plan.burden else _smallest
    picked = chosen(plan, ranked, planned, seed, burden or {}, suite)
    selected, reserves = [], []
    for stratum in sorted(ranked):
        first, then = picked[stratum]
        rows = [Row(unit, stratum, number, rank) for rank, (number, unit) in enumerate([*first, *then], start=1)]
        selected += rows[: len(first)]
        reserves += rows[len(first) :]
    return Selection(plan.task, planned, tuple(selected), tuple(reserves))


_Units = Sequence[tuple[str, str]]
_Picked = dict[str, tuple[_Units, _Units]]


def _smallest(
    plan: Design,
    ranked: Mapping[str, _Units],
    planned: Mapping[str, tuple[int, int]],
    seed: str,
    burden: Mapping[str, int],
    suite: str,
) -> _Picked:
    return {h: (ranked[h][:n], ranked[h][n : n + q]) for h, (n, q) in planned.items()}


def _by_burden(
    plan: Design,
    ranked: Mapping[str, _Units],
    planned: Mapping[str, tuple[int, int]],
    seed: str,
    burden: Mapping[str, int],
    suite: str,
) -> _Picked:
    """The smallest tickets within each (stratum, visits); reserves in ticket order among those below the cap."""
    rule = plan.burden or NO_BURDEN
    visits = {h: [0 if h in rule.exempt else burden.get(unit, 0) for _, unit in units] for h, units in ranked.items()}
    cells = {h: Counter(visited) for h, visited in visits.items()}
    left = burden_sizes(plan, cells, {h: n for h, (n, _) in planned.items()}, start(seed, plan.task, suite))
    picked: _Picked = {}
    for h, units in ranked.items():
        first, others = [], []
        for entry, b in zip(units, visits[h], strict=True):
            if left[h, b] > 0:
                left[h, b] -= 1
                first.append(entry)
            elif rule.cap is None or b < rule.cap:
                others.append(entry)
        picked[h] = (first, others[: planned[h][1]])
    return picked


def batches(plan: Design, selection: Selection) -> dict[str, int]:
    """The batch (批次) of each selected unit, counted from 1; empty if the design has no batches.

    All selected units of the task in the order of their tickets are cut into parts of equal size, one a batch.
    """
    if not plan.batches:
        return {}
    ordered = sorted(selection.selected, key=lambda row: (row.ticket, row.unit_id))
    return {row.unit_id: place * len(plan.batches) // len(ordered) + 1 for place, row in enumerate(ordered)}


def windows(plan: Design, selection: Selection) -> dict[str, tuple[date, date]]:
    """When each selected unit is to be checked: in the window of its batch, else in the task's."""
    batch = batches(plan, selection)
    return {row.unit_id: plan.batches[batch[row.unit_id] - 1] if batch else plan.window for row in selection.selected}


def selection_csv(selections: Iterable[Selection], *, reserves: bool = False) -> bytes:
    """The file `selection.csv` of a ceremony, or `reserves.csv`."""
    lines = [
        f"{selection.task},{row.stratum},{row.rank},{row.unit_id},{row.ticket}\n"
        for selection in sorted(selections, key=lambda selection: selection.task)
        for row in (selection.reserves if reserves else selection.selected)
    ]
    return (HEADER + "".join(lines)).encode()
