"""Who may be drawn into the teams (随机选派): the inspectors' frame, and whether it can serve. Only reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils.timezone import localdate

import fairdraw
from mingcha.draws import last_teams, rules
from mingcha.draws.freezing import Frozen, check_codes
from mingcha.draws.models import Ceremony, DrawnSeat
from mingcha.draws.states import DrawnAs
from mingcha.people.models import DepartmentLine, Region
from mingcha.people.states import Level
from mingcha.plans.models import Task, TaskParticipant
from mingcha.registers import queries as registers
from mingcha.registers.models import Inspector, Recusal

CITY_LEVELS = (Level.PROVINCE, Level.CITY)


def freeze_inspectors(frozen: Sequence[Frozen], *, at: datetime) -> tuple[fairdraw.Inspector, ...]:
    """Who may be drawn into the teams of these tasks.

    An inspector must be available, and certified, for the whole time of all tasks: one line speaks of each of them.
    Recusals are named only where the subject may be drawn; who was drawn for it last time is recused where others can
    go with ease.

    Raises:
        CannotFreeze: somebody's number cannot stand in the inspectors' frame.
    """
    tasks = [each.task for each in frozen]
    regions = {unit: stratum.split("/")[0] for each in frozen for unit, stratum in each.fixed.frame.lines}
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
    recusals = _recusals(rows, regions.keys())
    loads = _loads(localdate(at).year)
    inspectors = []
    for row in rows:
        check_codes(row.number, row.organization.region_id, row.name)
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
    asked, per_visit = last_teams.counted([each.fixed for each in frozen])
    return tuple(
        last_teams.without_last_teams(
            inspectors, last=drawn_last(regions.keys()), regions=regions, asked=asked, per_visit=per_visit
        )
    )


def drawn_last(units: Collection[str]) -> Mapping[str, set[str]]:
    """Unit → the numbers of those drawn for it in the last ceremony that stands; rehearsals send nobody."""
    held = Ceremony.objects.filter(is_rehearsal=False, drawn_at__isnull=False, tasks__stands=True)
    seats = DrawnSeat.objects.filter(drawn_as=DrawnAs.SELECTED, ceremony__in=held.values("pk"))
    teams: dict[str, tuple[int, set[str]]] = {}
    rows = seats.order_by("ceremony__drawn_at", "ceremony").values_list("unit_id", "ceremony", "inspector_number")
    for unit, ceremony, number in rows.iterator(chunk_size=10_000):
        if unit in units:
            _, team = teams[unit] if unit in teams and teams[unit][0] == ceremony else (ceremony, set())
            teams[unit] = ceremony, team | {number}
    return {unit: team for unit, (_, team) in teams.items()}


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
