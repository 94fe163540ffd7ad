"""Measure the draw against named peers: `python -m bench.run [--units 30000,300000] [--repeat 3]`.

Every way starts from the same Parquet file and ends with the drawn units in hand. The best of the repeats is shown,
with the ratio to the plainest way. Ways that draw by tickets are first held to the same answer.
"""

import argparse
import platform
import random
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench.draws import BY_PLAIN_RANDOMNESS, BY_TICKETS, Sizes, Way

REGIONS = ["441602", "441621", "441622", "441623", "441624", "441625"]
# Parts in a thousand, per class: how many of the units there are, how many are drawn.
CLASSES = {"A": (600, 10), "B": (250, 20), "C": (120, 50), "D": (30, 200)}
SHOWN = "{units:>10}  {way:<26}{seconds:>9}{ratio:>9}{rate:>14}"


def write_frame(file: Path, units: int) -> Sizes:
    """A frame of made-up units over regions and classes; gives how many to draw from each stratum."""
    generator = random.Random(units)
    shares = [share for share, _ in CLASSES.values()]
    strata = [
        f"{region}-{grade}"
        for region, grade in zip(
            generator.choices(REGIONS, k=units), generator.choices(list(CLASSES), shares, k=units), strict=True
        )
    ]
    ids = [f"91{number:016d}" for number in range(units)]
    pq.write_table(pa.table({"unit_id": ids, "stratum": strata}), file)
    counts = {stratum: strata.count(stratum) for stratum in sorted(set(strata))}
    return {stratum: -(-count * CLASSES[stratum[-1]][1] // 1000) for stratum, count in counts.items()}


def best_of(way: Way, frame: Path, sizes: Sizes, repeat: int) -> tuple[float, list[str]]:
    """The shortest time in seconds, and what was drawn."""
    best = float("inf")
    drawn: list[str] = []
    for _ in range(repeat):
        start = time.perf_counter()
        drawn = way(frame, sizes)
        best = min(best, time.perf_counter() - start)
    return best, drawn


def measure(units: int, repeat: int, folder: Path) -> None:
    """Print the lines of one size of frame. SystemExit when two ways by tickets disagree."""
    frame = folder / f"{units}.parquet"
    sizes = write_frame(frame, units)
    plainest: float | None = None
    answer: set[str] = set()
    for name, way in (BY_TICKETS | BY_PLAIN_RANDOMNESS).items():
        seconds, drawn = best_of(way, frame, sizes, repeat)
        plainest = plainest or seconds
        answer = answer or set(drawn)
        if len(drawn) != sum(sizes.values()) or (name in BY_TICKETS and set(drawn) != answer):
            raise SystemExit(f"{name} drew other units than the first way")
        print(
            SHOWN.format(
                units=f"{units:,}",
                way=name if name in BY_TICKETS else f"({name})",
                seconds=f"{seconds:.3f}",
                ratio=f"{plainest / seconds:.1f}×",
                rate=f"{units / seconds:,.0f}",
            ),
            flush=True,
        )


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
