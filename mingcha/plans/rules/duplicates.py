"""Tasks that repeat another (重复下发检查): the same item, at the same time, launched at the same or a higher level.

What province or city launches for all is not launched again below (省级、市级统一发起的不重复下发). Whether the scopes
share a subject is asked of the register, for the few pairs that are left here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from mingcha.people.states import Level


@dataclass(frozen=True, slots=True)
class Claim:
    """What a task claims: whom it names by number, what it inspects, when, from which level."""

    number: str
    items: frozenset[str]
    window: tuple[date, date]
    level: Level


def repeated(claim: Claim, others: Iterable[Claim]) -> Iterator[tuple[Claim, frozenset[str]]]:
    """The other claims that a task may repeat, with the items they share."""
    for other in others:
        shared = claim.items & other.items
        if other.number != claim.number and shared and _overlap(claim, other) and _is_as_high(other, claim):
            yield other, shared


def _overlap(one: Claim, other: Claim) -> bool:
    return one.window[0] <= other.window[1] and other.window[0] <= one.window[1]


def _is_as_high(other: Claim, claim: Claim) -> bool:
    order = list(Level)
    return order.index(other.level) <= order.index(claim.level)
