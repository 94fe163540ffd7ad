"""Who stands in a task's population (抽查资格): state, earlier checks, yearly caps, changes by hand. Only reads."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import Q, QuerySet

from mingcha.draws import eligibility_rules, rules, store
from mingcha.draws.models import Adjustment, Ceremony, CeremonyTask, FrequencyCap, ItemEquivalence, SelectedUnit
from mingcha.draws.states import Adjusted, DrawnAs, Exclusion, Exemption
from mingcha.people.models import Organization
from mingcha.people.states import Level
from mingcha.plans.models import Task, TaskItem, TaskParticipant
from mingcha.registers import queries as registers
from mingcha.registers.models import Subject
from mingcha.registers.rules import Scope
from mingcha.registers.states import SubjectState

CHUNK = 10_000
LEFT_OUT_COLUMNS = ("unit_id", "name", "region", "why")
Row = tuple[int, str, str, str, str]
"""A subject: key, unit_id, name, region, address."""
LeftOut = tuple[str, str, str, str]
"""A unit behind a figure: unit_id, name, region, and why — an Exclusion, or the way it was changed by hand."""
ItemKey = tuple[str, str]
"""An item through all editions of its lists: line and code."""


@dataclass(slots=True)
class Population:
    """Who may be drawn for a task, and everybody who was left out, put in or taken out."""

    rows: list[Row] = field(default_factory=list)
    behind: list[LeftOut] = field(default_factory=list)

    @property
    def tally(self) -> Counter[str]:
        """Why → how many."""
        return Counter(why for *_, why in self.behind)

    @property
    def excluded(self) -> dict[str, int]:
        """What the statement says of those the rules left out."""
        tally = self.tally
        return {reason.value: tally[reason] for reason in Exclusion if tally[reason]}


def population_of(row: CeremonyTask, *, on: date) -> Population:
    """The population of a task as registers, earlier draws, caps and changes by hand stand on a day.

    Raises:
        CannotFreeze: a change by hand waits for approval, or what it changes is not so any more.
    """
    scope, barred = Scope.from_json(row.task.scope), Barred.of(row, on=on)
    changes = {each.unit_id: each for each in changes_of(row)}
    eligibility_rules.check_approved([each.name for each in changes.values() if each.approved_at is None])
    found = Population()
    for subject in _rows(registers.subjects_in(scope, on=on)):
        _, unit_id, name, region, _ = subject
        why = barred.reason(unit_id, region)
        change = changes.get(unit_id)
        if why is None and change is not None and change.kind == Adjusted.REMOVED:
            found.behind.append((unit_id, name, region, Adjusted.REMOVED.value))
            del changes[unit_id]
        elif why is None:
            found.rows.append(subject)
        else:
            found.behind.append((unit_id, name, region, why.value))
    for _, unit_id, name, region, _ in _rows(_not_live(scope, on=on)):
        found.behind.append((unit_id, name, region, Exclusion.NOT_LIVE.value))
    _put_in(found, row, changes, barred, on=on)
    return found


def _put_in(
    found: Population, row: CeremonyTask, changes: Mapping[str, Adjustment], barred: Barred, *, on: date
) -> None:
    """The subjects that come in by hand; what does not hold any more is refused."""
    for subject in Subject.objects.filter(unit_id__in=changes).order_by("unit_id"):
        kind = Adjusted(changes[subject.unit_id].kind)
        standing = _standing(row.task, subject, barred, on=on)
        eligibility_rules.check_standing(kind, standing, rules.CannotFreeze)
        found.rows.append((subject.pk, subject.unit_id, subject.name, subject.region_id, subject.address))
        found.behind.append((subject.unit_id, subject.name, subject.region_id, kind.value))


def _rows(subjects: QuerySet[Subject]) -> Iterator[Row]:
    return subjects.values_list("pk", "unit_id", "name", "region", "address").iterator(chunk_size=CHUNK)


def _not_live(scope: Scope, *, on: date) -> QuerySet[Subject]:
    """Subjects that only their register state keeps out of the scope."""
    others = [state.value for state in SubjectState if state.value not in scope.states]
    if not scope.states or not others:
        return Subject.objects.none()
    return registers.subjects_in(Scope.from_json(scope.to_json() | {"states": others}), on=on)


def standing_of(row: CeremonyTask, subject: Subject, *, on: date) -> eligibility_rules.Standing:
    """How a subject stands towards a task's population."""
    return _standing(row.task, subject, Barred.of(row, on=on), on=on)


