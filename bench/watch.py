"""A stop-watch that also knows how much memory was used."""

import os
import resource
import time
from pathlib import Path


class Watch:
    """Runs from when it is made; what only sets a peer up is left out by `restart`."""

    def __init__(self) -> None:
        self.begun = time.perf_counter()
        self.others: dict[int, int] = {}

    def restart(self) -> None:
        """Leave out what was done up to here."""
        self.begun = time.perf_counter()

    def add(self, process: int, peak: int) -> None:
        """Count the memory of a process that works for this one; of each only the highest peak."""
        self.others[process] = max(peak, self.others.get(process, 0))

    def read(self) -> tuple[float, int]:
        """Seconds so far, and MiB at the peak: of this process and those that worked for it."""
        return time.perf_counter() - self.begun, peak_of(os.getpid()) + sum(self.others.values())


def peak_of(process: int) -> int:
    """The most MiB that a process ever held; where there is no /proc, only this process is known."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024
