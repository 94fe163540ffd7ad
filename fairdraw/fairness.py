"""Checking teams without drawing them: everyone may sit where they sit, and no load can be lowered by a change."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from fairdraw.frame import Inspector
from fairdraw.refused import Refused, gettext_noop
from fairdraw.teams import Place
from fairdraw.visits import Seat, Visit, is_eligible


class UnfairTeams(Refused):
    """The teams are not valid, or not as even as they could be."""


def check_assignment(*, visits: Iterable[Visit], inspectors: Iterable[Inspector], seats: Iterable[Place]) -> None:
    """Hold an assignment to what any fair one must fulfil.

    Raises:
        UnfairTeams: a seat is empty, held twice or by someone not eligible; someone sits twice in a visit or over
            capacity; or work could be moved from someone to one with at least two less.
    """
    where = {visit.visit_id: visit for visit in visits}
    who = {inspector.inspector_id: inspector for inspector in inspectors}
    holder: dict[tuple[str, int], str] = {}
    for place in seats:
        if (place.visit_id, place.seat) in holder:
            raise UnfairTeams(gettext_noop("席位重复:%(visit)s 第 %(seat)s 席"), visit=place.visit_id, seat=place.seat)
        holder[place.visit_id, place.seat] = place.inspector_id
    wanted = {(visit.visit_id, n) for visit in where.values() for n in range(1, len(visit.seats) + 1)}
    if set(holder) != wanted:
        visit_id, seat = min(set(holder) ^ wanted)
        raise UnfairTeams(gettext_noop("席位空缺或多余:%(visit)s 第 %(seat)s 席"), visit=visit_id, seat=seat)
    held: dict[str, list[tuple[str, int]]] = {inspector_id: [] for inspector_id in who}
    sitting: set[tuple[str, str]] = set()
    for (visit_id, seat), inspector_id in holder.items():
        visit = where[visit_id]
        if inspector_id not in who or not is_eligible(who[inspector_id], visit.seats[seat - 1], visit):
            raise UnfairTeams(
                gettext_noop("%(inspector)s 不能担任 %(visit)s 第 %(seat)s 席"),
                inspector=inspector_id,
                visit=visit_id,
                seat=seat,
            )
        if (visit_id, inspector_id) in sitting:
            raise UnfairTeams(
                gettext_noop("%(inspector)s 在 %(visit)s 中出现两次"), inspector=inspector_id, visit=visit_id
            )
        sitting.add((visit_id, inspector_id))
        held[inspector_id].append((visit_id, seat))
    for inspector_id, places in held.items():
        if len(places) > who[inspector_id].capacity:
            raise UnfairTeams(gettext_noop("%(inspector)s 超过检查次数上限"), inspector=inspector_id)
    _check_even(where, who, held, holder)


def _check_even(
    where: Mapping[str, Visit],
    who: Mapping[str, Inspector],
    held: Mapping[str, list[tuple[str, int]]],
    holder: Mapping[tuple[str, int], str],
) -> None:
    """From the highest load down; what was reached from higher loads need not be walked again."""
    load = {inspector_id: who[inspector_id].load + len(places) for inspector_id, places in held.items()}
    seen_people: set[str] = set()
    seen_seats: set[tuple[str, int]] = set()
    waiting: dict[tuple[Seat, str], list[Inspector]] = {}
    for root in sorted(load, key=lambda inspector_id: -load[inspector_id]):
        if root in seen_people:
            continue
        seen_people.add(root)
        queue = deque(held[root])
        while queue:
            visit_id, number = queue.popleft()
            if (visit_id, number) in seen_seats:
                continue
            seen_seats.add((visit_id, number))
            visit = where[visit_id]
            seat, anywhere = visit.seats[number - 1], Visit("", "", visit.region, ())
            sitting = {holder[visit_id, theirs]: theirs for theirs in range(1, len(visit.seats) + 1)}
            queue.extend(
                (visit_id, theirs) for other, theirs in sitting.items() if is_eligible(who[other], seat, visit)
            )
            unseen = waiting.get((seat, visit.region))
            if unseen is None:
                unseen = [each for each in who.values() if is_eligible(each, seat, anywhere)]
            unseen = [each for each in unseen if each.inspector_id not in seen_people]
            waiting[seat, visit.region] = unseen
            for inspector in unseen:
                other = inspector.inspector_id
                if visit.unit_id in inspector.recusals or other in sitting:
                    continue
                if load[other] <= load[root] - 2 and len(held[other]) < inspector.capacity:
                    raise UnfairTeams(gettext_noop("负担不均:%(high)s 的检查可转给 %(low)s"), high=root, low=other)
                seen_people.add(other)
                queue.extend(held[other])
