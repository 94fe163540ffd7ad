"""Measure the draw against named peers: `python -m bench.run [--units 30000,300000] [--repeat 3]`.

Every way starts from the same Parquet file and ends with the drawn units in hand. The best of the repeats is shown,
with the ratio to fairdraw, the reference. Ways that draw by tickets are first held to the same answer.
"""

import argparse
import platform
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench.draws import BY_PLAIN_RANDOMNESS, BY_TICKETS, Case, Way

REGIONS = ["441602", "441621", "441622", "441623", "441624", "441625"]
# Parts in a thousand, per class: how many of the units there are, how many are drawn.
CLASSES = {"A": (600, 10), "B": (250, 20), "C": (120, 50), "D": (30, 200)}
SHOWN = "{units:>10}  {way:<26}{seconds:>9}{ratio:>9}{rate:>14}"


def write_case(file: Path, units: int) -> Case:
    """A frame of made-up units over regions and classes, and a task that draws more where the risk is higher."""
    generator = random.Random(units)
    shares = [share for share, _ in CLASSES.values()]
    classes = generator.choices(list(CLASSES), shares, k=units)
    regions = generator.choices(REGIONS, k=units)
    strata = [f"{region}-{grade}" for region, grade in zip(regions, classes, strict=True)]
    ids = [f"91{number:016d}" for number in range(units)]
    pq.write_table(pa.table({"unit_id": ids, "stratum": strata}), file)
    per_mille = {stratum: CLASSES[stratum[-1]][1] for stratum in set(strata)}
    rule = {
        "kind": "ratio",
        "rounding": "up",
        "strata": {stratum: {"ratio": f"{share / 1000:g}"} for stratum, share in per_mille.items()},
    }
    design = {"protocol": "1", "task": "1", "release": "open", "window": ["2026-03-01", "2026-06-30"], "rule": rule}
    sizes = {stratum: -(-count * per_mille[stratum] // 1000) for stratum, count in Counter(strata).items()}
    return Case(file, design, sizes)


def best_of(way: Way, case: Case, repeat: int) -> tuple[float, list[str]]:
    """The shortest time in seconds, and what was drawn."""
    best = float("inf")
    drawn: list[str] = []
    for _ in range(repeat):
        start = time.perf_counter()
        drawn = way(case)
        best = min(best, time.perf_counter() - start)
    return best, drawn


def measure(units: int, repeat: int, folder: Path) -> None:
    """Print the lines of one size of frame. SystemExit when a way by tickets draws other units than fairdraw."""
    case = write_case(folder / f"{units}.parquet", units)
    reference, answer = best_of(BY_TICKETS["fairdraw"], case, repeat)
    show(units, "fairdraw", reference, reference)
    for name, way in (BY_TICKETS | BY_PLAIN_RANDOMNESS).items():
        if name == "fairdraw":
            continue
        seconds, drawn = best_of(way, case, repeat)
        if name in BY_TICKETS and sorted(drawn) != sorted(answer):
            raise SystemExit(f"{name} drew other units than fairdraw")
        if len(set(drawn)) != len(answer):
            raise SystemExit(f"{name} drew another number of units than fairdraw")
        show(units, name if name in BY_TICKETS else f"({name})", seconds, reference)


def show(units: int, way: str, seconds: float, reference: float) -> None:
    faster, rate = f"{reference / seconds:.1f}×", f"{units / seconds:,.0f}"
    print(SHOWN.format(units=f"{units:,}", way=way, seconds=f"{seconds:.3f}", ratio=faster, rate=rate), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", default="30000,300000,3000000", help="sizes of the frame, comma-separated")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each way; the best counts")
    chosen = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}. In brackets: cannot be repeated from a seed.\n")
    print(SHOWN.format(units="units", way="way", seconds="seconds", ratio="faster", rate="units/s"))
    with tempfile.TemporaryDirectory() as folder:
        for units in chosen.units.split(","):
            measure(int(units), chosen.repeat, Path(folder))


if __name__ == "__main__":
    main()