def _standing(task: Task, subject: Subject, barred: Barred, *, on: date) -> eligibility_rules.Standing:
    scope = Scope.from_json(task.scope)
    return eligibility_rules.Standing(
        name=subject.name,
        is_live=subject.state in (scope.states or (SubjectState.ACTIVE.value,)),
        is_in_region=not scope.regions or subject.region_id in scope.regions,
        is_in_scope=registers.subjects_in(scope, on=on).filter(pk=subject.pk).exists(),
        barred=barred.reason(subject.unit_id, subject.region_id),
    )


def changes_of(row: CeremonyTask) -> QuerySet[Adjustment]:
    """The changes by hand that stand, oldest first."""
    return row.adjustments.filter(withdrawn_at=None).select_related("entered_by", "approved_by").order_by("pk")


def mark(ceremony: Ceremony) -> tuple[object, ...]:
    """What the eligibility of a ceremony's tasks was worked out from; another mark, and it must be done again."""
    changes = Adjustment.objects.filter(ceremony_task__ceremony=ceremony, withdrawn_at=None)
    exempt = ceremony.tasks.order_by("pk").values_list("pk", "exemption")
    return (*changes.order_by("pk").values_list("pk", "approved_at"), *exempt)


# What bars a unit


@dataclass(frozen=True, slots=True)
class Barred:
    """The units that earlier checks or a cap keep out of a task."""

    checked: Mapping[str, Exclusion]
    caps: tuple[tuple[str | None, frozenset[str]], ...] = ()
    """Per cap in force: the region it speaks of (None: everywhere), and the units that have reached it."""

    @classmethod
    def of(cls, row: CeremonyTask, *, on: date) -> Barred:
        return cls(_checked(row.task, on=on), tuple(_at_caps(row, on=on)))

    def reason(self, unit_id: str, region: str) -> Exclusion | None:
        """Why this unit is left out, the first reason that holds."""
        if found := self.checked.get(unit_id):
            return found
        reached = any(unit_id in units and place in (None, region) for place, units in self.caps)
        return Exclusion.AT_CAP if reached else None


def _checked(task: Task, *, on: date) -> dict[str, Exclusion]:
    """Units selected for one of the same items in standing ceremonies of the last months.

    The same item, or one declared equivalent, is of the same line or of a line joined to it. A check launched above
    this task's own level (食品生产经营监督检查管理办法 art. 42: 上级已检查的,原则上不重复检查) has a reason of its own.
    """
    if not task.exclusion_months:
        return {}
    same = _tasks_with(_same_items(task, on=on), but=task)
    selected = SelectedUnit.objects.filter(
        drawn_as=DrawnAs.SELECTED,
        ceremony_task__task__in=same,
        ceremony_task__stands=True,
        ceremony_task__ceremony__drawn_at__date__gte=rules.months_before(on, task.exclusion_months),
    )
    found: dict[str, Exclusion] = {}
    own = Level(task.initiating_level)
    for unit_id, level in selected.values_list("unit_id", "ceremony_task__task__initiating_level").distinct():
        if eligibility_rules.is_above(Level(level), own):
            found[unit_id] = Exclusion.CHECKED_ABOVE
        else:
            found.setdefault(unit_id, Exclusion.CHECKED_RECENTLY)
    return found


def _same_items(task: Task, *, on: date) -> set[ItemKey]:
    """The task's items, and those declared equivalent to one of them on a day."""
    own = set(TaskItem.objects.filter(participant__task=task).values_list("item__line", "item__code"))
    same = set(own)
    for one, other in equivalent_pairs(on=on):
        if one in own:
            same.add(other)
        if other in own:
            same.add(one)
    return same


def equivalent_pairs(*, on: date) -> list[tuple[ItemKey, ItemKey]]:
    """The pairs of items that are declared equivalent on a day."""
    rows = ItemEquivalence.objects.filter(_in_force(on))
    return [((a, b), (c, d)) for a, b, c, d in rows.values_list("line", "code", "other_line", "other_code")]


