"""What is fixed before the seed (固化): each task's frame and design, and the inspectors' frame. Only reads."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import Count, QuerySet
from django.utils.timezone import localdate

import fairdraw
from fairdraw.canonical import NotCanonical, code
from mingcha.draws import designs, eligibility, rules, store
from mingcha.draws.models import CeremonyTask, DrawnSeat
from mingcha.draws.states import Adjusted, DrawnAs
from mingcha.kernel.refusal import gettext_noop
from mingcha.people.models import DepartmentLine, Region
from mingcha.people.states import Level
from mingcha.plans.models import Task, TaskParticipant
from mingcha.plans.rules import batches_from_json, from_json, stratum_of
from mingcha.plans.states import Disclosure, RegionRule
from mingcha.registers import queries as registers
from mingcha.registers.models import Inspector, Recusal

CITY_LEVELS = (Level.PROVINCE, Level.CITY)
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
        _check_codes(unit_id, region, name)
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
    parts = TaskParticipant.objects.filter(task=task).values_list("organization__line", "qualification", "inspectors")
    return designs.DrawnTask(
        number=task.number,
        window=(task.window_from, task.window_to),
        rule=from_json(task.rule),
        disclosure=Disclosure(task.disclosure),
        region_rule=RegionRule(task.region_rule),
        parts=tuple(designs.Part(line, qualification or "", count) for line, qualification, count in parts),
        classes=tuple(each["code"] for each in task.scheme.classes) if task.scheme else (),
        override_reason=task.override_reason,
        batches=batches_from_json(task.batches),
    )


def _check_codes(unit_id: str, region: str, name: str) -> None:
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


def freeze_inspectors(tasks: Sequence[Task], *, units: Collection[str], at: datetime) -> tuple[fairdraw.Inspector, ...]:
    """Who may be drawn into the teams of these tasks.

    An inspector must be available, and certified, for the whole time of all tasks: one line speaks of each of them.
    Recusals are named only where the subject may be drawn.

    Raises:
        CannotFreeze: somebody's number cannot stand in the inspectors' frame.
    """
    lines = _caps(tasks)
    rows = registers.inspectors_available(
        lines=lines,
        level=Level(tasks[0].implementing_level),
        from_on=min(task.window_from for task in tasks),
        to_on=max(task.window_to for task in tasks),
        on=localdate(at),
    )
    rows = rows.select_related("organization").prefetch_related("qualifications").order_by("number")
    everywhere = frozenset(Region.objects.values_list("code", flat=True))
    recusals = _recusals(rows, units)
    loads = _loads(localdate(at).year)
    inspectors = []
    for row in rows:
        _check_codes(row.number, row.organization.region_id, row.name)
        in_city = row.organization.level in CITY_LEVELS
        inspectors.append(
            fairdraw.Inspector(
                inspector_id=row.number,
                organ=row.organization.line_id,
                capacity=lines[row.organization.line_id],
                load=loads.get(row.number, 0),
                qualifications=frozenset(qualification.code for qualification in row.qualifications.all()),
                regions=everywhere if in_city else frozenset({row.organization.region_id}),
                recusals=recusals.get(row.pk, frozenset()),
            )
        )
    return tuple(inspectors)


def _caps(tasks: Sequence[Task]) -> dict[str, int]:
    """Per department line the most visits an inspector may get: the caps of the tasks it takes part in together."""
    parts = TaskParticipant.objects.filter(task__in=tasks).values_list("organization__line", "task", "task__load_cap")
    caps: Counter[str] = Counter()
    for line, _, cap in parts.distinct():
        caps[line] += cap
    return dict(caps)


def _recusals(inspectors: QuerySet[Inspector], units: Collection[str]) -> dict[int, frozenset[str]]:
    named = Recusal.objects.filter(inspector__in=inspectors.order_by().values("pk"))
    pairs = named.values_list("inspector", "subject__unit_id")
    found: dict[int, set[str]] = {}
    for inspector, unit_id in pairs:
        if unit_id in units:
            found.setdefault(inspector, set()).add(unit_id)
    return {inspector: frozenset(units) for inspector, units in found.items()}


def _loads(year: int) -> Mapping[str, int]:
    """Visits drawn this year by inspector, in ceremonies that stand."""
    seats = DrawnSeat.objects.filter(
        drawn_as=DrawnAs.SELECTED, ceremony__drawn_at__year=year, ceremony__tasks__stands=True
    )
    rows = seats.values("inspector_number").annotate(visits=Count("pk", distinct=True))
    return {row["inspector_number"]: row["visits"] for row in rows.order_by("inspector_number")}


def needs_of(frozen: Sequence[Frozen], inspectors: Sequence[fairdraw.Inspector]) -> list[rules.SeatsNeeded]:
    """What the tasks will ask of departments and regions, as far as it is known before the seed."""
    names = dict(Region.objects.values_list("code", "name")) | dict(DepartmentLine.objects.values_list("code", "name"))
    return [need for each in frozen for need in _needs(each.fixed, inspectors, names)]


def _needs(
    task: fairdraw.FrozenTask, inspectors: Sequence[fairdraw.Inspector], names: Mapping[str, str]
) -> Iterable[rules.SeatsNeeded]:
    design = fairdraw.read_design(task.design)
    if design.rounding == "systematic" or design.teams is None:
        return
    visits: Counter[str] = Counter()
    for stratum, (selected, _) in fairdraw.sizes(design, task.frame.counts()).items():
        visits[stratum.split("/")[0]] += selected
    for seat, count in Counter(fairdraw.merged_seats([design.teams])).items():
        for region, expected in visits.items():
            asking = fairdraw.Visit("", "", region, ())
            able = [each for each in inspectors if fairdraw.is_eligible(each, seat, asking)]
            yield rules.SeatsNeeded(
                task=task.number,
                line=names.get(seat.organ, seat.organ),
                region=names.get(region, region),
                visits=expected,
                seats=count,
                inspectors=len(able),
                places=sum(each.capacity for each in able),
            )
