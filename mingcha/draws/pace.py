"""One progress of a whole ceremony (进度), made of what the engine says of its tasks, drawn one after the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from fairdraw import Engine, FrozenTask, Selection
from mingcha.draws.states import WORK_BEGINS_IN, CeremonyState, Work

Tell = Callable[[int, int], None]
"""Is told how much of how much is done."""
PATIENCE = timedelta(seconds=60)
"""Work that was silent for so long is taken for cut off; writing a large result down takes less."""


def is_at_work(work: Work, *, state: CeremonyState, heard_at: datetime, now: datetime) -> bool:
    """Whether work that began is still going on: its result is not there, and it was heard a moment ago."""
    return WORK_BEGINS_IN[work] == state and now - heard_at < PATIENCE


class Pace:
    """Adds up the tasks: those that are drawn, and the part of the task at hand that is done."""

    def __init__(self, tell: Tell | None, *, total: int) -> None:
        self._tell = tell or (lambda done, total: None)
        self._total = total
        self._before = 0
        self._at_hand = 0
        self._tell(0, total)

    def within_task(self, done: int, of: int) -> None:
        """The engine says how far it is with its task, in whatever it counts."""
        share = self._at_hand * done // of if of else 0
        self._tell(self._before + min(share, self._at_hand), self._total)

    def counting(self, engine: Engine) -> Engine:
        """The same engine, with its tasks counted."""

        def counted(task: FrozenTask, seed: str, suite: str) -> Selection:
            self._at_hand = len(task.frame.lines)
            selection = engine(task, seed, suite)
            self._before, self._at_hand = self._before + self._at_hand, 0
            self._tell(self._before, self._total)
            return selection

        return counted
