"""What the hall sees of a ceremony (会场大屏): four steps with their figures and digests, nothing confidential."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mingcha.draws import archive, drawing, queries
from mingcha.draws.models import Ceremony, EntropySource, Progress
from mingcha.draws.pace import is_at_work
from mingcha.draws.states import WORK_BEGINS_IN, CeremonyState, Work
from mingcha.people.models import Region
from mingcha.plans.states import Disclosure

DONE, NOW, LATER = "done", "now", "later"


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything the page of the hall shows."""

    ceremony: Ceremony
    steps: tuple[str, str, str, str]
    """How each step stands: done, now or later."""
    tasks: list[queries.TaskFigures]
    regions: list[tuple[str, list[int], int]]
    """Per region: its name, the selected of each task, their sum."""
    sources: list[EntropySource]
    population: int
    selected: int
    inspectors: int
    entries: dict[str, int]
    """Act → number of its entry in the ledger."""
    signatures: list[Any]
    progress: Progress | None
    """Of the step at hand, if its work began and left no result yet."""
    is_at_work: bool
    """Whether that work goes on; otherwise it was cut off, and the step is simply taken again."""

    @property
    def is_cut_off(self) -> bool:
        return self.progress is not None and not self.is_at_work

    @property
    def is_open(self) -> bool:
        return self.ceremony.disclosure == Disclosure.OPEN

    @property
    def opened(self) -> int:
        return sum(1 for source in self.sources if source.opened_at)

    @property
    def needed(self) -> int:
        """How many sources have given the draw their value, or still must: of a fall-back and its source only one."""
        return self.opened + len(drawing.awaited(self.sources))

    @property
    def to_commit(self) -> int:
        return sum(1 for source in self.sources if source.witness)

    @property
    def committed(self) -> int:
        return sum(1 for source in self.sources if source.commitment)

    @property
    def is_ready(self) -> bool:
        """Whether everybody who must commit before the freeze has done so."""
        return bool(self.sources) and all(source.commitment for source in self.sources if source.witness)

    @property
    def saved(self) -> int | None:
        """Visits saved against independent draws; nothing to say for a single task."""
        return self.ceremony.visits_saved

    @property
    def is_moving(self) -> bool:
        """Whether somebody else's next step may change the page."""
        return self.ceremony.state in (CeremonyState.PREPARING, CeremonyState.COMMITTED, CeremonyState.DRAWN)

    @property
    def mark(self) -> str:
        """Changes whenever the page does."""
        given_up = sum(1 for source in self.sources if source.given_up_at)
        counts = (len(self.sources), self.committed, self.opened, given_up, len(self.signatures))
        work = (self.progress.work, self.progress.done, self.is_at_work) if self.progress else ()
        return "-".join(map(str, [self.ceremony.state, *counts, *work]))


def stage_of(ceremony: Ceremony, *, now: datetime) -> Stage:
    """The page of the hall for a ceremony as it stands."""
    tasks, sources = queries.figures_of(ceremony), drawing.sources_of(ceremony)
    names = dict(Region.objects.values_list("code", "name"))
    regions = sorted({region for task in tasks for region in task.regions})
    rows = [(names.get(region, region), [task.regions.get(region, 0) for task in tasks]) for region in regions]
    progress = _unfinished(ceremony)
    acts = (archive.COMMIT, archive.DRAW, archive.RELEASE, archive.ABANDON)
    return Stage(
        ceremony=ceremony,
        steps=_steps(ceremony, all_opened=bool(sources) and not drawing.awaited(sources)),
        tasks=tasks,
        regions=[(name, counts, sum(counts)) for name, counts in rows],
        sources=sources,
        population=sum(task.row.population for task in tasks),
        selected=sum(task.selected for task in tasks),
        inspectors=ceremony.inspectors_frame.count("\n"),
        entries={entry.act: entry.seq for entry in archive.entries(ceremony.number, *acts)},
        signatures=list(queries.countersignatures_of(ceremony)),
        progress=progress,
        is_at_work=progress is not None
        and is_at_work(Work(progress.work), state=CeremonyState(ceremony.state), heard_at=progress.heard_at, now=now),
    )


def _unfinished(ceremony: Ceremony) -> Progress | None:
    """The work of the step at hand that was neither refused nor finished."""
    found = Progress.objects.filter(ceremony=ceremony, ended_at=None).first()
    return found if found and WORK_BEGINS_IN[Work(found.work)] == ceremony.state else None


def _steps(ceremony: Ceremony, *, all_opened: bool) -> tuple[str, str, str, str]:
    if ceremony.released_at:
        return DONE, DONE, DONE, DONE
    if ceremony.drawn_at:
        return DONE, DONE, DONE, NOW
    if ceremony.committed_at:
        return (DONE, DONE, NOW, LATER) if all_opened else (DONE, NOW, LATER, LATER)
    return NOW, LATER, LATER, LATER
