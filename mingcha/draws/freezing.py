"""What is fixed before the seed (固化): each task's frame and design. Only reads."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import Count
from django.utils.timezone import localdate

import fairdraw
from fairdraw.canonical import NotCanonical, code
from mingcha.draws import designs, eligibility, rules, store
from mingcha.draws.models import CeremonyTask, DrawnSeat
from mingcha.draws.states import Adjusted, DrawnAs
from mingcha.kernel.refusal import gettext_noop
from mingcha.plans.models import Task, TaskParticipant
from mingcha.plans.rules import batches_from_json, from_json, stratum_of
from mingcha.plans.states import Disclosure, RegionRule, TeamForm
from mingcha.registers import queries as registers

COLUMNS = ("unit_id", "stratum", "name", "region", "address")
Unit = tuple[str, str, str, str, str]
"""A row of a frame in the order of COLUMNS."""
MOST_VISITS = 999
"""More visits of a year a burden file cannot hold (spec/draw.md)."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A task with what was fixed of it; `file` and `left_out_file` are the content addresses of its Parquet files."""

    task: Task
    fixed: fairdraw.FrozenTask
    file: str
    left_out_file: str = ""

    @property
    def counts(self) -> dict[str, int]:
        return self.fixed.frame.counts()


def freeze_task(row: CeremonyTask, *, at: datetime) -> Frozen:
    """Fix frame and design of a task as the registers stand now.

    Raises:
        CannotFreeze: nobody is in scope, somebody's number or region cannot stand in a frame, or a change by hand is
            not approved or does not hold any more.
        InvalidRule: the rule does not say how many of a class are drawn.
    """
    task = row.task
    drawn_task = drawn_task_of(task)
    population = eligibility.population_of(row, on=localdate(at))
    classes = registers.class_of((pk for pk, *_ in population.rows), task.scheme) if task.scheme else {}
    units = []
    for pk, unit_id, name, region, address in population.rows:
        check_codes(unit_id, region, name)
        units.append((unit_id, stratum_of(region, classes.get(pk), drawn_task.classes), name, region, address))
    if not units:
        raise rules.CannotFreeze(gettext_noop("任务 %(task)s 的抽查范围内没有检查对象"), task=task.number)
    units.sort()
    frame = fairdraw.Frame.from_rows((unit_id, stratum) for unit_id, stratum, *_ in units)
    design = designs.design_of(drawn_task, frame.counts())
    burden = visits_this_year(units, year=localdate(at).year) if "burden" in design else None
    fixed = fairdraw.FrozenTask(
        frame=frame,
        design=design,
        burden=burden,
        excluded=population.excluded,
        added=population.tally[Adjusted.ADDED],
        removed=population.tally[Adjusted.REMOVED],
    )
    kept = store.keep(store.frames(), parquet(units, burden))
    return Frozen(task, fixed, kept, eligibility.keep_behind(population))


def drawn_task_of(task: Task) -> designs.DrawnTask:
    """What the design is made of."""
    parts = TaskParticipant.objects.filter(task=task).select_related("organization")
    return designs.DrawnTask(
        number=task.number,
        window=(task.window_from, task.window_to),
        rule=from_json(task.rule),
        disclosure=Disclosure(task.disclosure),
        region_rule=RegionRule(task.region_rule),
        parts=tuple(
            designs.Part(
                line=part.organization.line_id,
                qualification=part.qualification_id or "",
                inspectors=part.inspectors,
                as_group=part.team_form == TeamForm.GROUP,
                experts=part.experts,
            )
            for part in parts
        ),
        classes=tuple(each["code"] for each in task.scheme.classes) if task.scheme else (),
        override_reason=task.override_reason,
        batches=batches_from_json(task.batches),
    )


def check_codes(unit_id: str, region: str, name: str) -> None:
    """Refuse what cannot stand in a frame.

    Raises:
        CannotFreeze: the number or region has characters that the protocol does not know.
    """
    for text in (unit_id, region):
        try:
            code(text)
        except NotCanonical:
            raise rules.CannotFreeze(
                gettext_noop("检查对象“%(name)s”的编号或区划“%(code)s”含有规程不允许的字符,请在名录库更正后再固化"),
                name=name,
                code=text,
            ) from None


def visits_this_year(units: Iterable[Unit], *, year: int) -> dict[str, int]:
    """Visits drawn this year by unit, in ceremonies that stand (减少干扰); units without any are not named."""
    seats = DrawnSeat.objects.filter(
        drawn_as=DrawnAs.SELECTED, ceremony__drawn_at__year=year, ceremony__tasks__stands=True
    )
    rows = seats.values("unit_id").annotate(visits=Count("visit_id", distinct=True)).order_by("unit_id")
    found = dict(rows.values_list("unit_id", "visits"))
    return {unit_id: min(found[unit_id], MOST_VISITS) for unit_id, *_ in units if unit_id in found}


def parquet(units: Sequence[Unit], burden: Mapping[str, int] | None = None) -> bytes:
    """The frozen rows as a Parquet file; with the burden rule also each unit's visits of the year."""
    columns: Iterable[tuple[str, ...]] = zip(*units, strict=True)
    table = pa.table(dict(zip(COLUMNS, (pa.array(column, pa.string()) for column in columns), strict=True)))
    if burden is not None:
        visits = pa.array([burden.get(unit_id, 0) for unit_id, *_ in units], pa.int32())
        table = table.append_column("visits", visits)
    target = io.BytesIO()
    pq.write_table(table, target, compression="zstd")
    return target.getvalue()
