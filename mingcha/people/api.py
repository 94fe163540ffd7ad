"""Who may call the API, and the doors of its operations."""

from typing import Any
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.security import HttpBearer, SessionAuth

from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.people import queries
from mingcha.people.actors import Actor
from mingcha.people.permissions import require


class CannotBeKept(Refusal):
    """The request holds a character that PostgreSQL cannot keep."""


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


# What every guarded operation may answer besides its own result.
REFUSALS = {401: dict[str, Any], 403: Message, 404: Message, 409: Message}

router = Router(tags=["people"])


def caller(request: Any, act: str) -> Actor:
    """The actor behind an API call, who must be permitted to do the act.

    Raises:
        NotPermitted: the role may not.
        CannotBeKept: a text holds a NUL, which no database row can match or keep.
    """
    actor: Actor = request.auth
    require(actor, act)
    if b"\x00" in _said(request):
        raise CannotBeKept(gettext_noop("没有找到,或不在您的数据范围内"))
    return actor


def _said(request: Any) -> bytes:
    """What the request says, as bytes in which a NUL is a NUL: its address, and its form or JSON."""
    if request.content_type == "application/json":
        form = request.body.replace(b"\\u0000", b"\x00")
    else:
        form = "\n".join(text for texts in request.POST.lists() for text in texts[1]).encode(errors="replace")
    return unquote_to_bytes(request.get_full_path()) + form


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
