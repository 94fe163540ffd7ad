"""Who stands in one line of the inspectors' frame: a person, a group (检查小组) or an expert (专家). Only reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate

from mingcha.draws import organs, rules
from mingcha.kernel.refusal import gettext_noop
from mingcha.people.states import Level
from mingcha.plans.models import Task, TaskParticipant
from mingcha.plans.states import TeamForm
from mingcha.registers import queries as registers
from mingcha.registers.models import GroupMember, Inspector


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the tasks want of a department line, all together."""

    cap: int
    """The most visits an inspector may get: the caps of the tasks it takes part in together."""
    as_group: bool
    least: int
    """The most inspectors any task asks for: a group has as many certificate holders or more."""
    experts: bool


@dataclass(frozen=True, slots=True)
class Crew:
    """What one line of the frame stands for."""

    number: str
    organ: str
    members: tuple[Inspector, ...]


def wanted_of(tasks: Sequence[Task]) -> dict[str, Wanted]:
    """What is wanted of each department line.

    Raises:
        CannotFreeze: a department is to send persons for one task and groups for another.
    """
    parts: dict[str, list[TaskParticipant]] = {}
    for part in TaskParticipant.objects.filter(task__in=tasks).select_related("organization__line", "task"):
        parts.setdefault(part.organization.line_id, []).append(part)
    return {line: _wanted(rows) for line, rows in parts.items()}


def _wanted(parts: Sequence[TaskParticipant]) -> Wanted:
    forms = {TeamForm(part.team_form) for part in parts}
    if len(forms) > 1:
        raise rules.CannotFreeze(
            gettext_noop("本场次中%(line)s的任务有的按人员、有的按小组选派;请改为一致,或分场次抽取"),
            line=parts[0].organization.line.name,
        )
    return Wanted(
        cap=sum({part.task_id: part.task.load_cap for part in parts}.values()),
        as_group=forms == {TeamForm.GROUP},
        least=max(part.inspectors for part in parts),
        experts=any(part.experts for part in parts),
    )


def crews_of(tasks: Sequence[Task], wanted: Mapping[str, Wanted], *, at: datetime) -> list[Crew]:
    """Everybody who may be drawn; nobody stands in two lines.

    All must be available, and inspectors certified, for the whole time of all tasks. Where experts are asked for, they
    are drawn as experts only; a member of a group is drawn with the group only.
    """
    today, last = localdate(at), max(task.window_to for task in tasks)
    people = registers.people_available(
        lines=wanted,
        level=Level(tasks[0].implementing_level),
        from_on=min(task.window_from for task in tasks),
        to_on=last,
        on=today,
    )
    rows = list(people.select_related("organization").prefetch_related("qualifications").order_by("number"))
    certified = {row.pk for row in rows if row.certificate_valid_to and row.certificate_valid_to >= max(last, today)}
    groups = list(_groups(rows, certified, wanted, on=today))
    grouped = {row.pk for group in groups for row in group.members}
    return [*_alone((row for row in rows if row.pk not in grouped), certified, wanted), *groups]


def _alone(rows: Iterable[Inspector], certified: Collection[int], wanted: Mapping[str, Wanted]) -> Iterable[Crew]:
    for row in rows:
        line = row.organization.line_id
        if row.is_expert and wanted[line].experts:
            yield Crew(row.number, organs.experts_of(line), (row,))
        elif row.pk in certified and not wanted[line].as_group:
            yield Crew(row.number, line, (row,))


def _groups(
    rows: Iterable[Inspector], certified: Collection[int], wanted: Mapping[str, Wanted], *, on: date
) -> Iterable[Crew]:
    """The standing groups all of whose members can go, as many as are asked for of them with a certificate."""
    lines = [line for line, each in wanted.items() if each.as_group]
    available = {row.pk: row for row in rows}
    standing = registers.standing_groups(on=on).filter(organization__line__in=lines).select_related("organization")
    for group in standing.prefetch_related("members").order_by("number"):
        members = [member.inspector_id for member in group.members.all()]
        leaders = {member.inspector_id for member in group.members.all() if member.is_leader}
        line = group.organization.line_id
        are_there = all(pk in available and available[pk].organization_id == group.organization_id for pk in members)
        if are_there and leaders <= set(certified) and len(set(members) & set(certified)) >= wanted[line].least:
            yield Crew(group.number, organs.group_of(line), tuple(available[pk] for pk in sorted(members)))


def groups_of_members() -> dict[str, set[str]]:
    """Group → the numbers of its members, of all groups there ever were: their members never change."""
    groups: dict[str, set[str]] = {}
    for group, number in GroupMember.objects.values_list("group__number", "inspector__number"):
        groups.setdefault(group, set()).add(number)
    return groups
