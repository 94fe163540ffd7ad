"""Hold the engines to each other: `python -m bench.engines [--units 3000000] [--suite SM3]`.

One task with reserves and the burden rule is drawn by fairdraw, by the embedded engine and by Spark with two local
workers; `selection.csv` and `reserves.csv` must be equal byte for byte. Printed are the seconds of each.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import fairdraw
from bench import cases
from bench.draws import SEED, batches_of
from mingcha.draws.engines import Embedded, reference


def task_of(case: cases.Case) -> fairdraw.FrozenTask:
    """The case's task, with reserves, and with every tenth unit visited before."""
    frame = fairdraw.Frame.from_rows(row for batch in batches_of(case) for row in batch)
    more = {"reserves": {"ratio": "0.2", "minimum": 1}, "burden": {"delta": "0.5", "cap": 3}}
    burden = {unit: 1 + place % 4 for place, (unit, _) in enumerate(frame.lines) if place % 10 == 0}
    return fairdraw.FrozenTask(frame, {**case.design, **more}, burden)


def engine_of(name: str, frame: Path) -> fairdraw.Engine:
    """An engine by its short name; Spark is started."""
    if name == "fairdraw":
        return reference
    if name == "embedded":
        return Embedded({"1": frame})
    from pyspark.sql import SparkSession

    from mingcha.draws.engines.spark import Spark

    here: dict[str, Any] = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "2g",
    }
    return Spark(SparkSession.builder.master("local[2]").config(map=here).getOrCreate(), {"1": str(frame)})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=3_000_000)
    parser.add_argument("--suite", default="SHA-256", choices=fairdraw.SUITES)
    parser.add_argument("--engines", default="fairdraw,embedded,spark", help="which, comma-separated")
    chosen = parser.parse_args()
    answers = set()
    with tempfile.TemporaryDirectory() as folder:
        cases.write(Path(folder), chosen.units)
        case = cases.read(Path(folder))
        task = task_of(case)
        for name in chosen.engines.split(","):
            engine, begun = engine_of(name, case.frame), time.perf_counter()
            drawn = engine(task, SEED, chosen.suite)
            seconds = time.perf_counter() - begun
            files = fairdraw.selection_csv([drawn]), fairdraw.selection_csv([drawn], reserves=True)
            answers.add(files)
            digests = " ".join(fairdraw.digest(file)[:16] for file in files)
            print(f"{chosen.units:>11,}  {name:<10}{seconds:>9.2f} s  {digests}", flush=True)
    if len(answers) > 1:
        raise SystemExit("the engines differ")


if __name__ == "__main__":
    main()
