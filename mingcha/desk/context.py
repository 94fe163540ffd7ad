"""The menu on every page, and the word that a site holds sample data."""

from typing import Any

from django.http import HttpRequest

from mingcha.desk import queries
from mingcha.desk.menu import MENU
from mingcha.people.permissions import may


def menu(request: HttpRequest) -> dict[str, Any]:
    """The entries the actor may open, and which one the page belongs to."""
    actor = getattr(request, "actor", None)
    match = request.resolver_match
    return {
        "menu": [entry for entry in MENU if may(actor, entry.act)],
        "here": match.view_name if match else "",
        "is_sample": queries.holds_sample(),
    }
