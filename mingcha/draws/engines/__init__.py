"""Two ways to the same draw: the reference in Python, and one for large frames on Apache DataFusion.

Both are `fairdraw.Engine`s: a frozen task, a seed and a suite give a selection. A property test holds them equal byte
for byte.
"""

from collections.abc import Mapping
from pathlib import Path

from fairdraw import Engine
from mingcha.draws.engines.embedded import Embedded
from mingcha.draws.engines.reference import REFERENCE, reference

LARGE = 100_000
"""From so many units on the embedded engine draws."""

__all__ = ["LARGE", "REFERENCE", "Embedded", "choose", "reference"]


def choose(frames: Mapping[str, Path], *, units: int, suite: str) -> tuple[str, Engine]:
    """The engine for a ceremony of so many units, with its name; SM3 is known to the reference only.

    Args:
        frames: the Parquet file of each task's frame, by the task's number.
    """
    if units >= LARGE and suite == "SHA-256":
        engine = Embedded(frames)
        return engine.name, engine
    return REFERENCE, reference