def _tasks_with(items: Collection[ItemKey], *, but: Task) -> set[int]:
    rows = TaskItem.objects.filter(item__code__in={code for _, code in items}).exclude(participant__task=but)
    found = rows.values_list("participant__task", "item__line", "item__code")
    return {task for task, line, code in found if (line, code) in items}


def _in_force(on: date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gte=on))


# Yearly caps


def caps_for(task: Task, *, on: date) -> list[FrequencyCap]:
    """The caps in force for the organs that carry a task out: by line, at the level that goes, where it goes."""
    lines = TaskParticipant.objects.filter(task=task).values("organization__line")
    caps = FrequencyCap.objects.filter(_in_force(on), organization__line__in=lines).select_related("organization")
    level = Level(task.implementing_level)
    return [cap for cap in caps.order_by("pk") if level in _levels(cap)]


def _levels(cap: FrequencyCap) -> list[Level]:
    """The levels whose visits a cap counts."""
    own = Level(cap.organization.level)
    return [level for level in Level if level == own or (cap.counts_below and eligibility_rules.is_above(own, level))]


def _place(cap: FrequencyCap) -> str | None:
    """The region a cap speaks of: a city's organ goes everywhere."""
    organ: Organization = cap.organization
    return None if organ.level in (Level.PROVINCE, Level.CITY) else organ.region_id


def exemptions_for(task: Task, *, on: date) -> set[Exemption]:
    """What the caps in force for a task list as exempt."""
    return {Exemption(kind) for cap in caps_for(task, on=on) for kind in cap.exempt}


def _at_caps(row: CeremonyTask, *, on: date) -> Iterator[tuple[str | None, frozenset[str]]]:
    for cap in caps_for(row.task, on=on):
        if row.exemption and row.exemption in cap.exempt:
            continue
        yield _place(cap), eligibility_rules.at_cap(_visited(cap, year=on.year), cap.most)


def _visited(cap: FrequencyCap, *, year: int) -> dict[str, dict[int, list[tuple[date, date]]]]:
    """Unit → ceremony → windows: what the cap's organs were drawn for in a calendar year; exempt tasks do not count."""
    selected = SelectedUnit.objects.filter(
        drawn_as=DrawnAs.SELECTED,
        ceremony_task__stands=True,
        ceremony_task__ceremony__drawn_at__year=year,
        ceremony_task__task__implementing_level__in=_levels(cap),
        ceremony_task__task__participants__organization__line=cap.organization.line_id,
    ).exclude(ceremony_task__exemption__in=[kind for kind in cap.exempt if kind])
    if (place := _place(cap)) is not None:
        selected = selected.filter(region=place)
    found: dict[str, dict[int, list[tuple[date, date]]]] = {}
    task = "ceremony_task__task"
    fields = ("unit_id", "ceremony_task__ceremony", f"{task}__window_from", f"{task}__window_to", "pk")
    for unit_id, ceremony, first, last, _ in selected.values_list(*fields).distinct().iterator(chunk_size=CHUNK):
        found.setdefault(unit_id, {}).setdefault(ceremony, []).append((first, last))
    return found


# The list behind the figures


def keep_behind(found: Population) -> str:
    """Keep the units behind the figures as a file; its content address."""
    columns: Iterable[tuple[str, ...]] = zip(*sorted(found.behind), strict=True) if found.behind else [()] * 4
    arrays = (pa.array(column, pa.string()) for column in columns)
    target = io.BytesIO()
    pq.write_table(pa.table(dict(zip(LEFT_OUT_COLUMNS, arrays, strict=True))), target, compression="zstd")
    return store.keep(store.frames(), target.getvalue())


def behind(row: CeremonyTask) -> list[LeftOut]:
    """The units behind a task's figures, by code; none of a freeze that kept no list.

    Raises:
        FileChanged: the kept file is missing or was changed.
    """
    if not row.left_out_file:
        return []
    table = pq.read_table(store.find(store.frames(), row.left_out_file))
    return [tuple(each[key] for key in LEFT_OUT_COLUMNS) for each in table.to_pylist()]
