"""The menu on every page."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from mingcha.desk.menu import MENU
from mingcha.people.permissions import may


def menu(request: HttpRequest) -> dict[str, Any]:
    """The entries the actor may open, and which room the page belongs to."""
    actor = getattr(request, "actor", None)
    match = request.resolver_match
    return {
        "menu": [entry for entry in MENU if may(actor, entry.act) and _built(entry.url_name)],
        "here": match.view_name if match else "",
        "room": match.namespace if match else "",
    }


def _built(url_name: str) -> bool:
    try:
        return bool(reverse(url_name))
    except NoReverseMatch:
        return False
