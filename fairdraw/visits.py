"""Where somebody must go (检查): the visits that selected units make, the seats of their teams, and who may take them.

Source: spec/teams.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from fairdraw.design import TeamRule
from fairdraw.frame import Inspector


@dataclass(frozen=True, slots=True, order=True)
class Seat:
    """One place in a visit's team (席位): whose inspector, qualified for what, from where."""

    organ: str
    qualification: str = ""
    region_rule: str = "any"


@dataclass(frozen=True, slots=True)
class Visit:
    """One door, one unit, one time (检查), with its seats in order and its number of reserves per kind of seat."""

    visit_id: str
    unit_id: str
    region: str
    seats: tuple[Seat, ...]
    reserves: int = 0
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A task that wants a unit checked: what visits are made of."""

    task: str
    unit_id: str
    region: str
    window: tuple[date, date]
    teams: TeamRule


def visits_of(claims: Iterable[Claim]) -> tuple[Visit, ...]:
    """Make visits of what tasks want: tasks whose windows share a day come through the door together."""
    by_unit: dict[str, list[Claim]] = {}
    for claim in claims:
        by_unit.setdefault(claim.unit_id, []).append(claim)
    visits = []
    for unit in sorted(by_unit):
        together: list[Claim] = []
        for claim in sorted(by_unit[unit], key=lambda claim: (claim.window[0], claim.task)):
            if together and claim.window[0] > min(other.window[1] for other in together):
                visits.append(_visit(together))
                together = []
            together.append(claim)
        visits.append(_visit(together))
    return tuple(sorted(visits, key=lambda visit: visit.visit_id))


def _visit(claims: Sequence[Claim]) -> Visit:
    first = min(claims, key=lambda claim: claim.task)
    return Visit(
        visit_id=f"{first.unit_id}#{first.task}",
        unit_id=first.unit_id,
        region=first.region,
        seats=merged_seats([claim.teams for claim in claims]),
        reserves=max(claim.teams.reserves for claim in claims),
        tasks=tuple(sorted(claim.task for claim in claims)),
    )


def merged_seats(rules: Iterable[TeamRule]) -> tuple[Seat, ...]:
    """The seats of a visit that several tasks share: an organ sends as many as its largest task asks, not the sum."""
    qualified: dict[Seat, int] = {}
    totals: dict[Seat, int] = {}
    for rule in rules:
        asked: dict[Seat, int] = {}
        total: dict[Seat, int] = {}
        for demand in rule.seats:
            anyone = Seat(demand.organ, "", rule.region_rule)
            total[anyone] = total.get(anyone, 0) + demand.count
            if demand.qualification:
                seat = Seat(demand.organ, demand.qualification, rule.region_rule)
                asked[seat] = asked.get(seat, 0) + demand.count
        qualified |= {seat: max(count, qualified.get(seat, 0)) for seat, count in asked.items()}
        totals |= {seat: max(count, totals.get(seat, 0)) for seat, count in total.items()}
    for anyone, most in totals.items():
        special = sum(n for seat, n in qualified.items() if replace(seat, qualification="") == anyone)
        if most > special:
            qualified[anyone] = most - special
    return tuple(seat for seat in sorted(qualified) for _ in range(qualified[seat]))


def is_eligible(inspector: Inspector, seat: Seat, visit: Visit) -> bool:
    """Whether this inspector may take this seat of this visit."""
    if inspector.organ != seat.organ or visit.unit_id in inspector.recusals:
        return False
    if seat.qualification and seat.qualification not in inspector.qualifications:
        return False
    return seat.region_rule == "any" or (visit.region in inspector.regions) == (seat.region_rule == "same")
