"""Who may call the API, and the doors of its operations."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.security import HttpBearer, SessionAuth

from mingcha.people import queries
from mingcha.people.actors import Actor
from mingcha.people.permissions import require


class BearerToken(HttpBearer):
    """A program's key."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        return queries.actor_of_token(token=token, at=timezone.now())


class SignedInSession(SessionAuth):
    """A person's session, with Django's CSRF check."""

    def authenticate(self, request: Any, key: str | None) -> Actor | None:
        if request.user.is_authenticated and not request.user.must_change_password:
            return request.actor
        return None


class Message(Schema):
    """A sentence for people: what went wrong and what to do."""

    message: str


# What every operation may answer besides its own result, and what every guarded one.
UNREADABLE = {400: Message}
REFUSALS = {**UNREADABLE, 401: dict[str, Any], 403: Message, 404: Message, 409: Message}

router = Router(tags=["people"])


def caller(request: Any, act: str) -> Actor:
    """The actor behind an API call, who must be permitted to do the act.

    Raises:
        NotPermitted: the role may not.
    """
    actor: Actor = request.auth
    require(actor, act)
    return actor


class Me(Schema):
    username: str
    name: str
    organization: str
    organization_name: str
    role: str


@router.get("/me", response={200: Me, **REFUSALS}, operation_id="who_am_i")
def who_am_i(request: HttpRequest) -> Me:
    """Who the caller is and in which role they act."""
    actor = caller(request, "people.start")
    return Me(
        username=actor.username,
        name=actor.user.name,
        organization=actor.organization_code,
        organization_name=actor.organization.name,
        role=actor.role_code,
    )
