"""How many (抽取数量): sizes per stratum in exact arithmetic, reserves, and the shares of the burden rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import TypeVar

from fairdraw.design import NO_BURDEN, Design, Json, Rule, read_design
from fairdraw.refused import Refused, gettext_noop
from fairdraw.suite import hash_of

Cell = TypeVar("Cell", bound=Hashable)


class BadQuota(Refused):
    """The sizes cannot be worked out."""


def start(seed: str, task: str, suite: str = "SHA-256") -> Fraction:
    """U, the random start of systematic rounding: one number in [0, 1) per task."""
    number = hash_of(suite)(f"{seed}:round:{task}".encode())
    return Fraction(int.from_bytes(number, "big"), 2 ** (8 * len(number)))


def systematic(expected: Sequence[tuple[Cell, Fraction]], u: Fraction) -> dict[Cell, int]:
    """Round a list of expected sizes so that each is met on average and every partial sum within one."""
    sizes, total = {}, Fraction(0)
    for cell, size in expected:
        sizes[cell] = floor(total + size + u) - floor(total + u)
        total += size
    return sizes


def rounded(amount: Fraction, rounding: str) -> int:
    """Round up, half up or down.

    Raises:
        BadQuota: there is no such rounding.
    """
    if rounding == "up":
        return ceil(amount)
    if rounding == "half_up":
        return floor(amount + Fraction(1, 2))
    if rounding == "down":
        return floor(amount)
    raise BadQuota(gettext_noop("没有舍入方式“%(rounding)s”"), rounding=rounding)


def shared_out(total: int, counts: Mapping[str, int], weights: Mapping[str, Fraction]) -> dict[str, int]:
    """Share a number of seats among strata by `count × weight`, never more than a stratum has (最大余数法)."""
    sizes = dict.fromkeys(counts, 0)
    open_strata = [stratum for stratum in sorted(counts) if counts[stratum] * weights[stratum] > 0]
    seats = min(total, sum(counts[stratum] for stratum in open_strata))
    while open_strata:
        mass = sum((counts[stratum] * weights[stratum] for stratum in open_strata), Fraction(0))
        share = {stratum: seats * counts[stratum] * weights[stratum] / mass for stratum in open_strata}
        full = [stratum for stratum in open_strata if share[stratum] >= counts[stratum]]
        if not full:
            return sizes | _largest_remainder(seats, share)
        for stratum in full:
            sizes[stratum] = counts[stratum]
            seats -= counts[stratum]
        open_strata = [stratum for stratum in open_strata if stratum not in full]
    return sizes


def _largest_remainder(seats: int, share: Mapping[str, Fraction]) -> dict[str, int]:
    sizes = {stratum: floor(part) for stratum, part in share.items()}
    by_remainder = sorted(share, key=lambda stratum: (sizes[stratum] - share[stratum], stratum))
    for stratum in by_remainder[: seats - sum(sizes.values())]:
        sizes[stratum] += 1
    return sizes


def sizes(
    design: Json | Design, counts: Mapping[str, int], seed: str | None = None, suite: str = "SHA-256"
) -> dict[str, tuple[int, int]]:
    """The number selected and the number of reserves of every stratum of the frame, strata in byte order.

    Raises:
        BadDesign: the design cannot be used.
        BadQuota: a stratum has no rule, or sizes that depend on the seed are asked for without one.
    """
    plan = design if isinstance(design, Design) else read_design(design)
    counts = dict(sorted(counts.items()))
    missing = [stratum for stratum in counts if stratum not in plan.strata]
    if missing:
        raise BadQuota(gettext_noop("方案没有规定分层:%(strata)s"), strata=", ".join(missing))
    selected = _selected(plan, counts, seed, suite)
    return {stratum: (n, reserve_size(plan, stratum, counts[stratum], n)) for stratum, n in selected.items()}


def _selected(plan: Design, counts: Mapping[str, int], seed: str | None, suite: str) -> dict[str, int]:
    rules: dict[str, Rule] = {stratum: plan.strata[stratum] for stratum in counts}
    if plan.rounding == "number":
        return shared_out(plan.total or 0, counts, {stratum: rule.ratio for stratum, rule in rules.items()})
    if plan.rounding == "systematic":
        if seed is None:
            raise BadQuota(gettext_noop("系统舍入的数量在种子产生之后才能确定"))
        return systematic([(h, rules[h].ratio * counts[h]) for h in counts], start(seed, plan.task, suite))
    return {
        h: min(counts[h], max(rule.minimum, rounded(rule.ratio * counts[h], plan.rounding)))
        for h, rule in rules.items()
    }


def reserve_size(design: Design, stratum: str, count: int, n: int) -> int:
    """The number of reserves (候补) of a stratum of `count` units of which `n` are selected."""
    if design.reserve_counts is not None:
        return min(count - n, design.reserve_counts.get(stratum, 0))
    if n == 0:
        return 0
    return min(count - n, max(design.reserve_minimum, ceil(design.reserve_ratio * n)))


def burden_shares(
    visited: Mapping[int, int], n: int, *, delta: Fraction, cap: int | None = None
) -> dict[int, Fraction]:
    """The chance of a unit by the visits it already had: `p_b = min(1, s δ^b)` with `Σ N_b p_b = n`.

    Args:
        visited: the number of units N_b by visits b.

    Raises:
        BadQuota: fewer than n units are below the cap.
    """
    able = {b: count for b, count in sorted(visited.items()) if count and (cap is None or b < cap)}
    if sum(able.values()) < n:
        raise BadQuota(
            gettext_noop("未达检查次数上限的只有 %(able)s 户,不够抽取 %(n)s 户"), able=sum(able.values()), n=n
        )
    shares = dict.fromkeys(sorted(visited), Fraction(0))
    left = Fraction(n)
    while able:
        s = left / sum((count * delta**b for b, count in able.items()), Fraction(0))
        certain = [b for b in able if s * delta**b >= 1]
        if not certain:
            return shares | {b: s * delta**b for b in able}
        for b in certain:
            shares[b] = Fraction(1)
            left -= able.pop(b)
    return shares


def burden_cells(
    design: Design, lines: Iterable[tuple[str, str]], burden: Mapping[str, int]
) -> dict[str, Counter[int]]:
    """N_b per stratum, from (unit, stratum) and the visits of units; exempt strata are one cell."""
    exempt = (design.burden or NO_BURDEN).exempt
    cells: dict[str, Counter[int]] = {}
    for unit, stratum in lines:
        cells.setdefault(stratum, Counter())[0 if stratum in exempt else burden.get(unit, 0)] += 1
    return cells


def burden_sizes(
    design: Design, cells: Mapping[str, Mapping[int, int]], selected: Mapping[str, int], u: Fraction
) -> dict[tuple[str, int], int]:
    """The number selected per (stratum, visits), by the systematic rule.

    Args:
        cells: N_b per stratum.
        selected: n per stratum.

    Raises:
        BadQuota: in a stratum fewer than n units are below the cap.
    """
    rule = design.burden or NO_BURDEN
    expected = []
    for stratum in sorted(cells):
        visited, n = cells[stratum], selected[stratum]
        shares = burden_shares(visited, n, delta=rule.delta, cap=rule.cap)
        expected += [((stratum, b), visited[b] * shares[b]) for b in sorted(visited)]
    return systematic(expected, u)
