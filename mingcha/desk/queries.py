"""What waits for whoever opens the desk (待办)."""

from dataclasses import dataclass

from mingcha.people.actors import Actor


@dataclass(frozen=True)
class Card:
    """One figure of the start page: what it counts, how many, and where the list behind it is."""

    label: str
    count: int
    address: str
    is_urgent: bool = False


def cards_for(by: Actor) -> list[Card]:
    """The figures that concern the actor's role, urgent ones first."""
    return []
