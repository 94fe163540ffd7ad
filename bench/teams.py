"""Measure the draw of teams: `python -m bench.teams [--cases 1000x400,10000x1000]`, visits x inspectors, two seats.

In `districts` the inspectors belong to ten departments in ten regions and visit their own; in `one pool` anybody may go
anywhere, which is the hardest there is. Shown are seconds of processor time: to draw, and to check what was drawn.
"""

import argparse
import platform
import time
from collections.abc import Callable

from fairdraw import Inspector, Seat, Visit, assign_teams, check_assignment

SEED = "000102030405060708090a0b0c0d0e0f"
DEPARTMENTS, REGIONS = 10, 10
Ceremony = tuple[list[Visit], list[Inspector]]
SHOWN = "{kind:<12}{visits:>9}{inspectors:>12}{drawn:>9}{checked:>9}{loads:>12}"


def districts(visits: int, inspectors: int) -> Ceremony:
    """Departments and regions; every second inspector is qualified for the second seat, some are recused."""
    staff = [
        Inspector(
            f"I{n:05}",
            f"D{n % DEPARTMENTS}",
            capacity=4 * visits // inspectors + 4,
            load=n % 4,
            qualifications=frozenset({"q"} if n // (DEPARTMENTS * REGIONS) % 2 else ()),
            regions=frozenset({f"R{n // DEPARTMENTS % REGIONS}"}),
            recusals=frozenset({f"U{7 * n % visits:06}"}),
        )
        for n in range(inspectors)
    ]
    doors = []
    for k in range(visits):
        department = f"D{k % DEPARTMENTS}"
        seats = (Seat(department, "", "same"), Seat(department, "q", "same"))
        doors.append(Visit(f"U{k:06}#T1", f"U{k:06}", f"R{k // DEPARTMENTS % REGIONS}", seats, 1))
    return doors, staff


def one_pool(visits: int, inspectors: int) -> Ceremony:
    """Everybody may take every seat."""
    staff = [Inspector(f"I{n:05}", "D", capacity=4 * visits // inspectors + 4, load=n % 4) for n in range(inspectors)]
    return [Visit(f"U{k:06}#T1", f"U{k:06}", "R", (Seat("D"), Seat("D")), 1) for k in range(visits)], staff


KINDS: dict[str, Callable[[int, int], Ceremony]] = {"districts": districts, "one pool": one_pool}


def measure(kind: str, visits: int, inspectors: int) -> None:
    """Print the line of one ceremony."""
    doors, staff = KINDS[kind](visits, inspectors)
    begun = time.process_time()
    teams = assign_teams(visits=doors, inspectors=staff, seed=SEED)
    drawn = time.process_time()
    check_assignment(visits=doors, inspectors=staff, seats=teams.seats)
    checked = time.process_time()
    loads = f"{min(teams.loads.values())}–{max(teams.loads.values())}"
    times = {"drawn": f"{drawn - begun:.2f}", "checked": f"{checked - drawn:.2f}"}
    print(SHOWN.format(kind=kind, visits=visits, inspectors=inspectors, loads=loads, **times), flush=True)


def main() -> None:
    """Measure every case of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", default="1000x400,10000x1000", help="VISITSxINSPECTORS, separated by commas")
    parser.add_argument("--kinds", default=",".join(KINDS), help="which ceremonies, separated by commas")
    given = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}; seconds of processor time")
    print(
        SHOWN.format(
            kind="kind", visits="visits", inspectors="inspectors", drawn="draw", checked="check", loads="loads"
        )
    )
    for case in given.cases.split(","):
        visits, inspectors = map(int, case.split("x"))
        for kind in given.kinds.split(","):
            measure(kind, visits, inspectors)


if __name__ == "__main__":
    main()
