"""Who was drawn for a subject last time stays away from it (回避上次检查人员), wherever others can go with ease.

"With ease" is a promise: keeping them away never makes teams impossible that were possible. Of the seats that an organ
sends to a door, at least one can always be filled from the others, as long as the others who would all have to be full
hold more places than there are seats in the whole draw that could have filled them.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from math import ceil

import fairdraw

Kind = tuple[fairdraw.Seat, str]
"""A kind of seat and the region of its visits."""


def without_last_teams(
    inspectors: Sequence[fairdraw.Inspector],
    *,
    last: Mapping[str, Collection[str]],
    regions: Mapping[str, str],
    asked: Mapping[Kind, int],
    per_visit: Mapping[str, int],
) -> list[fairdraw.Inspector]:
    """The same inspectors, recused from the units they were drawn for last time where others can go with ease.

    `last` names them by unit and `regions` says where a unit lies; `asked` counts the seats that the tasks ask for at
    the most, `per_visit` how many of them an organ sends to one door.
    """
    pools = {kind: _pool(inspectors, kind) for kind in asked}
    rivals = {kind: _rivals(pools, asked, kind) for kind in pools}
    numbered = {each.inspector_id: each for each in inspectors}
    declared: dict[str, set[str]] = {}
    for each in inspectors:
        for unit in each.recusals:
            declared.setdefault(unit, set()).add(each.inspector_id)
    added: dict[str, set[str]] = {}
    for unit, team in last.items():
        away = declared.get(unit, set()).union(team)
        for organ in {numbered[number].organ for number in team if number in numbered}:
            kinds = [kind for kind in pools if (kind[0].organ, kind[1]) == (organ, regions[unit])]
            others = {kind: [numbered[number] for number in pools[kind] - away] for kind in kinds}
            if all(_with_ease(others[kind], seats=per_visit[organ], rivals=rivals[kind]) for kind in kinds):
                for number in team:
                    if number in numbered and numbered[number].organ == organ:
                        added.setdefault(number, set()).add(unit)
    return [replace(each, recusals=each.recusals | added.get(each.inspector_id, set())) for each in inspectors]


def _pool(inspectors: Sequence[fairdraw.Inspector], kind: Kind) -> set[str]:
    """Who may take a kind of seat, recusals aside."""
    seat, region = kind
    anywhere = fairdraw.Visit("", "", region, ())
    return {each.inspector_id for each in inspectors if fairdraw.is_eligible(each, seat, anywhere)}


def _rivals(pools: Mapping[Kind, set[str]], asked: Mapping[Kind, int], kind: Kind) -> int:
    """All seats that anybody of the pool might be sent to instead."""
    return sum(seats for other, seats in asked.items() if not pools[other].isdisjoint(pools[kind]))


def _with_ease(others: Sequence[fairdraw.Inspector], *, seats: int, rivals: int) -> bool:
    """Whether a seat can always be filled: with all others full but those who sit at the door already, none is left."""
    capacities = sorted(each.capacity for each in others)
    return len(others) >= seats and sum(capacities[: len(others) - seats + 1]) >= rivals


def counted(tasks: Sequence[fairdraw.FrozenTask]) -> tuple[dict[Kind, int], dict[str, int]]:
    """The seats that tasks ask for at the most, by kind, and how many an organ sends to one door."""
    asked: Counter[Kind] = Counter()
    rules = []
    for task in tasks:
        design = fairdraw.read_design(task.design)
        if design.teams is None:
            continue
        rules.append(design.teams)
        for stratum, selected in _most_selected(design, task.frame.counts()).items():
            for seat in fairdraw.merged_seats([design.teams]):
                asked[seat, stratum.split("/")[0]] += selected
    return dict(asked), dict(Counter(seat.organ for seat in fairdraw.merged_seats(rules)))


def _most_selected(design: fairdraw.Design, counts: Mapping[str, int]) -> dict[str, int]:
    """How many units of a stratum are selected, at the most where only the seed decides it."""
    if design.rounding == "systematic":
        return {stratum: min(count, ceil(design.strata[stratum].ratio * count)) for stratum, count in counts.items()}
    return {stratum: selected for stratum, (selected, _) in fairdraw.sizes(design, counts).items()}
