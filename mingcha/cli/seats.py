"""`mingcha seat`: who sits in a visit's team, and changes after the lock (检查组席位、锁定后调整)."""

from typing import Any

import click
from django.db.models import QuerySet
from django.utils import timezone

from mingcha.assignments import actions, queries
from mingcha.assignments.models import Seat
from mingcha.assignments.states import CHANGE_REASON_LABELS, ChangeReason
from mingcha.cli.frame import acting, answer, as_json, one
from mingcha.cli.visits import visits_seen
from mingcha.people.actors import Actor

commands = click.Group()
REASONS = ",".join(f"{reason} {label}" for reason, label in CHANGE_REASON_LABELS.items())


@commands.command("list")
@click.argument("visit")
@acting
@as_json
def list_(visit: str, by: Actor, as_json: bool) -> None:
    """列出一次检查的席位:现任、抽中的人员、递补顺序和历次调整。"""
    found = one(visits_seen(by), "检查", number=visit)
    facts: list[dict[str, Any]] = [
        {
            "seat": seat.drawn.seat,
            "inspector": seat.inspector.number,
            "name": seat.inspector.name,
            "drawn": seat.drawn.inspector_number,
            "leader": seat.is_leader,
            "locked": seat.locked_at is not None,
            "reserves": [place.inspector_number for place in queries.reserves_of(seat)],
            "changes": [
                {
                    "from": change.from_inspector.number,
                    "to": change.to_inspector.number,
                    "reason": change.reason,
                    "approved_by": change.approved_by.username,
                    "at": change.at,
                }
                for change in seat.changes.all()
            ],
        }
        for seat in queries.seats_of(found.ceremony, found.visit_id)
    ]
    lines = []
    for each in facts:
        lines.append(
            f"{each['seat']}  {'组长' if each['leader'] else '组员'} {each['name']} {each['inspector']}"
            f"  抽中 {each['drawn']}  递补 {'、'.join(each['reserves']) or '无'}"
        )
        lines += [
            f"   {change['from']} → {change['to']}  {CHANGE_REASON_LABELS[ChangeReason(change['reason'])]}"
            f"  {change['approved_by']}  {change['at']:%Y-%m-%d}"
            for change in each["changes"]
        ]
    answer(facts, "\n".join(lines) or "没有席位。", as_json=as_json)


def _first(seats: QuerySet[Seat], number: int) -> Seat:
    """The seat of that number; where a group sits there, its leader's."""
    found = seats.order_by("pk").first()
    return found if found is not None else one(seats, "席位", drawn__seat=number)


@commands.command()
@click.argument("visit")
@click.argument("seat", type=int)
@click.option("--reason", required=True, type=click.Choice(list(ChangeReason)), help=REASONS)
@click.option("--note", default="", help="情况说明")
@acting
@as_json
def change(visit: str, seat: int, reason: str, note: str, by: Actor, as_json: bool) -> None:
    """按程序递补:由下一名符合条件的递补人员接替该席位,不能指定人选。"""
    found = one(visits_seen(by), "检查", number=visit)
    seats = queries.seats_for(by).filter(ceremony=found.ceremony, visit_id=found.visit_id)
    made = actions.change_seat(
        seat=_first(seats.filter(drawn__seat=seat), seat), reason=reason, note=note, by=by, at=timezone.now()
    )
    facts = {
        "visit": visit,
        "seat": seat,
        "from": made.from_inspector.number,
        "to": made.to_inspector.number,
        "reason": reason,
    }
    answer(facts, f"第 {seat} 席由 {made.from_inspector} 调整为 {made.to_inspector}。", as_json=as_json)
