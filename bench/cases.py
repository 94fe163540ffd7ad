"""What is drawn from in `make bench`: made-up units over regions and classes, in one Parquet file of any size."""

import json
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from fairdraw import sizes

REGIONS = [f"4416{number:02}" for number in range(21, 29)]
# Parts in a thousand, per class: how many of the units there are, how many are drawn.
CLASSES = {"A": (600, 10), "B": (250, 20), "C": (120, 50), "D": (30, 200)}
STRATA = {f"{region}/{grade}": CLASSES[grade] for region in REGIONS for grade in CLASSES}
STEP = 250_000
COLUMNS = pa.schema([("unit_id", pa.string()), ("stratum", pa.string())])


@dataclass(frozen=True)
class Case:
    """The frame's file, the task's design, and how many that makes in each stratum."""

    frame: Path
    design: dict[str, Any]
    sizes: dict[str, int]
    units: int


def write(folder: Path, units: int) -> None:
    """Make a case of so many units: 32 strata, more drawn where the risk is higher."""
    generator, counts = random.Random(units), Counter[str]()
    shares = [share for share, _ in STRATA.values()]
    with pq.ParquetWriter(folder / "frame.parquet", COLUMNS, compression="zstd") as file:
        for begin in range(0, units, STEP):
            places = range(begin, min(units, begin + STEP))
            strata = generator.choices(list(STRATA), shares, k=len(places))
            file.write_table(pa.table([[f"91{place:016d}" for place in places], strata], schema=COLUMNS))
            counts.update(strata)
    rule = {stratum: {"ratio": f"{drawn / 1000:g}"} for stratum, (_, drawn) in STRATA.items()}
    design = {
        "protocol": "1",
        "task": "1",
        "release": "sealed",
        "window": ["2026-03-01", "2026-06-30"],
        "rule": {"kind": "ratio", "rounding": "up", "strata": rule},
    }
    (folder / "case.json").write_text(json.dumps({"design": design, "counts": counts}))


def read(folder: Path) -> Case:
    """A case that was written."""
    kept = json.loads((folder / "case.json").read_text())
    planned = sizes(kept["design"], kept["counts"])
    selected = {stratum: n for stratum, (n, _) in planned.items()}
    return Case(folder / "frame.parquet", kept["design"], selected, sum(kept["counts"].values()))
