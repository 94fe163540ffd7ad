"""How far down the tickets one must look: all that an engine for large frames needs to know before it sorts anything.

Tickets are evenly spread, so of the smallest k among N nearly surely all lie below k/N and a little. An engine keeps
the tickets below that, counts what it kept, and looks twice as far in a stratum that fell short after all: the answer
never rests on chance. Source: spec/draw.md, Selection.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from fairdraw import Design, burden_sizes, sizes
from fairdraw.quotas import start

Cells = Mapping[tuple[str, int], int]
"""Units by stratum and visits of this year; where the burden rule does not count visits, all have none."""

Reach = Mapping[str, Fraction]
"""Which share of all possible tickets is looked through, by stratum."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a task draws, known from the counts of its frame."""

    design: Design
    cells: Cells
    sizes: Mapping[str, tuple[int, int]]
    """The number selected and the number of reserves of every stratum."""
    selected: Cells
    """How many of each stratum and number of visits are selected."""

    @classmethod
    def of(cls, design: Design, cells: Cells, *, seed: str, suite: str) -> Plan:
        """Plan a draw.

        Raises:
            BadQuota: a stratum has no rule, or too few units are below the cap of visits.
        """
        strata: dict[str, dict[int, int]] = {}
        for (stratum, visits), units in cells.items():
            strata.setdefault(stratum, {})[visits] = units
        planned = sizes(design, {h: sum(visited.values()) for h, visited in strata.items()}, seed, suite)
        chosen = {h: n for h, (n, _) in planned.items()}
        if design.burden is None:
            return cls(design, cells, planned, {(h, 0): n for h, n in chosen.items()})
        return cls(design, cells, planned, burden_sizes(design, strata, chosen, start(seed, design.task, suite)))

    @property
    def drawn(self) -> int:
        """How many are drawn, reserves included."""
        return sum(n + q for n, q in self.sizes.values())

    def reach(self) -> dict[str, Fraction]:
        """How far one must look to find, nearly surely, all that are drawn."""
        reach = dict.fromkeys(self.sizes, Fraction(0))
        for cell, n in self.selected.items():
            reach[cell[0]] = max(reach[cell[0]], _share(n, self.cells[cell]))
        for stratum, able in self._able(self.cells).items():
            reach[stratum] = max(reach[stratum], _share(min(sum(self.sizes[stratum]), able), able))
        return reach

    def short(self, kept: Cells) -> set[str]:
        """The strata of which too little was kept."""
        able, found = self._able(self.cells), self._able(kept)
        lacking = {cell[0] for cell, n in self.selected.items() if kept.get(cell, 0) < n}
        return lacking | {h for h, (n, q) in self.sizes.items() if found[h] < min(n + q, able[h])}

    def is_able(self, visits: int) -> bool:
        """Whether a unit with so many visits is below the cap."""
        return self.design.burden is None or self.design.burden.cap is None or visits < self.design.burden.cap

    def _able(self, cells: Cells) -> Counter[str]:
        able: Counter[str] = Counter()
        for (stratum, visits), units in cells.items():
            able[stratum] += units if self.is_able(visits) else 0
        return able


def wider(reach: Reach) -> dict[str, Fraction]:
    """Look twice as far, at last at everything."""
    return {stratum: min(Fraction(1), 2 * share) for stratum, share in reach.items()}


def limit(share: Fraction) -> bytes:
    """The number below which this share of the tickets lies; for all of them it is longer than any ticket.

    >>> limit(Fraction(1, 2)).hex()
    '8000000000000000'
    """
    return b"\xff" * 33 if share == 1 else int(share * 2**64).to_bytes(8, "big")


def spare(k: int) -> int:
    """How many tickets more than k are looked for: six standard deviations and a little."""
    return 6 * isqrt(k) + 20


def _share(k: int, units: int) -> Fraction:
    """The share of the tickets in which the smallest k of so many units nearly surely lie."""
    return min(Fraction(1), Fraction(k + spare(k), units)) if k else Fraction(0)
