"""Measure the draw against named peers: `python -m bench.run [--units 300000,3000000,18000000] [--country]`.

Every way runs in a process of its own, starts from the same Parquet file and ends with the drawn units in hand. Shown
are seconds, the peak of its memory, and how many times as long as the bare hash of the same rows it took: compare the
ratios of one run, not the seconds of two. Ways that draw by tickets are held to the same answer.
"""

import argparse
import hashlib
import json
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import cases
from bench.draws import BY_OTHER_MEANS, BY_TICKETS, FLOORS, IN_MEMORY, MOST_IN_MEMORY
from bench.watch import Watch

WAYS = FLOORS | BY_TICKETS | BY_OTHER_MEANS
COUNTRY = 184_000_000
SHOWN = "{units:>11}  {way:<28}{seconds:>10}{peak:>10}{ratio:>10}{rate:>14}"


def measured(way: str, folder: Path) -> dict[str, Any]:
    """What one way takes, in this process."""
    case = cases.read(folder)
    watch = Watch()
    drawn = WAYS[way](case, watch)
    seconds, peak = watch.read()
    digest = hashlib.sha256("\n".join(sorted(drawn)).encode()).hexdigest()
    return {"seconds": seconds, "peak": peak, "count": len(set(drawn)), "digest": digest}


def apart(way: str, folder: Path, repeat: int) -> dict[str, Any]:
    """The fastest of some runs, each in a process of its own. SystemExit when one fails."""
    command = [sys.executable, "-m", "bench.run", "--only", way, "--case", str(folder)]
    runs = []
    for _ in range(repeat):
        ran = subprocess.run(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own interpreter and module
        if ran.returncode:
            raise SystemExit(f"{way} failed")
        runs.append(json.loads(ran.stdout))
    return min(runs, key=lambda run: float(run["seconds"]))


def measure(units: int, ways: list[str], repeat: int) -> None:
    """Print the lines of one size of frame. SystemExit when a way draws other units, or another number of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cases.write(folder, units)
        wanted = sum(cases.read(folder).sizes.values())
        floor, answer = None, None
        for way in ways:
            if way in IN_MEMORY and units > MOST_IN_MEMORY:
                continue
            run = apart(way, folder, repeat)
            floor = floor or float(run["seconds"])
            if way not in FLOORS and run["count"] != wanted:
                raise SystemExit(f"{way} drew {run['count']} units, not {wanted}")
            if way in BY_TICKETS and run["digest"] != (answer := answer or run["digest"]):
                raise SystemExit(f"{way} drew other units than the ways before it")
            show(units, way, run, floor)


def show(units: int, way: str, run: dict[str, Any], floor: float) -> None:
    seconds = float(run["seconds"])
    figures = {"seconds": f"{seconds:.2f}", "ratio": f"{seconds / floor:.2f}", "rate": f"{units / seconds:,.0f}"}
    print(SHOWN.format(units=f"{units:,}", way=way, peak=f"{run['peak']:,} MiB", **figures), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", default="300000,3000000,18000000", help="sizes of the frame, comma-separated")
    parser.add_argument("--country", action="store_true", help=f"{COUNTRY:,} units as well")
    parser.add_argument("--ways", default=",".join(WAYS), help="which ways, comma-separated; the first is the floor")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each way; the fastest counts")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--case", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.only:
        print(json.dumps(measured(chosen.only, chosen.case)))
        return
    print(
        f"Python {platform.python_version()}, {platform.machine()}. In brackets: cannot be repeated by the protocol.\n"
    )
    print(SHOWN.format(units="units", way="way", seconds="seconds", peak="peak", ratio="× floor", rate="units/s"))
    for units in [*map(int, chosen.units.split(",")), *([COUNTRY] if chosen.country else [])]:
        measure(units, chosen.ways.split(","), chosen.repeat)


if __name__ == "__main__":
    main()
