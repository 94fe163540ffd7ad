"""Ways to the same draw: the reference in Python, and for large frames Apache DataFusion or Apache Spark.

All are `fairdraw.Engine`s: a frozen task, a seed and a suite give a selection. Property tests hold them equal byte for
byte. Spark is an extra (`mingcha[spark]`), imported only where a cluster is named.
"""

from collections.abc import Mapping
from pathlib import Path

from fairdraw import Engine
from mingcha.draws.engines.columnar import Progress
from mingcha.draws.engines.embedded import Embedded
from mingcha.draws.engines.reference import REFERENCE, reference

LARGE = 100_000
"""From so many units on the embedded engine draws."""

__all__ = ["LARGE", "REFERENCE", "Embedded", "Progress", "choose", "reference"]


def choose(
    frames: Mapping[str, Path], *, units: int, cluster: str = "", progress: Progress | None = None
) -> tuple[str, Engine]:
    """The engine for a ceremony of so many units, with its name.

    Args:
        frames: the Parquet file of each task's frame, by the task's number.
        cluster: the master of a Spark cluster (`spark://host:7077`, `yarn`, `local[4]`) that draws large frames; its
            machines must find the files at the same paths.
        progress: is told how much of the task at hand is done; small frames are drawn at once, without.
    """
    if units >= LARGE and cluster:
        from mingcha.draws.engines.spark import Spark, session_at

        clustered = Spark(session_at(cluster), {task: file.as_uri() for task, file in frames.items()}, progress)
        return clustered.name, clustered
    if units >= LARGE:
        engine = Embedded(frames, progress)
        return engine.name, engine
    return REFERENCE, reference
