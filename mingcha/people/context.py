"""What every page knows about who is looking."""

from typing import Any

from django.http import HttpRequest

from mingcha.people import queries


def actor(request: HttpRequest) -> dict[str, Any]:
    """The actor and, for the switcher in the page's head, the other memberships."""
    current = getattr(request, "actor", None)
    if current is None:
        return {"actor": None, "memberships": []}
    return {"actor": current, "memberships": list(queries.memberships_of(current.user))}
