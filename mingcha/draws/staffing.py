"""Who may be drawn into the teams (随机选派): the inspectors' frame, and whether it can serve. Only reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Count
from django.utils.timezone import localdate

import fairdraw
from mingcha.draws import last_teams, organs, rules
from mingcha.draws.crews import Crew, crews_of, groups_of_members, wanted_of
from mingcha.draws.freezing import Frozen, check_codes
from mingcha.draws.models import Ceremony, DrawnSeat
from mingcha.draws.states import DrawnAs
from mingcha.people.models import DepartmentLine, Region
from mingcha.people.states import Level
from mingcha.registers.models import Inspector, Recusal

CITY_LEVELS = (Level.PROVINCE, Level.CITY)


def freeze_inspectors(frozen: Sequence[Frozen], *, at: datetime) -> tuple[fairdraw.Inspector, ...]:
    """Who may be drawn into the teams of these tasks: persons, groups and experts.

    Recusals are named only where the subject may be drawn; who was drawn for it last time is recused where others can
    go with ease. A group holds what any of its members holds, and is recused where any of them is.

    Raises:
        CannotFreeze: somebody's number cannot stand in the inspectors' frame, or a department is to send persons for
            one task and groups for another.
    """
    tasks = [each.task for each in frozen]
    regions = {unit: stratum.split("/")[0] for each in frozen for unit, stratum in each.fixed.frame.lines}
    wanted = wanted_of(tasks)
    crews = crews_of(tasks, wanted, at=at)
    recusals = _recusals([row for crew in crews for row in crew.members], regions.keys())
    loads = _loads(localdate(at).year)
    everywhere = frozenset(Region.objects.values_list("code", flat=True))
    inspectors = []
    for crew in crews:
        for row in crew.members:
            check_codes(row.number, row.organization.region_id, row.name)
        inspectors.append(
            fairdraw.Inspector(
                inspector_id=crew.number,
                organ=crew.organ,
                capacity=wanted[organs.line_of(crew.organ)].cap,
                load=max(loads[row.number] for row in crew.members),
                qualifications=frozenset(each.code for row in crew.members for each in row.qualifications.all()),
                regions=_regions(crew.members[0], everywhere),
                recusals=frozenset(unit for row in crew.members for unit in recusals.get(row.pk, ())),
            )
        )
    asked, per_visit = last_teams.counted([each.fixed for each in frozen])
    last = _lines_of(drawn_last(regions.keys()), crews)
    return tuple(
        last_teams.without_last_teams(inspectors, last=last, regions=regions, asked=asked, per_visit=per_visit)
    )


def _regions(row: Inspector, everywhere: frozenset[str]) -> frozenset[str]:
    return everywhere if row.organization.level in CITY_LEVELS else frozenset({row.organization.region_id})


def _lines_of(teams: Mapping[str, Collection[str]], crews: Iterable[Crew]) -> Mapping[str, set[str]]:
    """Unit → the lines of the frame in which somebody of its team stands."""
    line_of = {row.number: crew.number for crew in crews for row in crew.members}
    return {unit: {line_of[number] for number in team if number in line_of} for unit, team in teams.items()}


def drawn_last(units: Collection[str]) -> Mapping[str, set[str]]:
    """Unit → the inspectors drawn for it in the last ceremony that stands; rehearsals send nobody."""
    held = Ceremony.objects.filter(is_rehearsal=False, drawn_at__isnull=False, tasks__stands=True)
    seats = DrawnSeat.objects.filter(drawn_as=DrawnAs.SELECTED, ceremony__in=held.values("pk"))
    teams: dict[str, tuple[int, set[str]]] = {}
    rows = seats.order_by("ceremony__drawn_at", "ceremony").values_list("unit_id", "ceremony", "inspector_number")
    groups = groups_of_members()
    for unit, ceremony, number in rows.iterator(chunk_size=10_000):
        if unit in units:
            _, team = teams[unit] if unit in teams and teams[unit][0] == ceremony else (ceremony, set())
            teams[unit] = ceremony, team | groups.get(number, {number})
    return {unit: team for unit, (_, team) in teams.items()}


def _recusals(inspectors: Iterable[Inspector], units: Collection[str]) -> dict[int, set[str]]:
    wanted = {row.pk for row in inspectors}
    found: dict[int, set[str]] = {}
    for inspector, unit_id in Recusal.objects.values_list("inspector", "subject__unit_id"):
        if inspector in wanted and unit_id in units:
            found.setdefault(inspector, set()).add(unit_id)
    return found


def _loads(year: int) -> Counter[str]:
    """Visits drawn this year by inspector, alone or with a group, in ceremonies that stand."""
    seats = DrawnSeat.objects.filter(
        drawn_as=DrawnAs.SELECTED, ceremony__drawn_at__year=year, ceremony__tasks__stands=True
    )
    groups, loads = groups_of_members(), Counter[str]()
    rows = seats.order_by("inspector_number").values_list("inspector_number").annotate(Count("pk", distinct=True))
    for number, visits in rows:
        loads.update(dict.fromkeys(groups.get(number, {number}), visits))
    return loads


def needs_of(frozen: Sequence[Frozen], inspectors: Sequence[fairdraw.Inspector]) -> list[rules.SeatsNeeded]:
    """What the tasks will ask of departments and regions, as far as it is known before the seed."""
    names = dict(Region.objects.values_list("code", "name"))
    lines = dict(DepartmentLine.objects.values_list("code", "name"))
    return [need for each in frozen for need in _needs(each.fixed, inspectors, names, lines)]


def _needs(
    task: fairdraw.FrozenTask,
    inspectors: Sequence[fairdraw.Inspector],
    names: Mapping[str, str],
    lines: Mapping[str, str],
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
                line=organs.named(seat.organ, lines),
                region=names.get(region, region),
                visits=expected,
                seats=count,
                inspectors=len(able),
                places=sum(each.capacity for each in able),
                one_by_one=organs.line_of(seat.organ) == seat.organ,
            )
